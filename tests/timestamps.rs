//! Timestamps in the whole program: dates in input, in responses and as credential expirations, and
//! the time zone of `TZ`. The meaning of texts is tested in `src/timestamp`.

use std::time::Duration;

use serde_json::json;

use crate::support::http::Response;
use crate::support::run::Run;

const TARGET: &str = "/identitypools/p/identities/i/datasets/d";

fn update(date: &str) -> Run {
    let patch = format!("Op=replace,Key=k,SyncCount=1,DeviceLastModifiedDate={date}");
    let call = [
        "update-records",
        "--identity-pool-id",
        "p",
        "--identity-id",
        "i",
    ];
    let dataset = [
        "--dataset-name",
        "d",
        "--sync-session-token",
        "t",
        "--output",
        "off",
    ];
    let args = call.into_iter().chain(dataset);
    Run::new(args.chain(["--record-patches", &patch]))
}

fn details(body: &str) -> Run {
    Run::new(["get-bulk-publish-details", "--identity-pool-id", "p"])
        .responses([Response::body(body)])
}

/// Responds with `start` as JSON and expects `printed`.
fn prints(tz: &str, start: &str, printed: &str) {
    details(&format!("{{\"BulkPublishStartTime\":{start}}}"))
        .env("TZ", tz)
        .limit(Duration::from_secs(5))
        .stdout(&format!(
            "{{\n    \"BulkPublishStartTime\": \"{printed}\"\n}}\n"
        ))
        .sends("POST", "/identitypools/p/getBulkPublishDetails", None)
        .succeeds();
}

fn error(message: &str) -> String {
    format!("\ncognito-sync: [ERROR]: {message}\n")
}

#[test]
fn sends_dates_of_every_form_as_seconds() {
    for date in [
        "2026-11-26T08:00:00Z",
        "2026-11-26T08:00:00+0000",
        "20261126T080000Z",
        "2026-11-26 09:00:00 +01",
        "Thu Nov 26 08:00:00 UTC 2026",
        "Nov 26 2026 8am",
        "1795680000.9",
        "1_795_680_000",
    ] {
        let patch = json!({"Op": "replace", "Key": "k", "SyncCount": 1,
            "DeviceLastModifiedDate": 1_795_680_000});
        let body = json!({"RecordPatches": [patch], "SyncSessionToken": "t"});
        update(date).sends("POST", TARGET, Some(body)).succeeds();
    }
}

#[test]
fn rejects_nonexistent_dates() {
    update("2026-02-30")
        .stderr_contains("value: 2026-02-30, type: <class 'str'>")
        .fails(252);
    let uncountable = "Unable to calculate correct timezone offset for \"1795680000000\"";
    update("1795680000000")
        .stderr(&error(uncountable))
        .fails(255);
    update("0001-01-01T00:00:00+01:00")
        .stderr(&error("date value out of range"))
        .fails(255);
}

#[test]
fn prints_response_dates_as_iso_8601() {
    let berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
    prints(berlin, "1795680000.25", "2026-11-26T09:00:00.250000+01:00");
    prints(berlin, "\"1795680000\"", "2026-11-26T09:00:00+01:00");
    // A time zone in the text is kept; without one, none is printed.
    prints(berlin, "\"20261126T080000Z\"", "2026-11-26T08:00:00+00:00");
    prints(
        berlin,
        "\"Jul 30 2026 10:00 CEST\"",
        "2026-07-30T10:00:00+02:00",
    );
    prints(berlin, "\"2026-11-26\"", "2026-11-26T00:00:00");
}

#[test]
fn rejects_responses_with_invalid_dates() {
    let table = [
        (
            "\"soon\"",
            "Invalid timestamp \"soon\": Unknown string format: soon",
        ),
        (
            "\"2026-02-30\"",
            "Invalid timestamp \"2026-02-30\": day is out of range for month: 2026-02-30",
        ),
        ("253402300800", "year 10000 is out of range"),
        (
            "1e17",
            "Unable to calculate correct timezone offset for \"1e+17\"",
        ),
        (
            "[1]",
            "Invalid timestamp \"[1]\": Parser must be a string or character stream, not list",
        ),
    ];
    for (start, message) in table {
        details(&format!("{{\"BulkPublishStartTime\":{start}}}"))
            .sends("POST", "/identitypools/p/getBulkPublishDetails", None)
            .stderr(&error(message))
            .fails(255);
    }
}

#[test]
fn prints_utc_if_tz_is_not_a_regular_file() {
    let script = "mkfifo fifo && TZ=\"$PWD/fifo\" exec \"$0\" get-bulk-publish-details \
                  --identity-pool-id p --query BulkPublishStartTime --output text";
    let program = env!("CARGO_BIN_EXE_cognito-sync");
    Run::with_program("sh", ["-c", script, program])
        .responses([Response::body("{\"BulkPublishStartTime\":0}")])
        .limit(Duration::from_secs(5))
        .stdout("1970-01-01T00:00:00+00:00\n")
        .sends("POST", "/identitypools/p/getBulkPublishDetails", None)
        .succeeds();
    for tz in ["/dev/zero", "/dev/tty", "/", "/proc/self/mem"] {
        prints(tz, "0", "1970-01-01T00:00:00+00:00");
    }
}

#[test]
fn applies_default_daylight_rule_if_tz_has_none() {
    prints("CET-1CEST", "1720000000", "2024-07-03T11:46:40+02:00");
    prints("CET-1CEST", "1705000000", "2024-01-11T20:06:40+01:00");
    prints("XXX+12:34:56", "0", "1969-12-31T11:25:04-12:34:56");
}
