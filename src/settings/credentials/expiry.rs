//! Expiration of credentials and tokens: parsed as the AWS CLI parses it, and compared with the
//! clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value as Json;

use crate::error::{Error, Result};
use crate::python;
use crate::timestamp::{self, LocalZone, Timestamp};

/// Parses the expiration of credentials; as in the AWS CLI, it must have a UTC offset.
pub(super) fn parse(text: &str, time_zone: &LocalZone) -> Result<SystemTime> {
    let failed = |why: timestamp::TimestampError| Error::general(why.message);
    let end = timestamp::from_date_text(text, time_zone).map_err(failed)?;
    if end.is_naive() {
        let message = "can't subtract offset-naive and offset-aware datetimes";
        return Err(Error::general(message).hint(format!(
            "the expiration of the credentials has no time zone: {text}"
        )));
    }
    system_time(&end).map_err(failed)
}

/// Parses an expiration in a JSON document; rejects values that are no strings.
pub(super) fn parse_json(value: &Json, time_zone: &LocalZone) -> Result<SystemTime> {
    match value {
        Json::String(text) => parse(text, time_zone),
        other => Err(Error::general(format!(
            "Parser must be a string or character stream, not {}",
            python::type_name(other)
        ))),
    }
}

/// Parses the expiration of cached credentials; without an offset it counts as UTC.
pub(super) fn parse_leniently(text: &str, time_zone: &LocalZone) -> Option<SystemTime> {
    let end = timestamp::from_date_text(text, time_zone).ok()?;
    system_time(&end).ok()
}

fn system_time(end: &Timestamp) -> std::result::Result<SystemTime, timestamp::TimestampError> {
    let seconds = end.unbounded_unix_seconds()?;
    let distance = Duration::from_secs(seconds.unsigned_abs());
    // `SystemTime` has a wider range than the calendar in both directions.
    let time = match seconds {
        0.. => UNIX_EPOCH.checked_add(distance),
        _ => UNIX_EPOCH.checked_sub(distance),
    };
    Ok(time.unwrap_or(UNIX_EPOCH))
}

/// Seconds until the expiration; negative once it is past.
pub(super) fn seconds_left(end: SystemTime) -> i64 {
    let seconds = |d: Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
    match end.duration_since(SystemTime::now()) {
        Ok(left) => seconds(left),
        Err(past) => -seconds(past.duration()).max(1),
    }
}

/// Whether to fetch credentials again before use, in botocore's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refresh {
    /// They are valid for long enough.
    Unneeded,
    /// They expire soon, but still count if the refresh fails.
    Advisory,
    /// They expire too soon, or have expired.
    Mandatory,
}

/// The refresh windows of botocore's `RefreshableCredentials`, in seconds.
const ADVISORY_WINDOW: i64 = 15 * 60;
const MANDATORY_WINDOW: i64 = 10 * 60;

/// Returns which refresh credentials with this expiration need.
pub(super) fn needed_refresh(end: Option<SystemTime>) -> Refresh {
    match end.map(seconds_left) {
        Some(..MANDATORY_WINDOW) => Refresh::Mandatory,
        Some(MANDATORY_WINDOW..ADVISORY_WINDOW) => Refresh::Advisory,
        _ => Refresh::Unneeded,
    }
}

/// The AWS CLI's error for credentials that are expired on arrival.
pub(in crate::settings) fn still_expired_error() -> Error {
    Error::general("Credentials were refreshed, but the refreshed credentials are still expired.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_formats_of_aws_cli() {
        let time_zone = LocalZone::fixed("Europe/Berlin", 1_795_680_000);
        let want = UNIX_EPOCH + Duration::from_secs(4_070_908_800);
        for text in [
            "2099-01-01T00:00:00Z",
            "2099-01-01T00:00:00UTC",
            "2099-01-01T00:00:00+00:00",
            "2099-01-01T01:00:00+0100",
            "2099-01-01 00:00:00 +00",
            "2099-01-01T00:00Z",
            "20990101T000000Z",
            "2099-01-01T00:00:00,5Z",
            "Thu, 01 Jan 2099 00:00:00 GMT",
            "Thu Jan  1 00:00:00 UTC 2099",
        ] {
            assert_eq!(parse(text, &time_zone).ok(), Some(want), "{text}");
            assert_eq!(parse_leniently(text, &time_zone), Some(want), "{text}");
        }
        let naive = "2099-01-01T00:00:00";
        assert_eq!(parse_leniently(naive, &time_zone), Some(want));
        assert!(seconds_left(want) > 0 && seconds_left(UNIX_EPOCH) < 0);
    }

    #[test]
    fn rejects_other_formats_like_python() {
        let time_zone = LocalZone::fixed("UTC", 0);
        let table = [
            ("\"soon\"", "Unknown string format: soon"),
            ("\"\"", "String does not contain a date: "),
            ("\"4070908800\"", "signed integer is greater than maximum"),
            (
                "\"2099-01-01T00:00:00\"",
                "can't subtract offset-naive and offset-aware datetimes",
            ),
            (
                "\"2099-02-30T00:00:00Z\"",
                "day is out of range for month: 2099-02-30T00:00:00Z",
            ),
            (
                "4070908800",
                "Parser must be a string or character stream, not int",
            ),
        ];
        for (json, want) in table {
            let value = serde_json::from_str(json).expect("JSON");
            let message = parse_json(&value, &time_zone).map_err(|e| e.message);
            assert_eq!(message, Err(want.to_string()), "{json}");
        }
    }
}
