//! Unusual and malformed responses, parsed as AWS CLI 2.36.7 does, which determines whether a
//! request is retried. Expectations were taken from that version.

use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use crate::support::child::ChildExit;
use crate::support::peer::{Peer, PeerBehavior};
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

/// The call under test: a change, which must not be made twice.
const CHANGE: [&str; 3] = ["bulk-publish", "--identity-pool-id", "p"];

const PATH: &str = "/identitypools/p/bulkpublish";

/// The output of a success.
const PRINTED: &str = "{\n    \"IdentityPoolId\": \"p\"\n}\n";

const CLOSED: &str = "Connection was closed before we received a valid response from endpoint URL";

const UNHANDLED: &str = "An HTTP Client raised an unhandled exception: ";

/// Fills in `OK` (status line), `LENGTH` (a fitting `Content-Length`), `CHUNKED` (its header),
/// `CHUNKS` (the body in a chunk), `ERROR` (status line of an error response with its length) and
/// `BODY`; `\n` becomes `\r\n`.
fn response_bytes(text: &str) -> &'static [u8] {
    const BODY: &str = "{\"IdentityPoolId\":\"p\"}";
    let filled = text
        .replace('\n', "\r\n")
        .replace("OK", "HTTP/1.1 200 OK\r\n")
        .replace(
            "ERROR",
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 22\r\n",
        )
        .replace("LENGTH", "Content-Length: 22\r\n")
        .replace("CHUNKED", "Transfer-Encoding: chunked\r\n")
        .replace("CHUNKS", "16\r\nBODY\r\n0\r\n\r\n")
        .replace("BODY", BODY);
    // Characters of Latin-1 stand for bytes.
    let bytes: Vec<u8> = filled
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
        .collect();
    bytes.leak()
}

struct RunOutput {
    requests: usize,
    exit: ChildExit,
    stdout: String,
    stderr: String,
}

/// Runs a change with one allowed retry against a server that always responds with these bytes.
fn run_with_response(bytes: &'static [u8]) -> RunOutput {
    let peer = Peer::new(PeerBehavior::RespondBytes(bytes), None);
    let url = format!("http://{}", peer.host());
    let observed = Run::new(CHANGE.iter().copied().chain(["--endpoint-url", &url]))
        .env("AWS_MAX_ATTEMPTS", "2")
        .capture();
    RunOutput {
        requests: peer.heads().len(),
        exit: observed.exit,
        stdout: observed.stdout,
        stderr: observed.stderr,
    }
}

/// Checks all cases concurrently, since retries take time.
fn check_cases<T: Sync>(
    table: &[(&str, T)],
    problem: impl Fn(&RunOutput, &T) -> Option<String> + Sync,
) {
    let mut report = String::new();
    thread::scope(|scope| {
        let problem = &problem;
        let runs: Vec<_> = table
            .iter()
            .map(|(text, want)| {
                let run =
                    scope.spawn(move || problem(&run_with_response(response_bytes(text)), want));
                (text, run)
            })
            .collect();
        for (text, run) in runs {
            if let Some(problem) = run.join().expect("no panic") {
                let text: String = text.chars().take(200).collect();
                writeln!(report, "{text:?}: {problem}").expect("memory");
            }
        }
    });
    assert!(report.is_empty(), "{report}");
}

fn difference(observed: &RunOutput, requests: usize, status: i32, stdout: &str) -> Option<String> {
    let same = observed.requests == requests
        && observed.exit == ChildExit::Status(status)
        && observed.stdout == stdout;
    (!same).then(|| {
        format!(
            "{} requests, {}, {:?}, {:?}",
            observed.requests, observed.exit, observed.stdout, observed.stderr
        )
    })
}

fn check_successes(table: &[(&str, &str)]) {
    check_cases(table, |observed, stdout| difference(observed, 1, 0, stdout));
}

fn fields(count: usize, value: &str) -> String {
    (0..count).map(|n| format!("X{n}: {value}\n")).collect()
}

