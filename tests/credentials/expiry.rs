//! Expiration of credentials: every provider parses it alike and rejects expired credentials.

use super::sso::{OLDER, SESSION, token};
use super::{ARGS, args, expect_call_signed_by, sts_response, with_profile, with_responder};
use crate::support::http::Response;
use crate::support::run::Run;

/// Spellings of the same future time.
const FUTURE: [&str; 7] = [
    "2099-01-01T00:00:00+0000",
    "2099-01-01T00:00:00+00",
    "2099-01-01T00:00Z",
    "20990101T000000Z",
    "2099-01-01 00:00:00 UTC",
    "2099-01-01T00:00:00,5Z",
    "Thu Jan  1 00:00:00 UTC 2099",
];

/// Rejected expiration texts with their errors.
const WRONG: [(&str, &str); 4] = [
    ("soon", "Unknown string format: soon"),
    ("4070908800", "signed integer is greater than maximum"),
    (
        "2099-01-01",
        "can't subtract offset-naive and offset-aware datetimes",
    ),
    ("2001-01-01T00:00:00Z", EXPIRED),
];

const EXPIRED: &str =
    "Credentials were refreshed, but the refreshed credentials are still expired.";

fn error(message: &str) -> String {
    format!("\ncognito-sync: [ERROR]: {message}\n")
}

fn process_run(end: &str) -> Run {
    let document = format!(
        r#"{{"Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"hush","Expiration":"{end}"}}"#
    );
    let config = "[profile p]\ncredential_process = cat o.json\n";
    with_responder(Run::new(args("p")))
        .file(".aws/config", config)
        .file("o.json", document.as_str())
}

fn environment_run(end: &str) -> Run {
    Run::new(ARGS).env("AWS_CREDENTIAL_EXPIRATION", end)
}

fn container_run(end: &str) -> Run {
    let document = format!(
        r#"{{"AccessKeyId":"ASIACONTAINER","SecretAccessKey":"hush","Token":"t","Expiration":"{end}"}}"#
    );
    with_responder(Run::new(ARGS))
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{ENDPOINT}/container")
        .respond_with(move |request| match request.path.as_str() {
            "/container" => Response::body(document.as_str()),
            _ => Response::body("{}"),
        })
}

fn expect_container_request(run: Run) -> Run {
    run.request(|request| assert_eq!(request.path, "/container"))
}

#[test]
fn accepts_expiration_formats_of_aws_cli() {
    for end in FUTURE {
        expect_call_signed_by(process_run(end), "AKIDPROC").succeeds();
        expect_call_signed_by(environment_run(end), "AKIDEXAMPLE").succeeds();
        expect_call_signed_by(
            expect_container_request(container_run(end)),
            "ASIACONTAINER",
        )
        .succeeds();
    }
}

#[test]
fn rejects_malformed_or_past_expiration() {
    for (end, message) in WRONG {
        process_run(end).stderr(&error(message)).fails(255);
        environment_run(end).stderr(&error(message)).fails(255);
        let mut run = expect_container_request(container_run(end));
        if message == EXPIRED {
            // The provider is asked once more.
            run = expect_container_request(run);
        }
        run.stderr(&error(message)).fails(255);
    }
}

#[test]
fn reruns_process_for_credentials_about_to_expire() {
    let document = |key: &str, end: &str| {
        format!(
            r#"{{"Version":1,"AccessKeyId":"{key}","SecretAccessKey":"hush","Expiration":"{end}"}}"#
        )
    };
    let script = "[ -e ran ] && cat new || { touch ran; cat old; }";
    with_responder(Run::new(args("p")))
        .file(
            ".aws/config",
            "[profile p]\ncredential_process = sh script\n",
        )
        .file("script", script)
        .file("old", document("AKIDOLD", "2001-01-01T00:00:00Z").as_str())
        .file("new", document("AKIDNEW", "2099-01-01T00:00:00Z").as_str())
        .request(|request| super::assert_signed_by(request, "AKIDNEW"))
        .succeeds();
}

#[test]
fn rejects_expired_role_credentials() {
    let table = [("role", "AssumeRole"), ("wi", "AssumeRoleWithWebIdentity")];
    for (profile, operation) in table {
        with_profile(profile)
            .respond_with(move |_| sts_response(operation, "2001-01-01T00:00:00Z"))
            .request(|request| assert_eq!(request.path, "/"))
            .stderr(&error(EXPIRED))
            .fails(255);
    }
}

#[test]
fn accepts_sso_token_expiration_formats() {
    for (profile, file) in [("older", OLDER), ("session", SESSION)] {
        for end in FUTURE {
            let run = with_profile(profile).file(file, token(end).as_str());
            let run = run.request(|request| assert_eq!(request.path, "/federation/credentials"));
            expect_call_signed_by(run, "ASIASSO").succeeds();
        }
        with_profile(profile)
            .file(file, token("soon").as_str())
            .stderr(&error("Unknown string format: soon"))
            .fails(255);
    }
}

#[test]
fn rejects_expired_sso_credentials() {
    with_profile("older")
        .file(OLDER, token("2099-01-01T00:00:00Z").as_str())
        .respond_with(|_| {
            Response::body(
                r#"{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"hush",
                    "sessionToken":"hush-token","expiration":978307200000}}"#,
            )
        })
        .request(|request| assert_eq!(request.path, "/federation/credentials"))
        .stderr(&error(EXPIRED))
        .fails(255);
}

/// A metadata service that cannot refresh credentials returns the expired ones.
#[test]
fn extends_expired_instance_credentials() {
    let table = [
        ("2001-01-01T00:00:00Z", None),
        ("2099-01-01T00:00:00+00:00", None),
        ("2001-01-01T00:00:00+00:00", Some(EXPIRED)),
        ("soon", Some("Unknown string format: soon")),
    ];
    for (end, rejected) in table {
        let mut run = with_responder(Run::new(ARGS))
            .without_env("AWS_EC2_METADATA_DISABLED")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "{ENDPOINT}")
            .respond_with(move |request| {
                let body = match request.path.rsplit('/').next() {
                    Some("token") => "imds-token".to_string(),
                    Some("") => "instance-role".to_string(),
                    Some("instance-role") => format!(
                        r#"{{"AccessKeyId":"ASIAI","SecretAccessKey":"hush","Token":"t",
                            "Expiration":"{end}"}}"#
                    ),
                    _ => "{}".to_string(),
                };
                Response::body(body)
            });
        for _ in 0..3 {
            run = run.request(|request| assert!(request.path.starts_with("/latest/")));
        }
        match rejected {
            None => expect_call_signed_by(run, "ASIAI").succeeds(),
            Some(message) => run.stderr(&error(message)).fails(255),
        }
    }
}
