//! Runs the cases of an area in parallel and reports all differences in one panic.
//!
//! Each case has a directory and a server of its own, so that cases cannot influence each other.

use std::fmt::Write as _;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::comparison;
use super::corpus::{self, Case};
use crate::support::run::Run;

/// How many failing cases are reported in full; others only by id.
const MAX_FULL_REPORTS: usize = 10;

/// Asserts that every case of the area passes or, for an expected failure, that at least one does
/// not.
#[track_caller]
pub(super) fn check_area(area: &str, expects_failure: bool) {
    let cases: Vec<&Case> = corpus::cases()
        .iter()
        .filter(|case| case.area() == area)
        .collect();
    let failures = run_cases(&cases, Case::run);
    if expects_failure {
        assert!(
            !failures.is_empty(),
            "all {} cases of {area} pass: remove it from EXPECTED_FAILURES",
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

/// A case that failed, with its differences.
pub(super) struct FailedCase<'a> {
    id: &'a str,
    differences: Vec<String>,
    output: String,
}

impl FailedCase<'_> {
    /// Returns the id and the first line of each difference.
    pub(super) fn summary(&self) -> String {
        let first = |difference: &String| {
            let line = difference.lines().next().unwrap_or_default();
            line.trim_end_matches(':').to_string()
        };
        let differences: Vec<_> = self.differences.iter().map(first).collect();
        format!("{}: {}", self.id, differences.join(", "))
    }
}

/// Runs each case as `run` says, and returns those that do something else than was recorded.
pub(super) fn run_cases<'a>(
    cases: &[&'a Case],
    run: impl Fn(&Case) -> Run + Sync,
) -> Vec<FailedCase<'a>> {
    let workers = thread::available_parallelism().map_or(2, NonZero::get);
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers.clamp(2, 4) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(failure) = compare(case, run(case)) {
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

fn compare(case: &Case, run: Run) -> Option<FailedCase<'_>> {
    let observed = run.capture();
    let differences = comparison::differences(case, &observed);
    if differences.is_empty() {
        return None;
    }
    Some(FailedCase {
        id: &case.id,
        differences,
        output: observed.to_string(),
    })
}

fn report(area: &str, cases: usize, failures: &[FailedCase<'_>]) -> String {
    let count = failures.len();
    let mut out = format!("{area}: {count} of {cases} cases fail\n");
    for failure in failures.iter().take(MAX_FULL_REPORTS) {
        let (id, differences) = (failure.id, failure.differences.concat());
        // Writing to a string cannot fail.
        let _ = write!(out, "--- {id}\n{differences}{}", failure.output);
    }
    if count > MAX_FULL_REPORTS {
        let ids: Vec<_> = failures[MAX_FULL_REPORTS..].iter().map(|f| f.id).collect();
        let _ = writeln!(out, "--- and {}", ids.join(" "));
    }
    out
}
