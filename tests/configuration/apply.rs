//! `apply`: what is written, and what is reported.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::pool_server::{OmittedSection, PoolServer, id, pool_statuses, service_error};
use crate::support::outcome::run;
use crate::support::stub::{Action, Received, ok};

const ROLE: &str = "arn:aws:iam::123456789012:role/push";
const OTHER_ROLE: &str = "arn:aws:iam::123456789012:role/other";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

fn is_write(received: &Received, kind: &str) -> bool {
    let request = &received.request;
    request.method == "POST" && request.path.ends_with(kind)
}

/// A server with one pool and a state file that changes all of its sections.
fn one_pool(intercept: impl Fn(&Received) -> Option<Action> + Send + Sync + 'static) -> PoolServer {
    let live = json!({"PushSync": {"RoleArn": ROLE}});
    let server = PoolServer::with([(id(1), live)], OmittedSection::Kept, intercept);
    let desired = json!({"PushSync": {"RoleArn": OTHER_ROLE}, "Events": {"SyncTrigger": FUNCTION}});
    server.write_pools("p.json", [(&id(1), &desired)]);
    server
}

#[test]
fn writes_what_differs_and_verifies_it() {
    let streams = json!({"StreamName": "s", "RoleArn": ROLE, "StreamingStatus": "DISABLED"});
    let mut live_streams = streams.clone();
    live_streams["DisabledReason"] = json!("no permission");
    let server = PoolServer::with(
        [
            (
                id(1),
                json!({"PushSync": {"RoleArn": ROLE}, "CognitoStreams": live_streams}),
            ),
            (id(2), json!({"PushSync": {"RoleArn": ROLE}})),
            (
                id(3),
                json!({"Events": {"SyncTrigger": FUNCTION}, "CognitoStreams": streams}),
            ),
            (id(4), json!({})),
        ],
        OmittedSection::Erased,
        |_| None,
    );
    server.write(
        "p.yaml",
        &format!(
            "pools:\n\
             - IdentityPoolId: {}\n  PushSync: {{RoleArn: {OTHER_ROLE}}}\n\
             - IdentityPoolId: {}\n  PushSync: {{RoleArn: {ROLE}}}\n\
             - IdentityPoolId: {}\n  CognitoStreams: {{}}\n  Events: {{}}\n\
             - IdentityPoolId: {}\n  PushSync: {{}}\n  CognitoStreams: {{}}\n  Events: {{}}\n",
            id(1),
            id(2),
            id(3),
            id(4)
        ),
    );
    let outcome = server.run(&["apply", "p.yaml", "--concurrency", "1"]);
    let want = format!(
        "{} changed (p.yaml:2:3)\n  - PushSync.RoleArn: {ROLE}\n  + PushSync.RoleArn: {OTHER_ROLE}\n\
         {} changed (p.yaml:6:3)\n  - CognitoStreams.StreamName: s\n  - CognitoStreams.RoleArn: {ROLE}\n  \
         - CognitoStreams.StreamingStatus: DISABLED\n  - Events.SyncTrigger: {FUNCTION}\n\
         4 pools: 2 changed, 2 unchanged\n",
        id(1),
        id(3)
    );
    assert_eq!(
        (outcome.status, &*outcome.stdout, &*outcome.stderr),
        (0, &*want, "")
    );
    // The section that is not to change is written as it was.
    let writes = [
        json!({"PushSync": {"RoleArn": OTHER_ROLE}, "CognitoStreams": streams}),
        json!({"CognitoStreams": {}}),
        json!({"Events": {"SyncTrigger": ""}}),
    ];
    assert_eq!(server.writes(), writes);
    let request = |method: &str, number: usize, kind: &str| {
        format!("{method} /identitypools/{}/{kind}", id(number))
    };
    let want = [
        request("GET", 1, "configuration"),
        request("POST", 1, "configuration"),
        request("GET", 1, "configuration"),
        request("GET", 2, "configuration"),
        request("GET", 3, "configuration"),
        request("GET", 3, "events"),
        request("POST", 3, "configuration"),
        request("GET", 3, "configuration"),
        request("POST", 3, "events"),
        request("GET", 3, "events"),
        request("GET", 4, "configuration"),
        request("GET", 4, "events"),
    ];
    assert_eq!(server.requests(), want);
    assert_eq!(server.stub.connections(), 1);
    let outcome = server.run(&["apply", "p.yaml", "--output", "json"]);
    assert_eq!(pool_statuses(&outcome), ["UNCHANGED"; 4]);
    assert_eq!(server.writes().len(), 3);
}

