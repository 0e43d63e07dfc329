//! What `--all-pages` prints.

use serde_json::json;

use super::{RECORDS, RECORDS_PATH, all_records, list_records, record, records};
use crate::support::http::Response;
use crate::support::run::Run;
use crate::support::service::Service;
use crate::support::terminal::run_on_terminal;

#[test]
fn joins_pages_as_one_document() {
    let records: Vec<_> = (0..RECORDS).map(record).collect();
    let run = all_records(&[]);
    let run = [
        RECORDS_PATH.to_string(),
        format!("{RECORDS_PATH}?nextToken=at-2"),
        format!("{RECORDS_PATH}?nextToken=at-4"),
        format!("{RECORDS_PATH}?nextToken=at-6"),
    ]
    .iter()
    .fold(run, |run, target| run.sends("GET", target, None));
    let document = json!({
        "Records": records,
        "Count": 7,
        "DatasetSyncCount": 9,
        "DatasetExists": true,
        "SyncSessionToken": "session-0",
    });
    let formatted = {
        let mut text = Vec::new();
        let indent = serde_json::ser::PrettyFormatter::with_indent(b"    ");
        let mut json = serde_json::Serializer::with_formatter(&mut text, indent);
        serde::Serialize::serialize(&document, &mut json).expect("memory");
        String::from_utf8(text).expect("text") + "\n"
    };
    run.stdout(&formatted).succeeds();
}

#[test]
fn prints_each_page_of_text_and_yaml_stream() {
    let table = [
        (
            "text",
            "4\tTrue\t9\tsession-0\nRECORDS\tk0\t0\nRECORDS\tk1\t1\nRECORDS\tk2\t2\nRECORDS\tk3\t3\n\
             3\nRECORDS\tk4\t4\nRECORDS\tk5\t5\nRECORDS\tk6\t6\n",
        ),
        (
            "yaml-stream",
            "- Count: 4\n  DatasetExists: true\n  DatasetSyncCount: 9\n  Records:\n  - Key: k0\n    \
             SyncCount: 0\n  - Key: k1\n    SyncCount: 1\n  - Key: k2\n    SyncCount: 2\n  - Key: k3\n    \
             SyncCount: 3\n  SyncSessionToken: session-0\n\
             - Count: 3\n  DatasetExists: true\n  DatasetSyncCount: 9\n  Records:\n  - Key: k4\n    \
             SyncCount: 4\n  - Key: k5\n    SyncCount: 5\n  - Key: k6\n    SyncCount: 6\n  \
             SyncSessionToken: session-4\n",
        ),
        ("off", ""),
    ];
    for (format, want) in table {
        all_records(&["--page-size", "4", "--output", format])
            .sends("GET", &format!("{RECORDS_PATH}?maxResults=4"), None)
            .sends(
                "GET",
                &format!("{RECORDS_PATH}?nextToken=at-4&maxResults=4"),
                None,
            )
            .stdout(want)
            .succeeds();
    }
}

#[test]
fn collects_pages_for_queries_yaml_and_tables() {
    let table: [(&[&str], &str); 5] = [
        (&["--query", "length(Records)"], "7\n"),
        (
            &["--query", "[Count, NextToken]", "--output", "text"],
            "7\tNone\n",
        ),
        (
            &[
                "--query",
                "Records[].Key | join(`,`, @)",
                "--output",
                "yaml-stream",
            ],
            "- k0,k1,k2,k3,k4,k5,k6\n",
        ),
        (
            &["--query", "Records[5:].Key", "--output", "yaml"],
            "- k5\n- k6\n",
        ),
        (
            &["--query", "Records[5:].Key", "--output", "table"],
            "-------------\n|ListRecords|\n+-----------+\n|  k5       |\n|  k6       |\n+-----------+\n",
        ),
    ];
    for (args, want) in table {
        let observed = all_records(args).capture();
        assert_eq!(
            (
                observed.stdout.as_str(),
                observed.stderr.as_str(),
                observed.requests.len()
            ),
            (want, "", 4),
            "{args:?}"
        );
    }
    let yaml = all_records(&["--output", "yaml"]).capture().stdout;
    assert!(
        yaml.starts_with("Count: 7\nDatasetExists: true\n") && yaml.contains("- Key: k6\n"),
        "{yaml}"
    );
    let table = all_records(&["--output", "table"]).capture().stdout;
    assert!(
        table.contains("|  k0") && table.contains("|  k6"),
        "{table}"
    );
}

#[test]
fn a_single_page_is_printed_as_without_the_option() {
    let body = r#"{"Count":1,"DatasetSyncCount":3,"LastModifiedBy":"x","MergedDatasetNames":["m"],"NextToken":null,"Records":[{"Key":"k\u0007é","Value":"\ud800v","LastModifiedDate":1407456000.123,"SyncCount":3}]}"#;
    for body in [body, "{}", r#"{"Records":[]}"#, r#"{"Count":0}"#] {
        for format in ["json", "text", "yaml", "yaml-stream", "table", "off"] {
            for encoding in ["UTF-8", "latin-1", "utf-16"] {
                let run = |option: &[&str]| {
                    let args = list_records(&[&["--output", format], option].concat());
                    let run = Run::new(args).responses([Response::body(body)]);
                    let observed = run.env("AWS_CLI_OUTPUT_ENCODING", encoding).capture();
                    (observed.exit, observed.stdout, observed.stderr)
                };
                assert_eq!(
                    run(&["--all-pages"]),
                    run(&[]),
                    "{format} {encoding} {body}"
                );
            }
        }
    }
}

