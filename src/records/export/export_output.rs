//! The output of an export with its journal: what identities have is written as they are read, and
//! committed in groups.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Map, Value as Json};

use super::batch_tracker::BatchTracker;
use super::export_args::OutputArgs;
use super::identity_reader::ReadIdentity;
use super::journal::{Journal, JournalState, journal_path};
use super::journal_entry::{FailedIdentity, JournalCommit, JournalEntry};
use crate::error::{Error, Result};
use crate::records::file_sync::sync_data;
use crate::records::identity_source::ListPosition;
use crate::records::output_file::failure;
use crate::records::record_writer::{OutputCommit, RecordWriter, WrittenTotals, left_out_path};
use crate::records::split_output::{
    beside, check_nothing_appended, first_file, remove, remove_output,
};
use crate::records::text_set::TextSet;

/// How much is written, and for how long, before it is committed.
const COMMIT_BYTES: u64 = 8 << 20;
const COMMIT_INTERVAL: Duration = Duration::from_secs(1);

/// The output of an export.
#[derive(Debug)]
pub struct ExportOutput<'w> {
    writer: RecordWriter<'w>,
    /// `None` for standard output, which cannot be continued.
    journal: Option<Journal>,
    state: JournalState,
    committed: WrittenTotals,
    committed_at: Instant,
    has_uncommitted: bool,
}

/// Returns the path of the file with the ids of identities that have failed.
pub fn failed_path(output: &Path) -> PathBuf {
    beside(output, ".failed")
}

/// Returns the path of the summary.
pub fn summary_path(output: &Path) -> PathBuf {
    beside(output, ".summary.json")
}

impl<'w> ExportOutput<'w> {
    /// Writes to standard output.
    pub fn to_stream(stream: &'w mut dyn Write, args: &OutputArgs) -> ExportOutput<'w> {
        let writer = RecordWriter::to_stream(stream, args.format);
        ExportOutput::new(writer, None, JournalState::default())
    }

    /// Creates the output files, or opens those of an earlier run with these options.
    pub fn open(
        path: &Path,
        args: &OutputArgs,
        options: &Map<String, Json>,
    ) -> Result<ExportOutput<'w>> {
        let files = [first_file(path, args.split.is_some()), left_out_path(path)];
        let journal_path = journal_path(path);
        if !journal_path.exists() {
            check_absent(&files, &journal_path)?;
        }
        let mut journal = Journal::open(&journal_path)?;
        if args.restart {
            remove_earlier(path, &mut journal)?;
        }
        let (writer, state) = match journal.resume(options)? {
            Some(state) => {
                let commit = &state.commit.output;
                if state.is_complete() {
                    check_nothing_appended(path, args.split.is_some(), &commit.files)?;
                }
                let writer = RecordWriter::reopen(path, args.format, args.split, commit)?;
                (writer, state)
            }
            None => {
                check_absent(&files, &journal_path)?;
                journal.start(options)?;
                match RecordWriter::create(path, args.format, args.split) {
                    Ok(writer) => (writer, JournalState::default()),
                    Err(error) => {
                        journal.discard()?;
                        return Err(error);
                    }
                }
            }
        };
        Ok(ExportOutput::new(writer, Some(journal), state))
    }

