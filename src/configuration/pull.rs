//! `pull`: the live configuration of pools as a state file.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::changes::remove_empty_members;
use super::command_args::{PoolSelection, PullArgs};
use super::live_configuration::LiveConfiguration;
use super::outcome::PoolFailure;
use super::pool_list::list_pools;
use super::pool_target::PoolClient;
use super::report;
use super::report::text::failure_message;
use super::section_group::SectionGroup;
use super::state_file::{self, LivePool};
use crate::batch;
use crate::cancellation::Cancellation;
use crate::clients::{RegionalClient, RegionalClients};
use crate::command_context::{CommandContext, CommandReport};
use crate::error::Result;
use crate::interrupt;
use crate::model::REGIONS;
use crate::service::CallError;
use crate::settings::region_of_pool;

/// A pool to read.
struct PoolSource {
    id: String,
    client: PoolClient,
}

/// What could not be read.
struct PullFailure {
    /// The id of a pool, or a region.
    subject: String,
    failure: PoolFailure,
}

/// What was read and what could not be read.
#[derive(Default)]
struct PulledPools {
    pools: Vec<LivePool>,
    failures: Vec<PullFailure>,
}

/// Reads the pools. Those that fail are reported on standard error; if no pool could be read,
/// nothing else is printed, so that no file is replaced by an empty one.
pub fn run(args: &PullArgs, context: &CommandContext<'_>) -> Result<CommandReport> {
    let mut clients =
        RegionalClients::new(&args.settings, context.environment, &context.diagnostics)?;
    let pulled = match &args.pools {
        PoolSelection::Ids(ids) => {
            let ids: BTreeSet<_> = ids.iter().collect();
            let sources = ids.into_iter().map(|id| {
                let client = PoolClient::new(id, None, &mut clients)?;
                Ok(PoolSource {
                    id: id.clone(),
                    client,
                })
            });
            let sources = sources.collect::<Result<_>>()?;
            interrupt::block_on(read_pools(sources, args, context))?
        }
        PoolSelection::All => {
            let region = clients.default_region()?;
            let clients = HashMap::from([(region.clone(), clients.client(&region)?)]);
            interrupt::block_on(read_regions(&clients, args, context))?
        }
        PoolSelection::AllRegions => {
            let clients = REGIONS
                .iter()
                .map(|(region, _)| Ok((region.to_string(), clients.client(region)?)));
            let clients = clients.collect::<Result<_>>()?;
            interrupt::block_on(read_regions(&clients, args, context))?
        }
    };
    let failures = pulled.failures.iter();
    let failures = failures.map(|failed| (failed.subject.as_str(), &failed.failure));
    report::github::report_failures(failures, context.environment, &context.diagnostics);
    for PullFailure { subject, failure } in &pulled.failures {
        let message = failure_message(failure);
        context
            .stderr
            .write_line(&format!("{subject} failed: {message}"));
    }
    let statuses = pulled
        .failures
        .iter()
        .map(|failure| failure.failure.exit_status);
    Ok(CommandReport {
        stdout: match pulled.pools.is_empty() && !pulled.failures.is_empty() {
            true => String::new(),
            false => state_file::render(&pulled.pools, args.format, args.syntax),
        },
        status: statuses.max().unwrap_or(0),
    })
}

/// Reads the pools of these regions.
async fn read_regions(
    clients: &HashMap<String, RegionalClient>,
    args: &PullArgs,
    context: &CommandContext<'_>,
) -> PulledPools {
    let never = Cancellation::default();
    let regions: BTreeMap<_, _> = clients.iter().collect();
    let list = |(_, regional): (_, &RegionalClient)| {
        let client = regional.client.clone();
        async move { list_pools(&client).await }
    };
    let lists = batch::map(regions.clone(), args.concurrency, &never, list, |_| {}).await;
    let (mut sources, mut failures) = (BTreeMap::new(), Vec::new());
    for ((region, client), listed) in regions.into_iter().zip(lists.into_iter().flatten()) {
        match listed {
            Ok(ids) => {
                for id in ids {
                    // Behind a custom endpoint, the pools of all regions may be listed in each.
                    let region = region_of_pool(&id).unwrap_or(region);
                    let client = clients.get(region).unwrap_or(client);
                    let source = PoolSource {
                        client: PoolClient {
                            region: region.to_string(),
                            client: Ok(client.clone()),
                        },
                        id: id.clone(),
                    };
                    sources.insert(id, source);
                }
            }
            Err(error) => failures.push(PullFailure {
                subject: region.clone(),
                failure: PoolFailure::from_call(error, client.region_hint.as_deref()),
            }),
        }
    }
    let mut pulled = read_pools(sources.into_values().collect(), args, context).await;
    failures.append(&mut pulled.failures);
    PulledPools { failures, ..pulled }
}

/// Reads these pools.
async fn read_pools(
    sources: Vec<PoolSource>,
    args: &PullArgs,
    context: &CommandContext<'_>,
) -> PulledPools {
    let progress = context.progress("pools", Some(sources.len()), &args.settings);
    let never = Cancellation::default();
    let read = |source: PoolSource| async move {
        let pool = read_pool(&source).await;
        pool.map_err(|failure| PullFailure {
            subject: source.id,
            failure,
        })
    };
    let mut pulled = PulledPools::default();
    let on_completed = |_: &_| progress.complete_item();
    let outcomes = batch::map(sources, args.concurrency, &never, read, on_completed);
    for outcome in progress.show_during(outcomes).await {
        match outcome {
            Some(Ok(pool)) => pulled.pools.push(pool),
            Some(Err(failure)) => pulled.failures.push(failure),
            None => {}
        }
    }
    pulled
}

async fn read_pool(source: &PoolSource) -> std::result::Result<LivePool, PoolFailure> {
    let client = match &source.client.client {
        Ok(client) => client,
        Err(error) => return Err(PoolFailure::from_error(error)),
    };
    let hint = client.region_hint.as_deref();
    let failure = |error: CallError| PoolFailure::from_call(error, hint);
    let never = Cancellation::default();
    let mut pool = LivePool {
        id: source.id.clone(),
        region: Some(source.client.region.clone()),
        configuration: Default::default(),
    };
    for group in SectionGroup::ALL {
        let read = LiveConfiguration::read(&client.client, group, &source.id, &never).await;
        pool.configuration.extend(read.map_err(failure)?.sections);
    }
    // Pools that do not differ are to be printed alike.
    remove_empty_members(&mut pool.configuration);
    Ok(pool)
}
