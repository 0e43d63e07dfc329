//! SIGINT during an import.

use std::thread;
use std::time::Duration;

use super::dataset_server::{DatasetServer, lines_of, records_of};
use crate::support::child::RunningChild;
use crate::support::gate::Gate;

/// A server that holds back the response to the update of the sixth identity.
fn server_with_gate() -> (DatasetServer, Gate) {
    let gate = Gate::default();
    let wait = gate.barrier();
    let server = DatasetServer::with(move |request, _| {
        let is_held = request.path.contains("000000000005/datasets/notes");
        if is_held && request.method == "POST" {
            wait();
        }
        None
    });
    server.write("in.ndjson", &lines_of(50));
    (server, gate)
}

const ARGS: [&str; 3] = ["in.ndjson", "--concurrency", "1"];

/// Starts an import and interrupts it once it waits for that response.
fn start_and_interrupt(server: &DatasetServer, gate: &Gate) -> RunningChild {
    let child = RunningChild::start(server.command(&ARGS));
    gate.await_requests(1);
    child.signal("INT");
    child
}

#[test]
fn finishes_datasets_under_way_and_continues_later() {
    let (server, gate) = server_with_gate();
    let child = start_and_interrupt(&server, &gate);
    thread::sleep(Duration::from_millis(100));
    gate.open();
    let outcome = child.finish();
    assert_eq!(outcome.status, 130, "{outcome:?}");
    let summary = outcome.json();
    assert_eq!(
        (&summary["Complete"], &summary["Datasets"]),
        (&false.into(), &11.into())
    );
    let want = "The same command line continues the import";
    assert!(outcome.stderr.contains(want), "{outcome:?}");
    let before = server.updates().len();
    assert_eq!(before, 11);
    assert_eq!(server.import(&ARGS).status, 0);
    assert_eq!(server.updates().len(), 100);
    assert_eq!(server.store(|store| store.all()), records_of(&lines_of(50)));
}

#[test]
fn says_that_a_dry_run_was_interrupted() {
    let gate = Gate::default();
    let wait = gate.barrier();
    let server = DatasetServer::with(move |request, _| {
        if request.path.contains("000000000005/datasets/notes") {
            wait();
        }
        None
    });
    server.write("in.ndjson", &lines_of(50));
    let args = [&ARGS[..], &["--dry-run"]].concat();
    let child = RunningChild::start(server.command(&args));
    let outcome = child.interrupt_at(&gate);
    assert_eq!((outcome.status, &*outcome.stderr), (130, "Interrupted.\n"));
    assert_eq!(outcome.json()["Complete"], false);
}

#[test]
fn ends_at_once_at_second_interrupt() {
    let (server, gate) = server_with_gate();
    let child = start_and_interrupt(&server, &gate);
    thread::sleep(Duration::from_millis(400));
    child.signal("INT");
    let outcome = child.finish();
    assert_eq!(outcome.status, 130, "{outcome:?}");
    assert!(!server.path("in.ndjson.import-failed.ndjson").exists());
    gate.open();
    // The change may have been made, or not.
    assert_eq!(server.import(&ARGS).status, 0);
    assert_eq!(server.store(|store| store.all()), records_of(&lines_of(50)));
}
