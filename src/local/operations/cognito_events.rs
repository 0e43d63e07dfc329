//! Cognito Events: the functions of an identity pool. There is one event, SyncTrigger.

use serde_json::{Map, Value as Json, json};

use super::{OperationCall, OperationOutput, document};
use crate::local::service_error::ServiceError;
use crate::local::store::Tables;

const SYNC_TRIGGER: &str = "SyncTrigger";

pub(super) fn get(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let pool = tables.pool(call.input.pool())?;
    let function = pool.sync_trigger.into_iter();
    let events: Map<_, _> = function
        .map(|function| (SYNC_TRIGGER.to_string(), json!(function)))
        .collect();
    Ok(document([("Events", Json::Object(events))]).into())
}

/// Sets the given functions and removes those with an empty ARN; others stay.
pub(super) fn set(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let events = call.input.0.get("Events").and_then(Json::as_object);
    tables.add_pool(call.input.pool(), call.now)?;
    let mut pool = tables.pool(call.input.pool())?;
    for (event, function) in events.into_iter().flatten() {
        if event != SYNC_TRIGGER {
            return Err(ServiceError::invalid(format!(
                "'{event}' is not an event; the only one is {SYNC_TRIGGER}."
            )));
        }
        pool.sync_trigger = match function.as_str() {
            None | Some("") => None,
            Some(function) => Some(check_function_arn(function)?.to_string()),
        };
        pool.last_modified = call.now;
    }
    tables.set_pool(&pool)?;
    Ok(OperationOutput::default())
}

/// Returns a function's ARN, or an error if it has another form.
fn check_function_arn(function: &str) -> Result<&str, ServiceError> {
    let parts: Vec<_> = function.split(':').collect();
    match parts[..] {
        ["arn", _, "lambda", region, account, "function", name, ..]
            if !region.is_empty() && !account.is_empty() && !name.is_empty() =>
        {
            Ok(function)
        }
        _ => Err(ServiceError::invalid(format!(
            "'{function}' is not the ARN of a Lambda function."
        ))),
    }
}