    fn new(
        writer: RecordWriter<'w>,
        journal: Option<Journal>,
        state: JournalState,
    ) -> ExportOutput<'w> {
        ExportOutput {
            committed: writer.totals(),
            writer,
            journal,
            state,
            committed_at: Instant::now(),
            has_uncommitted: false,
        }
    }

    /// Takes the set of those identities that earlier runs have done.
    pub fn take_done(&mut self) -> TextSet {
        self.state.take_done()
    }

    /// Returns what the journal says, and what this run has added.
    pub fn state(&self) -> &JournalState {
        &self.state
    }

    /// Returns the writer of the records.
    pub fn writer(&self) -> &RecordWriter<'w> {
        &self.writer
    }

    /// Writes an identity.
    pub fn add(&mut self, read: ReadIdentity) -> Result<()> {
        self.writer.write(&read.records)?;
        let totals = &mut self.state.commit.totals;
        totals.identities += 1;
        totals.empty_identities += u64::from(read.identity.datasets.is_empty());
        totals.datasets += read.changed_datasets;
        totals.unchanged_datasets += read.unchanged_datasets();
        totals.inconsistent_datasets += read.inconsistent_datasets();
        self.record(JournalEntry::Done(read.identity));
        Ok(())
    }

    /// Notes that an identity could not be read.
    pub fn add_failed(&mut self, identity: FailedIdentity) {
        self.record(JournalEntry::Failed(identity));
    }

    /// Commits if enough was written or enough time has passed.
    pub fn commit_if_due(&mut self, batches: &mut BatchTracker) -> Result<()> {
        let written = self.writer.totals().data_bytes - self.committed.data_bytes;
        match written >= COMMIT_BYTES || self.committed_at.elapsed() >= COMMIT_INTERVAL {
            true => self.commit(batches),
            false => Ok(()),
        }
    }

    /// Commits everything.
    pub fn commit(&mut self, batches: &mut BatchTracker) -> Result<()> {
        if let Some(position) = batches.take_position() {
            self.record(JournalEntry::List(position));
        }
        if self.has_uncommitted {
            let output = self.writer.commit()?;
            self.write_journal(output)?;
        }
        Ok(())
    }

    /// Commits everything for the last time, since all identities are done or have failed.
    pub fn finish(&mut self, batches: &mut BatchTracker) -> Result<()> {
        if let Some(position) = batches.take_position() {
            self.record(JournalEntry::List(position));
        }
        self.record(JournalEntry::Finished {});
        let output = self.writer.finish()?;
        self.write_journal(output)
    }

    /// Whether neither this run nor an earlier one has anything.
    pub fn is_empty(&self) -> bool {
        let totals = &self.state.commit.totals;
        totals.identities == 0
            && self.state.failed.is_empty()
            && self.state.list == ListPosition::Start
    }

    /// Removes the files of an output that is empty.
    pub fn discard(&mut self, path: &Path, is_split: bool) -> Result<()> {
        remove_output(path, is_split)?;
        match self.journal.take() {
            Some(journal) => journal.discard(),
            None => Ok(()),
        }
    }

    fn record(&mut self, entry: JournalEntry) {
        if let Some(journal) = &mut self.journal {
            journal.append(&entry);
        }
        self.state.apply(entry);
        self.has_uncommitted = true;
    }

    fn write_journal(&mut self, output: OutputCommit) -> Result<()> {
        let totals = self.state.commit.totals;
        self.record(JournalEntry::Commit(JournalCommit { output, totals }));
        if let Some(journal) = &mut self.journal {
            journal.write()?;
        }
        self.committed = self.writer.totals();
        self.committed_at = Instant::now();
        self.has_uncommitted = false;
        Ok(())
    }
}

/// Rejects files that no journal accounts for.
fn check_absent(files: &[PathBuf], journal: &Path) -> Result<()> {
    match files.iter().find(|file| file.symlink_metadata().is_ok()) {
        None => Ok(()),
        Some(file) => Err(Error::parameter(match file.metadata() {
            Ok(metadata) if metadata.is_dir() => format!(
                "--to: '{}' is a directory. Name a file that does not exist.",
                file.display()
            ),
            Ok(metadata) if !metadata.is_file() => format!(
                "--to: '{}' is not a regular file. Leave --to out to write to standard output.",
                file.display()
            ),
            _ => format!(
                "--to: '{}' exists, but no export can be continued there: '{}' is missing or empty. \
                 Choose another file, or remove this one.",
                file.display(),
                journal.display()
            ),
        })),
    }
}

/// Removes the files of an earlier export, whose journal this is.
fn remove_earlier(path: &Path, journal: &mut Journal) -> Result<()> {
    let Some(started) = journal.started()? else {
        return Ok(());
    };
    let was_split = started.get("--split").is_some_and(|size| !size.is_null());
    remove_output(path, was_split)?;
    for file in [left_out_path(path), failed_path(path), summary_path(path)] {
        remove(&file)?;
    }
    // Last, so that the files do not outlive the journal that accounts for them.
    journal.clear()
}

/// Replaces a small file as a whole.
pub fn replace_file(path: &Path, content: &str) -> Result<()> {
    let temporary = beside(path, ".tmp");
    let written = std::fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(content.as_bytes())?;
        sync_data(&file)?;
        std::fs::rename(&temporary, path)
    });
    written.map_err(|why| failure("write", path, why))
}
