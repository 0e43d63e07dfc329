//! The files of an export: those that must not be touched, and those that were changed.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use serde_json::json;

use super::record_server::{RecordServer, expected, id, lists_identities, sorted_lines};
use crate::support::outcome::run;
use crate::support::stub::ok;

/// A shell with this script, which runs the command as `"$0" "$@"`.
fn through_shell(command: &Command, script: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", script]);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

#[test]
fn rejects_output_that_is_no_regular_file() {
    let server = RecordServer::new(1);
    fs::create_dir(server.path("folder")).expect("a folder");
    let made = Command::new("mkfifo").arg(server.path("fifo")).status();
    assert!(made.is_ok_and(|status| status.success()));
    symlink("/dev/null", server.path("link")).expect("a link");
    let pipe = "is not a regular file. Leave --to out to write to standard output.";
    let table = [
        ("folder", "is a directory. Name a file that does not exist."),
        ("fifo", pipe),
        ("link", pipe),
        ("/dev/null", pipe),
    ];
    for (name, why) in table {
        for restart in [&[][..], &["--restart"]] {
            let outcome = server.export(&[&["--to", name], restart].concat());
            let want = format!("--to: '{name}' {why}");
            outcome.assert_fails(252, &want);
        }
        assert!(server.path(name).symlink_metadata().is_ok(), "{name}");
    }
    assert!(!server.path("fifo.journal").exists());
    let outcome = server.export(&["--to", "absent/"]);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (255, ""));
    assert!(!server.path("absent.journal").exists());
    assert_eq!(server.stub.requests().len(), 0);
}

#[test]
fn says_how_to_go_on_without_the_output() {
    let server = RecordServer::new(3);
    let args = ["--to", "out.ndjson"];
    assert_eq!(server.export(&args).status, 0);
    fs::remove_file(server.path("out.ndjson")).expect("removed");
    let outcome = server.export(&args);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (255, ""));
    let want = "'out.ndjson': it is missing; start again with --restart\n";
    assert!(outcome.stderr.ends_with(want), "{outcome:?}");
    let outcome = server.export(&["--to", "out.ndjson", "--restart"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..3));
}

#[test]
fn names_reason_of_failed_write_and_continues_later() {
    let server = RecordServer::new(400);
    let export = server.command(&["--to", "out.ndjson"]);
    // Smaller than the output, larger than its journal at that time.
    let mut limited = through_shell(&export, "ulimit -f 200; exec \"$0\" \"$@\"");
    limited.current_dir(server.path(""));
    let outcome = run(limited, "");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (255, ""));
    let want = "Unable to write 'out.ndjson': File too large (os error 27)\n";
    assert!(outcome.stderr.ends_with(want), "{outcome:?}");
    let outcome = server.export(&["--to", "out.ndjson"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..400));
}

#[test]
fn keeps_what_was_appended_to_complete_output() {
    let server = RecordServer::new(3);
    for split in [&[][..], &["--split", "1MB"]] {
        let (output, file) = match split.is_empty() {
            true => ("one.ndjson", "one.ndjson"),
            false => ("parts.ndjson", "parts-0001.ndjson"),
        };
        let args = [&["--to", output], split].concat();
        assert_eq!(server.export(&args).status, 0);
        let content = fs::read_to_string(server.path(file)).expect("an output") + "mine\n";
        fs::write(server.path(file), &content).expect("written");
        let outcome = server.export(&args);
        let want = format!("Unable to continue '{file}': it has more than the");
        outcome.assert_fails(255, &want);
        assert_eq!(fs::read_to_string(server.path(file)).ok(), Some(content));
    }
}

#[test]
fn rejects_output_that_since_names() {
    let server = RecordServer::new(3);
    assert_eq!(server.export(&["--to", "out.ndjson"]).status, 0);
    symlink(".", server.path("here")).expect("a link");
    let files =
        || ["out.ndjson", "out.ndjson.journal"].map(|name| fs::read(server.path(name)).ok());
    let before = files();
    for since in ["out.ndjson", "./out.ndjson", "here/out.ndjson"] {
        for restart in [&[][..], &["--restart"]] {
            let args = ["--to", "out.ndjson", "--since", since];
            let outcome = server.export(&[&args, restart].concat());
            outcome.assert_fails(
                252,
                "--since and --to both name 'out.ndjson'. Choose another file",
            );
        }
    }
    assert_eq!(files(), before);
}

