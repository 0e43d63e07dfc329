//! `--since`: only what has changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::record_server::{RecordServer, id, identity_number, records, sorted_lines};
use crate::support::stub::ok;

/// A server on which, once `changed` is set, one dataset of identity 4 has changed, another looks
/// as if it had, and identity 5 has a new one.
fn changing_server(changed: &Arc<AtomicBool>) -> RecordServer {
    let changed = Arc::clone(changed);
    RecordServer::with(8, move |received| {
        if !changed.load(Ordering::SeqCst) {
            return None;
        }
        let path = &received.request.path;
        let number = identity_number(path)?;
        let dataset = |name: &str, date: f64| {
            json!({"DatasetName": name, "NumRecords": 3, "DataStorage": 20, "CreationDate": 1.4E9,
                "LastModifiedDate": date})
        };
        let before = 1_412_974_057.151;
        if path.ends_with("/datasets") && number == 4 {
            let datasets = [
                dataset("notes", 1_500_000_000.0),
                dataset("settings", 1_500_000_000.0),
            ];
            return Some(ok(&json!({"Datasets": datasets}).to_string()));
        }
        if path.ends_with("/datasets") && number == 5 {
            let datasets = ["new", "notes", "settings"].map(|name| dataset(name, before));
            return Some(ok(&json!({"Datasets": datasets}).to_string()));
        }
        let is_changed = number == 4 && path.ends_with("/notes/records");
        is_changed.then(|| ok(&records(4, 9).to_string()))
    })
}

#[test]
fn exports_only_changed_datasets() {
    let changed = Arc::new(AtomicBool::new(false));
    let server = changing_server(&changed);
    assert_eq!(server.export(&["--to", "first.ndjson"]).status, 0);
    let before = server.stub.requests().len();
    let outcome = server.export(&["--to", "none.ndjson", "--since", "first.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(server.sorted_lines("none.ndjson").is_empty());
    assert_eq!(outcome.json()["UnchangedDatasets"], 16);
    // The list of identities and one of datasets each.
    assert_eq!(server.stub.requests().len() - before, 9);
    changed.store(true, Ordering::SeqCst);
    // An export since an export that wrote nothing knows of all datasets, too.
    for (output, since) in [
        ("second.ndjson", "first.ndjson"),
        ("third.ndjson", "none.ndjson"),
    ] {
        let outcome = server.export(&["--to", output, "--since", since]);
        assert_eq!(outcome.status, 0, "{outcome:?}");
        let lines = server.sorted_lines(output);
        let datasets: std::collections::BTreeSet<_> = lines
            .iter()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
            .map(|record| format!("{} {}", record["IdentityId"], record["DatasetName"]))
            .collect();
        let want = [
            format!("{:?} \"notes\"", id(4)),
            format!("{:?} \"new\"", id(5)),
        ];
        assert_eq!(datasets.into_iter().collect::<Vec<_>>(), want);
        let summary = outcome.json();
        assert_eq!(
            (&summary["Datasets"], &summary["UnchangedDatasets"]),
            (&2.into(), &15.into())
        );
    }
}

#[test]
fn reads_single_dataset_to_compare_it() {
    let changed = Arc::new(AtomicBool::new(false));
    let server = changing_server(&changed);
    assert_eq!(
        server
            .export(&["--to", "first.ndjson", "--dataset", "notes"])
            .status,
        0
    );
    changed.store(true, Ordering::SeqCst);
    let outcome = server.export(&["--dataset", "notes", "--since", "first.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let lines = sorted_lines(&outcome.stdout);
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line.contains(&id(4))), "{lines:?}");
}

#[test]
fn rejects_files_without_journal() {
    let server = RecordServer::new(1);
    let outcome = server.export(&["--since", "absent.ndjson"]);
    outcome.assert_fails(252, "absent.ndjson.journal: cannot be read: No such file");
    assert_eq!(server.stub.requests().len(), 0);
}
