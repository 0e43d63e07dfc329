//! Credentials of EC2 instance metadata, and the errors where no provider has credentials.

use super::{ARGS, expect_call_signed_by, respond, with_responder};
use crate::support::http::{Request, Response};
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

fn call() -> Run {
    with_responder(Run::new(ARGS))
}

fn instance_run() -> Run {
    call()
        .without_env("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "{ENDPOINT}")
}

#[test]
fn fetches_instance_credentials_with_imdsv2_token() {
    let folder = "/latest/meta-data/iam/security-credentials/";
    let run = instance_run()
        .request(|request| {
            assert_eq!(
                (&*request.method, &*request.path),
                ("PUT", "/latest/api/token")
            );
        })
        .request(move |request| {
            assert_eq!(request.path, folder);
            let token = request.header("x-aws-ec2-metadata-token");
            assert_eq!(token, Some("imds-token"));
        })
        .request(move |request| assert_eq!(request.path, format!("{folder}instance-role")));
    expect_call_signed_by(run, "ASIAINSTANCE").succeeds();
}

#[test]
fn falls_back_to_imdsv1_without_token() {
    for status in [403, 404, 405, 500] {
        let run = instance_run().respond_with(move |request| match request.path.as_str() {
            "/latest/api/token" => Response::body("no").status(status),
            _ => respond(request),
        });
        let run = run.request(|request| assert_eq!(request.method, "PUT"));
        let run = (0..2).fold(run, |run, _| {
            run.request(|request| assert_eq!(request.header("x-aws-ec2-metadata-token"), None))
        });
        expect_call_signed_by(run, "ASIAINSTANCE").succeeds();
    }
    instance_run()
        .env("AWS_EC2_METADATA_V1_DISABLED", "true")
        .respond_with(|_| Response::body("no").status(404))
        .request(|request| assert_eq!(request.method, "PUT"))
        .stderr(
            "\ncognito-sync: [ERROR]: Error retrieving metadata: Unable to retrieve token for use in \
             IMDSv2 call and IMDSv1 has been disabled\n",
        )
        .fails(255);
}

#[test]
fn ignores_malformed_instance_metadata() {
    for (path, body) in [
        ("/latest/meta-data/iam/security-credentials/", ""),
        (
            "/latest/meta-data/iam/security-credentials/instance-role",
            "no",
        ),
        (
            "/latest/meta-data/iam/security-credentials/instance-role",
            r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"no"}"#,
        ),
    ] {
        let run = instance_run().respond_with(move |request| match request.path == path {
            true => Response::body(body),
            false => respond(request),
        });
        let requests = if body.is_empty() { 2 } else { 3 };
        let run = (0..requests).fold(run, |run, _| run.request(|_| {}));
        run.stderr(NONE).fails(253);
    }
}

#[test]
fn validates_metadata_settings_with_static_credentials() {
    let keys = [
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "hush"),
    ];
    let run = keys
        .iter()
        .fold(call(), |run, (name, value)| run.env(name, value));
    run.env("AWS_METADATA_SERVICE_TIMEOUT", "soon")
        .stderr("\ncognito-sync: [ERROR]: invalid literal for int() with base 10: 'soon'\n")
        .fails(255);
}

const NONE: &str = "\ncognito-sync: [ERROR]: An error occurred (NoCredentials): Unable to locate \
                    credentials. You can configure credentials by running \"aws login\".\n";

#[test]
fn reports_missing_credentials_like_aws_cli() {
    call().stderr(NONE).fails(253);
    instance_run()
        .respond_with(|_| Response::body("").status(404))
        .request(|_| {})
        .request(|_| {})
        .stderr(NONE)
        .fails(253);
    instance_run()
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")
        .stderr(NONE)
        .fails(253);
}

#[test]
fn prints_hint_per_provider_on_terminal() {
    let observed = with_responder(run_on_terminal("stderr", &ARGS)).capture();
    let hints: Vec<_> = observed
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("hint: "))
        .map(|line| line.split(':').next().unwrap_or_default())
        .collect();
    let want = [
        "the profile is default",
        "environment",
        "assumed role",
        "web identity",
        "IAM Identity Center",
        "credentials file",
        "aws login",
        "process",
        "config file",
        "oldest tools",
        "boto",
        "container",
        "instance metadata",
    ];
    let (ways, sources) = hints.split_last().expect("there are hints");
    assert_eq!(sources, want, "{observed}");
    assert!(ways.starts_with("--"), "{observed}");
}

#[test]
fn normalizes_instance_role_name_in_path() {
    for (role, path) in [
        ("r\n", "r"),
        ("r\r\n", "r"),
        ("a r \n", "a%20r%20"),
        ("a\nb", "ab"),
        ("é", "%C3%A9"),
    ] {
        let folder = "/latest/meta-data/iam/security-credentials/";
        let run = instance_run().respond_with(move |request| match request.path == folder {
            true => Response::body(role),
            false if request.path.starts_with(folder) => {
                let last = format!("{folder}instance-role");
                let path = last.clone();
                respond(&Request {
                    path,
                    ..request.clone()
                })
            }
            false => respond(request),
        });
        let run = run
            .request(|request| assert_eq!(request.path, "/latest/api/token"))
            .request(move |request| assert_eq!(request.path, folder))
            .request(move |request| assert_eq!(request.path, format!("{folder}{path}")));
        expect_call_signed_by(run, "ASIAINSTANCE").succeeds();
    }
}
