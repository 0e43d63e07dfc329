//! Identity pools that the local service does not know yet: they exist from their first change.

use std::fs;

use serde_json::json;

use super::pool_server::{PoolServer, id};
use crate::support::child::ChildExit;
use crate::support::service::Service;

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

#[test]
fn applies_state_file_to_unknown_pool() {
    let server = PoolServer::new([]);
    let state =
        json!({"CognitoStreams": {"StreamName": "updates"}, "Events": {"SyncTrigger": FUNCTION}});
    server.write_pools("pools.json", [(&id(1), &state)]);
    let before = server.run(&["diff", "--local", "pools.json"]);
    assert_eq!(before.status, 1, "{before:?}");
    assert!(
        before
            .stdout
            .contains("  + CognitoStreams.StreamName: updates\n"),
        "{before:?}"
    );
    let applied = server.run(&["apply", "--local", "pools.json"]);
    assert_eq!((applied.status, &*applied.stderr), (0, ""), "{applied:?}");
    let after = server.run(&["diff", "--local", "pools.json"]);
    assert_eq!(
        (after.status, &*after.stdout),
        (0, "1 pool: no differences\n"),
        "{after:?}"
    );
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn merges_into_unknown_pool() {
    let server = PoolServer::new([]);
    let merge = |streams: &str| {
        let pool = id(1);
        let mut args = vec!["set-identity-pool-configuration", "--identity-pool-id"];
        args.extend([&*pool, "--local", "--merge", "--cognito-streams", streams]);
        args.extend(["--output", "text", "--query", "CognitoStreams.StreamName"]);
        server.run(&args)
    };
    let nothing = merge("{}");
    assert_eq!((nothing.status, &*nothing.stdout), (0, "None\n"));
    let set = merge("StreamName=updates");
    assert_eq!((set.status, &*set.stdout), (0, "updates\n"), "{set:?}");
}

#[test]
fn does_not_pull_unknown_pool() {
    let server = PoolServer::new([]);
    let outcome = server.run(&["pull", "--local", "--identity-pool-id", &id(1)]);
    assert_eq!((outcome.status, &*outcome.stdout), (254, ""), "{outcome:?}");
    assert!(outcome.stderr.contains("ResourceNotFoundException"));
}

#[test]
fn changes_unknown_pools_of_a_service_in_another_process() {
    let service = Service::start(&[]);
    let run = |args: &[&str]| {
        let output = service.run(args);
        (
            output.exit,
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let (pool, file) = (id(1), service.folder().join("pools.json"));
    let state = json!({"pools": [{"IdentityPoolId": pool, "CognitoStreams": {"StreamName": "s"}}]});
    fs::write(&file, state.to_string()).expect("written");
    let file = file.to_string_lossy();
    let status = |status, stdout: &str| (ChildExit::Status(status), stdout.to_string());
    assert_eq!(run(&["diff", &file]).0, ChildExit::Status(1));
    let applied = run(&["apply", &file]);
    assert!(applied.1.ends_with("1 pool: 1 changed\n"), "{applied:?}");
    assert_eq!(run(&["diff", &file]), status(0, "1 pool: no differences\n"));
    let other = id(2);
    let merge = |streams| {
        let mut args = vec!["set-identity-pool-configuration", "--identity-pool-id"];
        args.extend([&*other, "--merge", "--cognito-streams", streams]);
        args.extend(["--output", "text", "--query", "CognitoStreams.StreamName"]);
        run(&args)
    };
    assert_eq!(merge("StreamName=updates"), status(0, "updates\n"));
    let named = Service::start(&["--pool", &pool]);
    let output = named.run(&[
        "set-cognito-events",
        "--identity-pool-id",
        &other,
        "--events",
        "{}",
    ]);
    assert_eq!(output.exit, ChildExit::Status(254), "{output:?}");
}
