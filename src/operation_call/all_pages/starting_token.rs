//! The token of `--starting-token`, which says where an output that `--max-items` has cut goes on. Its
//! form is that of the AWS CLI (`botocore/paginate.py` of 2.36.7).

use aws_smithy_types::base64;
use serde_json::{Map, Value as Json, json};

use crate::error::{Error, Result};
use crate::model::NEXT_TOKEN;
use crate::python;

/// How many entries of the page were printed.
const TRUNCATE_AMOUNT: &str = "boto_truncate_amount";

/// Where a list goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct StartingToken {
    /// The service's token of the page; `None` for the first page.
    pub next_token: Option<String>,
    /// The number of entries of that page to leave out.
    pub skip: usize,
}

impl StartingToken {
    /// Parses a token: base64 of a JSON object, the older form `TOKEN___AMOUNT`, or a token of the
    /// service itself.
    pub fn parse(text: &str) -> Result<StartingToken> {
        match decode(text) {
            Some(token) => Ok(token),
            None => parse_older_form(text),
        }
    }

    /// Returns the token as text.
    pub fn encode(&self) -> String {
        let mut document = json!({ NEXT_TOKEN: self.next_token });
        if self.skip > 0 {
            document[TRUNCATE_AMOUNT] = self.skip.into();
        }
        base64::encode(python::json_dumps::dumps(&document))
    }
}

/// Decodes the base64 of an object with these members alone. Anything else is a token of the service,
/// which may be base64 of JSON as well.
fn decode(text: &str) -> Option<StartingToken> {
    // Python ignores other characters, such as the line breaks that a copied token may have.
    let digits = text.chars().filter(|c| is_base64(*c)).collect::<String>();
    let bytes = base64::decode(digits).ok()?;
    let mut members: Map<String, Json> = serde_json::from_slice(&bytes).ok()?;
    let next_token = match members.remove(NEXT_TOKEN)? {
        Json::Null => None,
        Json::String(token) => Some(token),
        _ => return None,
    };
    let skip = match members.remove(TRUNCATE_AMOUNT) {
        None => 0,
        Some(amount) => usize::try_from(amount.as_u64()?).ok()?,
    };
    members
        .is_empty()
        .then_some(StartingToken { next_token, skip })
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')
}

fn parse_older_form(text: &str) -> Result<StartingToken> {
    let token = |text: &str| Some(text.to_string()).filter(|text| text != "None");
    let parts: Vec<_> = text.split("___").collect();
    let amount = |text: &str| python::parse_int(text)?.parse().ok();
    match parts[..] {
        [next_token, last] => Ok(match amount(last) {
            Some(skip) => StartingToken {
                next_token: token(next_token),
                skip,
            },
            None => StartingToken {
                next_token: token(text),
                skip: 0,
            },
        }),
        [_] => Ok(StartingToken {
            next_token: token(text),
            skip: 0,
        }),
        _ => Err(Error::parameter(format!(
            "Bad starting token: {text}. Give --starting-token the NextToken of an output that \
             --max-items has cut."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(next_token: Option<&str>, skip: usize) -> StartingToken {
        StartingToken {
            next_token: next_token.map(str::to_string),
            skip,
        }
    }

    #[test]
    fn encodes_tokens_as_the_aws_cli() {
        let table = [
            (
                token(None, 2),
                r#"{"NextToken": null, "boto_truncate_amount": 2}"#,
            ),
            (
                token(Some("t"), 1),
                r#"{"NextToken": "t", "boto_truncate_amount": 1}"#,
            ),
            (token(Some("é"), 0), r#"{"NextToken": "\u00e9"}"#),
        ];
        for (token, want) in table {
            let encoded = token.encode();
            let decoded = base64::decode(&encoded).expect("base64");
            assert_eq!(String::from_utf8_lossy(&decoded), want);
            assert_eq!(StartingToken::parse(&encoded).ok(), Some(token.clone()));
            let (start, end) = encoded.split_at(9);
            let broken = format!(" {start}\r\n{end}\n");
            assert_eq!(StartingToken::parse(&broken).ok(), Some(token));
        }
    }

    #[test]
    fn parses_older_forms_and_tokens_of_the_service() {
        let base64 = |text: &str| base64::encode(text);
        let of_service = [
            "plain".to_string(),
            base64("us-east-1:23ec4050"),
            base64("7"),
            base64(r#"{"Key": "x"}"#),
            base64(r#"{"NextToken": 7}"#),
            base64(r#"{"NextToken": "t", "boto_truncate_amount": -1}"#),
            base64(r#"{"NextToken": "t", "Other": 1}"#),
            "a___b".to_string(),
        ];
        for text in of_service {
            assert_eq!(
                StartingToken::parse(&text).ok(),
                Some(token(Some(&text), 0))
            );
        }
        let table = [
            ("None", token(None, 0)),
            ("None___3", token(None, 3)),
            ("t___3", token(Some("t"), 3)),
        ];
        for (text, want) in table {
            assert_eq!(StartingToken::parse(text).ok(), Some(want), "{text}");
        }
        let error = StartingToken::parse("a___b___c").expect_err("too many parts");
        assert!(error.message.starts_with("Bad starting token: a___b___c."));
    }
}
