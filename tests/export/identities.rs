//! Which identities an export has.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::record_server::{
    RecordServer, expected, id, identity_number, list_token, lists_identities, service_error,
    sorted_lines,
};
use crate::support::outcome::run;
use crate::support::stub::ok;

#[test]
fn exports_all_identities_of_pool() {
    let server = RecordServer::new(150);
    let outcome = server.export(&["--to", "out.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..150));
    let summary = outcome.json();
    assert_eq!(summary["Complete"], true);
    assert_eq!(
        [
            &summary["Identities"],
            &summary["Datasets"],
            &summary["Records"],
            &summary["Requests"]
        ],
        [150, 300, 900, 150 * 3 + 3]
    );
    let file = std::fs::read_to_string(server.path("out.ndjson.summary.json"));
    assert_eq!(file.ok(), Some(outcome.stdout));
    let lists = server.requests("").into_iter().filter(lists_identities);
    let tokens: Vec<_> = lists.map(|request| list_token(&request)).collect();
    assert_eq!(
        tokens,
        [None, Some("t60".to_string()), Some("t120".to_string())]
    );
}

#[test]
fn writes_to_stdout_without_journal() {
    let server = RecordServer::new(3);
    for args in [&[][..], &["--to", "-"]] {
        let outcome = server.export(args);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
        assert_eq!(sorted_lines(&outcome.stdout), expected(0..3));
    }
    let files = std::fs::read_dir(server.path("")).expect("the folder");
    assert_eq!(files.count(), 0);
}

#[test]
fn sorts_records_of_a_dataset_by_key() {
    let server = RecordServer::new(1);
    let outcome = server.export(&["--dataset", "notes", "--deleted"]);
    let keys: Vec<_> = outcome
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|record| (record["Key"].clone(), record["Value"].is_null()))
        .collect();
    let want = [("a", false), ("b", false), ("removed", true), ("é", false)];
    assert_eq!(keys, want.map(|(key, is_removed)| (key.into(), is_removed)));
    // Reading a single dataset says whether it exists.
    assert_eq!(server.requests("/datasets").len(), 0);
}

#[test]
fn warns_of_empty_list_of_identities() {
    let server = RecordServer::new(1);
    std::fs::write(server.path("ids.txt"), "# none\n").expect("written");
    for name in ["ids.txt", "-"] {
        let outcome = server.export(&["--identities", name, "--to", "out", "--restart"]);
        let want = format!("--identities {name} names no identities.\n");
        assert_eq!((outcome.status, &outcome.stderr), (0, &want));
        assert_eq!(outcome.json()["Identities"], 0);
    }
    assert_eq!(server.requests("").len(), 0);
}

#[test]
fn warns_of_datasets_that_no_identity_has() {
    let server = RecordServer::with(3, |received| {
        let path = &received.request.path;
        let absent = r#"{"Records": [], "DatasetExists": false, "DatasetSyncCount": 0}"#;
        path.contains("/datasets/notess/").then(|| ok(absent))
    });
    let table: [(&[_], _); 4] = [
        (&["notess"], "No identity has a dataset 'notess'.\n"),
        (&["a", "b"], "No identity has a dataset 'a' or 'b'.\n"),
        (&["notess", "notes"], ""),
        (&["notes"], ""),
    ];
    for (names, warning) in table {
        let options = names.iter().flat_map(|name| ["--dataset", name]);
        let options: Vec<_> = options.collect();
        let outcome = server.export(&options);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, warning));
        assert_eq!(outcome.stdout.is_empty(), !warning.is_empty(), "{names:?}");
    }
}

#[test]
fn exports_given_identities_once() {
    let server = RecordServer::new(10);
    let ids = format!("# some\n\n{}\n  {}\r\n{}\n", id(7), id(2), id(7));
    std::fs::write(server.path("ids.txt"), &ids).expect("written");
    let (two, seven) = (id(2), id(7));
    let runs = [
        server.export(&["--identity-id", &two, &seven, "--identity-id", &two]),
        server.export(&["--identities", "ids.txt"]),
        run(server.command(&["--identities", "-"]), &ids),
    ];
    for outcome in runs {
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
        assert_eq!(sorted_lines(&outcome.stdout), expected([2, 7]));
    }
    assert!(
        !server.stub.requests().iter().any(lists_identities),
        "nothing is listed"
    );
}

#[test]
fn leaves_out_identities_without_logins() {
    let server = RecordServer::new(9);
    let outcome = server.export(&["--only-authenticated"]);
    assert_eq!(sorted_lines(&outcome.stdout), expected([0, 2, 4, 6, 8]));
}

#[test]
fn divides_pool_among_shards() {
    let server = RecordServer::new(100);
    let mut union = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let part = sorted_lines(&server.export(&["--shard", shard]).stdout);
        assert!(part.len() > 100, "{shard} has {} records", part.len());
        union.extend(part);
    }
    union.sort();
    assert_eq!(union, expected(0..100));
}

