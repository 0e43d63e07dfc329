//! The test harness as a whole: program, scripted server and `Run` builder. A test sees the
//! requests that are sent, and a wrong expectation fails. Also the example of the builder.
//!
//! The parts of the harness have their own tests in `support`.

use std::panic::{self, AssertUnwindSafe};

use serde_json::json;

use crate::support::http::Response;
use crate::support::run::Run;
use crate::support::server::panic_message;

fn set_role() -> Run {
    let operation = "set-identity-pool-configuration";
    let push = "RoleArn=arn:aws:iam::123456789012:role/r";
    Run::new([
        operation,
        "--identity-pool-id",
        "us-east-1:1",
        "--push-sync",
        push,
    ])
    .env("AWS_MAX_ATTEMPTS", "1")
}

const PATH: &str = "/identitypools/us-east-1%3A1/configuration";

#[test]
fn sends_request_and_prints_response() {
    let body = json!({"PushSync": {"RoleArn": "arn:aws:iam::123456789012:role/r"}});
    set_role()
        .responses([Response::body(r#"{"IdentityPoolId": "us-east-1:2"}"#)])
        .sends("POST", PATH, Some(body))
        .stdout("{\n    \"IdentityPoolId\": \"us-east-1:2\"\n}\n")
        .succeeds();
}

#[test]
fn fails_for_service_error() {
    set_role()
        .respond_with(|request| {
            assert_eq!(request.path, PATH);
            Response::body(r#"{"message": "none such"}"#)
                .status(404)
                .header("x-amzn-errortype", "ResourceNotFoundException")
        })
        .request(|request| assert_eq!(request.method, "POST"))
        .stderr_contains("(ResourceNotFoundException)")
        .stderr_contains("none such")
        .fails(254);
}

#[test]
fn reports_wrong_request_expectations() {
    let report = |run: Run| {
        let run = run.responses([Response::body("{}")]);
        let failed = panic::catch_unwind(AssertUnwindSafe(|| run.succeeds()));
        panic_message(&*failed.expect_err("a mismatch was missed")).to_owned()
    };
    assert!(report(set_role()).contains("expected 0 requests, got 1"));
    let wrong_body = set_role().sends("POST", PATH, Some(json!({"PushSync": {}})));
    assert!(report(wrong_body).contains("request 1: differs:"));
    let wrong_path = set_role().sends("POST", "/elsewhere", Some(json!({})));
    assert!(report(wrong_path).contains("- POST /elsewhere"));
    let rejected = set_role().request(|request| assert!(request.body.is_empty(), "has a body"));
    assert!(report(rejected).contains("request 1: has a body"));
    let panicking = set_role().respond_with(|_| panic!("no response"));
    let failed = panic::catch_unwind(AssertUnwindSafe(|| panicking.capture()));
    let panic = failed.err().expect("the panic of the closure was missed");
    assert!(panic_message(&*panic).contains("no response"));
}
