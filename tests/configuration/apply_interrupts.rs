//! `apply` and interrupts: pools under way are finished, the others reported, and the next run does
//! what is left.

use std::process::{Child, Stdio};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::pool_server::{OmittedSection, PoolServer, id};
use crate::support::service::send_signal;

/// How long the tests wait for what must happen.
const LIMIT: Duration = Duration::from_secs(30);
const POOLS: usize = 20;

/// A gate that holds requests back until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn pass(&self) {
        let (is_open, opened) = &*self.0;
        let is_open = is_open.lock().expect("nobody panics with it");
        drop(opened.wait_timeout_while(is_open, LIMIT, |is_open| !*is_open));
    }

    fn open(&self) {
        let (is_open, opened) = &*self.0;
        *is_open.lock().expect("nobody panics with it") = true;
        opened.notify_all();
    }
}

/// A server that holds back each write to a pool from the third on, and a state file that changes
/// all pools. Returns what receives the number of each write that is held back.
fn server_with_gate(gate: &Gate) -> (PoolServer, mpsc::Receiver<()>) {
    let (arrived, arrival) = mpsc::channel();
    let (gate, writes) = (gate.clone(), Mutex::new(0));
    let pools = (0..POOLS).map(|number| (id(number), json!({})));
    let server = PoolServer::with(pools, OmittedSection::Kept, move |received| {
        if received.request.method == "POST" {
            let number = {
                let mut writes = writes.lock().expect("nobody panics with it");
                *writes += 1;
                *writes
            };
            if number > 2 {
                // The receiver is gone where a later run writes.
                let _ = arrived.send(());
                gate.pass();
            }
        }
        None
    });
    let streams = json!({"CognitoStreams": {"StreamName": "s"}});
    let ids: Vec<_> = (0..POOLS).map(id).collect();
    server.write_pools("p.json", ids.iter().map(|id| (id, &streams)));
    (server, arrival)
}

fn spawn(server: &PoolServer, args: &[&str]) -> Child {
    let mut command = server.command(args);
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

/// Waits for the child and returns its status and its report in JSON.
fn finish(child: Child) -> (Option<i32>, Value) {
    let output = child
        .wait_with_output()
        .expect("the child can be waited for");
    let report = serde_json::from_slice(&output.stdout);
    let report = report.unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (output.status.code(), report)
}

fn count(report: &Value, status: &str) -> usize {
    let pools = report["Pools"].as_array().expect("a list").iter();
    pools.filter(|pool| pool["Status"] == status).count()
}

const ARGS: [&str; 6] = ["apply", "p.json", "--output", "json", "--concurrency", "3"];

/// Starts `apply` and interrupts it while three pools are being written.
fn spawn_and_interrupt(server: &PoolServer, arrival: &mpsc::Receiver<()>) -> Child {
    let child = spawn(server, &ARGS);
    for _ in 0..3 {
        arrival
            .recv_timeout(LIMIT)
            .expect("three pools are written");
    }
    send_signal("INT", child.id());
    // The signal is handled before the responses arrive.
    thread::sleep(Duration::from_millis(300));
    child
}

#[test]
fn finishes_pools_under_way_at_interrupt() {
    let gate = Gate::default();
    let (server, arrival) = server_with_gate(&gate);
    let child = spawn_and_interrupt(&server, &arrival);
    gate.open();
    let (status, report) = finish(child);
    assert_eq!(status, Some(130), "{report}");
    assert_eq!(
        (count(&report, "CHANGED"), count(&report, "NOT_STARTED")),
        (5, POOLS - 5)
    );
    assert_eq!(server.writes().len(), 5);
    let verified = |number: usize| {
        let reads = format!("GET /identitypools/{}/configuration", id(number));
        server
            .requests()
            .iter()
            .filter(|request| **request == reads)
            .count()
    };
    assert!((0..5).all(|number| verified(number) == 2));
    // The next run does what is left.
    let (status, report) = finish(spawn(&server, &ARGS));
    assert_eq!(status, Some(0), "{report}");
    assert_eq!(
        (count(&report, "CHANGED"), count(&report, "UNCHANGED")),
        (POOLS - 5, 5)
    );
}

#[test]
fn abandons_pools_under_way_at_second_interrupt() {
    let gate = Gate::default();
    let (server, arrival) = server_with_gate(&gate);
    let child = spawn_and_interrupt(&server, &arrival);
    send_signal("INT", child.id());
    let (status, report) = finish(child);
    gate.open();
    assert_eq!(status, Some(130), "{report}");
    let counts = ["CHANGED", "FAILED", "NOT_STARTED"].map(|status| count(&report, status));
    assert_eq!(counts, [2, 3, POOLS - 5]);
    let pools = report["Pools"].as_array().expect("a list").iter();
    for pool in pools.filter(|pool| pool["Status"] == "FAILED") {
        assert_eq!(pool["Error"]["Code"], "Interrupted");
        assert_eq!(pool["Error"]["MayHaveChanged"], true);
    }
}

#[test]
fn ends_comparison_at_interrupt_without_output() {
    for command in [
        &["diff", "p.json"][..],
        &["pull", "--identity-pool-id", "us-east-1:1"],
        &["apply", "--dry-run", "p.json"],
    ] {
        let gate = Gate::default();
        let (arrived, arrival) = mpsc::channel();
        let held = gate.clone();
        let server = PoolServer::with([], OmittedSection::Kept, move |_| {
            let _ = arrived.send(());
            held.pass();
            None
        });
        server.write_pools("p.json", [(&id(1), &json!({"Events": {}}))]);
        let child = spawn(&server, command);
        arrival.recv_timeout(LIMIT).expect("a request");
        send_signal("INT", child.id());
        let output = child
            .wait_with_output()
            .expect("the child can be waited for");
        gate.open();
        assert_eq!(output.status.code(), Some(130), "{command:?}");
        // The newline that the AWS CLI prints.
        assert_eq!(String::from_utf8_lossy(&output.stdout), "\n");
    }
}

#[test]
fn goes_on_after_kill() {
    let gate = Gate::default();
    let (server, arrival) = server_with_gate(&gate);
    let mut child = spawn(&server, &ARGS);
    arrival
        .recv_timeout(LIMIT)
        .expect("a third pool is written");
    child.kill().expect("the child can be killed");
    child.wait().expect("the child can be waited for");
    gate.open();
    let (status, report) = finish(spawn(&server, &ARGS));
    assert_eq!(status, Some(0), "{report}");
    assert_eq!(
        count(&report, "CHANGED") + count(&report, "UNCHANGED"),
        POOLS
    );
    let outcome = server.run(&["diff", "p.json"]);
    assert_eq!(
        (outcome.status, &*outcome.stdout),
        (0, "20 pools: no differences\n")
    );
}
