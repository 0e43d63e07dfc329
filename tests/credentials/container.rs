//! Credentials of containers (`AWS_CONTAINER_CREDENTIALS_FULL_URI`).

use std::sync::atomic::{AtomicU32, Ordering};

use super::{ARGS, assert_signed_by, expect_call_signed_by, respond, with_responder};
use crate::support::http::{Request, Response};
use crate::support::peer::{Peer, PeerBehavior};
use crate::support::run::Run;

fn call() -> Run {
    with_responder(Run::new(ARGS))
}

fn container_run() -> Run {
    call().env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{ENDPOINT}/container")
}

fn expect_container_request(run: Run, token: Option<&'static str>) -> Run {
    run.request(move |request| {
        assert_eq!((&*request.method, &*request.path), ("GET", "/container"));
        assert_eq!(request.header("accept"), Some("application/json"));
        assert_eq!(request.header("authorization"), token);
    })
}

#[test]
fn sends_authorization_token_to_container() {
    let run = container_run().env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush");
    expect_call_signed_by(expect_container_request(run, Some("hush")), "ASIACONTAINER").succeeds();
    expect_call_signed_by(
        expect_container_request(container_run(), None),
        "ASIACONTAINER",
    )
    .succeeds();
    // The token file takes precedence over the token.
    let run = container_run()
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush")
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "{DIR}/kept")
        .file("kept", "of a file");
    expect_call_signed_by(
        expect_container_request(run, Some("of a file")),
        "ASIACONTAINER",
    )
    .succeeds();
}

#[test]
fn rejects_container_token_invalid_in_header() {
    let illegal = "\ncognito-sync: [ERROR]: Auth token value is not a legal header value\n";
    container_run()
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush\nhush")
        .stderr(illegal)
        .fails(255);
    let with_file = || container_run().env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "kept");
    with_file()
        .file("kept", "hush\n")
        .stderr(illegal)
        .fails(255);
    with_file()
        .stderr("\ncognito-sync: [ERROR]: [Errno 2] No such file or directory: 'kept'\n")
        .fails(255);
}

fn container_error(why: &str) -> String {
    format!(
        "\ncognito-sync: [ERROR]: Error when retrieving credentials from container-role: {why}\n"
    )
}

#[test]
fn retries_container_request_twice() {
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
    for (response, why) in table {
        let run = container_run().respond_with(move |_| response.clone());
        let run = (0..3).fold(run, |run, _| expect_container_request(run, None));
        run.stderr(&container_error(&format!(
            "Error retrieving metadata: {why}"
        )))
        .fails(255);
    }
    let closed_port = "http://127.0.0.1:1/container";
    call()
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", closed_port)
        // The path is redacted, since it is as good as a secret.
        .stderr(&container_error(
            "Error retrieving metadata: Received error when attempting to retrieve container \
             metadata: Could not connect to the endpoint URL: \"http://127.0.0.1:1/***\"",
        ))
        .fails(255);
    // The third attempt may succeed.
    let late = AtomicU32::new(0);
    let run =
        container_run().respond_with(move |request| match late.fetch_add(1, Ordering::SeqCst) {
            0 => Response::body("busy").status(500),
            _ => respond(request),
        });
    let run = expect_container_request(expect_container_request(run, None), None);
    expect_call_signed_by(run, "ASIACONTAINER").succeeds();
}

#[test]
fn accepts_container_document_without_token() {
    for token in ["null", "\"\"", "false"] {
        let document = format!(
            r#"{{"AccessKeyId":"AKIDBARE","SecretAccessKey":"s","Token":{token},"Expiration":"2099-01-01T00:00:00Z"}}"#
        );
        let respond_with_document = move |request: &Request| match &*request.path {
            "/container" => Response::body(document.as_str()),
            _ => Response::body("{}"),
        };
        expect_container_request(container_run().respond_with(respond_with_document), None)
            .request(|request| {
                assert_signed_by(request, "AKIDBARE");
                assert_eq!(request.header("x-amz-security-token"), None);
            })
            .succeeds();
    }
    container_run()
        .respond_with(|_| {
            Response::body(
                r#"{"AccessKeyId":1,"SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z"}"#,
            )
        })
        .request(|_| {})
        .stderr(&container_error(
            "'AccessKeyId' must be a string, but is of type int",
        ))
        .fails(255);
}

#[test]
fn rejects_incomplete_or_expired_container_document() {
    let keys = r#""AccessKeyId":"a","SecretAccessKey":"hush","Token":"t""#;
    let missing = container_error("Missing required key in response: 'Expiration'");
    let ended = "\ncognito-sync: [ERROR]: Credentials were refreshed, but the refreshed \
                 credentials are still expired.\n";
    for (document, message, requests) in [
        (format!("{{{keys}}}"), &*missing, 1),
        // Expired credentials are fetched once more, as in the AWS CLI.
        (
            format!(r#"{{{keys},"Expiration":"2020-01-01T00:00:00Z"}}"#),
            ended,
            2,
        ),
    ] {
        let run = container_run().respond_with(move |_| Response::body(document.as_str()));
        let run = (0..requests).fold(run, |run, _| expect_container_request(run, None));
        run.stderr(message).fails(255);
    }
}

#[test]
fn requests_container_credentials_without_proxy() {
    let proxy = Peer::new(PeerBehavior::Proxy(None), None);
    let run = container_run().env("HTTP_PROXY", &proxy.host());
    expect_container_request(run, None).succeeds();
    let heads = proxy.heads();
    assert!(
        heads.len() == 1 && heads[0].contains("/bulkpublish "),
        "{heads:?}"
    );
}

#[test]
fn rejects_remote_container_hosts() {
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