#[test]
fn writes_nothing_in_dry_run() {
    let server = one_pool(|_| None);
    let diff = server.run(&["diff", "p.json"]);
    let outcome = server.run(&["apply", "p.json", "--dry-run"]);
    assert_eq!((diff.status, outcome.status), (1, 0));
    assert_eq!(outcome.stdout, diff.stdout);
    assert_eq!(server.writes(), Vec::<Value>::new());
    server.write_pools("missing.json", [(&id(7), &json!({"Events": {}}))]);
    let outcome = server.run(&[
        "apply",
        "p.json",
        "missing.json",
        "--dry-run",
        "--output",
        "json",
    ]);
    assert_eq!(outcome.status, 254);
    assert_eq!(pool_statuses(&outcome), ["DIFFERENT", "FAILED"]);
}

#[test]
fn goes_on_past_failing_pools() {
    let refused = id(2).replace(':', "%3A");
    let server = PoolServer::with(
        (1..=4).map(|number| (id(number), json!({}))),
        OmittedSection::Kept,
        move |received| {
            let is_refused =
                is_write(received, "configuration") && received.request.path.contains(&refused);
            is_refused.then(|| service_error(400, "InvalidParameterException"))
        },
    );
    let streams = json!({"CognitoStreams": {"StreamName": "s"}});
    let ids = [id(1), id(2), id(3), id(9)];
    server.write_pools("p.json", ids.iter().map(|id| (id, &streams)));
    let outcome = server.run(&["apply", "p.json", "--output", "json"]);
    assert_eq!(outcome.status, 254);
    assert_eq!(
        pool_statuses(&outcome),
        ["CHANGED", "FAILED", "CHANGED", "FAILED"]
    );
    let failed = outcome.json()["Pools"][1].clone();
    assert_eq!(failed["Error"]["Code"], "InvalidParameterException");
    assert_eq!(failed["Error"]["Operation"], "SetIdentityPoolConfiguration");
    assert_eq!(failed["Error"]["MayHaveChanged"], false);
    assert_eq!(failed["Changes"][0]["Member"], "CognitoStreams.StreamName");
    assert_eq!(
        (server.pool(&id(1)), server.pool(&id(2))),
        (streams, json!({}))
    );
}

#[test]
fn changes_nothing_of_pool_that_cannot_be_read_whole() {
    let server = one_pool(|received| {
        let is_read = received.request.path.ends_with("events");
        is_read.then(|| service_error(403, "AccessDeniedException"))
    });
    let outcome = server.run(&["apply", "p.json"]);
    assert_eq!(outcome.status, 254);
    assert!(
        outcome
            .stdout
            .contains("(required permissions: cognito-sync:GetCognitoEvents)"),
        "{outcome:?}"
    );
    assert_eq!(server.writes(), Vec::<Value>::new());
}

