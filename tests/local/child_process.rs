//! `serve -- COMMAND`: a command with a service of its own, which exits with it.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::child::{self, ChildExit, ChildOutput};
use crate::support::service::{command, is_ignored, send_signal};

const LIMIT: Duration = Duration::from_secs(60);
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

fn run(folder: &TempDir, args: &[&str]) -> ChildOutput {
    child::run(serve(folder, args), b"typed\n".to_vec(), LIMIT)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
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
        let finished = run(&folder(), &["--", "sh", "-c", script]);
        assert_eq!(finished.exit, ChildExit::Status(want), "{script}");
        assert_eq!(
            (text(&finished.stdout), text(&finished.stderr)),
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
        let finished = run(&folder, &["--", program]);
        assert_eq!(finished.exit, ChildExit::Status(want), "{program}");
        let message = format!("The command '{program}' cannot be run: ");
        assert!(
            text(&finished.stderr).contains(&message),
            "{}",
            text(&finished.stderr)
        );
    }
    let finished = run(&folder, &["--"]);
    assert_eq!(finished.exit, ChildExit::Status(252));
    assert!(text(&finished.stderr).contains("-- is to be followed by a COMMAND"));
}

#[test]
fn leaves_standard_streams_to_command() {
    let script = format!(
        "read line; echo \"out $line\"; {PROGRAM} list-identity-pool-usage \
        --query Count; echo err >&2"
    );
    let finished = run(&folder(), &["--", "sh", "-c", &script]);
    assert_eq!(text(&finished.stdout), "out typed\n0\n");
    assert_eq!(text(&finished.stderr), "err\n", "no line of the log");
    assert_eq!(finished.exit, ChildExit::Status(0));
}

#[test]
fn passes_all_following_args_to_command() {
    let args = [
        "--", "printf", "%s\n", "--listen", "--help", "--", "-x", "", "a b",
    ];
    let finished = run(&folder(), &args);
    assert_eq!(text(&finished.stdout), "--listen\n--help\n--\n-x\n\na b\n");
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
    let finished = child::run(serve, Vec::new(), LIMIT);
    let shown = text(&finished.stdout);
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
    let finished = run(&folder(), &args);
    assert_eq!(text(&finished.stdout), "0\n", "{}", text(&finished.stderr));
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
    let finished = run(&folder(), &["--", "sh", "-c", &script]);
    assert_eq!(
        text(&finished.stdout),
        "\"Value\":\"v\"\n",
        "{}",
        text(&finished.stderr)
    );
}

#[test]
fn uses_store_in_memory_unless_one_is_named() {
    let folder = folder();
    let script = format!(
        "{PROGRAM} set-identity-pool-configuration --identity-pool-id us-east-1:0 --output off && \
         {PROGRAM} list-identity-pool-usage --query Count"
    );
    // Two in parallel, then one after the other.
    let [one, two] = [0, 1].map(|_| {
        serve(&folder, &["--", "sh", "-c", &script])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts")
    });
    for child in [one, two] {
        let finished = child.wait_with_output().expect("it ends");
        assert_eq!(text(&finished.stdout), "1\n");
    }
    let entries = fs::read_dir(folder.path()).expect("the folder can be read");
    assert_eq!(entries.count(), 0, "nothing is kept");
    let args = ["--store", "kept.sqlite", "--", "sh", "-c", &script];
    assert_eq!(text(&run(&folder, &args).stdout), "1\n");
    let list = format!("cd /; {PROGRAM} list-identity-pool-usage --local --query Count");
    let args = ["--store", "kept.sqlite", "--", "sh", "-c", &list];
    assert_eq!(text(&run(&folder, &args).stdout), "1\n");
}

/// Returns a `serve` whose command has printed that it has started.
fn start_and_wait(folder: &TempDir, script: &str) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = serve(folder, &["--", "sh", "-c", script])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let stdout = child.stdout.take().expect("stdout was asked to be a pipe");
    let mut stdout = BufReader::new(stdout);
    let mut line = String::new();
    stdout.read_line(&mut line).expect("the command prints");
    assert_eq!(line, "begun\n");
    (child, stdout)
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
        let (mut child, mut stdout) = start_and_wait(&folder, &script);
        send_signal(signal, child.id());
        let status = child.wait().expect("it ends");
        assert_eq!(
            ChildExit::from_status(status),
            ChildExit::Status(5),
            "{signal}"
        );
        let mut rest = String::new();
        stdout
            .read_to_string(&mut rest)
            .expect("the output is text");
        assert_eq!(rest, format!("got {signal}\n"));
    }
    let folder = folder();
    let (mut child, _stdout) = start_and_wait(&folder, "echo begun; exec sleep 60");
    send_signal("TERM", child.id());
    let status = child.wait().expect("it ends");
    assert_eq!(ChildExit::from_status(status), ChildExit::Status(143));
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
    let finished = child::run(python, Vec::new(), LIMIT);
    let stderr = text(&finished.stderr);
    assert_eq!(finished.exit, ChildExit::Status(5), "{stderr}");
}

#[test]
fn ignores_processes_that_command_leaves_running() {
    let folder = folder();
    // The process holds the command's streams open, and a connection to the service.
    let script = "sleep 20 & echo begun; exit 3";
    let began = Instant::now();
    let (mut child, _stdout) = start_and_wait(&folder, script);
    let status = child.wait().expect("it ends");
    assert_eq!(ChildExit::from_status(status), ChildExit::Status(3));
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn publishes_ready_file_for_its_command() {
    let folder = folder();
    let script = "until [ -e ready ]; do sleep 0.01; done; read url < ready; \
                  [ \"$url\" = \"$AWS_ENDPOINT_URL_COGNITO_SYNC\" ]";
    let finished = run(
        &folder,
        &["--ready-file", "ready", "--", "sh", "-c", script],
    );
    assert_eq!(finished.exit, ChildExit::Status(0));
    assert!(!folder.path().join("ready").exists());
}
