//! Reading the live configuration of an identity pool.

use serde_json::{Map, Value as Json};

use super::section::{PoolConfiguration, live_sections};
use super::section_group::SectionGroup;
use crate::cancellation::Cancellation;
use crate::error::Error;
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
        let called = client.call_until(operation, &input, cancellation).await?;
        let body = called.response.body;
        let members = output::parse_document(&body, operation.output)
            .map_err(|error| in_operation(error, operation.name))?;
        Ok(LiveConfiguration {
            sections: live_sections(&members, group.sections()),
            body,
        })
    }
}

fn in_operation(mut error: Error, operation: &'static str) -> Error {
    error.context.operation = Some(operation);
    error
}
