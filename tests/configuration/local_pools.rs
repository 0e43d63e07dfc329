//! Identity pools that the local service within the program does not know yet: they exist from their
//! first change.

use serde_json::json;

use super::pool_server::{PoolServer, id};

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
