//! Keys that need no service: when they end, and those in files of older tools. Keys of environment
//! and profile are otherwise the corpus's (area `config`).

use super::{WORDS, prepared, then_calls};
use crate::support::run::Run;

fn call() -> Run {
    prepared(Run::new(WORDS))
}

fn with_keys(end: &str) -> Run {
    call()
        .env("AWS_ACCESS_KEY_ID", "AKIDENV")
        .env("AWS_SECRET_ACCESS_KEY", "hush")
        .env("AWS_CREDENTIAL_EXPIRATION", end)
}

fn error(message: &str) -> String {
    format!("\ncognito-sync: [ERROR]: {message}\n")
}

const ENDED: &str = "Credentials were refreshed, but the refreshed credentials are still expired.";

#[test]
fn keys_of_the_environment_may_end() {
    for end in ["", "2099-01-01T00:00:00Z", "2099-01-01 00:00:00+01:00"] {
        then_calls(with_keys(end), "AKIDENV").succeeds();
    }
    let table = [
        ("2020-01-01T00:00:00Z", ENDED),
        ("soon", "Unknown string format: soon"),
        (
            "2099-01-01T00:00:00",
            "can't subtract offset-naive and offset-aware datetimes",
        ),
    ];
    for (end, want) in table {
        with_keys(end).stderr(&error(want)).fails(255);
    }
    // Those that sign a request for a role are the same.
    let role = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\n\
                credential_source = Environment\n";
    prepared(Run::new(super::words("default")))
        .env("AWS_ACCESS_KEY_ID", "AKIDENV")
        .env("AWS_SECRET_ACCESS_KEY", "hush")
        .env("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")
        .file(".aws/config", role)
        .stderr(&error(ENDED))
        .fails(255);
}

#[test]
fn a_request_that_is_wrong_goes_before_keys_that_have_ended() {
    prepared(Run::new(["bulk-publish", "--identity-pool-id", ""]))
        .env("AWS_ACCESS_KEY_ID", "AKIDENV")
        .env("AWS_SECRET_ACCESS_KEY", "hush")
        .env("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")
        .stderr_contains("Invalid length for parameter IdentityPoolId")
        .fails(252);
}

const OLDEST: &str = "# a comment\nAWSAccessKeyId = AKIDOLDEST \nAWSSecretKey=hush=hush\n";

#[test]
fn the_oldest_tools_file_gives_keys() {
    let with = |text: &str| {
        call()
            .file("keys", text)
            .env("AWS_CREDENTIAL_FILE", "~/keys")
    };
    then_calls(with(OLDEST), "AKIDOLDEST").succeeds();
    // What the profile has goes before it.
    let config = "[default]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = hush\n";
    then_calls(with(OLDEST).file(".aws/config", config), "AKIDCONFIG").succeeds();
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
    // A file without a key is passed over.
    let run = with("nothing\n").file(".boto", BOTO);
    then_calls(run, "AKIDBOTO").succeeds();
}

const BOTO: &str = "[Credentials]\naws_access_key_id = AKIDBOTO\naws_secret_access_key = hush\n";

#[test]
fn botos_configuration_gives_keys() {
    then_calls(call().file(".boto", BOTO), "AKIDBOTO").succeeds();
    let named = |text: &str| {
        call()
            .file(".boto", BOTO)
            .file("boto.cfg", text)
            .env("BOTO_CONFIG", "$HOME/boto.cfg")
    };
    let other = BOTO.replace("BOTO", "NAMED");
    then_calls(named(&other), "AKIDNAMED").succeeds();
    named("[Credentials]\naws_access_key_id = A\n")
        .stderr(&error(
            "Partial credentials found in boto-config, missing: aws_secret_access_key",
        ))
        .fails(255);
    named("nonsense\n")
        .stderr(&error("Unable to parse config file: {DIR}/boto.cfg"))
        .fails(255);
    // The one that is named is the only one.
    named("[Boto]\ndebug = 0\n")
        .stderr_contains("Unable to locate credentials")
        .fails(253);
}

#[test]
fn the_trace_names_where_keys_were_found() {
    let words = || WORDS.into_iter().chain(["--debug"]);
    let told = |run: Run, place: &str| {
        run.stderr_contains("debug: credentials: access key ****")
            .stderr_contains(&format!("(from {place})\n"))
    };
    let run = prepared(Run::new(words())).file(".boto", BOTO);
    then_calls(told(run, "boto's configuration"), "AKIDBOTO").succeeds();
    let file = "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = hush\n";
    let run = prepared(Run::new(words())).file(".aws/credentials", file);
    then_calls(told(run, "the credentials file"), "AKIDFILE").succeeds();
}
