//! `export`: reads identities with several workers and writes what they have, until all are done.

mod batch_tracker;
mod export_args;
mod export_output;
mod export_report;
mod export_summary;
mod identity_reader;
mod journal;
mod journal_entry;
mod previous_export;

use std::cell::RefCell;
use std::io::{Read as _, Write};
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, join, select};
use futures_util::stream;
use indicatif::{HumanBytes, HumanCount};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::batch;
use crate::batch::progress::Progress;
use crate::cancellation::Cancellation;
use crate::clients::{RegionalClient, RegionalClients};
use crate::command_context::{CommandContext, CommandReport};
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt;
use crate::output::error_report;
use crate::records::counted_client::CountedClient;
use crate::records::dataset_reader::DatasetReader;
use crate::records::given_identities::GivenIdentities;
use crate::records::identity_lister::IdentityLister;
use crate::records::identity_source::{IdentityOrigin, IdentitySource};
use crate::records::input_file;
use crate::records::run_failures::{FailuresInRow, concerns_every_call};
use crate::service::CallError;
use crate::source_excerpt::escape_unprintable;
use batch_tracker::BatchTracker;
pub use export_args::{ExportArgs, IdentitySelection, OutputArgs};
use export_output::ExportOutput;
pub use export_output::{replace_file, summary_path};
use export_report::ExportReport;
use identity_reader::{IdentityReader, ReadIdentity};
pub use journal::journal_path;
use journal_entry::FailedIdentity;
pub use journal_entry::JournalEntry;
use previous_export::PreviousExport;

/// How many identities wait for a worker: two pages of the list.
const QUEUE_LENGTH: usize = 120;

/// Exports an identity pool. Without `--to`, records go to `stdout`.
pub fn export(
    args: &ExportArgs,
    context: &CommandContext<'_>,
    stdout: &mut dyn Write,
) -> Result<CommandReport> {
    let given = given_identities(args, context)?;
    check_since(args)?;
    let previous = args.since.as_deref();
    let previous = previous.map(|path| PreviousExport::open(path, &args.identity_pool_id));
    let previous = previous.transpose()?;
    let clients = ExportClients::new(args, context)?;
    let mut output = match &args.output.to {
        Some(path) => ExportOutput::open(path, &args.output, &args.journal_options())?,
        None => ExportOutput::to_stream(stdout, &args.output),
    };
    let export = Export {
        args,
        context,
        cancellation: Cancellation::default(),
        batches: RefCell::default(),
        failures: FailuresInRow::default(),
        report: ExportReport::new(args, context),
    };
    if output.state().is_complete() && !export.has_new(given.as_ref(), &output) {
        return Ok(export.report.complete(&output));
    }
    let reader = export.reader(&clients, previous);
    let source = |output: &mut ExportOutput<'_>| export.source(&clients, given, output);
    let work = export.run(source, &reader, &mut output);
    interrupt::block_on_cancellable(&export.cancellation, work)??;
    export
        .report
        .conclude(&output, export.cancellation.is_stopped())
}

/// The clients of the services.
struct ExportClients {
    sync: RegionalClient,
    /// Only if identities are listed.
    identity: Option<RegionalClient>,
}

impl ExportClients {
    fn new(args: &ExportArgs, context: &CommandContext<'_>) -> Result<ExportClients> {
        let (settings, diagnostics) = (&args.settings, &context.diagnostics);
        let mut clients = RegionalClients::new(settings, context.environment, diagnostics)?;
        let region = match clients.region_of_pool(&args.identity_pool_id) {
            Some(region) => region.to_string(),
            None => clients.default_region()?,
        };
        let sync = clients.client(&region)?;
        let identity = match args.identities {
            IdentitySelection::Listed { .. } => Some(clients.identity_client(&region)?),
            _ => None,
        };
        Ok(ExportClients { sync, identity })
    }
}

/// Rejects an output that is the one of the export before, whose journal is still needed.
fn check_since(args: &ExportArgs) -> Result<()> {
    let (Some(since), Some(to)) = (&args.since, &args.output.to) else {
        return Ok(());
    };
    let journal = |path| journal_path(path).canonicalize().ok();
    match since == to || journal(since).is_some_and(|since| journal(to) == Some(since)) {
        false => Ok(()),
        true => Err(Error::parameter(format!(
            "--since and --to both name '{}'. Choose another file for what has changed since.",
            to.display()
        ))),
    }
}

