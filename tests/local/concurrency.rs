//! Concurrency: on one dataset through one service, and on one store through several processes. No
//! accepted update may be lost or share its sync count, and late updates must be rejected.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Dataset, IDENTITY, POOL, replace};
use crate::support::child::{self, ChildExit};
use crate::support::connection::{Connection, sync_count};
use crate::support::service::Service;

const WRITERS: usize = 8;
const ROUNDS: usize = 40;
const SHARED: &str = "shared";

/// The results of a writer's updates.
#[derive(Default)]
struct WriterResult {
    /// The sync counts of accepted updates, with the value of the shared record if the update set
    /// it.
    accepted: BTreeMap<i64, Option<String>>,
    conflicts: usize,
}

impl WriterResult {
    /// Merges the results of several writers; no sync count may occur twice.
    fn all(several: Vec<WriterResult>) -> WriterResult {
        let mut all = WriterResult::default();
        for result in several {
            for (count, value) in result.accepted {
                let twice = all.accepted.insert(count, value);
                assert!(twice.is_none(), "two updates were told {count}");
            }
            all.conflicts += result.conflicts;
        }
        all
    }
}

#[test]
fn concurrent_writers_of_one_dataset_lose_nothing() {
    let service = Service::start(&[]);
    let result = thread::scope(|scope| {
        let service = &service;
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| scope.spawn(move || write(service, &format!("writer-{writer}"))))
            .collect();
        let result = writers.into_iter().map(|writer| writer.join());
        result
            .collect::<Result<Vec<_>, _>>()
            .expect("no writer fails")
    });
    let result = WriterResult::all(result);
    assert_eq!(
        result.accepted.len() + result.conflicts,
        WRITERS * ROUNDS * 2
    );
    assert!(
        result.conflicts > 0,
        "the writers did get into each other's way"
    );
    check(&service, &result, WRITERS);
}

#[test]
fn concurrent_services_and_commands_share_a_store() {
    const COMMANDS: usize = 3;
    const CALLS: usize = 10;
    let first = Service::start(&[]);
    let second = Service::start_in(first.shared_folder(), &[]);
    let result = thread::scope(|scope| {
        let mut writers = Vec::new();
        for (name, service) in [("one", &first), ("two", &second)] {
            for half in ["a", "b"] {
                writers.push(scope.spawn(move || write(service, &format!("{name}-{half}"))));
            }
        }
        for command in 0..COMMANDS {
            let service = &first;
            let key = format!("command-{command}");
            writers.push(scope.spawn(move || write_locally(service, &key, CALLS)));
        }
        let result = writers.into_iter().map(|writer| writer.join());
        result
            .collect::<Result<Vec<_>, _>>()
            .expect("no writer fails")
    });
    let result = WriterResult::all(result);
    let asked = 4 * ROUNDS * 2 + COMMANDS * CALLS;
    assert_eq!(result.accepted.len() + result.conflicts, asked);
    for service in [&first, &second] {
        check(service, &result, 4 + COMMANDS);
    }
}

#[test]
fn accepts_session_once_from_concurrent_updates() {
    let service = Service::start(&[]);
    let second = Service::start_in(service.shared_folder(), &[]);
    let dataset = Dataset::new(&service, "d");
    for round in 0..10 {
        let token = dataset.token();
        let accepted = thread::scope(|scope| {
            let tries: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let service = if writer % 2 == 0 { &service } else { &second };
                    let token = &token;
                    scope.spawn(move || {
                        let key = format!("{round}-{writer}");
                        let dataset = Dataset::new(service, "d");
                        dataset
                            .update_with(token, json!([replace(&key, "v", 0)]))
                            .status
                    })
                })
                .collect();
            let statuses = tries.into_iter().map(|one| one.join().expect("it is told"));
            statuses.filter(|status| *status == 200).count()
        });
        assert_eq!(accepted, 1, "in round {round}");
    }
    assert_eq!(dataset.list("").json()["DatasetSyncCount"], 10);
}

