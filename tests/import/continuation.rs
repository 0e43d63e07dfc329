//! Imports that are cut off and continued.

use std::fs;
use std::thread;
use std::time::Duration;

use super::dataset_server::{
    DatasetServer, counts, line, lines_of, records_of, refuse, summary_counts,
};
use crate::support::child::RunningChild;
use crate::support::outcome::run;
use crate::support::stub::Action;

/// How long a response takes, so that a run can be cut off.
const LATENCY: Duration = Duration::from_millis(4);

fn gzipped(content: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content.as_bytes()).expect("compressed");
    encoder.finish().expect("compressed")
}

#[test]
fn goes_on_after_ten_kills_without_gap_or_second_write() {
    let server = DatasetServer::slow(LATENCY);
    let lines = lines_of(300);
    let (first, second) = lines.split_at(lines_of(150).len());
    server.write("1.ndjson", first);
    fs::write(server.path("2.ndjson.gz"), gzipped(second)).expect("written");
    let args = ["1.ndjson", "2.ndjson.gz"];
    for number in 0..10_u64 {
        let child = RunningChild::start(server.command(&args));
        // At any moment, even before there is a journal.
        thread::sleep(Duration::from_millis(number * number * 17 % 1300));
        child.kill();
    }
    let outcome = server.import(&args);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(server.store(|store| store.all()), records_of(&lines));
    // Each dataset was written once, whenever the program was killed.
    assert_eq!(server.updates().len(), 600);
    let total: u64 = ["AddedRecords", "UnchangedRecords"]
        .map(|name| outcome.json()[name].as_u64().expect("a number"))
        .iter()
        .sum();
    assert_eq!(total, 1200, "{outcome:?}");
}

