//! The journal of an export: a file beside the output that says what of it counts, so that the export
//! can be continued without gaps or duplicates. Lines are written after the output that they
//! describe, and the lock keeps two runs from sharing an output.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::journal_entry::{FailedIdentity, JournalCommit, JournalEntry};
use crate::error::Result;
use crate::records::identity_source::ListPosition;
use crate::records::journal_file::{JournalFile, JournalLine, JournalMessages};
use crate::records::split_output::beside;
use crate::records::text_set::TextSet;

/// The journal of a run.
pub type Journal = JournalFile<JournalEntry>;

/// What the lines of a journal say.
#[derive(Debug, Default)]
pub struct JournalState {
    /// Identities that are done.
    done: Option<TextSet>,
    /// Identities that have failed and are not done, by their ids.
    pub failed: IndexMap<String, FailedIdentity>,
    /// Where the list of identities goes on.
    pub list: ListPosition,
    /// The state of the output at the last commit.
    pub commit: JournalCommit,
    /// Whether an earlier run came to its end.
    pub is_finished: bool,
}

/// Returns the path of the journal of an output.
pub fn journal_path(output: &Path) -> PathBuf {
    beside(output, ".journal")
}

impl JournalLine for JournalEntry {
    const MESSAGES: JournalMessages = JournalMessages {
        in_use: "another export is writing to the same output. Wait for its end, or choose another \
                 file with --to",
        foreign: "it is not the journal of an export. Choose another file with --to",
        run: "an export",
        other_options: "--restart to export everything again, or another file with --to",
    };

    fn started(options: Map<String, Json>) -> JournalEntry {
        JournalEntry::Started(options)
    }

    fn options(&self) -> Option<&Map<String, Json>> {
        match self {
            JournalEntry::Started(options) => Some(options),
            _ => None,
        }
    }

    fn is_commit(&self) -> bool {
        matches!(self, JournalEntry::Commit(_))
    }
}

impl JournalFile<JournalEntry> {
    /// Reads what earlier runs have written. Returns `None` if the journal is new, and an error if it
    /// belongs to an export with other options.
    pub fn resume(&mut self, options: &Map<String, Json>) -> Result<Option<JournalState>> {
        let mut state = JournalState {
            done: Some(TextSet::default()),
            ..JournalState::default()
        };
        let has_lines = self.read_lines(options, |entry| state.apply(entry))?;
        Ok(has_lines.then_some(state))
    }
}

impl JournalState {
    /// Whether an earlier run came to its end and no identity has failed.
    pub fn is_complete(&self) -> bool {
        self.is_finished && self.failed.is_empty()
    }

    /// Whether an earlier run has exported the identity.
    pub fn is_done(&self, identity_id: &str) -> bool {
        self.done
            .as_ref()
            .is_some_and(|done| done.contains(identity_id))
    }

    /// Takes the set of identities that are done. Further ones are then not added.
    pub fn take_done(&mut self) -> TextSet {
        self.done.take().unwrap_or_default()
    }

