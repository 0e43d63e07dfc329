//! The output of `export`: numbered files, items of DynamoDB, and the progress.

use std::fs;
use std::io::Read as _;
use std::thread;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};

use super::record_server::{POOL, RecordServer, id, sorted_lines};
use crate::support::run::Run;
use crate::support::stub::{Action, ok};
use crate::support::terminal::run_on_terminal;

/// A server whose datasets have records with these values.
fn server_with(identities: usize, values: &[String]) -> RecordServer {
    let records = values.iter().enumerate().map(|(number, value)| {
        json!({"Key": format!("k{number}"), "Value": value, "SyncCount": 1,
            "LastModifiedDate": 1.4E9, "DeviceLastModifiedDate": 1.4E9, "LastModifiedBy": "x"})
    });
    let records: Vec<_> = records.collect();
    let body = json!({"DatasetExists": true, "DatasetSyncCount": 1, "Records": records});
    // U+E000 stands for a lone surrogate, which `serde_json` cannot write.
    let body = body.to_string().replace('\u{e000}', "\\ud83d");
    RecordServer::with(identities, move |received| -> Option<Action> {
        let is_read = received.request.path.ends_with("/records");
        is_read.then(|| ok(&body))
    })
}

/// The content of the output's numbered files, in order.
fn parts(server: &RecordServer, extension: &str) -> Vec<String> {
    let path = |number: usize| server.path(&format!("out-{number:04}.{extension}"));
    let paths = (1..).map(path).take_while(|path| path.exists());
    let content = paths.map(|path| {
        let bytes = fs::read(path).expect("a file");
        let mut text = String::new();
        let read = match extension.ends_with(".gz") {
            true => MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text),
            false => bytes.as_slice().read_to_string(&mut text),
        };
        read.expect("text");
        text
    });
    content.collect()
}

#[test]
fn splits_output_into_numbered_files() {
    const IDENTITIES: usize = 30;
    let server = server_with(IDENTITIES, &["v".repeat(60_000), "w".repeat(60_000)]);
    let whole = server.export(&[]);
    assert_eq!(whole.status, 0, "{whole:?}");
    let want = sorted_lines(&whole.stdout);
    assert_eq!(want.len(), 4 * IDENTITIES);
    let outcome = server.export(&["--to", "out.ndjson", "--split", "2MB"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let files = parts(&server, "ndjson");
    assert_eq!(outcome.json()["Files"], files.len());
    assert!((4..=6).contains(&files.len()), "{}", files.len());
    assert!(files.iter().all(|file| file.len() <= 2_000_000));
    assert_eq!(sorted_lines(&files.concat()), want);
    assert!(!server.path("out.ndjson").exists());
    assert!(server.path("out.ndjson.journal").exists());
    let restarted = server.export(&["--to", "out.ndjson", "--split", "2MB"]);
    assert!(restarted.stderr.contains("is complete"), "{restarted:?}");
}

#[test]
fn writes_items_of_dynamodb_and_names_what_is_left_out() {
    const IDENTITIES: usize = 8;
    let values = ["fits", "half \u{e000}"].map(str::to_string);
    let values = [&values[..], &["v".repeat(500_000)]].concat();
    let server = server_with(IDENTITIES, &values);
    let args = ["--format", "dynamodb-json", "--split", "1MB"];
    let outcome = server.export(&[&args[..], &["--to", "out.json.gz"]].concat());
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let items = sorted_lines(&parts(&server, "json.gz").concat());
    assert_eq!(items.len(), 2 * IDENTITIES);
    for (number, lines) in items.chunks(2).enumerate() {
        for (line, dataset) in lines.iter().zip(["notes", "settings"]) {
            let item: Value = serde_json::from_str(line).expect("JSON");
            let item = &item["Item"];
            assert_eq!(item["IdentityId"], json!({"S": id(number)}));
            assert_eq!(item["Record"], json!({"S": format!("{dataset}#k0")}));
            assert_eq!(item["Value"], json!({"S": "fits"}));
            assert_eq!(item["SyncCount"], json!({"N": "1"}));
        }
    }
    let left_out = fs::read_to_string(server.path("out.json.gz.left-out.ndjson"));
    let left_out = left_out.expect("a file of what is left out");
    assert_eq!(left_out.lines().count(), 4 * IDENTITIES);
    assert!(left_out.contains(r#""Value":"half \ud83d""#));
    assert!(left_out.contains(&values[2]));
    assert_eq!(outcome.json()["LeftOutRecords"], 4 * IDENTITIES);
    assert_eq!(outcome.json()["Records"], 2 * IDENTITIES);
    for want in ["Value has a lone surrogate", "of the 409600 that DynamoDB"] {
        assert!(outcome.stderr.contains(want), "{outcome:?}");
    }
    assert!(
        outcome.stderr.contains("left out: us-east-1:"),
        "{outcome:?}"
    );
}

/// Sends the run to a server that takes 30 ms for a response.
fn on_slow_server(run: Run, server: &RecordServer) -> Run {
    run.env("TERM", "xterm")
        .env("AWS_ENDPOINT_URL", &server.stub.endpoint())
}

#[test]
fn shows_progress_on_terminal() {
    let server = RecordServer::with(20, |_| {
        thread::sleep(Duration::from_millis(30));
        None
    });
    let common = ["export", "--identity-pool-id", POOL, "--concurrency", "1"];
    let common = [&common[..], &["--to", "out.ndjson", "--list-rate", "100"]].concat();
    let ids: String = (0..20).map(|number| id(number) + "\n").collect();
    let given = [&common[..], &["--identities", "ids"]].concat();
    for (args, is_total_known) in [(&common, false), (&given, true)] {
        let run = run_on_terminal("stderr", args).file("ids", ids.as_str());
        let shown = on_slow_server(run, &server).capture().stdout;
        let frames: Vec<_> = shown.split("\r\u{1b}[K").collect();
        assert!(frames.len() > 3, "{shown:?}");
        let last = frames[frames.len() - 2];
        let count = match is_total_known {
            true => "/20 identities, ",
            false => " identities, ",
        };
        for part in [count, " datasets, ", " records, ", " B  ", "/s  "] {
            assert!(last.contains(part), "{part}: {shown:?}");
        }
        assert_eq!(last.ends_with(" left"), is_total_known, "{shown:?}");
        assert!(frames.iter().all(|frame| frame.len() < 80), "{shown:?}");
        assert_eq!((frames[0], frames[frames.len() - 1]), ("", ""), "{shown:?}");
    }
}
