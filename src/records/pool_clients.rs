//! The clients of the identity pools that a file names, made as they are met.

use std::sync::Arc;

use super::counted_client::{CountedClient, RequestCounts};
use crate::cancellation::Cancellation;
use crate::clients::{RegionalClient, RegionalClients};
use crate::error::{Error, ErrorKind, Result};

/// Clients of identity pools, whose requests are counted together.
pub struct PoolClients<'a> {
    clients: RegionalClients<'a>,
    /// The region of pools whose ids and settings name none.
    default_region: Option<String>,
    cancellation: Cancellation,
    counts: Arc<RequestCounts>,
}

impl<'a> PoolClients<'a> {
    /// Creates clients whose calls end once `cancellation` is stopped.
    pub fn new(
        clients: RegionalClients<'a>,
        cancellation: Cancellation,
        counts: Arc<RequestCounts>,
    ) -> PoolClients<'a> {
        PoolClients {
            clients,
            default_region: None,
            cancellation,
            counts,
        }
    }

    /// Returns the client of the first pool. It resolves settings and fetches credentials, so that
    /// it must not be called within a runtime.
    pub fn first(&mut self, pool: &str) -> Result<RegionalClient> {
        if self.clients.region_of_pool(pool).is_none() {
            self.default_region = Some(self.clients.default_region()?);
        }
        let region = self.region(pool)?;
        self.clients.client(&region)
    }

    /// Returns the client of another pool.
    pub fn sync_client(&mut self, pool: &str) -> Result<CountedClient> {
        let region = self.region(pool)?;
        let client = self.clients.client(&region)?;
        Ok(self.counted(client))
    }

    /// Returns the client of Cognito Identity for a pool.
    pub fn identity_client(&mut self, pool: &str) -> Result<CountedClient> {
        let region = self.region(pool)?;
        let client = self.clients.identity_client(&region)?;
        Ok(self.counted(client))
    }

    /// Returns the region of a pool.
    pub fn region(&self, pool: &str) -> Result<String> {
        let region = self.clients.region_of_pool(pool);
        let region = region.or(self.default_region.as_deref());
        region.map(str::to_string).ok_or_else(|| {
            Error::new(
                ErrorKind::NoRegion,
                format!(
                    "The id of identity pool '{}' names no region. Use --region.",
                    pool.escape_debug()
                ),
            )
        })
    }

    fn counted(&self, client: RegionalClient) -> CountedClient {
        CountedClient::new(
            client.client,
            self.cancellation.clone(),
            Arc::clone(&self.counts),
        )
    }
}
