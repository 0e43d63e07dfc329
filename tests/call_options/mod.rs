//! The options of this program that change how an operation is called.

mod dry_run;
mod live_skeleton;
mod merge;
mod refused_options;
mod show_diff;
mod show_unmodeled;
mod warnings;

use serde_json::{Value, json};

use crate::support::http::Response;

const POOL: &str = "us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c";
const CONFIGURATION: &str =
    "/identitypools/us-east-1%3A23ec4050-6aea-7089-a2dd-08002e7a1b2c/configuration";
const EVENTS: &str = "/identitypools/us-east-1%3A23ec4050-6aea-7089-a2dd-08002e7a1b2c/events";
const ROLE: &str = "arn:aws:iam::123456789012:role/sync";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:sync";
const APPLICATIONS: [&str; 2] = [
    "arn:aws:sns:us-east-1:123456789012:app/GCM/one",
    "arn:aws:sns:us-east-1:123456789012:app/GCM/two",
];

/// The arguments of `set-identity-pool-configuration` for the pool.
fn set<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [
        &[
            "set-identity-pool-configuration",
            "--identity-pool-id",
            POOL,
        ],
        args,
    ]
    .concat()
}

/// The arguments of `set-cognito-events` for the pool.
fn set_events<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&["set-cognito-events", "--identity-pool-id", POOL], args].concat()
}

/// A live configuration with both sections, as the service sends it.
fn live() -> Value {
    json!({
        "CognitoStreams": {
            "DisabledReason": "the stream is gone",
            "RoleArn": ROLE,
            "StreamName": "updates",
            "StreamingStatus": "DISABLED",
        },
        "IdentityPoolId": POOL,
        "PushSync": {"ApplicationArns": APPLICATIONS, "RoleArn": ROLE},
    })
}

fn respond(body: &Value) -> Response {
    Response::body(body.to_string())
}

/// An error response of the service.
fn refuse(status: u16, code: &str) -> Response {
    let response = respond(&json!({"message": "no"})).status(status);
    response.header("x-amzn-errortype", code)
}

/// A document as `--output json` prints it, with the order of its members.
fn printed(document: &str) -> Value {
    serde_json::from_str(document).expect("the output is JSON")
}
