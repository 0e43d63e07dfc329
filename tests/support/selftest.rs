//! Tests of the harness itself, without the program under test: `sh` stands in for it, and
//! sockets written to by hand for its requests. A harness that misses a mismatch would let
//! every other test pass.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::panic::{self, AssertUnwindSafe};
use std::time::{Duration, Instant};

use serde_json::json;

use super::difference;
use super::expectation::Run;
use super::http::Reply;
use super::server::{Script, Server, panic_message};

fn shell(script: &str) -> Run {
    Run::of_program("/bin/sh", ["-c", script])
}

/// The report of an expectation that is not met.
#[track_caller]
fn report(expectation: impl FnOnce()) -> String {
    let failed = panic::catch_unwind(AssertUnwindSafe(expectation));
    panic_message(&*failed.expect_err("the harness missed a mismatch")).to_owned()
}

/// Sends bytes to the server, and reads until it closes the connection.
fn send(server: &Server, bytes: &str) -> String {
    let mut stream = TcpStream::connect(server.endpoint().trim_start_matches("http://")).unwrap();
    // If the server does not close the connection, the test is to fail and not to hang.
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A server that closes without having read everything resets the connection.
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
    String::from_utf8(answer).unwrap()
}

fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// The request that ends the connection.
const LAST: &str = "GET /last HTTP/1.1\r\nConnection: close\r\n\r\n";

#[test]
fn the_environment_is_hermetic() {
    shell("env | cut -d= -f1 | grep -v -e '^_$' -e '^PWD$' -e '^OLDPWD$' -e '^SHLVL$' | sort")
        .without_env("AWS_REGION")
        .env("EXTRA", "1")
        .stdout(
            "AWS_ACCESS_KEY_ID\nAWS_CONFIG_FILE\nAWS_EC2_METADATA_DISABLED\nAWS_ENDPOINT_URL\n\
             AWS_PAGER\nAWS_SECRET_ACCESS_KEY\nAWS_SHARED_CREDENTIALS_FILE\nEXTRA\nHOME\nLANG\n\
             LC_ALL\nPATH\nTERM\nTZ\n",
        )
        .succeeds();
}

#[test]
fn placeholders_are_filled_in_and_taken_out() {
    shell("pwd; echo $HOME $AWS_ENDPOINT_URL $A; cat a/b c; cat; echo {DIR} >&2")
        .env("A", "{DIR}/x")
        .file("a/b", "{DIR}\n")
        .file("c", b"raw {D\n".to_vec())
        .stdin("in {DIR}\n")
        .stdout("{DIR}\n{DIR} http://{HOST} {DIR}/x\n{DIR}\nraw {D\nin {DIR}\n")
        .stderr("{DIR}\n")
        .succeeds();
}

#[test]
fn all_mismatches_are_reported_at_once() {
    let report = report(|| {
        shell("echo out; echo err >&2; exit 3")
            .stdout("other\n")
            .sends("GET", "/x", None)
            .fails(4);
    });
    for part in [
        "expected status 4, got status 3",
        "stdout differs:\n    - other\n    + out\n",
        "stderr differs:\n    + err\n",
        "expected 1 requests, got 0",
        "cognito-sync -c 'echo out; echo err >&2; exit 3'",
    ] {
        assert!(report.contains(part), "{part:?} is not in\n{report}");
    }
}

#[test]
fn parts_of_stderr_can_be_expected() {
    let run = || shell("echo one two >&2").stderr_contains("one");
    run().stderr_contains("two").succeeds();
    let report = report(|| run().stderr_contains("three").succeeds());
    assert!(report.contains("stderr does not contain \"three\""));
}