#[test]
fn reports_failed_identities_and_reads_them_again() {
    let failing = [3, 5];
    let server = RecordServer::with(8, move |received| {
        let number = identity_number(&received.request.path)?;
        // The second run comes after the requests of the first.
        let fails = failing.contains(&number) && received.number < 30;
        fails.then(|| service_error(403, "NotAuthorizedException"))
    });
    let args = ["--to", "out.ndjson"];
    let outcome = server.export(&args);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    let summary = outcome.json();
    assert_eq!(
        [
            &summary["Complete"],
            &summary["Identities"],
            &summary["FailedIdentities"]
        ],
        [&serde_json::json!(false), &6.into(), &2.into()]
    );
    assert!(
        outcome.stderr.contains(&format!("{} failed: ", id(3))),
        "{outcome:?}"
    );
    assert_eq!(server.sorted_lines("out.ndjson.failed"), [id(3), id(5)]);
    assert_eq!(
        server.sorted_lines("out.ndjson"),
        expected([0, 1, 2, 4, 6, 7])
    );
    let before = server.stub.requests().len();
    while server.stub.requests().len() < 30 {
        // Fillers, so that the failing identities work again.
        drop(server.export(&["--identity-id", &id(0)]));
    }
    let fillers = server.stub.requests().len();
    assert!(before < 30);
    let outcome = server.export(&args);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(outcome.json()["Complete"], true);
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..8));
    assert!(!server.path("out.ndjson.failed").exists());
    let again = &server.stub.requests()[fillers..];
    let numbers: std::collections::BTreeSet<_> = again
        .iter()
        .filter_map(|request| identity_number(&request.path))
        .collect();
    assert_eq!(numbers.into_iter().collect::<Vec<_>>(), failing);
}

#[test]
fn ends_with_error_if_listing_is_refused() {
    let server = RecordServer::with(8, |received| {
        lists_identities(&received.request).then(|| service_error(400, "NotAuthorizedException"))
    });
    let outcome = server.export(&["--to", "out.ndjson"]);
    outcome.assert_fails(254, "ListIdentities");
    let files = std::fs::read_dir(server.path("")).expect("the folder");
    assert_eq!(files.count(), 0, "nothing is left");
}

#[test]
fn stops_when_credentials_have_expired() {
    let server = RecordServer::with(500, |received| {
        let is_late = received.number > 60 && !lists_identities(&received.request);
        is_late.then(|| service_error(403, "ExpiredTokenException"))
    });
    let args = ["--to", "out.ndjson", "--concurrency", "2"];
    let outcome = server.export(&args);
    outcome.assert_fails(254, "ExpiredTokenException");
    let requests = server.stub.requests().len();
    assert!(requests < 80, "{requests} requests");
    let summary = std::fs::read_to_string(server.path("out.ndjson.summary.json"));
    let summary: serde_json::Value =
        serde_json::from_str(&summary.expect("a summary")).expect("JSON");
    assert_eq!(summary["Complete"], false);
    assert!(!server.path("out.ndjson.failed").exists());
}

#[test]
fn stops_when_service_is_down_and_continues_later() {
    let is_down = Arc::new(AtomicBool::new(true));
    let down = Arc::clone(&is_down);
    let server = RecordServer::with(500, move |received| {
        let fails = received.number > 60 && !lists_identities(&received.request);
        let fails = fails && down.load(Ordering::SeqCst);
        fails.then(|| crate::support::stub::respond(503, "<html>"))
    });
    let args = ["--to", "out.ndjson", "--concurrency", "2"];
    let mut command = server.command(&args);
    command.env("AWS_MAX_ATTEMPTS", "1");
    let outcome = run(command, "");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (254, ""));
    let lines: Vec<_> = outcome.stderr.lines().collect();
    assert_eq!(
        lines[0], "100 identities in a row could not be read: the export stops.",
        "{outcome:?}"
    );
    assert!(
        outcome.stderr.contains("An error occurred (503)"),
        "{outcome:?}"
    );
    assert!(server.stub.requests().len() < 200);
    is_down.store(false, Ordering::SeqCst);
    let outcome = server.export(&args);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..500));
}

#[test]
fn reads_dataset_again_that_changes() {
    // The first two rounds find other sync counts on the second page.
    let server = RecordServer::with(1, |received| {
        let request = &received.request;
        if !request.path.ends_with("/notes/records") {
            return None;
        }
        let token = request
            .query()
            .into_iter()
            .find(|(name, _)| name == "nextToken");
        let mut page = super::record_server::records(0, 3);
        match token {
            None => page["NextToken"] = "second".into(),
            Some(_) if received.number < 6 => page["DatasetSyncCount"] = 4.into(),
            Some(_) => {}
        }
        Some(crate::support::stub::ok(&page.to_string()))
    });
    let outcome = server.export(&["--to", "out.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(server.sorted_lines("out.ndjson"), expected([0]));
    assert_eq!(outcome.json()["InconsistentDatasets"], 0);
    assert!(server.requests("/notes/records").len() > 2);
}

#[test]
fn marks_dataset_that_always_changes() {
    let server = RecordServer::with(1, |received| {
        let request = &received.request;
        request.path.ends_with("/notes/records").then(|| {
            let mut page = super::record_server::records(0, received.number as i64);
            if !request.raw_query.contains("nextToken") {
                page["NextToken"] = "second".into();
            }
            crate::support::stub::ok(&page.to_string())
        })
    });
    let outcome = server.export(&["--to", "out.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(server.sorted_lines("out.ndjson"), expected([0]));
    assert_eq!(outcome.json()["InconsistentDatasets"], 1);
    assert_eq!(server.requests("/notes/records").len(), 10);
}

#[test]
fn throttling_makes_nothing_fail() {
    let server = RecordServer::with(40, |received| {
        // Not forever, since each one slows the client down.
        let is_throttled = received.number % 5 == 4 && received.number < 30;
        let status = if lists_identities(&received.request) {
            400
        } else {
            429
        };
        is_throttled.then(|| service_error(status, "TooManyRequestsException"))
    });
    let outcome = server.export(&["--to", "out.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..40));
    let summary = outcome.json();
    let requests = server.stub.requests().len();
    assert_eq!(summary["Requests"], requests);
    assert_eq!(summary["ThrottledRequests"], 6);
}
