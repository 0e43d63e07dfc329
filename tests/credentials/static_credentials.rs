//! Credentials of environment, boto and EC2 tools files: expiration and sources. The corpus covers
//! the rest of environment and profile (area `config`).

use super::{ARGS, expect_call_signed_by, with_responder};
use crate::support::run::Run;

fn call() -> Run {
    with_responder(Run::new(ARGS))
}

fn with_expiration(end: &str) -> Run {
    call()
        .env("AWS_ACCESS_KEY_ID", "AKIDENV")
        .env("AWS_SECRET_ACCESS_KEY", "hush")
        .env("AWS_CREDENTIAL_EXPIRATION", end)
}

fn error(message: &str) -> String {
    format!("\ncognito-sync: [ERROR]: {message}\n")
}

const EXPIRED: &str =
    "Credentials were refreshed, but the refreshed credentials are still expired.";

#[test]
fn checks_expiration_of_environment_credentials() {
    for end in ["", "2099-01-01T00:00:00Z", "2099-01-01 00:00:00+01:00"] {
        expect_call_signed_by(with_expiration(end), "AKIDENV").succeeds();
    }
    let table = [
        ("2020-01-01T00:00:00Z", EXPIRED),
        ("soon", "Unknown string format: soon"),
        (
            "2099-01-01T00:00:00",
            "can't subtract offset-naive and offset-aware datetimes",
        ),
    ];
    for (end, want) in table {
        with_expiration(end).stderr(&error(want)).fails(255);
    }
    // The same holds for credentials that sign an STS request.
    let role = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\n\
                credential_source = Environment\n";
    with_responder(Run::new(super::args("default")))
        .env("AWS_ACCESS_KEY_ID", "AKIDENV")
        .env("AWS_SECRET_ACCESS_KEY", "hush")
        .env("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")
        .file(".aws/config", role)
        .stderr(&error(EXPIRED))
        .fails(255);
}

#[test]
fn reports_invalid_request_before_expired_credentials() {
    with_responder(Run::new(["bulk-publish", "--identity-pool-id", ""]))
        .env("AWS_ACCESS_KEY_ID", "AKIDENV")
        .env("AWS_SECRET_ACCESS_KEY", "hush")
        .env("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")
        .stderr_contains("Invalid length for parameter IdentityPoolId")
        .fails(252);
}

const CREDENTIAL_FILE: &str = "# a comment\nAWSAccessKeyId = AKIDOLDEST \nAWSSecretKey=hush=hush\n";

#[test]
fn reads_aws_credential_file() {
    let with = |text: &str| {
        call()
            .file("keys", text)
            .env("AWS_CREDENTIAL_FILE", "~/keys")
    };
    expect_call_signed_by(with(CREDENTIAL_FILE), "AKIDOLDEST").succeeds();
    // The profile takes precedence.
    let config = "[default]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = hush\n";
    expect_call_signed_by(
        with(CREDENTIAL_FILE).file(".aws/config", config),
        "AKIDCONFIG",
    )
    .succeeds();
    with("AWSAccessKeyId=A\n")
        .stderr(&error(
            "Partial credentials found in ec2-credentials-file, missing: AWSSecretKey",
        ))
        .fails(255);
    call()
        .env("AWS_CREDENTIAL_FILE", "none")
        .stderr(&error(
            "The specified config file (none) could not be found.",
        ))
        .fails(255);
    // A file without an access key is skipped.
    let run = with("nothing\n").file(".boto", BOTO);
    expect_call_signed_by(run, "AKIDBOTO").succeeds();
}

const BOTO: &str = "[Credentials]\naws_access_key_id = AKIDBOTO\naws_secret_access_key = hush\n";

#[test]
fn reads_boto_config() {
    expect_call_signed_by(call().file(".boto", BOTO), "AKIDBOTO").succeeds();
    let named = |text: &str| {
        call()
            .file(".boto", BOTO)
            .file("boto.cfg", text)
            .env("BOTO_CONFIG", "$HOME/boto.cfg")
    };
    let other = BOTO.replace("BOTO", "NAMED");
    expect_call_signed_by(named(&other), "AKIDNAMED").succeeds();
    named("[Credentials]\naws_access_key_id = A\n")
        .stderr(&error(
            "Partial credentials found in boto-config, missing: aws_secret_access_key",
        ))
        .fails(255);
    named("nonsense\n")
        .stderr(&error("Unable to parse config file: {DIR}/boto.cfg"))
        .fails(255);
    // With BOTO_CONFIG, no other file is read.
    named("[Boto]\ndebug = 0\n")
        .stderr_contains("Unable to locate credentials")
        .fails(253);
}

#[test]
fn logs_source_of_static_credentials() {
    let args = || ARGS.into_iter().chain(["--debug"]);
    let logs_source = |run: Run, source: &str| {
        run.stderr_contains("debug: credentials: access key ****")
            .stderr_contains(&format!("(from {source})\n"))
    };
    let run = with_responder(Run::new(args())).file(".boto", BOTO);
    expect_call_signed_by(logs_source(run, "boto's configuration"), "AKIDBOTO").succeeds();
    let file = "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = hush\n";
    let run = with_responder(Run::new(args())).file(".aws/credentials", file);
    expect_call_signed_by(logs_source(run, "the credentials file"), "AKIDFILE").succeeds();
}
