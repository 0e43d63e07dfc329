//! `verify`: differences, what is compared, and what cannot be.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use super::dataset_server::{DatasetServer, IDENTITY, POOL, line, line_of, lines_of, refuse};
use crate::support::child::{ChildExit, RunningChild};
use crate::support::gate::Gate;
use crate::support::outcome::{Outcome, run};
use crate::support::stub::respond;

/// Runs `verify` with these arguments.
fn verify(server: &DatasetServer, args: &[&str]) -> Outcome {
    run(
        server.subcommand("verify", &[&["--list-rate", "500"], args].concat()),
        "",
    )
}

/// Runs `export` of the pool with these arguments.
fn export(server: &DatasetServer, args: &[&str]) {
    let all = ["--list-rate", "500", "--identity-pool-id", POOL];
    let outcome = run(server.subcommand("export", &[&all[..], args].concat()), "");
    assert_eq!(outcome.status, 0, "{outcome:?}");
}

/// A server that has these records.
fn server_with(lines: &str) -> DatasetServer {
    let server = DatasetServer::new();
    fill(&server, lines);
    server
}

fn fill(server: &DatasetServer, lines: &str) {
    for line in lines.lines() {
        let record: Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| record[name].as_str().unwrap_or_default().to_string();
        let (identity, dataset) = (text("IdentityId"), text("DatasetName"));
        let value = record["Value"].as_str().map(str::to_string);
        server.store(|store| store.set_of(&identity, &dataset, &text("Key"), value.as_deref()));
    }
}

fn identity(number: usize) -> String {
    format!("us-east-1:00000000-0000-4000-8000-{number:012x}")
}

#[test]
fn finds_no_difference_in_what_was_exported() {
    let server = server_with(&lines_of(260));
    export(&server, &["--to", "out.gz"]);
    let outcome = verify(&server, &["out.gz"]);
    let want = (0, "1,040 records: no differences\n", "");
    assert_eq!(
        (
            outcome.status,
            outcome.stdout.as_str(),
            outcome.stderr.as_str()
        ),
        want
    );
    let outcome = verify(&server, &["out.gz", "--output", "json"]);
    let document = outcome.json();
    assert_eq!((outcome.status, &document["Differences"]), (0, &json!([])));
    let summary = &document["Summary"];
    let counts = [
        "Complete",
        "Identities",
        "Datasets",
        "Records",
        "MissingRecords",
    ];
    let counts = counts.map(|name| summary[name].clone());
    assert_eq!(
        counts,
        [json!(true), json!(260), json!(520), json!(1040), json!(0)]
    );
}

/// A server whose records differ from `in.ndjson` in every way.
fn different_server() -> DatasetServer {
    let server = server_with(&lines_of(4));
    server.write("in.ndjson", &lines_of(4));
    server.store(|store| {
        store.set_of(&identity(0), "notes", "a", None);
        store.set_of(&identity(0), "settings", "b", Some("secret"));
        store.set_of(&identity(0), "settings", "new\u{1b}", Some("secret"));
        store.set_of(&identity(1), "settings", "a", None);
        store.set_of(&identity(1), "settings", "b", None);
        store.set_of(&identity(2), "others", "x", Some("secret"));
        store.set_of(&identity(2), "others", "y", Some("secret"));
        store.set_of(&identity(9), "notes", "x", Some("secret"));
        store.set_of(&identity(9), "empty", "x", None);
    });
    server
}

#[test]
fn names_missing_changed_and_additional_records() {
    let server = different_server();
    let outcome = verify(&server, &["in.ndjson"]);
    let [zero, one, two, nine] = [0, 1, 2, 9].map(identity);
    let want = format!(
        "missing {zero} notes \"a\"\n\
         changed {zero} settings \"b\"\n\
         additional {zero} settings \"new\\u{{1b}}\"\n\
         missing {one} settings (2 records)\n\
         additional {two} others (2 records)\n\
         additional {nine} notes (1 record)\n\
         16 records: 3 missing, 1 changed, 4 additional\n"
    );
    assert_eq!(
        (outcome.status, outcome.stdout.as_str()),
        (1, want.as_str()),
        "{outcome:?}"
    );
    assert_eq!(outcome.stderr, "");
    let colored = verify(&server, &["in.ndjson", "--color", "on"]);
    assert!(
        colored
            .stdout
            .starts_with("\x1b[31mmissing\x1b[0m us-east-1:"),
        "{colored:?}"
    );
    let outcome = verify(&server, &["in.ndjson", "--output", "json"]);
    assert_eq!(outcome.status, 1);
    assert!(!outcome.stdout.contains("secret"), "values are private");
    let document = outcome.json();
    let differences = document["Differences"].as_array().expect("a list");
    assert_eq!(differences.len(), 6);
    let of_key = json!({"Difference": "additional", "IdentityPoolId": POOL, "IdentityId": zero,
        "DatasetName": "settings", "Key": "new\u{1b}"});
    let of_dataset = json!({"Difference": "missing", "IdentityPoolId": POOL, "IdentityId": one,
        "DatasetName": "settings", "Records": 2});
    assert_eq!((&differences[2], &differences[3]), (&of_key, &of_dataset));
    let summary = &document["Summary"];
    let counts = [
        "Complete",
        "MissingRecords",
        "ChangedRecords",
        "AdditionalRecords",
    ];
    let counts = counts.map(|name| summary[name].clone());
    assert_eq!(counts, [json!(true), json!(3), json!(1), json!(4)]);
}

