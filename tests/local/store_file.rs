//! The store's file: which paths and kinds of files are accepted, and that a single file remains
//! after use.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::store::with_sqlite;
use super::{Dataset, POOL, replace};
use crate::support::child::ChildExit;
use crate::support::run::Run;
use crate::support::service::Service;

/// Returns the names of the files in a directory.
pub(super) fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it is there");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("a file").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn takes_store_names_as_paths_and_never_as_uris() {
    let names = [
        "file:x",
        "file:y?mode=ro",
        "file::memory:",
        "a?b#c%41",
        ":memory:x",
        "-wal",
    ];
    for name in names {
        let service = Service::start(&[&format!("--store={name}")]);
        Dataset::new(&service, "d")
            .update(json!([replace("k", "v", 0)]))
            .json();
        let in_service = service.shared_folder();
        assert_eq!(service.stop("TERM").0, ChildExit::Status(0), "{name}");
        assert_eq!(names_in(in_service.path()), [name], "{name}");
    }
}

#[test]
fn rejects_store_that_is_no_writable_regular_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    fs::create_dir(place("folder")).expect("a folder can be made");
    let made = Command::new("mkfifo").arg(place("fifo")).status();
    assert!(made.expect("mkfifo starts").success());
    let _socket = UnixListener::bind(place("socket")).expect("a socket can be made");
    std::os::unix::fs::symlink("fifo", place("link")).expect("a link can be made");
    std::os::unix::fs::symlink("circle", place("circle")).expect("a link can be made");
    Run::new(["list-identity-pool-usage", "--local", "--query", "Count"])
        .env("COGNITO_SYNC_STORE", &place("read-only").to_string_lossy())
        .stdout("0\n")
        .succeeds();
    for name in ["read-only", "empty"] {
        if name == "empty" {
            fs::write(place(name), "").expect("it can be written");
        }
        let read_only = fs::Permissions::from_mode(0o444);
        fs::set_permissions(place(name), read_only).expect("it can be changed");
    }
    let table = [
        ("folder", "it is a directory"),
        ("fifo", "it is not a regular file"),
        ("link", "it is not a regular file"),
        ("socket", "it is not a regular file"),
        ("/dev/null", "it is not a regular file"),
        ("circle", "Too many levels of symbolic links"),
        ("read-only", "it is read-only; make it writable"),
        ("empty", "it is read-only; make it writable"),
    ];
    let before = names_in(folder.path());
    for (name, why) in table {
        let store = place(name).to_string_lossy().into_owned();
        let message = format!("The store '{store}' cannot be used: {why}");
        for args in [
            vec!["list-identity-pool-usage", "--local"],
            vec!["serve", "--listen", "0"],
            vec!["serve", "--listen", "0", "--store", &store],
        ] {
            Run::new(args)
                .env("COGNITO_SYNC_STORE", &store)
                .stderr_contains(&message)
                .fails(255);
        }
    }
    assert_eq!(names_in(folder.path()), before);
}

#[test]
fn rejects_irregular_auxiliary_files() {
    for (kind, has_store) in [("-shm", true), ("-shm", false), ("-wal", true)] {
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("store.sqlite");
        let usage = ["list-identity-pool-usage", "--local", "--query", "Count"];
        let run = || Run::new(usage).env("COGNITO_SYNC_STORE", &store.to_string_lossy());
        if has_store {
            run().stdout("0\n").succeeds();
        }
        let fifo = folder.path().join(format!("store.sqlite{kind}"));
        let made = Command::new("mkfifo").arg(fifo).status();
        assert!(made.expect("mkfifo starts").success());
        run()
            .stderr_contains(&format!("The store '{}' cannot be used: ", store.display()))
            .fails(255);
    }
}

#[test]
fn creates_directory_of_default_store_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let named = folder.path().join("missing/store.sqlite");
    let message = format!(
        "The store '{}' cannot be used: the directory '{}' does not exist; create it first",
        named.display(),
        folder.path().join("missing").display()
    );
    Run::new([
        "serve",
        "--listen",
        "0",
        "--store",
        &named.to_string_lossy(),
    ])
    .stderr_contains(&message)
    .fails(255);
    assert!(names_in(folder.path()).is_empty());
    Run::new(["list-identity-pool-usage", "--local", "--query", "Count"])
        .env("HOME", &folder.path().to_string_lossy())
        .stdout("0\n")
        .succeeds();
    if cfg!(target_os = "linux") {
        let made = folder.path().join(".local/share/cognito-sync");
        assert_eq!(names_in(&made), ["store.sqlite"]);
    }
}

