//! The memory of `--all-pages` does not grow with the number of pages, where it prints them as they
//! arrive.

use std::fs;
use std::io::{self, sink};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use serde_json::json;
use tempfile::TempDir;

use super::list_records;
use crate::support::child::RunningChild;
use crate::support::service::client_command;
use crate::support::stub::{Received, Stub, ok};

/// The number of pages.
const PAGES: usize = 2000;

/// The page after which memory should not grow.
const SETTLED: usize = 200;

/// Growth that counts as none, in kB. The pages have 20 MB.
const TOLERANCE: u64 = 3000;

/// The peak memory of a process in kB; `None` on systems without `/proc`.
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn page(received: &Received) -> String {
    let records: Vec<_> = (0..10)
        .map(|number| json!({"Key": format!("{}-{number}", received.number), "Value": "v".repeat(1000)}))
        .collect();
    let next = received.number + 1;
    let token = (next < PAGES).then(|| format!("t{next}"));
    json!({"Records": records, "NextToken": token, "Count": 10}).to_string()
}

/// Runs the program on all pages. Returns by how much its peak memory grew after some pages, in kB.
fn growth(format: &str) -> Option<u64> {
    let process = Arc::new(AtomicU32::new(0));
    let settled = Arc::new(AtomicU64::new(0));
    let last = Arc::new(AtomicU64::new(0));
    let stub = {
        let (process, settled, last) = (process.clone(), settled.clone(), last.clone());
        Stub::new(move |received| {
            let peak = match received.number {
                SETTLED => Some(&settled),
                number if number + 1 == PAGES => Some(&last),
                _ => None,
            };
            if let Some(peak) = peak {
                let memory = peak_memory(process.load(Ordering::SeqCst));
                peak.store(memory.unwrap_or_default(), Ordering::SeqCst);
            }
            ok(&page(received))
        })
    };
    let folder = TempDir::new().expect("a temporary folder can be made");
    let mut command = client_command(&folder, &stub.endpoint());
    command
        .env("AWS_REGION", "us-east-1")
        .args(list_records(&["--all-pages", "--output", format]));
    let mut child = RunningChild::start(command);
    process.store(child.id(), Ordering::SeqCst);
    let printed = io::copy(&mut child.take_stdout(), &mut sink()).expect("a pipe can be read");
    assert_eq!(child.finish().status, 0);
    assert_eq!(stub.requests().len(), PAGES);
    assert!(printed > 20_000_000, "{printed}");
    let (settled, last) = (settled.load(Ordering::SeqCst), last.load(Ordering::SeqCst));
    (settled > 0).then(|| last - settled)
}

#[test]
fn streamed_formats_do_not_collect_pages() {
    for format in ["json", "text", "yaml-stream"] {
        if let Some(growth) = growth(format) {
            assert!(growth < TOLERANCE, "{format}: {growth} kB");
        }
    }
}

#[test]
fn other_formats_collect_pages() {
    if let Some(growth) = growth("yaml") {
        assert!(growth > 5 * TOLERANCE, "{growth} kB");
    }
}
