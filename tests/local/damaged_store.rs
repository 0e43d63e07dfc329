//! Damaged stores: rejected before data is missed, and not modified. Indexes are checked against
//! tables, since SQLite queries by an index alone, and what the index has lost is never found.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::store::with_sqlite;
use super::{Dataset, IDENTITY, POOL, replace};
use crate::support::child::ChildExit;
use crate::support::run::Run;
use crate::support::service::Service;

/// The size of a SQLite page in bytes.
const PAGE: usize = 4096;
/// The first byte of a leaf page of an index.
const INDEX_LEAF: u8 = 10;

/// Returns a store in a single file with these datasets of records, each with a value of this
/// length.
fn create_store(datasets: &[&str], records: usize, length: usize) -> (tempfile::TempDir, PathBuf) {
    let service = Service::start(&[]);
    for name in datasets {
        let patches: Vec<_> = (0..records)
            .map(|n| replace(&format!("key-{n:04}"), &"v".repeat(length), 0))
            .collect();
        Dataset::new(&service, name).update(json!(patches)).json();
    }
    let folder = service.shared_folder();
    assert_eq!(service.stop("TERM").0, ChildExit::Status(0));
    let own = tempfile::tempdir().expect("a folder");
    let store = own.path().join("store.sqlite");
    fs::copy(folder.path().join("store.sqlite"), &store).expect("it is there");
    (own, store)
}

/// Changes the last letter of this text wherever an index contains it, and not in the tables.
fn damage_index(store: &Path, text: &str) -> Vec<u8> {
    let mut bytes = fs::read(store).expect("it is there");
    let mut changed = 0;
    for page in bytes.chunks_exact_mut(PAGE) {
        if page[0] != INDEX_LEAF {
            continue;
        }
        let found = page.windows(text.len()).position(|w| w == text.as_bytes());
        if let Some(at) = found {
            page[at + text.len() - 1] = b'~';
            changed += 1;
        }
    }
    assert!(changed > 0, "an index has '{text}'");
    fs::write(store, &bytes).expect("it can be written");
    let check = with_sqlite(
        store,
        "print(d.execute('pragma quick_check').fetchone()[0])",
    );
    assert_eq!(check, "ok", "a quick check does not see it");
    bytes
}

#[test]
fn rejects_store_whose_index_disagrees_with_its_table() {
    let texts = ["key-0100", "dataset-b", IDENTITY, POOL];
    for text in texts {
        let (_folder, store) = create_store(&["dataset-a", "dataset-b"], 200, 10);
        let bytes = damage_index(&store, text);
        for args in [
            vec!["list-identity-pool-usage", "--local"],
            vec!["serve", "--listen", "0"],
        ] {
            Run::new(args)
                .env("COGNITO_SYNC_STORE", &store.to_string_lossy())
                .stderr_contains(&format!(
                    "The store '{}' cannot be used: it is damaged (",
                    store.display()
                ))
                .stderr_contains("it was left as it is; SQLite's command REINDEX")
                .fails(255);
        }
        assert!(fs::read(&store).expect("it is there") == bytes, "{text}");
        // The remedy in the message works.
        with_sqlite(&store, "d.execute('reindex')");
        list(&store, "dataset-b", "length(Records)")
            .stdout("200\n")
            .succeeds();
    }
}

fn list(store: &Path, dataset: &str, query: &str) -> Run {
    let ids = ["--identity-pool-id", POOL, "--identity-id", IDENTITY];
    let args = ["list-records", "--local", "--dataset-name", dataset];
    Run::new([&args[..], &ids, &["--query", query]].concat())
        .env("COGNITO_SYNC_STORE", &store.to_string_lossy())
}

/// In a large store, a command checks the records of its own dataset only.
#[test]
fn rejects_dataset_whose_records_disagree_with_their_index() {
    let (_folder, store) = create_store(&["dataset-a"], 900, 1000);
    let (_other, whole) = create_store(&["dataset-a"], 900, 1000);
    let size = fs::metadata(&store).expect("it is there").len();
    assert!(size > 1 << 20, "it is large: {size}");
    list(&whole, "dataset-a", "length(Records)")
        .stdout("900\n")
        .succeeds();
    damage_index(&store, "key-0500");
    let disagree =
        "The store is damaged: the records of dataset 'dataset-a' and their index disagree";
    list(&store, "dataset-a", "Count")
        .stderr_contains(disagree)
        .fails(254);
    Run::new(["serve", "--listen", "0"])
        .env("COGNITO_SYNC_STORE", &store.to_string_lossy())
        .stderr_contains("cannot be used: it is damaged (")
        .fails(255);
    // Records missing from both table and index are detected, too.
    with_sqlite(
        &whole,
        "d.execute(\"delete from record where record_key = 'key-0007'\")",
    );
    list(&whole, "dataset-a", "Count")
        .stderr_contains(disagree)
        .fails(254);
}

#[test]
fn rejects_large_store_whose_small_indexes_are_damaged() {
    let (_folder, store) = create_store(&["dataset-a", "dataset-b"], 900, 1000);
    damage_index(&store, "dataset-b");
    list(&store, "dataset-a", "Count")
        .stderr_contains("cannot be used: it is damaged (")
        .fails(255);
}

/// Whichever page is overwritten: the store is rejected, or no data is missing.
#[test]
fn detects_overwritten_pages() {
    let (folder, store) = create_store(&["dataset-a", "dataset-b"], 200, 60);
    let whole = fs::read(&store).expect("it is there");
    let copy = folder.path().join("copy.sqlite");
    for page in 1..whole.len() / PAGE {
        let mut bytes = whole.clone();
        bytes[page * PAGE..][..PAGE].fill(0);
        fs::write(&copy, &bytes).expect("it can be written");
        let run = list(&copy, "dataset-b", "length(Records)").capture();
        let stdout = &run.stdout;
        let is_refused = run.exit == ChildExit::Status(255);
        assert!(is_refused || stdout == "200\n", "page {page}: {stdout}");
    }
}
