//! Command lines of `export` that are refused, without a request or a file.

use super::record_server::RecordServer;
use crate::support::outcome::run;
use crate::support::service::command;

#[test]
fn rejects_options_that_do_not_fit() {
    let server = RecordServer::new(1);
    let table: [(&[&str], &str); 13] = [
        (
            &["--identity-id", "a:1", "--identities", "f"],
            "--identity-id cannot be used with",
        ),
        (
            &["--identity-id", "a:1", "--only-authenticated"],
            "--only-authenticated is about",
        ),
        (
            &["--identity-id", "x"],
            "--identity-id 'x' is not an identity id",
        ),
        (
            &["--identities", "absent"],
            "absent: cannot be read: No such file",
        ),
        (
            &["--shard", "4/3"],
            "argument --shard: invalid value '4/3', expected I/N",
        ),
        (
            &["--list-rate", "0"],
            "argument --list-rate: invalid value '0', expected a number from 0.001 to 1000",
        ),
        (
            &["--split", "5", "--to", "f"],
            "argument --split: invalid value '5', expected bytes, or a number with KB",
        ),
        (&["--split", "5MB"], "--split is about files"),
        (&["--restart"], "--restart is about files"),
        (
            &["--since", "absent", "--to", "f"],
            "absent.journal: cannot be read",
        ),
        (&["--concurrency", "0"], "--concurrency"),
        (&["--format", "csv"], "--format"),
        (
            &["--from-stream", "f"],
            "--identity-pool-id cannot be used with --from-stream",
        ),
    ];
    for (args, want) in table {
        let outcome = server.export(args);
        let is_refused = [252, 255].contains(&outcome.status) && outcome.stdout.is_empty();
        assert!(
            is_refused && outcome.stderr.contains(want),
            "{args:?}: {outcome:?}"
        );
    }
    assert_eq!(server.stub.requests().len(), 0);
    let files = std::fs::read_dir(server.path("")).expect("the folder");
    assert_eq!(files.count(), 0);
}

#[test]
fn needs_a_pool_and_credentials() {
    let folder = tempfile::tempdir().expect("a folder");
    let run_with = |args: &[&str]| {
        let mut command = command(&folder);
        command.arg("export").args(args);
        run(command, "")
    };
    let outcome = run_with(&["--to", "f"]);
    assert_eq!(outcome.status, 252);
    assert!(
        outcome.stderr.contains("export needs --identity-pool-id"),
        "{outcome:?}"
    );
    let outcome = run_with(&["--identity-pool-id", "us-east-1:1", "--to", "f"]);
    assert_eq!(outcome.status, 253, "{outcome:?}");
    assert!(!folder.path().join("f").exists() && !folder.path().join("f.journal").exists());
}
