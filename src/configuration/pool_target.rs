//! The pools of state files with the clients of their regions.

use std::sync::Arc;

use super::desired_pool::DesiredPool;
use super::outcome::{PoolFailure, PoolOutcome, PoolResult};
use super::pool_update::PoolUpdate;
use crate::batch::{self, progress::Progress};
use crate::cancellation::Cancellation;
use crate::clients::{RegionalClient, RegionalClients};
use crate::error::{Error, ErrorKind, Result};

/// An identity pool's region with its client, or why there is none.
pub struct PoolClient {
    /// The region; empty if it is not known.
    pub region: String,
    /// The client, unless the region is not known.
    pub client: Result<RegionalClient>,
}

impl PoolClient {
    /// Returns the client of a pool: of this region, or else of the id's prefix, or else of the
    /// settings. Errors of settings, which concern all pools, are the outer result.
    pub fn new(
        id: &str,
        region: Option<&str>,
        clients: &mut RegionalClients<'_>,
    ) -> Result<PoolClient> {
        let Some(region) = region.or(clients.region_of_pool(id)).map(str::to_string) else {
            return Ok(PoolClient {
                region: String::new(),
                client: Err(unknown_region_error()),
            });
        };
        let client = Ok(clients.client(&region)?);
        Ok(PoolClient { region, client })
    }
}

fn unknown_region_error() -> Error {
    Error::new(
        ErrorKind::NoRegion,
        "The id does not begin with a region. Set one with --region or AWS_REGION, or with Region in \
         a state file.",
    )
}

/// A pool to compare or apply.
pub struct PoolTarget {
    pool: Arc<DesiredPool>,
    client: PoolClient,
}

/// What is done with a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolTask {
    /// Compare the live with the desired configuration.
    Compare,
    /// Make the changes that differ.
    Apply,
}

impl PoolTarget {
    /// Returns the targets for the pools of state files.
    ///
    /// # Errors
    /// The settings are invalid, or there are no credentials.
    pub fn resolve(
        pools: Vec<Arc<DesiredPool>>,
        clients: &mut RegionalClients<'_>,
    ) -> Result<Vec<PoolTarget>> {
        let target = |pool: Arc<DesiredPool>| {
            let client = PoolClient::new(&pool.id, pool.region.as_deref(), clients)?;
            Ok(PoolTarget { pool, client })
        };
        pools.into_iter().map(target).collect()
    }

    /// Returns the outcome of the pool.
    pub fn outcome(&self, result: PoolResult) -> PoolOutcome {
        PoolOutcome {
            pool: self.pool.clone(),
            region: self.client.region.clone(),
            result,
        }
    }

    /// Compares the pool or applies it.
    pub async fn run(&self, task: PoolTask, cancellation: &Cancellation) -> PoolOutcome {
        let result = match &self.client.client {
            Err(error) => PoolResult::Failed(PoolFailure::from_error(error)),
            Ok(client) => {
                let update = PoolUpdate {
                    pool: &self.pool,
                    client,
                    cancellation,
                };
                match task {
                    PoolTask::Compare => update.compare().await,
                    PoolTask::Apply => update.apply().await,
                }
            }
        };
        self.outcome(result)
    }
}

/// Compares or applies the pools and returns their outcomes in order. Once `cancellation` is
/// stopped, pools under way are finished and no further ones started. `progress` is shown.
pub async fn run_all<'t>(
    targets: impl IntoIterator<Item = &'t PoolTarget, IntoIter: ExactSizeIterator>,
    task: PoolTask,
    concurrency: usize,
    cancellation: &Cancellation,
    progress: &Progress,
) -> Vec<PoolOutcome> {
    let targets: Vec<_> = targets.into_iter().collect();
    let until_abort = cancellation.until_abort();
    let run = |target: &'t PoolTarget| target.run(task, &until_abort);
    let items = targets.iter().copied();
    let on_completed = |_: &_| progress.complete_item();
    let outcomes = batch::map(items, concurrency, cancellation, run, on_completed);
    let outcomes = progress.show_during(outcomes).await;
    let outcomes = outcomes.into_iter().zip(targets);
    outcomes
        .map(|(outcome, target)| outcome.unwrap_or_else(|| target.outcome(PoolResult::NotStarted)))
        .collect()
}
