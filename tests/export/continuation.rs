//! Exports that are cut off and continued.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::record_server::{
    RecordServer, expected, identity_number, list_token, lists_identities, service_error,
};
use crate::support::child::RunningChild;

/// How long a response takes, so that a run can be cut off.
const LATENCY: Duration = Duration::from_millis(4);

fn slow_server(identities: usize) -> RecordServer {
    RecordServer::with(identities, |_| {
        thread::sleep(LATENCY);
        None
    })
}

#[test]
fn goes_on_after_ten_kills_without_gap_or_duplicate() {
    let server = slow_server(400);
    for (args, name) in [
        (&["--to", "out.ndjson"][..], "out.ndjson"),
        (&["--to", "out.gz"], "out.gz"),
    ] {
        for number in 0..10_u64 {
            let child = RunningChild::start(server.command(args));
            // At any moment, even before there is a file.
            thread::sleep(Duration::from_millis(number * number * 17 % 1300));
            child.kill();
        }
        let outcome = server.export(args);
        assert_eq!(outcome.status, 0, "{outcome:?}");
        assert_eq!(outcome.json()["Records"], 400 * 6);
        let lines = match name {
            "out.gz" => gunzipped(&server, name),
            _ => fs::read_to_string(server.path(name)).expect("text"),
        };
        assert_eq!(
            super::record_server::sorted_lines(&lines),
            expected(0..400),
            "{name}"
        );
    }
}

fn gunzipped(server: &RecordServer, name: &str) -> String {
    use std::io::Read as _;
    let file = fs::File::open(server.path(name)).expect("a file");
    let mut text = String::new();
    let read = flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text);
    read.expect("gzip");
    text
}

/// Kills an export of 400 identities after its first commit.
fn killed_export(server: &RecordServer) {
    let child = RunningChild::start(server.command(&["--to", "out.ndjson", "--concurrency", "2"]));
    let has_list = || {
        let journal = fs::read_to_string(server.path("out.ndjson.journal")).unwrap_or_default();
        journal.contains("\"token\"")
    };
    for _ in 0..2000 {
        if has_list() {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    child.kill();
    assert!(has_list());
}

#[test]
fn continues_list_from_saved_token() {
    let server = slow_server(400);
    killed_export(&server);
    let before = server.stub.requests().len();
    assert_eq!(server.export(&["--to", "out.ndjson"]).status, 0);
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..400));
    let requests = &server.stub.requests()[before..];
    let first = requests.iter().find(|request| lists_identities(request));
    assert!(list_token(first.expect("identities are listed")).is_some());
    let first_page = |number: &usize| *number < 60;
    let numbers = requests
        .iter()
        .filter_map(|request| identity_number(&request.path));
    assert_eq!(
        numbers.filter(first_page).count(),
        0,
        "what is done is not read again"
    );
}

#[test]
fn lists_again_from_start_if_token_is_refused() {
    // Set between the runs, and cleared by the first token.
    let refuses = Arc::new(AtomicBool::new(false));
    let is_refusing = Arc::clone(&refuses);
    let server = RecordServer::with(400, move |received| {
        thread::sleep(LATENCY);
        let request = &received.request;
        let has_token = lists_identities(request) && list_token(request).is_some();
        let is_refused = has_token && is_refusing.swap(false, Ordering::SeqCst);
        is_refused.then(|| service_error(400, "InvalidParameterException"))
    });
    killed_export(&server);
    let before = server.stub.requests().len();
    refuses.store(true, Ordering::SeqCst);
    let outcome = server.export(&["--to", "out.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..400));
    assert!(
        outcome.stderr.contains("The list starts again"),
        "{outcome:?}"
    );
    let requests = &server.stub.requests()[before..];
    let lists = requests.iter().filter(|request| lists_identities(request));
    let tokens: Vec<_> = lists.map(list_token).take(2).collect();
    assert!(matches!(tokens.as_slice(), [Some(_), None]), "{tokens:?}");
}

#[test]
fn does_nothing_when_complete_unless_restarted() {
    let server = RecordServer::new(5);
    let args = ["--to", "out.ndjson"];
    assert_eq!(server.export(&args).status, 0);
    let content = fs::read(server.path("out.ndjson")).expect("an output");
    let requests = server.stub.requests().len();
    let outcome = server.export(&args);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(outcome.stderr.contains("is complete"), "{outcome:?}");
    assert_eq!(outcome.json()["Records"], 30);
    assert_eq!(server.stub.requests().len(), requests);
    let outcome = server.export(&["--to", "out.ndjson", "--restart", "--dataset", "notes"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(outcome.json()["Records"], 15);
    assert_ne!(
        fs::read(server.path("out.ndjson")).expect("an output"),
        content
    );
}

#[test]
fn rejects_other_options_foreign_files_and_second_run() {
    let server = RecordServer::new(5);
    assert_eq!(server.export(&["--to", "out.ndjson"]).status, 0);
    let outcome = server.export(&["--to", "out.ndjson", "--dataset", "notes"]);
    outcome.assert_fails(252, "--dataset was not given, and is [\"notes\"] now");
    fs::write(server.path("mine.txt"), "mine").expect("written");
    for args in [
        &["--to", "mine.txt"][..],
        &["--to", "mine.txt", "--restart"],
    ] {
        let outcome = server.export(args);
        outcome.assert_fails(252, "mine.txt' exists");
    }
    assert_eq!(
        fs::read(server.path("mine.txt")).ok().as_deref(),
        Some(b"mine".as_slice())
    );
    assert!(!server.path("mine.txt.journal").exists());
    let journal = fs::File::open(server.path("out.ndjson.journal")).expect("a journal");
    journal.lock().expect("locked");
    let outcome = server.export(&["--to", "out.ndjson"]);
    outcome.assert_fails(255, "another export is writing");
}
