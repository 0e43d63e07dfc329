//! Lists the identity pools of a region.

use std::collections::HashMap;

use futures_util::future::join;
use serde_json::{Map, Value as Json, json};

use super::pool_reader::InventoryPool;
use super::read_failure::ReadFailure;
use crate::cancellation::Cancellation;
use crate::clients::{RegionalClient, RegionalClients};
use crate::error::{Error, Result};
use crate::model::OperationId;
use crate::output::unexpected_value;
use crate::paginator::Paginator;
use crate::service::{CallError, Client};

/// The largest page of names that the service allows.
const PAGE_SIZE: u32 = 60;

/// A region with its clients.
pub(super) struct InventoryRegion {
    pub name: String,
    /// The client of Cognito Sync.
    pub client: RegionalClient,
    /// That of Cognito Identity, unless its settings are invalid.
    identity_client: Option<Client>,
}

impl InventoryRegion {
    /// Creates the clients of a region.
    pub fn new(name: String, clients: &mut RegionalClients<'_>) -> Result<InventoryRegion> {
        let client = clients.client(&name)?;
        let identity_client = clients.identity_client(&name).ok();
        Ok(InventoryRegion {
            name,
            client,
            identity_client: identity_client.map(|regional| regional.client),
        })
    }

    /// Returns the pools with their usage and, as far as it may list them, their names.
    pub async fn list_pools(&self) -> Result<Vec<InventoryPool>, ReadFailure> {
        let (usages, names) = join(self.list_usages(), self.list_names()).await;
        let usages =
            usages.map_err(|error| ReadFailure::new(&self.name, None, error, &self.client))?;
        // Names are an extra: Cognito Identity may deny what Cognito Sync permits.
        let names = names.unwrap_or_default();
        let pool = |(id, usage): (String, Map<String, Json>)| InventoryPool {
            name: names.get(&id).cloned(),
            region: self.name.clone(),
            id,
            usage,
            configuration: None,
            others: Map::new(),
        };
        Ok(usages.into_iter().map(pool).collect())
    }

    async fn list_usages(&self) -> Result<Vec<(String, Map<String, Json>)>, CallError> {
        const USAGES: &str = "IdentityPoolUsages";
        let operation = OperationId::ListIdentityPoolUsage.operation();
        let unexpected =
            |value: &Json| CallError::from(unexpected_value(USAGES, value)).of_operation(operation);
        let never = Cancellation::default();
        let mut pages = Paginator::new(&self.client.client, operation, Map::new());
        let mut usages = Vec::new();
        while let Some(mut page) = pages.next_page(&never).await? {
            let entries = match page.members.remove(USAGES) {
                None => Vec::new(),
                Some(Json::Array(entries)) => entries,
                Some(other) => return Err(unexpected(&other)),
            };
            for entry in entries {
                match (entry.get("IdentityPoolId").and_then(Json::as_str), &entry) {
                    (Some(id), Json::Object(usage)) => usages.push((id.to_string(), usage.clone())),
                    _ => return Err(unexpected(&entry)),
                }
            }
        }
        Ok(usages)
    }

    /// Returns the names of pools by their ids.
    async fn list_names(&self) -> Result<HashMap<String, String>, CallError> {
        let Some(client) = &self.identity_client else {
            return Err(Error::general("there is no client of Cognito Identity").into());
        };
        let operation = OperationId::ListIdentityPools.operation();
        let input = Map::from_iter([("MaxResults".to_string(), json!(PAGE_SIZE))]);
        let never = Cancellation::default();
        let mut pages = Paginator::new(client, operation, input);
        let mut names = HashMap::new();
        while let Some(page) = pages.next_page(&never).await? {
            let entries = page.members.get("IdentityPools").and_then(Json::as_array);
            for entry in entries.into_iter().flatten() {
                let text = |name| entry.get(name).and_then(Json::as_str).map(str::to_string);
                names.extend(text("IdentityPoolId").zip(text("IdentityPoolName")));
            }
        }
        Ok(names)
    }
}
