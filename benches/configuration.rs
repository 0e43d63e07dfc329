//! `diff` and `apply` of 10,000 identity pools as desired, by 32 workers against a server with a
//! latency of 20 ms: the rate as a share of workers ÷ latency, peak memory, and the requests.
//!
//! `cargo bench --bench configuration` prints a line for each. Fails if a share is below 80 %, if
//! more than 60 MB are used, if anything but one GET for each pool and kind of section is sent, or
//! if more connections than workers are opened.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its results, and stops at the first error"
)]
#![allow(dead_code, reason = "other benches use more of the measurements")]

#[path = "support/generated_state.rs"]
mod generated_state;
#[path = "../tests/support/http.rs"]
mod http;
#[path = "support/measure.rs"]
mod measure;
#[path = "support/our_program.rs"]
mod our_program;
#[path = "../tests/support/stub.rs"]
mod stub;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use generated_state::{live_sections, state_file};
use our_program::our_program;
use stub::{Stub, ok};

const POOLS: usize = 10_000;
const WORKERS: usize = 32;
const LATENCY: Duration = Duration::from_millis(20);
/// The minimum share of workers ÷ latency.
const MIN_SHARE: f64 = 0.8;
/// The maximum of memory in MB.
const MAX_MEMORY: f64 = 60.0;

fn main() -> ExitCode {
    if measure::run_for_peak_memory() {
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("pools.yaml");
    fs::write(&file, state_file(POOLS)).expect("a file can be written");
    println!("{POOLS} pools, {WORKERS} workers, {LATENCY:?} latency");
    let all_pass = ["diff", "apply"].map(|command| passes(command, &file));
    match all_pass == [true, true] {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Runs a command and returns whether it stays within the bounds.
fn passes(name: &str, file: &Path) -> bool {
    let stub = Stub::new(|received| {
        thread::sleep(LATENCY);
        ok(&live_sections(received))
    });
    let mut command = Command::new(our_program());
    command
        .arg(name)
        .arg(file)
        .args(["--concurrency", &WORKERS.to_string()])
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", stub.endpoint())
        .env("HOME", "/nonexistent");
    let began = Instant::now();
    let output = command
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let took = began.elapsed().as_secs_f64();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}");
    assert_eq!(report.trim_end(), format!("{POOLS} pools: no differences"));
    let (requests, connections) = (count_requests(&stub), stub.connections());
    let is_once = requests.len() == 2 * POOLS && requests.values().all(|count| *count == 1);
    let only_reads = requests.keys().all(|request| request.starts_with("GET "));
    let sent: usize = requests.values().sum();
    let rate = sent as f64 / took;
    let share = rate * LATENCY.as_secs_f64() / WORKERS as f64;
    let memory = measure::peak_memory(&command);
    println!(
        "{name:<6} {rate:.0} requests a second, {:.0} % of the maximum; {memory:.1} MB; {sent} requests \
         on {connections} connections",
        100.0 * share
    );
    share >= MIN_SHARE && memory < MAX_MEMORY && is_once && only_reads && connections <= WORKERS
}

/// How often each request was sent.
fn count_requests(stub: &Stub) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for request in stub.requests() {
        let line = format!("{} {}", request.method, request.path);
        *counts.entry(line).or_default() += 1;
    }
    counts
}
