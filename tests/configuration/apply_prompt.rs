//! The question of `apply` on a terminal.

use serde_json::{Value, json};

use super::pool_server::{PoolServer, id};
use crate::support::outcome::run;

const TERMINAL: &str = include_str!("../support/terminal.py");
const QUESTION: &str = "Apply these changes to 2 identity pools? [y/N] ";

/// A server with two pools that differ from a state file, and one that does not.
fn server() -> PoolServer {
    let server = PoolServer::new(
        (1..=3).map(|number| (id(number), json!({"CognitoStreams": {"StreamName": "s"}}))),
    );
    let (other, same) = (
        json!({"CognitoStreams": {"StreamName": "t"}}),
        json!({"Events": {}}),
    );
    server.write_pools(
        "p.json",
        [(&id(1), &other), (&id(2), &same), (&id(3), &other)],
    );
    server.write_pools("same.json", [(&id(2), &same)]);
    server
}

/// Runs `apply` with these arguments on a terminal, with steps for `terminal.py`, and returns what
/// is shown, up to the exit status.
#[track_caller]
fn apply(server: &PoolServer, args: &[&str], steps: &[[&str; 2]]) -> String {
    // An interrupt reaches the shell as well, which is to go on.
    let script = "trap : INT; \"$0\" apply \"$@\"; echo \"status $?.\"";
    let program = env!("CARGO_BIN_EXE_cognito-sync");
    let start = ["-c", TERMINAL, "sh", "-c", script, program];
    let args: Vec<_> = start.iter().chain(args).copied().collect();
    let steps: Vec<_> = steps
        .iter()
        .chain(&[["await", "status "], ["await", "."]])
        .collect();
    let mut command = server.command_of("python3", &args);
    command.env("TERM", "xterm");
    let outcome = run(command, &json!(steps).to_string());
    assert_eq!(outcome.status, 0, "{outcome:?}");
    outcome.stdout.replace("\r\n", "\n")
}

#[test]
fn shows_changes_and_applies_them_after_yes() {
    for answer in ["y\n", "YES\n"] {
        let server = server();
        let shown = apply(
            &server,
            &["p.json"],
            &[["await", QUESTION], ["type", answer]],
        );
        let (before, after) = shown.split_once(QUESTION).expect("the question");
        assert!(
            before.contains("\u{1b}[31m- CognitoStreams.StreamName: s\u{1b}[0m\n"),
            "{before:?}"
        );
        assert!(
            before.ends_with("3 pools: 2 differ, 1 unchanged\n"),
            "{before:?}"
        );
        assert!(
            after.contains("3 pools: 2 changed, 1 unchanged\nstatus 0."),
            "{after:?}"
        );
        let want = json!({"CognitoStreams": {"StreamName": "t"}});
        assert_eq!(server.writes(), [want.clone(), want]);
        // The pool without differences is not read again.
        let reads = format!("GET /identitypools/{}/events", id(2));
        assert_eq!(
            server
                .requests()
                .iter()
                .filter(|request| **request == reads)
                .count(),
            1
        );
        assert!(!shown[before.len() + QUESTION.len()..].contains(QUESTION));
    }
}

#[test]
fn changes_nothing_without_yes() {
    // A line, an empty one, and the end of the input.
    for answer in ["n\n", "yep\n", "\n", "\u{4}"] {
        let server = server();
        let shown = apply(
            &server,
            &["p.json"],
            &[["await", QUESTION], ["type", answer]],
        );
        assert!(
            shown.contains("[ERROR]: Not applied: nothing was changed.\nstatus 255."),
            "{shown:?}"
        );
        assert_eq!(server.writes(), Vec::<Value>::new());
    }
    let server = server();
    let shown = apply(
        &server,
        &["p.json"],
        &[["await", QUESTION], ["type", "\u{3}"]],
    );
    assert!(shown.ends_with("status 130.\n\n"), "{shown:?}");
    assert_eq!(server.writes(), Vec::<Value>::new());
}

#[test]
fn asks_only_where_there_is_a_choice() {
    let table: [(&[&str], &str, usize); 4] = [
        (&["same.json"], "1 pool: no differences\nstatus 0.", 0),
        (
            &["p.json", "--yes"],
            "3 pools: 2 changed, 1 unchanged\nstatus 0.",
            2,
        ),
        (
            &["p.json", "--dry-run"],
            "3 pools: 2 differ, 1 unchanged\nstatus 0.",
            0,
        ),
        (
            &["same.json", "--dry-run", "--yes"],
            "1 pool: no differences\nstatus 0.",
            0,
        ),
    ];
    for (args, end, writes) in table {
        let server = server();
        let shown = apply(&server, args, &[]);
        assert!(
            shown.contains(end) && !shown.contains("[y/N]"),
            "{args:?} {shown:?}"
        );
        assert_eq!(server.writes().len(), writes, "{args:?}");
    }
}
