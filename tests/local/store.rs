//! The store: durability, sharing between processes, permissions, and foreign files.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::locked_store::Holder;
use super::{Dataset, POOL, pool, replace};
use crate::support::child::ChildExit;
use crate::support::run::Run;
use crate::support::service::Service;

/// Runs Python, which has its own SQLite, on a store.
pub(super) fn with_sqlite(store: &Path, statements: &str) -> String {
    let script = format!(
        "import sqlite3, sys\nd = sqlite3.connect(sys.argv[1], isolation_level=None)\n{statements}"
    );
    let output = Command::new("python3")
        .args(["-c", &script])
        .arg(store)
        .output();
    let output = output.expect("python3 starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn keeps_acknowledged_writes_after_restart() {
    let service = Service::start(&[]);
    Dataset::new(&service, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let token = Dataset::new(&service, "d").token();
    let folder = service.kill();
    let service = Service::start_in(folder, &[]);
    let dataset = Dataset::new(&service, "d");
    assert_eq!(dataset.list("").json()["Records"][0]["Value"], "v");
    dataset
        .update_with(&token, json!([replace("k", "w", 1)]))
        .json();
    let (ending, _, _) = service.stop("TERM");
    assert_eq!(ending, ChildExit::Status(0));
}

#[test]
fn discards_store_in_memory_at_exit() {
    let service = Service::start(&["--store", ":memory:"]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("k", "v", 0)])).json();
    assert_eq!(dataset.list("").json()["Count"], 1);
    assert!(!service.folder().join("store.sqlite").exists());
    assert!(!service.folder().join(":memory:").exists());
}

