//! Sessions of `aws login`: stored credentials, their renewal, and the hint to sign in.

use super::{args, expect_call_signed_by, with_responder};
use crate::support::http::Response;
use crate::support::run::Run;

/// Where `aws login` stores the session of the profile.
pub(crate) const STORED: &str =
    ".aws/login/cache/255ae6a9e8200c14bea642600b70767c8e1862b2223e31ea92cd2f0fcefd5c0c.json";

/// A DPoP key that was generated for this test.
const KEY: &str = include_str!("login-key.pem");

fn with_session() -> Run {
    let config = "[profile p]\nlogin_session = arn:aws:sts::123456789012:assumed-role/a/b\n";
    with_responder(Run::new(args("p"))).file(".aws/config", config)
}

pub(crate) fn stored(end: &str) -> String {
    serde_json::json!({
        "accessToken": {
            "accessKeyId": "ASIALOGIN", "secretAccessKey": "hush", "sessionToken": "hush-token",
            "accountId": "123456789012", "expiresAt": end,
        },
        "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4",
        "clientId": "arn:aws:signin:::devtools/same-device",
        "refreshToken": "r1", "idToken": "id", "dpopKey": KEY,
    })
    .to_string()
}

#[test]
fn signs_with_stored_login_session() {
    let run = with_session().file(STORED, stored("2099-01-01T00:00:00Z").as_str());
    expect_call_signed_by(run, "ASIALOGIN").succeeds();
}

#[test]
fn reports_expired_or_missing_login_session() {
    with_session()
        .stderr(
            "\ncognito-sync: [ERROR]: Error loading login session token: Unable to load a existing \
             login session for session arn:aws:sts::123456789012:assumed-role/a/b, Please \
             reauthenticate with 'aws login'.\n",
        )
        .fails(255);
    let errors = [
        (
            "TOKEN_EXPIRED",
            "Your session has expired. Please reauthenticate using 'aws login'.",
        ),
        (
            "USER_CREDENTIALS_CHANGED",
            "Unable to refresh login credentials because of a change in your password. Please \
             reauthenticate with your new password using 'aws login'.",
        ),
        (
            "INSUFFICIENT_PERMISSIONS",
            "Unable to create or refresh login credentials due to insufficient permissions. You may \
             be missing permission for the 'signin:CreateOAuth2Token' action.",
        ),
    ];
    for (error_code, message) in errors {
        let body = format!(r#"{{"error":"{error_code}","message":"gone"}}"#);
        with_session()
            .file(STORED, stored("2020-01-01T00:00:00Z").as_str())
            .respond_with(move |_| {
                Response::body(body.as_str())
                    .status(403)
                    .header("x-amzn-errortype", "AccessDeniedException")
            })
            .request(|request| assert_eq!(request.path, "/v1/token"))
            .stderr(&format!("\ncognito-sync: [ERROR]: {message}\n"))
            .fails(255);
    }
    with_session()
        .file(STORED, "{}")
        .stderr(
            "\ncognito-sync: [ERROR]: Error loading login session token: Failed to load access token \
             from token cache, missing one or more required fields.\n",
        )
        .fails(255);
}

#[test]
fn renews_expired_login_session() {
    let renewed = r#"{"accessToken":{"accessKeyId":"ASIANEW","secretAccessKey":"s","sessionToken":"t"},"expiresIn":900,"refreshToken":"r2","tokenType":"x"}"#;
    let run = with_session()
        .file(STORED, stored("2020-01-01T00:00:00Z").as_str())
        .respond_with(move |request| match &*request.path {
            "/v1/token" => Response::body(renewed),
            _ => Response::body("{}"),
        })
        .request(|request| assert_eq!(request.path, "/v1/token"));
    expect_call_signed_by(run, "ASIANEW").succeeds();
}

#[test]
fn survives_malformed_login_responses_and_sessions() {
    for response in [
        "",
        "{}",
        "null",
        "[]",
        r#"{"accessToken":{}}"#,
        r#"{"accessToken":null,"expiresIn":null}"#,
        r#"{"accessToken":{"accessKeyId":"a","secretAccessKey":"s"},"expiresIn":-1}"#,
        r#"{"accessToken":{"accessKeyId":"a","secretAccessKey":"s","sessionToken":"t"},"expiresIn":99999999999,"tokenType":"x","refreshToken":"r"}"#,
    ] {
        let run = with_session()
            .file(STORED, stored("2020-01-01T00:00:00Z").as_str())
            .respond_with(move |_| Response::body(response))
            .capture();
        assert!(!run.stderr.contains("panicked"), "{response}: {run}");
        assert_eq!(run.requests.len(), 1, "{response}: {run}");
    }
    for member in [
        "accessToken",
        "tokenType",
        "clientId",
        "refreshToken",
        "idToken",
        "dpopKey",
    ] {
        for end in ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "never"] {
            let mut session: serde_json::Value =
                serde_json::from_str(&stored(end)).expect("a session");
            session[member].take();
            let run = with_session()
                .file(STORED, session.to_string().as_str())
                .respond_with(|_| Response::body("{}"))
                .capture();
            assert!(!run.stderr.contains("panicked"), "{member}: {run}");
        }
    }
}
