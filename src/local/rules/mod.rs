//! What the service does, operation by operation, on the tables it is given: the sync rules, limits,
//! settings and figures. How requests arrive, who may send them and where the tables are is known
//! elsewhere. Behaviour follows the public facts about the real service; where those are silent, a
//! choice is named as one.

mod bulk_publish;
mod configuration;
mod datasets;
mod devices;
mod events;
mod identities;
mod records;
pub(super) mod update;
mod usage;

pub(super) use bulk_publish::fail as fail_bulk_publish;
pub(super) use configuration::switch_streaming_off;

use serde_json::{Map, Value as Json};

use super::caller::Caller;
use super::delivery::Delivery;
use super::moments::{Clocks, Millis};
use super::refusal::{Refusal, Ruled};
use super::reply::Document;
use super::session::Sessions;
use super::store::{Address, Tables};
use crate::model::{Operation, OperationId};

/// An operation to be done.
#[derive(Debug)]
pub(super) struct Call {
    pub operation: &'static Operation,
    pub input: Input,
    pub caller: Caller,
    /// What the service takes for now.
    pub now: Millis,
    /// The machine's time.
    pub machine_now: Millis,
}

impl Call {
    /// The time by both clocks.
    pub fn clocks(&self) -> Clocks {
        Clocks {
            service: self.now,
            machine: self.machine_now,
        }
    }
}

/// The checked input.
#[derive(Debug)]
pub(super) struct Input(pub Map<String, Json>);

/// What the rules need beside the call.
#[derive(Debug)]
pub(super) struct Ground {
    pub sessions: Sessions,
    /// How long a bulk publish goes on.
    pub bulk_publish_time: Millis,
    /// Whether an identity pool must be known before anything is done with it.
    pub known_pools_only: bool,
}

/// What an operation came to.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub document: Document,
    /// What is to be sent elsewhere.
    pub deliveries: Vec<Delivery>,
}

impl From<Map<String, Json>> for Done {
    fn from(members: Map<String, Json>) -> Done {
        Done {
            document: Some(members),
            deliveries: Vec::new(),
        }
    }
}

/// Does the operation; an update may be as a function for SyncTrigger has changed it.
pub(super) fn perform(
    call: &Call,
    triggered: Option<&update::Triggered>,
    ground: &Ground,
    tables: Tables<'_>,
) -> Ruled<Done> {
    if ground.known_pools_only && call.input.text("IdentityPoolId").is_some() {
        tables.pool(call.input.pool())?;
    }
    match call.operation.id {
        OperationId::BulkPublish => bulk_publish::start(call, ground, tables),
        OperationId::DeleteDataset => datasets::delete(call, tables),
        OperationId::DescribeDataset => datasets::describe(call, tables),
        OperationId::DescribeIdentityPoolUsage => usage::of_pool(call, tables),
        OperationId::DescribeIdentityUsage => usage::of_identity(call, tables),
        OperationId::GetBulkPublishDetails => bulk_publish::details(call, tables),
        OperationId::GetCognitoEvents => events::get(call, tables),
        OperationId::GetIdentityPoolConfiguration => configuration::get(call, tables),
        OperationId::ListDatasets => datasets::list(call, tables),
        OperationId::ListIdentities => identities::list(call, tables),
        OperationId::ListIdentityPools => identities::list_pools(call, tables),
        OperationId::ListIdentityPoolUsage => usage::of_pools(call, tables),
        OperationId::ListRecords => records::list(call, ground, tables),
        OperationId::RegisterDevice => devices::register(call, tables),
        OperationId::SetCognitoEvents => events::set(call, tables),
        OperationId::SetIdentityPoolConfiguration => configuration::set(call, tables),
        OperationId::SubscribeToDataset => devices::subscribe(call, tables),
        OperationId::UnsubscribeFromDataset => devices::unsubscribe(call, tables),
        OperationId::UpdateRecords => update::perform(call, triggered, ground, tables),
    }
}

/// Whether the operation changes anything. Listing records does where the identity pool is new.
pub(super) fn writes(call: &Call, tables: Tables<'_>) -> Ruled<bool> {
    Ok(match call.operation.id {
        OperationId::ListRecords => !tables.has_pool(call.input.pool())?,
        _ => call.operation.changes(),
    })
}

impl Input {
    pub fn text(&self, member: &str) -> Option<&str> {
        self.0.get(member)?.as_str()
    }

    pub fn number(&self, member: &str) -> Option<i64> {
        self.0.get(member)?.as_i64()
    }

    /// Where the operation has no identity pool, it is empty.
    pub fn pool(&self) -> &str {
        self.text("IdentityPoolId").unwrap_or_default()
    }

    pub fn identity(&self) -> &str {
        self.text("IdentityId").unwrap_or_default()
    }

    /// The dataset that is named; for lists of datasets, the place before all of them.
    pub fn dataset(&self) -> Address {
        Address {
            pool: self.pool().to_string(),
            identity: self.identity().to_string(),
            name: self.text("DatasetName").unwrap_or_default().to_string(),
        }
    }
}

/// Members of a document; those without a value are left out.
fn document<const N: usize>(members: [(&str, Json); N]) -> Map<String, Json> {
    let mut document = Map::with_capacity(N);
    let given = members.into_iter().filter(|(_, value)| !value.is_null());
    document.extend(given.map(|(name, value)| (name.to_string(), value)));
    document
}

/// The dataset, or a refusal; the real service's words are not known.
fn existing(tables: Tables<'_>, address: &Address) -> Ruled<super::store::Dataset> {
    let found = tables.find_dataset(address)?;
    found
        .filter(|dataset| !dataset.is_deleted)
        .ok_or_else(|| Refusal::not_found(format!("Dataset '{}' not found.", address.name)))
}
