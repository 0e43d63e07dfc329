//! Credentials of the machine: containers, instances, and what is said where there are none.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{WORDS, answer, assert_signed_by, prepared, then_calls};
use crate::support::http::{Request, Response};
use crate::support::peer::{Peer, PeerBehavior};
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

fn call() -> Run {
    prepared(Run::new(WORDS))
}

fn in_container() -> Run {
    call().env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{ENDPOINT}/container")
}

fn asks_container(run: Run, token: Option<&'static str>) -> Run {
    run.request(move |request| {
        assert_eq!((&*request.method, &*request.path), ("GET", "/container"));
        assert_eq!(request.header("accept"), Some("application/json"));
        assert_eq!(request.header("authorization"), token);
    })
}

#[test]
fn a_container_gives_credentials_for_its_token() {
    let run = in_container().env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush");
    then_calls(asks_container(run, Some("hush")), "ASIACONTAINER").succeeds();
    then_calls(asks_container(in_container(), None), "ASIACONTAINER").succeeds();
    // A file goes before a token, and is read anew for each call.
    let run = in_container()
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush")
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "{DIR}/kept")
        .file("kept", "of a file");
    then_calls(asks_container(run, Some("of a file")), "ASIACONTAINER").succeeds();
}

#[test]
fn a_token_that_no_header_can_hold_is_not_sent() {
    let illegal = "\ncognito-sync: [ERROR]: Auth token value is not a legal header value\n";
    in_container()
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush\nhush")
        .stderr(illegal)
        .fails(255);
    let with_file = || in_container().env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "kept");
    with_file()
        .file("kept", "hush\n")
        .stderr(illegal)
        .fails(255);
    with_file()
        .stderr("\ncognito-sync: [ERROR]: [Errno 2] No such file or directory: 'kept'\n")
        .fails(255);
}

fn of_container(why: &str) -> String {
    format!(
        "\ncognito-sync: [ERROR]: Error when retrieving credentials from container-role: {why}\n"
    )
}

#[test]
fn a_container_is_asked_three_times() {
    let table: [(Response, &str); 2] = [
        (
            Response::body("not for you").status(403),
            "Received non 200 response 403 from container metadata: not for you",
        ),
        (
            Response::body("hello"),
            "Unable to parse JSON returned from container metadata services",
        ),
    ];
    for (reply, why) in table {
        let run = in_container().respond_with(move |_| reply.clone());
        let run = (0..3).fold(run, |run, _| asks_container(run, None));
        run.stderr(&of_container(&format!("Error retrieving metadata: {why}")))
            .fails(255);
    }
    let nobody = "http://127.0.0.1:1/container";
    call()
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", nobody)
        // Whoever knows the path gets the credentials.
        .stderr(&of_container(
            "Error retrieving metadata: Received error when attempting to retrieve container \
             metadata: Could not connect to the endpoint URL: \"http://127.0.0.1:1/***\"",
        ))
        .fails(255);
    // One that answers at last is good enough.
    let late = AtomicU32::new(0);
    let run =
        in_container().respond_with(move |request| match late.fetch_add(1, Ordering::SeqCst) {
            0 => Response::body("busy").status(500),
            _ => answer(request),
        });
    let run = asks_container(asks_container(run, None), None);
    then_calls(run, "ASIACONTAINER").succeeds();
}

#[test]
fn accepts_container_document_without_token() {
    for token in ["null", "\"\"", "false"] {
        let document = format!(
            r#"{{"AccessKeyId":"AKIDBARE","SecretAccessKey":"s","Token":{token},"Expiration":"2099-01-01T00:00:00Z"}}"#
        );
        let answer = move |request: &Request| match &*request.path {
            "/container" => Response::body(document.as_str()),
            _ => Response::body("{}"),
        };
        asks_container(in_container().respond_with(answer), None)
            .request(|request| {
                assert_signed_by(request, "AKIDBARE");
                assert_eq!(request.header("x-amz-security-token"), None);
            })
            .succeeds();
    }
    in_container()
        .respond_with(|_| {
            Response::body(
                r#"{"AccessKeyId":1,"SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z"}"#,
            )
        })
        .request(|_| {})
        .stderr(&of_container(
            "'AccessKeyId' must be a string, but is of type int",
        ))
        .fails(255);
}