#[test]
fn compares_only_what_is_selected() {
    let server = different_server();
    let table: [(&[&str], &str); 4] = [
        (
            &["--known-only"],
            "16 records: 3 missing, 1 changed, 1 additional\n",
        ),
        (
            &["--dataset", "notes"],
            "8 records: 1 missing, 1 additional\n",
        ),
        (
            &["--dataset", "notes", "--dataset", "others", "--known-only"],
            "8 records: 1 missing\n",
        ),
        // Identities with even numbers have logins.
        (
            &["--only-authenticated"],
            "16 records: 3 missing, 1 changed, 3 additional\n",
        ),
    ];
    for (args, want) in table {
        let outcome = verify(&server, &[&["in.ndjson"], args].concat());
        let last = outcome
            .stdout
            .lines()
            .last()
            .map(|line| format!("{line}\n"));
        assert_eq!(
            (outcome.status, last.as_deref()),
            (1, Some(want)),
            "{args:?} {outcome:?}"
        );
    }
    let shards = ["1/2", "2/2"].map(|shard| {
        let outcome = verify(&server, &["in.ndjson", "--shard", shard]);
        outcome
            .stdout
            .lines()
            .filter(|line| !line.contains("records:"))
            .count()
    });
    assert_eq!(shards.iter().sum::<usize>(), 6, "shards are the whole");
}

#[test]
fn honours_what_the_export_was_asked_for() {
    let server = server_with(&lines_of(10));
    fs::write(
        server.path("ids"),
        identity(3) + "\n" + &identity(20) + "\n",
    )
    .expect("written");
    let (three, twenty) = (identity(3), identity(20));
    export(&server, &["--to", "before"]);
    server.store(|store| store.set_of(&identity(4), "notes", "a", Some("changed")));
    let table: [(&str, &[&str]); 6] = [
        ("id", &["--identity-id", &three, &twenty]),
        ("file", &["--identities", "ids"]),
        ("dataset", &["--dataset", "notes"]),
        ("shard", &["--shard", "2/3"]),
        ("logins", &["--only-authenticated"]),
        ("since", &["--since", "before"]),
    ];
    for (name, args) in table {
        export(&server, &[&["--to", name], args].concat());
        let outcome = verify(&server, &[name]);
        assert_eq!(outcome.status, 0, "{name} {outcome:?}");
        // Without its journal, it looks like an export with gaps.
        fs::copy(server.path(name), server.path("copy")).expect("copied");
        let outcome = verify(&server, &["copy"]);
        assert_eq!(outcome.status, 1, "{name} {outcome:?}");
    }
    // The identity was asked for, and had nothing.
    server.store(|store| store.set_of(&twenty, "late", "k", Some("v")));
    for name in ["id", "file"] {
        let outcome = verify(&server, &[name]);
        let want = format!("additional {twenty} late (1 record)\n");
        assert!(
            outcome.status == 1 && outcome.stdout.starts_with(&want),
            "{outcome:?}"
        );
    }
    let incomplete = fs::read_to_string(server.path("dataset.journal")).expect("a journal");
    let cut = incomplete.rfind("{\"finished\"").expect("the end");
    fs::write(server.path("dataset.journal"), &incomplete[..cut]).expect("written");
    let outcome = verify(&server, &["dataset"]);
    assert!(outcome.stderr.contains("not complete"), "{outcome:?}");
}

