//! Credentials of the machine: containers, instances, and what is said where there are none.

use super::{PROGRAM, WORDS, prepared, then_calls};
use crate::support::expectation::Run;
use crate::support::http::Reply;

fn call() -> Run {
    prepared(Run::new(WORDS))
}

#[test]
fn a_container_gives_credentials_for_its_token() {
    let run = call()
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{ENDPOINT}/container")
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush")
        .request(|request| {
            assert_eq!(request.path, "/container");
            assert_eq!(request.header("authorization"), Some("hush"));
        });
    then_calls(run, "ASIACONTAINER").succeeds();
}

#[test]
fn a_container_that_refuses_is_an_error() {
    call()
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{ENDPOINT}/container")
        .answers(|_| Reply::body("no").status(403))
        .request(|_| {})
        .stderr_contains("Error when retrieving credentials from container-role: ")
        .fails(255);
    call()
        .env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "x")
        .stderr_contains("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path: x")
        .fails(255);
    for (url, host) in [
        ("x", "None"),
        ("http://example.com/x", "example.com"),
        ("http://127.0.0.1.example.com/x", "127.0.0.1.example.com"),
    ] {
        let want = format!(
            "\ncognito-sync: [ERROR]: Unsupported host '{host}'.  Can only retrieve metadata from a \
             loopback address or one of these hosts: 169.254.170.2, 169.254.170.23, fd00:ec2::23, \
             localhost\n"
        );
        call()
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)
            .stderr(&want)
            .fails(255);
    }
}

fn on_instance() -> Run {
    call()
        .without_env("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "{ENDPOINT}")
}

#[test]
fn an_instance_gives_credentials_for_a_token() {
    let folder = "/latest/meta-data/iam/security-credentials/";
    let run = on_instance()
        .request(|request| {
            assert_eq!(
                (&*request.method, &*request.path),
                ("PUT", "/latest/api/token")
            );
        })
        .request(move |request| {
            assert_eq!(request.path, folder);
            let token = request.header("x-aws-ec2-metadata-token");
            assert_eq!(token, Some("imds-token"));
        })
        .request(move |request| assert_eq!(request.path, format!("{folder}instance-role")));
    then_calls(run, "ASIAINSTANCE").succeeds();
}

const NONE: &str = "\ncognito-sync: [ERROR]: An error occurred (NoCredentials): Unable to locate \
                    credentials. You can configure credentials by running \"aws login\".\n";

#[test]
fn without_any_credentials_the_message_is_the_aws_clis() {
    call().stderr(NONE).fails(253);
    on_instance()
        .answers(|_| Reply::body("").status(404))
        .request(|_| {})
        .stderr(NONE)
        .fails(253);
    on_instance()
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")
        .stderr(NONE)
        .fails(253);
}

#[test]
fn a_terminal_gets_a_line_for_every_source() {
    let python =
        "import pty, sys, os; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let mut all = vec!["-c", python, PROGRAM];
    all.extend(WORDS);
    let observed = prepared(Run::of_program("python3", all)).capture();
    let hints: Vec<_> = observed
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("hint: "))
        .map(|line| line.split(':').next().unwrap_or_default())
        .collect();
    let want = [
        "the profile is default",
        "environment",
        "assumed role",
        "web identity",
        "IAM Identity Center",
        "credentials file",
        "aws login",
        "process",
        "config file",
        "oldest tools",
        "boto",
        "container",
        "instance metadata",
    ];
    assert_eq!(hints, want, "{observed}");
}
