//! Configuration of identity pools: push sync, streams, events and bulk publishes, and streaming
//! that a fault has disabled.

use serde_json::{Value, json};

use super::{Dataset, POOL, pool, remove, replace};
use crate::support::service::Service;

const ROLE: &str = "arn:aws:iam::123456789012:role/sync";

fn set(service: &Service, body: Value) -> Value {
    service
        .request("POST", &pool("/configuration"), Some(body))
        .json()
}

fn get(service: &Service) -> Value {
    service.request("GET", &pool("/configuration"), None).json()
}

fn streams(status: &str) -> Value {
    json!({"StreamName": "updates", "RoleArn": ROLE, "StreamingStatus": status})
}

#[test]
fn keeps_replaces_or_clears_sections() {
    let service = Service::start(&[]);
    let unknown = service
        .request("GET", &pool("/configuration"), None)
        .error();
    assert_eq!(unknown.2, format!("IdentityPool '{POOL}' not found."));
    assert_eq!(set(&service, json!({})), json!({"IdentityPoolId": POOL}));
    let app = "arn:aws:sns:us-east-1:123456789012:app/GCM/app";
    let push = json!({"ApplicationArns": [app], "RoleArn": ROLE});
    set(&service, json!({"PushSync": push}));
    let both =
        json!({"IdentityPoolId": POOL, "PushSync": push, "CognitoStreams": streams("ENABLED")});
    assert_eq!(
        set(&service, json!({"CognitoStreams": streams("ENABLED")})),
        both
    );
    assert_eq!(set(&service, json!({"PushSync": null})), both);
    assert_eq!(get(&service), both);
    let disabled = json!({"StreamingStatus": "DISABLED"});
    let want = json!({"IdentityPoolId": POOL, "PushSync": push, "CognitoStreams": disabled});
    assert_eq!(set(&service, json!({"CognitoStreams": disabled})), want);
    let want = json!({"IdentityPoolId": POOL, "CognitoStreams": disabled});
    assert_eq!(set(&service, json!({"PushSync": {}})), want);
    let rejected = service.request(
        "POST",
        &pool("/configuration"),
        Some(json!({"PushSync": {}, "CognitoStreams": {"RoleArn": "arn:aws:iam::x:role/short"}})),
    );
    assert_eq!(rejected.error().1, "InvalidParameterException");
    assert_eq!(get(&service), want, "a refused change changes nothing");
}

#[test]
fn sets_and_removes_functions_of_events() {
    let service = Service::start(&[]);
    let events = pool("/events");
    assert_eq!(service.request("GET", &events, None).error().0, 404);
    let function = "arn:aws:lambda:us-east-1:123456789012:function:sync";
    let set = |events_of_body: Value| {
        service.request("POST", &events, Some(json!({"Events": events_of_body})))
    };
    let answer = set(json!({"SyncTrigger": function}));
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    let shown = || service.request("GET", &events, None).json();
    assert_eq!(shown(), json!({"Events": {"SyncTrigger": function}}));
    set(json!({}));
    assert_eq!(shown(), json!({"Events": {"SyncTrigger": function}}));
    for bad in [
        json!({"Other": function}),
        json!({"SyncTrigger": "sync"}),
        json!({"SyncTrigger": "", "Other": ""}),
    ] {
        assert_eq!(set(bad).error().1, "InvalidParameterException");
    }
    assert_eq!(shown(), json!({"Events": {"SyncTrigger": function}}));
    set(json!({"SyncTrigger": ""}));
    assert_eq!(shown(), json!({"Events": {}}));
    let missing = service.request("POST", &events, Some(json!({}))).error();
    assert!(missing.2.contains("Value null at 'events'"), "{missing:?}");
}

#[test]
fn streams_changes_in_documented_format() {
    let service = Service::start(&["--outbox", "{DIR}/outbox"]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("before", "v", 0)])).json();
    set(&service, json!({"CognitoStreams": streams("ENABLED")}));
    dataset
        .update(json!([replace("k", "v", 0), remove("before", 1)]))
        .json();
    dataset.delete().json();
    let mut lines = service.outbox();
    let moment = |value: &mut Value| {
        let moment = value.take().as_i64().expect("milliseconds");
        assert!(moment > 1_700_000_000_000, "{moment}");
    };
    for line in &mut lines {
        moment(&mut line["record"]["lastModifiedDate"]);
        let records = line["record"]
            .get_mut("kinesisSyncRecords")
            .and_then(Value::as_array_mut);
        for record in records.into_iter().flatten() {
            moment(&mut record["lastModifiedDate"]);
            moment(&mut record["deviceLastModifiedDate"]);
        }
    }
    let record = |operation: &str, count: i64| {
        json!({"identityPoolId": POOL, "identityId": super::IDENTITY, "dataSetName": "d",
            "operation": operation, "lastModifiedDate": null, "payloadType": "Inline",
            "syncCount": count})
    };
    let mut update = record("replace", 2);
    update["kinesisSyncRecords"] = json!([
        {"key": "k", "value": "v", "syncCount": 2, "lastModifiedDate": null,
            "deviceLastModifiedDate": null, "op": "replace"},
        {"key": "before", "syncCount": 2, "lastModifiedDate": null,
            "deviceLastModifiedDate": null, "op": "remove"},
    ]);
    let line = |record: Value| {
        json!({"to": "stream", "streamName": "updates", "partitionKey": super::IDENTITY,
            "record": record})
    };
    assert_eq!(lines, [line(update), line(record("remove", 3))]);
}

