//! What `--debug` tells: the canonical request, which is proven to be the one that was signed, and the
//! requests that bring credentials; and of neither what is secret.

use crate::support::child::ChildExit;
use crate::support::http::{Request, Response};
use crate::support::run::{Run, RunOutput};
use crate::support::sigv4::signature;

/// The lines of the canonical request that the trace tells, with what it leaves out filled in from
/// the request that was received.
fn canonical(trace: &str, request: &Request) -> String {
    let (_, told) = trace
        .split_once("debug: canonical request:\n")
        .expect("it is told");
    let lines: Vec<_> = told
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
fn the_canonical_request_is_the_one_that_was_signed() {
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
        let words = call.iter().chain(&pool).chain(&record).copied();
        let observed = Run::new(words.chain(["--debug"]))
            .env("AWS_SESSION_TOKEN", "hush session")
            .respond_with(|_| Response::body("{}"))
            .capture();
        assert_no_secret(&observed);
        let request = &observed.requests[0];
        // The address is left out of what a run has shown.
        let host = request.header("host").unwrap_or_default();
        let canonical = canonical(&observed.stderr, request).replace("{HOST}", host);
        let date = request.header("x-amz-date").expect("it is signed");
        let authorization = request.header("authorization").unwrap_or_default();
        let want = format!("Signature={}", signature(&canonical, date));
        assert!(
            authorization.ends_with(&want),
            "{canonical}\n{authorization}"
        );
    }
}

#[test]
fn without_a_signature_there_is_no_canonical_request() {
    let words = ["list-identity-pool-usage", "--no-sign-request", "--debug"];
    let observed = Run::new(words)
        .respond_with(|_| Response::body("{}"))
        .capture();
    assert_no_secret(&observed);
    assert!(!observed.stderr.contains("canonical"), "{observed}");
}
