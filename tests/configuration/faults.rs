//! State files against the local service: through throttling, errors and concurrent modification,
//! past a refused pool, and again after an end in the middle.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::pool_server::{id, pool_statuses};
use crate::support::child::RunningChild;
use crate::support::outcome::{Outcome, run};
use crate::support::service::Service;

const ROLE: &str = "arn:aws:iam::123456789012:role/streams";

/// Writes a state file with these pools.
fn write_state(service: &Service, pools: usize, stream: &str) {
    let pool = |number| {
        json!({
            "IdentityPoolId": id(number),
            "CognitoStreams": {"StreamName": stream, "RoleArn": ROLE, "StreamingStatus": "ENABLED"},
            "Events": {"SyncTrigger": "arn:aws:lambda:us-east-1:123456789012:function:f"},
        })
    };
    let state = json!({"pools": (0..pools).map(pool).collect::<Vec<_>>()});
    let written = fs::write(service.folder().join("pools.json"), state.to_string());
    written.expect("the folder can be written to");
}

/// Creates pools by a first use of each.
fn create_pools(service: &Service, pools: usize) {
    for number in 0..pools {
        let target = format!("/identitypools/{}/configuration", id(number));
        assert_eq!(
            service.request("POST", &target, Some(json!({}))).status,
            200
        );
    }
}

fn run_on_pools(service: &Service, args: &[&str]) -> Outcome {
    let mut command = service.command(args);
    // More attempts, and soon, since each call may meet several faults.
    command
        .env("AWS_MAX_ATTEMPTS", "10")
        .env("AWS_NEW_RETRIES_2026", "true");
    run(command, "")
}

#[test]
fn applies_through_faults_of_service() {
    const POOLS: usize = 30;
    let faults = [
        "GetIdentityPoolConfiguration=TooManyRequestsException:0.03",
        "GetCognitoEvents=InternalErrorException:0.2",
        "SetIdentityPoolConfiguration=ConcurrentModificationException:0.1",
        "SetCognitoEvents=InternalErrorException:0.2",
    ];
    let options: Vec<_> = faults.iter().flat_map(|fault| ["--fault", fault]).collect();
    let quiet = Service::start(&[]);
    create_pools(&quiet, POOLS);
    write_state(&quiet, POOLS, "updates");
    let service = Service::start_in(quiet.shared_folder(), &options);
    let outcome = run_on_pools(&service, &["apply", "pools.json", "--output", "json"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(pool_statuses(&outcome), vec!["CHANGED"; POOLS]);
    let outcome = run_on_pools(&service, &["diff", "pools.json"]);
    assert_eq!(
        (outcome.status, &*outcome.stdout),
        (0, "30 pools: no differences\n")
    );
    let (_, _, log) = service.stop("TERM");
    for code in ["TooManyRequests", "InternalError", "ConcurrentModification"] {
        assert!(log.contains(code), "{code}: {log}");
    }
}

#[test]
fn reports_refused_pool_and_applies_others() {
    let known: Vec<_> = (0..3).map(id).collect();
    let options: Vec<_> = known.iter().flat_map(|id| ["--pool", id]).collect();
    let service = Service::start(&options);
    create_pools(&service, 3);
    write_state(&service, 4, "updates");
    let outcome = run_on_pools(&service, &["apply", "pools.json", "--output", "json"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    assert_eq!(
        pool_statuses(&outcome),
        ["CHANGED", "CHANGED", "CHANGED", "FAILED"]
    );
    let error = outcome.json()["Pools"][3]["Error"].clone();
    assert_eq!(error["Code"], "ResourceNotFoundException");
    let outcome = run_on_pools(&service, &["diff", "pools.json"]);
    assert_eq!(outcome.status, 254);
    assert!(
        outcome.stdout.ends_with("4 pools: 3 unchanged, 1 failed\n"),
        "{outcome:?}"
    );
}

#[test]
fn goes_on_after_end_in_the_middle() {
    const POOLS: usize = 60;
    let service = Service::start(&["--latency", "10"]);
    create_pools(&service, POOLS);
    write_state(&service, POOLS, "updates");
    let is_changed = |number| {
        let target = format!("/identitypools/{}/configuration", id(number));
        let configuration: Value = service.request("GET", &target, None).json();
        configuration["CognitoStreams"].is_object()
    };
    for (signal, first) in [("KILL", 0), ("INT", 20)] {
        let command = service.command(&["apply", "pools.json", "--concurrency", "2"]);
        let child = RunningChild::start(command);
        let began = Instant::now();
        while !is_changed(first) && began.elapsed() < Duration::from_secs(30) {
            thread::sleep(Duration::from_millis(5));
        }
        if signal == "KILL" {
            child.kill();
            continue;
        }
        child.signal(signal);
        let outcome = child.finish();
        assert_eq!(outcome.status, 130);
        assert!(outcome.stdout.contains(" not started\n"), "{outcome:?}");
    }
    let outcome = run_on_pools(&service, &["diff", "pools.json"]);
    assert_eq!(outcome.status, 1, "pools are left: {outcome:?}");
    assert_eq!(run_on_pools(&service, &["apply", "pools.json"]).status, 0);
    let outcome = run_on_pools(&service, &["diff", "pools.json"]);
    assert_eq!(
        (outcome.status, &*outcome.stdout),
        (0, "60 pools: no differences\n")
    );
}
