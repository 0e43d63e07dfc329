//! Command lines of `import` that make no sense.

use super::dataset_server::{DatasetServer, line, summary_counts};
use crate::support::outcome::run;

#[test]
fn rejects_what_makes_no_sense() {
    let server = DatasetServer::new();
    server.write("in.ndjson", &line("settings", "k", Some("v")));
    server.write("map", "one\n");
    let table: [(&[&str], i32, &str); 10] = [
        (&[], 252, "FILE"),
        (&["missing"], 252, "missing: cannot be read: No such file"),
        (&["-", "-"], 252, "- is given twice"),
        (&["-", "--restart"], 252, "--restart is about the journal"),
        (
            &["in.ndjson", "--dry-run", "--journal", "j"],
            252,
            "--journal is about the journal",
        ),
        (&["in.ndjson", "--on-conflict", "merge"], 252, "merge"),
        (&["in.ndjson", "--concurrency", "0"], 252, "0"),
        (
            &["in.ndjson", "--identity-map", "map"],
            252,
            "--identity-map map, line 1: not two ids",
        ),
        (&["."], 252, ".: is a directory; name a file"),
        (
            &["in.ndjson", "--identity-map", "missing"],
            252,
            "missing: cannot be read: No such file",
        ),
    ];
    for (args, status, want) in table {
        let outcome = server.import(args);
        outcome.assert_fails(status, want);
    }
    let items = "{\"Item\":{\"IdentityId\":{\"S\":\"i\"}}}\n";
    server.write("items", items);
    let outcome = server.import(&["items"]);
    assert_eq!(outcome.status, 255, "{outcome:?}");
    assert!(
        outcome.stderr.contains("only records in the format ndjson"),
        "{outcome:?}"
    );
    assert_eq!(server.stub.requests().len(), 0);
}

#[test]
fn imports_nothing_from_empty_files() {
    let server = DatasetServer::new();
    server.write("empty", "\n");
    for (args, stdin) in [(["empty"], ""), (["-"], "")] {
        let outcome = run(server.command(&args), stdin);
        assert_eq!(
            (outcome.status, summary_counts(&outcome)),
            (0, vec![]),
            "{outcome:?}"
        );
        assert_eq!(outcome.json()["Complete"], true);
        let want = " no records, so that there is nothing to import.\n";
        assert!(outcome.stderr.ends_with(want), "{outcome:?}");
    }
    assert!(!server.path("empty.import.journal").exists());
}
