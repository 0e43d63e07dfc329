//! Inputs that would make the SDK, its HTTP types or the runtime panic are rejected or survived:
//! values that do not fit into a URL or header, and environment variables that libraries read.

use std::process::Command;

use crate::support::child::RunningChild;
use crate::support::http::{Request, Response};
use crate::support::run::Run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

const ROLE: &str = "arn:aws:iam::123456789012:role/wide";

/// A value that is too long for a URL.
fn huge() -> String {
    "x".repeat(70_000)
}

#[test]
fn rejects_values_too_long_for_url() {
    const POOL: [&str; 2] = ["--identity-pool-id", "p"];
    const IDENTITY: [&str; 2] = ["--identity-id", "i"];
    let dataset = [&POOL[..], &IDENTITY, &["--dataset-name", "d"]].concat();
    let identity = [POOL, IDENTITY].concat();
    let table: [(&str, &[&str], &str); 8] = [
        ("get-identity-pool-configuration", &[], "--identity-pool-id"),
        ("describe-identity-usage", &POOL, "--identity-id"),
        ("describe-dataset", &identity, "--dataset-name"),
        ("list-records", &dataset, "--sync-session-token"),
        ("list-records", &dataset, "--next-token"),
        ("list-datasets", &identity, "--next-token"),
        ("list-identity-pool-usage", &[], "--next-token"),
        ("subscribe-to-dataset", &dataset, "--device-id"),
    ];
    for (operation, others, option) in table {
        for local in [None, Some("--local")] {
            let args = [operation].into_iter().chain(others.iter().copied());
            let args = args.chain([option, "file://huge"]).chain(local);
            let want = format!("\ncognito-sync: [ERROR]: {option}: the value makes a URL of ");
            Run::new(args)
                .file("huge", huge().as_str())
                .stderr_contains(&want)
                .fails(255);
        }
    }
}

#[test]
fn rejects_endpoint_urls_too_long_for_path() {
    let url = format!("{{ENDPOINT}}/{}", "x".repeat(65_500));
    Run::new(["list-identity-pool-usage", "--endpoint-url", &url])
        .stderr_contains("--endpoint-url: the value makes a URL of ")
        .fails(255);
}

#[test]
fn sends_headers_of_any_length() {
    let update = [
        "update-records",
        "--identity-pool-id",
        "p",
        "--identity-id",
        "i",
        "--dataset-name",
        "d",
        "--sync-session-token",
        "t",
        "--client-context",
        "file://context",
    ];
    Run::new(update)
        .file("context", huge().as_str())
        .respond_with(|_| Response::body("{}"))
        .request(|request: &Request| {
            let context = request.header("x-amz-client-context");
            assert_eq!(context.map(str::len), Some(70_000));
        })
        .succeeds();
    Run::new(update)
        .file("context", "a\u{1}b")
        .stderr(
            "\ncognito-sync: [ERROR]: --client-context: the value has the control character U+0001, \
             which cannot be sent in a header.\n",
        )
        .fails(255);
}

#[test]
fn rejects_variables_that_break_the_sdk() {
    for local in [None, Some("--local")] {
        let run = || Run::new(["list-identity-pool-usage"].into_iter().chain(local));
        run()
            .env("SMITHY_CLIENT_SDK_CUSTOM_PARTITION", "{DIR}/none")
            .stderr_contains("[ERROR]: SMITHY_CLIENT_SDK_CUSTOM_PARTITION: ")
            .fails(255);
        run()
            .env("AWS_EXECUTION_ENV", "one\ntwo")
            .stderr_contains("[ERROR]: AWS_EXECUTION_ENV: ")
            .fails(255);
    }
}

fn with_assumed_role(run: Run) -> Run {
    let config = format!(
        "[default]\nrole_arn = {ROLE}\nsource_profile = source\n[profile source]\n\
         aws_access_key_id = AK\naws_secret_access_key = sk\n"
    );
    run.file(".aws/config", config.as_str())
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
}

#[test]
fn survives_read_timeout_beyond_year_9999() {
    let args = [
        "list-identity-pool-usage",
        "--cli-read-timeout",
        "300000000000",
    ];
    with_assumed_role(Run::new(args))
        .env("AWS_MAX_ATTEMPTS", "2")
        .respond_with(|_| Response::body("").status(500))
        .request(|_| {})
        .request(|_| {})
        .stderr_contains("(500) when calling the AssumeRole operation (reached max retries: 1)")
        .fails(254);
}

#[test]
fn rejects_sts_endpoints_without_printing_request() {
    for (url, want) in [
        ("foo", "Invalid endpoint: foo"),
        ("http://a b", "Invalid endpoint: http://a b"),
        (
            "ftp://h",
            "An HTTP Client raised an unhandled exception: Not supported URL scheme ftp",
        ),
    ] {
        with_assumed_role(Run::new(["list-identity-pool-usage"]))
            .env("AWS_ENDPOINT_URL_STS", url)
            .stderr(&format!("\ncognito-sync: [ERROR]: {want}\n"))
            .fails(255);
    }
}

#[test]
fn ignores_tokio_worker_threads_variable() {
    let mut command = Command::new(PROGRAM);
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--store", ":memory:"])
        .env("TOKIO_WORKER_THREADS", "0");
    let line = RunningChild::start(command).read_line();
    assert!(line.contains("listening on http"), "{line:?}");
}
