//! Records that datasets have with other values, before or while they are imported.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::dataset_server::{DatasetServer, Store, counts, line, refuse, summary_counts};
use crate::support::stub::Action;

fn two_records() -> String {
    line("settings", "a", Some("file")) + &line("settings", "b", Some("file"))
}

fn values(server: &DatasetServer) -> Vec<String> {
    let values = server.store(|store| store.values("settings"));
    let values = values.into_iter();
    values
        .map(|(key, value)| format!("{key}={}", value.unwrap_or_default()))
        .collect()
}

#[test]
fn decides_about_other_values_as_told() {
    let table = [
        (
            "fail",
            254,
            &[
                ("FailedDatasets", 1),
                ("FailedRecords", 2),
                ("ConflictingRecords", 1),
            ][..],
            &["a=other"][..],
        ),
        (
            "keep",
            0,
            &[("Datasets", 1), ("AddedRecords", 1), ("KeptRecords", 1)],
            &["a=other", "b=file"],
        ),
        (
            "replace",
            0,
            &[("Datasets", 1), ("AddedRecords", 1), ("ReplacedRecords", 1)],
            &["a=file", "b=file"],
        ),
    ];
    for (policy, status, want, after) in table {
        let server = DatasetServer::new();
        server.store(|store| store.set("settings", "a", Some("other")));
        server.write("in.ndjson", &two_records());
        let args = ["in.ndjson", "--on-conflict", policy];
        let before = values(&server);
        let outcome = server.import(&[&args[..], &["--dry-run"]].concat());
        assert_eq!(
            (outcome.status, summary_counts(&outcome)),
            (status, counts(want)),
            "{outcome:?}"
        );
        assert_eq!((values(&server), server.updates()), (before, vec![]));
        assert!(!server.path("in.ndjson.import.journal").exists());
        assert!(!server.path("in.ndjson.import-failed.ndjson").exists());
        let outcome = server.import(&args);
        assert_eq!(
            (outcome.status, summary_counts(&outcome)),
            (status, counts(want)),
            "{outcome:?}"
        );
        assert_eq!(values(&server), after, "{policy}");
        let is_named = outcome
            .stderr
            .contains("settings failed: the dataset has another value for \"a\"");
        assert_eq!(is_named, policy == "fail", "{outcome:?}");
    }
}

