//! SIGINT during an export.

use std::fs;
use std::thread;
use std::time::Duration;

use super::record_server::{RecordServer, expected, identity_number};
use crate::support::child::{ChildExit, RunningChild};
use crate::support::gate::Gate;

/// A server that holds back the records of the eleventh identity.
fn server_with_gate() -> (RecordServer, Gate) {
    let gate = Gate::default();
    let wait = gate.barrier();
    let server = RecordServer::with(200, move |received| {
        let path = &received.request.path;
        if identity_number(path) == Some(10) && path.ends_with("/records") {
            wait();
        }
        None
    });
    (server, gate)
}

const ARGS: [&str; 4] = ["--to", "out.ndjson", "--concurrency", "1"];

/// Starts an export and interrupts it once it waits for those records.
fn start_and_interrupt(server: &RecordServer, gate: &Gate) -> RunningChild {
    let child = RunningChild::start(server.command(&ARGS));
    gate.await_requests(1);
    child.signal("INT");
    child
}

#[test]
fn finishes_identities_under_way_and_continues_later() {
    let (server, gate) = server_with_gate();
    let child = start_and_interrupt(&server, &gate);
    thread::sleep(Duration::from_millis(100));
    gate.open();
    let outcome = child.finish();
    assert_eq!(outcome.status, 130, "{outcome:?}");
    let summary = outcome.json();
    assert_eq!(
        (&summary["Complete"], &summary["Identities"]),
        (&false.into(), &11.into())
    );
    let want = "The same command line continues";
    assert!(outcome.stderr.contains(want), "{outcome:?}");
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..11));
    assert_eq!(server.export(&ARGS).status, 0);
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..200));
}

#[test]
fn ends_at_once_at_second_interrupt() {
    let (server, gate) = server_with_gate();
    let child = start_and_interrupt(&server, &gate);
    thread::sleep(Duration::from_millis(400));
    child.signal("INT");
    let outcome = child.finish();
    assert_eq!(outcome.status, 130, "{outcome:?}");
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..10));
    let failed = fs::read_to_string(server.path("out.ndjson.failed"));
    assert!(
        failed.is_err(),
        "what was interrupted has not failed: {failed:?}"
    );
    gate.open();
    assert_eq!(server.export(&ARGS).status, 0);
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..200));
}

#[test]
fn ends_at_once_if_nobody_reads_the_output() {
    let server = RecordServer::new(600);
    let mut child = RunningChild::start(server.command(&[]));
    // Until the pipe is full.
    server.stub.await_standstill();
    child.signal("INT");
    let exit = child.wait_for_exit(Duration::from_secs(30));
    assert_eq!(exit, ChildExit::Status(130));
}
