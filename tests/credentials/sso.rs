//! IAM Identity Center: stored tokens, their renewal, and the hint to sign in.

use std::time::{Duration, SystemTime};

use super::{args, expect_call_signed_by, respond, script, twice, with_profile, with_responder};
use crate::support::http::Response;
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

/// Token files of `aws sso login` for the profiles `older` and `session`.
pub(super) const OLDER: &str = ".aws/sso/cache/f9bd89c67fef27fcb5df8d2e4b64eabe5bae45a4.json";
pub(crate) const SESSION: &str = ".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json";

pub(super) fn token(end: &str) -> String {
    format!(
        r#"{{"startUrl":"https://x/start","region":"us-east-1","accessToken":"stored",
            "expiresAt":"{end}","clientId":"ci","clientSecret":"hush",
            "registrationExpiresAt":"2099-01-01T00:00:00Z","refreshToken":"r1"}}"#
    )
}

fn expect_role_request(run: Run, token: &'static str) -> Run {
    run.request(move |request| {
        let target = "/federation/credentials?role_name=r&account_id=123456789012";
        assert_eq!(request.target(), target);
        assert_eq!(request.header("x-amz-sso_bearer_token"), Some(token));
        assert_eq!(request.header("authorization"), None);
    })
}

#[test]
fn requests_role_credentials_once_with_stored_token() {
    for (profile, file) in [("older", OLDER), ("session", SESSION)] {
        let run = twice(profile).file(file, token("2099-01-01T00:00:00Z").as_str());
        let run = expect_role_request(run, "stored");
        expect_call_signed_by(expect_call_signed_by(run, "ASIASSO"), "ASIASSO").succeeds();
    }
}

/// The time in so many minutes, in the form of `expiresAt`.
fn minutes_from_now(minutes: u64) -> String {
    let end = SystemTime::now() + Duration::from_secs(60 * minutes);
    let end = jiff::Timestamp::try_from(end).expect("a time of the calendar");
    end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn expect_token_renewal(run: Run) -> Run {
    run.request(|request| {
        assert_eq!(request.path, "/token");
        let body = request.json().expect("JSON");
        assert_eq!(body["grantType"], "refresh_token");
        assert_eq!(body["clientId"], "ci");
        assert_eq!(body["clientSecret"], "hush");
        assert_eq!(body["refreshToken"], "r1");
    })
}

#[test]
fn renews_token_of_session_that_ends_within_15_minutes() {
    for end in ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00UTC"] {
        let run = with_profile("session").file(SESSION, token(end).as_str());
        expect_call_signed_by(
            expect_role_request(expect_token_renewal(run), "renewed"),
            "ASIASSO",
        )
        .succeeds();
    }
    let run = with_profile("session").file(SESSION, token(&minutes_from_now(14)).as_str());
    expect_call_signed_by(
        expect_role_request(expect_token_renewal(run), "renewed"),
        "ASIASSO",
    )
    .succeeds();
    let run = with_profile("session").file(SESSION, token(&minutes_from_now(16)).as_str());
    expect_call_signed_by(expect_role_request(run, "stored"), "ASIASSO").succeeds();
}

#[test]
fn stores_renewed_token_for_later_commands() {
    let call = "\"$0\" bulk-publish --identity-pool-id p --profile \"$1\" --output off";
    let stored = format!("\"$HOME/{SESSION}\"");
    let run = script(
        &format!(
            "{call} && rm -r \"$HOME/.aws/cli/cache\" && {call} &&
             find .aws/sso/cache -perm 600 && (cat {stored}; echo) |
             sed -E 's/\"expiresAt\": \"[-0-9]{{10}}T[0-9:]{{8}}Z\"/END/'"
        ),
        "session",
    );
    let run = run.file(SESSION, token("2020-01-01T00:00:00Z").as_str());
    let run = expect_call_signed_by(
        expect_role_request(expect_token_renewal(run), "renewed"),
        "ASIASSO",
    );
    expect_call_signed_by(expect_role_request(run, "renewed"), "ASIASSO")
        .stdout(&format!(
            "{SESSION}\n{{\"startUrl\": \"https://x/start\", \"region\": \"us-east-1\", \
             \"accessToken\": \"renewed\", END, \"clientId\": \"ci\", \"clientSecret\": \"hush\", \
             \"registrationExpiresAt\": \"2099-01-01T00:00:00Z\", \"refreshToken\": \"r2\"}}\n"
        ))
        .succeeds();
}

