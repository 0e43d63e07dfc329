//! The event SyncTrigger, with a program in the place of the function. What answers come to in detail is
//! tested where the rules are; here, when the program is asked, and what its end means.

use serde_json::json;

use super::{Dataset, pool, replace};
use crate::support::service::Service;

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:sync";

/// A service whose identity pool has a function, for which this program answers.
fn with_program(program: &str, more: &[&str]) -> Service {
    let mut options = vec!["--outbox", "{DIR}/outbox", "--sync-trigger", program];
    options.extend(more);
    let service = Service::start(&options);
    let body = json!({"Events": {"SyncTrigger": FUNCTION}});
    service.request("POST", &pool("/events"), Some(body));
    service
}

#[test]
fn the_program_changes_an_update() {
    let program = r#"sed 's/"newValue":"v"/"newValue":"changed"/'"#;
    let service = with_program(program, &[]);
    let dataset = Dataset::of(&service, "d");
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
fn answers_that_cannot_be_used_refuse_the_update() {
    let table = [
        ("echo nonsense", 400, "InvalidLambdaFunctionOutputException"),
        ("exit 1", 400, "InvalidLambdaFunctionOutputException"),
        ("sleep 60", 400, "LambdaSocketTimeoutException"),
    ];
    for (program, status, code) in table {
        let service = with_program(program, &[]);
        let dataset = Dataset::of(&service, "d");
        let refused = dataset.update(json!([replace("k", "v", 0)])).refusal();
        assert_eq!((refused.0, refused.1.as_str()), (status, code), "{program}");
        assert_eq!(dataset.list("").json()["DatasetExists"], false);
        assert!(service.outbox()[0]["error"].is_string());
    }
}

#[test]
fn a_refused_update_does_not_ask() {
    let service = with_program("cat", &[]);
    let dataset = Dataset::of(&service, "d");
    dataset.update(json!([replace("k", "v", 0)])).json();
    let refused = dataset.update(json!([replace("k", "w", 0)])).refusal();
    assert_eq!(refused.2, "Current SyncCount for: k is: 1 not: 0");
    dataset.update(json!([])).json();
    assert_eq!(service.outbox().len(), 1);
}

#[test]
fn without_a_program_the_outbox_tells_and_the_update_stays() {
    let service = Service::start(&["--outbox", "{DIR}/outbox"]);
    let dataset = Dataset::of(&service, "d");
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
fn developers_updates_do_not_ask() {
    // With --strict, whoever is not known to be an identity is a developer.
    let service = with_program("exit 1", &["--strict"]);
    let dataset = Dataset::of(&service, "d");
    dataset.update(json!([replace("k", "v", 0)])).json();
    let body = json!({"SyncSessionToken": dataset.token(),
        "RecordPatches": [replace("k", "w", 1)]});
    let session = [("x-amz-security-token", "t")];
    let of_identity = service.request_with("POST", &dataset.path(""), &session, Some(body));
    assert_eq!(
        of_identity.refusal().1,
        "InvalidLambdaFunctionOutputException"
    );
}

#[test]
fn an_update_that_was_overtaken_asks_again() {
    // The program's first run changes the dataset itself, behind the update's back.
    let program = "if mkdir {DIR}/once; then $PROGRAM_OF_TEST; fi; cat";
    let service = with_program(
        &program.replace("$PROGRAM_OF_TEST", "sh {DIR}/overtake >/dev/null"),
        &[],
    );
    let dataset = Dataset::of(&service, "d");
    let overtaking = format!(
        "body='{}'\nprintf 'POST {} HTTP/1.1\\r\\nhost: x\\r\\nx-amz-user: x\\r\\ncontent-length: %s\\r\\nconnection: close\\r\\n\\r\\n%s' \
         \"${{#body}}\" \"$body\" | python3 -c \"\nimport socket, sys\ns = socket.create_connection(('127.0.0.1', {}))\n\
         s.sendall(sys.stdin.buffer.read())\nwhile s.recv(4096): pass\n\"\n",
        json!({"SyncSessionToken": dataset.token(), "RecordPatches": [replace("other", "x", 0)]}),
        dataset.path(""),
        service.address().rsplit(':').next().expect("a port"),
    );
    std::fs::write(service.folder().join("overtake"), overtaking).expect("it can be written");
    let updated = dataset.update(json!([replace("k", "v", 0)])).json();
    assert_eq!(
        updated["Records"][0]["SyncCount"], 2,
        "the other one was first"
    );
    let asked = service.outbox();
    let last = asked.last().expect("it was asked");
    assert_eq!(last["event"]["datasetRecords"]["other"]["oldValue"], "x");
}
