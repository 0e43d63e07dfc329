//! Lone surrogates (`\ud83d` by itself), which strings of Java may contain: stored, listed, and
//! delivered as they were sent.

use std::fs;

use serde_json::json;

use super::{Dataset, POOL, pool};
use crate::support::service::{Service, ServiceResponse};

/// Sends a body as it is.
fn post(service: &Service, target: &str, body: &str) -> ServiceResponse {
    let length = body.len();
    let request = format!(
        "POST {target} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    let response = service.exchange(request.as_bytes());
    response.expect("the service responds")
}

#[test]
fn returns_and_delivers_lone_surrogates_as_sent() {
    let program = ["--outbox", "{DIR}/outbox", "--sync-trigger", "cat"];
    let service = Service::start(&program);
    let streams = json!({"CognitoStreams": {"StreamName": "s", "StreamingStatus": "ENABLED",
        "RoleArn": "arn:aws:iam::123456789012:role/stream"}});
    service.request("POST", &pool("/configuration"), Some(streams));
    let events =
        json!({"Events": {"SyncTrigger": "arn:aws:lambda:us-east-1:123456789012:function:f"}});
    service.request("POST", &pool("/events"), Some(events));
    let dataset = Dataset::new(&service, "d");
    let body = |token: &str| {
        format!(
            r#"{{"SyncSessionToken":"{token}","RecordPatches":[{{"Op":"replace","Key":"k\uDE00",
                "Value":"\ud83d\\ud83d\ud83d\ude00","SyncCount":0}}]}}"#
        )
    };
    let tokens = [dataset.token(), dataset.token()];
    let response = post(&service, &dataset.path(""), &body(&tokens[0]));
    assert_eq!(response.status, 200, "{response:?}");
    let (key, value) = (r#""k\ude00""#, r#""\ud83d\\ud83d😀""#);
    for body in [response.body, dataset.list("").body] {
        assert!(body.contains(&format!("\"Key\":{key},")), "{body}");
        assert!(body.contains(&format!("\"Value\":{value}")), "{body}");
    }
    let outbox = fs::read_to_string(service.folder().join("outbox")).expect("an outbox");
    let lines: Vec<_> = outbox.lines().collect();
    assert_eq!(lines.len(), 2, "{outbox}");
    assert!(lines[0].contains(&format!("{key}:{{")), "{outbox}");
    assert!(lines[1].contains(&format!("\"value\":{value}")), "{outbox}");
    // The messages of errors have them, too.
    let conflict = post(&service, &dataset.path(""), &body(&tokens[1]));
    assert_eq!(conflict.status, 409, "{conflict:?}");
    assert!(conflict.body.contains(r"k\ude00"), "{conflict:?}");
    let command = ["list-records", "--identity-pool-id", POOL, "--identity-id"];
    let command = [&command[..], &[super::IDENTITY, "--dataset-name", "d"]].concat();
    let printed = service.run(&[&command[..], &["--query", "Records[0].[Key, Value]"]].concat());
    let printed = String::from_utf8(printed.stdout).expect("UTF-8");
    assert_eq!(
        printed,
        "[\n    \"k\\ude00\",\n    \"\\ud83d\\\\ud83d😀\"\n]\n"
    );
}
