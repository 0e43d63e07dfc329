//! The identity pools of a region, by the list of their usage.

use serde_json::{Map, Value as Json};

use crate::cancellation::Cancellation;
use crate::error::Result;
use crate::model::OperationId;
use crate::output::unexpected_value;
use crate::paginator::Paginator;
use crate::service::{CallError, Client};

/// The paged list.
const USAGES: &str = "IdentityPoolUsages";

/// Returns the ids of all pools of the client's region.
pub async fn list_pools(client: &Client) -> Result<Vec<String>, CallError> {
    let operation = OperationId::ListIdentityPoolUsage.operation();
    let never = Cancellation::default();
    let mut pages = Paginator::new(client, operation, Map::new());
    let mut ids = Vec::new();
    while let Some(mut page) = pages.next_page(&never).await? {
        let found = pool_ids(page.members.remove(USAGES));
        ids.extend(found.map_err(|error| CallError::from(error).of_operation(operation))?);
    }
    Ok(ids)
}

/// Returns the ids of a page.
fn pool_ids(usages: Option<Json>) -> Result<Vec<String>> {
    let usages = match usages {
        None => Vec::new(),
        Some(Json::Array(usages)) => usages,
        Some(other) => return Err(unexpected_value(USAGES, &other)),
    };
    let id = |usage: Json| match usage.get("IdentityPoolId").and_then(Json::as_str) {
        Some(id) => Ok(id.to_string()),
        None => Err(unexpected_value(USAGES, &usage)),
    };
    usages.into_iter().map(id).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parses_ids_of_a_page() {
        let usages = json!([{"IdentityPoolId": "a"}, {"IdentityPoolId": "b"}]);
        assert_eq!(
            pool_ids(Some(usages)).ok(),
            Some(vec!["a".into(), "b".into()])
        );
        assert_eq!(pool_ids(None).ok(), Some(Vec::new()));
    }

    #[test]
    fn rejects_unexpected_responses() {
        for usages in [
            json!({}),
            json!([{}]),
            json!([null]),
            json!([{"IdentityPoolId": 7}]),
        ] {
            let error = pool_ids(Some(usages)).expect_err("no list of pools");
            assert!(
                error.message.starts_with("The response of the service"),
                "{error}"
            );
        }
    }
}
