//! Credentials providers: processes, roles, web identities, IAM Identity Center, containers and
//! instances. One scripted server is both Cognito Sync and every credentials service; the
//! credentials that it returns expire in 2099.
//!
//! The corpus covers static credentials and the settings around them (area `config`).

pub(crate) mod assume_role;
mod cache;
mod container;
mod debug_log;
mod expiry;
mod instance_metadata;
pub(crate) mod login;
mod process;
pub(crate) mod sso;
mod static_credentials;
mod sts_connection;

use crate::support::http::{Request, Response};
use crate::support::run::Run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

/// The arguments of a call with the default profile.
const ARGS: [&str; 5] = ["bulk-publish", "--identity-pool-id", "p", "--output", "off"];

/// The call's own request.
const CALL: &str = "/identitypools/p/bulkpublish";

/// The profiles of the tests. The files in `aws-cli` were recorded with them.
pub(crate) const CONFIG: &str = r#"
[profile static]
aws_access_key_id = AKIDSTATIC
aws_secret_access_key = hush-static
[profile role]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = static
[profile full]
role_arn = arn:aws:iam::123456789012:role/ü
source_profile = static
external_id = e"x
role_session_name = sess
duration_seconds = 1800
[profile chain]
role_arn = arn:aws:iam::123456789012:role/outer
source_profile = role
[profile wi]
role_arn = arn:aws:iam::123456789012:role/web
web_identity_token_file = token
[profile mfa]
role_arn = arn:aws:iam::123456789012:role/m
source_profile = static
mfa_serial = arn:aws:iam::123456789012:mfa/u
[profile older]
sso_start_url = https://x/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = r
[profile session]
sso_session = s
sso_account_id = 123456789012
sso_role_name = r
[sso-session s]
sso_start_url = https://x/start
sso_region = us-east-1
"#;

/// A call with a profile and without credentials in the environment; [`respond`] serves it.
fn with_profile(profile: &str) -> Run {
    with_responder(Run::new(args(profile)))
}

/// A shell script that has the program in `$0` and the profile in `$1`.
fn script(script: &str, profile: &str) -> Run {
    with_responder(Run::with_program("sh", ["-c", script, PROGRAM, profile]))
}

/// The call, twice in one folder.
fn twice(profile: &str) -> Run {
    let call = "\"$0\" bulk-publish --identity-pool-id p --profile \"$1\" --output off";
    script(&format!("{call} && {call}"), profile)
}

fn args(profile: &str) -> [&str; 7] {
    let call = ["bulk-publish", "--identity-pool-id", "p", "--profile"];
    let [a, b, c, d] = call;
    [a, b, c, d, profile, "--output", "off"]
}

fn with_responder(run: Run) -> Run {
    run.without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
        .env("AWS_MAX_ATTEMPTS", "1")
        .file(".aws/config", CONFIG)
        .file("token", "web token")
        .respond_with(respond)
}

/// The responses of the credentials services, and `{}` for any other request.
pub(crate) fn respond(request: &Request) -> Response {
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let keys =
        r#""SecretAccessKey":"hush","Token":"hush-token","Expiration":"2099-01-01T00:00:00Z""#;
    match request.path.as_str() {
        "/" if body.contains("WebIdentity") => {
            sts_response("AssumeRoleWithWebIdentity", "2099-01-01T00:00:00Z")
        }
        "/" => sts_response("AssumeRole", "2099-01-01T00:00:00Z"),
        "/federation/credentials" => Response::body(
            r#"{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"hush",
                "sessionToken":"hush-token","expiration":4070908800000}}"#,
        ),
        "/token" => Response::body(
            r#"{"accessToken":"renewed","expiresIn":28800,"refreshToken":"r2","tokenType":"Bearer"}"#,
        ),
        "/container" => Response::body(format!(r#"{{"AccessKeyId":"ASIACONTAINER",{keys}}}"#)),
        "/latest/api/token" => {
            Response::body("imds-token").header("x-aws-ec2-metadata-token-ttl-seconds", "21600")
        }
        "/latest/meta-data/iam/security-credentials/" => Response::body("instance-role"),
        "/latest/meta-data/iam/security-credentials/instance-role" => Response::body(format!(
            r#"{{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"ASIAINSTANCE",{keys}}}"#
        )),
        _ => Response::body("{}"),
    }
}

fn sts_response(operation: &str, end: &str) -> Response {
    let xml = format!(
        "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <{operation}Result><AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId>\
         <Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser><Credentials>\
         <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>hush</SecretAccessKey>\
         <SessionToken>hush-token</SessionToken><Expiration>{end}</Expiration>\
         </Credentials></{operation}Result></{operation}Response>"
    );
    Response::body(xml).header("content-type", "text/xml")
}

/// The parameters of an STS request, sorted by name, without a generated `RoleSessionName`.
fn sts_parameters(request: &Request) -> Vec<(String, String)> {
    let form = Request {
        raw_query: String::from_utf8_lossy(&request.body).into_owned(),
        ..request.clone()
    };
    let mut parameters = form.query();
    parameters.retain(|(name, value)| {
        name != "Version" && !(name == "RoleSessionName" && value.starts_with("botocore-session-1"))
    });
    parameters.sort();
    parameters
}

/// Asserts that the request is signed with this access key.
#[track_caller]
fn assert_signed_by(request: &Request, key: &str) {
    let signature = request.header("authorization").unwrap_or_default();
    let want = format!("Credential={key}/");
    assert!(signature.contains(&want), "{signature}");
}

/// Expects the request to Cognito Sync, signed with this access key.
fn expect_call_signed_by(run: Run, key: &'static str) -> Run {
    run.request(move |request| {
        assert_eq!(request.path, CALL);
        assert_signed_by(request, key);
    })
}