#[test]
fn parses_unusual_heads_like_python() {
    let many = format!("OK{}LENGTH\nBODY", fields(98, "y"));
    let long = format!("OK{}LENGTH\nBODY", fields(90, &"y".repeat(60000)));
    check_successes(&[
        ("OKX-A: 1\n  2\n\t3\nLENGTH\nBODY", PRINTED),
        ("OK  X-A: 1\nLENGTH\nBODY", PRINTED),
        ("OKX-A : 1\nLENGTH\nBODY", PRINTED),
        // The header fields end at the first malformed line, so that the length is missing.
        ("OKContent-Length : 5\n\nBODY", PRINTED),
        ("OKno colon\nContent-Length: 5\n\nBODY", PRINTED),
        ("OKX(@)/\u{e9}: a\nLENGTH\nBODY", PRINTED),
        ("OK: no name\nLENGTH\nBODY", PRINTED),
        ("OKFrom me\nLENGTH\nBODY", PRINTED),
        ("OKX: a\0b\u{1}\u{7f}\nLENGTH\nBODY", PRINTED),
        ("OKX\0A: ab\nLENGTH\nBODY", PRINTED),
        ("OKX: a\rY: b\nLENGTH\nBODY", PRINTED),
        ("OKX: a\r\nLENGTH\nBODY", PRINTED),
        ("HTTP/1.9 200 OK\n\nBODY", PRINTED),
        ("HTTP/1.x 200\nLENGTH\nBODY", PRINTED),
        ("HTTP/0.9 200\nLENGTH\nBODY", PRINTED),
        ("HTTP/1.0 200\n\nBODY", PRINTED),
        ("HTTP/1.1\t200\t\nLENGTH\nBODY", PRINTED),
        ("  HTTP/1.1   +2_00   \u{e9}\0\nLENGTH\nBODY", PRINTED),
        ("HTTP/1.1 100 Continue\n\nOKLENGTH\nBODY", PRINTED),
        (
            "HTTP/1.1 100 Continue\nA : b\nxx\n\nHTTP/1.1 100\n\nOKLENGTH\nBODY",
            PRINTED,
        ),
        (&many, PRINTED),
        (&long, PRINTED),
        // A close within the head ends it.
        ("OK", ""),
        ("HTTP/1.1 200", ""),
        ("OKcontent-le", ""),
    ]);
}

#[test]
fn reads_bare_line_feeds() {
    let bytes: Vec<u8> = response_bytes("OKX: y\nLENGTH\nBODY")
        .iter()
        .copied()
        .filter(|byte| *byte != b'\r')
        .collect();
    let observed = run_with_response(bytes.leak());
    assert_eq!(difference(&observed, 1, 0, PRINTED), None);
}

#[test]
fn parses_unusual_bodies_like_python() {
    check_successes(&[
        ("OK\nBODY", PRINTED),
        ("OKContent-Length: abc\n\nBODY", PRINTED),
        ("OKContent-Length:\n\nBODY", PRINTED),
        ("OKContent-Length: -5\n\nBODY", PRINTED),
        ("OKContent-Length: 22.0\n\nBODY", PRINTED),
        ("OKContent-Length: +2_2\n\nBODY and more", PRINTED),
        ("OKContent-Length:\n 22\n\nBODY", PRINTED),
        ("OKContent-Length: 22, 22\n\nBODY", PRINTED),
        ("OKLENGTHLENGTH\nBODY", PRINTED),
        ("OKLENGTHContent-Length: abc\n\nBODY and more", PRINTED),
        ("OKLENGTHCHUNKED\nCHUNKS", PRINTED),
        ("OKContent-Length: abc\nCHUNKED\nCHUNKS", PRINTED),
        (
            "OKContent-Length: 1\nContent-Length: 2\nCHUNKED\nCHUNKS",
            PRINTED,
        ),
        ("HTTP/1.0 200\nCHUNKED\nCHUNKS", PRINTED),
        ("OKTransfer-Encoding: chunked, gzip\n\nCHUNKS", PRINTED),
        ("OKTransfer-Encoding: identity\n\nBODY", PRINTED),
        ("OKTransfer-Encoding: gzip\nLENGTH\nBODY", PRINTED),
        ("OKCHUNKED\n0x1_6 ;a=b\nBODY\n0;x\nA: b\n\n", PRINTED),
        ("OKCHUNKED\n16\nBODYxx0\n\n", PRINTED),
        ("OKCHUNKED\n16\nBODY\n0\n", PRINTED),
        ("OKCHUNKED\n16\nBODY\n0", PRINTED),
        ("HTTP/1.1 204\nCHUNKED\nCHUNKS", PRINTED),
        ("HTTP/1.1 204\nLENGTH\nBODY", ""),
        ("OKContent-Length: 0\n\nBODY", ""),
        ("HTTP/1.1 101\nLENGTH\nBODY", ""),
    ]);
}

