//! The operations of the service, on the tables of the store: sync rules, limits, configuration and
//! usage. Behaviour follows the public facts about the real service; where there are none, a
//! comment marks a choice as one.

mod bulk_publish;
mod cognito_events;
mod configuration;
mod datasets;
mod devices;
mod identities;
mod records;
pub(super) mod update;
mod usage;

pub(super) use bulk_publish::fail as fail_bulk_publish;
pub(super) use configuration::disable_streaming;

use serde_json::{Map, Value as Json};

use super::clock::{CallTime, UnixMillis};
use super::delivery::Delivery;
use super::principal::Principal;
use super::response::ResponseDocument;
use super::service_error::ServiceError;
use super::session_token::SessionTokens;
use super::store::{DatasetId, Tables};
use crate::model::{Operation, OperationId};

/// A call to perform.
#[derive(Debug)]
pub(super) struct OperationCall {
    pub operation: &'static Operation,
    pub input: OperationInput,
    pub principal: Principal,
    /// The time by the service's clock.
    pub now: UnixMillis,
    /// The time by the machine's clock.
    pub machine_now: UnixMillis,
}

impl OperationCall {
    /// Returns the time by both clocks.
    pub fn clocks(&self) -> CallTime {
        CallTime {
            service: self.now,
            machine: self.machine_now,
        }
    }
}

/// The validated input.
#[derive(Debug)]
pub(super) struct OperationInput(pub Map<String, Json>);

/// What operations need besides the call and the store.
#[derive(Debug)]
pub(super) struct OperationContext {
    pub session_tokens: SessionTokens,
    /// How long a bulk publish takes.
    pub bulk_publish_time: UnixMillis,
    /// Whether only known identity pools exist. Otherwise they are created when they are used.
    pub requires_known_pools: bool,
}

/// The output of an operation.
#[derive(Debug, Default)]
pub(super) struct OperationOutput {
    pub document: ResponseDocument,
    /// What to send elsewhere.
    pub deliveries: Vec<Delivery>,
}

impl From<Map<String, Json>> for OperationOutput {
    fn from(members: Map<String, Json>) -> OperationOutput {
        OperationOutput {
            document: Some(members),
            deliveries: Vec::new(),
        }
    }
}

/// Performs the operation; `trigger_output` replaces the patches of an update.
pub(super) fn perform(
    call: &OperationCall,
    trigger_output: Option<&update::TriggerOutput>,
    context: &OperationContext,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    if context.requires_known_pools && call.input.text("IdentityPoolId").is_some() {
        tables
            .pool(call.input.pool())
            .map_err(|error| ServiceError {
                is_made_by_change: false,
                ..error
            })?;
    }
    match call.operation.id {
        OperationId::BulkPublish => bulk_publish::start(call, context, tables),
        OperationId::DeleteDataset => datasets::delete(call, tables),
        OperationId::DescribeDataset => datasets::describe(call, tables),
        OperationId::DescribeIdentityPoolUsage => usage::describe_pool(call, tables),
        OperationId::DescribeIdentityUsage => usage::describe_identity(call, tables),
        OperationId::GetBulkPublishDetails => bulk_publish::details(call, tables),
        OperationId::GetCognitoEvents => cognito_events::get(call, tables),
        OperationId::GetIdentityPoolConfiguration => configuration::get(call, tables),
        OperationId::ListDatasets => datasets::list(call, tables),
        OperationId::ListIdentities => identities::list(call, tables),
        OperationId::ListIdentityPools => identities::list_pools(call, tables),
        OperationId::ListIdentityPoolUsage => usage::list_pools(call, tables),
        OperationId::ListRecords => records::list(call, context, tables),
        OperationId::RegisterDevice => devices::register(call, tables),
        OperationId::SetCognitoEvents => cognito_events::set(call, tables),
        OperationId::SetIdentityPoolConfiguration => configuration::set(call, tables),
        OperationId::SubscribeToDataset => devices::subscribe(call, tables),
        OperationId::UnsubscribeFromDataset => devices::unsubscribe(call, tables),
        OperationId::UpdateRecords => update::perform(call, trigger_output, context, tables),
    }
}

/// Whether the operation writes. Listing records does if the identity pool is new.
pub(super) fn is_write(call: &OperationCall, tables: Tables<'_>) -> Result<bool, ServiceError> {
    Ok(match call.operation.id {
        OperationId::ListRecords => !tables.has_pool(call.input.pool())?,
        _ => call.operation.changes(),
    })
}

impl OperationInput {
    pub fn text(&self, member: &str) -> Option<&str> {
        self.0.get(member)?.as_str()
    }

    pub fn number(&self, member: &str) -> Option<i64> {
        self.0.get(member)?.as_i64()
    }

    /// Returns the id of the identity pool; empty if the operation has none.
    pub fn pool(&self) -> &str {
        self.text("IdentityPoolId").unwrap_or_default()
    }

    pub fn identity(&self) -> &str {
        self.text("IdentityId").unwrap_or_default()
    }

    /// Returns the id of the dataset; for lists of datasets, an id before all of them.
    pub fn dataset(&self) -> DatasetId {
        DatasetId {
            pool: self.pool().to_string(),
            identity: self.identity().to_string(),
            name: self.text("DatasetName").unwrap_or_default().to_string(),
        }
    }
}

/// Returns a document of these members, without null ones.
fn document<const N: usize>(members: [(&str, Json); N]) -> Map<String, Json> {
    let mut document = Map::with_capacity(N);
    let given = members.into_iter().filter(|(_, value)| !value.is_null());
    document.extend(given.map(|(name, value)| (name.to_string(), value)));
    document
}

/// Returns the dataset, or an error if it does not exist or is deleted; the real service's message
/// is not known.
fn find_existing_dataset(
    tables: Tables<'_>,
    dataset_id: &DatasetId,
) -> Result<super::store::Dataset, ServiceError> {
    let found = tables.find_dataset(dataset_id)?;
    found
        .filter(|dataset| !dataset.is_deleted)
        .ok_or_else(|| ServiceError::not_found(format!("Dataset '{}' not found.", dataset_id.name)))
}
