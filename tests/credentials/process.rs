//! `credential_process`: splitting of the command line and validation of the output. The corpus
//! covers the plain cases.

use super::{args, assert_signed_by, expect_call_signed_by, with_responder};
use crate::support::run::Run;

fn process(line: &str) -> Run {
    let config = format!("[profile p]\ncredential_process = {line}\n");
    with_responder(Run::new(args("p"))).file(".aws/config", config.as_str())
}

#[test]
fn splits_process_command_line_without_shell() {
    let document = r#"{"Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"$(id)"}"#;
    expect_call_signed_by(process(&format!("printf '%s' '{document}'")), "AKIDPROC").succeeds();
    expect_call_signed_by(process("cat \"a file\""), "AKIDPROC")
        .file("a file", document)
        .succeeds();
    process("cat $HOME/x")
        .stderr_contains("Error when retrieving credentials from custom-process: ")
        .stderr_contains("$HOME/x")
        .fails(255);
}

#[test]
fn reports_process_failures_with_aws_cli_messages() {
    let table = [
        (
            "/nope/x a",
            "[Errno 2] No such file or directory: '/nope/x'",
        ),
        (
            "sh -c 'echo oops >&2; exit 3'",
            "Error when retrieving credentials from custom-process: oops",
        ),
        ("echo hello", "Expecting value: line 1 column 1 (char 0)"),
        ("echo 'a", "No closing quotation"),
    ];
    for (line, want) in table {
        process(line)
            .stderr(&format!("\ncognito-sync: [ERROR]: {want}\n"))
            .fails(255);
    }
}

#[test]
fn hides_process_output_in_errors() {
    let observed = process(r#"echo '{"Version":3,"SecretAccessKey":"hush"}'"#).capture();
    assert!(
        observed.stderr.contains("Unsupported version '3'"),
        "{observed}"
    );
    assert!(!observed.stderr.contains("hush"), "{observed}");
}

#[test]
fn empty_session_token_sends_no_header() {
    let document =
        r#"{"Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"s","SessionToken":""}"#;
    process(&format!("printf '%s' '{document}'"))
        .request(|request| {
            assert_signed_by(request, "AKIDPROC");
            assert_eq!(request.header("x-amz-security-token"), None);
        })
        .succeeds();
}

#[test]
fn rejects_process_output_that_is_not_utf8() {
    let table = [
        (
            "printf '{\\351}'",
            "'utf-8' codec can't decode byte 0xe9 in position 1: invalid continuation byte",
        ),
        (
            "sh -c \"printf 'no: \\\\377' >&2; exit 1\"",
            "'utf-8' codec can't decode byte 0xff in position 4: invalid start byte",
        ),
    ];
    for (line, want) in table {
        process(line)
            .stderr(&format!("\ncognito-sync: [ERROR]: {want}\n"))
            .fails(255);
    }
}

#[test]
fn rejects_non_string_process_credentials() {
    let printed = |member: &str| {
        let keys = r#""Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"s""#;
        process(&format!("echo '{{{keys},{member}}}'"))
    };
    for (member, kind) in [
        (r#""AccessKeyId":1"#, "int"),
        (r#""SecretAccessKey":null"#, "NoneType"),
        (r#""SessionToken":1.5"#, "float"),
        (r#""SessionToken":["t"]"#, "list"),
    ] {
        printed(member)
            .stderr_contains(&format!("must be a string, but is of type {kind}"))
            .fails(255);
    }
    // Falsy in Python, so they count as no token.
    for member in [
        r#""SessionToken":0"#,
        r#""SessionToken":false"#,
        r#""SessionToken":[]"#,
    ] {
        expect_call_signed_by(printed(member), "AKIDPROC").succeeds();
    }
}
