//! `apply` where others change the same pools, and where the service throttles and fails.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::pool_server::{OmittedSection, PoolServer, id, pool_statuses, service_error};
use crate::support::stub::ok;

const ROLE: &str = "arn:aws:iam::123456789012:role/push";

/// A server that rejects the first writes to its pool with this error, and a state file.
fn failing(status: u16, code: &'static str, failures: usize) -> PoolServer {
    let count = AtomicUsize::new(0);
    let server = PoolServer::with(
        [(id(1), json!({}))],
        OmittedSection::Kept,
        move |received| {
            if received.request.method != "POST" {
                return None;
            }
            let number = count.fetch_add(1, Ordering::SeqCst);
            (number < failures).then(|| service_error(status, code))
        },
    );
    server.write_pools(
        "p.json",
        [(&id(1), &json!({"PushSync": {"RoleArn": ROLE}}))],
    );
    server
}

#[test]
fn retries_concurrent_modification_with_new_read() {
    let server = failing(400, "ConcurrentModificationException", 3);
    let outcome = server.run(&["apply", "p.json"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let methods: Vec<_> = server
        .stub
        .requests()
        .iter()
        .map(|r| r.method.clone())
        .collect();
    assert_eq!(
        methods,
        [
            "GET", "POST", "GET", "POST", "GET", "POST", "GET", "POST", "GET"
        ]
    );
}

#[test]
fn gives_up_after_five_concurrent_modifications() {
    let server = failing(400, "ConcurrentModificationException", 99);
    let outcome = server.run(&["apply", "p.json", "--output", "json"]);
    assert_eq!(
        (outcome.status, pool_statuses(&outcome)),
        (254, vec!["FAILED".to_string()])
    );
    let error = outcome.json()["Pools"][0]["Error"].clone();
    assert_eq!(error["Code"], "ConcurrentModificationException");
    let message = error["Message"].as_str().unwrap_or_default();
    let retries = " (others kept changing the identity pool: it was read again and the change tried again \
                   5 times)";
    assert!(message.ends_with(retries), "{message}");
    assert_eq!(error["MayHaveChanged"], false);
    assert_eq!(server.writes().len(), 6);
}

#[test]
fn keeps_what_another_writer_changed_meanwhile() {
    // Between the first read and the retry, another writer sets the streams.
    let streams = json!({"StreamName": "theirs"});
    let count = AtomicUsize::new(0);
    let theirs = streams.clone();
    let server = PoolServer::with(
        [(id(1), json!({}))],
        OmittedSection::Erased,
        move |received| match (
            received.request.method.as_str(),
            count.fetch_add(1, Ordering::SeqCst),
        ) {
            ("POST", 1) => Some(service_error(400, "ConcurrentModificationException")),
            ("GET", 2) => Some(ok(&json!({"CognitoStreams": theirs}).to_string())),
            _ => None,
        },
    );
    server.write_pools(
        "p.json",
        [(&id(1), &json!({"PushSync": {"RoleArn": ROLE}}))],
    );
    assert_eq!(server.run(&["apply", "p.json"]).status, 0);
    let want = [
        json!({"PushSync": {"RoleArn": ROLE}}),
        json!({"PushSync": {"RoleArn": ROLE}, "CognitoStreams": streams}),
    ];
    assert_eq!(server.writes(), want);
}

#[test]
fn waits_for_throttling_to_end() {
    for (status, code) in [
        (429, "TooManyRequestsException"),
        (400, "ThrottlingException"),
    ] {
        let server = failing(status, code, 2);
        let outcome = server.run(&["apply", "p.json"]);
        assert_eq!(outcome.status, 0, "{outcome:?}");
        assert_eq!(server.writes().len(), 3);
    }
}

#[test]
fn retries_errors_of_service_as_often_as_operations() {
    let server = failing(500, "InternalErrorException", 2);
    assert_eq!(server.run(&["apply", "p.json"]).status, 0);
    let server = failing(500, "InternalErrorException", 3);
    let outcome = server.run(&["apply", "p.json"]);
    assert_eq!(outcome.status, 254);
    let want = "InternalErrorException: InternalErrorException happened (after 3 attempts)";
    assert!(outcome.stdout.contains(want), "{outcome:?}");
}
