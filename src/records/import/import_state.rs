//! How far an import is, with its journal and the file of datasets that have failed.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use serde_json::{Map, Value as Json};

use super::group_tracker::GroupTracker;
use super::import_args::ImportPaths;
use super::import_journal::{ImportCommit, ImportEntry, ImportJournal};
use super::import_totals::{ImportTotals, RecordCounts};
use crate::error::{Error, Result};
use crate::records::exported_record::ExportedRecord;
use crate::records::record_file::RecordFile;
use crate::records::record_groups::{FilesPosition, GroupStart, RecordGroup};
use crate::records::record_writer::{RecordFormat, RecordWriter};
use crate::records::split_output::remove;
use crate::records::text_set::TextSet;

/// How often the journal is written.
const COMMIT_INTERVAL: Duration = Duration::from_secs(1);

/// How many failures are reported one by one.
const MAX_NAMED: usize = 10;

/// How far an import is.
#[derive(Debug)]
pub struct ImportState {
    /// `None` for an import that cannot be continued.
    files: Option<ImportFiles>,
    tracker: GroupTracker,
    totals: ImportTotals,
    /// The first failures of this run.
    failures: Vec<DatasetFailure>,
    /// Datasets of which a group has failed.
    failed_datasets: TextSet,
    /// Groups that an earlier run has done, behind the position from which this one continues.
    done_ahead: HashSet<GroupStart>,
    is_finished: bool,
    has_groups: bool,
}

/// The files of an import.
#[derive(Debug)]
struct ImportFiles {
    paths: ImportPaths,
    journal: ImportJournal,
    /// The file of failed datasets, once there is one.
    failed: Option<RecordWriter<'static>>,
    committed_at: Instant,
}

/// A dataset that was not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetFailure {
    pub identity_id: String,
    pub dataset_name: String,
    pub message: String,
    /// How many records differ from those of the dataset, if that is why.
    pub conflicts: u64,
}

impl ImportState {
    /// Begins an import that cannot be continued.
    pub fn without_files() -> ImportState {
        ImportState::new(None, ImportCommit::default())
    }

    /// Opens the journal of an import with these options, or creates it. Returns the state, and where
    /// the files go on if earlier runs have imported some of them.
    pub fn open(
        paths: ImportPaths,
        restart: bool,
        options: &Map<String, Json>,
    ) -> Result<(ImportState, Option<FilesPosition>)> {
        if !paths.journal.exists() {
            check_absent(&paths)?;
        }
        let mut journal = ImportJournal::open(&paths.journal).map_err(|mut error| {
            if !paths.journal.exists() {
                error
                    .message
                    .push_str(". --journal PATH names another place");
            }
            error
        })?;
        if restart && journal.started()?.is_some() {
            remove_failed(&paths)?;
            journal.clear()?;
        }
        let commit = match journal.resume(options)? {
            Some(commit) => commit,
            None => {
                check_absent(&paths)?;
                journal.start(options)?;
                ImportCommit::default()
            }
        };
        let failed = match &commit.failed {
            Some(failed) => {
                let format = RecordFormat::Ndjson;
                Some(RecordWriter::reopen(&paths.failed, format, None, failed)?)
            }
            None => {
                remove_failed(&paths)?;
                None
            }
        };
        let mut failed_datasets = TextSet::default();
        if failed.is_some() {
            for record in RecordFile::open(&paths.failed)? {
                failed_datasets.insert(&dataset_key(&record?));
            }
        }
        let files = ImportFiles {
            paths,
            journal,
            failed,
            committed_at: Instant::now(),
        };
        let position = commit.position.clone();
        let state = ImportState {
            failed_datasets,
            ..ImportState::new(Some(files), commit)
        };
        Ok((state, position))
    }

    fn new(files: Option<ImportFiles>, commit: ImportCommit) -> ImportState {
        ImportState {
            files,
            tracker: GroupTracker::default(),
            totals: commit.totals,
            failures: Vec::new(),
            failed_datasets: TextSet::default(),
            done_ahead: commit.ahead.into_iter().collect(),
            is_finished: commit.finished,
            has_groups: false,
        }
    }

    /// Returns what was done.
    pub fn totals(&self) -> &ImportTotals {
        &self.totals
    }

    /// Returns the first failures of this run.
    pub fn failures(&self) -> &[DatasetFailure] {
        &self.failures
    }