#[test]
fn imports_failed_datasets_of_earlier_import() {
    let server = DatasetServer::new();
    server.store(|store| store.set("settings", "a", Some("other")));
    server.write(
        "in.ndjson",
        &(two_records() + &line("notes", "n", Some("v"))),
    );
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    assert_eq!(outcome.json()["Complete"], false);
    let want = "in 'in.ndjson.import-failed.ndjson'. For values that differ, import that file with --on-conflict keep or \
         replace.";
    assert!(outcome.stderr.contains(want), "{outcome:?}");
    let again = server.import(&["in.ndjson"]);
    assert_eq!((again.status, again.stderr), (254, outcome.stderr));
    let failed = "in.ndjson.import-failed.ndjson";
    let outcome = server.import(&[failed, "--on-conflict", "replace"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let want = counts(&[("Datasets", 1), ("AddedRecords", 1), ("ReplacedRecords", 1)]);
    assert_eq!(summary_counts(&outcome), want);
    assert_eq!(values(&server), ["a=file", "b=file"]);
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{outcome:?}");
}

/// A server where another client writes before the first updates.
fn server_with_writer(
    updates: usize,
    write: impl Fn(&mut Store, usize) + Send + Sync + 'static,
) -> DatasetServer {
    let number = AtomicUsize::new(0);
    DatasetServer::with(move |request, store| {
        if request.method == "POST" {
            let number = number.fetch_add(1, Ordering::SeqCst);
            if number < updates {
                write(store, number);
            }
        }
        None
    })
}

#[test]
fn decides_again_when_another_client_was_quicker() {
    let table = [
        ("fail", 254, "a=other"),
        ("keep", 0, "a=other b=file"),
        ("replace", 0, "a=file b=file"),
    ];
    for (policy, status, after) in table {
        let server = server_with_writer(1, |store, _| store.set("settings", "a", Some("other")));
        server.write("in.ndjson", &two_records());
        let outcome = server.import(&["in.ndjson", "--on-conflict", policy]);
        assert_eq!(outcome.status, status, "{outcome:?}");
        assert_eq!(values(&server).join(" "), after, "{policy}");
    }
    // The same value is no conflict.
    let server = server_with_writer(1, |store, _| store.set("settings", "a", Some("file")));
    server.write("in.ndjson", &two_records());
    let outcome = server.import(&["in.ndjson"]);
    let want = counts(&[
        ("Datasets", 1),
        ("AddedRecords", 1),
        ("UnchangedRecords", 1),
    ]);
    assert_eq!(
        (outcome.status, summary_counts(&outcome)),
        (0, want),
        "{outcome:?}"
    );
}

#[test]
fn gives_up_on_dataset_that_never_rests() {
    let server = server_with_writer(usize::MAX, |store, number| {
        store.set("settings", "a", Some(&number.to_string()));
    });
    server.write(
        "in.ndjson",
        &(two_records() + &line("notes", "n", Some("v"))),
    );
    let outcome = server.import(&["in.ndjson", "--on-conflict", "replace"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    assert!(outcome.stderr.contains("settings failed: "), "{outcome:?}");
    assert!(
        outcome.stderr.contains("Current SyncCount differs"),
        "{outcome:?}"
    );
    let of_settings = |update: &&serde_json::Value| update["RecordPatches"][0]["Key"] == "a";
    assert_eq!(server.updates().iter().filter(of_settings).count(), 6);
    assert_eq!(server.store(|store| store.values("notes").len()), 1);
}

/// A server where another client, or a function for SyncTrigger, changes what was written.
fn server_with_successor(updates: usize) -> DatasetServer {
    let number = AtomicUsize::new(0);
    DatasetServer::with(move |request, store| {
        let is_due = request.method == "POST" && number.fetch_add(1, Ordering::SeqCst) < updates;
        is_due.then(|| {
            let response = store.answer(request);
            store.set("settings", "a", Some("successor"));
            response
        })
    })
}

#[test]
fn notices_records_that_do_not_stay_as_written() {
    let run = |policy: &str, updates: usize| {
        let server = server_with_successor(updates);
        server.write("in.ndjson", &two_records());
        let outcome = server.import(&["in.ndjson", "--on-conflict", policy]);
        (outcome, values(&server).join(" "))
    };
    let (outcome, after) = run("fail", 1);
    assert_eq!(
        (outcome.status, after.as_str()),
        (254, "a=successor b=file")
    );
    let want = "\"a\" is not as it was written";
    assert!(outcome.stderr.contains(want), "{outcome:?}");
    let (outcome, after) = run("keep", 1);
    assert_eq!((outcome.status, after.as_str()), (0, "a=successor b=file"));
    let want = counts(&[("Datasets", 1), ("AddedRecords", 1), ("KeptRecords", 1)]);
    assert_eq!(summary_counts(&outcome), want);
    let (outcome, after) = run("replace", 2);
    assert_eq!(
        (outcome.status, after.as_str()),
        (0, "a=file b=file"),
        "{outcome:?}"
    );
    let (outcome, _) = run("replace", usize::MAX);
    assert_eq!(outcome.status, 254);
    assert!(outcome.stderr.contains("again and again"), "{outcome:?}");
}

#[test]
fn recognizes_changes_whose_response_was_lost() {
    let number = AtomicUsize::new(0);
    let server = DatasetServer::with(move |request, store| {
        let is_lost = request.method == "POST" && number.fetch_add(1, Ordering::SeqCst) == 0;
        is_lost.then(|| {
            store.answer(request);
            Action::Close
        })
    });
    server.write("in.ndjson", &two_records());
    let outcome = server.import(&["in.ndjson"]);
    let want = counts(&[("Datasets", 1), ("AddedRecords", 2)]);
    assert_eq!(
        (outcome.status, summary_counts(&outcome)),
        (0, want),
        "{outcome:?}"
    );
    // An expired session is opened again.
    let number = AtomicUsize::new(0);
    let server = DatasetServer::with(move |request, _| {
        let is_late = request.method == "POST" && number.fetch_add(1, Ordering::SeqCst) == 0;
        let message = "SyncSessionToken not valid for these inputs";
        is_late.then(|| refuse(400, "InvalidParameterException", message))
    });
    server.write("in.ndjson", &two_records());
    let outcome = server.import(&["in.ndjson"]);
    let want = counts(&[("Datasets", 1), ("AddedRecords", 2)]);
    assert_eq!(
        (outcome.status, summary_counts(&outcome)),
        (0, want),
        "{outcome:?}"
    );
    assert_eq!(server.updates().len(), 2);
}
