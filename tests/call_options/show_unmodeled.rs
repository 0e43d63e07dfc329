//! `--show-unmodeled`: members of responses that the AWS CLI does not know.

use serde_json::json;

use super::{POOL, live, printed, respond, set};
use crate::support::run::Run;

const GET: [&str; 3] = [
    "get-identity-pool-configuration",
    "--identity-pool-id",
    POOL,
];
const REASON: &str = "the stream is gone";

fn get(args: &[&str]) -> Run {
    Run::new([&GET, args].concat()).responses([respond(&live())])
}

#[test]
fn prints_reason_on_request_only() {
    for run in [get, |args: &[&str]| {
        Run::new(set(args)).responses([respond(&live())])
    }] {
        let observed = run(&["--show-unmodeled"]).capture();
        let streams = &printed(&observed.stdout)["CognitoStreams"];
        assert_eq!(streams["DisabledReason"], json!(REASON), "{observed}");
        let observed = run(&[]).capture();
        let streams = &printed(&observed.stdout)["CognitoStreams"];
        assert_eq!(streams.get("DisabledReason"), None, "{observed}");
        assert_eq!(observed.stderr, "");
    }
}

#[test]
fn prints_reason_in_every_format() {
    let query = "CognitoStreams.[StreamName, DisabledReason]";
    let table = [
        (
            "json",
            "[\n    \"updates\",\n    \"the stream is gone\"\n]\n",
        ),
        ("yaml", "- updates\n- the stream is gone\n"),
        ("yaml-stream", "- - updates\n  - the stream is gone\n"),
        ("text", "updates\tthe stream is gone\n"),
        (
            "table",
            "------------------------------\n|GetIdentityPoolConfiguration|\n\
             +----------------------------+\n|  updates                   |\n\
             |  the stream is gone        |\n+----------------------------+\n",
        ),
        ("off", ""),
    ];
    for (format, want) in table {
        let args = ["--show-unmodeled", "--query", query, "--output", format];
        let observed = get(&args).capture();
        assert_eq!(observed.stdout, want, "{format}: {observed}");
    }
    for format in ["json", "yaml", "yaml-stream", "text", "table"] {
        let observed = get(&["--show-unmodeled", "--output", format]).capture();
        assert!(observed.stdout.contains(REASON), "{format}: {observed}");
    }
}
