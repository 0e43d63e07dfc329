//! `verify`: compares the records of exports with what identity pools have.

mod difference;
mod export_selection;
mod identity_comparer;
mod identity_queue;
mod verify_args;
mod verify_report;

use std::cell::RefCell;
use std::io::Write;
use std::sync::Arc;

use futures_util::stream;
use indicatif::HumanCount;

use export_selection::ExportSelection;
use identity_comparer::IdentityComparison;
use identity_queue::{IdentityQueue, IdentityToCompare};
pub use verify_args::{VerifyArgs, VerifyFormat};
use verify_report::VerifyReport;

use super::pool_clients::PoolClients;
use super::run_failures::{FailuresInRow, concerns_every_call};
use crate::batch;
use crate::batch::progress::Progress;
use crate::cancellation::Cancellation;
use crate::clients::RegionalClients;
use crate::command_context::{CommandContext, CommandReport};
use crate::error::{Error, ErrorKind, INTERRUPTED, Result};
use crate::interrupt;
use crate::service::CallError;

/// Exit status if something differs.
const DIFFERENT: u8 = 1;

/// Exit status if identities could not be read.
const FAILED: u8 = 254;

/// Compares files of records with identity pools, and writes the report to `stdout`.
pub fn verify(
    args: &VerifyArgs,
    context: &CommandContext<'_>,
    stdout: &mut dyn Write,
) -> Result<CommandReport> {
    let selection = ExportSelection::new(args)?;
    if selection.is_incomplete {
        context.stderr.write_line(
            "The journal of the export says that it is not complete, so that differences are to be \
             expected.",
        );
    }
    let mut report = VerifyReport::new(stdout, args.format, context.colors_stdout(args.color));
    let cancellation = Cancellation::default();
    let clients = RegionalClients::new(&args.settings, context.environment, &context.diagnostics)?;
    let requests = Arc::clone(&report.requests);
    let clients = PoolClients::new(clients, cancellation.clone(), requests);
    let queue = IdentityQueue::open(args, context, &selection, clients)?;
    let verification = Verification {
        args,
        context,
        selection: &selection,
        cancellation,
        failures: FailuresInRow::default(),
        failure: RefCell::default(),
    };
    let work = verification.run(queue, &mut report);
    interrupt::block_on_cancellable(&verification.cancellation, work)??;
    verification.conclude(report)
}

/// What came of an identity.
struct ComparisonOutcome {
    pool: String,
    identity_id: String,
    compared: Result<IdentityComparison, CallError>,
}

/// A comparison that is under way.
struct Verification<'a> {
    args: &'a VerifyArgs,
    context: &'a CommandContext<'a>,
    selection: &'a ExportSelection,
    cancellation: Cancellation,
    failures: FailuresInRow,
    /// An error that ends the comparison.
    failure: RefCell<Option<Error>>,
}

impl Verification<'_> {
    /// Compares everything, or as much as there is until an interrupt.
    async fn run(&self, queue: IdentityQueue<'_>, report: &mut VerifyReport<'_>) -> Result<()> {
        let progress = self
            .context
            .progress("identities", None, &self.args.settings);
        let identities = stream::unfold(queue, async |mut queue| match queue.next().await {
            Ok(next) => Some((next?, queue)),
            Err(error) => {
                self.failure.borrow_mut().get_or_insert(error.into_error());
                None
            }
        });
        let work = |queued: IdentityToCompare| async move {
            let compared = match queued.comparer {
                Ok(comparer) => {
                    let (id, records) = (&queued.identity_id, &queued.records);
                    comparer.compare(id, records, self.selection).await
                }
                Err(error) => Err(error.into()),
            };
            ComparisonOutcome {
                pool: queued.pool,
                identity_id: queued.identity_id,
                compared,
            }
        };
        let conclude = |outcome| {
            if let Err(error) = self.add(outcome, report, &progress) {
                self.failure.borrow_mut().get_or_insert(error);
                self.cancellation.abort();
            }
        };
        let (concurrency, cancellation) = (self.args.concurrency, &self.cancellation);
        let compared =
            batch::for_each_in_order(identities, concurrency, cancellation, work, conclude);
        progress.show_during(compared).await;
        match self.failure.take() {
            Some(error) if error.kind == ErrorKind::Interrupted => Ok(()),
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Adds what came of an identity to the report.
    fn add(
        &self,
        outcome: ComparisonOutcome,
        report: &mut VerifyReport<'_>,
        progress: &Progress,
    ) -> Result<()> {
        match outcome.compared {
            Ok(compared) => {
                self.failures.reset();
                report.add(&outcome.pool, &outcome.identity_id, &compared)?;
            }
            Err(CallError::Cancelled { .. }) => return Ok(()),
            Err(CallError::Failed(error)) if concerns_every_call(&error) => return Err(error),
            Err(CallError::Failed(error)) => {
                if let Some(line) = report.add_failed(&outcome.identity_id, &error.message) {
                    self.context.stderr.write_line(&line);
                }
                if let Some(failures) = self.failures.count(&error) {
                    let line = format!(
                        "{failures} identities in a row could not be read: the comparison stops."
                    );
                    self.context.stderr.write_line(&line);
                    return Err(error);
                }
            }
        }
        progress.complete_item();
        let counts = report.counts();
        progress.set_details(&format!(
            ", {} records, {} different",
            HumanCount(counts.records),
            HumanCount(counts.differences())
        ));
        if report.is_closed() {
            self.cancellation.abort();
        }
        Ok(())
    }

    /// Ends the report.
    fn conclude(&self, mut report: VerifyReport<'_>) -> Result<CommandReport> {
        let was_stopped = self.cancellation.is_stopped() && !report.is_closed();
        let unnamed = report.unnamed_failures();
        if unnamed > 0 {
            let line = format!("{} more identities failed.", HumanCount(unnamed));
            self.context.stderr.write_line(&line);
        }
        let failed = report.counts().failed_identities;
        if was_stopped {
            self.context.stderr.write_line("Interrupted.");
        }
        report.finish(!self.cancellation.is_stopped() && failed == 0)?;
        Ok(CommandReport {
            stdout: String::new(),
            status: match report.counts().differences() {
                _ if was_stopped => INTERRUPTED,
                _ if failed > 0 => FAILED,
                0 => 0,
                _ => DIFFERENT,
            },
        })
    }
}
