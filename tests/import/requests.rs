//! The requests of an import.

use std::collections::BTreeSet;

use serde_json::json;

use super::dataset_server::{DatasetServer, IDENTITY, counts, line, refuse, summary_counts};
use crate::support::outcome::run;

#[test]
fn sends_sync_count_of_each_record_token_and_date() {
    let server = DatasetServer::new();
    server.store(|store| {
        store.page_size = 2;
        store.set("settings", "equal", Some("v"));
        store.set("settings", "removed", None);
        store.set("settings", "other", Some("old"));
        store.set("settings", "to remove", Some("old"));
        store.set("settings", "mine", Some("stays"));
    });
    let lines = [
        line("settings", "equal", Some("v")),
        line("settings", "new", Some("")),
        line("settings", "other", Some("v")),
        line("settings", "removed", Some("again")),
        line("settings", "to remove", None),
        line("settings", "unknown", None),
    ];
    server.write("in.ndjson", &lines.concat());
    let outcome = server.import(&["in.ndjson", "--on-conflict", "replace"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let updates = server.updates();
    let date = json!(1_400_000_000.125);
    let patch = |key: &str, value: &str, count: i64| {
        json!({"Op": "replace", "Key": key, "Value": value, "SyncCount": count,
            "DeviceLastModifiedDate": date})
    };
    let removal =
        json!({"Op": "remove", "Key": "to remove", "SyncCount": 4, "DeviceLastModifiedDate": date});
    let want = json!({"SyncSessionToken": "token 3", "RecordPatches": [
        removal, patch("new", "", 0), patch("other", "v", 3), patch("removed", "again", 2)]});
    assert_eq!(updates, [want]);
    // Three pages before the update, and three that verify it.
    assert_eq!(server.lists(), 6);
    let want = counts(&[
        ("AddedRecords", 2),
        ("Datasets", 1),
        ("RemovedRecords", 1),
        ("ReplacedRecords", 1),
        ("UnchangedRecords", 2),
    ]);
    let mut got = summary_counts(&outcome);
    got.sort();
    assert_eq!(got, want);
    assert_eq!(outcome.json()["Complete"], true);
}

#[test]
fn creates_absent_dataset_and_reads_equal_one_once() {
    let server = DatasetServer::new();
    server.write("in.ndjson", &line("settings", "k", Some("v")));
    assert_eq!(server.import(&["in.ndjson"]).status, 0);
    assert_eq!(server.updates().len(), 1);
    assert_eq!(server.lists(), 2);
    let outcome = server.import(&["in.ndjson", "--restart"]);
    assert_eq!(
        summary_counts(&outcome),
        counts(&[("Datasets", 1), ("UnchangedRecords", 1)])
    );
    assert_eq!((server.updates().len(), server.lists()), (1, 3));
}

#[test]
fn divides_large_datasets() {
    let server = DatasetServer::new();
    let records = (0..2500).map(|number| line("many", &format!("k{number:04}"), Some("v")));
    let half = "v".repeat(600_000);
    let large = ["a", "b", "c"].map(|key| line("large", key, Some(&half)));
    server.write(
        "in.ndjson",
        &(records.collect::<String>() + &large.concat()),
    );
    let outcome = server.import(&["in.ndjson", "--concurrency", "1"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let updates = server.updates();
    let sizes: Vec<_> = updates
        .iter()
        .map(|update| update["RecordPatches"].as_array().expect("patches").len())
        .collect();
    assert_eq!(sizes, [1024, 1024, 452, 1, 1, 1]);
    let tokens: BTreeSet<_> = updates
        .iter()
        .map(|update| update["SyncSessionToken"].to_string())
        .collect();
    assert_eq!(tokens.len(), 6);
    assert_eq!(server.store(|store| store.values("many").len()), 2500);
    let counts = summary_counts(&outcome);
    assert!(
        counts.contains(&("AddedRecords".into(), 2503)),
        "{counts:?}"
    );
}

#[test]
fn sends_all_characters_and_lone_surrogates_unchanged() {
    // The parser of the server knows no lone surrogates.
    let server = DatasetServer::with(|request, _| {
        let is_update = request.method == "POST";
        is_update.then(|| refuse(400, "InvalidParameterException", "wrong"))
    });
    let value = "line\nend\r\n\t\"\\/é😀\u{2028}\u{7f}\u{0}";
    let halves = line("settings", "half KEY", Some("VALUE tail"));
    let halves = halves.replace("KEY", "\\udc00").replace("VALUE", "\\ud83d");
    server.write(
        "in.ndjson",
        &(line("settings", "all", Some(value)) + &halves),
    );
    assert_eq!(server.import(&["in.ndjson"]).status, 254);
    let bodies: Vec<_> = server
        .stub
        .requests()
        .into_iter()
        .filter(|request| request.method == "POST")
        .map(|request| String::from_utf8(request.body).expect("UTF-8"))
        .collect();
    assert_eq!(bodies.len(), 1);
    for body in bodies {
        assert!(
            body.contains(r#""half \udc00""#) && body.contains(r#""\ud83d tail""#),
            "{body}"
        );
        let known = body.replace("\\udc00", "").replace("\\ud83d", "");
        let body: serde_json::Value = serde_json::from_str(&known).expect("JSON");
        assert_eq!(body["RecordPatches"][0]["Value"], value);
    }
}

#[test]
fn takes_records_of_standard_input_and_several_files_in_order() {
    let server = DatasetServer::new();
    let first = line("settings", "k", Some("old")) + &line("other", "k", Some("v"));
    server.write("a.ndjson", &first);
    server.write("b.ndjson", &line("settings", "k", Some("new")));
    let outcome = server.import(&["a.ndjson", "b.ndjson", "--on-conflict", "replace"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let want = counts(&[("Datasets", 3), ("AddedRecords", 2), ("ReplacedRecords", 1)]);
    assert_eq!(summary_counts(&outcome), want);
    let value = |dataset: &str| server.store(|store| store.values(dataset));
    assert_eq!(value("settings"), [("k".into(), Some("new".into()))]);
    let stdin = line("settings", "s", Some("v")) + "\n" + &line("settings", "s", Some("last"));
    let outcome = run(server.command(&["-"]), &stdin);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(value("settings")[1], ("s".into(), Some("last".into())));
    let files = std::fs::read_dir(server.path("")).expect("a folder");
    let files = files.map(|file| file.expect("a file").file_name());
    let journals = files.filter(|name| name.to_string_lossy().contains("import"));
    assert_eq!(journals.count(), 1, "standard input has none");
}

#[test]
fn imports_into_other_pool_and_identities() {
    let server = DatasetServer::new();
    let other_pool = "eu-west-1:11111111-0d3b-4a6f-9c52-000000000009";
    let other = "eu-west-1:00000000-0000-4000-8000-000000000099";
    let unknown = super::dataset_server::line_of("us-east-1:0", "settings", "k", Some("v"));
    server.write("in.ndjson", &(line("settings", "k", Some("v")) + &unknown));
    server.write("map", &format!("# old new\n{IDENTITY} {other}\n"));
    let args = [
        "in.ndjson",
        "--identity-pool-id",
        other_pool,
        "--identity-map",
        "map",
    ];
    let outcome = server.import(&args);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    let want = "us-east-1:0 settings failed: The identity is not in --identity-map map.";
    assert!(outcome.stderr.contains(want), "{outcome:?}");
    let paths: BTreeSet<_> = server
        .stub
        .requests()
        .into_iter()
        .map(|request| request.path.replace("%3A", ":"))
        .collect();
    let path = format!("/identitypools/{other_pool}/identities/{other}/datasets/settings");
    assert_eq!(paths, BTreeSet::from([path.clone(), path + "/records"]));
    let signed = &server.stub.requests()[0];
    let authorization = signed.header("authorization").unwrap_or_default();
    assert!(
        authorization.contains("/eu-west-1/cognito-sync/"),
        "{authorization}"
    );
    assert_eq!(
        server.read("in.ndjson.import-failed.ndjson"),
        unknown_in_order(&unknown)
    );
}

/// The line as the program writes it.
fn unknown_in_order(line: &str) -> String {
    let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let names = [
        "IdentityPoolId",
        "IdentityId",
        "DatasetName",
        "Key",
        "Value",
        "SyncCount",
        "LastModifiedDate",
        "DeviceLastModifiedDate",
        "LastModifiedBy",
    ];
    let members: Vec<_> = names
        .iter()
        .map(|name| format!("\"{name}\":{}", record[name]))
        .collect();
    format!("{{{}}}\n", members.join(","))
}
