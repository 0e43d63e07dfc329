//! Whole processes compared with other programs in the same run: the source of figures in
//! CONTRIBUTING.
//!
//! `cargo bench` prints one line per comparison: median wall and CPU time of this and of the other
//! program, and the median of the ratios of pairs, which is stable when the speed of the machine
//! drifts; then peak memory and system calls of calls. Asserts nothing. The other programs are
//! `/bin/true` (a process that does nothing) and `curl --aws-sigv4` (the same signed call).
//! Requires `curl`; counts system calls only if `strace` is installed.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its results, and the test servers may panic"
)]
#![allow(dead_code, reason = "the benches need only a part of the test servers")]

#[path = "../tests/support/http.rs"]
mod http;
#[path = "support/measure.rs"]
mod measure;
#[path = "support/our_program.rs"]
mod our_program;
#[path = "../tests/support/peer.rs"]
mod peer;
#[path = "../tests/support/server.rs"]
mod server;
#[path = "support/system_calls.rs"]
mod system_calls;

use std::fs;
use std::path::Path;
use std::process::Command;

use measure::{Cost, cost, median, peak_memory};
use our_program::our_program;
use peer::{CertificateAuthority, Peer, PeerBehavior};
use server::{Script, Server};

const PAIRS: usize = 200;
const POOL: &str = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c";
const OPERATION: &str = "set-identity-pool-configuration";
const CALL: &[&str] = &[
    OPERATION,
    "--identity-pool-id",
    POOL,
    "--push-sync",
    "RoleArn=arn:aws:iam::123456789012:role/push-sync",
];
const BODY: &str = r#"{"PushSync":{"RoleArn":"arn:aws:iam::123456789012:role/push-sync"}}"#;
const RESPONSE: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 67\r\n\r\n\
                     {\"PushSync\":{\"RoleArn\":\"arn:aws:iam::123456789012:role/push-sync\"}}";

/// The system's certificates in one file, as most Linux distributions have them.
const SYSTEM_BUNDLES: [&str; 2] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
];

fn main() {
    if measure::run_for_peak_memory() {
        return;
    }
    let authority = CertificateAuthority::new();
    let plain = Server::new(Script::default());
    let secure = Peer::new(
        PeerBehavior::Respond(RESPONSE),
        Some(&authority.issue("127.0.0.1", false)),
    );
    let folder = tempfile::tempdir().expect("a folder for certificates");
    let own = folder.path().join("authority.pem");
    fs::write(&own, &authority.pem).expect("the folder can be written to");
    let all = write_bundle_with_system_certificates(&authority.pem, folder.path());
    let http = plain.endpoint();
    let https = format!("https://{}", secure.host());

    println!("{PAIRS} pairs each; times are medians in milliseconds, ratios medians of pairs\n");
    println!(
        "{:<34} {:>9} {:>9} {:>9}   peer",
        "", "ours", "peer", "ratio"
    );
    short_commands(&http);
    let calls = calls(&http, &https, &own, all.as_deref());
    for call in &calls {
        compare(&call.name, &call.ours, "curl --aws-sigv4", &call.curl);
    }
    println!("\npeak memory in MB\n");
    for call in &calls {
        let (ours, curl) = (peak_memory(&(call.ours)()), peak_memory(&(call.curl)()));
        println!("{:<34} {ours:>9.1} {curl:>9.1}", call.name);
    }
    println!("\nsystem calls\n");
    for call in &calls {
        match system_calls::trace(&(call.ours)(), folder.path()) {
            Some(counts) => println!("{}: {counts}", call.name),
            None => return println!("strace is not installed"),
        }
    }
}

fn short_commands(endpoint: &str) {
    let commands: [(&str, &[&str]); 3] = [
        ("skeleton", &[OPERATION, "--generate-cli-skeleton"]),
        ("help", &["help"]),
        ("usage error", &[OPERATION, "--bogus"]),
    ];
    for (name, args) in commands {
        compare(name, || ours(endpoint, args), "/bin/true", bin_true);
    }
}

/// A process that does nothing, without the environment of cargo, which would slow its start.
fn bin_true() -> Command {
    let mut command = Command::new("/bin/true");
    command.env_clear();
    command
}

/// A call that both programs make.
struct ComparedCall<'a> {
    name: String,
    ours: Box<dyn Fn() -> Command + 'a>,
    curl: Box<dyn Fn() -> Command + 'a>,
}

/// Returns the call over HTTP, and over HTTPS with each source of CA certificates.
fn calls<'a>(
    http: &'a str,
    https: &'a str,
    own: &'a Path,
    all: Option<&'a Path>,
) -> Vec<ComparedCall<'a>> {
    let mut calls = vec![
        ComparedCall {
            name: "HTTP".into(),
            ours: Box::new(|| ours(http, CALL)),
            curl: Box::new(|| curl(http)),
        },
        ComparedCall {
            name: "HTTPS, bundle given".into(),
            ours: Box::new(move || {
                let mut command = ours(https, CALL);
                command.arg("--ca-bundle").arg(own);
                command
            }),
            curl: Box::new(move || {
                let mut command = curl(https);
                command.arg("--cacert").arg(own);
                command
            }),
        },
    ];
    let stores = [
        ("the authority alone", Some(own)),
        ("the system's, too", all),
    ];
    for (what, store) in stores {
        let Some(store) = store else { continue };
        let with_store = move |mut command: Command| {
            command.env("SSL_CERT_FILE", store);
            command
        };
        calls.push(ComparedCall {
            name: format!("HTTPS, store: {what}"),
            ours: Box::new(move || with_store(ours(https, CALL))),
            curl: Box::new(move || with_store(curl(https))),
        });
    }
    calls
}

/// Writes a file of the system's certificates and this one, if the system has such a file.
fn write_bundle_with_system_certificates(pem: &str, folder: &Path) -> Option<std::path::PathBuf> {
    let systems = SYSTEM_BUNDLES
        .iter()
        .find_map(|path| fs::read_to_string(path).ok())?;
    let path = folder.join("all.pem");
    fs::write(&path, format!("{systems}\n{pem}")).expect("the folder can be written to");
    Some(path)
}

/// Returns our program with the environment of a plain call.
fn ours(endpoint: &str, args: &[&str]) -> Command {
    let mut command = Command::new(our_program());
    command
        .args(args)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("HOME", "/nonexistent");
    command
}

/// Returns the same call with curl.
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
        .args(["--data", BODY])
        .arg(format!(
            "{endpoint}/identitypools/{}/configuration",
            POOL.replace(':', "%3A")
        ))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", "/nonexistent");
    command
}

fn compare(name: &str, ours: impl Fn() -> Command, other_name: &str, peer: impl Fn() -> Command) {
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=PAIRS {
        let pair = (cost(ours()), cost(peer()));
        // The first round warms the caches.
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
            "{:<34} {:>9.2} {:>9.2} {:>9.2}   {other_name}",
            format!("{name}, {label}"),
            median(mine.iter().map(of).collect()),
            median(theirs.iter().map(of).collect()),
            median(ratios),
        );
    }
}