#[test]
fn says_what_was_changed_before_failure() {
    let server = one_pool(|received| {
        is_write(received, "events").then(|| service_error(403, "AccessDeniedException"))
    });
    let outcome = server.run(&["apply", "p.json", "--output", "json"]);
    assert_eq!(outcome.status, 254);
    let failed = outcome.json()["Pools"][0].clone();
    let error = json!({
        "Code": "AccessDeniedException",
        "Message": "AccessDeniedException happened (changed before: PushSync.RoleArn)",
        "Operation": "SetCognitoEvents",
        "RequiredPermissions": ["cognito-sync:SetCognitoEvents"],
        "MayHaveChanged": true,
    });
    assert_eq!(failed["Error"], error);
    let members: Vec<_> = failed["Changes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|c| c["Member"].clone())
        .collect();
    assert_eq!(members, ["PushSync.RoleArn", "Events.SyncTrigger"]);
    assert_eq!(server.pool(&id(1))["PushSync"]["RoleArn"], OTHER_ROLE);
}

#[test]
fn says_that_change_may_have_been_made() {
    let table: [(fn() -> Action, bool); 3] = [
        (|| Action::Close, true),
        (|| service_error(500, "InternalErrorException"), true),
        (|| service_error(400, "LimitExceededException"), false),
    ];
    for (action, may_have_changed) in table {
        let server = one_pool(move |received| is_write(received, "configuration").then(action));
        let mut command = server.command(&["apply", "p.json", "--output", "json"]);
        command.env("AWS_MAX_ATTEMPTS", "2");
        let outcome = run(command, "");
        assert_eq!(outcome.status, 254);
        let error = outcome.json()["Pools"][0]["Error"].clone();
        assert_eq!(error["MayHaveChanged"], may_have_changed, "{error}");
        assert_eq!(error["Operation"], "SetIdentityPoolConfiguration");
    }
}

#[test]
fn waits_for_change_to_be_read_back() {
    for stale_reads in [0, 2, 99] {
        let reads = AtomicUsize::new(0);
        let server = one_pool(move |received| {
            let is_read = received.request.method == "GET"
                && received.request.path.ends_with("configuration");
            if !is_read {
                return None;
            }
            let number = reads.fetch_add(1, Ordering::SeqCst);
            let stale = json!({"PushSync": {"RoleArn": ROLE}});
            (number <= stale_reads).then(|| ok(&stale.to_string()))
        });
        let outcome = server.run(&["apply", "p.json", "--output", "json"]);
        let pool = outcome.json()["Pools"][0].clone();
        if stale_reads < 99 {
            assert_eq!(
                (outcome.status, &pool["Status"]),
                (0, &json!("CHANGED")),
                "{pool}"
            );
            continue;
        }
        assert_eq!((outcome.status, &pool["Status"]), (254, &json!("FAILED")));
        assert_eq!(pool["Error"]["Code"], "NotVerified");
        assert_eq!(pool["Error"]["MayHaveChanged"], true);
        let message = pool["Error"]["Message"].as_str().unwrap_or_default();
        assert!(message.contains("PushSync.RoleArn"), "{message}");
        // The events are not written after that.
        assert_eq!(server.writes().len(), 1);
    }
}

#[test]
fn reuses_connections_of_workers() {
    for concurrency in ["1", "64"] {
        let server = PoolServer::new((0..200).map(|number| (id(number), json!({}))));
        let streams = json!({"CognitoStreams": {"StreamName": "s"}});
        let ids: Vec<_> = (0..200).map(id).collect();
        server.write_pools("p.json", ids.iter().map(|id| (id, &streams)));
        let outcome = server.run(&["apply", "p.json", "--concurrency", concurrency]);
        assert_eq!(outcome.status, 0, "{outcome:?}");
        assert!(
            outcome.stdout.ends_with("\n200 pools: 200 changed\n"),
            "{outcome:?}"
        );
        assert_eq!(server.writes().len(), 200);
        let most: usize = concurrency.parse().expect("a number");
        let connections = server.stub.connections();
        assert!(
            connections <= most,
            "{connections} connections at {concurrency}"
        );
    }
}

#[test]
fn asks_nothing_without_terminal() {
    let server = one_pool(|_| None);
    let outcome = run(server.command(&["apply", "p.json"]), "n\n");
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{outcome:?}");
    assert_eq!(server.writes().len(), 2);
}