#[test]
fn uses_unexpired_token_if_renewal_fails() {
    let run = with_profile("session")
        .file(SESSION, token(&minutes_from_now(10)).as_str())
        .respond_with(|request| match request.path.as_str() {
            "/token" => Response::body(r#"{"error":"invalid_grant"}"#)
                .status(400)
                .header("x-amzn-errortype", "InvalidGrantException"),
            _ => respond(request),
        });
    expect_call_signed_by(
        expect_role_request(expect_token_renewal(run), "stored"),
        "ASIASSO",
    )
    .succeeds();
}

fn error(message: &str) -> String {
    format!("\ncognito-sync: [ERROR]: {message}\n")
}

const EXPIRED: &str = "The SSO session associated with this profile has expired or is otherwise \
                       invalid. To refresh this SSO session run aws sso login with the \
                       corresponding profile.";

#[test]
fn reports_expired_or_missing_sso_session() {
    with_profile("older")
        .file(OLDER, token("2020-01-01T00:00:00Z").as_str())
        .stderr(&error(EXPIRED))
        .fails(255);
    with_profile("session")
        .file(SESSION, token("2099-01-01T00:00:00Z").as_str())
        .respond_with(|_| {
            Response::body(r#"{"message":"Session token not found"}"#)
                .status(401)
                .header("x-amzn-errortype", "UnauthorizedException")
        })
        .request(|_| {})
        .stderr(&error(EXPIRED))
        .fails(255);
    with_profile("session")
        .stderr(&error(
            "Error loading SSO Token: Token for s does not exist",
        ))
        .fails(255);
}

#[test]
fn rejects_expired_token_without_renewal() {
    let ended = token("2020-01-01T00:00:00Z");
    let want = error("Error when retrieving token from sso: Token has expired and refresh failed");
    with_profile("session")
        .file(SESSION, ended.as_str())
        .respond_with(|_| {
            Response::body(r#"{"error":"invalid_grant"}"#)
                .status(400)
                .header("x-amzn-errortype", "InvalidGrantException")
        })
        .request(|request| assert_eq!(request.path, "/token"))
        .stderr(&want)
        .fails(255);
    for (what, by) in [
        ("refreshToken", "other"),
        ("clientId", "other"),
        ("clientSecret", "other"),
        ("registrationExpiresAt", "other"),
        ("2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    ] {
        with_profile("session")
            .file(SESSION, ended.replace(what, by).as_str())
            .stderr(&want)
            .fails(255);
    }
}

#[test]
fn prints_sign_in_command_on_terminal() {
    let args = args("older");
    let run = with_responder(run_on_terminal("stderr", &args));
    let shown = run
        .file(OLDER, token("2020-01-01T00:00:00Z").as_str())
        .capture();
    let want = format!(
        "{}hint: run: aws sso login --profile older\n",
        error(EXPIRED)
    );
    assert_eq!(shown.stdout, want, "{shown}");
}

#[test]
fn reports_service_errors_of_sso() {
    let table = [
        (
            403,
            "ForbiddenException",
            "No access",
            "ForbiddenException",
            "",
        ),
        (
            429,
            "TooManyRequestsException",
            "slow",
            "TooManyRequestsException",
            " (reached max retries: 1)",
        ),
        (500, "", "oops", "500", " (reached max retries: 1)"),
    ];
    for (status, kind, message, code, retries) in table {
        let response = Response::body(format!(r#"{{"message":"{message}"}}"#)).status(status);
        let response = match kind {
            "" => response,
            kind => response.header("x-amzn-errortype", kind),
        };
        let mut run = with_profile("older")
            .file(OLDER, token("2099-01-01T00:00:00Z").as_str())
            .env("AWS_MAX_ATTEMPTS", "2")
            .respond_with(move |_| response.clone())
            .stderr(&error(&format!(
                "An error occurred ({code}) when calling the GetRoleCredentials operation{retries}: \
                 {message}"
            )));
        for _ in 0..if retries.is_empty() { 1 } else { 2 } {
            run = run.request(|_| {});
        }
        run.fails(254);
    }
}

#[test]
fn rejects_incomplete_sso_session_with_static_credentials() {
    let keys = "[default]\naws_access_key_id = a\naws_secret_access_key = hush\nsso_session = s\n";
    let rejection = "The profile \"default\" is configured to use the SSO token provider but ";
    let table = [
        ("", "the \"s\" sso_session configuration does not exist."),
        (
            "[sso-session s]\nsso_region = x\n",
            "is missing the following configuration: ['sso_start_url'].",
        ),
    ];
    for (section, why) in table {
        with_responder(Run::new(super::ARGS))
            .file(".aws/config", format!("{keys}{section}").as_str())
            .stderr(&error(&format!("{rejection}{why}")))
            .fails(255);
    }
}

#[test]
fn rejects_invalid_sso_profiles() {
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
        with_responder(Run::new(args("p")))
            .file(".aws/config", format!("[profile p]\n{settings}\n").as_str())
            .stderr(&format!("\ncognito-sync: [ERROR]: {want}\n"))
            .fails(255);
    }
}
