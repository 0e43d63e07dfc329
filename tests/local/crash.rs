//! Crashes by SIGKILL: acknowledged writes survive, and the store can be opened again. A power
//! failure cannot be simulated here.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::{Dataset, pool, replace};
use crate::support::child::RunningChild;
use crate::support::connection::{Connection, sync_count};
use crate::support::service::Service;

/// The size of a SQLite page in bytes.
const PAGE: usize = 4096;
const ROUNDS: usize = 20;
const WRITERS: usize = 8;

/// The last result of a writer.
#[derive(Clone, Default)]
struct WriterResult {
    /// The value and sync count of the last accepted update.
    accepted: Option<(String, i64)>,
    /// The session token of that update.
    token: String,
    /// An update without a response, which may or may not have been performed.
    open: Option<String>,
}

#[test]
fn keeps_acknowledged_writes_after_kill() {
    let mut service = Service::start(&[]);
    let mut result = vec![WriterResult::default(); WRITERS];
    for round in 0..ROUNDS {
        result = until_killed(&service, result, round);
        service = Service::start_in(service.kill(), &[]);
        for (writer, result) in result.iter_mut().enumerate() {
            check(&service, writer, result);
        }
    }
}

/// Lets all writers write until the service is killed, after another number of updates in each
/// round.
fn until_killed(service: &Service, result: Vec<WriterResult>, round: usize) -> Vec<WriterResult> {
    let updates = AtomicUsize::new(0);
    thread::scope(|scope| {
        let updates = &updates;
        let writers: Vec<_> = result
            .into_iter()
            .enumerate()
            .map(|(writer, result)| {
                scope.spawn(move || {
                    let writer = Writer {
                        number: writer,
                        round,
                        updates,
                    };
                    writer.write_until_killed(service.address(), result)
                })
            })
            .collect();
        while updates.load(Ordering::Relaxed) < 20 + 7 * round {
            let is_over = writers.iter().all(|writer| writer.is_finished());
            assert!(!is_over, "the service goes on until it is killed");
            thread::sleep(Duration::from_micros(300));
        }
        service.signal("KILL");
        let result = writers.into_iter().map(|writer| writer.join());
        result.collect::<Result<_, _>>().expect("no writer fails")
    })
}

/// Returns the path of a dataset that two writers share.
fn path(writer: usize) -> String {
    let identity = "us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b";
    pool(&format!("/identities/{identity}/datasets/d{}", writer / 2))
}

/// A writer in a round.
struct Writer<'a> {
    number: usize,
    round: usize,
    /// The number of updates of all writers in the round.
    updates: &'a AtomicUsize,
}

impl Writer<'_> {
    /// Updates a record of its own until the service stops responding.
    fn write_until_killed(&self, address: &str, mut result: WriterResult) -> WriterResult {
        let (path, key) = (path(self.number), format!("writer-{}", self.number));
        let Ok(mut connection) = Connection::open(address) else {
            return result;
        };
        for update in 0.. {
            let Ok(listed) = connection.list(&path) else {
                break;
            };
            let value = format!("{}-{update}", self.round);
            let patches = json!([replace(&key, &value, sync_count(&listed, &key))]);
            result.open = Some(value.clone());
            let Ok(answer) = connection.update(&path, &listed, patches) else {
                break;
            };
            result.open = None;
            result.accepted = Some((value, sync_count(&answer.json(), &key)));
            result.token = listed["SyncSessionToken"]
                .as_str()
                .expect("a token")
                .to_owned();
            self.updates.fetch_add(1, Ordering::Relaxed);
        }
        result
    }
}

/// Checks that the record is as acknowledged, or as the open update would have it, and that the
/// sessions of accepted updates are used.
fn check(service: &Service, writer: usize, result: &mut WriterResult) {
    let Some((value, count)) = &result.accepted else {
        return;
    };
    let (path, key) = (path(writer), format!("writer-{writer}"));
    let mut connection = Connection::open(service.address()).expect("it listens");
    let listed = connection.list(&path).expect("it answers");
    let records = listed["Records"].as_array().expect("records");
    let record = records.iter().find(|record| record["Key"] == key.as_str());
    let record = record.expect("the acknowledged record is there");
    let found = (record["Value"].as_str(), record["SyncCount"].as_i64());
    if found == (result.open.as_deref(), Some(sync_count(&listed, &key))) {
        assert!(found.1 > Some(*count), "what was open came later");
    } else {
        assert_eq!(found, (Some(value.as_str()), Some(*count)), "of {key}");
    }
    let dataset_count = listed["DatasetSyncCount"].as_i64();
    assert!(dataset_count >= found.1, "the dataset has counted it");
    let again = json!({"SyncSessionToken": result.token});
    let patches = json!([replace(&key, "again", sync_count(&listed, &key))]);
    let rejected = connection
        .update(&path, &again, patches)
        .expect("it answers");
    assert_eq!(
        rejected.error().2,
        "SyncSessionToken not valid for these inputs"
    );
    // The next round starts from the current record.
    let found = (
        found.0.unwrap_or_default().to_owned(),
        sync_count(&listed, &key),
    );
    result.accepted = Some(found);
    result.open = None;
}

/// A checkpoint copies the write-ahead log to the store's file page by page; a kill may leave the
/// first page, with a page count that the file does not have yet.
#[test]
fn loses_nothing_when_killed_during_checkpoint() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    let value = "x".repeat(100_000);
    dataset.update(json!([replace("k", &value, 0)])).json();
    let folder = service.kill();
    let file = OpenOptions::new()
        .write(true)
        .open(folder.path().join("store.sqlite"));
    let file = file.expect("the store can be written");
    let log = fs::read(folder.path().join("store.sqlite-wal")).expect("the log is there");
    // After a header of 32 bytes, each page has a header of 24 bytes, which starts with the page
    // number.
    let mut pages = log[32..].chunks_exact(24 + PAGE);
    let first = pages.rfind(|page| page[..4] == [0, 0, 0, 1]);
    let first = first.expect("the first page has changed");
    file.write_all_at(&first[24..], 0)
        .expect("the page can be written");
    let service = Service::start_in(folder, &[]);
    let listed = Dataset::new(&service, "d").list("").json();
    assert_eq!(listed["Records"][0]["Value"], value);
}

/// A user who wants to start anew may not know of the log beside the store.
#[test]
fn starts_anew_after_store_was_removed_without_its_log() {
    let service = Service::start(&[]);
    Dataset::new(&service, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let folder = service.kill();
    fs::remove_file(folder.path().join("store.sqlite")).expect("it is there");
    let service = Service::start_in(folder, &[]);
    assert_eq!(
        service.request("GET", "/identitypools", None).json()["Count"],
        0
    );
}

/// Each store is created a few times, and killed at another time in each.
#[test]
fn leaves_usable_store_when_killed_during_creation() {
    for round in 0..40u64 {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for part in 0..3 {
            let mut serve = Command::new(env!("CARGO_BIN_EXE_cognito-sync"));
            serve
                .args([
                    "serve",
                    "--listen",
                    "127.0.0.1:0",
                    "--store",
                    "store.sqlite",
                ])
                .env_clear()
                .current_dir(folder.path());
            let child = RunningChild::start(serve);
            thread::sleep(Duration::from_micros(400 * round + 5_000 * part));
            child.kill();
        }
        let service = Service::start_in(Arc::new(folder), &[]);
        let dataset = Dataset::new(&service, "d");
        dataset.update(json!([replace("k", "v", 0)])).json();
        assert_eq!(dataset.list("").json()["DatasetSyncCount"], 1);
    }
}