#[test]
fn disables_streaming_after_fault_with_reason() {
    let options = [
        "--outbox",
        "{DIR}/outbox",
        "--fault",
        "PutRecord=ResourceNotFoundException:1",
    ];
    let service = Service::start(&options);
    set(&service, json!({"CognitoStreams": streams("ENABLED")}));
    assert_eq!(get(&service)["CognitoStreams"], streams("ENABLED"));
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("k", "v", 0)])).json();
    let shown = get(&service);
    assert_eq!(shown["CognitoStreams"]["StreamingStatus"], "DISABLED");
    let reason = shown["CognitoStreams"]["DisabledReason"]
        .as_str()
        .expect("a reason");
    assert!(reason.contains("ResourceNotFoundException"), "{reason}");
    assert_eq!(service.outbox(), Vec::<Value>::new());
    let other_section = set(&service, json!({"PushSync": {}}));
    assert!(other_section["CognitoStreams"]["DisabledReason"].is_string());
    let again = set(&service, json!({"CognitoStreams": streams("ENABLED")}));
    assert_eq!(
        again["CognitoStreams"],
        streams("ENABLED"),
        "set again, it streams again"
    );
    let unnamed = json!({"CognitoStreams": {"StreamingStatus": "ENABLED"}});
    set(&service, unnamed);
    dataset.update(json!([replace("k", "w", 1)])).json();
    let reason = get(&service)["CognitoStreams"]["DisabledReason"].clone();
    assert_eq!(reason, "No stream is named.");
}

#[test]
fn bulk_publish_sends_everything_once_in_24_hours() {
    let service = Service::start(&["--outbox", "{DIR}/outbox", "--bulk-publish-time", "1h"]);
    let (publish, details) = (pool("/bulkpublish"), pool("/getBulkPublishDetails"));
    let post = |service: &Service, target: &str| service.request("POST", target, None);
    assert_eq!(post(&service, &publish).error().0, 404);
    set(&service, json!({}));
    let never = json!({"BulkPublishStatus": "NOT_STARTED", "IdentityPoolId": POOL});
    assert_eq!(post(&service, &details).json(), never);
    Dataset::new(&service, "a")
        .update(json!([replace("k", "v", 0), replace("l", "v", 0)]))
        .json();
    Dataset::new(&service, "a")
        .update(json!([remove("l", 1)]))
        .json();
    Dataset::new(&service, "b")
        .update(json!([replace("k", "v", 0)]))
        .json();
    Dataset::new(&service, "gone")
        .update(json!([replace("k", "v", 0)]))
        .json();
    Dataset::new(&service, "gone").delete().json();
    assert_eq!(
        post(&service, &publish).error().1,
        "InvalidParameterException"
    );
    set(&service, json!({"CognitoStreams": streams("ENABLED")}));
    assert_eq!(
        post(&service, &publish).json(),
        json!({"IdentityPoolId": POOL})
    );
    let sent = service.outbox();
    let names: Vec<_> = sent
        .iter()
        .map(|line| &line["record"]["dataSetName"])
        .collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(
        sent[0]["record"]["kinesisSyncRecords"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let going = post(&service, &details).json();
    assert_eq!(going["BulkPublishStatus"], "IN_PROGRESS");
    assert!(
        going["BulkPublishStartTime"].is_number() && going.get("BulkPublishCompleteTime").is_none()
    );
    assert_eq!(
        post(&service, &publish).error().1,
        "DuplicateRequestException"
    );

    let later = |clock: &str| Service::start_in(service.shared_folder(), &["--clock", clock]);
    let done = later("+2h");
    let shown = post(&done, &details).json();
    assert_eq!(shown["BulkPublishStatus"], "SUCCEEDED");
    let moment = |name: &str| shown[name].as_f64().expect("a moment");
    let took = moment("BulkPublishCompleteTime") - moment("BulkPublishStartTime");
    assert!((took - 3600.0).abs() < 0.01, "{took}");
    assert_eq!(post(&done, &publish).error().1, "AlreadyStreamedException");
    assert_eq!(
        post(&later("+24h"), &publish).error().1,
        "AlreadyStreamedException"
    );
    post(&later("+26h"), &publish).json();
}

#[test]
fn bulk_publish_fails_with_its_stream() {
    let service = Service::start(&["--fault", "PutRecord=Throttled", "--bulk-publish-time", "0"]);
    Dataset::new(&service, "a")
        .update(json!([replace("k", "v", 0)]))
        .json();
    set(&service, json!({"CognitoStreams": streams("ENABLED")}));
    service.request("POST", &pool("/bulkpublish"), None).json();
    let shown = service
        .request("POST", &pool("/getBulkPublishDetails"), None)
        .json();
    assert_eq!(shown["BulkPublishStatus"], "FAILED");
    assert!(
        shown["FailureMessage"]
            .as_str()
            .is_some_and(|why| why.contains("Throttled"))
    );
    assert_eq!(shown.get("BulkPublishCompleteTime"), None);
    set(&service, json!({"CognitoStreams": streams("ENABLED")}));
    service.request("POST", &pool("/bulkpublish"), None).json();
}
