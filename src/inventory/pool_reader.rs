//! Reads the configuration of an identity pool for the inventory.

use futures_util::future::join3;
use serde_json::{Map, Value as Json};

use super::read_failure::ReadFailure;
use crate::clients::RegionalClient;
use crate::error::Error;
use crate::model::OperationId;
use crate::python;
use crate::service::CallError;

/// An identity pool with what was read of it.
#[derive(Debug)]
pub(super) struct InventoryPool {
    pub region: String,
    pub id: String,
    /// The name in Cognito Identity, if known.
    pub name: Option<String>,
    /// Its entry of `list-identity-pool-usage`.
    pub usage: Map<String, Json>,
    /// The response of GetIdentityPoolConfiguration, if it could be read.
    pub configuration: Option<Map<String, Json>>,
    /// The members of its other responses, as the service sent them.
    pub others: Map<String, Json>,
}

impl InventoryPool {
    /// Reads configuration, events and state of the last bulk publish. Returns what could not be
    /// read.
    pub async fn read_configuration(&mut self, client: &RegionalClient) -> Vec<ReadFailure> {
        let responses = join3(
            self.call(client, OperationId::GetIdentityPoolConfiguration),
            self.call(client, OperationId::GetCognitoEvents),
            self.call(client, OperationId::GetBulkPublishDetails),
        );
        let (configuration, events, publish) = responses.await;
        let failure = |error| ReadFailure::new(&self.region, Some(&self.id), error, client);
        let mut failures = Vec::new();
        match configuration {
            Ok(members) => self.configuration = Some(members),
            Err(error) => failures.push(failure(error)),
        }
        for response in [events, publish] {
            match response {
                Ok(members) => self.others.extend(members),
                Err(error) => failures.push(failure(error)),
            }
        }
        failures
    }

    async fn call(
        &self,
        client: &RegionalClient,
        operation: OperationId,
    ) -> Result<Map<String, Json>, CallError> {
        let operation = operation.operation();
        let input = Map::from_iter([("IdentityPoolId".to_string(), self.id.as_str().into())]);
        let called = client.client.call(operation, &input).await;
        let body = called
            .map_err(|error| error.of_operation(operation))?
            .response
            .body;
        // Not by the model, which lacks DisabledReason.
        match python::response::parse(&body) {
            Ok(Json::Object(members)) => Ok(members),
            _ => {
                let error = Error::general("The response of the service is not a JSON object.");
                Err(CallError::from(error).of_operation(operation))
            }
        }
    }

    /// When data last changed, in seconds since 1970; before all times if not known.
    pub fn last_modified(&self) -> f64 {
        let seconds = self.usage.get("LastModifiedDate").and_then(Json::as_f64);
        seconds.unwrap_or(f64::NEG_INFINITY)
    }
}