/// Reads the identities that the user names.
fn given_identities(
    args: &ExportArgs,
    context: &CommandContext<'_>,
) -> Result<Option<GivenIdentities>> {
    match &args.identities {
        IdentitySelection::Listed { .. } => Ok(None),
        IdentitySelection::Ids(ids) => GivenIdentities::from_ids(ids).map(Some),
        IdentitySelection::File(name) => {
            let mut content = Vec::new();
            let read = match name.as_str() {
                "-" => context.stdin.clone().read_to_end(&mut content),
                _ => input_file::open_or_pipe(name.as_ref())?.read_to_end(&mut content),
            };
            read.map_err(|why| Error::general(format!("Unable to read '{name}': {why}")))?;
            let given = GivenIdentities::parse(name, content)?;
            if given.clone().next().is_none() {
                let line = format!("--identities {name} names no identities.");
                context.stderr.write_line(&escape_unprintable(&line));
            }
            Ok(Some(given))
        }
    }
}

/// An identity for a worker, with the number of its batch.
type QueuedIdentity = (u64, String);

/// What a worker has read.
struct IdentityOutcome {
    batch: u64,
    id: String,
    read: Result<ReadIdentity, CallError>,
}

/// An export that is under way.
struct Export<'a> {
    args: &'a ExportArgs,
    context: &'a CommandContext<'a>,
    cancellation: Cancellation,
    batches: RefCell<BatchTracker>,
    failures: FailuresInRow,
    report: ExportReport<'a>,
}

