//! The journal of an import: a file that says how far the files are imported, so that the import can
//! be continued.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::import_totals::ImportTotals;
use crate::error::Result;
use crate::records::journal_file::{JournalFile, JournalLine, JournalMessages};
use crate::records::record_groups::{FilesPosition, GroupStart};
use crate::records::record_writer::OutputCommit;

/// The journal of a run.
pub type ImportJournal = JournalFile<ImportEntry>;

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ImportEntry {
    /// The first line: what is imported, and where.
    Started(Map<String, Json>),
    /// How far the import is.
    Commit(Box<ImportCommit>),
}

/// How far an import is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ImportCommit {
    /// Everything before this position is done or has failed.
    pub position: Option<FilesPosition>,
    /// Groups behind that position that are done or have failed, too.
    pub ahead: Vec<GroupStart>,
    /// What was done.
    pub totals: ImportTotals,
    /// The state of the file of failed datasets, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<OutputCommit>,
    /// Whether another file, beside it, is to replace the file of failed datasets.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub replaces_failed: bool,
    /// Whether a run came to the end of the files.
    pub finished: bool,
}

impl JournalLine for ImportEntry {
    const MESSAGES: JournalMessages = JournalMessages {
        in_use: "another import is using it. Wait for its end, or choose another journal with --journal",
        foreign: "it is not the journal of an import. Choose another file with --journal",
        run: "an import",
        other_options: "--restart to import everything again, or another journal with --journal",
    };

    fn started(options: Map<String, Json>) -> ImportEntry {
        ImportEntry::Started(options)
    }

    fn options(&self) -> Option<&Map<String, Json>> {
        match self {
            ImportEntry::Started(options) => Some(options),
            ImportEntry::Commit(_) => None,
        }
    }

    fn is_commit(&self) -> bool {
        matches!(self, ImportEntry::Commit(_))
    }
}

impl JournalFile<ImportEntry> {
    /// Reads how far earlier runs came; `None` if the journal is new. Returns an error if it belongs
    /// to an import with other options.
    pub fn resume(&mut self, options: &Map<String, Json>) -> Result<Option<ImportCommit>> {
        let mut state = ImportCommit::default();
        let has_lines = self.read_lines(options, |line| {
            if let ImportEntry::Commit(commit) = line {
                state.merge(*commit);
            }
        })?;
        Ok(has_lines.then_some(state))
    }
}

impl ImportCommit {
    /// Adds a later commit.
    fn merge(&mut self, later: ImportCommit) {
        let mut failed = self.failed.take().filter(|_| !later.replaces_failed);
        if let Some(changed) = &later.failed {
            failed.get_or_insert_default().merge(changed.clone());
        }
        let position = later.position.clone().or(self.position.take());
        *self = ImportCommit {
            position,
            failed,
            ..later
        };
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::records::split_output::FilePosition;

    fn commit(lines: u64, failed_bytes: Option<u64>) -> ImportCommit {
        ImportCommit {
            position: Some(FilesPosition {
                file: 1,
                lines,
                bytes: lines * 10,
                sha256: "00".into(),
            }),
            ahead: vec![GroupStart(1, lines + 2)],
            totals: ImportTotals {
                datasets: lines,
                ..ImportTotals::default()
            },
            failed: failed_bytes.map(|bytes| OutputCommit {
                files: vec![FilePosition { file: 1, bytes }],
                ..OutputCommit::default()
            }),
            replaces_failed: false,
            finished: false,
        }
    }

    #[test]
    fn resumes_from_last_commit() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let options = json!({"FILE": ["a", "b"], "--on-conflict": "fail"});
        let options = options.as_object().expect("an object");
        let mut journal = ImportJournal::open(&path).expect("opened");
        assert_eq!(journal.resume(options).ok(), Some(None));
        journal.start(options).expect("started");
        for (lines, failed_bytes) in [(3, Some(70)), (4, None), (5, Some(90)), (6, None)] {
            journal.append(&ImportEntry::Commit(Box::new(commit(lines, failed_bytes))));
        }
        journal.write().expect("written");
        drop(journal);
        let mut journal = ImportJournal::open(&path).expect("opened");
        let want = commit(6, Some(90));
        assert_eq!(journal.resume(options).ok(), Some(Some(want)));
        let mut others = options.clone();
        others["--on-conflict"] = json!("keep");
        let error = journal.resume(&others).expect_err("other options");
        let want =
            "belongs to an import with other options: --on-conflict was fail, and is keep now";
        assert!(error.message.contains(want), "{error}");
    }

    #[test]
    fn forgets_failures_that_others_replace() {
        let mut state = commit(3, Some(90));
        for (failed_bytes, replaces_failed, want) in [
            (Some(20), true, Some(20)),
            (None, false, Some(20)),
            (Some(30), false, Some(30)),
            (None, true, None),
            (None, false, None),
        ] {
            state.merge(ImportCommit {
                replaces_failed,
                ..commit(4, failed_bytes)
            });
            let bytes = state.failed.as_ref().map(|failed| failed.files[0].bytes);
            assert_eq!((bytes, state.replaces_failed), (want, replaces_failed));
        }
    }

    #[test]
    fn writes_lines_as_documented() {
        let line = serde_json::to_string(&ImportEntry::Commit(Box::new(commit(3, None))));
        assert_eq!(
            line.expect("serializable"),
            r#"{"commit":{"Position":{"File":1,"Lines":3,"Bytes":30,"Sha256":"00"},"Ahead":[[1,5]],"Totals":{"Datasets":3,"Records":{"Added":0,"Replaced":0,"Removed":0,"Unchanged":0,"Kept":0},"FailedDatasets":0,"FailedRecords":0,"ConflictingRecords":0},"Finished":false}}"#
        );
    }
}
