//! What an export was asked for, so that only what it left out by mistake counts as additional.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};

use super::verify_args::VerifyArgs;
use crate::error::Result;
use crate::records::export::{JournalEntry, journal_path};
use crate::records::journal_file::read_journal;
use crate::records::output_file::failure;
use crate::records::shard::Shard;

/// Which records of the pool belong to an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportSelection {
    /// The pool that was exported, if it is known.
    pub identity_pool_id: Option<String>,
    /// The identities whose records are compared.
    pub identities: ComparedIdentities,
    /// The names of the datasets; empty for all.
    pub datasets: Vec<String>,
    /// The part of the identities.
    pub shard: Option<Shard>,
    /// Whether the export is known not to be complete.
    pub is_incomplete: bool,
}

/// The identities whose records are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComparedIdentities {
    /// Those of the pool.
    Listed { only_authenticated: bool },
    /// Those of the files and these.
    Given(Vec<String>),
    /// Those of the files, and only the datasets that the files have.
    Known,
}

impl ExportSelection {
    /// Returns the selection by the journal of the export beside the files, if there is one, and by
    /// the options, which take precedence.
    pub fn new(args: &VerifyArgs) -> Result<ExportSelection> {
        let mut selection = match common_journal(&args.files) {
            Some(path) => ExportSelection::read(&path)?,
            None => ExportSelection::from_options(&Map::new(), Vec::new()),
        };
        if !args.datasets.is_empty() {
            selection.datasets.clone_from(&args.datasets);
        }
        selection.shard = args.shard.or(selection.shard);
        if let ComparedIdentities::Listed { only_authenticated } = &mut selection.identities {
            *only_authenticated |= args.only_authenticated;
        }
        if args.known_only {
            selection.identities = ComparedIdentities::Known;
        }
        Ok(selection)
    }

    /// Reads the journal of an export.
    fn read(path: &Path) -> Result<ExportSelection> {
        let file = File::open(path).map_err(|why| failure("read", path, why))?;
        let (mut options, mut done) = (Map::new(), Vec::new());
        let (mut failed, mut is_finished) = (HashSet::new(), false);
        let read = read_journal(&file, |_, entry| {
            is_finished &= matches!(entry, JournalEntry::Commit(_));
            match entry {
                JournalEntry::Started(started) => options = started,
                JournalEntry::Done(identity) => {
                    failed.remove(&identity.identity_id);
                    let is_given = |name: &str| options.get(name).is_some_and(|ids| !ids.is_null());
                    if is_given("--identity-id") || is_given("--identities") {
                        done.push(identity.identity_id);
                    }
                }
                JournalEntry::Failed(identity) => {
                    failed.insert(identity.identity_id);
                }
                JournalEntry::Finished {} => is_finished = true,
                JournalEntry::List(_) | JournalEntry::Commit(_) => {}
            }
        });
        read.map_err(|why| failure("read", path, why))?;
        Ok(ExportSelection {
            is_incomplete: !is_finished || !failed.is_empty(),
            ..ExportSelection::from_options(&options, done)
        })
    }

    /// Takes the options of an export, and the identities that it has.
    fn from_options(options: &Map<String, Json>, done: Vec<String>) -> ExportSelection {
        let option = |name: &str| options.get(name).filter(|value| !value.is_null());
        let text = |name: &str| option(name).and_then(Json::as_str);
        let datasets = option("--dataset").and_then(Json::as_array);
        let datasets = datasets.into_iter().flatten().filter_map(Json::as_str);
        let is_given = option("--identity-id").or(option("--identities")).is_some();
        let only_authenticated = option("--only-authenticated") == Some(&Json::Bool(true));
        ExportSelection {
            identity_pool_id: text("--identity-pool-id").map(str::to_string),
            identities: match option("--since") {
                // Datasets that have not changed are not in the files.
                Some(_) => ComparedIdentities::Known,
                None if is_given => ComparedIdentities::Given(done),
                None => ComparedIdentities::Listed { only_authenticated },
            },
            datasets: datasets.map(str::to_string).collect(),
            shard: text("--shard").and_then(|shard| Shard::parse(shard).ok()),
            is_incomplete: false,
        }
    }

    /// Returns the names of the datasets to compare out of these.
    pub fn has_dataset(&self, name: &str) -> bool {
        self.datasets.is_empty() || self.datasets.iter().any(|own| own == name)
    }

    /// Whether an identity of the export belongs to it.
    pub fn has_identity(&self, id: &str) -> bool {
        self.shard.is_none_or(|shard| shard.contains(id))
    }
}

/// Returns the journal of the export that wrote all files.
fn common_journal(files: &[PathBuf]) -> Option<PathBuf> {
    let mut journals = files.iter().map(|file| {
        let whole = whole_name(file);
        let own = std::iter::once(file.clone()).chain(whole);
        own.map(|file| journal_path(&file))
            .find(|path| path.is_file())
    });
    let first = journals.next()??;
    journals
        .all(|journal| journal.as_ref() == Some(&first))
        .then_some(first)
}

/// Returns the name of the output that a numbered file is a part of: `records.ndjson.gz` for
/// `records-0001.ndjson.gz`.
fn whole_name(part: &Path) -> Option<PathBuf> {
    let name = part.file_name().and_then(OsStr::to_str)?;
    let (at, _) = name.match_indices('-').next_back()?;
    let digits = name[at + 1..]
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count();
    let rest = &name[at + 1 + digits..];
    let is_part = digits >= 4 && (rest.is_empty() || rest.starts_with('.'));
    is_part.then(|| part.with_file_name(format!("{}{rest}", &name[..at])))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_name_of_divided_output() {
        let table = [
            ("d/records-0001.ndjson.gz", Some("d/records.ndjson.gz")),
            ("records-12345", Some("records")),
            ("a-b-0002.x", Some("a-b.x")),
            ("records-001.ndjson", None),
            ("records-0001b.ndjson", None),
            ("records.ndjson", None),
            ("-", None),
        ];
        for (part, want) in table {
            assert_eq!(
                whole_name(Path::new(part)),
                want.map(PathBuf::from),
                "{part}"
            );
        }
    }

    #[test]
    fn takes_options_of_export() {
        let selection = |options: Json| {
            let options = options.as_object().cloned().unwrap_or_default();
            ExportSelection::from_options(&options, vec!["i".into()])
        };
        let listed = |only_authenticated| ComparedIdentities::Listed { only_authenticated };
        let bare = selection(json!({}));
        assert_eq!(bare.identities, listed(false));
        assert!(bare.has_dataset("d") && bare.has_identity("i"));
        let narrow = selection(json!({"--identity-pool-id": "p", "--dataset": ["d"],
            "--shard": "2/3", "--only-authenticated": true, "--identity-id": null}));
        assert_eq!(narrow.identity_pool_id.as_deref(), Some("p"));
        assert_eq!(narrow.identities, listed(true));
        assert!(narrow.has_dataset("d") && !narrow.has_dataset("e"));
        let parts = ["1/3", "2/3", "3/3"].map(|part| selection(json!({"--shard": part})));
        assert_eq!(
            parts.iter().filter(|part| part.has_identity("i")).count(),
            1
        );
        let given = selection(json!({"--identities": "ids"}));
        assert_eq!(
            given.identities,
            ComparedIdentities::Given(vec!["i".into()])
        );
        let since = selection(json!({"--since": "old", "--identities": "ids"}));
        assert_eq!(since.identities, ComparedIdentities::Known);
    }
}
