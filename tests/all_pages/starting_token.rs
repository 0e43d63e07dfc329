//! `--max-items` and `--starting-token`.

use aws_smithy_types::base64;
use serde_json::Value;

use super::{RECORDS, RECORDS_PATH, all_records, keys};

/// Prints the records in several runs, each with `--max-items`. Returns the keys and the number of
/// runs.
fn list_in_runs(max_items: usize, page_size: usize) -> (Vec<String>, usize) {
    let (mut all, mut runs) = (Vec::new(), 0);
    let mut token: Option<String> = None;
    loop {
        let (items, size) = (max_items.to_string(), page_size.to_string());
        let mut args = vec!["--max-items", &items, "--page-size", &size];
        if let Some(token) = &token {
            args.extend(["--starting-token", token]);
        }
        let observed = all_records(&args).capture();
        assert_eq!(observed.stderr, "", "{observed}");
        let found = keys(&observed.stdout);
        let document: Value = serde_json::from_str(&observed.stdout).expect("JSON");
        assert_eq!(document["Count"], found.len(), "{observed}");
        assert!(found.len() <= max_items && !found.is_empty(), "{observed}");
        all.extend(found);
        runs += 1;
        token = document["NextToken"].as_str().map(str::to_string);
        if token.is_none() {
            return (all, runs);
        }
    }
}

#[test]
fn runs_with_tokens_together_list_everything_once() {
    let want: Vec<_> = (0..RECORDS).map(|number| format!("k{number}")).collect();
    for max_items in [1, 2, 3, 5, 7, 8] {
        for page_size in [1, 2, 3, 9] {
            let (all, runs) = list_in_runs(max_items, page_size);
            assert_eq!(all, want, "{max_items} {page_size}");
            assert_eq!(runs, RECORDS.div_ceil(max_items), "{max_items} {page_size}");
        }
    }
}

#[test]
fn token_has_the_form_of_the_aws_cli() {
    let table = [
        ("1", r#"{"NextToken": null, "boto_truncate_amount": 1}"#),
        ("2", r#"{"NextToken": "at-2"}"#),
        ("5", r#"{"NextToken": "at-4", "boto_truncate_amount": 1}"#),
    ];
    for (max_items, want) in table {
        for format in ["json", "text", "yaml", "yaml-stream"] {
            let args = ["--max-items", max_items, "--output", format];
            let observed = all_records(&args).capture();
            let token = base64::encode(want);
            let (key, separator) = match format {
                "json" => ("\"NextToken\"", ": "),
                "text" => ("NEXTTOKEN", "\t"),
                _ => ("NextToken", ": "),
            };
            let lines = observed.stdout.lines().filter(|line| line.contains(key));
            let lines: Vec<_> = lines.collect();
            let [line] = lines[..] else {
                panic!("{format}: {lines:?}")
            };
            let (_, value) = line.split_once(separator).expect("a value");
            assert_eq!(value.trim_matches([',', '"']), token, "{format}");
        }
    }
}

#[test]
fn accepts_tokens_of_the_service_and_of_older_aws_clis() {
    let table = [("at-4", 4), ("at-4___1", 5), ("None", 0), ("None___1", 1)];
    for (token, first) in table {
        let observed = all_records(&["--starting-token", token]).capture();
        let want: Vec<_> = (first..RECORDS).map(|n| format!("k{n}")).collect();
        assert_eq!(keys(&observed.stdout), want, "{observed}");
    }
    all_records(&["--starting-token", "at-6", "--query", "Count"])
        .sends("GET", &format!("{RECORDS_PATH}?nextToken=at-6"), None)
        .stdout("1\n")
        .succeeds();
}

#[test]
fn leaves_out_more_entries_than_a_page_has() {
    let token = base64::encode(r#"{"NextToken": "at-4", "boto_truncate_amount": 9}"#);
    let observed = all_records(&["--starting-token", &token]).capture();
    assert_eq!(keys(&observed.stdout), ["k6"]);
}

#[test]
fn reads_token_from_file() {
    let token = base64::encode(r#"{"NextToken": "at-4", "boto_truncate_amount": 1}"#);
    let (start, end) = token.split_at(9);
    for content in [format!("{token}\n"), format!("{start}\n{end}")] {
        for prefix in ["file", "fileb"] {
            let observed = all_records(&["--starting-token", &format!("{prefix}://token")])
                .file("token", content.as_str())
                .capture();
            assert_eq!(keys(&observed.stdout), ["k5", "k6"], "{observed}");
        }
    }
    all_records(&["--starting-token", "file://absent"])
        .stderr_contains("Error parsing parameter '--starting-token': Unable to load paramfile")
        .fails(252);
}
