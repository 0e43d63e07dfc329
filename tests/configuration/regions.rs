//! Which region a pool is called in, and what its calls share.

use std::fs;

use serde_json::json;

use super::pool_server::{PoolServer, pool_statuses};
use crate::support::http::Request;
use crate::support::outcome::run;

/// Access key and region of a request's signature.
fn credential(request: &Request) -> (String, String) {
    let authorization = request.header("authorization").unwrap_or_default();
    let scope = authorization
        .split("Credential=")
        .nth(1)
        .unwrap_or_default();
    let mut parts = scope.split('/').map(str::to_string);
    (
        parts.next().unwrap_or_default(),
        parts.nth(1).unwrap_or_default(),
    )
}

const FILE: &str = "pools:\n\
    - {IdentityPoolId: 'eu-west-1:1', Events: {}}\n\
    - {IdentityPoolId: 'eu-west-1:2', Region: us-west-2, Events: {}}\n\
    - {IdentityPoolId: 'p', Events: {}}\n";

fn server() -> PoolServer {
    let pools = ["eu-west-1:1", "eu-west-1:2", "p"];
    let server = PoolServer::new(pools.map(|id| (id.to_string(), json!({}))));
    server.write("p.yaml", FILE);
    server
}

#[test]
fn prefers_region_of_file_then_of_id_then_of_settings() {
    let server = server();
    let args = [
        "diff",
        "p.yaml",
        "--concurrency",
        "1",
        "--region",
        "ap-south-1",
    ];
    let mut command = server.command(&args);
    command.env("COGNITO_SYNC_HINTS", "always");
    let outcome = run(command, "");
    assert_eq!(outcome.status, 0, "{outcome:?}");
    // A warning that a pool is elsewhere would be wrong.
    assert!(!outcome.stderr.contains("but the region is"), "{outcome:?}");
    let regions: Vec<_> = server
        .stub
        .requests()
        .iter()
        .map(|r| credential(r).1)
        .collect();
    assert_eq!(regions, ["eu-west-1", "us-west-2", "ap-south-1"]);
    // The regions have the same endpoint.
    assert_eq!(server.stub.connections(), 1);
}

#[test]
fn fails_pools_without_region_alone() {
    let server = server();
    let outcome = server.run(&["diff", "p.yaml", "--output", "json"]);
    assert_eq!(outcome.status, 253, "{outcome:?}");
    assert_eq!(
        pool_statuses(&outcome),
        ["UNCHANGED", "UNCHANGED", "FAILED"]
    );
    let error = outcome.json()["Pools"][2]["Error"].clone();
    assert_eq!(error["Code"], "NoRegion");
    let message = error["Message"].as_str().unwrap_or_default();
    assert!(
        message.contains("--region or AWS_REGION, or with Region in"),
        "{message}"
    );
    let outcome = server.run(&["diff", "p.yaml"]);
    assert!(
        outcome.stdout.contains("p failed (p.yaml:4:3): NoRegion: "),
        "{outcome:?}"
    );
}

#[test]
fn fetches_credentials_once() {
    let server = server();
    let script = "echo x >> runs; echo '{\"Version\": 1, \"AccessKeyId\": \"AKIDPROCESS\", \
                  \"SecretAccessKey\": \"s\"}'\n";
    server.write("credentials.sh", script);
    server.write(
        "config",
        "[default]\nregion = us-east-1\ncredential_process = /bin/sh credentials.sh\n",
    );
    let mut command = server.command(&["diff", "p.yaml"]);
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .env("AWS_CONFIG_FILE", "config");
    let folder = command
        .get_current_dir()
        .expect("the folder of state files")
        .to_owned();
    let outcome = run(command, "");
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{outcome:?}");
    let requests = server.stub.requests();
    assert!(
        requests
            .iter()
            .all(|request| credential(request).0 == "AKIDPROCESS")
    );
    assert_eq!(requests.len(), 3);
    assert_eq!(
        fs::read_to_string(folder.join("runs")).ok().as_deref(),
        Some("x\n")
    );
}

#[test]
fn fails_without_credentials_before_anything_is_sent() {
    let server = server();
    for command in ["diff", "apply"] {
        let mut command = server.command(&[command, "p.yaml"]);
        command.env_remove("AWS_ACCESS_KEY_ID");
        let outcome = run(command, "");
        outcome.assert_fails(253, "Unable to locate credentials");
    }
    let outcome = server.run(&["diff", "p.yaml", "--profile", "missing"]);
    assert_eq!((outcome.status, &*outcome.stdout), (255, ""), "{outcome:?}");
    assert_eq!(server.requests(), Vec::<String>::new());
    let mut unsigned = server.command(&[
        "--no-sign-request",
        "diff",
        "p.yaml",
        "--region",
        "us-east-1",
    ]);
    unsigned.env_remove("AWS_ACCESS_KEY_ID");
    assert_eq!(run(unsigned, "").status, 0);
}

#[test]
fn logs_source_of_region() {
    let server = server();
    let first_region = |variables: &[(&str, &str)]| {
        let mut command = server.command(&["--debug", "diff", "p.yaml"]);
        command.envs(variables.iter().copied());
        let stderr = run(command, "").stderr;
        let line = stderr
            .lines()
            .find(|line| line.starts_with("debug: region: "));
        line.unwrap_or_default().to_string()
    };
    let of_pool = "debug: region: eu-west-1 (from the identity pool's id)";
    assert_eq!(first_region(&[]), of_pool);
    let set = [("AWS_REGION", "us-west-2")];
    assert_eq!(
        first_region(&set),
        "debug: region: us-west-2 (from AWS_REGION)"
    );
    // An empty region counts as none.
    let line = first_region(&[("AWS_REGION", "")]);
    assert!(line.starts_with("debug: region: eu-west-1 "), "{line}");
}

#[test]
fn names_region_options_for_pulled_pool_without_region() {
    let server = server();
    let outcome = server.run(&["pull", "--identity-pool-id", "p"]);
    assert_eq!((outcome.status, &*outcome.stdout), (253, ""));
    let message = "p failed: NoRegion: The id does not begin with a region. Set one with --region or \
                   AWS_REGION, or with Region in a state file.\n";
    assert_eq!(outcome.stderr, message);
    assert_eq!(server.requests(), [""; 0]);
}