/// The AWS CLI treats an interim response as the final one, and so an error as a success.
#[test]
fn waits_for_the_final_response() {
    let early = "HTTP/1.1 103 Early Hints\nLink: x\n\n";
    check_successes(&[
        (&format!("{early}HTTP/1.1 102\n\nOKLENGTH\nBODY"), PRINTED),
        (early, ""),
        ("HTTP/1.1 103\nCHUNKED\nCHUNKS", ""),
    ]);
    let refused = format!("{early}ERRORx-amzn-errortype: Foo\n\nBODY");
    check_cases(&[(&*refused, ())], |observed, ()| {
        difference(observed, 1, 254, "")
    });
}

#[test]
fn retries_malformed_responses() {
    let many = format!("OK{}LENGTH\nBODY", fields(99, "y"));
    let long_line = format!("OK{}LENGTH\nBODY", fields(1, &"y".repeat(70000)));
    let long_status = format!("HTTP/1.1 200 {}\nLENGTH\nBODY", "y".repeat(70000));
    let unmatched = "Content-Length contained multiple unmatching values (22, 5)";
    let negative = "read length must be non-negative or -1";
    let table = [
        ("", None),
        ("HTTP/1.", None),
        ("garbage\n\n", None),
        ("BODY", None),
        ("\nOKLENGTH\nBODY", None),
        ("ICY 200 OK\n\nBODY", None),
        ("HTTP/1 200\nLENGTH\nBODY", None),
        ("HTTP/2.0 200\nLENGTH\nBODY", None),
        ("http/1.1 200\nLENGTH\nBODY", None),
        ("HTTP/1.1 99\nLENGTH\nBODY", None),
        ("HTTP/1.1 1000\nLENGTH\nBODY", None),
        ("HTTP/1.1 200OK", None),
        ("HTTP/1.1 100 Continue\n\n", None),
        (&*many, None),
        (&*long_line, None),
        (&*long_status, None),
        ("OKContent-Length: 30\n\nBODY", None),
        ("OKContent-Length: 5, 5\n\nBODY", None),
        ("OKContent-Length: 99999999999999999999999999\n\nBODY", None),
        ("OKContent-Length: 5", None),
        ("OKCHUNKED\nBODY", None),
        ("OKCHUNKED\n", None),
        ("OKCHUNKED\n16\nBODY\n", None),
        ("OKCHUNKED\n30\nBODY", None),
        ("OKCHUNKED\n-1\nBODY", None),
        ("OKCHUNKED\nffffffffffffffffffffffffffffffffff\nBODY", None),
        ("OKContent-Length: 22, 5\n\nBODY", Some(unmatched)),
        ("OKLENGTHContent-Length: 5\n\nBODY", Some(unmatched)),
        ("OKCHUNKED\n-5\nBODY", Some(negative)),
    ];
    check_cases(&table, |observed, unhandled| {
        let want = unhandled.map_or(CLOSED.to_string(), |why| format!("{UNHANDLED}{why}\n"));
        let said = observed.stderr.contains(&want);
        let differs = difference(observed, 2, 255, "");
        differs.or((!said).then(|| observed.stderr.clone()))
    });
}

