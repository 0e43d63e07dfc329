//! `serve -- COMMAND`: a command with a service of its own, which exits with it.

use std::fs;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::support::child::{ChildExit, RunningChild, is_ignored};
use crate::support::outcome::{self, Outcome};
use crate::support::service::command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// Returns `serve` with these options and a command.
fn serve(folder: &TempDir, args: &[&str]) -> Command {
    let mut serve = command(folder);
    // The default store would be a file, and a command must not get one.
    serve
        .env_remove("COGNITO_SYNC_STORE")
        .arg("serve")
        .args(args);
    serve
}

fn run(folder: &TempDir, args: &[&str]) -> Outcome {
    outcome::run(serve(folder, args), "typed\n")
}

#[test]
fn exits_with_status_of_its_command() {
    let rows = [
        ("true", 0),
        ("exit 7", 7),
        ("exit 255", 255),
        ("kill -KILL $$", 137),
        ("kill -TERM $$", 143),
        ("kill -SEGV $$", 139),
    ];
    for (script, want) in rows {
        let outcome = run(&folder(), &["--", "sh", "-c", script]);
        assert_eq!(outcome.status, want, "{script}");
        assert_eq!(
            (outcome.stdout, outcome.stderr),
            (String::new(), String::new())
        );
    }
}

#[test]
fn exits_as_shells_do_if_command_cannot_run() {
    let folder = folder();
    fs::write(folder.path().join("data"), "").expect("it can be written");
    let rows = [
        ("./none", 127),
        ("no-such-command-at-all", 127),
        ("./data", 126),
        ("/", 126),
    ];
    for (program, want) in rows {
        let outcome = run(&folder, &["--", program]);
        assert_eq!(outcome.status, want, "{program}");
        let message = format!("The command '{program}' cannot be run: ");
        assert!(outcome.stderr.contains(&message), "{}", outcome.stderr);
    }
    let outcome = run(&folder, &["--"]);
    assert_eq!(outcome.status, 252);
    assert!(outcome.stderr.contains("-- is to be followed by a COMMAND"));
}

#[test]
fn leaves_standard_streams_to_command() {
    let script = format!(
        "read line; echo \"out $line\"; {PROGRAM} list-identity-pool-usage \
        --query Count; echo err >&2"
    );
    let outcome = run(&folder(), &["--", "sh", "-c", &script]);
    assert_eq!(outcome.stdout, "out typed\n0\n");
    assert_eq!(outcome.stderr, "err\n", "no line of the log");
    assert_eq!(outcome.status, 0);
}

#[test]
fn passes_all_following_args_to_command() {
    let args = [
        "--", "printf", "%s\n", "--listen", "--help", "--", "-x", "", "a b",
    ];
    let outcome = run(&folder(), &args);
    assert_eq!(outcome.stdout, "--listen\n--help\n--\n-x\n\na b\n");
}