    /// Adds what a line says.
    pub fn apply(&mut self, entry: JournalEntry) {
        // Whatever follows the end of a run begins another.
        self.is_finished &= matches!(entry, JournalEntry::Commit(_));
        match entry {
            JournalEntry::Started(_) => {}
            JournalEntry::Done(identity) => {
                self.failed.swap_remove(&identity.identity_id);
                if let Some(done) = &mut self.done {
                    done.insert(&identity.identity_id);
                }
            }
            JournalEntry::Failed(identity) => {
                self.failed.insert(identity.identity_id.clone(), identity);
            }
            JournalEntry::List(position) => self.list = position,
            JournalEntry::Commit(commit) => {
                self.commit.output.merge(commit.output);
                self.commit.totals = commit.totals;
            }
            JournalEntry::Finished {} => self.is_finished = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use proptest::prelude::*;
    use serde_json::json;
    use tempfile::TempDir;

    use super::*;
    use crate::records::export::journal_entry::{DoneIdentity, ExportTotals};
    use crate::records::record_writer::{OutputCommit, WrittenTotals};
    use crate::records::split_output::FilePosition;

    fn options() -> Map<String, Json> {
        let options =
            json!({"--identity-pool-id": "us-east-1:1", "--dataset": [], "--deleted": false});
        options.as_object().expect("an object").clone()
    }

    fn output(bytes: u64) -> OutputCommit {
        OutputCommit {
            files: vec![FilePosition { file: 1, bytes }],
            left_out_bytes: None,
            totals: WrittenTotals::default(),
        }
    }

    fn commit(bytes: u64) -> JournalEntry {
        JournalEntry::Commit(JournalCommit {
            output: output(bytes),
            totals: ExportTotals {
                identities: bytes,
                ..ExportTotals::default()
            },
        })
    }

    fn done(id: &str) -> JournalEntry {
        JournalEntry::Done(DoneIdentity {
            identity_id: id.into(),
            datasets: BTreeMap::new(),
        })
    }

    fn failed(id: &str) -> JournalEntry {
        JournalEntry::Failed(FailedIdentity {
            identity_id: id.into(),
            code: "c".into(),
            message: "m".into(),
        })
    }

    fn write(journal: &mut Journal, entries: impl IntoIterator<Item = JournalEntry>) {
        entries.into_iter().for_each(|entry| journal.append(&entry));
        journal.write().expect("written");
    }

    fn path(folder: &TempDir) -> PathBuf {
        folder.path().join("out.journal")
    }

    fn opened(path: &Path) -> Journal {
        Journal::open(path).expect("opened")
    }

    fn folder() -> TempDir {
        tempfile::tempdir().expect("a folder")
    }

    fn resumed(path: &Path) -> (Journal, JournalState) {
        let mut journal = opened(path);
        let state = journal.resume(&options()).expect("readable");
        (journal, state.expect("there are lines"))
    }

    #[test]
    fn resumes_from_last_commit() {
        let folder = folder();
        let path = path(&folder);
        let mut journal = opened(&path);
        assert!(matches!(journal.resume(&options()), Ok(None)));
        journal.start(&options()).expect("started");
        let list = JournalEntry::List(ListPosition::Token("t".into()));
        let first = [done("a"), failed("b"), failed("c"), list, commit(10)];
        write(&mut journal, first);
        write(&mut journal, [done("c"), commit(20)]);
        // Not committed.
        write(&mut journal, [done("d")]);
        drop(journal);
        let (mut journal, mut state) = resumed(&path);
        assert_eq!(state.failed.keys().collect::<Vec<_>>(), ["b"]);
        assert_eq!(state.list, ListPosition::Token("t".into()));
        assert_eq!(state.commit.output, output(20));
        assert_eq!(
            (state.commit.totals.identities, state.is_finished),
            (20, false)
        );
        let mut done = state.take_done();
        assert_eq!(
            ["a", "c", "d"].map(|id| done.insert(id)),
            [false, false, true]
        );
        write(&mut journal, [JournalEntry::Finished {}, commit(20)]);
        drop(journal);
        assert!(resumed(&path).1.is_finished);
        write(&mut resumed(&path).0, [failed("e"), commit(20)]);
        assert!(!resumed(&path).1.is_finished);
    }

    #[test]
    fn rejects_other_options_and_files() {
        let folder = folder();
        let path = path(&folder);
        opened(&path).start(&options()).expect("started");
        let mut other = options();
        other.insert("--dataset".into(), json!(["settings"]));
        other.insert("--shard".into(), json!("1/3"));
        let error = opened(&path).resume(&other).expect_err("other options");
        assert_eq!(error.kind.exit_status(), 252);
        let want = "--dataset was not given, and is [\"settings\"] now; --shard was not given, and is \
                    1/3 now. Use the same options";
        assert!(error.message.contains(want), "{error}");
        fs::write(&path, "{\"IdentityId\":\"i\"}\n").expect("written");
        let error = opened(&path).resume(&options()).expect_err("no journal");
        assert!(error.message.contains("is not the journal"), "{error}");
        assert!(
            fs::read(&path).is_ok_and(|content| content.len() == 19),
            "it is left alone"
        );
    }

    #[test]
    fn is_used_by_one_run_at_a_time() {
        let folder = folder();
        let path = path(&folder);
        let first = opened(&path);
        let error = Journal::open(&path).expect_err("locked");
        assert!(
            error.message.contains("another export is writing"),
            "{error}"
        );
        drop(first);
        opened(&path).discard().expect("removed");
        assert!(!path.exists());
    }

    #[test]
    fn starts_again_after_torn_first_line() {
        let folder = folder();
        let path = path(&folder);
        for content in ["", "{", "{\"started\":{\"--identity-po"] {
            fs::write(&path, content).expect("written");
            let resumed = opened(&path).resume(&options());
            assert!(matches!(resumed, Ok(None)), "{content}");
            assert_eq!(fs::read(&path).ok(), Some(Vec::new()));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        /// Wherever a journal is cut off, what is left is a state that was committed.
        #[test]
        fn keeps_committed_state_when_cut_off_anywhere(
            commits in prop::collection::vec(prop::collection::vec("[a-d]", 0..3), 1..5),
            garbage in prop::collection::vec(any::<u8>(), 0..8),
            cut in 0.0..1.0_f64,
        ) {
            let folder = folder();
            let path = path(&folder);
            let mut journal = opened(&path);
            journal.start(&options()).expect("started");
            let mut lengths = vec![journal.length().expect("a length")];
            for (number, ids) in commits.iter().enumerate() {
                let entries = ids.iter().map(|id| done(id));
                write(&mut journal, entries.chain([commit(number as u64 + 1)]));
                lengths.push(journal.length().expect("a length"));
            }
            drop(journal);
            let content = fs::read(&path).expect("read");
            let start = lengths[0] as usize;
            let end = start + ((content.len() - start) as f64 * cut) as usize;
            let mut torn = content[..end].to_vec();
            torn.extend_from_slice(&garbage);
            fs::write(&path, &torn).expect("written");
            let (mut journal, mut state) = resumed(&path);
            let whole = lengths.iter().filter(|length| **length as usize <= end).count() - 1;
            let files = &state.commit.output.files;
            prop_assert_eq!(files.first().map_or(0, |file| file.bytes), whole as u64);
            let ids: std::collections::BTreeSet<_> = commits[..whole].iter().flatten().collect();
            let done = state.take_done();
            for id in ["a", "b", "c", "d"] {
                prop_assert_eq!(done.contains(id), ids.iter().any(|committed| *committed == id));
            }
            prop_assert_eq!(journal.length().ok(), Some(lengths[whole]));
            // What comes next follows the committed lines.
            write(&mut journal, [commit(99)]);
            drop(journal);
            prop_assert_eq!(resumed(&path).1.commit.output, output(99));
        }
    }
}
