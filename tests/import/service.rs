//! Export and import of what the local service has.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::dataset_server::{IDENTITY, POOL, line, line_of, lines_of};
use crate::support::outcome::{Outcome, run};
use crate::support::service::Service;

/// Values of every kind of character.
const VALUES: [&str; 5] = [
    "plain",
    "line\nend\r\n\t\"\\/",
    "é😀\u{2028}\u{7f}\u{0}",
    "",
    "\u{feff}\u{d7ff}\u{e000}\u{fffd}\u{10ffff}",
];

/// Runs a command on a store of the service's folder, within the program.
fn on_store(service: &Service, store: &str, args: &[&str]) -> Command {
    let mut command = service.command(&["--local"]);
    command
        .env("COGNITO_SYNC_STORE", service.folder().join(store))
        .args(args);
    command
}

fn import(service: &Service, store: &str, args: &[&str]) -> Outcome {
    let journal = format!("{store} {}.journal", args[0]);
    let args = [&["import", "--journal", &journal], args].concat();
    run(on_store(service, store, &args), "")
}

/// The exported records without what an import makes anew, sorted.
fn exported(service: &Service, store: &str, args: &[&str]) -> Vec<String> {
    let args = [
        &["export", "--identity-pool-id", POOL, "--list-rate", "500"],
        args,
    ]
    .concat();
    let outcome = run(on_store(service, store, &args), "");
    assert_eq!(outcome.status, 0, "{outcome:?}");
    comparable(&outcome.stdout)
}

