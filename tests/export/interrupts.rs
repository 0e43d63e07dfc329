//! SIGINT during an export.

use std::fs;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use super::record_server::{RecordServer, expected, identity_number};
use crate::support::service::send_signal;

/// How long the tests wait for what must happen.
const LIMIT: Duration = Duration::from_secs(30);

/// A server that holds back the records of the eleventh identity and says when they are requested.
fn server_with_gate() -> (RecordServer, mpsc::Receiver<()>, Arc<AtomicBool>) {
    let (arrived, arrival) = mpsc::channel();
    let is_open = Arc::new(AtomicBool::new(false));
    let opens = Arc::clone(&is_open);
    let server = RecordServer::with(200, move |received| {
        let path = &received.request.path;
        if identity_number(path) == Some(10) && path.ends_with("/records") {
            let _ = arrived.send(());
            while !opens.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(5));
            }
        }
        None
    });
    (server, arrival, is_open)
}

#[test]
fn finishes_identities_under_way_and_continues_later() {
    let (server, arrival, is_open) = server_with_gate();
    let args = ["--to", "out.ndjson", "--concurrency", "1"];
    let mut command = server.command(&args);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    arrival.recv_timeout(LIMIT).expect("the request arrives");
    send_signal("INT", child.id());
    thread::sleep(Duration::from_millis(100));
    is_open.store(true, Ordering::SeqCst);
    let output = child
        .wait_with_output()
        .expect("the child can be waited for");
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a summary");
    assert_eq!(
        (&summary["Complete"], &summary["Identities"]),
        (&false.into(), &11.into())
    );
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("The same command line continues"),
        "{stderr}"
    );
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..11));
    assert_eq!(server.export(&args).status, 0);
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..200));
}

#[test]
fn ends_at_once_at_second_interrupt() {
    let (server, arrival, is_open) = server_with_gate();
    let args = ["--to", "out.ndjson", "--concurrency", "1"];
    let mut command = server.command(&args);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    arrival.recv_timeout(LIMIT).expect("the request arrives");
    send_signal("INT", child.id());
    thread::sleep(Duration::from_millis(400));
    send_signal("INT", child.id());
    let output = child
        .wait_with_output()
        .expect("the child can be waited for");
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..10));
    let failed = fs::read_to_string(server.path("out.ndjson.failed"));
    assert!(
        failed.is_err(),
        "what was interrupted has not failed: {failed:?}"
    );
    is_open.store(true, Ordering::SeqCst);
    assert_eq!(server.export(&args).status, 0);
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..200));
}

#[test]
fn ends_at_once_if_nobody_reads_the_output() {
    let server = RecordServer::new(600);
    let mut command = server.command(&[]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let requests = || server.stub.requests().len();
    // Until the pipe is full.
    let mut before = 0;
    while requests() == 0 || requests() > before {
        before = requests();
        thread::sleep(Duration::from_millis(500));
    }
    send_signal("INT", child.id());
    let mut status = None;
    for _ in 0..LIMIT.as_millis() / 10 {
        status = child.try_wait().expect("the child can be waited for");
        if status.is_some() {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    if status.is_none() {
        child.kill().expect("the child can be killed");
    }
    assert_eq!(status.and_then(|status| status.code()), Some(130));
}