#[test]
fn exports_further_identities_that_are_given_later() {
    let server = RecordServer::new(5);
    let args = ["--to", "out.ndjson", "--identities", "ids"];
    let ids = |numbers: &[usize]| {
        let lines: String = numbers.iter().map(|number| id(*number) + "\n").collect();
        fs::write(server.path("ids"), lines).expect("written");
    };
    ids(&[1, 2]);
    assert_eq!(server.export(&args).status, 0);
    ids(&[2, 4, 1]);
    let outcome = server.export(&args);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    assert_eq!(outcome.json()["Complete"], true);
    assert_eq!(server.sorted_lines("out.ndjson"), expected([1, 2, 4]));
    let requests = server.stub.requests().len();
    assert!(server.export(&args).stderr.contains("is complete"));
    assert_eq!(server.stub.requests().len(), requests);
}

#[test]
fn reads_identities_from_pipe() {
    let server = RecordServer::new(5);
    let script = "mkfifo ids; (echo $ID >ids) & exec \"$0\" \"$@\" --identities ids";
    let mut piped = through_shell(&server.command(&[]), script);
    piped.current_dir(server.path("")).env("ID", id(3));
    let outcome = run(piped, "");
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    assert_eq!(sorted_lines(&outcome.stdout), expected([3]));
}

#[test]
fn stream_replaces_neither_its_input_nor_other_exports() {
    let server = RecordServer::new(1);
    let delivery = json!({"identityPoolId": "p:1", "identityId": "i:1", "dataSetName": "d",
        "operation": "replace", "kinesisSyncRecords": [{"key": "k", "value": "v", "syncCount": 1,
        "lastModifiedDate": 1, "deviceLastModifiedDate": 1, "op": "replace"}], "lastModifiedDate": 1,
        "kinesisSyncRecordsURL": null, "payloadType": "Inline", "syncCount": 1});
    fs::write(server.path("stream"), delivery.to_string()).expect("written");
    fs::create_dir(server.path("folder")).expect("a folder");
    assert_eq!(server.export(&["--to", "out.ndjson"]).status, 0);
    let table = [
        ("stream", 252, "--from-stream and --to both name 'stream'."),
        (
            "./stream",
            252,
            "--from-stream and --to both name 'stream'.",
        ),
        (
            "out.ndjson",
            252,
            "belongs to the export of an identity pool.",
        ),
        (
            "folder",
            255,
            "Unable to remove 'folder': it is not a regular file",
        ),
    ];
    for (to, status, why) in table {
        let mut stream = Command::new(server.command(&[]).get_program());
        let args = ["export", "--from-stream", "stream", "--restart", "--to", to];
        stream.current_dir(server.path("")).args(args);
        let outcome = run(stream, "");
        outcome.assert_fails(status, why);
    }
    assert_eq!(server.sorted_lines("out.ndjson"), expected(0..1));
    assert!(server.path("stream").exists() && server.path("folder").exists());
}

#[test]
fn reports_hostile_text_on_one_line() {
    let server = RecordServer::with(1, |received| {
        let is_list = received.request.path.ends_with("/datasets");
        let body = json!({"__type": "X", "message": "\u{1b}[31mno\nline"}).to_string();
        is_list.then(|| crate::support::stub::respond(400, &body))
    });
    let outcome = server.export(&["--to", "out.ndjson"]);
    let lines: Vec<_> = outcome.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{outcome:?}");
    assert!(
        lines[0].ends_with("operation: \\x1b[31mno\\x0aline"),
        "{outcome:?}"
    );
}

#[test]
fn rejects_list_with_ids_that_are_no_lines() {
    let server = RecordServer::with(1, |received| {
        let page = json!({"Identities": [{"IdentityId": format!("{}\n{}", id(0), id(1))}]});
        lists_identities(&received.request).then(|| ok(&page.to_string()))
    });
    let outcome = server.export(&["--to", "out.ndjson"]);
    outcome.assert_fails(255, "an unexpected value for IdentityId");
    assert!(!server.path("out.ndjson.journal").exists());
}
