//! `credential_process`: a program, its words and its document. The corpus has the plain cases.

use super::{assert_signed_by, prepared, then_calls, words};
use crate::support::expectation::Run;

fn process(line: &str) -> Run {
    let config = format!("[profile p]\ncredential_process = {line}\n");
    prepared(Run::new(words("p"))).file(".aws/config", config.as_str())
}

#[test]
fn words_are_split_and_no_shell_is_asked() {
    let document = r#"{"Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"$(id)"}"#;
    then_calls(process(&format!("printf '%s' '{document}'")), "AKIDPROC").succeeds();
    then_calls(process("cat \"a file\""), "AKIDPROC")
        .file("a file", document)
        .succeeds();
    process("cat $HOME/x")
        .stderr_contains("Error when retrieving credentials from custom-process: ")
        .stderr_contains("$HOME/x")
        .fails(255);
}

#[test]
fn failures_have_the_aws_clis_words() {
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
fn what_it_prints_is_not_shown() {
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