#[test]
fn serve_and_local_share_the_store() {
    let service = Service::start(&[]);
    let streams = "StreamName=updates,StreamingStatus=DISABLED";
    let set = service.run(&[
        "set-identity-pool-configuration",
        "--local",
        "--identity-pool-id",
        POOL,
        "--cognito-streams",
        streams,
    ]);
    assert_eq!(
        set.exit,
        ChildExit::Status(0),
        "{}",
        String::from_utf8_lossy(&set.stderr)
    );
    let shown = service.request("GET", &pool("/configuration"), None).json();
    assert_eq!(shown["CognitoStreams"]["StreamName"], "updates");
    Dataset::new(&service, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let listed = service.run(&["list-identity-pool-usage", "--local", "--output", "text"]);
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(text.contains("IDENTITYPOOLUSAGES\t2\t"), "{text}");
}

#[test]
fn sqlite_clients_can_read_store() {
    let service = Service::start(&[]);
    Dataset::new(&service, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let store = service.folder().join("store.sqlite");
    let found = with_sqlite(
        &store,
        "print(d.execute('select dataset_name, record_key, record_value, record.sync_count from record \
         join dataset using (dataset_number)').fetchall(), d.execute('pragma journal_mode').fetchone()[0])",
    );
    assert_eq!(found, "[('d', 'k', 'v', 1)] wal");
}

#[cfg(unix)]
#[test]
fn only_owner_can_read_store() {
    use std::os::unix::fs::PermissionsExt;
    let service = Service::start(&[]);
    let mode = fs::metadata(service.folder().join("store.sqlite")).expect("it is there");
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
}

/// Returns a run of `list-identity-pool-usage --local` on this file.
fn list_pools_on(name: &str) -> Run {
    Run::new(["list-identity-pool-usage", "--local"])
        .env("COGNITO_SYNC_STORE", &format!("{{DIR}}/{name}"))
        .without_env("AWS_REGION")
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
}

fn assert_rejected(name: &str, why: &str) -> String {
    format!(
        "\ncognito-sync: [ERROR]: The store '{{DIR}}/{name}' cannot be used: {why}; it was left as it is\n"
    )
}

#[test]
fn rejects_foreign_files_without_touching_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = folder.path().join("other.sqlite");
    with_sqlite(&other, "d.execute('create table t (a)')");
    let other = fs::read(other).expect("it is there");
    let table = [
        (
            "a text",
            b"not a database at all".to_vec(),
            "it is not an SQLite database",
        ),
        (
            "short",
            b"SQLite format 3\0".to_vec(),
            "it is not an SQLite database",
        ),
        ("other", other, "it is a database of another program"),
    ];
    for (name, bytes, why) in table {
        let file = folder.path().join(name);
        fs::write(&file, &bytes).expect("it can be written");
        let store = file.to_string_lossy().into_owned();
        for words in [
            vec!["list-identity-pool-usage", "--local"],
            vec!["serve", "--listen", "0", "--store", &store],
        ] {
            let message =
                assert_rejected(name, why).replace("{DIR}", &folder.path().to_string_lossy());
            Run::new(words)
                .env("COGNITO_SYNC_STORE", &store)
                .stderr(&message)
                .fails(255);
        }
        assert_eq!(fs::read(&file).expect("it is there"), bytes, "{name}");
    }
    list_pools_on("")
        .stderr_contains("cannot be used")
        .fails(255);
}

#[test]
fn rejects_damaged_stores_without_touching_them() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    let patches: Vec<_> = (0..200)
        .map(|n| replace(&format!("k{n}"), &"v".repeat(500), 0))
        .collect();
    dataset.update(json!(patches)).json();
    let folder = service.shared_folder();
    let (ending, _, _) = service.stop("TERM");
    assert_eq!(ending, ChildExit::Status(0));
    let store = folder.path().join("store.sqlite");
    let whole = fs::read(&store).expect("it is there");
    assert!(whole.len() > 100_000, "it has been tidied up at the end");
    let newer = {
        let file = folder.path().join("newer.sqlite");
        fs::write(&file, &whole).expect("it can be written");
        with_sqlite(
            &file,
            "d.execute('pragma user_version = 99'); d.execute('pragma wal_checkpoint(truncate)')",
        );
        fs::read(file).expect("it is there")
    };
    let mut holed = whole.clone();
    for byte in &mut holed[8192..40_960] {
        *byte = 0xaa;
    }
    let table = [
        (
            "cut",
            whole[..whole.len() / 2].to_vec(),
            "its end is missing",
        ),
        ("holed", holed, "it is damaged"),
        (
            "newer",
            newer,
            "it is of version 99, and this program knows up to 1",
        ),
    ];
    for (name, bytes, why) in table {
        let file = folder.path().join(name);
        fs::write(&file, &bytes).expect("it can be written");
        for words in [
            vec!["list-identity-pool-usage", "--local"],
            vec!["serve", "--listen", "0"],
        ] {
            Run::new(words)
                .env("COGNITO_SYNC_STORE", &file.to_string_lossy())
                .stderr_contains(&format!(
                    "The store '{}' cannot be used: {why}",
                    file.display()
                ))
                .stderr_contains("it was left as it is")
                .fails(255);
        }
        assert_eq!(fs::read(&file).expect("it is there"), bytes, "{name}");
    }
}

#[test]
fn turns_empty_file_into_store() {
    list_pools_on("empty")
        .file("empty", Vec::new())
        .stdout(
            "{\n    \"IdentityPoolUsages\": [],\n    \"MaxResults\": 60,\n    \"Count\": 0\n}\n",
        )
        .succeeds();
}

#[test]
fn creates_store_once_for_concurrent_commands() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("deep/er/store.sqlite");
    let children: Vec<_> = (0..8)
        .map(|n| {
            Command::new(env!("CARGO_BIN_EXE_cognito-sync"))
                .args([
                    "set-identity-pool-configuration",
                    "--local",
                    "--identity-pool-id",
                ])
                .arg(format!("us-east-1:{n}"))
                .env_clear()
                .env("HOME", folder.path())
                .env("COGNITO_SYNC_STORE", &store)
                .output()
        })
        .collect();
    for child in children {
        let output = child.expect("it starts");
        assert!(output.status.success(), "{output:?}");
    }
    let pools = with_sqlite(
        &store,
        "print(d.execute('select count(*) from identity_pool').fetchone()[0])",
    );
    assert_eq!(pools, "8");
    let left = fs::read_dir(store.parent().expect("a folder")).expect("it is there");
    let names: Vec<_> = left
        .map(|entry| entry.expect("a file").file_name())
        .collect();
    assert!(
        names
            .iter()
            .all(|name| name.to_string_lossy().starts_with("store.sqlite")),
        "{names:?}"
    );
}

