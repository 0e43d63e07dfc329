//! Runs the cases of an area, some at a time, and reports all that differ in one failure.
//!
//! Each case has a folder and a server of its own, made for it and ended with it, so that
//! nothing of a case can reach the next one.

use std::fmt::Write as _;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::comparison;
use super::corpus::{self, Case};

/// How many failing cases are reported in full; of the others, the ids.
const IN_FULL: usize = 10;

/// Asserts that every case of the area is met, or, if the area is not built yet, that at
/// least one is not.
#[track_caller]
pub(super) fn check_area(area: &str, not_yet: bool) {
    let cases: Vec<&Case> = corpus::cases()
        .iter()
        .filter(|case| case.area() == area)
        .collect();
    let failures = run_all(&cases);
    if not_yet {
        assert!(
            !failures.is_empty(),
            "all {} cases of {area} are met: take it out of NOT_YET",
            cases.len()
        );
        return;
    }
    assert!(
        failures.is_empty(),
        "{}",
        report(area, cases.len(), &failures)
    );
}

/// A case that is not met, and how.
struct Failure<'a> {
    id: &'a str,
    text: String,
}

fn run_all<'a>(cases: &[&'a Case]) -> Vec<Failure<'a>> {
    let workers = thread::available_parallelism().map_or(2, NonZero::get);
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers.clamp(2, 4) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(failure) = run(case) {
                        let mut failures = failures.lock().expect("no worker panicked");
                        failures.push(failure);
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("no worker panicked");
    failures.sort_by_key(|failure| failure.id);
    failures
}

fn run(case: &Case) -> Option<Failure<'_>> {
    let observed = case.run().capture();
    let differences = comparison::differences(case, &observed);
    if differences.is_empty() {
        return None;
    }
    let text = format!("{}{observed}", differences.concat());
    Some(Failure { id: &case.id, text })
}

fn report(area: &str, cases: usize, failures: &[Failure<'_>]) -> String {
    let count = failures.len();
    let mut out = format!("{area}: {count} of {cases} cases are not met\n");
    for failure in failures.iter().take(IN_FULL) {
        let (id, text) = (failure.id, &failure.text);
        // Writing to a string cannot fail.
        let _ = write!(out, "--- {id}\n{text}");
    }
    if count > IN_FULL {
        let ids: Vec<_> = failures[IN_FULL..].iter().map(|f| f.id).collect();
        let _ = writeln!(out, "--- and {}", ids.join(" "));
    }
    out
}
