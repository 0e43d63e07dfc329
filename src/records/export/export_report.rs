//! The reports of an export: messages, the summary, and the files beside the output.

use std::sync::Arc;
use std::time::Instant;

use indicatif::HumanCount;

use super::export_args::ExportArgs;
use super::export_output::{ExportOutput, failed_path, replace_file, summary_path};
use super::export_summary::summary;
use crate::command_context::{CommandContext, CommandReport};
use crate::error::{INTERRUPTED, Result};
use crate::records::counted_client::RequestCounts;
use crate::records::split_output::remove;
use crate::source_excerpt::escape_unprintable;

/// Exit status if identities have failed.
const FAILED: u8 = 254;

/// How many failures are reported one by one.
const MAX_REPORTED: usize = 10;

/// Reports on an export.
pub struct ExportReport<'a> {
    args: &'a ExportArgs,
    context: &'a CommandContext<'a>,
    /// The requests of the export.
    pub counts: Arc<RequestCounts>,
    started: Instant,
}

impl<'a> ExportReport<'a> {
    /// Creates the report of an export that begins now.
    pub fn new(args: &'a ExportArgs, context: &'a CommandContext<'a>) -> ExportReport<'a> {
        ExportReport {
            args,
            context,
            counts: Arc::default(),
            started: Instant::now(),
        }
    }

    /// Reports an export that came to its end or was interrupted.
    pub fn conclude(&self, output: &ExportOutput<'_>, was_stopped: bool) -> Result<CommandReport> {
        let stderr = &self.context.stderr;
        let failed = &output.state().failed;
        for (id, identity) in failed.iter().take(MAX_REPORTED) {
            let line = format!("{id} failed: {}", identity.message);
            stderr.write_line(&escape_unprintable(&line));
        }
        if failed.len() > MAX_REPORTED {
            let more = (failed.len() - MAX_REPORTED) as u64;
            stderr.write_line(&format!("{} more identities failed.", HumanCount(more)));
        }
        for record in output.writer().left_out() {
            stderr.write_line(&format!("left out: {record}"));
        }
        let is_interrupted = was_stopped && !output.writer().is_closed();
        if !is_interrupted {
            self.warn_of_unknown_datasets(output);
        }
        let stdout = match &self.args.output.to {
            None => String::new(),
            Some(_) => self.write_files(output)?,
        };
        match &self.args.output.to {
            None if is_interrupted => stderr.write_line("Interrupted."),
            Some(_) if is_interrupted => {
                stderr.write_line("Interrupted. The same command line continues the export.");
            }
            Some(_) if !failed.is_empty() => {
                stderr.write_line("The same command line reads the failed identities again.");
            }
            _ => {}
        }
        Ok(CommandReport {
            stdout,
            status: match failed.is_empty() {
                _ if is_interrupted => INTERRUPTED,
                true => 0,
                false => FAILED,
            },
        })
    }

    /// Warns if nothing was exported because no identity has a dataset of the given names.
    fn warn_of_unknown_datasets(&self, output: &ExportOutput<'_>) {
        let (names, state) = (&self.args.datasets, output.state());
        let totals = &state.commit.totals;
        let found = totals.datasets + totals.unchanged_datasets;
        if names.is_empty() || found > 0 || !state.is_complete() {
            return;
        }
        let names: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
        let line = format!("No identity has a dataset {}.", names.join(" or "));
        self.context.stderr.write_line(&escape_unprintable(&line));
    }

    /// Writes the files beside the output and returns the summary.
    pub fn write_files(&self, output: &ExportOutput<'_>) -> Result<String> {
        let summary = summary(self.args, output, &self.counts, self.started.elapsed());
        if let Some(path) = &self.args.output.to {
            let failed = output.state().failed.keys();
            let failed: String = failed.flat_map(|id| [id.as_str(), "\n"]).collect();
            match failed.is_empty() {
                true => drop(remove(&failed_path(path))?),
                false => replace_file(&failed_path(path), &failed)?,
            }
            replace_file(&summary_path(path), &summary)?;
        }
        Ok(summary)
    }

    /// Reports an export of which nothing is left to do.
    pub fn complete(&self, output: &ExportOutput<'_>) -> CommandReport {
        self.context.stderr.write_line(
            "The export is complete, so that nothing is left to do. --restart exports everything \
             again.",
        );
        CommandReport {
            stdout: summary(self.args, output, &self.counts, self.started.elapsed()),
            status: 0,
        }
    }
}
