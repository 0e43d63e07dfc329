//! Damaged stores: refused before data is missed, and left as they are. Indexes are held against tables,
//! since SQLite finds by an index alone, and what the index has lost is as good as gone.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::store::with_sqlite;
use super::{Dataset, IDENTITY, POOL, replace};
use crate::support::child::ChildExit;
use crate::support::run::Run;
use crate::support::service::Service;

/// Bytes of a page of SQLite.
const PAGE: usize = 4096;
/// First byte of a page that holds entries of an index.
const INDEX_LEAF: u8 = 10;

/// A store of one file with these datasets of records, each with a value of this length.
fn store_of(datasets: &[&str], records: usize, length: usize) -> (tempfile::TempDir, PathBuf) {
    let service = Service::start(&[]);
    for name in datasets {
        let patches: Vec<_> = (0..records)
            .map(|n| replace(&format!("key-{n:04}"), &"v".repeat(length), 0))
            .collect();
        Dataset::of(&service, name).update(json!(patches)).json();
    }
    let folder = service.shared_folder();
    assert_eq!(service.stop("TERM").0, ChildExit::Status(0));
    let own = tempfile::tempdir().expect("a folder");
    let store = own.path().join("store.sqlite");
    fs::copy(folder.path().join("store.sqlite"), &store).expect("it is there");
    (own, store)
}

/// Changes the last letter of this text wherever an index has it, and nothing in the tables.
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
        let (_folder, store) = store_of(&["dataset-a", "dataset-b"], 200, 10);
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
        // What the message advises helps.
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

/// Of a large store, a command looks at the records of the dataset that it is about.
#[test]
fn rejects_dataset_whose_records_disagree_with_their_index() {
    let (_folder, store) = store_of(&["dataset-a"], 900, 1000);
    let (_other, whole) = store_of(&["dataset-a"], 900, 1000);
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
    // Nor may records be missing from both.
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
    let (_folder, store) = store_of(&["dataset-a", "dataset-b"], 900, 1000);
    damage_index(&store, "dataset-b");
    list(&store, "dataset-a", "Count")
        .stderr_contains("cannot be used: it is damaged (")
        .fails(255);
}

/// Whatever page is overwritten: the store is refused, or nothing is missing.
#[test]
fn detects_overwritten_pages() {
    let (folder, store) = store_of(&["dataset-a", "dataset-b"], 200, 60);
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