#[test]
fn a_containers_document_must_be_whole_and_new() {
    let keys = r#""AccessKeyId":"a","SecretAccessKey":"hush","Token":"t""#;
    let missing = of_container("Missing required key in response: 'Expiration'");
    let ended = "\ncognito-sync: [ERROR]: Credentials were refreshed, but the refreshed \
                 credentials are still expired.\n";
    for (document, message, requests) in [
        (format!("{{{keys}}}"), &*missing, 1),
        // As by the AWS CLI, newer ones are asked for.
        (
            format!(r#"{{{keys},"Expiration":"2020-01-01T00:00:00Z"}}"#),
            ended,
            2,
        ),
    ] {
        let run = in_container().respond_with(move |_| Response::body(document.as_str()));
        let run = (0..requests).fold(run, |run, _| asks_container(run, None));
        run.stderr(message).fails(255);
    }
}

#[test]
fn a_container_is_asked_without_a_proxy() {
    let proxy = Peer::new(PeerBehavior::Proxy(None), None);
    let run = in_container().env("HTTP_PROXY", &proxy.host());
    asks_container(run, None).succeeds();
    let heads = proxy.heads();
    assert!(
        heads.len() == 1 && heads[0].contains("/bulkpublish "),
        "{heads:?}"
    );
}

#[test]
fn only_the_machine_itself_is_asked_for_a_containers_credentials() {
    let hosts = [
        ("FULL", "x", "None"),
        ("FULL", "http://example.com/x", "example.com"),
        (
            "FULL",
            "http://127.0.0.1.example.com/x",
            "127.0.0.1.example.com",
        ),
        ("RELATIVE", "x", "169.254.170.2x"),
        ("RELATIVE", "@example.com/", "example.com"),
    ];
    for (kind, url, host) in hosts {
        let want = format!(
            "\ncognito-sync: [ERROR]: Unsupported host '{host}'.  Can only retrieve metadata from a \
             loopback address or one of these hosts: 169.254.170.2, 169.254.170.23, fd00:ec2::23, \
             localhost\n"
        );
        call()
            .env(&format!("AWS_CONTAINER_CREDENTIALS_{kind}_URI"), url)
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush")
            .stderr(&want)
            .fails(255);
    }
}

fn on_instance() -> Run {
    call()
        .without_env("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "{ENDPOINT}")
}

#[test]
fn an_instance_gives_credentials_for_a_token() {
    let folder = "/latest/meta-data/iam/security-credentials/";
    let run = on_instance()
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
    then_calls(run, "ASIAINSTANCE").succeeds();
}

#[test]
fn an_instance_without_tokens_is_asked_without_one() {
    for status in [403, 404, 405, 500] {
        let run = on_instance().respond_with(move |request| match request.path.as_str() {
            "/latest/api/token" => Response::body("no").status(status),
            _ => answer(request),
        });
        let run = run.request(|request| assert_eq!(request.method, "PUT"));
        let run = (0..2).fold(run, |run, _| {
            run.request(|request| assert_eq!(request.header("x-aws-ec2-metadata-token"), None))
        });
        then_calls(run, "ASIAINSTANCE").succeeds();
    }
    on_instance()
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
fn what_an_instance_says_must_make_sense() {
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
        let run = on_instance().respond_with(move |request| match request.path == path {
            true => Response::body(body),
            false => answer(request),
        });
        let requests = if body.is_empty() { 2 } else { 3 };
        let run = (0..requests).fold(run, |run, _| run.request(|_| {}));
        run.stderr(NONE).fails(253);
    }
}

#[test]
fn settings_of_the_metadata_service_are_looked_at_even_where_it_is_not_needed() {
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
fn without_any_credentials_the_message_is_the_aws_clis() {
    call().stderr(NONE).fails(253);
    on_instance()
        .respond_with(|_| Response::body("").status(404))
        .request(|_| {})
        .request(|_| {})
        .stderr(NONE)
        .fails(253);
    on_instance()
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")
        .stderr(NONE)
        .fails(253);
}

#[test]
fn a_terminal_gets_a_line_for_every_source() {
    let observed = prepared(run_on_terminal("stderr", &WORDS)).capture();
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
fn role_name_of_an_instance_may_end_its_line() {
    for (role, path) in [
        ("r\n", "r"),
        ("r\r\n", "r"),
        ("a r \n", "a%20r%20"),
        ("a\nb", "ab"),
        ("é", "%C3%A9"),
    ] {
        let folder = "/latest/meta-data/iam/security-credentials/";
        let run = on_instance().respond_with(move |request| match request.path == folder {
            true => Response::body(role),
            false if request.path.starts_with(folder) => {
                let last = format!("{folder}instance-role");
                let path = last.clone();
                answer(&Request {
                    path,
                    ..request.clone()
                })
            }
            false => answer(request),
        });
        let run = run
            .request(|request| assert_eq!(request.path, "/latest/api/token"))
            .request(move |request| assert_eq!(request.path, folder))
            .request(move |request| assert_eq!(request.path, format!("{folder}{path}")));
        then_calls(run, "ASIAINSTANCE").succeeds();
    }
}