/// All start in parallel; each creates the store or finds another's.
#[test]
fn creates_store_once_for_concurrent_services() {
    for _ in 0..5 {
        let folder = Arc::new(tempfile::tempdir().expect("a folder can be made"));
        let services = thread::scope(|scope| {
            let starting: Vec<_> = (0..WRITERS)
                .map(|_| scope.spawn(|| Service::start_in(Arc::clone(&folder), &[])))
                .collect();
            let started = starting.into_iter().map(|service| service.join());
            started.collect::<Result<Vec<_>, _>>().expect("all start")
        });
        let datasets: Vec<_> = services.iter().map(|s| Dataset::new(s, "d")).collect();
        // The key of session tokens is created with the store.
        let pairs = datasets.iter().zip(datasets.iter().cycle().skip(1));
        for ((one, next), count) in pairs.zip(0..) {
            let patches = json!([replace("k", "v", count)]);
            next.update_with(&one.token(), patches).json();
        }
        for entry in std::fs::read_dir(folder.path()).expect("it is there") {
            let name = entry.expect("it can be read").file_name();
            let name = name.to_string_lossy().into_owned();
            assert!(name.starts_with("store.sqlite"), "{name} was left behind");
        }
    }
}

/// Updates a record of its own, which must always be accepted, and alternately the shared record,
/// which may be rejected.
fn write(service: &Service, key: &str) -> WriterResult {
    let path = Dataset::new(service, "d").path("");
    let mut connection = Connection::open(service.address()).expect("it listens");
    let mut result = WriterResult::default();
    for round in 0..ROUNDS {
        let listed = connection.list(&path).expect("it answers");
        let own = replace(key, &format!("{round}"), sync_count(&listed, key));
        let updated = connection.update(&path, &listed, json!([own]));
        let updated = updated.expect("it answers").json();
        result.accepted.insert(sync_count(&updated, key), None);

        let listed = connection.list(&path).expect("it answers");
        // Lets other writers interleave.
        thread::sleep(Duration::from_millis(1));
        let known = sync_count(&listed, SHARED);
        let value = format!("{key} {round}");
        let patches = json!([replace(SHARED, &value, known)]);
        let answer = connection
            .update(&path, &listed, patches)
            .expect("it answers");
        if answer.status == 200 {
            let count = sync_count(&answer.json(), SHARED);
            result.accepted.insert(count, Some(value));
        } else {
            let (status, code, message) = answer.error();
            assert_eq!((status, code.as_str()), (409, "ResourceConflictException"));
            let form = format!(" not: {known}");
            assert!(message.ends_with(&form), "{message}");
            result.conflicts += 1;
        }
    }
    result
}

/// Does the same for a record of its own, by commands with `--local`.
fn write_locally(service: &Service, key: &str, calls: usize) -> WriterResult {
    let ids = [
        "--identity-pool-id",
        POOL,
        "--identity-id",
        IDENTITY,
        "--dataset-name",
        "d",
    ];
    let run = |words: &[&str]| -> Value {
        let words = [words, &ids, &["--local"]].concat();
        let finished = child::run(service.command(&words), Vec::new(), Duration::from_secs(60));
        let stderr = String::from_utf8_lossy(&finished.stderr).into_owned();
        assert_eq!(finished.exit, ChildExit::Status(0), "{stderr}");
        serde_json::from_slice(&finished.stdout).expect("the command prints JSON")
    };
    let mut result = WriterResult::default();
    for call in 0..calls {
        let listed = run(&["list-records"]);
        let token = listed["SyncSessionToken"].as_str().expect("a token");
        let patches = json!([replace(key, &format!("{call}"), sync_count(&listed, key))]);
        let patches = patches.to_string();
        let update = [
            "update-records",
            "--sync-session-token",
            token,
            "--record-patches",
        ];
        let updated = run(&[&update[..], &[&patches]].concat());
        result.accepted.insert(sync_count(&updated, key), None);
    }
    result
}

/// Checks that the dataset has counted exactly the accepted updates, and has the last value of each
/// record.
fn check(service: &Service, result: &WriterResult, writers: usize) {
    let listed = Dataset::new(service, "d").list("").json();
    let count = listed["DatasetSyncCount"].as_i64().expect("a count");
    let counts: Vec<_> = result.accepted.keys().copied().collect();
    assert_eq!(counts, (1..=count).collect::<Vec<_>>());
    let records = listed["Records"].as_array().expect("records");
    assert_eq!(records.len(), writers + 1);
    for record in records {
        let count = record["SyncCount"].as_i64().expect("a count");
        let accepted = result.accepted.get(&count).expect("the count was told");
        if record["Key"] == SHARED {
            assert_eq!(record["Value"].as_str(), accepted.as_deref());
            let values = result.accepted.iter().filter(|(_, value)| value.is_some());
            assert_eq!(values.map(|(count, _)| *count).max(), Some(count));
        } else {
            assert_eq!(*accepted, None);
        }
    }
}
