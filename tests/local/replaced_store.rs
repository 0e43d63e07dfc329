//! A store whose file is removed, moved or replaced while it is in use: requests fail with a
//! message, no write goes to a file that is lost, and files of another store are not touched.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::store_file::names_in;
use super::{Dataset, POOL, pool, replace};
use crate::support::child::ChildExit;
use crate::support::connection::{Connection, sync_count};
use crate::support::run::Run;
use crate::support::service::Service;

/// Returns a service with a record, whose store is in a subdirectory.
fn service_in_folder() -> (Service, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("folder")).expect("it can be made");
    let options = ["--store", "{DIR}/folder/store.sqlite"];
    let service = Service::start_in(folder.into(), &options);
    Dataset::new(&service, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let store = service.folder().join("folder/store.sqlite");
    (service, store)
}

fn auxiliary_path(store: &Path, kind: &str) -> PathBuf {
    PathBuf::from(format!("{}{kind}", store.display()))
}

fn rename(from: &Path, to: &Path) {
    fs::rename(from, to).expect("it can be renamed");
}

/// Returns another store, in a single file.
fn other_store(folder: &Path) -> PathBuf {
    let other = folder.join("other.sqlite");
    local(&other, &["list-identity-pool-usage", "--query", "Count"])
        .stdout("0\n")
        .succeeds();
    other
}

fn local(store: &Path, args: &[&str]) -> Run {
    Run::new([args, &["--local"]].concat()).env("COGNITO_SYNC_STORE", &store.to_string_lossy())
}

/// Returns a command that prints the value of the record in a store.
fn print_value(store: &Path) -> Run {
    let args = [
        "list-records",
        "--identity-pool-id",
        POOL,
        "--dataset-name",
        "d",
    ];
    let file_id = ["--identity-id", super::IDENTITY];
    let query = ["--query", "Records[0].Value", "--output", "text"];
    local(store, &[&args[..], &file_id, &query].concat())
}

/// Checks that reads and writes fail with this message.
#[track_caller]
fn assert_fails(service: &Service, token: &str, why: &str) {
    let dataset = Dataset::new(service, "d");
    let refusals = [
        dataset.list("").error(),
        dataset
            .update_with(token, json!([replace("k", "lost", 1)]))
            .error(),
        service
            .request("POST", &pool("/configuration"), Some(json!({})))
            .error(),
    ];
    for (status, code, message) in refusals {
        assert_eq!((status, code.as_str()), (500, "InternalErrorException"));
        assert!(message.contains(why), "{message}");
    }
}

/// An action on a store's file.
type Action = fn(&Path);

#[test]
fn fails_requests_after_store_files_changed() {
    let removed = "store.sqlite' was removed or moved while it was in use";
    let replaced = "store.sqlite' was replaced by another file while it was in use";
    let cut = "store.sqlite' was cut short or overwritten while it was in use";
    let log = "store.sqlite-wal' or the -shm beside it was removed or replaced while";
    let table: [(&str, Action, &str); 12] = [
        ("remove", |s| fs::remove_file(s).expect("removed"), removed),
        (
            "remove all",
            |s| {
                for kind in ["", "-wal", "-shm"] {
                    fs::remove_file(auxiliary_path(s, kind)).expect("removed");
                }
            },
            removed,
        ),
        ("move", |s| rename(s, &auxiliary_path(s, ".moved")), removed),
        (
            "move folder",
            |s| {
                let folder = s.parent().expect("a folder");
                rename(folder, &folder.with_file_name("moved"));
            },
            removed,
        ),
        (
            "remove folder",
            |s| {
                fs::remove_dir_all(s.parent().expect("a folder")).expect("removed");
            },
            removed,
        ),
        (
            "put a copy in its place",
            |s| {
                fs::copy(s, auxiliary_path(s, ".copy")).expect("copied");
                rename(&auxiliary_path(s, ".copy"), s);
            },
            replaced,
        ),
        (
            "put a folder in its place",
            |s| {
                fs::remove_file(s).expect("removed");
                fs::create_dir(s).expect("made");
            },
            replaced,
        ),
        (
            "empty",
            |s| drop(fs::File::create(s).expect("emptied")),
            cut,
        ),
        (
            "overwrite",
            |s| fs::write(s, [0; 8192]).expect("written"),
            cut,
        ),
        (
            "remove -wal",
            |s| fs::remove_file(auxiliary_path(s, "-wal")).expect("removed"),
            log,
        ),
        (
            "remove -shm",
            |s| fs::remove_file(auxiliary_path(s, "-shm")).expect("removed"),
            log,
        ),
        (
            "replace -wal",
            |s| {
                fs::copy(auxiliary_path(s, "-wal"), auxiliary_path(s, ".copy")).expect("copied");
                rename(&auxiliary_path(s, ".copy"), &auxiliary_path(s, "-wal"));
            },
            log,
        ),
    ];
    for (name, action, why) in table {
        let (service, store) = service_in_folder();
        let token = Dataset::new(&service, "d").token();
        action(&store);
        assert_fails(&service, &token, why);
        let (ending, _, stderr) = service.stop("TERM");
        assert_eq!(ending, ChildExit::Status(0), "{name}: {stderr}");
    }
}