#[test]
fn joins_pages_of_every_list() {
    let pool = |number: usize| json!({"IdentityPoolId": format!("us-east-1:{number}")});
    let usages = [
        json!({"IdentityPoolUsages": [pool(1), pool(2)], "MaxResults": 2, "Count": 2, "NextToken": "t"}),
        json!({"IdentityPoolUsages": [pool(3)], "MaxResults": 2, "Count": 1, "NextToken": ""}),
    ];
    Run::new([
        "list-identity-pool-usage",
        "--all-pages",
        "--query",
        "[IdentityPoolUsages[].IdentityPoolId, MaxResults, Count] | []",
        "--output",
        "text",
    ])
    .responses(usages.iter().map(|page| Response::body(page.to_string())))
    .sends("GET", "/identitypools", None)
    .sends("GET", "/identitypools?nextToken=t", None)
    .stdout("us-east-1:1\tus-east-1:2\tus-east-1:3\t2\t3\n")
    .succeeds();
    let datasets = [
        json!({"Datasets": [{"DatasetName": "a"}], "Count": 1, "NextToken": "t/+="}),
        json!({"Datasets": [{"DatasetName": "b"}], "Count": 1}),
    ];
    Run::new(
        "list-datasets --all-pages --identity-pool-id p --identity-id i --output text"
            .split_whitespace(),
    )
    .responses(datasets.iter().map(|page| Response::body(page.to_string())))
    .sends("GET", "/identitypools/p/identities/i/datasets", None)
    .sends(
        "GET",
        "/identitypools/p/identities/i/datasets?nextToken=t%2F%2B%3D",
        None,
    )
    .stdout("1\nDATASETS\ta\n1\nDATASETS\tb\n")
    .succeeds();
}

#[test]
fn formats_timestamps_as_configured() {
    let body = r#"{"Records":[{"Key":"k","LastModifiedDate":1407456000.123}]}"#;
    let run = || {
        let run = Run::new(list_records(&["--all-pages"])).responses([Response::body(body)]);
        run.request(|_| ())
    };
    let printed = |date: &str| {
        format!(
            "{{\n    \"Records\": [\n        {{\n            \"Key\": \"k\",\n            \
             \"LastModifiedDate\": {date}\n        }}\n    ]\n}}\n"
        )
    };
    run()
        .stdout(&printed("\"2014-08-08T00:00:00.123000+00:00\""))
        .succeeds();
    run()
        .file(".aws/config", "[default]\ncli_timestamp_format = wire\n")
        .stdout(&printed("1407456000.123"))
        .succeeds();
}

#[test]
fn lists_all_pages_of_the_local_service() {
    let service = Service::start(&[]);
    for number in 0..5 {
        let pool = format!("us-east-1:0000000{number}-0000-0000-0000-000000000000");
        let args = [
            "set-cognito-events",
            "--identity-pool-id",
            &pool,
            "--events",
            "{}",
            "--output",
            "off",
        ];
        let set = service.run(&args);
        assert_eq!(String::from_utf8_lossy(&set.stderr), "");
    }
    for local in [&[][..], &["--local"]] {
        let args = [
            "list-identity-pool-usage",
            "--all-pages",
            "--page-size",
            "2",
            "--query",
            "[Count, length(IdentityPoolUsages), MaxResults]",
            "--output",
            "text",
        ];
        let listed = service.run(&[&args, local].concat());
        assert_eq!(
            String::from_utf8_lossy(&listed.stdout),
            "5\t5\t2\n",
            "{}",
            String::from_utf8_lossy(&listed.stderr)
        );
    }
}

#[test]
fn stops_requesting_when_output_is_closed() {
    let script = "\"$0\" \"$@\" | head -c 10 >&2";
    let args = list_records(&["--all-pages", "--output", "text"]);
    let program = env!("CARGO_BIN_EXE_cognito-sync");
    let observed = Run::with_program("/bin/sh", [&["-c", script, program], &args[..]].concat())
        .respond_with(|request| {
            let next = request.query().len() + 1;
            let value = "x".repeat(100_000);
            let page = json!({"Records": [{"Value": value}], "NextToken": format!("{next}{}", request.raw_query)});
            Response::body(page.to_string())
        })
        .capture();
    assert!(observed.requests.len() < 50, "{}", observed.requests.len());
    assert_eq!(observed.stderr, "RECORDS\txx");
}

#[test]
fn hints_at_further_pages_on_a_terminal() {
    const HINT: &str = "hint: more is left: --all-pages requests all pages";
    let shown = |args: &[&str]| {
        let run = run_on_terminal("stderr", &list_records(args)).respond_with(records);
        run.capture().stdout
    };
    assert_eq!(shown(&[]).trim_end(), HINT);
    assert_eq!(shown(&["--max-results", "7"]), "");
    assert_eq!(shown(&["--no-paginate"]), "");
    assert_eq!(shown(&["--all-pages"]), "");
    let piped = Run::new(list_records(&[])).respond_with(records).capture();
    assert_eq!(piped.stderr, "");
}