    /// Returns the files; `None` if the import cannot be continued.
    pub fn paths(&self) -> Option<&ImportPaths> {
        self.files.as_ref().map(|files| &files.paths)
    }

    /// Whether a run came to the end of the files, and no group was added since.
    pub fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// Whether this run has found groups to import.
    pub fn has_groups(&self) -> bool {
        self.has_groups
    }

    /// Returns the number of groups from the first on that is not complete.
    pub fn open_groups(&self) -> usize {
        self.tracker.len()
    }

    /// Adds the next group. Returns its number, or `None` if an earlier run has done it.
    pub fn add_group(&mut self, group: &RecordGroup) -> Option<u64> {
        self.is_finished = false;
        self.has_groups = true;
        let number = self.tracker.add(group.start, group.end.clone());
        if self.done_ahead.remove(&group.start) {
            self.tracker.complete(number);
            return None;
        }
        Some(number)
    }

    /// Whether an earlier group of the same dataset has failed. Later ones must not overtake it.
    pub fn has_failed(&self, group: &RecordGroup) -> bool {
        let first = &group.records[0];
        self.failed_datasets.contains(&dataset_key(first))
    }

    /// Counts a group as imported.
    pub fn complete(&mut self, number: u64, counts: RecordCounts) -> Result<()> {
        self.totals.datasets += 1;
        self.totals.records += counts;
        self.tracker.complete(number);
        self.commit_if_due()
    }

    /// Counts a group as failed, and keeps its records.
    pub fn fail(
        &mut self,
        number: u64,
        group: &RecordGroup,
        failure: DatasetFailure,
    ) -> Result<()> {
        self.totals.failed_datasets += 1;
        self.totals.failed_records += group.records.len() as u64;
        self.totals.conflicting_records += failure.conflicts;
        self.failed_datasets.insert(&dataset_key(&group.records[0]));
        if self.failures.len() < MAX_NAMED {
            self.failures.push(failure);
        }
        if let Some(files) = &mut self.files {
            let writer = match &mut files.failed {
                Some(writer) => writer,
                None => {
                    let format = RecordFormat::Ndjson;
                    let writer = RecordWriter::create(&files.paths.failed, format, None)?;
                    files.failed.insert(writer)
                }
            };
            writer.write(&group.records)?;
        }
        self.tracker.complete(number);
        self.commit_if_due()
    }

    fn commit_if_due(&mut self) -> Result<()> {
        let is_due = |files: &ImportFiles| files.committed_at.elapsed() >= COMMIT_INTERVAL;
        match self.files.as_ref().is_some_and(is_due) {
            true => self.commit(),
            false => Ok(()),
        }
    }

    /// Writes to the journal how far the import is.
    pub fn commit(&mut self) -> Result<()> {
        let Some(files) = &mut self.files else {
            return Ok(());
        };
        let failed = files.failed.as_mut().map(RecordWriter::commit);
        let mut ahead = self.tracker.complete_ahead();
        ahead.extend(&self.done_ahead);
        let commit = ImportCommit {
            position: self.tracker.position().cloned(),
            ahead,
            totals: self.totals,
            failed: failed.transpose()?,
            finished: self.is_finished,
        };
        files.journal.append(&ImportEntry::Commit(Box::new(commit)));
        files.journal.write()?;
        files.committed_at = Instant::now();
        Ok(())
    }

    /// Commits for the last time, at the end of the files.
    pub fn finish(&mut self) -> Result<()> {
        self.is_finished = true;
        self.commit()
    }
}

/// What stands for the dataset of a record.
fn dataset_key(record: &ExportedRecord) -> String {
    format!(
        "{}\n{}\n{}",
        record.identity_pool_id, record.identity_id, record.dataset_name
    )
}

/// Rejects a file of failed datasets that no journal accounts for.
fn check_absent(paths: &ImportPaths) -> Result<()> {
    match paths.failed.symlink_metadata().is_ok() {
        false => Ok(()),
        true => Err(Error::parameter(format!(
            "'{}' exists, but no import can be continued: '{}' is missing. Move or remove the file.",
            paths.failed.display(),
            paths.journal.display()
        ))),
    }
}

fn remove_failed(paths: &ImportPaths) -> Result<()> {
    remove(&paths.failed).map(drop)
}
