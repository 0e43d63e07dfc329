//! Mistakes in state files: one message with the place, status 252, and nothing sent.

use super::pool_server::PoolServer;

/// A state file and the start of what is reported about it.
const MISTAKES: [(&str, &str, &str); 16] = [
    (
        "unknown_key.yaml",
        "pools:\n  - IdentityPoolId: us-east-1:1\n    Push: {}\n",
        ":3:5: unknown key \"Push\" in a pool; ",
    ),
    (
        "unknown_member.yaml",
        "pools:\n  - IdentityPoolId: us-east-1:1\n    PushSync: {RoleARN: x}\n",
        ":3:16: unknown key \"RoleARN\" in PushSync; did you mean RoleArn?",
    ),
    (
        "order.yaml",
        "pools:\n  - IdentityPoolId: us-east-1:1\n    PushSync: {RoleARN: x}\n    Push: {}\n",
        ":3:16: unknown key \"RoleARN\" in PushSync; did you mean RoleArn?\n",
    ),
    (
        "type.yaml",
        "pools:\n  - IdentityPoolId: us-east-1:1\n    CognitoStreams: {StreamName: 7}\n",
        ":3:34: StreamName must be a string, not the number 7; put it in quotes",
    ),
    (
        "type.json",
        "{\"pools\": [{\"IdentityPoolId\": \"us-east-1:1\",\n \"PushSync\": {\"ApplicationArns\": \"x\"}}]}",
        ":2:34: ApplicationArns must be a list, not a string; ",
    ),
    (
        "enum.yaml",
        "pools:\n  - IdentityPoolId: us-east-1:1\n    CognitoStreams: {StreamingStatus: enabled}\n",
        ":3:39: StreamingStatus is \"enabled\"",
    ),
    (
        "null.yaml",
        "pools:\n  - IdentityPoolId: us-east-1:1\n    Events:\n",
        ":3:5: Events has no value; ",
    ),
    (
        "no_id.yaml",
        "pools:\n  - PushSync: {}\n",
        ":2:5: the pool has no IdentityPoolId; add the line ",
    ),
    (
        "duplicate_pool.yaml",
        "pools:\n  - IdentityPoolId: us-east-1:1\n  - IdentityPoolId: us-east-1:1\n",
        ":3:5: the pool \"us-east-1:1\" is already at duplicate_pool.yaml:2:5; describe it once",
    ),
    (
        "duplicate_key.yaml",
        "pools:\n  - IdentityPoolId: us-east-1:1\n    Events: {}\n    Events: {}\n",
        ":4:5: the key \"Events\" is already at duplicate_key.yaml:3:5; remove one of them",
    ),
    (
        "syntax.yaml",
        "pools:\n  - IdentityPoolId: [us-east-1:1\n",
        ":3:1: invalid YAML: ",
    ),
    (
        "syntax.json",
        "{\"pools\": [],}",
        ":1:14: invalid JSON: trailing comma",
    ),
    ("empty.yaml", "", ": is empty; "),
    (
        "list.yaml",
        "- IdentityPoolId: us-east-1:1\n",
        ":1:1: the document is a list; put it under the key pools",
    ),
    (
        "unset.yaml",
        "pools:\n  - IdentityPoolId: us-east-1:1\n    Events: {SyncTrigger: \"${COGNITO_SYNC_NOT_SET}\"}\n",
        ":3:27: SyncTrigger: the variable COGNITO_SYNC_NOT_SET is not set; ",
    ),
    (
        "binary.yaml",
        "pools: []\n\0",
        ":2:1: the file is binary, with a NUL; ",
    ),
];

#[test]
fn reports_place_of_every_mistake_and_sends_nothing() {
    let server = PoolServer::new([]);
    for (name, text, report) in MISTAKES {
        server.write(name, text);
        for command in ["diff", "apply"] {
            let outcome = server.run(&[command, "--expand", name]);
            let start = format!(
                "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): {name}{report}"
            );
            assert!(
                outcome.stderr.starts_with(&start),
                "{name}: {}",
                outcome.stderr
            );
            assert_eq!((outcome.status, &*outcome.stdout), (252, ""), "{name}");
        }
    }
    for name in ["missing.yaml", "."] {
        let outcome = server.run(&["apply", name]);
        let start =
            format!("\ncognito-sync: [ERROR]: An error occurred (ParamValidation): {name}: ");
        assert!(outcome.stderr.starts_with(&start), "{}", outcome.stderr);
        assert_eq!((outcome.status, &*outcome.stdout), (252, ""), "{name}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn reports_mistakes_of_all_files_together() {
    let server = PoolServer::new([]);
    server.write(
        "good.yaml",
        "pools: [{IdentityPoolId: 'us-east-1:1', Events: {}}]",
    );
    server.write("bad.yaml", "pools: 7");
    let outcome = server.run(&["diff", "bad.yaml", "good.yaml", "missing.yaml", "good.yaml"]);
    assert_eq!((outcome.status, &*outcome.stdout), (252, ""));
    for part in [
        "bad.yaml:1:8: pools must be a list",
        "\nmissing.yaml: cannot be read",
        "\ngood.yaml:1:9: the pool \"us-east-1:1\" is already at good.yaml:1:9",
    ] {
        assert!(outcome.stderr.contains(part), "{part}: {}", outcome.stderr);
    }
    assert_eq!(server.requests().len(), 0);
}