#[test]
fn a_hanging_child_and_its_children_are_killed() {
    let start = Instant::now();
    let report = report(|| {
        shell("echo begun; sleep 30 | cat; true")
            .limit(Duration::from_millis(300))
            .stdout("begun\n")
            .succeeds();
    });
    assert!(
        report.contains("got killed by the test after its time limit"),
        "{report}"
    );
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_child_killed_by_a_signal_has_no_status() {
    let report = report(|| shell("kill -s KILL $$").fails(137));
    assert!(report.contains("got killed by signal 9"), "{report}");
}

#[test]
fn a_large_input_that_is_not_read_does_no_harm() {
    shell("true").stdin(vec![b'x'; 1 << 20]).succeeds();
}

#[test]
fn requests_are_recorded_as_sent() {
    let server = Server::new(Script::default());
    let first = post(
        "/identitypools/p%3A1/x?b=%C3%A9+1&a&b=2",
        "{\"a\":[1,2],\"b\":\"é\"}",
    );
    let answer = send(&server, &format!("{first}{LAST}"));
    let echo = "{\"IdentityPoolId\": \"p:1\", \"a\": [1, 2], \"b\": \"é\"}";
    assert!(answer.contains(echo), "{answer}");
    assert!(answer.ends_with("content-length: 2\r\n\r\n{}"), "{answer}");
    let requests = server.requests();
    let request = &requests[0];
    assert_eq!(request.method, "POST");
    assert_eq!(request.path, "/identitypools/p%3A1/x");
    assert_eq!(request.raw_query, "b=%C3%A9+1&a&b=2");
    let pairs = [("b", "é 1"), ("a", ""), ("b", "2")];
    assert_eq!(
        request.query(),
        pairs.map(|(k, v)| (k.to_owned(), v.to_owned()))
    );
    assert_eq!(request.header("content-length"), Some("20"));
    assert_eq!(request.json(), Some(json!({"a": [1, 2], "b": "é"})));
    assert_eq!(requests[1].target(), "/last");
}

#[test]
fn replies_come_in_turn_and_the_last_one_again() {
    let reply = Reply::body("one")
        .status(404)
        .header("content-type", "text/plain");
    let server = Server::new(Script::Replies(vec![reply, Reply::body("two")]));
    let answer = send(&server, &format!("{0}{0}{LAST}", post("/", "")));
    let parts: Vec<&str> = answer.split("HTTP/1.1 ").skip(1).collect();
    assert!(parts[0].starts_with("404 \r\n") && parts[0].ends_with("\r\n\r\none"));
    assert_eq!(parts[0].matches("content-type").count(), 1);
    assert!(parts[1].starts_with("200 \r\n") && parts[1].ends_with("two"));
    assert!(parts[2].ends_with("two"));
}

#[test]
fn a_connection_can_be_dropped() {
    let server = Server::new(Script::Replies(vec![Reply::disconnect()]));
    assert_eq!(send(&server, &post("/", "")), "");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_panic_of_the_script_fails_the_test() {
    let text = report(|| {
        let server = Server::new(Script::Handler(Box::new(|request| {
            assert_eq!(request.path, "/right");
            Reply::echo()
        })));
        send(&server, "GET /right HTTP/1.1\r\nConnection: close\r\n\r\n");
        send(&server, &post("/wrong", ""));
    });
    assert!(text.contains("script panicked"), "{text}");
}

#[test]
fn what_is_not_http_fails_the_test() {
    for bytes in [
        "hello\r\n\r\n",
        "GET / HTTP/1.1\r\nno header\r\n\r\n",
        "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
    ] {
        let text = report(|| {
            let server = Server::new(Script::default());
            assert_eq!(send(&server, bytes), "");
        });
        assert!(text.contains("faults of the server"), "{text}");
    }
}

#[test]
fn differing_lines_are_shown_with_their_surroundings() {
    let difference = difference::of_texts("1\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\n4 \n\t5\n6\n7");
    let expected = "      2\n      3\n    - 4\n    - 5\n    - 6\n    - 7\n    + 4\\x20\n    \
                    + \\t5\n    + 6\n    + 7 (no newline)\n";
    assert_eq!(difference, expected);
}
