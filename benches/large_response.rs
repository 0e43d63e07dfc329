//! Responses of 100 MB, with small and with large records, in every output format: wall and CPU
//! time beside curl, which fetches the same bytes, and peak memory as a multiple of the response
//! size.
//!
//! If `AWS_CLI` is the path of the AWS CLI, it is measured too. Asserts nothing.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its results, and the test servers may panic"
)]
#![allow(dead_code, reason = "the benches need only a part of the test servers")]

#[path = "support/generated_records.rs"]
mod generated_records;
#[path = "../tests/support/http.rs"]
mod http;
#[path = "support/measure.rs"]
mod measure;
#[path = "support/our_program.rs"]
mod our_program;
#[path = "../tests/support/server.rs"]
mod server;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use generated_records::small_records;
use http::Response;
use measure::{Cost, cost, median, peak_memory};
use our_program::our_program;
use server::{Script, Server};

const SIZE: usize = 100_000_000;
const RUNS: usize = 5;
const FORMATS: [&str; 6] = ["json", "yaml", "yaml-stream", "text", "table", "off"];

fn main() {
    if measure::run_for_peak_memory() {
        return;
    }
    for (label, body) in [
        ("records of 500 bytes", small_records(SIZE)),
        ("records of 1 MB", large_records()),
    ] {
        println!("100 MB in {label}, medians of {RUNS} runs\n");
        compare(body);
        println!();
    }
}

fn compare(body: String) {
    let server = Server::new(Script::Responses(vec![Response::body(body)]));
    let endpoint = server.endpoint();
    let program = our_program();
    println!(
        "{:<22} {:>9} {:>9} {:>9}",
        "", "wall ms", "CPU ms", "memory"
    );
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--output", "/dev/null", &endpoint]);
    show("curl", &mut || copy(&curl));
    for format in FORMATS {
        show(format, &mut || ours(&program, &[], &endpoint, format));
    }
    if let Some(aws) = env::var_os("AWS_CLI") {
        let aws = PathBuf::from(aws);
        show("AWS CLI, json", &mut || {
            ours(&aws, &["cognito-sync"], &endpoint, "json")
        });
    }
}

/// Returns records of about the maximum size of a whole dataset.
fn large_records() -> String {
    const VALUE: usize = 1_000_000;
    let value = "x".repeat(VALUE);
    let records: Vec<_> = (0..SIZE / VALUE)
        .map(|number| format!(r#"{{"Key":"key-{number}","Value":"{value}","SyncCount":{number}}}"#))
        .collect();
    format!(r#"{{"Count":1,"Records":[{}]}}"#, records.join(","))
}

fn copy(command: &Command) -> Command {
    let mut same = Command::new(command.get_program());
    same.args(command.get_args());
    same
}

fn ours(program: &Path, before: &[&str], endpoint: &str, format: &str) -> Command {
    let mut command = Command::new(program);
    command
        .args(before)
        .args([
            "list-records",
            "--identity-pool-id",
            "p",
            "--identity-id",
            "i",
        ])
        .args(["--dataset-name", "d", "--output", format])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("HOME", "/nonexistent");
    command
}

fn show(name: &str, command: &mut dyn FnMut() -> Command) {
    let costs: Vec<Cost> = (0..RUNS).map(|_| cost(command())).collect();
    let memory = peak_memory(&command());
    println!(
        "{name:<22} {:>9.0} {:>9.0} {:>8.2}x",
        median(costs.iter().map(|c| c.wall).collect()),
        median(costs.iter().map(|c| c.cpu).collect()),
        memory * 1024.0 * 1024.0 / SIZE as f64,
    );
}
