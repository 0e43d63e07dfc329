//! Many calls through one client: the rate of 32 workers against a server with a latency of 10 ms,
//! as a share of the possible maximum.
//!
//! `cargo bench --bench many_calls` prints the rate of each run and its share of workers ÷ latency.
//! Fails if the median share is below 80 %.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its results, and the test servers may panic"
)]
#![allow(dead_code, reason = "the benches need only a part of the test servers")]

#[path = "../tests/support/http.rs"]
mod http;
#[path = "../tests/support/stub.rs"]
mod stub;

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use cognito_sync::Environment;
use cognito_sync::many_calls::{BatchCall, WorkerOptions, run_batch};
use serde_json::{Map, Value, json};
use stub::{Stub, ok};

const CALLS: usize = 2000;
const WORKERS: usize = 32;
const LATENCY: Duration = Duration::from_millis(10);
const RUNS: usize = 5;
/// The minimum share of workers ÷ latency.
const MIN_SHARE: f64 = 0.8;

fn main() -> ExitCode {
    let stub = Stub::new(|_| {
        thread::sleep(LATENCY);
        ok("{\"Count\":0,\"Datasets\":[]}")
    });
    let max_rate = WORKERS as f64 / LATENCY.as_secs_f64();
    println!(
        "{CALLS} calls, {WORKERS} workers, {LATENCY:?} latency: at most {max_rate:.0} calls a second"
    );
    let mut shares: Vec<_> = (0..RUNS).map(|_| run(&stub.endpoint(), max_rate)).collect();
    println!(
        "{:.1} connections a run",
        stub.connections() as f64 / RUNS as f64
    );
    shares.sort_by(f64::total_cmp);
    match shares[RUNS / 2] >= MIN_SHARE {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Makes the calls and returns the share of `max_rate`.
fn run(endpoint: &str, max_rate: f64) -> f64 {
    let environment = Environment::from([
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", endpoint),
        ("HOME", "/nonexistent"),
    ]);
    let calls = (0..CALLS).map(|number| BatchCall {
        operation: "ListDatasets",
        input: input(number),
    });
    let workers = WorkerOptions {
        count: WORKERS,
        until_accepted: true,
        drop_on_interrupt: false,
    };
    let began = Instant::now();
    let report = run_batch(calls.collect(), workers, &environment).expect("the calls are made");
    let took = began.elapsed().as_secs_f64();
    assert_eq!((report.responses.len(), report.failed.len()), (CALLS, 0));
    let rate = CALLS as f64 / took;
    println!("{rate:.0} calls a second, {:.0} %", 100.0 * rate / max_rate);
    rate / max_rate
}

fn input(number: usize) -> Map<String, Value> {
    let input = json!({
        "IdentityPoolId": "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c",
        "IdentityId": format!("us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-{number:012x}"),
    });
    match input {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
