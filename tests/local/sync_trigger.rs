//! SyncTrigger with a program that replaces the function: when the program is invoked, and how it
//! may end. The unit tests of `sync_trigger` check its output in detail.

use std::thread;

use serde_json::{Value, json};

use super::{Dataset, IDENTITY, POOL, pool, replace};
use crate::support::service::Service;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:sync";

/// Returns a service whose identity pool has a function, which this program replaces.
fn service_with_program(program: &str, more: &[&str]) -> Service {
    let mut options = vec!["--outbox", "{DIR}/outbox", "--sync-trigger", program];
    options.extend(more);
    let service = Service::start(&options);
    let body = json!({"Events": {"SyncTrigger": FUNCTION}});
    service.request("POST", &pool("/events"), Some(body));
    service
}

#[test]
fn program_changes_an_update() {
    let program = r#"sed 's/"newValue":"v"/"newValue":"changed"/'"#;
    let service = service_with_program(program, &[]);
    let dataset = Dataset::new(&service, "d");
    let updated = dataset
        .update(json!([replace("k", "v", 0), replace("l", "x", 0)]))
        .json();
    assert_eq!(updated["Records"][0]["Value"], "changed");
    assert_eq!(updated["Records"][1]["Value"], "x");
    let lines = service.outbox();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["to"], "function");
    assert_eq!(lines[0]["functionArn"], FUNCTION);
    let shown = &lines[0]["event"]["datasetRecords"]["k"];
    assert_eq!(
        shown,
        &json!({"oldValue": null, "newValue": "v", "op": "replace"})
    );
    assert_eq!(
        lines[0]["answer"]["datasetRecords"]["k"]["newValue"],
        "changed"
    );
}

#[test]
fn rejects_update_on_invalid_output() {
    let table = [
        ("echo nonsense", 400, "InvalidLambdaFunctionOutputException"),
        ("exit 1", 400, "InvalidLambdaFunctionOutputException"),
        ("sleep 60", 400, "LambdaSocketTimeoutException"),
    ];
    for (program, status, code) in table {
        let service = service_with_program(program, &[]);
        let dataset = Dataset::new(&service, "d");
        let rejected = dataset.update(json!([replace("k", "v", 0)])).error();
        assert_eq!(
            (rejected.0, rejected.1.as_str()),
            (status, code),
            "{program}"
        );
        assert_eq!(dataset.list("").json()["DatasetExists"], false);
        assert!(service.outbox()[0]["error"].is_string());
    }
}

#[test]
fn rejected_update_invokes_nothing() {
    let service = service_with_program("cat", &[]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("k", "v", 0)])).json();
    let rejected = dataset.update(json!([replace("k", "w", 0)])).error();
    assert_eq!(rejected.2, "Current SyncCount for: k is: 1 not: 0");
    dataset.update(json!([])).json();
    assert_eq!(service.outbox().len(), 1);
}

#[test]
fn records_invocation_in_outbox_without_program() {
    let service = Service::start(&["--outbox", "{DIR}/outbox"]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("k", "v", 0)])).json();
    assert_eq!(service.outbox().len(), 0, "no function, no call");
    let body = json!({"Events": {"SyncTrigger": FUNCTION}});
    service.request("POST", &pool("/events"), Some(body));
    let updated = dataset.update(json!([replace("k", "w", 1)])).json();
    assert_eq!(updated["Records"][0]["Value"], "w");
    let lines = service.outbox();
    assert_eq!(lines[0]["event"]["datasetRecords"]["k"]["oldValue"], "v");
    assert_eq!(lines[0].get("answer"), None);
}

#[test]
fn updates_of_developers_invoke_nothing() {
    // With --strict, a principal that is not known to be an identity is a developer.
    let service = service_with_program("exit 1", &["--strict"]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("k", "v", 0)])).json();
    let body = json!({"SyncSessionToken": dataset.token(),
        "RecordPatches": [replace("k", "w", 1)]});
    let session = [("x-amz-security-token", "t")];
    let of_identity = service.request_with("POST", &dataset.path(""), &session, Some(body));
    assert_eq!(
        of_identity.error().1,
        "InvalidLambdaFunctionOutputException"
    );
}