#[test]
fn compares_removed_records_and_sync_counts() {
    let server = server_with(&(line("d", "a", Some("v")) + &line("d", "b", None)));
    server.write(
        "in.ndjson",
        &(line("d", "a", Some("v")) + &line("d", "b", None)),
    );
    assert_eq!(verify(&server, &["in.ndjson"]).status, 0);
    let outcome = verify(&server, &["in.ndjson", "--sync-counts"]);
    let want = format!("changed {IDENTITY} d \"a\"\n2 records: 1 changed\n");
    assert_eq!((outcome.status, outcome.stdout), (1, want));
    server.store(|store| store.set("d", "b", Some("back")));
    let outcome = verify(&server, &["in.ndjson"]);
    assert!(
        outcome
            .stdout
            .starts_with(&format!("changed {IDENTITY} d \"b\"\n")),
        "{outcome:?}"
    );
}

#[test]
fn compares_with_other_pool_and_identities() {
    let server = DatasetServer::new();
    let other_pool = "eu-west-1:11111111-0d3b-4a6f-9c52-000000000009";
    server.write("in.ndjson", &lines_of(2));
    let (new_zero, new_one) = (identity(50), identity(51));
    let map = format!("{} {new_zero}\n{} {new_one}\n", identity(0), identity(1));
    server.write("map", &map);
    let args = [
        "in.ndjson",
        "--identity-pool-id",
        other_pool,
        "--identity-map",
        "map",
    ];
    assert_eq!(server.import(&args).status, 0);
    let outcome = verify(&server, &args);
    assert_eq!(
        (outcome.status, outcome.stdout.as_str()),
        (0, "8 records: no differences\n")
    );
    server.write("map", &map[..map.find('\n').expect("a line") + 1]);
    let outcome = verify(&server, &args);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    assert!(
        outcome.stderr.contains("is not in --identity-map map"),
        "{outcome:?}"
    );
}

#[test]
fn reads_standard_input_and_empty_exports() {
    let server = server_with(&lines_of(2));
    let command = server.subcommand("verify", &["-"]);
    let outcome = run(command, &lines_of(2));
    assert_eq!(
        (outcome.status, outcome.stdout.as_str()),
        (0, "8 records: no differences\n")
    );
    server.write("empty", "");
    let outcome = verify(&server, &["empty", "--identity-pool-id", POOL]);
    assert_eq!(outcome.status, 1, "{outcome:?}");
    assert!(
        outcome.stdout.ends_with("0 records: 8 additional\n"),
        "{outcome:?}"
    );
}

