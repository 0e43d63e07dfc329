//! The reports of an import: messages and the summary.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use indicatif::HumanCount;
use serde_json::json;

use super::import_args::ImportArgs;
use super::import_plan::ConflictPolicy;
use super::import_state::ImportState;
use crate::command_context::{CommandContext, CommandReport};
use crate::error::INTERRUPTED;
use crate::output;
use crate::records::counted_client::RequestCounts;
use crate::records::record_groups::without_records;
use crate::records::seconds;
use crate::source_excerpt::escape_unprintable;

/// Exit status if datasets have failed.
const FAILED: u8 = 254;

/// Reports on an import.
pub struct ImportReport<'a> {
    args: &'a ImportArgs,
    context: &'a CommandContext<'a>,
    /// The requests of the import.
    pub counts: Arc<RequestCounts>,
    started: Instant,
}

impl<'a> ImportReport<'a> {
    /// Creates the report of an import that begins now.
    pub fn new(args: &'a ImportArgs, context: &'a CommandContext<'a>) -> ImportReport<'a> {
        ImportReport {
            args,
            context,
            counts: Arc::default(),
            started: Instant::now(),
        }
    }

    /// Names members of the files that have no meaning.
    pub fn warn_of_unknown_members(&self, names: &BTreeSet<String>) {
        if !names.is_empty() {
            let names: Vec<_> = names
                .iter()
                .map(|name| name.escape_debug().to_string())
                .collect();
            let line = format!(
                "Members that an export does not write were ignored: {}.",
                names.join(", ")
            );
            self.context.stderr.write_line(&line);
        }
    }

    /// Reports that nothing was left to do.
    pub fn report_complete(&self) {
        self.context.stderr.write_line(
            "The import has come to its end, so that nothing is left to do. --restart imports everything again.",
        );
    }

    /// Reports files without records.
    pub fn report_empty(&self) {
        let what = without_records(&self.args.files);
        let line = format!("{what}, so that there is nothing to import.");
        self.context.stderr.write_line(&escape_unprintable(&line));
    }

    /// Reports an import that came to its end or was interrupted.
    pub fn conclude(&self, state: &ImportState, was_stopped: bool) -> CommandReport {
        let stderr = &self.context.stderr;
        for failure in state.failures() {
            stderr.write_line(&format!(
                "{} {} failed: {}",
                failure.identity_id.escape_debug(),
                failure.dataset_name.escape_debug(),
                failure.message
            ));
        }
        let failed = state.totals().failed_datasets;
        let named = state.failures().len() as u64;
        match failed - named.min(failed) {
            0 => {}
            failed if named == 0 => {
                let count = HumanCount(failed);
                stderr.write_line(&format!("Earlier runs failed for {count} datasets."));
            }
            more => stderr.write_line(&format!("{} more datasets failed.", HumanCount(more))),
        }
        self.name_failed_file(state);
        if was_stopped {
            stderr.write_line(match state.paths() {
                Some(_) => "Interrupted. The same command line continues the import.",
                None => "Interrupted.",
            });
        }
        CommandReport {
            stdout: self.summary(state),
            status: match failed {
                _ if was_stopped => INTERRUPTED,
                0 => 0,
                _ => FAILED,
            },
        }
    }

    /// Says where the records of failed datasets are, and what may be done with them.
    fn name_failed_file(&self, state: &ImportState) {
        let totals = state.totals();
        if totals.failed_datasets == 0 {
            return;
        }
        let conflicts =
            totals.conflicting_records > 0 && self.args.on_conflict == ConflictPolicy::Fail;
        // The journal of this import is of its own options, so that other ones need another file.
        let remedy = match conflicts {
            true => " For values that differ, import that file with --on-conflict keep or replace.",
            false => "",
        };
        let line = match state.paths() {
            Some(paths) => format!(
                "The same command line imports failed datasets again. Their records are in '{}'.{remedy}",
                paths.failed.display()
            ),
            None if conflicts => {
                "--on-conflict keep or replace decides about values that differ.".to_string()
            }
            None => return,
        };
        self.context.stderr.write_line(&line);
    }

    /// Returns the summary as JSON text. Counts include the runs that this one continued, except for
    /// duration and requests.
    fn summary(&self, state: &ImportState) -> String {
        let totals = state.totals();
        let records = &totals.records;
        let document = json!({
            "DryRun": self.args.dry_run,
            "Complete": state.is_finished() && totals.failed_datasets == 0,
            "Datasets": totals.datasets,
            "FailedDatasets": totals.failed_datasets,
            "AddedRecords": records.added,
            "ReplacedRecords": records.replaced,
            "RemovedRecords": records.removed,
            "UnchangedRecords": records.unchanged,
            "KeptRecords": records.kept,
            "FailedRecords": totals.failed_records,
            "ConflictingRecords": totals.conflicting_records,
            "DurationSeconds": seconds::rounded(self.started.elapsed()),
            "Requests": self.counts.sent(),
            "ThrottledRequests": self.counts.throttled(),
        });
        output::render_json(&document)
    }
}
