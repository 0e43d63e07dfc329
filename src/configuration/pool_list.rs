//! The identity pools of a region, by the list of their usage.

use std::collections::HashSet;

use serde_json::{Map, Value as Json};

use crate::error::{Error, Result};
use crate::model::{Operation, OperationId};
use crate::output;
use crate::service::{CallError, Client};

/// A page of the list.
#[derive(Debug, PartialEq)]
struct PoolPage {
    ids: Vec<String>,
    next_token: Option<String>,
}

/// Returns the ids of all pools of the client's region.
pub async fn list_pools(client: &Client) -> Result<Vec<String>, CallError> {
    let operation = OperationId::ListIdentityPoolUsage.operation();
    let in_operation = |error: Error| CallError::from(error).of_operation(operation);
    let (mut ids, mut tokens) = (Vec::new(), HashSet::new());
    let mut input = Map::new();
    loop {
        let called = client.call(operation, &input).await;
        let body = called.map_err(|error| error.of_operation(operation))?;
        let page = parse_page(&body.response.body, operation).map_err(in_operation)?;
        ids.extend(page.ids);
        let Some(token) = page.next_token else {
            return Ok(ids);
        };
        if !tokens.insert(token.clone()) {
            return Err(in_operation(Error::general(
                "The service returned the same NextToken twice, so that the list would never end.",
            )));
        }
        input.insert("NextToken".to_string(), token.into());
    }
}

/// Parses a page. An empty token ends the list.
fn parse_page(body: &[u8], operation: &Operation) -> Result<PoolPage> {
    let mut members = output::parse_document(body, operation.output)?;
    let next_token = match members.remove("NextToken") {
        None => None,
        Some(Json::String(token)) => Some(token).filter(|token| !token.is_empty()),
        Some(other) => return Err(unexpected("NextToken", &other)),
    };
    let usages = match members.remove("IdentityPoolUsages") {
        None => Vec::new(),
        Some(Json::Array(usages)) => usages,
        Some(other) => return Err(unexpected("IdentityPoolUsages", &other)),
    };
    let id = |usage: Json| match usage.get("IdentityPoolId").and_then(Json::as_str) {
        Some(id) => Ok(id.to_string()),
        None => Err(unexpected("IdentityPoolUsages", &usage)),
    };
    Ok(PoolPage {
        ids: usages.into_iter().map(id).collect::<Result<_>>()?,
        next_token,
    })
}

fn unexpected(name: &str, value: &Json) -> Error {
    Error::general(format!(
        "The response of the service has an unexpected value for {name}: {value}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<PoolPage> {
        parse_page(
            body.as_bytes(),
            OperationId::ListIdentityPoolUsage.operation(),
        )
    }

    #[test]
    fn parses_pages() {
        let page = |ids: &[&str], next_token: Option<&str>| PoolPage {
            ids: ids.iter().map(|id| id.to_string()).collect(),
            next_token: next_token.map(str::to_string),
        };
        let table = [
            (
                r#"{"IdentityPoolUsages":[{"IdentityPoolId":"a"},{"IdentityPoolId":"b"}],"NextToken":"t"}"#,
                page(&["a", "b"], Some("t")),
            ),
            (
                r#"{"IdentityPoolUsages":[],"NextToken":""}"#,
                page(&[], None),
            ),
            (
                r#"{"IdentityPoolUsages":null,"NextToken":null}"#,
                page(&[], None),
            ),
            ("{}", page(&[], None)),
        ];
        for (body, want) in table {
            assert_eq!(parse(body).expect(body), want);
        }
    }

    #[test]
    fn rejects_unexpected_responses() {
        for body in [
            "",
            "[]",
            r#"{"IdentityPoolUsages":{}}"#,
            r#"{"IdentityPoolUsages":[{}]}"#,
            r#"{"IdentityPoolUsages":[null]}"#,
            r#"{"IdentityPoolUsages":[{"IdentityPoolId":7}]}"#,
            r#"{"IdentityPoolUsages":[],"NextToken":7}"#,
        ] {
            let error = parse(body).expect_err(body);
            assert!(
                error.message.starts_with("The response of the service"),
                "{body}: {error}"
            );
        }
    }
}