#[test]
fn finds_error_codes_in_unusual_heads() {
    let table = [
        (
            "ERRORx-amzn-errortype: Foo\n\tBar\n\nBODY",
            "(Foo\r\n\tBar)",
        ),
        ("ERRORX-A : 1\nx-amzn-errortype: Foo\n\nBODY", "(400)"),
        ("ERRORx-amzn-errortype: Foo\nX-A : 1\n\nBODY", "(Foo)"),
        ("ERRORno colon\nx-amzn-errortype: Foo\n\nBODY", "(400)"),
        ("ERRORX: y\nFrom x\nx-amzn-errortype: Foo\n\nBODY", "(Foo)"),
        (
            "ERRORx-amzn-errortype: F\0\u{1}\u{e9}o\n\nBODY",
            "(F\0\u{1}éo)",
        ),
        (
            "ERRORx-amzn-errortype: Foo\nX-Amzn-ErrorType: Bar\n\nBODY",
            "(Foo, Bar)",
        ),
        ("ERRORx-amzn-errortype:\t Foo  \n\nBODY", "(Foo  )"),
        ("HTTP/1.1 400\nx-amzn-errortype: Foo\nContent-Le", "(Foo)"),
        ("HTTP/1.1 999\n\n", "(999)"),
    ];
    check_cases(&table, |observed, code| {
        let want = format!("An error occurred {code} when calling the BulkPublish operation:");
        let said = observed.stderr.contains(&want);
        let differs = difference(observed, 1, 254, "");
        differs.or((!said).then(|| observed.stderr.clone()))
    });
}

fn with_read_timeout(behavior: PeerBehavior) -> (Peer, Run) {
    let peer = Peer::new(behavior, None);
    let url = format!("http://{}", peer.host());
    let more = ["--endpoint-url", &url, "--cli-read-timeout", "1"];
    let run = Run::new(CHANGE.iter().copied().chain(more)).env("AWS_MAX_ATTEMPTS", "1");
    (peer, run)
}

/// Heads and bodies that arrive slowly take longer than the limit in total, but not per read.
#[test]
fn applies_read_timeout_to_each_read() {
    let slow = [
        "HTTP/1.1 200 O\nConnection: close\n\n{}",
        "HTTP/1.0 200\n\n{                               }",
        "HTTP/1.1 200\ntransfer-encoding: chunked\n\n2\n{}\r\n0\n\r\n",
    ];
    thread::scope(|scope| {
        for text in slow {
            scope.spawn(move || {
                let pause = Duration::from_millis(60);
                let (peer, run) = with_read_timeout(PeerBehavior::Drip(text, pause));
                run.succeeds();
                assert_eq!(peer.heads().len(), 1);
            });
        }
    });
}

#[test]
fn times_out_on_stalled_response() {
    let stalled = [
        "HTTP/1.1 20",
        "HTTP/1.1 200 OK\r\nX: y",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
    ];
    thread::scope(|scope| {
        for text in stalled {
            scope.spawn(move || {
                let (peer, run) = with_read_timeout(PeerBehavior::Stall(text));
                let want = format!(
                    "\ncognito-sync: [ERROR]: Read timeout on endpoint URL: \"http://{}{PATH}\"\n",
                    peer.host()
                );
                run.stderr(&want).fails(255);
            });
        }
    });
}

/// Runs a change through a proxy that responds with these bytes.
fn run_through_proxy(scheme: &str, bytes: &'static [u8]) -> (usize, String) {
    let proxy = Peer::new(PeerBehavior::RespondBytes(bytes), None);
    let url = format!("http://{}", proxy.host());
    let endpoint = format!("{scheme}://a.example");
    let observed = Run::new(CHANGE.iter().copied().chain(["--endpoint-url", &endpoint]))
        .env("HTTP_PROXY", &url)
        .env("HTTPS_PROXY", &url)
        .env("AWS_MAX_ATTEMPTS", "1")
        .capture();
    (proxy.heads().len(), observed.stderr)
}