/// Checks that a copy of the file alone has the record.
fn assert_single_file(folder: &Path) {
    assert_eq!(names_in(folder), ["store.sqlite"]);
    let other = tempfile::tempdir().expect("a folder");
    let copy = other.path().join("copy");
    fs::copy(folder.join("store.sqlite"), &copy).expect("it can be copied");
    let usage = [
        "describe-identity-pool-usage",
        "--local",
        "--identity-pool-id",
        POOL,
    ];
    Run::new([&usage[..], &["--query", "IdentityPoolUsage.DataStorage"]].concat())
        .env("COGNITO_SYNC_STORE", &copy.to_string_lossy())
        .stdout("2\n")
        .succeeds();
}

#[test]
fn serve_leaves_single_store_file() {
    for signal in ["TERM", "INT"] {
        let service = Service::start(&[]);
        Dataset::new(&service, "d")
            .update(json!([replace("k", "v", 0)]))
            .json();
        let folder = service.shared_folder();
        assert_eq!(service.stop(signal).0, ChildExit::Status(0));
        assert_single_file(folder.path());
    }
}

#[test]
fn last_of_several_processes_leaves_single_store_file() {
    let first = Service::start(&[]);
    let folder = first.shared_folder();
    let second = Service::start_in(folder.clone(), &[]);
    Dataset::new(&first, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let listed = second.run(&["list-identity-pool-usage", "--local", "--query", "Count"]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "1\n");
    assert_eq!(first.stop("TERM").0, ChildExit::Status(0));
    assert!(
        folder.path().join("store.sqlite-wal").exists(),
        "it is in use"
    );
    let listed = Dataset::new(&second, "d").list("").json();
    assert_eq!(listed["Records"][0]["Value"], "v");
    assert_eq!(second.stop("TERM").0, ChildExit::Status(0));
    assert_single_file(folder.path());
}

#[test]
fn local_leaves_single_store_file() {
    let service = Service::start(&[]);
    Dataset::new(&service, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let folder = service.kill();
    assert!(folder.path().join("store.sqlite-wal").exists());
    let store = folder.path().join("store.sqlite");
    for args in [
        vec!["list-identity-pool-usage", "--query", "Count"],
        vec![
            "get-identity-pool-configuration",
            "--identity-pool-id",
            POOL,
            "--output",
            "off",
        ],
        vec![
            "set-identity-pool-configuration",
            "--identity-pool-id",
            POOL,
            "--output",
            "off",
        ],
        // The service fails, and still closes the store.
        vec![
            "describe-identity-pool-usage",
            "--identity-pool-id",
            "us-east-1:none",
        ],
    ] {
        let run = Run::new([&args[..], &["--local"]].concat())
            .env("COGNITO_SYNC_STORE", &store.to_string_lossy())
            .capture();
        assert!(matches!(run.exit, ChildExit::Status(0 | 254)), "{run}");
        assert_single_file(folder.path());
    }
}

/// Copies that SQLite makes are not in WAL mode, in which readers and writers do not wait for each
/// other.
#[test]
fn accepts_copy_made_by_sqlite() {
    let service = Service::start(&[]);
    Dataset::new(&service, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let store = service.folder().join("store.sqlite");
    with_sqlite(
        &store,
        "d.execute(\"vacuum into '\" + sys.argv[1] + \".copy'\")",
    );
    let copy = service.folder().join("store.sqlite.copy");
    let mode = "print(d.execute('pragma journal_mode').fetchone()[0])";
    assert_eq!(with_sqlite(&copy, mode), "delete");
    let second = Service::start(&["--store", &copy.to_string_lossy()]);
    assert_eq!(with_sqlite(&copy, mode), "wal");
    let listed = Dataset::new(&second, "d").list("").json();
    assert_eq!(listed["Records"][0]["Value"], "v");
}
