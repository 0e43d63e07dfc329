//! The response of `get-bulk-publish-details`.

use serde_json::{Map, Value as Json};

use crate::cancellation::Cancellation;
use crate::model::{Operation, OperationId};
use crate::output;
use crate::python;
use crate::service::{CallError, Client};

/// The state of the last bulk publish of an identity pool.
#[derive(Debug)]
pub(super) struct PublishDetails {
    pub status: PublishStatus,
    /// When it ended, if it has succeeded, in seconds since 1970.
    pub completed: Option<f64>,
    /// The body of the response.
    pub body: Vec<u8>,
}

/// How far a bulk publish is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PublishStatus {
    /// It has not ended. Right after it was requested, it may not have begun either.
    Running,
    Succeeded,
    /// It has failed, with this message of the service.
    Failed(String),
}

impl PublishDetails {
    /// The operation that returns it.
    pub fn operation() -> &'static Operation {
        OperationId::GetBulkPublishDetails.operation()
    }

    /// Requests it.
    pub async fn read(
        client: &Client,
        input: &Map<String, Json>,
        cancellation: &Cancellation,
    ) -> Result<PublishDetails, CallError> {
        let operation = Self::operation();
        let called = client.call_until(operation, input, cancellation).await;
        let body = called
            .map_err(|error| error.of_operation(operation))?
            .response
            .body;
        let members = output::parse_document(&body, operation.output)
            .map_err(|error| CallError::from(error).of_operation(operation))?;
        Ok(PublishDetails {
            status: status(&members),
            completed: members
                .get("BulkPublishCompleteTime")
                .and_then(Json::as_f64),
            body,
        })
    }
}

fn status(members: &Map<String, Json>) -> PublishStatus {
    match members.get("BulkPublishStatus").and_then(Json::as_str) {
        Some("SUCCEEDED") => PublishStatus::Succeeded,
        Some("FAILED") => PublishStatus::Failed(match members.get("FailureMessage") {
            Some(message) => python::to_str(message),
            None => "the service does not say why".to_string(),
        }),
        _ => PublishStatus::Running,
    }
}
