//! Datasets that have failed, imported again by the same command line.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::dataset_server::{DatasetServer, counts, lines_of, records_of, refuse, summary_counts};
use crate::support::child::RunningChild;
use crate::support::gate::Gate;

const FAILED: &str = "in.ndjson.import-failed.ndjson";
const JOURNAL: &str = "in.ndjson.import.journal";

/// A server that refuses the datasets `notes` of identities below a limit, and the limit. The file
/// has ten identities.
fn server_that_refuses(limit: u64) -> (DatasetServer, Arc<AtomicU64>) {
    let limit = Arc::new(AtomicU64::new(limit));
    let shared = Arc::clone(&limit);
    let server = DatasetServer::with(move |request, _| {
        let is_refused = request.path.contains("/datasets/notes")
            && (0..shared.load(Ordering::SeqCst))
                .any(|number| request.path.contains(&format!("8000-{number:012x}")));
        is_refused.then(|| refuse(403, "AccessDeniedException", "You may not"))
    });
    server.write("in.ndjson", &lines_of(10));
    (server, limit)
}

#[test]
fn imports_failed_datasets_again() {
    let (server, limit) = server_that_refuses(4);
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    let want = "The same command line imports failed datasets again. Their records are in \
                'in.ndjson.import-failed.ndjson'.\n";
    assert!(outcome.stderr.ends_with(want), "{outcome:?}");
    limit.store(0, Ordering::SeqCst);
    let before = server.lists();
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{outcome:?}");
    let all = counts(&[("Datasets", 20), ("AddedRecords", 40)]);
    assert_eq!(summary_counts(&outcome), all);
    assert_eq!(outcome.json()["Complete"], true);
    assert_eq!(server.lists() - before, 2 * 4, "others are not read again");
    assert_eq!(server.store(|store| store.all()), records_of(&lines_of(10)));
    assert!(!server.path(FAILED).exists());
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!((outcome.status, summary_counts(&outcome)), (0, all));
    assert!(outcome.stderr.contains("nothing is left"), "{outcome:?}");
}

#[test]
fn keeps_what_fails_again() {
    let (server, limit) = server_that_refuses(4);
    assert_eq!(server.import(&["in.ndjson"]).status, 254);
    for failing in [4, 2, 1, 1] {
        limit.store(failing, Ordering::SeqCst);
        let outcome = server.import(&["in.ndjson"]);
        assert_eq!(outcome.status, 254, "{outcome:?}");
        let named = outcome.stderr.matches(" notes failed: ").count();
        assert_eq!(named as u64, failing, "{outcome:?}");
        let want = counts(&[
            ("Datasets", 20 - failing),
            ("FailedDatasets", failing),
            ("AddedRecords", 40 - 2 * failing),
            ("FailedRecords", 2 * failing),
        ]);
        let sorted = |mut counts: Vec<_>| {
            counts.sort();
            counts
        };
        assert_eq!(sorted(summary_counts(&outcome)), sorted(want));
        assert_eq!(server.read(FAILED).lines().count() as u64, 2 * failing);
    }
    // New records follow those that fail again.
    server.write("in.ndjson", &lines_of(11));
    limit.store(11, Ordering::SeqCst);
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!(outcome.json()["FailedDatasets"], 2, "{outcome:?}");
    assert_eq!(server.read(FAILED).lines().count(), 4);
    limit.store(0, Ordering::SeqCst);
    assert_eq!(server.import(&["in.ndjson"]).status, 0);
    assert_eq!(server.store(|store| store.all()), records_of(&lines_of(11)));
}

#[test]
fn ends_without_failures_once_their_file_was_imported() {
    let (server, limit) = server_that_refuses(4);
    assert_eq!(server.import(&["in.ndjson"]).status, 254);
    limit.store(0, Ordering::SeqCst);
    assert_eq!(server.import(&[FAILED]).status, 0);
    let outcome = server.import(&["in.ndjson"]);
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{outcome:?}");
    let summary = outcome.json();
    assert_eq!(
        (&summary["Complete"], &summary["UnchangedRecords"]),
        (&true.into(), &8.into())
    );
}

#[test]
fn begins_again_after_interrupt_and_kill() {
    let gate = Gate::default();
    let wait = gate.barrier();
    let requests = AtomicU64::new(0);
    let server = DatasetServer::with(move |request, _| {
        if !request.path.contains("/datasets/notes") {
            return None;
        }
        match requests.fetch_add(1, Ordering::SeqCst) {
            0..10 => return Some(refuse(403, "AccessDeniedException", "You may not")),
            // In the midst of the second and the third run.
            14 | 20 => wait(),
            _ => {}
        }
        None
    });
    server.write("in.ndjson", &lines_of(10));
    let args = ["in.ndjson", "--concurrency", "1"];
    assert_eq!(server.import(&args).status, 254);
    let failed = server.read(FAILED);
    let child = RunningChild::start(server.command(&args));
    let outcome = child.interrupt_at(&gate);
    assert_eq!(outcome.status, 130, "{outcome:?}");
    let want = "Earlier runs failed for 10 datasets.\n";
    assert!(outcome.stderr.starts_with(want), "{outcome:?}");
    assert!(
        outcome.stderr.contains("Interrupted. The same"),
        "{outcome:?}"
    );
    assert_eq!(server.read(FAILED), failed);
    let child = RunningChild::start(server.command(&args));
    gate.await_requests(2);
    child.kill();
    assert_eq!(server.read(FAILED), failed);
    let outcome = server.import(&args);
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{outcome:?}");
    assert_eq!(server.store(|store| store.all()), records_of(&lines_of(10)));
}

/// A run that was killed between its entry in the journal and the replacement of the file.
#[test]
fn replaces_file_that_a_killed_run_had_not_replaced() {
    let (server, limit) = server_that_refuses(4);
    assert_eq!(server.import(&["in.ndjson"]).status, 254);
    let before = server.read(FAILED);
    limit.store(2, Ordering::SeqCst);
    assert_eq!(server.import(&["in.ndjson"]).status, 254);
    let after = server.read(FAILED);
    let journal = server.read(JOURNAL);
    let entry = journal.find("\"ReplacesFailed\":true").expect("an entry");
    let end = entry + journal[entry..].find('\n').expect("its end") + 1;
    for limit_of_next in [2, 0] {
        server.write(JOURNAL, &journal[..end]);
        server.write(FAILED, &before);
        server.write(&format!("{FAILED}.tmp"), &after);
        limit.store(limit_of_next, Ordering::SeqCst);
        let outcome = server.import(&["in.ndjson"]);
        let summary = outcome.json();
        let datasets = [&summary["Datasets"], &summary["FailedDatasets"]];
        assert_eq!(datasets, [20 - limit_of_next, limit_of_next], "{outcome:?}");
        assert!(!server.path(&format!("{FAILED}.tmp")).exists());
        assert_eq!(server.path(FAILED).exists(), limit_of_next > 0);
    }
    let is_replacing = |line: &&str| line.contains("ReplacesFailed");
    let journal = fs::read_to_string(server.path(JOURNAL)).expect("a journal");
    assert!(
        !journal
            .lines()
            .next_back()
            .is_some_and(|line| is_replacing(&line))
    );
}
