//! Members of response documents: taken by name, with an error for values of other types.

use serde_json::{Map, Value as Json};

use super::text_set::TextSet;
use crate::error::{Error, Result};
use crate::model::Operation;
use crate::output;

/// The members of a response that are not yet taken.
#[derive(Debug, Default)]
pub struct ResponseMembers(Map<String, Json>);

impl ResponseMembers {
    /// Parses the body of a response.
    pub fn parse(body: &[u8], operation: &Operation) -> Result<ResponseMembers> {
        output::parse_document(body, operation.output).map(ResponseMembers)
    }

    /// Takes the members of an object.
    pub fn from_value(value: Json, name: &str) -> Result<ResponseMembers> {
        match value {
            Json::Object(members) => Ok(ResponseMembers(members)),
            other => Err(unexpected_value(name, &other)),
        }
    }

    /// Takes any value.
    pub fn value(&mut self, name: &str) -> Option<Json> {
        self.0.shift_remove(name)
    }

    /// Takes a text.
    pub fn text(&mut self, name: &str) -> Result<Option<String>> {
        match self.value(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(other) => Err(unexpected_value(name, &other)),
        }
    }

    /// Takes a text that must be there.
    pub fn required_text(&mut self, name: &str) -> Result<String> {
        let text = self.text(name)?;
        text.ok_or_else(|| Error::general(format!("The response of the service has no {name}.")))
    }

    /// Takes a whole number.
    pub fn number(&mut self, name: &str) -> Result<Option<i64>> {
        match self.value(name) {
            None => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => Err(unexpected_value(name, &value)),
            },
        }
    }

    /// Takes a list; an absent one is empty.
    pub fn list(&mut self, name: &str) -> Result<Vec<Json>> {
        match self.value(name) {
            None => Ok(Vec::new()),
            Some(Json::Array(items)) => Ok(items),
            Some(other) => Err(unexpected_value(name, &other)),
        }
    }

    /// Takes `NextToken`. An empty one counts as absent.
    pub fn next_token(&mut self) -> Result<Option<String>> {
        let token = self.text("NextToken")?;
        Ok(token.filter(|token| !token.is_empty()))
    }
}

/// The error for a value of another type.
pub fn unexpected_value(name: &str, value: &Json) -> Error {
    Error::general(format!(
        "The response of the service has an unexpected value for {name}: {value}."
    ))
}

/// The tokens of a list so far. A token that comes twice would never let the list end.
#[derive(Debug, Default)]
pub struct PageTokens(TextSet);

impl PageTokens {
    /// Adds the token of the next page.
    pub fn add(&mut self, token: &str) -> Result<()> {
        match self.0.insert(token) {
            true => Ok(()),
            false => Err(Error::general(
                "The service returned the same NextToken twice, so that the list would never end.",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::OperationId;

    #[test]
    fn takes_members_by_type() {
        let operation = OperationId::ListRecords.operation();
        let body = br#"{"Records":null,"DatasetSyncCount":7,"LastModifiedBy":"me","NextToken":""}"#;
        let mut members = ResponseMembers::parse(body, operation).expect("an object");
        assert_eq!(members.number("DatasetSyncCount").ok(), Some(Some(7)));
        assert_eq!(members.number("DatasetSyncCount").ok(), Some(None));
        assert_eq!(
            members.required_text("LastModifiedBy").ok(),
            Some("me".into())
        );
        assert_eq!(members.next_token().ok(), Some(None));
        assert_eq!(members.list("Records").ok(), Some(Vec::new()));
        let error = members.required_text("Key").expect_err("absent");
        assert_eq!(error.message, "The response of the service has no Key.");
    }

    #[test]
    fn rejects_values_of_other_types() {
        let members = || {
            let value = serde_json::json!({"a": {"b": 1}});
            ResponseMembers::from_value(value, "x").expect("an object")
        };
        let want = "The response of the service has an unexpected value for a: {\"b\":1}.";
        let errors = [
            members().text("a").err(),
            members().number("a").err(),
            members().list("a").err(),
            ResponseMembers::from_value(Json::Null, "a").err(),
        ];
        for error in &errors[..3] {
            assert_eq!(error.as_ref().map(|e| e.message.as_str()), Some(want));
        }
        assert!(errors[3].is_some());
    }

    #[test]
    fn rejects_repeated_tokens() {
        let mut tokens = PageTokens::default();
        assert!(tokens.add("a").is_ok() && tokens.add("b").is_ok() && tokens.add("a").is_err());
    }
}
