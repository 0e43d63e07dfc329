//! The clock of the local service, and timestamps in JSON: seconds, written as Java writes a
//! double.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Number, Value as Json};

/// Milliseconds since the Unix epoch.
pub(super) type UnixMillis = i64;

pub(super) const SECOND: UnixMillis = 1000;
pub(super) const DAY: UnixMillis = 24 * 60 * 60 * SECOND;

/// The time of a call by both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallTime {
    /// The time by the service's clock, which `--clock` moves.
    pub service: UnixMillis,
    /// The time by the machine's clock.
    pub machine: UnixMillis,
}

/// The largest distance from the epoch that is accepted, in seconds: a hundred thousand years.
const MAX_SECONDS: f64 = 3.2e12;

/// Returns the time by the machine's clock.
pub(super) fn machine_now() -> UnixMillis {
    let millis = |time: std::time::Duration| UnixMillis::try_from(time.as_millis());
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => millis(since).unwrap_or(UnixMillis::MAX),
        Err(before) => -millis(before.duration()).unwrap_or(UnixMillis::MAX),
    }
}

/// Returns the timestamp in seconds, as Java writes a double. serde_json keeps the digits but
/// writes exponents in its own form, which `response` corrects.
pub(super) fn to_json_seconds(timestamp: UnixMillis) -> Json {
    let text = format_java_double(timestamp);
    // Digits with one dot and an exponent are always a JSON number.
    serde_json::from_str::<Number>(&text).map_or(Json::Null, Json::Number)
}

/// Formats seconds as `Double.toString` does: with an exponent from ten million on.
fn format_java_double(timestamp: UnixMillis) -> String {
    let sign = if timestamp < 0 { "-" } else { "" };
    let digits = timestamp.unsigned_abs().to_string();
    if digits.len() < 11 {
        let digits = format!("{digits:0>4}");
        let (whole, fraction) = digits.split_at(digits.len() - 3);
        return format!("{sign}{whole}.{}", trim_trailing_zeros(fraction));
    }
    let (first, rest) = digits.split_at(1);
    let exponent = digits.len() - 4;
    format!("{sign}{first}.{}E{exponent}", trim_trailing_zeros(rest))
}

fn trim_trailing_zeros(digits: &str) -> &str {
    match digits.trim_end_matches('0') {
        "" => "0",
        trim_trailing_zeros => trim_trailing_zeros,
    }
}

/// Parses seconds in any form of a JSON number, rounded to the millisecond. `None` if the value is
/// not a number or out of range.
pub(super) fn from_json_seconds(value: &Json) -> Option<UnixMillis> {
    let seconds = value.as_f64()?;
    (seconds.abs() < MAX_SECONDS).then(|| (seconds * 1000.0).round() as UnixMillis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formats_timestamps_as_java_doubles() {
        let table = [
            (1_412_974_057_151, "1.412974057151E9"),
            (1_700_574_875_820, "1.70057487582E9"),
            (1_400_000_000_000, "1.4E9"),
            (1_000_000_000_000, "1.0E9"),
            (10_000_000_000, "1.0E7"),
            (9_999_999_999, "9999999.999"),
            (1_500, "1.5"),
            (7, "0.007"),
            (0, "0.0"),
            (-1_500, "-1.5"),
            (-1_400_000_000_123, "-1.400000000123E9"),
        ];
        for (timestamp, want) in table {
            assert_eq!(format_java_double(timestamp), want);
            let in_json = to_json_seconds(timestamp).to_string();
            assert_eq!(in_json.replace("e+", "E"), want, "JSON keeps it");
        }
    }

    #[test]
    fn parses_timestamps_in_every_json_form() {
        let table = [
            ("1700574873.059", Some(1_700_574_873_059)),
            ("1.4E9", Some(1_400_000_000_000)),
            ("1400000000", Some(1_400_000_000_000)),
            ("-1.5", Some(-1500)),
            ("1e300", None),
            ("\"1\"", None),
            ("null", None),
        ];
        for (text, want) in table {
            let value = serde_json::from_str(text).unwrap_or(Json::Null);
            assert_eq!(from_json_seconds(&value), want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn round_trips_timestamps(timestamp in -4_000_000_000_000i64..4_000_000_000_000) {
            prop_assert_eq!(from_json_seconds(&to_json_seconds(timestamp)), Some(timestamp));
        }
    }
}