impl Export<'_> {
    /// Whether the user names identities that earlier runs have not exported.
    fn has_new(&self, given: Option<&GivenIdentities>, output: &ExportOutput<'_>) -> bool {
        let is_in_shard = |id: &str| self.args.shard.is_none_or(|shard| shard.contains(id));
        let is_new = |id: String| is_in_shard(&id) && !output.state().is_done(&id);
        given.is_some_and(|given| given.clone().any(is_new))
    }

    fn client(&self, client: &RegionalClient, cancellation: Cancellation) -> CountedClient {
        CountedClient::new(
            client.client.clone(),
            cancellation,
            Arc::clone(&self.report.counts),
        )
    }

    /// Identities under way are read to their end after an interrupt.
    fn reader(&self, clients: &ExportClients, previous: Option<PreviousExport>) -> IdentityReader {
        let client = self.client(&clients.sync, self.cancellation.until_abort());
        IdentityReader::new(
            DatasetReader::new(client, &self.args.identity_pool_id),
            self.args.datasets.clone(),
            self.args.include_deleted,
            previous,
        )
    }

    fn source(
        &self,
        clients: &ExportClients,
        given: Option<GivenIdentities>,
        output: &mut ExportOutput<'_>,
    ) -> IdentitySource {
        let start = output.state().list.clone();
        let mut retries = Vec::new();
        let origin = match (given, &clients.identity) {
            (None, Some(client)) => {
                retries.extend(output.state().failed.keys().cloned());
                let client = self.client(client, self.cancellation.clone());
                let pool = &self.args.identity_pool_id;
                let lister = IdentityLister::new(client, pool, self.args.list_rate, &start);
                let identities = &self.args.identities;
                IdentityOrigin::Listed {
                    lister: Box::new(lister),
                    only_authenticated: *identities
                        == IdentitySelection::Listed {
                            only_authenticated: true,
                        },
                }
            }
            (given, _) => IdentityOrigin::Given(given.unwrap_or_default()),
        };
        IdentitySource::new(origin, self.args.shard, output.take_done(), start, retries)
    }

    /// Exports all identities and commits them, or as many as there are until an interrupt. The
    /// source is made within the runtime, whose timers it uses.
    async fn run(
        &self,
        source: impl FnOnce(&mut ExportOutput<'_>) -> IdentitySource,
        reader: &IdentityReader,
        output: &mut ExportOutput<'_>,
    ) -> Result<()> {
        let source = source(output);
        let progress = self
            .context
            .progress("identities", source.total(), &self.args.settings)
            .continue_from(output.state().commit.totals.identities);
        let (sender, receiver) = channel(QUEUE_LENGTH);
        let mut failure = None;
        let exported = self.export_queued(receiver, reader, output, &mut failure, &progress);
        let (fed, ()) = progress
            .show_during(join(self.feed(source, sender), exported))
            .await;
        let batches = &mut self.batches.borrow_mut();
        let failure = failure.or_else(|| fed.err().map(CallError::into_error));
        match failure {
            None if self.cancellation.is_stopped() => output.commit(batches),
            None => output.finish(batches),
            Some(failure) => {
                let is_interrupted = failure.kind == ErrorKind::Interrupted;
                if let Err(error) = output.commit(batches) {
                    // After a failed write, it is not the cause.
                    return Err(if is_interrupted { error } else { failure });
                }
                match is_interrupted || output.writer().is_closed() {
                    true => Ok(()),
                    false => self.give_up(failure, output),
                }
            }
        }
    }

    /// Queues the identities for the workers until an interrupt.
    async fn feed(
        &self,
        mut source: IdentitySource,
        sender: Sender<QueuedIdentity>,
    ) -> Result<(), CallError> {
        let mut restarts = 0;
        loop {
            let next = {
                let next = pin!(source.next_batch());
                match select(next, pin!(self.cancellation.stopped())).await {
                    Either::Left((next, _)) => next?,
                    Either::Right(_) => None,
                }
            };
            let Some(batch) = next else {
                return Ok(());
            };
            if source.restarts() > restarts {
                restarts = source.restarts();
                self.context.stderr.write_line(
                    "The service does not know the position in the list of identities any more. The \
                     list starts again; identities that are exported already are left out.",
                );
            }
            let count = batch.ids.len();
            let number = self.batches.borrow_mut().add(count, batch.position);
            for id in batch.ids {
                // Fails once the workers take no more.
                if sender.send((number, id)).await.is_err() {
                    return Ok(());
                }
            }
        }
    }

    /// Reads the queued identities and writes what they have. A failure that is not about one
    /// identity ends it.
    async fn export_queued(
        &self,
        receiver: Receiver<QueuedIdentity>,
        reader: &IdentityReader,
        output: &mut ExportOutput<'_>,
        failure: &mut Option<Error>,
        progress: &Progress,
    ) {
        let queue = stream::unfold(receiver, async |mut receiver| {
            let next = receiver.recv().await?;
            Some((next, receiver))
        });
        let read = |(batch, id): QueuedIdentity| async move {
            let read = reader.read(&id).await;
            IdentityOutcome { batch, id, read }
        };
        let write = |outcome| {
            if failure.is_some() {
                return;
            }
            if let Err(error) = self.write(outcome, output) {
                *failure = Some(error);
                self.cancellation.abort();
            } else {
                progress.complete_item();
                progress.set_details(&details(output));
            }
            if output.writer().is_closed() {
                self.cancellation.abort();
            }
        };
        let (concurrency, cancellation) = (self.args.concurrency, &self.cancellation);
        batch::for_each_of_stream(queue, concurrency, cancellation, read, write).await;
    }

    fn write(&self, outcome: IdentityOutcome, output: &mut ExportOutput<'_>) -> Result<()> {
        match outcome.read {
            Ok(read) => {
                self.failures.reset();
                output.add(read)?;
            }
            // It counts as not yet read.
            Err(CallError::Cancelled { .. }) => return Ok(()),
            Err(CallError::Failed(error)) if concerns_every_call(&error) => return Err(error),
            Err(CallError::Failed(error)) => {
                output.add_failed(FailedIdentity {
                    identity_id: outcome.id,
                    code: error_report::error_code(&error),
                    message: error.message.clone(),
                });
                if let Some(failures) = self.failures.count(&error) {
                    let line = format!(
                        "{failures} identities in a row could not be read: the export stops."
                    );
                    self.context.stderr.write_line(&line);
                    return Err(error);
                }
            }
        }
        let mut batches = self.batches.borrow_mut();
        batches.complete(outcome.batch);
        output.commit_if_due(&mut batches)
    }

    /// Ends an export with an error.
    fn give_up(&self, failure: Error, output: &mut ExportOutput<'_>) -> Result<()> {
        match &self.args.output.to {
            Some(path) if output.is_empty() => {
                output.discard(path, self.args.output.split.is_some())?;
                Err(failure)
            }
            Some(_) => {
                self.report.write_files(output)?;
                Err(failure.hint("the same command line continues the export"))
            }
            None => Err(failure),
        }
    }
}

/// What the progress shows behind the number of identities.
fn details(output: &ExportOutput<'_>) -> String {
    let written = output.writer().totals();
    format!(
        ", {} datasets, {} records, {}",
        HumanCount(output.state().commit.totals.datasets),
        HumanCount(written.records),
        HumanBytes(written.data_bytes)
    )
}
