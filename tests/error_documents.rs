//! Error documents: the members that `--cli-error-format json` and `yaml` have beyond those of the
//! AWS CLI, for every kind of error. The AWS CLI's own members are in the corpora.

use serde_json::{Value, json};

use crate::support::http::Response;
use crate::support::run::Run;

const GET: [&str; 3] = [
    "get-identity-pool-configuration",
    "--identity-pool-id",
    "us-east-1:1",
];
const OPERATION: &str = "GetIdentityPoolConfiguration";

/// Returns the document on standard error, which must be the whole output.
fn document(run: Run) -> Value {
    let observed = run.env("AWS_CLI_ERROR_FORMAT", "json").capture();
    assert_eq!(observed.stdout, "");
    serde_json::from_str(&observed.stderr).unwrap_or_else(|_| panic!("{}", observed.stderr))
}

#[test]
fn documents_service_error_with_all_facts() {
    let response = Response::body(r#"{"message":"slow down"}"#)
        .status(429)
        .header("x-amzn-errortype", "TooManyRequestsException")
        .header("x-amzn-requestid", "r-1");
    let run = Run::new(GET)
        .env("AWS_MAX_ATTEMPTS", "2")
        .responses([response]);
    let want = json!({
        "Message": "slow down", "Code": "TooManyRequestsException", "message": "slow down",
        "Operation": OPERATION, "RequestId": "r-1", "HTTPStatusCode": 429, "Attempts": 2,
        "Retryable": true, "ExitCode": 254,
    });
    assert_eq!(document(run), want);
}

#[test]
fn documents_every_other_kind_of_error() {
    let unreachable = Run::new(
        GET.into_iter()
            .chain(["--endpoint-url", "http://127.0.0.1:1"]),
    );
    let message = "Could not connect to the endpoint URL: \"http://127.0.0.1:1/identitypools/us-east-1%3A1/configuration\"";
    assert_eq!(
        document(unreachable.env("AWS_MAX_ATTEMPTS", "1")),
        json!({"Code": "General", "Message": message, "Operation": OPERATION, "Attempts": 1,
            "Retryable": true, "ExitCode": 255})
    );
    assert_eq!(
        document(Run::new([
            "bulk-publish",
            "--identity-pool-id",
            "p",
            "--bogus"
        ])),
        json!({"Code": "UnknownOptions", "Message": "Unknown options: --bogus", "ExitCode": 252})
    );
    let args = ["get-identity-pool-configuration", "--identity-pool-id", "p"];
    let no_region = document(Run::new(args).without_env("AWS_REGION"));
    assert_eq!(no_region["Code"], "NoRegion");
    assert_eq!(no_region["ExitCode"], 253);
    let usage = document(Run::new(["bulk-publish"]));
    assert_eq!(usage["Code"], "ParamValidation");
    let message = usage["Message"].as_str().unwrap_or_default();
    assert!(message.starts_with("the following arguments are required: --identity-pool-id\n\n"));
}

#[test]
fn takes_format_from_option_variable_or_profile() {
    let yaml = "Code: UnknownOptions\nExitCode: 252\nMessage: 'Unknown options: x'\n";
    let args = ["bulk-publish", "--identity-pool-id", "p", "x"];
    Run::new(args.into_iter().chain(["--cli-error-format", "yaml"]))
        .env("AWS_CLI_ERROR_FORMAT", "json")
        .stderr(yaml)
        .fails(252);
    Run::new(args)
        .env("AWS_CLI_ERROR_FORMAT", "YAML")
        .stderr(yaml)
        .fails(252);
    Run::new(args.into_iter().chain(["--profile", "p"]))
        .file(".aws/config", "[profile p]\ncli_error_format = yaml\n")
        .stderr(yaml)
        .fails(252);
    Run::new(args)
        .file(".aws/config", "[default]\ncli_error_format = yaml\n")
        .stderr(yaml)
        .fails(252);
}