fn comparable(lines: &str) -> Vec<String> {
    let lines = lines.lines().map(|line| {
        let mut record: Value = serde_json::from_str(line).expect("JSON");
        record["LastModifiedDate"].take();
        record.to_string()
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    lines
}

fn write(path: &Path, content: &str) {
    std::fs::write(path, content).expect("written");
}

#[test]
fn brings_back_what_export_wrote() {
    let service = Service::start(&[]);
    let file = |name: &str| service.folder().join(name);
    let mut lines = lines_of(20);
    for (number, value) in VALUES.iter().enumerate() {
        lines += &line("characters", &format!("k{number} é\u{0}\n"), Some(value));
    }
    lines += &line("large", "k", Some(&"é\"".repeat(340_000)));
    write(&file("in.ndjson"), &lines);
    let outcome = import(&service, "first", &["in.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let export = |args: &[&str]| {
        let all = ["export", "--identity-pool-id", POOL, "--list-rate", "500"];
        let outcome = run(on_store(&service, "first", &[&all[..], args].concat()), "");
        assert_eq!(outcome.status, 0, "{outcome:?}");
    };
    export(&["--to", "out.ndjson.gz"]);
    export(&["--to", "parts.ndjson", "--split", "1MB"]);
    let whole = exported(&service, "first", &[]);
    assert_eq!(whole.len(), 86);
    let parts = (1..).map(|number| format!("parts-{number:04}.ndjson"));
    let parts: Vec<_> = parts.take_while(|part| file(part).exists()).collect();
    assert!(parts.len() > 1, "{parts:?}");
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    let files: [&[&str]; 2] = [&["out.ndjson.gz"], &parts];
    for (index, files) in files.into_iter().enumerate() {
        let store = format!("copy {index}");
        let outcome = import(&service, &store, files);
        assert_eq!(
            (outcome.status, outcome.json()["AddedRecords"].clone()),
            (0, 86.into()),
            "{outcome:?}"
        );
        assert_eq!(exported(&service, &store, &[]), whole);
    }
    // Over the network, into what is there already.
    write(&file("all.ndjson"), &(whole.join("\n") + "\n"));
    let through = service.run(&[
        "import",
        "in.ndjson",
        "--journal",
        "j",
        "--concurrency",
        "20",
    ]);
    assert_eq!(
        through.exit,
        crate::support::child::ChildExit::Status(0),
        "{through:?}"
    );
    let again = service.run(&["import", "in.ndjson", "--journal", "k"]);
    let summary: Value = serde_json::from_slice(&again.stdout).expect("a summary");
    assert_eq!(summary["UnchangedRecords"], 86, "{summary}");
}

#[test]
fn removes_what_was_exported_as_removed() {
    let service = Service::start(&[]);
    write(
        &service.folder().join("1"),
        &(line("d", "a", Some("v")) + &line("d", "b", Some("v"))),
    );
    write(&service.folder().join("2"), &line("d", "a", None));
    assert_eq!(import(&service, "first", &["1"]).status, 0);
    assert_eq!(import(&service, "copy", &["1"]).status, 0);
    let outcome = import(&service, "first", &["2", "--on-conflict", "replace"]);
    assert_eq!(outcome.json()["RemovedRecords"], 1, "{outcome:?}");
    let args = [
        "export",
        "--identity-pool-id",
        POOL,
        "--deleted",
        "--to",
        "out",
    ];
    assert_eq!(run(on_store(&service, "first", &args), "").status, 0);
    let outcome = import(&service, "copy", &["out"]);
    assert_eq!(
        outcome.status, 254,
        "a record that is there is a conflict: {outcome:?}"
    );
    let outcome = import(
        &service,
        "copy",
        &["out", "--restart", "--on-conflict", "replace"],
    );
    assert_eq!(outcome.json()["RemovedRecords"], 1, "{outcome:?}");
    let outcome = import(&service, "empty", &["out", "--restart"]);
    assert_eq!(
        (outcome.status, outcome.json()["UnchangedRecords"].clone()),
        (0, 1.into())
    );
    assert_eq!(exported(&service, "first", &[]).len(), 1);
    assert_eq!(exported(&service, "copy", &[]).len(), 1);
    // A deleted dataset is restored.
    let path = format!("/identitypools/{POOL}/identities/{IDENTITY}/datasets/d");
    let through = |args: &[&str]| {
        let outcome = service.run(args);
        serde_json::from_slice::<Value>(&outcome.stdout).expect("a summary")
    };
    through(&["import", "1", "--journal", "a"]);
    service.request("DELETE", &path, None).json();
    let summary = through(&["import", "1", "--journal", "b"]);
    assert_eq!(
        (&summary["Complete"], &summary["AddedRecords"]),
        (&json!(true), &json!(2))
    );
}

#[test]
fn leaves_limits_to_the_service() {
    let service = Service::start(&[]);
    let mut lines = String::new();
    let identity = |number: u32| format!("us-east-1:00000000-0000-4000-8000-{number:012x}");
    for number in 0..1025 {
        lines += &line_of(&identity(1), "many", &format!("k{number}"), Some("v"));
    }
    for key in ["a", "b"] {
        lines += &line_of(&identity(2), "large", key, Some(&"v".repeat(600_000)));
    }
    lines += &line_of(&identity(3), "long", "k", Some(&"v".repeat(1_048_576)));
    lines += &line_of(&identity(3), "key", &"k".repeat(1025), Some("v"));
    for number in 0..21 {
        lines += &line_of(&identity(4), &format!("d{number:02}"), "k", Some("v"));
    }
    lines += &line_of("no id", "d", "k", Some("v"));
    write(&service.folder().join("in.ndjson"), &lines);
    let outcome = import(&service, "first", &["in.ndjson", "--concurrency", "1"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    assert_eq!(outcome.json()["FailedDatasets"], 6, "{outcome:?}");
    assert_eq!(outcome.json()["Datasets"], 20);
    for want in [
        "many failed: An error occurred (LimitExceededException)",
        "large failed: An error occurred (LimitExceededException)",
        "long failed: An error occurred (InvalidParameterException)",
        "key failed: An error occurred (InvalidParameterException)",
        "d20 failed: An error occurred (LimitExceededException)",
        "no id d failed: An error occurred (InvalidParameterException)",
    ] {
        assert!(
            outcome.stderr.contains(want),
            "{want}: {}",
            outcome.stderr.len()
        );
    }
}

/// What `help migration` says of an export and a later one with `--since`.
#[test]
fn imports_an_export_and_what_has_changed_since() {
    let service = Service::start(&[]);
    let [records, changes, later] = ["records.ndjson.gz", "changes.ndjson.gz", "later.ndjson.gz"];
    let export = |args: &[&str]| {
        let pool = ["export", "--identity-pool-id", POOL, "--list-rate", "500"];
        let outcome = run(on_store(&service, "old", &[&pool, args].concat()), "");
        assert_eq!(outcome.status, 0, "{outcome:?}");
    };
    let seed = |name: &str, content: &str| {
        write(&service.folder().join(name), content);
        let outcome = import(&service, "old", &[name, "--on-conflict", "replace"]);
        assert_eq!(outcome.status, 0, "{outcome:?}");
    };
    let of_notes = |key, value| line("notes", key, value);
    let before = [of_notes("a", Some("1")), of_notes("b", Some("1"))].concat();
    seed("before", &(before + &line("gone", "x", Some("1"))));
    export(&["--to", records]);
    seed(
        "after",
        &[
            of_notes("a", Some("2")),
            of_notes("b", None),
            of_notes("c", Some("3")),
        ]
        .concat(),
    );
    export(&["--deleted", "--since", records, "--to", changes]);
    let delete = [
        "delete-dataset",
        "--identity-pool-id",
        POOL,
        "--identity-id",
        IDENTITY,
        "--dataset-name",
        "gone",
    ];
    assert_eq!(run(on_store(&service, "old", &delete), "").status, 0);
    assert_eq!(import(&service, "new", &[records]).status, 0);
    let replace = [changes, "--on-conflict", "replace"];
    let outcome = import(&service, "new", &replace);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(outcome.json()["RemovedRecords"], 1);
    export(&["--to", later]);
    let verify = |files: &[&str]| {
        let args = [&["verify", "--list-rate", "500"], files].concat();
        run(on_store(&service, "new", &args), "")
    };
    let outcome = verify(&[changes]);
    let want = "3 records: no differences\n";
    assert_eq!((outcome.status, &*outcome.stdout), (0, want));
    let outcome = verify(&[later]);
    let want = format!("additional {IDENTITY} gone (1 record)\n2 records: 1 additional\n");
    assert_eq!((outcome.status, outcome.stdout), (1, want));
    assert_eq!(verify(&[records]).status, 1);
    let outcome = verify(&[records, changes]);
    assert!(outcome.stderr.contains("Sort the lines"), "{outcome:?}");
}