#[test]
fn fails_requests_after_link_was_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("first.sqlite", &link).expect("a link can be made");
    let other = other_store(folder.path());
    let service = Service::start(&["--store", &link.to_string_lossy()]);
    let token = Dataset::new(&service, "d").token();
    let second = folder.path().join("second");
    std::os::unix::fs::symlink(&other, &second).expect("a link can be made");
    rename(&second, &link);
    assert_fails(&service, &token, "link' was replaced by another file");
    service.stop("TERM");
    local(&other, &["list-identity-pool-usage", "--query", "Count"])
        .stdout("0\n")
        .succeeds();
}

#[test]
fn resumes_after_file_is_put_back() {
    let (service, store) = service_in_folder();
    let dataset = Dataset::new(&service, "d");
    let folder = store.parent().expect("a folder");
    let moved = folder.with_file_name("moved");
    for (round, (from, to)) in [(store.as_path(), moved.as_path()), (folder, &moved)]
        .into_iter()
        .enumerate()
    {
        let token = dataset.token();
        rename(from, to);
        assert_fails(&service, &token, "was removed or moved");
        rename(to, from);
        let count = i64::try_from(round).expect("few") + 1;
        let value = format!("v{round}");
        let patches = json!([replace("k", &value, count)]);
        dataset.update_with(&token, patches).json();
        assert_eq!(
            dataset.list("").json()["Records"][0]["Value"],
            value.as_str()
        );
    }
    let folder = service.shared_folder();
    service.stop("TERM");
    assert_eq!(names_in(&folder.path().join("folder")), ["store.sqlite"]);
    print_value(&store).stdout("v1\n").succeeds();
}

/// The log stays when the file is moved; its changes must not be lost.
#[test]
fn flushes_log_to_moved_file() {
    let (service, store) = service_in_folder();
    let token = Dataset::new(&service, "d").token();
    let moved = service.folder().join("moved");
    rename(&store, &moved);
    assert_fails(&service, &token, "was removed or moved");
    let _folder = service.kill();
    print_value(&moved).stdout("v\n").succeeds();
}

#[test]
fn flushes_removed_log_at_shutdown() {
    for kind in ["-wal", "-shm"] {
        let (service, store) = service_in_folder();
        fs::remove_file(auxiliary_path(&store, kind)).expect("it is there");
        let folder = service.shared_folder();
        assert_eq!(service.stop("TERM").0, ChildExit::Status(0));
        assert_eq!(names_in(&folder.path().join("folder")), ["store.sqlite"]);
        print_value(&store).stdout("v\n").succeeds();
    }
}

fn file_id(path: &Path) -> (u64, u64) {
    let found = fs::metadata(path).expect("it is there");
    (found.dev(), found.ino())
}

#[test]
fn does_not_touch_files_of_newer_store() {
    let (first, store) = service_in_folder();
    for kind in ["", "-wal", "-shm"] {
        fs::remove_file(auxiliary_path(&store, kind)).expect("it is there");
    }
    let folder = first.shared_folder();
    let second = Service::start_in(folder.clone(), &["--store", &store.to_string_lossy()]);
    let dataset = Dataset::new(&second, "d");
    dataset.update(json!([replace("k", "new", 0)])).json();
    let before = ["", "-wal", "-shm"].map(|kind| file_id(&auxiliary_path(&store, kind)));
    let rejected = Dataset::new(&first, "d").list("").error();
    assert!(
        rejected.2.contains("was replaced by another file"),
        "{rejected:?}"
    );
    assert_eq!(first.stop("TERM").0, ChildExit::Status(0));
    let after = ["", "-wal", "-shm"].map(|kind| file_id(&auxiliary_path(&store, kind)));
    assert_eq!(before, after);
    dataset.update(json!([replace("k", "newer", 1)])).json();
    // The files at the store's paths contain everything.
    drop(second.kill());
    print_value(&store).stdout("newer\n").succeeds();
}

