//! The export before this one, for `--since`: which version of each dataset it had.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::{Path, PathBuf};

use super::journal::journal_path;
use super::journal_entry::{JournalEntry, JournaledDataset};
use crate::error::{Error, Result};
use crate::records::input_file::unreadable;
use crate::records::journal_file::{read_entry, read_journal};
use crate::records::output_file::failure;
use crate::records::text_set::{TextDigest, digest_text};

/// The journal of an earlier export. Of each identity, only where its line begins is in memory.
#[derive(Debug)]
pub struct PreviousExport {
    path: PathBuf,
    file: File,
    lines: HashMap<TextDigest, u64>,
}

impl PreviousExport {
    /// Opens the journal of an output. Returns an error if it is not of this identity pool.
    pub fn open(output: &Path, identity_pool_id: &str) -> Result<PreviousExport> {
        let path = journal_path(output);
        let file = File::open(&path).map_err(|why| {
            unreadable(&path, &why).hint("--since takes the output of an export made with --to")
        })?;
        let (mut lines, mut pool) = (HashMap::new(), None);
        let read = read_journal(&file, |offset, entry| match entry {
            JournalEntry::Started(options) => {
                pool = options.get("--identity-pool-id").cloned();
            }
            JournalEntry::Done(identity) => {
                lines.insert(digest_text(&identity.identity_id), offset);
            }
            _ => {}
        });
        read.map_err(|why| unreadable(&path, &why))?;
        let problem = match pool.as_ref().and_then(|pool| pool.as_str()) {
            Some(pool) if pool == identity_pool_id => {
                return Ok(PreviousExport { path, file, lines });
            }
            Some(pool) => format!("belongs to an export of {pool}"),
            None => "is not the journal of an export".to_string(),
        };
        Err(Error::parameter(format!(
            "--since {}: '{}' {problem}. Name the output of an earlier export of {identity_pool_id}.",
            output.display(),
            path.display()
        )))
    }

    /// Returns the datasets of an identity by name; none if the export did not have it.
    pub fn datasets(&self, identity_id: &str) -> Result<BTreeMap<String, JournaledDataset>> {
        let Some(offset) = self.lines.get(&digest_text(identity_id)) else {
            return Ok(BTreeMap::new());
        };
        match read_entry(&self.file, *offset) {
            Ok(JournalEntry::Done(identity)) => Ok(identity.datasets),
            Ok(_) => Err(failure("read", &self.path, "the file has changed")),
            Err(why) => Err(failure("read", &self.path, why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    const JOURNAL: &str = concat!(
        r#"{"started":{"--identity-pool-id":"p:1"}}"#,
        "\n",
        r#"{"done":{"IdentityId":"a","Datasets":{"d":{"SyncCount":1}}}}"#,
        "\n",
        r#"{"done":{"IdentityId":"b","Datasets":{}}}"#,
        "\n",
        r#"{"commit":{"output":{"files":[],"totals":{"records":0,"data_bytes":0,"left_out":0}},"totals":{}}}"#,
        "\n",
        r#"{"done":{"IdentityId":"c","Datasets":{"d":{"SyncCount":1}}}}"#,
        "\n",
    );

    fn open(journal: Option<&str>, pool: &str) -> Result<PreviousExport> {
        let folder = tempfile::tempdir().expect("a folder");
        let output = folder.path().join("out");
        if let Some(journal) = journal {
            fs::write(journal_path(&output), journal).expect("written");
        }
        PreviousExport::open(&output, pool)
    }

    #[test]
    fn finds_committed_versions() {
        let previous = open(Some(JOURNAL), "p:1").expect("a journal");
        let counts = |identity: &str| {
            let datasets = previous.datasets(identity).expect("readable").into_iter();
            datasets
                .map(|(name, dataset)| json!([name, dataset.sync_count]))
                .collect::<Vec<_>>()
        };
        assert_eq!(counts("a"), [json!(["d", 1])]);
        for identity in ["b", "c", "d"] {
            assert!(counts(identity).is_empty(), "{identity}");
        }
    }

    #[test]
    fn rejects_other_journals() {
        let table = [
            (None, "out.journal: cannot be read: "),
            (Some(""), "--since "),
            (Some("x\n"), "is not the journal of an export"),
            (
                Some(JOURNAL),
                "belongs to an export of p:1. Name the output",
            ),
        ];
        for (journal, want) in table {
            let error = open(journal, "p:2").expect_err(want);
            assert!(error.message.contains(want), "{error}");
        }
    }
}