#[test]
fn distinguishes_proxy_errors_from_response_errors() {
    let proxy = "Failed to connect to proxy URL: ";
    let secure = "SSL validation failed for https://a.example/";
    let table = [
        ("http", "", proxy),
        ("http", "garbage\n\n", CLOSED),
        ("http", "OKContent-Length: 30\n\nBODY", CLOSED),
        ("https", "", CLOSED),
        ("https", "garbage\n\n", CLOSED),
        ("https", "HTTP/1.1 407 No\n", proxy),
        ("https", "HTTP/1.1 204 No\n\n", proxy),
        ("https", "HTTP/1.1 100 Continue\n\nOK\n", proxy),
        // These open the tunnel, and then there is no TLS.
        ("https", "OK", secure),
        ("https", "HTTP/2   +200\nno colon\n\n", secure),
    ];
    for (scheme, text, want) in table {
        let (requests, stderr) = run_through_proxy(scheme, response_bytes(text));
        assert!(stderr.contains(want), "{scheme} {text:?}: {stderr}");
        assert_eq!(requests, 1, "{scheme} {text:?}");
    }
}

/// Responses with credentials are parsed by the same rules.
#[test]
fn parses_unusual_heads_of_credentials_responses() {
    let credentials = "OKX-A : 1\n\n{\"AccessKeyId\":\"ASIACONTAINER\",\"SecretAccessKey\":\"s\",\
                       \"Token\":\"t\",\"Expiration\":\"2099-01-01T00:00:00Z\"}";
    let peer = Peer::new(
        PeerBehavior::RespondBytes(response_bytes(credentials)),
        None,
    );
    let url = format!("http://{}/container", peer.host());
    Run::new(CHANGE.iter().copied().chain(["--output", "off"]))
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)
        .request(|request| {
            let authorization = request.header("authorization").expect("a signature");
            assert!(authorization.contains("Credential=ASIACONTAINER/"));
        })
        .succeeds();
    assert_eq!(peer.heads().len(), 1);
}

#[test]
fn hints_that_change_may_have_been_made() {
    let hinted = |args: &[&str], answer: &'static str| {
        let peer = Peer::new(PeerBehavior::RespondBytes(response_bytes(answer)), None);
        let url = format!("http://{}", peer.host());
        let args: Vec<_> = args
            .iter()
            .copied()
            .chain(["--endpoint-url", &url])
            .collect();
        let run = run_on_terminal("stderr", &args).env("AWS_MAX_ATTEMPTS", "1");
        run.capture().stdout.contains("may have made the change")
    };
    let read = ["get-identity-pool-configuration", "--identity-pool-id", "p"];
    assert!(hinted(&CHANGE, ""));
    assert!(hinted(&CHANGE, "OKContent-Length: 30\n\nBODY"));
    assert!(!hinted(&CHANGE, "ERROR\nBODY"));
    assert!(!hinted(&read, ""));
}

#[test]
fn reuses_connection_for_retry() {
    const BUSY: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";
    const DONE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    const CLOSING: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    const MORE: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\nmore";
    let table: [(&[&str], usize); 4] = [
        (&[BUSY, DONE], 1),
        (&[CLOSING, CLOSING], 2),
        (&[MORE, MORE], 2),
        (&[BUSY], 2),
    ];
    for (replies, connections) in table {
        let peer = Peer::new(PeerBehavior::RespondInTurn(replies), None);
        let url = format!("http://{}", peer.host());
        let observed = Run::new(CHANGE.iter().copied().chain(["--endpoint-url", &url]))
            .env("AWS_MAX_ATTEMPTS", "2")
            .capture();
        let got = (peer.heads().len(), peer.connections());
        assert_eq!(got, (2, connections), "{replies:?}\n{observed}");
    }
}
