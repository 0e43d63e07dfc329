//! `--all-pages` and the options that go with it.

mod memory;
mod output;
mod refused_options;
mod responses;
mod starting_token;

use serde_json::{Value, json};

use crate::support::http::{Request, Response};
use crate::support::list_records::LIST_RECORDS;
use crate::support::run::Run;

/// The number of records of the dataset that [`records`] lists.
const RECORDS: usize = 7;

const RECORDS_PATH: &str = "/identitypools/p/identities/i/datasets/d/records";

/// The arguments of `list-records`.
fn list_records<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&LIST_RECORDS, args].concat()
}

/// Lists the records with `--all-pages`.
fn all_records(args: &[&str]) -> Run {
    Run::new([&list_records(&["--all-pages"]), args].concat()).respond_with(records)
}

/// A page of the records: two of them, or as many as the request asks for.
fn records(request: &Request) -> Response {
    let query = request.query();
    let value = |name: &str| {
        let found = query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    let start = value("nextToken").map_or(0, |token| {
        let number = token.strip_prefix("at-").expect("a token of this server");
        number.parse().expect("a number")
    });
    let size = value("maxResults").map_or(2, |size| size.parse().expect("a number"));
    let end = RECORDS.min(start + size);
    let records: Vec<_> = (start..end).map(record).collect();
    Response::body(
        json!({
            "Count": records.len(),
            "DatasetExists": true,
            "DatasetSyncCount": 9,
            "NextToken": (end < RECORDS).then(|| format!("at-{end}")),
            "Records": records,
            "SyncSessionToken": format!("session-{start}"),
        })
        .to_string(),
    )
}

fn record(number: usize) -> Value {
    json!({"Key": format!("k{number}"), "SyncCount": number})
}

/// The keys of a document's records.
fn keys(document: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(document).expect("the output is JSON");
    let records = document["Records"].as_array().expect("a list").iter();
    let key = |record: &Value| record["Key"].as_str().expect("a text").to_string();
    records.map(key).collect()
}

/// What is printed for the first page, of so many records.
fn printed_page(size: usize) -> String {
    let mut text = "{\n    \"Records\": [\n".to_string();
    for number in 0..size {
        let comma = if number + 1 < size { "," } else { "" };
        text += &format!(
            "        {{\n            \"Key\": \"k{number}\",\n            \"SyncCount\": {number}\n        \
             }}{comma}\n"
        );
    }
    text + &format!(
        "    ],\n    \"NextToken\": \"at-{size}\",\n    \"Count\": {size},\n    \"DatasetSyncCount\": 9,\n    \
         \"DatasetExists\": true,\n    \"SyncSessionToken\": \"session-0\"\n}}\n"
    )
}
