//! Datasets that cannot be imported.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::dataset_server::{DatasetServer, counts, line, lines_of, refuse, summary_counts};
use crate::support::outcome::run;
use crate::support::stub::respond;

#[test]
fn names_first_failures_and_keeps_all() {
    let server = DatasetServer::with(|request, _| {
        let is_refused = request.method == "GET" && request.path.contains("/notes");
        is_refused.then(|| refuse(403, "AccessDeniedException", "You may not"))
    });
    let lines = lines_of(15);
    server.write("in.ndjson", &lines);
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    let want = counts(&[
        ("Datasets", 15),
        ("FailedDatasets", 15),
        ("AddedRecords", 30),
        ("FailedRecords", 30),
    ]);
    assert_eq!(summary_counts(&outcome), want);
    let named = outcome
        .stderr
        .lines()
        .filter(|line| line.contains(" notes failed: "));
    assert_eq!(named.count(), 10, "{outcome:?}");
    assert!(outcome.stderr.contains("You may not"), "{outcome:?}");
    assert!(
        outcome.stderr.contains("5 more datasets failed."),
        "{outcome:?}"
    );
    let failed = server.read("in.ndjson.import-failed.ndjson");
    let mut failed: Vec<_> = failed.lines().collect();
    failed.sort_unstable();
    let parsed = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("JSON");
    let failed: Vec<_> = failed.into_iter().map(parsed).collect();
    let of_notes = lines
        .lines()
        .map(parsed)
        .filter(|record| record["DatasetName"] == "notes");
    assert_eq!(failed, of_notes.collect::<Vec<_>>(), "every member is kept");
}

#[test]
fn fails_later_records_of_failed_dataset() {
    let server = DatasetServer::new();
    server.store(|store| store.set("settings", "a", Some("other")));
    // Were the second part imported, another import of the first would overwrite it.
    let parts = line("settings", "a", Some("1"))
        + &line("notes", "n", Some("v"))
        + &line("settings", "b", Some("2"));
    server.write("in.ndjson", &parts);
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    assert!(
        outcome
            .stderr
            .contains("stand before these in the files have failed"),
        "{outcome:?}"
    );
    let keys = |name: &str| server.store(|store| store.values(name).len());
    assert_eq!((keys("settings"), keys("notes")), (1, 1));
    let failed = server.read("in.ndjson.import-failed.ndjson");
    assert_eq!(failed.lines().count(), 2);
    let outcome = server.import(&["in.ndjson.import-failed.ndjson", "--on-conflict", "keep"]);
    assert_eq!((outcome.status, keys("settings")), (0, 2), "{outcome:?}");
}

#[test]
fn waits_for_service_that_throttles() {
    let number = std::sync::atomic::AtomicUsize::new(0);
    let server = DatasetServer::with(move |_, _| {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        (number % 4 == 1).then(|| refuse(429, "TooManyRequestsException", "Slow down"))
    });
    server.write("in.ndjson", &lines_of(2));
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(
        summary_counts(&outcome),
        counts(&[("Datasets", 4), ("AddedRecords", 8)])
    );
    let throttled = outcome.json()["ThrottledRequests"].as_u64();
    assert!(throttled.is_some_and(|count| count > 0), "{outcome:?}");
}

#[test]
fn escapes_names_in_messages() {
    let server = DatasetServer::with(|request, _| {
        let is_refused = request.method == "GET";
        is_refused.then(|| refuse(400, "InvalidParameterException", "wrong"))
    });
    let line = line("settings", "k", Some("v"));
    server.write(
        "in.ndjson",
        &line.replace("\"settings\"", "\"a\\u001b[1m\""),
    );
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    assert!(outcome.stderr.contains("a\\u{1b}[1m failed"), "{outcome:?}");
    assert!(!outcome.stderr.contains('\u{1b}'), "{outcome:?}");
}

#[test]
fn names_members_without_meaning() {
    let server = DatasetServer::new();
    let line = line("settings", "k", Some("v"));
    server.write("in.ndjson", &line.replace("\"SyncCount\"", "\"Synccount\""));
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(
        outcome.stderr.contains("were ignored: Synccount."),
        "{outcome:?}"
    );
}

#[test]
fn stops_when_service_is_down_and_continues_later() {
    let is_down = Arc::new(AtomicBool::new(true));
    let down = Arc::clone(&is_down);
    let server = DatasetServer::with(move |_, _| {
        let fails = down.load(Ordering::SeqCst);
        fails.then(|| respond(503, "<html>"))
    });
    server.write("in.ndjson", &lines_of(200));
    let mut command = server.subcommand("import", &["in.ndjson", "--concurrency", "2"]);
    command.env("AWS_MAX_ATTEMPTS", "1");
    let outcome = run(command, "");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (254, ""));
    let reason = "100 datasets in a row could not be imported: the import stops.";
    assert_eq!(outcome.stderr.lines().next(), Some(reason), "{outcome:?}");
    assert!(server.stub.requests().len() < 150);
    is_down.store(false, Ordering::SeqCst);
    let outcome = server.import(&["in.ndjson"]);
    // What had failed before it stopped, too.
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{outcome:?}");
    assert_eq!(outcome.json()["Datasets"], 400);
    assert_eq!(server.store(|store| store.all().len()), 800);
}