#[test]
fn reports_full_disk_without_partial_writes() {
    // A limit on file sizes simulates a full disk.
    let folder = tempfile::tempdir().expect("a folder");
    let script = "trap '' XFSZ; ulimit -f 512; exec \"$0\" \"$@\"";
    let run = |words: &[&str]| {
        Command::new("/bin/sh")
            .args(["-c", script, env!("CARGO_BIN_EXE_cognito-sync")])
            .args(words)
            .env_clear()
            .env("HOME", folder.path())
            .env("AWS_MAX_ATTEMPTS", "1")
            .output()
            .expect("it starts")
    };
    let ids = [
        "--local",
        "--identity-pool-id",
        "us-east-1:0",
        "--identity-id",
        "us-east-1:1",
        "--dataset-name",
        "d",
    ];
    let update = |key: &str, value: &str| {
        let token = run(&[
            &["list-records"],
            &ids[..],
            &["--query", "SyncSessionToken", "--output", "text"],
        ]
        .concat());
        let token = String::from_utf8_lossy(&token.stdout).trim().to_owned();
        let patch = json!([replace(key, value, 0)]).to_string();
        run(&[
            &["update-records"],
            &ids[..],
            &["--sync-session-token", &token, "--record-patches", &patch],
        ]
        .concat())
    };
    assert!(update("small", "v").status.success());
    let assert_rejected = update("large", &"x".repeat(100_000 * 8 / 10 * 10 / 8));
    let assert_rejected = if assert_rejected.status.success() {
        update("larger", &"x".repeat(120_000))
    } else {
        assert_rejected
    };
    let assert_rejected = if assert_rejected.status.success() {
        update("largest", &"x".repeat(125_000))
    } else {
        assert_rejected
    };
    let message = String::from_utf8_lossy(&assert_rejected.stderr).into_owned();
    assert_eq!(assert_rejected.status.code(), Some(254), "{message}");
    assert!(
        message.contains("(InternalErrorException)") && message.contains("The store failed"),
        "{message}"
    );
    let listed = run(&[
        &["list-records"],
        &ids[..],
        &["--query", "Records[].Key", "--output", "text"],
    ]
    .concat());
    let keys = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        keys.contains("small") && listed.status.success(),
        "{keys} {listed:?}"
    );
}

#[test]
fn reads_and_shutdown_do_not_wait_for_locks() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("k", "v", 0)])).json();
    let holder = Holder::of(&service.folder().join("store.sqlite"));
    assert_eq!(dataset.list("").json()["Count"], 1);
    let listed = service.run(&["list-identity-pool-usage", "--local", "--query", "Count"]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "1\n");
    let written = dataset.update(json!([replace("k", "w", 1)])).error();
    assert_eq!(
        (written.0, written.1.as_str()),
        (500, "InternalErrorException")
    );
    let (ending, _, _) = service.stop("TERM");
    assert_eq!(ending, ChildExit::Status(0));
    drop(holder);
}

#[test]
fn creates_store_behind_symbolic_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("file", &link).expect("a link can be made");
    for _ in 0..2 {
        Run::new(["list-identity-pool-usage", "--local", "--query", "Count"])
            .env("COGNITO_SYNC_STORE", &link.to_string_lossy())
            .stdout("0\n")
            .succeeds();
    }
    let meta = fs::symlink_metadata(&link).expect("it is there");
    assert!(meta.is_symlink(), "the link stays one");
    assert!(folder.path().join("file").exists());
}
