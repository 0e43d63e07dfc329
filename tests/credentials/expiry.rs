//! When credentials end: every source's text is read in the same way, and what has ended is not used.

use super::sso::{OLDER, SESSION, token};
use super::{WORDS, of_sts, prepared, then_calls, with_profile, words};
use crate::support::http::Response;
use crate::support::run::Run;

/// Forms of the same time, far ahead.
const FAR: [&str; 7] = [
    "2099-01-01T00:00:00+0000",
    "2099-01-01T00:00:00+00",
    "2099-01-01T00:00Z",
    "20990101T000000Z",
    "2099-01-01 00:00:00 UTC",
    "2099-01-01T00:00:00,5Z",
    "Thu Jan  1 00:00:00 UTC 2099",
];

/// Texts that are no end, with the error.
const WRONG: [(&str, &str); 4] = [
    ("soon", "Unknown string format: soon"),
    ("4070908800", "signed integer is greater than maximum"),
    (
        "2099-01-01",
        "can't subtract offset-naive and offset-aware datetimes",
    ),
    ("2001-01-01T00:00:00Z", ENDED),
];

const ENDED: &str = "Credentials were refreshed, but the refreshed credentials are still expired.";

fn error(message: &str) -> String {
    format!("\ncognito-sync: [ERROR]: {message}\n")
}

fn of_process(end: &str) -> Run {
    let document = format!(
        r#"{{"Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"hush","Expiration":"{end}"}}"#
    );
    let config = "[profile p]\ncredential_process = cat o.json\n";
    prepared(Run::new(words("p")))
        .file(".aws/config", config)
        .file("o.json", document.as_str())
}

fn of_environment(end: &str) -> Run {
    Run::new(WORDS).env("AWS_CREDENTIAL_EXPIRATION", end)
}

fn of_container(end: &str) -> Run {
    let document = format!(
        r#"{{"AccessKeyId":"ASIACONTAINER","SecretAccessKey":"hush","Token":"t","Expiration":"{end}"}}"#
    );
    prepared(Run::new(WORDS))
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{ENDPOINT}/container")
        .respond_with(move |request| match request.path.as_str() {
            "/container" => Response::body(document.as_str()),
            _ => Response::body("{}"),
        })
}

fn asks_container(run: Run) -> Run {
    run.request(|request| assert_eq!(request.path, "/container"))
}

#[test]
fn takes_every_form_that_the_aws_cli_takes() {
    for end in FAR {
        then_calls(of_process(end), "AKIDPROC").succeeds();
        then_calls(of_environment(end), "AKIDEXAMPLE").succeeds();
        then_calls(asks_container(of_container(end)), "ASIACONTAINER").succeeds();
    }
}

#[test]
fn refuses_ends_that_make_no_sense_or_are_past() {
    for (end, message) in WRONG {
        of_process(end).stderr(&error(message)).fails(255);
        of_environment(end).stderr(&error(message)).fails(255);
        let mut run = asks_container(of_container(end));
        if message == ENDED {
            // Asked once more for better ones.
            run = asks_container(run);
        }
        run.stderr(&error(message)).fails(255);
    }
}

#[test]
fn runs_process_again_for_credentials_that_end_soon() {
    let document = |key: &str, end: &str| {
        format!(
            r#"{{"Version":1,"AccessKeyId":"{key}","SecretAccessKey":"hush","Expiration":"{end}"}}"#
        )
    };
    let script = "[ -e ran ] && cat new || { touch ran; cat old; }";
    prepared(Run::new(words("p")))
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
fn refuses_role_credentials_that_have_ended() {
    let table = [("role", "AssumeRole"), ("wi", "AssumeRoleWithWebIdentity")];
    for (profile, operation) in table {
        with_profile(profile)
            .respond_with(move |_| of_sts(operation, "2001-01-01T00:00:00Z"))
            .request(|request| assert_eq!(request.path, "/"))
            .stderr(&error(ENDED))
            .fails(255);
    }
}

#[test]
fn takes_tokens_of_identity_center_with_every_form_of_end() {
    for (profile, file) in [("older", OLDER), ("session", SESSION)] {
        for end in FAR {
            let run = with_profile(profile).file(file, token(end).as_str());
            let run = run.request(|request| assert_eq!(request.path, "/federation/credentials"));
            then_calls(run, "ASIASSO").succeeds();
        }
        with_profile(profile)
            .file(file, token("soon").as_str())
            .stderr(&error("Unknown string format: soon"))
            .fails(255);
    }
}

#[test]
fn refuses_credentials_of_identity_center_that_have_ended() {
    with_profile("older")
        .file(OLDER, token("2099-01-01T00:00:00Z").as_str())
        .respond_with(|_| {
            Response::body(
                r#"{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"hush",
                    "sessionToken":"hush-token","expiration":978307200000}}"#,
            )
        })
        .request(|request| assert_eq!(request.path, "/federation/credentials"))
        .stderr(&error(ENDED))
        .fails(255);
}

/// A metadata service that has no new credentials goes on with the old ones.
#[test]
fn puts_off_end_of_instance_credentials_in_the_services_own_form() {
    let table = [
        ("2001-01-01T00:00:00Z", None),
        ("2099-01-01T00:00:00+00:00", None),
        ("2001-01-01T00:00:00+00:00", Some(ENDED)),
        ("soon", Some("Unknown string format: soon")),
    ];
    for (end, refused) in table {
        let mut run = prepared(Run::new(WORDS))
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
        match refused {
            None => then_calls(run, "ASIAI").succeeds(),
            Some(message) => run.stderr(&error(message)).fails(255),
        }
    }
}