#[test]
fn directs_command_to_service_and_hides_accounts() {
    let folder = folder();
    let mut serve = serve(&folder, &["--", "env"]);
    serve
        .env("AWS_PROFILE", "production")
        .env("AWS_ACCESS_KEY_ID", "AKIDREAL")
        .env("AWS_SECRET_ACCESS_KEY", "real")
        .env("AWS_SESSION_TOKEN", "real")
        .env("AWS_ACCESS_KEY", "AKIDREAL")
        .env("AWS_SECRET_KEY", "real")
        .env("AWS_CREDENTIAL_PROFILES_FILE", "/real")
        .env("AWS_BEARER_TOKEN_BEDROCK", "real")
        .env("AWS_BEARER_TOKEN_ANOTHER_SERVICE", "real")
        .env("AWS_ENDPOINT_URL", "http://192.0.2.1")
        .env("AWS_ENDPOINT_URL_COGNITO_SYNC", "http://192.0.2.1")
        .env("AWS_ENDPOINT_URL_COGNITO_IDENTITY", "http://192.0.2.1")
        .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "/real")
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1")
        .env("AWS_DEFAULT_REGION", "eu-west-1")
        .env("UNTOUCHED", "stays");
    let outcome = outcome::run(serve, "");
    let shown = outcome.stdout;
    let value = |name: &str| {
        let mut lines = shown.lines().filter_map(|line| line.split_once('='));
        lines
            .find(|(other, _)| *other == name)
            .map(|(_, value)| value)
    };
    for service in ["SYNC", "IDENTITY"] {
        let url = value(&format!("AWS_ENDPOINT_URL_COGNITO_{service}"));
        assert!(
            url.is_some_and(|url| url.starts_with("http://127.0.0.1:")),
            "{shown}"
        );
    }
    assert_eq!(value("AWS_REGION"), Some("eu-west-1"));
    assert_eq!(value("AWS_DEFAULT_REGION"), Some("eu-west-1"));
    assert_eq!(value("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), Some("false"));
    assert_eq!(value("AWS_EC2_METADATA_DISABLED"), Some("true"));
    assert_eq!(value("COGNITO_SYNC_STORE"), Some(":memory:"));
    assert_eq!(value("UNTOUCHED"), Some("stays"));
    for gone in [
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
    ] {
        assert_eq!(value(gone), None, "{gone}");
    }
    assert!(
        !shown.contains("real") && !shown.contains("REAL"),
        "{shown}"
    );
}

#[test]
fn command_signs_with_key_that_service_accepts() {
    let script = format!("{PROGRAM} list-identity-pool-usage --query Count");
    let keys = ["--credentials", "KEY:secret", "--strict"];
    let args = [&keys[..], &["--", "sh", "-c", &script]].concat();
    let outcome = run(&folder(), &args);
    assert_eq!(outcome.stdout, "0\n", "{}", outcome.stderr);
}

#[test]
fn command_exports_identities_of_service() {
    let script = format!(
        "pool=us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c
         set -- --dataset-name d --identity-pool-id $pool \\
             --identity-id us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b
         token=$({PROGRAM} list-records \"$@\" --query SyncSessionToken --output text)
         {PROGRAM} update-records \"$@\" --sync-session-token $token --output off \\
             --record-patches Op=replace,Key=k,Value=v,SyncCount=0
         {PROGRAM} export --identity-pool-id $pool | grep -o '\"Value\":\"v\"'"
    );
    let outcome = run(&folder(), &["--", "sh", "-c", &script]);
    assert_eq!(outcome.stdout, "\"Value\":\"v\"\n", "{}", outcome.stderr);
}

#[test]
fn uses_store_in_memory_unless_one_is_named() {
    let folder = folder();
    let script = format!(
        "{PROGRAM} set-identity-pool-configuration --identity-pool-id us-east-1:0 --output off && \
         {PROGRAM} list-identity-pool-usage --query Count"
    );
    // Two in parallel, then one after the other.
    let [one, two] =
        [0, 1].map(|_| RunningChild::start(serve(&folder, &["--", "sh", "-c", &script])));
    for child in [one, two] {
        assert_eq!(child.finish().stdout, "1\n");
    }
    let entries = fs::read_dir(folder.path()).expect("the folder can be read");
    assert_eq!(entries.count(), 0, "nothing is kept");
    let args = ["--store", "kept.sqlite", "--", "sh", "-c", &script];
    assert_eq!(run(&folder, &args).stdout, "1\n");
    let list = format!("cd /; {PROGRAM} list-identity-pool-usage --local --query Count");
    let args = ["--store", "kept.sqlite", "--", "sh", "-c", &list];
    assert_eq!(run(&folder, &args).stdout, "1\n");
}

/// Returns a `serve` whose command has printed that it has started.
fn start_and_wait(folder: &TempDir, script: &str) -> RunningChild {
    let mut child = RunningChild::start(serve(folder, &["--", "sh", "-c", script]));
    assert_eq!(child.read_line(), "begun\n");
    child
}

#[test]
fn forwards_signals_and_waits_for_command() {
    for signal in ["TERM", "INT", "HUP", "QUIT"] {
        if is_ignored(signal) {
            continue;
        }
        let script = format!(
            "trap 'sleep 0.3; echo got {signal}; exit 5' {signal}; echo begun; \
             while :; do sleep 0.05; done"
        );
        let folder = folder();
        let child = start_and_wait(&folder, &script);
        child.signal(signal);
        let outcome = child.finish();
        let want = (5, format!("got {signal}\n"));
        assert_eq!((outcome.status, outcome.stdout), want);
    }
    let folder = folder();
    let child = start_and_wait(&folder, "echo begun; exec sleep 60");
    child.signal("TERM");
    assert_eq!(child.finish().status, 143);
}

/// Runs the program of the args in a session with a terminal, closes the terminal once the program
/// has printed something, and exits with its status.
const HANG_UP: &str = r"
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
os.read(terminal, 1)
os.close(terminal)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
";

#[test]
fn forwards_hangup_of_terminal_to_command() {
    if is_ignored("HUP") {
        return;
    }
    let folder = folder();
    let script = "trap 'exit 5' HUP; echo begun; while :; do sleep 0.05; done";
    let serve = serve(&folder, &["--", "sh", "-c", script]);
    let mut python = Command::new("python3");
    python
        .current_dir(folder.path())
        .args(["-c", HANG_UP, PROGRAM])
        .args(serve.get_args());
    python.env_remove("COGNITO_SYNC_STORE");
    let outcome = outcome::run(python, "");
    let stderr = outcome.stderr;
    assert_eq!(outcome.status, 5, "{stderr}");
}

#[test]
fn ignores_processes_that_command_leaves_running() {
    let folder = folder();
    // The process holds the command's streams open, and a connection to the service.
    let script = "sleep 20 & echo begun; exit 3";
    let mut child = start_and_wait(&folder, script);
    let exit = child.wait_for_exit(Duration::from_secs(15));
    assert_eq!(exit, ChildExit::Status(3));
}

#[test]
fn publishes_ready_file_for_its_command() {
    let folder = folder();
    let script = "until [ -e ready ]; do sleep 0.01; done; read url < ready; \
                  [ \"$url\" = \"$AWS_ENDPOINT_URL_COGNITO_SYNC\" ]";
    let outcome = run(
        &folder,
        &["--ready-file", "ready", "--", "sh", "-c", script],
    );
    assert_eq!(outcome.status, 0);
    assert!(!folder.path().join("ready").exists());
}