/// Kills an import of 300 identities after its first commit.
fn killed_import(server: &DatasetServer) {
    server.write("in.ndjson", &lines_of(300));
    let child = RunningChild::start(server.command(&["in.ndjson", "--concurrency", "2"]));
    let is_committed = || {
        let journal = fs::read_to_string(server.path("in.ndjson.import.journal"));
        journal.unwrap_or_default().contains("\"commit\"")
    };
    for _ in 0..2000 {
        if is_committed() {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    child.kill();
    assert!(is_committed());
}

#[test]
fn skips_what_is_done_and_counts_it() {
    let server = DatasetServer::slow(LATENCY);
    killed_import(&server);
    let before = server.lists();
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(outcome.json()["Datasets"], 600);
    let lists = server.lists() - before;
    assert!(lists < 1200 - 40, "{lists}");
    assert_eq!(
        server.store(|store| store.all()),
        records_of(&lines_of(300))
    );
}

#[test]
fn rejects_changed_file_other_options_and_second_run() {
    let server = DatasetServer::slow(LATENCY);
    killed_import(&server);
    let lines = lines_of(300);
    let requests = server.stub.requests().len();
    server.write(
        "in.ndjson",
        &lines.replacen("\"Value\":\"0 a\"", "\"Value\":\"1 a\"", 1),
    );
    let outcome = server.import(&["in.ndjson"]);
    outcome.assert_fails(252, "'in.ndjson' has changed");
    assert!(outcome.stderr.contains("--restart"), "{outcome:?}");
    server.write("in.ndjson", &lines);
    let table: [(&[&str], &str); 3] = [
        (
            &["--on-conflict", "keep"],
            "--on-conflict was fail, and is keep now",
        ),
        (
            &["--endpoint-url", "http://127.0.0.1:9"],
            "--endpoint-url was ",
        ),
        (&["--local"], "--local was not given, and is given now"),
    ];
    for (args, want) in table {
        let outcome = server.import(&[&["in.ndjson"], args].concat());
        outcome.assert_fails(252, want);
    }
    let journal = fs::File::open(server.path("in.ndjson.import.journal")).expect("a journal");
    journal.lock().expect("locked");
    let outcome = server.import(&["in.ndjson"]);
    outcome.assert_fails(255, "another import is using it");
    drop(journal);
    assert_eq!(server.stub.requests().len(), requests);
    let outcome = server.import(&["in.ndjson", "--on-conflict", "keep", "--restart"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(outcome.json()["Datasets"], 600);
}

#[test]
fn does_nothing_when_complete_unless_restarted_or_the_file_has_grown() {
    let server = DatasetServer::new();
    server.write("in.ndjson", &lines_of(3));
    assert_eq!(server.import(&["in.ndjson"]).status, 0);
    let requests = server.stub.requests().len();
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(
        outcome.stderr.contains("The import has come to its end"),
        "{outcome:?}"
    );
    assert_eq!(
        summary_counts(&outcome),
        counts(&[("Datasets", 6), ("AddedRecords", 12)])
    );
    assert_eq!(server.stub.requests().len(), requests);
    server.write("in.ndjson", &lines_of(4));
    let outcome = server.import(&["in.ndjson"]);
    assert!(!outcome.stderr.contains("is complete"), "{outcome:?}");
    assert_eq!(
        summary_counts(&outcome),
        counts(&[("Datasets", 8), ("AddedRecords", 16)])
    );
    let outcome = server.import(&["in.ndjson", "--restart"]);
    assert_eq!(
        summary_counts(&outcome),
        counts(&[("Datasets", 8), ("UnchangedRecords", 16)])
    );
}

#[test]
fn goes_on_once_bad_line_is_mended() {
    let server = DatasetServer::new();
    let lines: Vec<_> = lines_of(20).lines().map(str::to_string).collect();
    let (good, bad) = (lines[..60].join("\n") + "\n", "{\"IdentityPoolId\": 7}\n");
    let rest = lines[60..].join("\n") + "\n";
    server.write("in.ndjson", &(good.clone() + bad + &rest));
    let mut command = server.command(&["in.ndjson"]);
    command.env("COGNITO_SYNC_HINTS", "always");
    let outcome = run(command, "");
    outcome.assert_fails(255, "'in.ndjson': line 61: IdentityPoolId is not a string");
    assert!(
        outcome.stderr.contains("same command line continues"),
        "{outcome:?}"
    );
    let before = server.lists();
    server.write("in.ndjson", &(good + &rest));
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(
        summary_counts(&outcome),
        counts(&[("Datasets", 40), ("AddedRecords", 80)])
    );
    assert_eq!(
        server.lists() - before,
        2 * 10 + 2,
        "the group at the bad line was not yet whole"
    );
    let whole: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    assert_eq!(server.store(|store| store.all()), records_of(&whole));
}

#[test]
fn keeps_failed_datasets_of_all_runs() {
    let is_full = |request: &crate::support::http::Request| {
        request.method == "POST" && request.path.contains("8000-00000000000")
    };
    let server = DatasetServer::with(move |request, _| {
        // The first 16 identities.
        let is_refused = is_full(request);
        is_refused.then(|| refuse(400, "LimitExceededException", "The dataset is full"))
    });
    let lines = lines_of(20);
    server.write("in.ndjson", &(lines_of(10) + "bad\n"));
    assert_eq!(server.import(&["in.ndjson"]).status, 255);
    server.write("in.ndjson", &lines);
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    let want = counts(&[
        ("Datasets", 8),
        ("FailedDatasets", 32),
        ("AddedRecords", 16),
        ("FailedRecords", 64),
    ]);
    assert_eq!(summary_counts(&outcome), want);
    let failed = server.read("in.ndjson.import-failed.ndjson");
    assert_eq!(records_of(&failed), records_of(&lines_of(16)));
    assert_eq!(failed.lines().count(), 64);
}

#[test]
fn keeps_journal_elsewhere() {
    let server = DatasetServer::new();
    server.store(|store| store.set("mine", "k", Some("other")));
    server.write("in.ndjson", &(line("mine", "k", Some("v")) + &lines_of(2)));
    fs::create_dir(server.path("in.ndjson.import.journal")).expect("a folder");
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(
        (outcome.status, outcome.stdout.as_str()),
        (255, ""),
        "{outcome:?}"
    );
    assert_eq!(server.stub.requests().len(), 0);
    let outcome = server.import(&["in.ndjson", "--journal", "j"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    assert_eq!(server.read("j").lines().count(), 2);
    assert_eq!(server.read("j.failed.ndjson").lines().count(), 1);
    let missing = server.import(&["in.ndjson", "--journal", "no/folder/j"]);
    assert_eq!(missing.status, 255);
    assert!(
        missing
            .stderr
            .contains("--journal PATH names another place"),
        "{missing:?}"
    );
}

#[test]
fn leaves_files_alone_that_no_journal_accounts_for() {
    let server = DatasetServer::new();
    server.write("in.ndjson", &lines_of(2));
    let failed = "in.ndjson.import-failed.ndjson";
    server.write(failed, "mine");
    let outcome = server.import(&["in.ndjson"]);
    outcome.assert_fails(252, "exists, but no import");
    assert_eq!(server.read(failed), "mine");
    fs::remove_file(server.path(failed)).expect("removed");
    server.write("in.ndjson.import.journal", "mine\n");
    for args in [&["in.ndjson"][..], &["in.ndjson", "--restart"]] {
        let outcome = server.import(args);
        outcome.assert_fails(255, "not the journal of an import");
        assert_eq!(server.read("in.ndjson.import.journal"), "mine\n");
    }
    assert_eq!(server.stub.requests().len(), 0);
}

#[test]
fn ends_at_refused_credentials_and_continues_with_others() {
    let server = DatasetServer::with(|request, _| {
        let authorization = request.header("authorization").unwrap_or_default();
        let is_refused = authorization.contains("AKIDEXPIRED");
        is_refused.then(|| -> Action {
            refuse(
                403,
                "ExpiredTokenException",
                "The security token is expired",
            )
        })
    });
    server.write("in.ndjson", &lines_of(50));
    let mut command = server.command(&["in.ndjson"]);
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXPIRED");
    let outcome = run(command, "");
    outcome.assert_fails(254, "The security token is expired");
    assert!(
        server.stub.requests().len() <= 24,
        "{}",
        server.stub.requests().len()
    );
    assert!(!server.path("in.ndjson.import-failed.ndjson").exists());
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(
        (outcome.status, outcome.json()["Datasets"].clone()),
        (0, 100.into()),
        "{outcome:?}"
    );
}
