//! `import`: writes the records of exports to identity pools with several workers, dataset by
//! dataset.

mod dataset_importer;
mod failed_datasets;
mod group_tracker;
mod import_args;
mod import_journal;
mod import_plan;
mod import_report;
mod import_state;
mod import_totals;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use futures_util::stream;
use indicatif::HumanCount;
use tokio::sync::Notify;

use dataset_importer::{DatasetImporter, ImportError};
use import_report::ImportReport;
use import_state::{DatasetFailure, ImportState};
use import_totals::RecordCounts;

pub use import_args::ImportArgs;
pub use import_plan::ConflictPolicy;

use super::identity_map::IdentityMap;
use super::pool_clients::PoolClients;
use super::record_groups::{GroupBy, RecordGroup, RecordGroups, RecordSource};
use super::run_failures::{FailuresInRow, concerns_every_call};
use crate::batch;
use crate::batch::progress::Progress;
use crate::cancellation::Cancellation;
use crate::clients::RegionalClients;
use crate::command_context::{CommandContext, CommandReport};
use crate::error::{Error, Result};
use crate::interrupt;
use crate::service::CallError;

/// How many groups may be begun behind the first that is not complete. The journal lists those of
/// them that are.
const MAX_OPEN_GROUPS: usize = 1000;

/// Imports files of records.
pub fn import(args: &ImportArgs, context: &CommandContext<'_>) -> Result<CommandReport> {
    let map = args.identity_map.as_deref().map(IdentityMap::read);
    let map = map.transpose()?;
    let cancellation = Cancellation::default();
    let report = ImportReport::new(args, context);
    let clients = RegionalClients::new(&args.settings, context.environment, &context.diagnostics)?;
    // Datasets under way are imported to their end after an interrupt.
    let until_abort = cancellation.until_abort();
    let mut clients = PoolClients::new(clients, until_abort, Arc::clone(&report.counts));
    let (state, input) = open(args, context, &mut clients)?;
    let import = Import {
        args,
        context,
        cancellation,
        map,
        state: RefCell::new(state),
        datasets_under_way: RefCell::default(),
        group_ended: Notify::new(),
        failures: FailuresInRow::default(),
        failure: RefCell::default(),
    };
    let was_finished = import.state.borrow().is_finished();
    let work = import.run_all(input, clients, &report);
    interrupt::block_on_cancellable(&import.cancellation, work)??;
    let state = import.state.into_inner();
    if was_finished && !state.has_groups() {
        report.report_complete();
    } else if state.is_empty() && !import.cancellation.is_stopped() {
        report.report_empty();
    }
    Ok(report.conclude(&state, import.cancellation.is_stopped()))
}

/// The groups to import.
struct ImportInput {
    /// The first group, if it had to be read to find out its pool.
    first: Option<RecordGroup>,
    groups: RecordGroups,
}

/// Opens the journal and begins to read the files. The client of the first pool is made here, since
/// settings and credentials cannot be resolved within a runtime.
fn open(
    args: &ImportArgs,
    context: &CommandContext<'_>,
    clients: &mut PoolClients<'_>,
) -> Result<(ImportState, ImportInput)> {
    let source = RecordSource {
        files: args.files.clone(),
        stdin: context.stdin.clone(),
    };
    let pool_of = |named: &str| {
        args.identity_pool_id
            .as_deref()
            .unwrap_or(named)
            .to_string()
    };
    if source.has_stdin() {
        let mut groups = source.groups(GroupBy::Dataset, None)?;
        let first = groups.blocking_next().transpose()?;
        if let Some(first) = &first {
            clients.first(&pool_of(&first.records[0].identity_pool_id))?;
        }
        return Ok((ImportState::without_files(), ImportInput { first, groups }));
    }
    let (mut state, mut position) = (ImportState::without_files(), None);
    if let Some(first) = source.first_record()? {
        let pool = pool_of(&first.identity_pool_id);
        let (client, region) = (clients.first(&pool)?, clients.region(&pool)?);
        if let Some(paths) = args.paths() {
            let options = args.journal_options(&client, &region, context.environment);
            (state, position) = ImportState::open(paths, args.restart, &options)?;
        }
    }
    let groups = source.groups(GroupBy::Dataset, position)?;
    Ok((
        state,
        ImportInput {
            first: None,
            groups,
        },
    ))
}

