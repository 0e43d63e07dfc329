//! Whole processes against a named peer in the same run: what README's figures come from.
//!
//! `cargo bench` prints a line a comparison: median wall and CPU time of ours and of the peer, and
//! the median of the ratios pair by pair, which holds where the machine's speed drifts. Nothing is
//! asserted. The peers are `/bin/true` (a process that does nothing) and `curl --aws-sigv4` (the
//! same signed call), which must be installed.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "printing is what a bench is for, and the server of the tests may panic"
)]
#![allow(
    dead_code,
    reason = "the server of the tests can do more than is needed here"
)]

#[path = "../tests/support/http.rs"]
mod http;
#[path = "support/measure.rs"]
mod measure;
#[path = "../tests/support/server.rs"]
mod server;

use std::process::Command;

use measure::{Cost, cost, median};
use server::{Script, Server};

const PAIRS: usize = 60;
const POOL: &str = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c";
const PUSH_SYNC: &str = "RoleArn=arn:aws:iam::123456789012:role/push-sync";

fn main() {
    let server = Server::new(Script::default());
    let endpoint = server.endpoint();
    let skeleton: &[&str] = &["set-identity-pool-configuration", "--generate-cli-skeleton"];
    let call: &[&str] = &[
        "set-identity-pool-configuration",
        "--identity-pool-id",
        POOL,
        "--push-sync",
        PUSH_SYNC,
    ];
    println!("{PAIRS} pairs each; times are medians in milliseconds, ratios medians of pairs\n");
    println!(
        "{:<28} {:>9} {:>9} {:>9}   peer",
        "", "ours", "peer", "ratio"
    );
    compare(
        "skeleton",
        || ours(&endpoint, skeleton),
        "/bin/true",
        || Command::new("/bin/true"),
    );
    compare(
        "help",
        || ours(&endpoint, &["help"]),
        "/bin/true",
        || Command::new("/bin/true"),
    );
    let usage_error: &[&str] = &["set-identity-pool-configuration", "--bogus"];
    compare(
        "usage error",
        || ours(&endpoint, usage_error),
        "/bin/true",
        || Command::new("/bin/true"),
    );
    compare(
        "call over loopback HTTP",
        || ours(&endpoint, call),
        "curl --aws-sigv4",
        || curl(&endpoint),
    );
}

/// Our program with the environment of a plain call.
fn ours(endpoint: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-sync"));
    command
        .args(words)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("HOME", "/nonexistent");
    command
}

/// The same call with curl.
fn curl(endpoint: &str) -> Command {
    let mut command = Command::new("curl");
    command
        .args(["--silent", "--aws-sigv4", "aws:amz:us-east-1:cognito-sync"])
        .args([
            "--user",
            "AKIDEXAMPLE:secret",
            "--header",
            "Content-Type: application/json",
        ])
        .args([
            "--data",
            r#"{"PushSync":{"RoleArn":"arn:aws:iam::123456789012:role/push-sync"}}"#,
        ])
        .arg(format!(
            "{endpoint}/identitypools/{}/configuration",
            POOL.replace(':', "%3A")
        ))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", "/nonexistent");
    command
}

fn compare(name: &str, ours: impl Fn() -> Command, peer_name: &str, peer: impl Fn() -> Command) {
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=PAIRS {
        let pair = (cost(ours()), cost(peer()));
        // The first round fills the caches.
        if round > 0 {
            mine.push(pair.0);
            theirs.push(pair.1);
        }
    }
    for (label, of) in [
        ("wall", (|c| c.wall) as fn(&Cost) -> f64),
        ("CPU", |c| c.cpu),
    ] {
        let ratios = mine
            .iter()
            .zip(&theirs)
            .map(|(a, b)| of(a) / of(b))
            .collect();
        println!(
            "{:<28} {:>9.2} {:>9.2} {:>9.2}   {peer_name}",
            format!("{name}, {label}"),
            median(mine.iter().map(of).collect()),
            median(theirs.iter().map(of).collect()),
            median(ratios),
        );
    }
}
