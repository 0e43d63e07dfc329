//! How far an import is, with its journal and the file of datasets that have failed.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Map, Value as Json};

use super::failed_datasets::{self, FailedDatasets};
use super::group_tracker::GroupTracker;
use super::import_args::ImportPaths;
use super::import_journal::{ImportCommit, ImportEntry, ImportJournal};
use super::import_totals::{ImportTotals, RecordCounts};
use crate::error::{Error, Result};
use crate::records::record_groups::{FilesPosition, GroupStart, RecordGroup};
use crate::records::record_writer::OutputCommit;
use crate::records::split_output::remove;

/// How often the journal is written.
const COMMIT_INTERVAL: Duration = Duration::from_secs(1);

/// How many failures are reported one by one.
const MAX_NAMED: usize = 10;

/// How far an import is.
#[derive(Debug)]
pub struct ImportState {
    /// `None` for an import that cannot be continued.
    paths: Option<ImportPaths>,
    /// `None` also for a retry, which is not continued but begins again.
    journal: Option<OpenJournal>,
    tracker: GroupTracker,
    totals: ImportTotals,
    /// The first failures of this run.
    failures: Vec<DatasetFailure>,
    failed: FailedDatasets,
    /// Groups that an earlier run has done, behind the position from which this one continues.
    done_ahead: HashSet<GroupStart>,
    is_finished: bool,
    has_groups: bool,
}

/// The journal of an import.
#[derive(Debug)]
struct OpenJournal {
    file: ImportJournal,
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
        ImportState::new(None, FailedDatasets::default(), ImportCommit::default())
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
        let was_replacing = commit.replaces_failed;
        if was_replacing && commit.failed.is_some() {
            failed_datasets::replace(&paths.failed)?;
        }
        let failed = FailedDatasets::reopen(&paths.failed, commit.failed.as_ref())?;
        let position = commit.position.clone();
        let mut state = ImportState::new(Some(paths), failed, commit);
        state.journal = Some(OpenJournal {
            file: journal,
            committed_at: Instant::now(),
        });
        if was_replacing {
            // The next replacement must not be taken for this one.
            state.commit()?;
        }
        Ok((state, position))
    }

    fn new(
        paths: Option<ImportPaths>,
        failed: FailedDatasets,
        commit: ImportCommit,
    ) -> ImportState {
        ImportState {
            paths,
            journal: None,
            failed,
            tracker: GroupTracker::default(),
            totals: commit.totals,
            failures: Vec::new(),
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
        self.paths.as_ref()
    }

    /// Whether a run came to the end of the files, and no group was added since.
    pub fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// Whether this run has found groups to import.
    pub fn has_groups(&self) -> bool {
        self.has_groups
    }

    /// Whether neither this run nor an earlier one has found groups.
    pub fn is_empty(&self) -> bool {
        !self.has_groups && self.totals == ImportTotals::default()
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
        self.failed.contains(group)
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
        if self.failures.len() < MAX_NAMED {
            self.failures.push(failure);
        }
        self.failed.add(group)?;
        self.tracker.complete(number);
        self.commit_if_due()
    }

    fn commit_if_due(&mut self) -> Result<()> {
        let is_due = |journal: &OpenJournal| journal.committed_at.elapsed() >= COMMIT_INTERVAL;
        match self.journal.as_ref().is_some_and(is_due) {
            true => self.commit(),
            false => Ok(()),
        }
    }

    /// Writes to the journal how far the import is.
    pub fn commit(&mut self) -> Result<()> {
        match self.journal {
            Some(_) => {
                let failed = self.failed.commit()?;
                self.write_commit(failed, false)
            }
            None => Ok(()),
        }
    }

    fn write_commit(&mut self, failed: Option<OutputCommit>, replaces_failed: bool) -> Result<()> {
        let Some(journal) = &mut self.journal else {
            return Ok(());
        };
        let mut ahead = self.tracker.complete_ahead();
        ahead.extend(&self.done_ahead);
        let commit = ImportCommit {
            position: self.tracker.position().cloned(),
            ahead,
            totals: self.totals,
            failed,
            replaces_failed,
            finished: self.is_finished,
        };
        let entry = ImportEntry::Commit(Box::new(commit));
        journal.file.append(&entry);
        journal.file.write()?;
        journal.committed_at = Instant::now();
        Ok(())
    }

    /// Begins to import the datasets again that earlier runs have failed for. Returns the state of
    /// that, and the file that has their records; `None` if there are no such datasets.
    pub fn begin_retry(&mut self) -> Result<Option<(ImportState, PathBuf)>> {
        let Some(paths) = self.paths.clone() else {
            return Ok(None);
        };
        if self.totals.failed_datasets == 0 {
            return Ok(None);
        }
        self.has_groups = true;
        let replacement = failed_datasets::replacement_path(&paths.failed);
        remove(&replacement)?;
        let (file, failed) = (
            paths.failed.clone(),
            FailedDatasets::with_file(&replacement),
        );
        let retry = ImportState::new(Some(paths), failed, ImportCommit::default());
        Ok(Some((retry, file)))
    }

    /// Takes over what came of a retry. Unless it came to its end, it counts as not begun.
    pub fn end_retry(&mut self, mut retry: ImportState) -> Result<()> {
        let (true, Some(paths)) = (retry.is_finished, self.paths.clone()) else {
            return retry.failed.discard();
        };
        self.totals.add_retry(&retry.totals);
        self.failures = retry.failures;
        let failed = retry.failed.commit()?;
        // The journal is first: a run that is cut off in between is followed by one that replaces the file.
        self.write_commit(failed.clone(), true)?;
        if failed.is_some() {
            failed_datasets::replace(&paths.failed)?;
        }
        self.failed = FailedDatasets::reopen(&paths.failed, failed.as_ref())?;
        self.commit()
    }

    /// Commits for the last time, at the end of the files.
    pub fn finish(&mut self) -> Result<()> {
        self.is_finished = true;
        self.commit()
    }
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
    remove(&failed_datasets::replacement_path(&paths.failed))?;
    remove(&paths.failed).map(drop)
}
