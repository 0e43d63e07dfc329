//! The log of `--debug`: the canonical request, checked against the signature that was sent, and
//! the absence of secrets.

use crate::support::child::ChildExit;
use crate::support::http::{Request, Response};
use crate::support::run::{Run, RunOutput};
use crate::support::sigv4::signature;

/// Returns the canonical request in the log, with redacted values filled in from the request that
/// the server received.
fn canonical_request(log: &str, request: &Request) -> String {
    let (_, logged) = log
        .split_once("debug: canonical request:\n")
        .expect("a canonical request is logged");
    let lines: Vec<_> = logged
        .lines()
        .map_while(|line| line.strip_prefix("debug:   "))
        .map(|line| match line.strip_suffix(":(redacted)") {
            Some(name) => format!("{name}:{}", request.header(name).unwrap_or_default()),
            None => line.replace("syncSessionToken=***", "syncSessionToken=hush%2Btoken"),
        })
        .collect();
    lines.join("\n")
}

#[track_caller]
fn assert_no_secret(observed: &RunOutput) {
    assert_eq!(observed.exit, ChildExit::Status(0), "{observed}");
    for secret in ["hush", "wJalr", "AKIDEXAMPLE"] {
        assert!(!observed.stderr.contains(secret), "{}", observed.stderr);
    }
}

#[test]
fn logs_canonical_request_that_was_signed() {
    let pool = ["--identity-pool-id", "us-east-1:1", "--identity-id", "a/ü"];
    let record = ["--dataset-name", "..", "--sync-session-token", "hush+token"];
    let calls: [&[&str]; 3] = [
        &[
            "list-records",
            "--last-sync-count",
            "3",
            "--max-results",
            "2",
        ],
        &["update-records", "--client-context", "hush context"],
        &["update-records", "--device-id", "d e"],
    ];
    for call in calls {
        let args = call.iter().chain(&pool).chain(&record).copied();
        let observed = Run::new(args.chain(["--debug"]))
            .env("AWS_SESSION_TOKEN", "hush session")
            .respond_with(|_| Response::body("{}"))
            .capture();
        assert_no_secret(&observed);
        let request = &observed.requests[0];
        // `Run` replaces the address in the output by `{HOST}`.
        let host = request.header("host").unwrap_or_default();
        let canonical = canonical_request(&observed.stderr, request).replace("{HOST}", host);
        let date = request.header("x-amz-date").expect("the request is signed");
        let authorization = request.header("authorization").unwrap_or_default();
        let want = format!("Signature={}", signature(&canonical, date));
        assert!(
            authorization.ends_with(&want),
            "{canonical}\n{authorization}"
        );
    }
}

#[test]
fn logs_no_canonical_request_without_signature() {
    let args = ["list-identity-pool-usage", "--no-sign-request", "--debug"];
    let observed = Run::new(args)
        .respond_with(|_| Response::body("{}"))
        .capture();
    assert_no_secret(&observed);
    assert!(!observed.stderr.contains("canonical"), "{observed}");
}
