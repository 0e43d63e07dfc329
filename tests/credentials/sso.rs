//! IAM Identity Center: stored tokens, their renewal, and the command that gets new ones.

use super::{prepared, then_calls, twice, with_profile, words};
use crate::support::expectation::Run;
use crate::support::http::Reply;

/// Where `aws sso login` stores the token of each profile.
const OLDER: &str = ".aws/sso/cache/f9bd89c67fef27fcb5df8d2e4b64eabe5bae45a4.json";
pub(super) const SESSION: &str = ".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json";

fn token(end: &str) -> String {
    format!(
        r#"{{"startUrl":"https://x/start","region":"us-east-1","accessToken":"stored",
            "expiresAt":"{end}","clientId":"ci","clientSecret":"hush",
            "registrationExpiresAt":"2099-01-01T00:00:00Z","refreshToken":"r1"}}"#
    )
}

fn asks_for_role(run: Run, token: &'static str) -> Run {
    run.request(move |request| {
        let target = "/federation/credentials?role_name=r&account_id=123456789012";
        assert_eq!(request.target(), target);
        assert_eq!(request.header("x-amz-sso_bearer_token"), Some(token));
        assert_eq!(request.header("authorization"), None);
    })
}

#[test]
fn a_stored_token_opens_the_role_once() {
    for (profile, file) in [("older", OLDER), ("session", SESSION)] {
        let run = twice(profile).file(file, token("2099-01-01T00:00:00Z").as_str());
        let run = asks_for_role(run, "stored");
        then_calls(then_calls(run, "ASIASSO"), "ASIASSO").succeeds();
    }
}

#[test]
fn a_sessions_token_is_renewed() {
    let run = with_profile("session")
        .file(SESSION, token("2020-01-01T00:00:00Z").as_str())
        .request(|request| {
            assert_eq!(request.path, "/token");
            let body = request.json().expect("JSON");
            assert_eq!(body["grantType"], "refresh_token");
            assert_eq!(body["refreshToken"], "r1");
        });
    then_calls(asks_for_role(run, "renewed"), "ASIASSO").succeeds();
}

#[test]
fn who_must_sign_in_is_told_how() {
    let how = "aws sso login --profile ";
    with_profile("older")
        .file(OLDER, token("2020-01-01T00:00:00Z").as_str())
        .stderr_contains("has expired or is otherwise invalid")
        .stderr_contains(&format!("{how}older"))
        .fails(255);
    with_profile("session")
        .file(SESSION, token("2099-01-01T00:00:00Z").as_str())
        .answers(|_| {
            Reply::body(r#"{"message":"Session token not found"}"#)
                .status(401)
                .header("x-amzn-errortype", "UnauthorizedException")
        })
        .request(|_| {})
        .stderr_contains(&format!("{how}session"))
        .fails(255);
    with_profile("session")
        .stderr("\ncognito-sync: [ERROR]: Error loading SSO Token: Token for s does not exist\n")
        .fails(255);
}

#[test]
fn profiles_that_make_no_sense_are_refused_as_the_aws_cli_does() {
    let account = "sso_account_id = 1\n";
    let table = [
        (
            account.to_string(),
            "The profile \"p\" is configured to use SSO but is missing required configuration: \
             sso_role_name, sso_start_url, sso_region",
        ),
        (
            format!("{account}sso_session = none"),
            "The specified sso-session does not exist: \"none\"",
        ),
        (
            format!("{account}sso_session = s\nsso_region = x\n[sso-session s]\nsso_region = y"),
            "The value for sso_region is inconsistent between profile (x) and sso-session (y).",
        ),
    ];
    for (settings, want) in table {
        prepared(Run::new(words("p")))
            .file(".aws/config", format!("[profile p]\n{settings}\n").as_str())
            .stderr(&format!("\ncognito-sync: [ERROR]: {want}\n"))
            .fails(255);
    }
}
