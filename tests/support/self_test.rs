//! Tests of the harness itself without the program under test: `sh` replaces it, and raw sockets
//! send its requests. If the harness missed mismatches, every other test would pass.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::panic::{self, AssertUnwindSafe};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::child::RunningChild;
use super::diff;
use super::gate::Gate;
use super::http::Response;
use super::run::Run;
use super::server::{Script, Server, panic_message};

fn shell(script: &str) -> Run {
    Run::with_program("/bin/sh", ["-c", script])
}

/// Returns the report of an unmet expectation.
#[track_caller]
fn failure_report(expectation: impl FnOnce()) -> String {
    let failed = panic::catch_unwind(AssertUnwindSafe(expectation));
    panic_message(&*failed.expect_err("the harness missed a mismatch")).to_owned()
}

/// Sends bytes to the server and reads until it closes the connection.
fn send(server: &Server, bytes: &str) -> String {
    let mut stream = TcpStream::connect(server.endpoint().trim_start_matches("http://")).unwrap();
    // If the server does not close the connection, the test fails instead of hanging.
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A server that closes with unread bytes resets the connection.
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
    String::from_utf8(answer).unwrap()
}

fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// The request that closes the connection.
const LAST: &str = "GET /last HTTP/1.1\r\nConnection: close\r\n\r\n";

#[test]
fn runs_child_in_hermetic_environment() {
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
fn fills_and_restores_placeholders() {
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
fn reports_all_mismatches_at_once() {
    let report = failure_report(|| {
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
fn checks_parts_of_stderr() {
    let run = || shell("echo one two >&2").stderr_contains("one");
    run().stderr_contains("two").succeeds();
    let report = failure_report(|| run().stderr_contains("three").succeeds());
    assert!(report.contains("stderr does not contain \"three\""));
}

#[test]
fn kills_hanging_child_and_its_children() {
    let start = Instant::now();
    let report = failure_report(|| {
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
fn kills_running_child_when_dropped() {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "echo begun; exec sleep 60"]);
    let mut child = RunningChild::start(command);
    assert_eq!(child.read_line(), "begun\n");
    let (mut stdout, began) = (child.take_stdout(), Instant::now());
    drop(child);
    let end = stdout.read_to_end(&mut Vec::new());
    assert!(matches!(end, Ok(0)), "{end:?}");
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[test]
fn gate_holds_requests_back_until_dropped() {
    let gate = Gate::default();
    let wait = gate.barrier();
    let request = thread::spawn(wait);
    gate.await_requests(1);
    let was_held = !request.is_finished();
    drop(gate);
    request.join().unwrap();
    assert!(was_held);
}

#[test]
fn reports_signal_of_killed_child() {
    let report = failure_report(|| shell("kill -s KILL $$").fails(137));
    assert!(report.contains("got killed by signal 9"), "{report}");
}

#[test]
fn ignores_unread_large_input() {
    shell("true").stdin(vec![b'x'; 1 << 20]).succeeds();
}

#[test]
fn records_requests_as_sent() {
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
fn sends_responses_in_turn_and_repeats_last_one() {
    let reply = Response::body("one")
        .status(404)
        .header("content-type", "text/plain");
    let server = Server::new(Script::Responses(vec![reply, Response::body("two")]));
    let answer = send(&server, &format!("{0}{0}{LAST}", post("/", "")));
    let parts: Vec<&str> = answer.split("HTTP/1.1 ").skip(1).collect();
    assert!(parts[0].starts_with("404 \r\n") && parts[0].ends_with("\r\n\r\none"));
    assert_eq!(parts[0].matches("content-type").count(), 1);
    assert!(parts[1].starts_with("200 \r\n") && parts[1].ends_with("two"));
    assert!(parts[2].ends_with("two"));
}

#[test]
fn closes_connection_without_response() {
    let server = Server::new(Script::Responses(vec![Response::disconnect()]));
    assert_eq!(send(&server, &post("/", "")), "");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn fails_test_when_script_panics() {
    let text = failure_report(|| {
        let server = Server::new(Script::Handler(Box::new(|request| {
            assert_eq!(request.path, "/right");
            Response::echo()
        })));
        send(&server, "GET /right HTTP/1.1\r\nConnection: close\r\n\r\n");
        send(&server, &post("/wrong", ""));
    });
    assert!(text.contains("script panicked"), "{text}");
}

#[test]
fn fails_test_on_request_that_is_not_http() {
    for bytes in [
        "hello\r\n\r\n",
        "GET / HTTP/1.1\r\nno header\r\n\r\n",
        "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
    ] {
        let text = failure_report(|| {
            let server = Server::new(Script::default());
            assert_eq!(send(&server, bytes), "");
        });
        assert!(text.contains("faults of the server"), "{text}");
    }
}

#[test]
fn shows_differing_lines_with_context() {
    let difference = diff::diff_lines("1\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\n4 \n\t5\n6\n7");
    let expected = "      2\n      3\n    - 4\n    - 5\n    - 6\n    - 7\n    + 4\\x20\n    \
                    + \\t5\n    + 6\n    + 7 (no newline)\n";
    assert_eq!(difference, expected);
}