/// The dataset that a group is imported into: identity pool, identity and name.
type TargetDataset = [String; 3];

/// A group for a worker.
struct QueuedGroup {
    number: u64,
    group: RecordGroup,
    target: TargetDataset,
    /// The importer of its pool, or why it is not imported.
    importer: Result<Rc<DatasetImporter>>,
}

/// What came of a group.
struct GroupOutcome {
    number: u64,
    group: RecordGroup,
    target: TargetDataset,
    imported: Result<RecordCounts, ImportError>,
}

/// An import that is under way.
struct Import<'a> {
    args: &'a ImportArgs,
    context: &'a CommandContext<'a>,
    cancellation: Cancellation,
    map: Option<IdentityMap>,
    state: RefCell<ImportState>,
    /// Datasets of groups that are not complete.
    datasets_under_way: RefCell<HashSet<TargetDataset>>,
    /// Notified whenever a group is complete.
    group_ended: Notify,
    failures: FailuresInRow,
    /// An error that ends the import.
    failure: RefCell<Option<Error>>,
}

/// The queue of the groups for the workers.
struct GroupQueue<'c, 'p> {
    input: ImportInput,
    clients: &'c mut PoolClients<'p>,
    importers: HashMap<String, Rc<DatasetImporter>>,
}

impl Import<'_> {
    /// Imports the datasets again that earlier runs have failed for, and all groups.
    async fn run_all(
        &self,
        input: ImportInput,
        mut clients: PoolClients<'_>,
        report: &ImportReport<'_>,
    ) -> Result<()> {
        let retry = self.state.borrow_mut().begin_retry()?;
        if let Some((retry, file)) = retry {
            let source = RecordSource {
                files: vec![file],
                stdin: self.context.stdin.clone(),
            };
            let groups = source.groups(GroupBy::Dataset, None)?;
            let own = self.state.replace(retry);
            let input = ImportInput {
                first: None,
                groups,
            };
            let outcome = self.run(input, &mut clients, report).await;
            let retry = self.state.replace(own);
            self.state.borrow_mut().end_retry(retry)?;
            outcome?;
        }
        self.run(input, &mut clients, report).await
    }

    /// Imports all groups, or as many as there are until an interrupt.
    async fn run(
        &self,
        input: ImportInput,
        clients: &mut PoolClients<'_>,
        report: &ImportReport<'_>,
    ) -> Result<()> {
        let totals = *self.state.borrow().totals();
        let progress = self.context.progress("datasets", None, &self.args.settings);
        let progress = progress.continue_from(totals.datasets + totals.failed_datasets);
        let mut queue = GroupQueue {
            input,
            clients,
            importers: HashMap::new(),
        };
        let groups = stream::unfold(&mut queue, async |queue| {
            let next = self.next_group(queue).await?;
            Some((next, queue))
        });
        let work = |queued: QueuedGroup| async move {
            let imported = match queued.importer {
                Ok(importer) => {
                    let [_, identity_id, _] = &queued.target;
                    importer.import(identity_id, &queued.group.records).await
                }
                Err(error) => Err(CallError::from(error).into()),
            };
            GroupOutcome {
                number: queued.number,
                group: queued.group,
                target: queued.target,
                imported,
            }
        };
        let conclude = |outcome| self.conclude(outcome, &progress);
        let (concurrency, cancellation) = (self.args.concurrency, &self.cancellation);
        let imported = batch::for_each_of_stream(groups, concurrency, cancellation, work, conclude);
        progress.show_during(imported).await;
        report.warn_of_unknown_members(&queue.input.groups.unknown_members());
        let failure = self.failure.take();
        let mut state = self.state.borrow_mut();
        match failure {
            None if self.cancellation.is_stopped() => state.commit(),
            None => state.finish(),
            Some(failure) => {
                state.commit()?;
                match state.paths() {
                    Some(_) => Err(failure.hint("the same command line continues the import")),
                    None => Err(failure),
                }
            }
        }
    }

    /// Returns the next group to import, once nothing stands in its way; `None` at the end.
    async fn next_group(&self, queue: &mut GroupQueue<'_, '_>) -> Option<QueuedGroup> {
        loop {
            let next = match queue.input.first.take() {
                Some(first) => Ok(first),
                None => queue.input.groups.next().await?,
            };
            let group = match next {
                Ok(group) => group,
                Err(error) => {
                    self.failure.replace(Some(error));
                    return None;
                }
            };
            let (target, mapped) = self.target(&group);
            while self.must_wait(&target) {
                self.group_ended.notified().await;
            }
            let Some(number) = self.state.borrow_mut().add_group(&group) else {
                continue;
            };
            self.datasets_under_way.borrow_mut().insert(target.clone());
            let importer = mapped.and_then(|()| match self.state.borrow().has_failed(&group) {
                false => self.importer(queue, &target[0]),
                true => Err(Error::general(
                    "Records of the dataset that stand before these in the files have failed.",
                )),
            });
            return Some(QueuedGroup {
                number,
                group,
                target,
                importer,
            });
        }
    }

    /// Returns the dataset that a group is imported into, and an error if no identity takes the place
    /// of its own.
    fn target(&self, group: &RecordGroup) -> (TargetDataset, Result<()>) {
        let first = &group.records[0];
        let pool = self.args.identity_pool_id.as_ref();
        let pool = pool.unwrap_or(&first.identity_pool_id);
        let identity = match &self.map {
            None => Ok(first.identity_id.as_str()),
            Some(map) => map.new_id(&first.identity_id),
        };
        let (identity, mapped) = match identity {
            Ok(identity) => (identity, Ok(())),
            Err(error) => (first.identity_id.as_str(), Err(error)),
        };
        let names = [pool.as_str(), identity, first.dataset_name.as_str()];
        (names.map(str::to_string), mapped)
    }

    /// Whether a group has to wait: for an earlier one of the same dataset, or since too many are
    /// begun.
    fn must_wait(&self, target: &TargetDataset) -> bool {
        self.datasets_under_way.borrow().contains(target)
            || self.state.borrow().open_groups() >= MAX_OPEN_GROUPS
    }

    fn importer(&self, queue: &mut GroupQueue<'_, '_>, pool: &str) -> Result<Rc<DatasetImporter>> {
        if let Some(importer) = queue.importers.get(pool) {
            return Ok(Rc::clone(importer));
        }
        let client = queue.clients.sync_client(pool)?;
        let (policy, is_dry_run) = (self.args.on_conflict, self.args.dry_run);
        let importer = Rc::new(DatasetImporter::new(client, pool, policy, is_dry_run));
        let known = Rc::clone(&importer);
        queue.importers.insert(pool.to_string(), known);
        Ok(importer)
    }

    /// Counts a failure. Returns whether there are so many in a row that the import ends.
    fn stops_after(&self, error: &Error) -> bool {
        let Some(failures) = self.failures.count(error) else {
            return false;
        };
        let line = format!("{failures} datasets in a row could not be imported: the import stops.");
        self.context.stderr.write_line(&line);
        true
    }

    /// Counts what came of a group. An error that is not about the group ends the import.
    fn conclude(&self, outcome: GroupOutcome, progress: &Progress) {
        self.datasets_under_way.borrow_mut().remove(&outcome.target);
        let concluded = match outcome.imported {
            Ok(counts) => {
                self.failures.reset();
                self.state.borrow_mut().complete(outcome.number, counts)
            }
            // It counts as not yet imported.
            Err(ImportError::Call(CallError::Cancelled { .. })) => Ok(()),
            Err(ImportError::Call(CallError::Failed(error))) if concerns_every_call(&error) => {
                Err(error)
            }
            Err(ImportError::Call(CallError::Failed(error))) if self.stops_after(&error) => {
                Err(error)
            }
            Err(error) => {
                let failure = DatasetFailure::new(outcome.target, error);
                let mut state = self.state.borrow_mut();
                state.fail(outcome.number, &outcome.group, failure)
            }
        };
        if let Err(error) = concluded {
            self.failure.borrow_mut().get_or_insert(error);
            self.cancellation.abort();
        }
        progress.complete_item();
        let records = self.state.borrow().totals().records.total();
        progress.set_details(&format!(", {} records", HumanCount(records)));
        self.group_ended.notify_one();
    }
}

impl DatasetFailure {
    fn new(target: TargetDataset, error: ImportError) -> DatasetFailure {
        let [_, identity_id, dataset_name] = target;
        let (message, conflicts) = match error {
            ImportError::Conflict { records, message } => (message, records),
            ImportError::Call(error) => (error.into_error().message, 0),
        };
        DatasetFailure {
            identity_id,
            dataset_name,
            message,
            conflicts,
        }
    }
}
