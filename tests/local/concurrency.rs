//! Many at once: on one dataset through one service, and on one store through several processes. Nothing
//! that was accepted may be lost or share its count, and who is late must be told.

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

/// What was told of an update.
#[derive(Default)]
struct Told {
    /// Counts of accepted updates, with the value of the shared record where the update set it.
    accepted: BTreeMap<i64, Option<String>>,
    conflicts: usize,
}

impl Told {
    /// All of what several were told; no count may have been given twice.
    fn all(several: Vec<Told>) -> Told {
        let mut all = Told::default();
        for told in several {
            for (count, value) in told.accepted {
                let twice = all.accepted.insert(count, value);
                assert!(twice.is_none(), "two updates were told {count}");
            }
            all.conflicts += told.conflicts;
        }
        all
    }
}

#[test]
fn concurrent_writers_of_one_dataset_lose_nothing() {
    let service = Service::start(&[]);
    let told = thread::scope(|scope| {
        let service = &service;
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| scope.spawn(move || write(service, &format!("writer-{writer}"))))
            .collect();
        let told = writers.into_iter().map(|writer| writer.join());
        told.collect::<Result<Vec<_>, _>>()
            .expect("no writer fails")
    });
    let told = Told::all(told);
    assert_eq!(told.accepted.len() + told.conflicts, WRITERS * ROUNDS * 2);
    assert!(
        told.conflicts > 0,
        "the writers did get into each other's way"
    );
    check(&service, &told, WRITERS);
}

#[test]
fn concurrent_services_and_commands_share_a_store() {
    const COMMANDS: usize = 3;
    const CALLS: usize = 10;
    let first = Service::start(&[]);
    let second = Service::start_in(first.shared_folder(), &[]);
    let told = thread::scope(|scope| {
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
        let told = writers.into_iter().map(|writer| writer.join());
        told.collect::<Result<Vec<_>, _>>()
            .expect("no writer fails")
    });
    let told = Told::all(told);
    let asked = 4 * ROUNDS * 2 + COMMANDS * CALLS;
    assert_eq!(told.accepted.len() + told.conflicts, asked);
    for service in [&first, &second] {
        check(service, &told, 4 + COMMANDS);
    }
}

#[test]
fn accepts_session_once_from_concurrent_updates() {
    let service = Service::start(&[]);
    let second = Service::start_in(service.shared_folder(), &[]);
    let dataset = Dataset::of(&service, "d");
    for round in 0..10 {
        let token = dataset.token();
        let accepted = thread::scope(|scope| {
            let tries: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let service = if writer % 2 == 0 { &service } else { &second };
                    let token = &token;
                    scope.spawn(move || {
                        let key = format!("{round}-{writer}");
                        let dataset = Dataset::of(service, "d");
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

/// Starting all at once, each makes the store or finds another's.
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
        let datasets: Vec<_> = services.iter().map(|s| Dataset::of(s, "d")).collect();
        // Tokens are sealed with a key that is made with the store.
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

/// Updates a record of its own, which must always be accepted, and by turns the shared one, which may be
/// refused.
fn write(service: &Service, key: &str) -> Told {
    let path = Dataset::of(service, "d").path("");
    let mut connection = Connection::open(service.address()).expect("it listens");
    let mut told = Told::default();
    for round in 0..ROUNDS {
        let listed = connection.list(&path).expect("it answers");
        let own = replace(key, &format!("{round}"), sync_count(&listed, key));
        let updated = connection.update(&path, &listed, json!([own]));
        let updated = updated.expect("it answers").json();
        told.accepted.insert(sync_count(&updated, key), None);

        let listed = connection.list(&path).expect("it answers");
        // So that others come between.
        thread::sleep(Duration::from_millis(1));
        let known = sync_count(&listed, SHARED);
        let value = format!("{key} {round}");
        let patches = json!([replace(SHARED, &value, known)]);
        let answer = connection
            .update(&path, &listed, patches)
            .expect("it answers");
        if answer.status == 200 {
            let count = sync_count(&answer.json(), SHARED);
            told.accepted.insert(count, Some(value));
        } else {
            let (status, code, message) = answer.error();
            assert_eq!((status, code.as_str()), (409, "ResourceConflictException"));
            let form = format!(" not: {known}");
            assert!(message.ends_with(&form), "{message}");
            told.conflicts += 1;
        }
    }
    told
}

/// The same for a record of its own, by commands with `--local`.
fn write_locally(service: &Service, key: &str, calls: usize) -> Told {
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
    let mut told = Told::default();
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
        told.accepted.insert(sync_count(&updated, key), None);
    }
    told
}

/// The dataset has counted every accepted update and nothing else, and holds the last of each record.
fn check(service: &Service, told: &Told, writers: usize) {
    let listed = Dataset::of(service, "d").list("").json();
    let count = listed["DatasetSyncCount"].as_i64().expect("a count");
    let counts: Vec<_> = told.accepted.keys().copied().collect();
    assert_eq!(counts, (1..=count).collect::<Vec<_>>());
    let records = listed["Records"].as_array().expect("records");
    assert_eq!(records.len(), writers + 1);
    for record in records {
        let count = record["SyncCount"].as_i64().expect("a count");
        let accepted = told.accepted.get(&count).expect("the count was told");
        if record["Key"] == SHARED {
            assert_eq!(record["Value"].as_str(), accepted.as_deref());
            let values = told.accepted.iter().filter(|(_, value)| value.is_some());
            assert_eq!(values.map(|(count, _)| *count).max(), Some(count));
        } else {
            assert_eq!(*accepted, None);
        }
    }
}
