//! When credentials and tokens end: texts of their sources, which are read as the AWS CLI reads
//! them, and held against the clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value as Json;

use crate::error::{Error, Result};
use crate::python;
use crate::timestamp::{self, LocalZone, Timestamp};

/// When credentials end, as their source writes it; as for the AWS CLI, it must name its zone.
pub(super) fn parse(text: &str, zone: &LocalZone) -> Result<SystemTime> {
    let failed = |why: timestamp::TimestampError| Error::general(why.message);
    let end = timestamp::from_date_text(text, zone).map_err(failed)?;
    if end.is_naive() {
        let message = "can't subtract offset-naive and offset-aware datetimes";
        return Err(Error::general(message).hint(format!(
            "the end of the credentials names no time zone: {text}"
        )));
    }
    system_time(&end).map_err(failed)
}

/// The same where the source is a JSON document, in which it may be something else.
pub(super) fn parse_json(value: &Json, zone: &LocalZone) -> Result<SystemTime> {
    match value {
        Json::String(text) => parse(text, zone),
        other => Err(Error::general(format!(
            "Parser must be a string or character stream, not {}",
            python::type_name(other)
        ))),
    }
}

/// When kept credentials end; a text without a zone counts as UTC.
pub(super) fn parse_leniently(text: &str, zone: &LocalZone) -> Option<SystemTime> {
    let end = timestamp::from_date_text(text, zone).ok()?;
    system_time(&end).ok()
}

fn system_time(end: &Timestamp) -> std::result::Result<SystemTime, timestamp::TimestampError> {
    let seconds = end.unbounded_unix_seconds()?;
    let distance = Duration::from_secs(seconds.unsigned_abs());
    // Both ways, the system's time reaches further than the calendar.
    let time = match seconds {
        0.. => UNIX_EPOCH.checked_add(distance),
        _ => UNIX_EPOCH.checked_sub(distance),
    };
    Ok(time.unwrap_or(UNIX_EPOCH))
}

/// Seconds from now on; negative if it is past.
pub(super) fn seconds_left(end: SystemTime) -> i64 {
    let seconds = |d: Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
    match end.duration_since(SystemTime::now()) {
        Ok(left) => seconds(left),
        Err(past) => -seconds(past.duration()).max(1),
    }
}

/// Whether credentials are to be fetched again before they are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refresh {
    /// They are good for long enough.
    Unneeded,
    /// If that fails, they will do.
    Advisory,
    /// They end too soon, or have ended.
    Mandatory,
}

/// botocore's windows (`RefreshableCredentials`), in seconds.
const ADVISORY: i64 = 15 * 60;
const MANDATORY: i64 = 10 * 60;

/// Whether credentials that end then are to be fetched again.
pub(super) fn refresh(end: Option<SystemTime>) -> Refresh {
    match end.map(seconds_left) {
        Some(..MANDATORY) => Refresh::Mandatory,
        Some(MANDATORY..ADVISORY) => Refresh::Advisory,
        _ => Refresh::Unneeded,
    }
}

/// The error of credentials that had ended when they came.
pub(in crate::settings) fn still_expired_error() -> Error {
    Error::general("Credentials were refreshed, but the refreshed credentials are still expired.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_that_the_aws_cli_takes() {
        let zone = LocalZone::fixed("Europe/Berlin", 1_795_680_000);
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
            assert_eq!(parse(text, &zone).ok(), Some(want), "{text}");
            assert_eq!(parse_leniently(text, &zone), Some(want), "{text}");
        }
        let naive = "2099-01-01T00:00:00";
        assert_eq!(parse_leniently(naive, &zone), Some(want));
        assert!(seconds_left(want) > 0 && seconds_left(UNIX_EPOCH) < 0);
    }

    #[test]
    fn refuses_the_rest_in_pythons_words() {
        let zone = LocalZone::fixed("UTC", 0);
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
            let message = parse_json(&value, &zone).map_err(|e| e.message);
            assert_eq!(message, Err(want.to_string()), "{json}");
        }
    }
}
