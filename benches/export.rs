//! `export` against a server with generated records: its rate with a latency of 10 ms, as a share of
//! the possible maximum, and its peak memory with 1,000,000 records.
//!
//! `cargo bench --bench export` prints both. Fails below a share of 80 % or at 100 MB and more.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its results, and the test servers may panic"
)]
#![allow(dead_code, reason = "the benches need only a part of the test servers")]

#[path = "support/generated_pool.rs"]
mod generated_pool;
#[path = "../tests/support/http.rs"]
mod http;
#[path = "support/measure.rs"]
mod measure;
#[path = "support/our_program.rs"]
mod our_program;
#[path = "../tests/support/stub.rs"]
mod stub;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

use generated_pool::GeneratedPool;
use our_program::our_program;
use stub::Stub;

const POOL: &str = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c";
const WORKERS: usize = 32;
const LATENCY: Duration = Duration::from_millis(10);
const RUNS: usize = 5;
/// Records of an identity where memory is measured, and where the rate is.
const MANY_RECORDS: usize = 100;
const FEW_RECORDS: usize = 10;
/// The minimum share of workers ÷ latency.
const MIN_SHARE: f64 = 0.8;
const MAX_MEMORY: f64 = 100.0;

fn main() -> ExitCode {
    if measure::run_for_peak_memory() {
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let share = measure::median(
        (0..RUNS)
            .map(|run| measure_share(folder.path(), run))
            .collect(),
    );
    let memory = measure_memory(folder.path());
    match share >= MIN_SHARE && memory < MAX_MEMORY {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Exports 1,000 identities and returns the share of the highest possible rate.
fn measure_share(folder: &Path, run: usize) -> f64 {
    const IDENTITIES: usize = 1000;
    let pool = GeneratedPool::new(IDENTITIES, FEW_RECORDS);
    let stub = Stub::new(move |received| {
        thread::sleep(LATENCY);
        pool.answer(received)
    });
    let cost = measure::cost(export(&stub, folder, &format!("rate-{run}")));
    // A list of datasets and one of records each.
    let requests = 2.0 * IDENTITIES as f64;
    let rate = requests / (cost.wall / 1e3);
    let max_rate = WORKERS as f64 / LATENCY.as_secs_f64();
    let share = rate / max_rate;
    println!(
        "{rate:.0} of {max_rate:.0} requests a second, {:.0} %, {:.0} ms of CPU time",
        100.0 * share,
        cost.cpu
    );
    share
}

/// Exports 1,000,000 records and returns the peak memory in MB.
fn measure_memory(folder: &Path) -> f64 {
    const IDENTITIES: usize = 1_000_000 / MANY_RECORDS;
    let pool = GeneratedPool::new(IDENTITIES, MANY_RECORDS);
    let stub = Stub::new(move |received| pool.answer(received));
    let memory = measure::peak_memory(&export(&stub, folder, "memory"));
    println!("1,000,000 records: {memory:.1} MB at most");
    memory
}

fn export(stub: &Stub, folder: &Path, name: &str) -> Command {
    let mut command = Command::new(our_program());
    command.env_clear().envs([
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL", &stub.endpoint()),
        ("HOME", "/nonexistent"),
    ]);
    command.args(["export", "--identity-pool-id", POOL, "--list-rate", "1000"]);
    command.args(["--concurrency", &WORKERS.to_string(), "--to"]);
    command.arg(folder.join(name));
    command
}
