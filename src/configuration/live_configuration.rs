//! Reading the live configuration of an identity pool.

use serde_json::{Map, Value as Json};

use super::section::{PoolConfiguration, live_sections};
use super::section_group::SectionGroup;
use crate::cancellation::Cancellation;
use crate::error::{Error, ErrorKind};
use crate::output;
use crate::service::{CallError, Client};

/// The live configuration of an identity pool: the sections of one group.
#[derive(Debug)]
pub struct LiveConfiguration {
    /// The sections, without members that cannot be written, such as `DisabledReason`. One that is
    /// not set has no members.
    pub sections: PoolConfiguration,
    /// The body of the response.
    pub body: Vec<u8>,
}

impl LiveConfiguration {
    /// Reads the sections of a group.
    pub async fn read(
        client: &Client,
        group: SectionGroup,
        pool: &str,
        cancellation: &Cancellation,
    ) -> Result<LiveConfiguration, CallError> {
        let operation = group.read_operation();
        let input = Map::from_iter([("IdentityPoolId".to_string(), Json::from(pool))]);
        let called = client.call_until(operation, &input, cancellation).await;
        let body = called.map_err(|error| explain(error, group))?.response.body;
        let members = output::parse_document(&body, operation.output)
            .map_err(|error| explain(error.into(), group))?;
        Ok(LiveConfiguration {
            sections: live_sections(&members, group.sections()),
            body,
        })
    }
}

/// Names the operation of a failed call and, if it was denied, the permission that it needs.
fn explain(error: CallError, group: SectionGroup) -> CallError {
    let CallError::Failed(mut error) = error else {
        return error;
    };
    let operation = group.read_operation();
    error.context.operation = Some(operation.name);
    if is_denied(&error) {
        let hint = format!(
            "the configuration is read before it is changed, which needs the permission cognito-sync:{}",
            operation.name
        );
        error = error.hint(hint);
    }
    error.into()
}

fn is_denied(error: &Error) -> bool {
    match &error.kind {
        ErrorKind::Service { details } => matches!(
            details.get("Code").and_then(Json::as_str),
            Some("AccessDeniedException" | "NotAuthorizedException")
        ),
        _ => false,
    }
}