#[test]
fn invokes_function_once_per_update() {
    const UPDATES: usize = 12;
    let service = service_with_program("sleep 0.05; cat", &[]);
    let dataset = Dataset::new(&service, "d");
    let mut sync_counts: Vec<_> = thread::scope(|scope| {
        let update = |number: usize| {
            let patch = replace(&format!("k{number}"), "v", 0);
            scope.spawn(move || dataset.update(json!([patch])).json())
        };
        let updates: Vec<_> = (0..UPDATES).map(update).collect();
        let updated = updates.into_iter().map(|update| update.join().unwrap());
        let sync_count = |updated: Value| updated["Records"][0]["SyncCount"].as_u64();
        updated.map(sync_count).collect()
    });
    sync_counts.sort_unstable();
    let want: Vec<_> = (1..=UPDATES as u64).map(Some).collect();
    assert_eq!(sync_counts, want);
    let calls = service.outbox();
    assert_eq!(calls.len(), UPDATES);
    // Each invocation sees what all earlier updates have written.
    for (earlier, call) in calls.iter().enumerate() {
        let records = call["event"]["datasetRecords"].as_object();
        let unchanged = records.into_iter().flatten();
        let unchanged = unchanged.filter(|(_, entry)| entry["op"] == "none");
        assert_eq!(unchanged.count(), earlier, "{call}");
    }
}

#[test]
fn rejects_later_of_two_updates_without_invocation() {
    let service = service_with_program("sleep 0.2; cat", &[]);
    let dataset = Dataset::new(&service, "d");
    let mut statuses: Vec<_> = thread::scope(|scope| {
        let update =
            |value| scope.spawn(move || dataset.update(json!([replace("k", value, 0)])).status);
        let updates = ["v", "w"].map(update);
        updates
            .into_iter()
            .map(|update| update.join().unwrap())
            .collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(service.outbox().len(), 1);
}

#[test]
fn runs_updates_of_different_datasets_in_parallel() {
    // A program exits only once both have started.
    let program = "mkdir {DIR}/run.$$; until [ $(ls -d {DIR}/run.* | wc -l) = 2 ]; do sleep 0.05; \
                   done; cat";
    let service = service_with_program(program, &[]);
    thread::scope(|scope| {
        for name in ["d", "e"] {
            let dataset = Dataset::new(&service, name);
            scope.spawn(move || dataset.update(json!([replace("k", "v", 0)])).json());
        }
    });
}

#[test]
fn reports_conflict_with_writes_of_another_process_by_record() {
    for (key, status) in [("other", 200), ("k", 409)] {
        // The program itself writes to the store, as another process may.
        let program = format!(
            "set -e; arguments='--local --identity-pool-id {POOL} --identity-id {IDENTITY} \
                --dataset-name d --output text'\n\
             token=$({PROGRAM} list-records $arguments --query SyncSessionToken)\n\
             {PROGRAM} update-records $arguments --sync-session-token \"$token\" \
                --record-patches Op=replace,Key={key},Value=x,SyncCount=0 >&2\n\
             cat",
        );
        let service = service_with_program(&program, &[]);
        let dataset = Dataset::new(&service, "d");
        let answer = dataset.update(json!([replace("k", "v", 0)]));
        assert_eq!(answer.status, status, "{answer:?}");
        if status == 409 {
            assert_eq!(answer.error().2, "Current SyncCount for: k is: 1 not: 0");
        }
        assert_eq!(service.outbox().len(), 1, "one call for the update");
    }
}

#[test]
fn function_does_not_overwrite_concurrent_changes() {
    // The function changes a record that the update does not touch, and that another process has
    // changed since the event was built.
    let program = format!(
        "set -e; event=$(cat); arguments='--local --identity-pool-id {POOL} \
            --identity-id {IDENTITY} --dataset-name d --output text'\n\
         if mkdir {{DIR}}/once; then printf %s \"$event\"; exit; fi\n\
         token=$({PROGRAM} list-records $arguments --query SyncSessionToken)\n\
         {PROGRAM} update-records $arguments --sync-session-token \"$token\" \
            --record-patches Op=replace,Key=seen,Value=theirs,SyncCount=1 >&2\n\
         printf %s \"$event\" | sed 's/\"newValue\":\"old\"/\"newValue\":\"mine\"/'",
    );
    let service = service_with_program(&program, &[]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("seen", "old", 0)])).json();
    let rejected = dataset.update(json!([replace("k", "v", 0)])).error();
    let want = "Current SyncCount for: seen is: 2 not: 1";
    assert_eq!((rejected.0, rejected.2.as_str()), (409, want));
    assert_eq!(dataset.list("").json()["Records"][0]["Value"], "theirs");
}
