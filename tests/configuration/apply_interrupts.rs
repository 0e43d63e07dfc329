//! `apply` and interrupts: pools under way are finished, the others reported, and the next run does
//! what is left.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::pool_server::{OmittedSection, PoolServer, id};
use crate::support::child::RunningChild;
use crate::support::gate::Gate;

const POOLS: usize = 20;

/// A server that holds back each write to a pool from the third on, and a state file that changes
/// all pools.
fn server_with_gate() -> (PoolServer, Gate) {
    let gate = Gate::default();
    let (wait, writes) = (gate.barrier(), AtomicUsize::new(0));
    let pools = (0..POOLS).map(|number| (id(number), json!({})));
    let server = PoolServer::with(pools, OmittedSection::Kept, move |received| {
        let is_write = received.request.method == "POST";
        if is_write && writes.fetch_add(1, Ordering::SeqCst) >= 2 {
            wait();
        }
        None
    });
    let streams = json!({"CognitoStreams": {"StreamName": "s"}});
    let ids: Vec<_> = (0..POOLS).map(id).collect();
    server.write_pools("p.json", ids.iter().map(|id| (id, &streams)));
    (server, gate)
}

fn count(report: &Value, status: &str) -> usize {
    let pools = report["Pools"].as_array().expect("a list").iter();
    pools.filter(|pool| pool["Status"] == status).count()
}

const ARGS: [&str; 6] = ["apply", "p.json", "--output", "json", "--concurrency", "3"];

/// Starts `apply` and interrupts it while three pools are being written.
fn start_and_interrupt(server: &PoolServer, gate: &Gate) -> RunningChild {
    let child = RunningChild::start(server.command(&ARGS));
    gate.await_requests(3);
    child.signal("INT");
    // The signal is handled before the responses arrive.
    thread::sleep(Duration::from_millis(300));
    child
}

#[test]
fn finishes_pools_under_way_at_interrupt() {
    let (server, gate) = server_with_gate();
    let child = start_and_interrupt(&server, &gate);
    gate.open();
    let outcome = child.finish();
    assert_eq!(outcome.status, 130, "{outcome:?}");
    let report = outcome.json();
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
    let outcome = server.run(&ARGS);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let report = outcome.json();
    assert_eq!(
        (count(&report, "CHANGED"), count(&report, "UNCHANGED")),
        (POOLS - 5, 5)
    );
}

#[test]
fn abandons_pools_under_way_at_second_interrupt() {
    let (server, gate) = server_with_gate();
    let child = start_and_interrupt(&server, &gate);
    child.signal("INT");
    let outcome = child.finish();
    gate.open();
    assert_eq!(outcome.status, 130, "{outcome:?}");
    let report = outcome.json();
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
        let wait = gate.barrier();
        let server = PoolServer::with([], OmittedSection::Kept, move |_| {
            wait();
            None
        });
        server.write_pools("p.json", [(&id(1), &json!({"Events": {}}))]);
        let child = RunningChild::start(server.command(command));
        gate.await_requests(1);
        child.signal("INT");
        let outcome = child.finish();
        // The newline that the AWS CLI prints.
        let seen = (outcome.status, &*outcome.stdout);
        assert_eq!(seen, (130, "\n"), "{command:?}");
    }
}

#[test]
fn goes_on_after_kill() {
    let (server, gate) = server_with_gate();
    let child = RunningChild::start(server.command(&ARGS));
    gate.await_requests(1);
    child.kill();
    gate.open();
    let outcome = server.run(&ARGS);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let report = outcome.json();
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
