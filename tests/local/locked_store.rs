//! A store that another program has locked: calls wait for ten seconds in total, and then fail with
//! one clear error.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Dataset, POOL, replace};
use crate::support::child::{ChildExit, RunningChild};
use crate::support::service::Service;

/// How long a call waits, and how much longer it may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(10);
const SLACK: Duration = Duration::from_secs(8);

/// A Python process that holds a lock of a store until it is killed or times out.
pub(super) struct Holder(
    #[expect(dead_code, reason = "dropping it ends the process")] RunningChild,
);

impl Holder {
    /// Holds the write lock, and a read.
    pub(super) fn of(store: &Path) -> Self {
        Self::start(store, "begin immediate", Duration::from_secs(600))
    }

    fn start(store: &Path, statement: &str, time: Duration) -> Self {
        let script = "import sqlite3, sys, time\n\
             d = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
             for s in sys.argv[2].split(';'): d.execute(s)\n\
             d.execute('select count(*) from record').fetchall()\n\
             print('held', flush=True); time.sleep(float(sys.argv[3]))";
        let mut command = Command::new("python3");
        command
            .args(["-c", script])
            .arg(store)
            .args([statement, &time.as_secs_f64().to_string()]);
        let mut child = RunningChild::start(command);
        let line = child.read_line();
        assert_eq!(line, "held\n");
        Self(child)
    }
}

#[track_caller]
fn assert_waited(began: Instant) {
    let waited = began.elapsed();
    assert!((LIMIT..LIMIT + SLACK).contains(&waited), "{waited:?}");
}

fn message(service: &Service) -> String {
    let store = service.folder().join("store.sqlite");
    format!(
        "The store '{}' is locked: another program has been writing to it for 10 seconds. End that \
         program or its transaction, and try again.",
        store.display()
    )
}

#[test]
fn serve_fails_each_write_ten_seconds_after_it_arrived() {
    let service = Service::start(&[]);
    let tokens: Vec<_> = (0..3)
        .map(|_| Dataset::new(&service, "d").token())
        .collect();
    let holder = Holder::of(&service.folder().join("store.sqlite"));
    thread::scope(|scope| {
        for (number, token) in tokens.iter().enumerate() {
            let service = &service;
            scope.spawn(move || {
                // Each arrives while the previous ones are waiting.
                thread::sleep(Duration::from_secs(2) * u32::try_from(number).expect("few"));
                let began = Instant::now();
                let patches = json!([replace(&format!("k{number}"), "v", 0)]);
                let refusal = Dataset::new(service, "d")
                    .update_with(token, patches)
                    .error();
                let code = "InternalErrorException".to_owned();
                assert_eq!(refusal, (500, code, message(service)));
                assert_waited(began);
            });
        }
    });
    drop(holder);
    // The sessions are still open.
    let patches = json!([replace("k", "v", 0)]);
    Dataset::new(&service, "d")
        .update_with(&tokens[0], patches)
        .json();
}

#[test]
fn local_fails_locked_write_once() {
    let service = Service::start(&[]);
    Dataset::new(&service, "d").token();
    let _holder = Holder::of(&service.folder().join("store.sqlite"));
    let began = Instant::now();
    let run = service.run(&[
        "set-identity-pool-configuration",
        "--local",
        "--identity-pool-id",
        POOL,
    ]);
    assert_waited(began);
    assert_eq!(run.exit, ChildExit::Status(254));
    let want = format!(
        "\ncognito-sync: [ERROR]: An error occurred (InternalErrorException) when calling the \
         SetIdentityPoolConfiguration operation: {}\n",
        message(&service)
    );
    assert_eq!(String::from_utf8_lossy(&run.stderr), want);
    assert!(run.stdout.is_empty());
}

#[test]
fn rejects_exclusively_locked_store() {
    let service = Service::start(&[]);
    let folder = service.shared_folder();
    service.stop("TERM");
    let store = folder.path().join("store.sqlite");
    let exclusive =
        "pragma locking_mode=exclusive;begin immediate;insert into secret values (1, 2)";
    let _holder = Holder::start(&store, exclusive, Duration::from_secs(600));
    thread::scope(|scope| {
        for args in [
            "list-identity-pool-usage --local",
            "serve --listen 127.0.0.1:0",
        ] {
            let store = &store;
            scope.spawn(move || {
                let began = Instant::now();
                let output = Command::new(env!("CARGO_BIN_EXE_cognito-sync"))
                    .args(args.split(' '))
                    .env_clear()
                    .env("COGNITO_SYNC_STORE", store)
                    .output()
                    .expect("it starts");
                assert_waited(began);
                let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
                assert_eq!(output.status.code(), Some(255), "{stderr}");
                let want = format!(
                    "The store '{}' cannot be used: another program has locked it for 10 seconds; \
                     end that program, or try again",
                    store.display()
                );
                assert!(stderr.contains(&want), "{stderr}");
            });
        }
    });
}

#[test]
fn writes_wait_until_lock_is_released() {
    let service = Service::start(&[]);
    Dataset::new(&service, "d").token();
    let store = service.folder().join("store.sqlite");
    let _holder = Holder::start(&store, "begin immediate", Duration::from_secs(2));
    let set = service.run(&[
        "set-identity-pool-configuration",
        "--local",
        "--identity-pool-id",
        POOL,
    ]);
    assert_eq!(set.exit, ChildExit::Status(0));
    let _holder = Holder::start(&store, "begin immediate", Duration::from_secs(2));
    Dataset::new(&service, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();
}