/// SQLite relies on names, and would apply the log in use to the file beside it.
#[test]
fn rejects_file_beside_log_of_another_store() {
    let in_use = "another program";
    let table: [(&str, Action); 3] = [
        ("move", |s| rename(s, &auxiliary_path(s, ".moved"))),
        ("replace", |s| {
            let other = other_store(s.parent().expect("a folder"));
            rename(&other, s);
        }),
        ("remove -wal", |s| {
            fs::remove_file(auxiliary_path(s, "-wal")).expect("removed")
        }),
    ];
    for (name, action) in table {
        let (service, store) = service_in_folder();
        action(&store);
        let content = fs::read(&store).ok();
        for args in [
            vec!["list-identity-pool-usage", "--local"],
            vec!["serve", "--listen", "0"],
        ] {
            Run::new(args)
                .env("COGNITO_SYNC_STORE", &store.to_string_lossy())
                .stderr_contains(&format!("The store '{}' cannot be used: ", store.display()))
                .stderr_contains(in_use)
                .fails(255);
        }
        assert!(fs::read(&store).ok() == content, "{name}");
        let _folder = service.shared_folder();
        assert_eq!(service.stop("TERM").0, ChildExit::Status(0), "{name}");
        let usage = ["list-identity-pool-usage", "--query", "Count"];
        let count = if name == "remove -wal" { "1\n" } else { "0\n" };
        local(&store, &usage).stdout(count).succeeds();
    }
}

/// Eight writers write while the file is moved away and back. In the end it has all acknowledged
/// writes; the others may be there or not.
#[test]
fn keeps_acknowledged_writes_while_file_is_moved_repeatedly() {
    const WRITERS: usize = 8;
    let (service, store) = service_in_folder();
    let moved = service.folder().join("moved");
    let other = other_store(service.folder());
    let is_over = AtomicBool::new(false);
    let outcomes = thread::scope(|scope| {
        let (service, is_over) = (&service, &is_over);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| scope.spawn(move || write_until(service, writer, is_over)))
            .collect();
        for round in 0..60 {
            thread::sleep(Duration::from_millis(8));
            rename(&store, &moved);
            if round % 2 == 0 {
                rename(&other, &store);
            }
            thread::sleep(Duration::from_millis(4));
            if round % 2 == 0 {
                rename(&store, &other);
            }
            rename(&moved, &store);
        }
        is_over.store(true, Ordering::SeqCst);
        let outcomes = writers.into_iter().map(|writer| writer.join());
        outcomes
            .collect::<Result<Vec<_>, _>>()
            .expect("no writer fails")
    });
    let rejected: usize = outcomes.iter().map(|outcome| outcome.rejected).sum();
    assert!(rejected > 0, "the writers did meet the file's absence");
    local(&other, &["list-identity-pool-usage", "--query", "Count"])
        .stdout("0\n")
        .succeeds();
    let folder = service.shared_folder();
    assert_eq!(service.stop("TERM").0, ChildExit::Status(0));
    let service = Service::start_in(folder, &["--store", &store.to_string_lossy()]);
    let listed = Dataset::new(&service, "d").list("").json();
    let records = listed["Records"].as_array().expect("records");
    for (writer, outcome) in outcomes.iter().enumerate() {
        assert!(outcome.accepted > 0, "{writer} has written");
        let key = format!("writer-{writer}");
        let record = records.iter().find(|record| record["Key"] == key.as_str());
        let value = record.and_then(|record| record["Value"].as_str()?.parse::<usize>().ok());
        assert!(
            value >= Some(outcome.accepted),
            "{key}: {value:?} and {}",
            outcome.accepted
        );
    }
}

/// The result of a writer.
struct WriterOutcome {
    /// The last accepted value.
    accepted: usize,
    rejected: usize,
}

/// Writes increasing values to a record.
fn write_until(service: &Service, writer: usize, is_over: &AtomicBool) -> WriterOutcome {
    let key = format!("writer-{writer}");
    let path = Dataset::new(service, "d").path("");
    let mut connection = Connection::open(service.address()).expect("it listens");
    let mut outcome = WriterOutcome {
        accepted: 0,
        rejected: 0,
    };
    for value in 1.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        let listed = connection.request("GET", &format!("{path}/records"), &[], None);
        let listed = listed.expect("it answers");
        if listed.status == 500 {
            outcome.rejected += 1;
            continue;
        }
        let listed = listed.json();
        let patches = json!([replace(&key, &value.to_string(), sync_count(&listed, &key))]);
        let answer = connection
            .update(&path, &listed, patches)
            .expect("it answers");
        match answer.status {
            200 => outcome.accepted = value,
            500 => outcome.rejected += 1,
            _ => panic!("{answer:?}"),
        }
    }
    outcome
}