#[test]
fn reports_identities_that_cannot_be_read_and_goes_on() {
    let server = DatasetServer::with(|request, _| {
        let is_denied =
            request.path.contains("8000-00000000000") && request.path.contains("/datasets/notes");
        is_denied.then(|| refuse(403, "AccessDeniedException", "You may not"))
    });
    fill(&server, &lines_of(18));
    server.write("in.ndjson", &lines_of(17));
    let outcome = verify(&server, &["in.ndjson"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    let named = outcome
        .stderr
        .lines()
        .filter(|line| line.contains("You may not"));
    assert_eq!(named.count(), 10, "{outcome:?}");
    assert!(
        outcome.stderr.contains("6 more identities failed."),
        "{outcome:?}"
    );
    let want = "4 records: 4 additional, 16 identities could not be read\n";
    assert!(outcome.stdout.ends_with(want), "{outcome:?}");
}

#[test]
fn rejects_what_makes_no_sense() {
    let server = server_with(&lines_of(3));
    let apart = lines_of(2) + &line_of(&identity(0), "later", "k", Some("v"));
    server.write("apart", &apart);
    server.write("bad", &(lines_of(1) + "{}\n"));
    let table: [(&[&str], i32, &str); 7] = [
        (&[], 252, "FILE"),
        (&["missing"], 252, "missing: cannot be read: No such file"),
        (&["."], 252, ".: is a directory; name a file"),
        (&["-", "-"], 252, "- is given twice"),
        (&["bad"], 255, "'bad': line 5: IdentityPoolId is missing"),
        (&["apart"], 255, "'apart': line 9: identity "),
        (&["bad", "--output", "yaml"], 252, "yaml"),
    ];
    for (args, status, want) in table {
        let outcome = verify(&server, args);
        assert_eq!(outcome.status, status, "{args:?} {outcome:?}");
        assert!(outcome.stderr.contains(want), "{args:?} {outcome:?}");
    }
}

#[test]
fn rejects_input_that_leaves_nothing_to_compare() {
    let server = server_with(&lines_of(1));
    server.write("empty", "\n");
    server.write("empty2", "");
    let name_pool =
        "Check the input, or name the identity pool of an empty export with --identity-pool-id.";
    let known_only = ["empty", "--known-only", "--identity-pool-id", POOL];
    let table: [(&[&str], &str, &str); 4] = [
        (&["-"], "Standard input has", name_pool),
        (&["empty"], "'empty' has", name_pool),
        (&["empty", "empty2"], "The files have", name_pool),
        (
            &known_only,
            "'empty' has",
            "Check the input, or leave out --known-only.",
        ),
    ];
    for (args, what, remedy) in table {
        let outcome = verify(&server, args);
        let want = format!("{what} no records, so that there is nothing to compare. {remedy}\n");
        assert_eq!((outcome.status, &*outcome.stdout), (252, ""), "{args:?}");
        assert!(outcome.stderr.ends_with(&want), "{args:?} {outcome:?}");
    }
    let requests = server.stub.requests().len();
    assert_eq!(requests, 0);
}

#[test]
fn verifies_exports_of_empty_pools() {
    let server = DatasetServer::new();
    export(&server, &["--to", "out"]);
    let outcome = verify(&server, &["out"]);
    let nothing = "0 records: no differences\n";
    assert_eq!((outcome.status, &*outcome.stdout), (0, nothing));
    let with_pool = ["-", "--identity-pool-id", POOL];
    let outcome = verify(&server, &with_pool);
    assert_eq!((outcome.status, &*outcome.stdout), (0, nothing));
    fill(&server, &lines_of(1));
    for args in [&["out"][..], &with_pool] {
        let outcome = verify(&server, args);
        let want = "0 records: 4 additional\n";
        assert!(outcome.stdout.ends_with(want), "{outcome:?}");
        assert_eq!(outcome.status, 1, "{outcome:?}");
    }
}

#[test]
fn ends_at_once_if_nobody_reads_the_output() {
    let server = DatasetServer::new();
    server.write("in.ndjson", &lines_of(2000));
    let mut child = RunningChild::start(server.subcommand("verify", &["in.ndjson"]));
    // Until the pipe is full.
    server.stub.await_standstill();
    child.signal("INT");
    let exit = child.wait_for_exit(Duration::from_secs(30));
    assert_eq!(exit, ChildExit::Status(130));
}

#[test]
fn ends_in_order_at_interrupt() {
    let gate = Gate::default();
    let wait = gate.barrier();
    let server = DatasetServer::with(move |request, _| {
        if request.path.contains("000000000005/datasets/notes") {
            wait();
        }
        None
    });
    fill(&server, &lines_of(20));
    server.write("in.ndjson", &lines_of(20));
    let args = ["in.ndjson", "--concurrency", "1", "--output", "json"];
    let child = RunningChild::start(server.subcommand("verify", &args));
    let outcome = child.interrupt_at(&gate);
    assert_eq!(outcome.status, 130, "{outcome:?}");
    assert_eq!(outcome.stderr, "Interrupted.\n");
    let document = outcome.json();
    assert_eq!(document["Summary"]["Complete"], false);
    assert_eq!(document["Differences"], json!([]));
}

#[test]
fn ends_quietly_when_nobody_reads() {
    let server = server_with(&lines_of(1));
    let lines: String = (100..2100)
        .map(|number| line_of(&identity(number), "notes", "k", Some("v")))
        .collect();
    server.write("in.ndjson", &lines);
    let mut child = RunningChild::start(server.subcommand("verify", &["in.ndjson"]));
    drop(child.take_stdout());
    let outcome = child.finish();
    assert_eq!((outcome.status, &*outcome.stderr), (1, ""));
    assert!(server.lists() < 2000, "{}", server.lists());
}

#[test]
fn stops_when_service_is_down() {
    let server = DatasetServer::with(|request, _| {
        let is_listing = request.path == "/";
        (!is_listing).then(|| respond(503, "<html>"))
    });
    server.write("in.ndjson", &lines_of(200));
    let mut command = server.subcommand("verify", &["in.ndjson", "--concurrency", "2"]);
    command.env("AWS_MAX_ATTEMPTS", "1");
    let outcome = run(command, "");
    assert_eq!(outcome.status, 254, "{outcome:?}");
    let reason = "100 identities in a row could not be read: the comparison stops.";
    assert!(outcome.stderr.contains(reason), "{outcome:?}");
    assert!(server.stub.requests().len() < 150);
}
