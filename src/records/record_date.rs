//! Dates of records: instants that are read from the seconds of a response and written as ISO 8601
//! in UTC, without a change to their precision.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value as Json};

/// An instant with the nanoseconds that a number of the service can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordDate {
    /// Whole seconds since 1970, rounded down.
    seconds: i64,
    nanos: u32,
}

const NANOS: i128 = 1_000_000_000;

/// The largest distance from 1970 in seconds: that of a 64-bit number of milliseconds, in which the
/// service keeps its dates. The year is about 292 million.
const MAX_SECONDS: i128 = i64::MAX as i128 / 1000;

const SECONDS_PER_DAY: i64 = 86_400;

/// Days from the first of March of year 0 to 1970.
const DAYS_TO_1970: i64 = 719_468;

const DAYS_PER_400_YEARS: i64 = 146_097;

impl RecordDate {
    /// Converts milliseconds since 1970.
    #[cfg(test)]
    pub fn from_unix_millis(millis: i64) -> RecordDate {
        RecordDate {
            seconds: millis.div_euclid(1000),
            nanos: millis.rem_euclid(1000) as u32 * 1_000_000,
        }
    }

    /// Parses a JSON number of milliseconds since 1970, as streams have them.
    pub fn from_json_millis(value: &Json) -> Option<RecordDate> {
        let number = value.as_number()?;
        parse_decimal(number.as_str(), 6).and_then(from_nanos)
    }

    /// Returns milliseconds since 1970, rounded down.
    pub fn unix_millis(self) -> i64 {
        // In range, since MAX_SECONDS is.
        self.seconds
            .saturating_mul(1000)
            .saturating_add(i64::from(self.nanos / 1_000_000))
    }

    /// Returns the nanoseconds behind the last whole millisecond.
    pub(super) fn nanos_of_millisecond(self) -> u32 {
        self.nanos % 1_000_000
    }

    /// Parses a date of a response or of a line: a number of seconds since 1970, or a text in ISO
    /// 8601. `None` for any other value.
    pub fn from_json(value: &Json) -> Option<RecordDate> {
        match value {
            Json::Number(number) => parse_decimal(number.as_str(), 9).and_then(from_nanos),
            Json::String(text) => parse_iso_8601(text),
            _ => None,
        }
    }

    /// Returns the seconds since 1970 as the number of an input document.
    pub fn to_json_seconds(self) -> Json {
        let nanos = i128::from(self.seconds) * NANOS + i128::from(self.nanos);
        let sign = if nanos < 0 { "-" } else { "" };
        let (whole, fraction) = (nanos.abs() / NANOS, nanos.abs() % NANOS);
        let text = format!("{sign}{whole}.{fraction:09}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        // Digits with at most one point are a JSON number.
        text.parse::<Number>().map_or(Json::Null, Json::Number)
    }
}

/// Writes the date as ECMAScript does: with milliseconds (more digits only if needed) and, beyond
/// the year 9999, with a sign and at least six digits of the year.
impl fmt::Display for RecordDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_date(self.seconds.div_euclid(SECONDS_PER_DAY));
        match year {
            0..=9999 => write!(f, "{year:04}")?,
            _ => write!(f, "{year:+07}")?,
        }
        let time = self.seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        write!(f, "-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.")?;
        let nanos = self.nanos;
        match nanos {
            _ if nanos.is_multiple_of(1_000_000) => write!(f, "{:03}Z", nanos / 1_000_000),
            _ if nanos.is_multiple_of(1000) => write!(f, "{:06}Z", nanos / 1000),
            _ => write!(f, "{nanos:09}Z"),
        }
    }
}

fn from_nanos(nanos: i128) -> Option<RecordDate> {
    let seconds = nanos.div_euclid(NANOS);
    (seconds.abs() <= MAX_SECONDS).then(|| RecordDate {
        seconds: seconds as i64,
        nanos: nanos.rem_euclid(NANOS) as u32,
    })
}

/// Parses a JSON number of a unit that has `10^power` nanoseconds to nanoseconds; drops further
/// digits, which a double does not hold for the dates of our time. `None` if it is out of range.
fn parse_decimal(text: &str, power: i64) -> Option<i128> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text),
    };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    let exponent: i64 = exponent.parse().ok()?;
    // The number of digits before the decimal point of the nanoseconds.
    let fraction_length = i64::try_from(fraction.len()).ok()?;
    let shift = exponent.checked_sub(fraction_length)?.checked_add(power)?;
    let length = i64::try_from(significant.len()).ok()?.checked_add(shift)?;
    if length > 30 {
        return None;
    }
    let length = usize::try_from(length).unwrap_or(0);
    let nanos: String = significant
        .bytes()
        .map(char::from)
        .chain(std::iter::repeat('0'))
        .take(length)
        .collect();
    match nanos.as_str() {
        "" => Some(0),
        nanos => nanos.parse::<i128>().ok().map(|nanos| sign * nanos),
    }
}

/// Parses `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`.
fn parse_iso_8601(text: &str) -> Option<RecordDate> {
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let (year, rest) = unsigned.split_once('-')?;
    let is_signed = unsigned.len() < text.len();
    if year.len() < 4 || (is_signed && year.len() < 6) || (!is_signed && year.len() > 4) {
        return None;
    }
    let year = sign * digits(year)?;
    let (date, time) = rest.split_once('T')?;
    let (month, day) = date.split_once('-')?;
    let (month, day) = (two_digits(month, 1..=12)?, two_digits(day, 1..=31)?);
    let days = days_since_1970(year, month, day)?;
    if civil_date(days) != (year, month, day) {
        return None;
    }
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let offset = parse_offset(zone)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':');
    let hour = two_digits(parts.next()?, 0..=23)?;
    let minute = two_digits(parts.next()?, 0..=59)?;
    let second = two_digits(parts.next()?, 0..=59)?;
    if parts.next().is_some() || fraction.is_empty() {
        return None;
    }
    digits(&fraction[..fraction.len().min(18)])?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nanos = digits(&format!("{fraction:0<9.9}"))?;
    let time = hour * 3600 + minute * 60 + second - offset;
    let seconds = i128::from(days) * i128::from(SECONDS_PER_DAY) + i128::from(time);
    from_nanos(seconds * NANOS + i128::from(nanos))
}

/// Parses a UTC offset to seconds.
fn parse_offset(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'Z' => return (zone.len() == 1).then_some(0),
        b'-' => -1,
        _ => 1,
    };
    let (hours, minutes) = zone[1..].split_once(':')?;
    Some(sign * (two_digits(hours, 0..=23)? * 3600 + two_digits(minutes, 0..=59)? * 60))
}

fn two_digits(text: &str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    digits(text).filter(|number| text.len() == 2 && range.contains(number))
}

/// Parses ASCII digits, as many as an `i64` holds.
fn digits(text: &str) -> Option<i64> {
    let is_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_digits.then(|| text.parse().ok()).flatten()
}

/// Returns the year, month and day of the proleptic Gregorian calendar. Counts in years that begin
/// with March, so that the leap day is the last.
fn civil_date(days_since_1970: i64) -> (i64, i64, i64) {
    let days = days_since_1970 + DAYS_TO_1970;
    let (cycle, day) = (
        days.div_euclid(DAYS_PER_400_YEARS),
        days.rem_euclid(DAYS_PER_400_YEARS),
    );
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let is_next_year = month >= 10;
    let month = if is_next_year { month - 9 } else { month + 3 };
    (cycle * 400 + year + i64::from(is_next_year), month, day)
}

/// Returns the days from 1970 to a date; the inverse of [`civil_date`].
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    if year.abs() > 300_000_000 {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let month = if month <= 2 { month + 9 } else { month - 3 };
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day = year * 365 + year / 4 - year / 100 + day_of_year;
    Some(cycle * DAYS_PER_400_YEARS + day - DAYS_TO_1970)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(json: &str) -> Option<RecordDate> {
        RecordDate::from_json(&serde_json::from_str(json).expect("JSON"))
    }

    #[test]
    fn writes_seconds_as_iso_8601() {
        let table = [
            ("1.412974057151E9", "2014-10-10T20:47:37.151Z"),
            ("1412974057.151", "2014-10-10T20:47:37.151Z"),
            ("1.70057487582E9", "2023-11-21T13:54:35.820Z"),
            ("1.4E9", "2014-05-13T16:53:20.000Z"),
            ("1400000000", "2014-05-13T16:53:20.000Z"),
            ("1400000000.123456", "2014-05-13T16:53:20.123456Z"),
            ("1400000000.1234567", "2014-05-13T16:53:20.123456700Z"),
            ("1400000000.1234567899", "2014-05-13T16:53:20.123456789Z"),
            ("0", "1970-01-01T00:00:00.000Z"),
            ("0.0e-999", "1970-01-01T00:00:00.000Z"),
            ("1e-400", "1970-01-01T00:00:00.000Z"),
            ("-1.5", "1969-12-31T23:59:58.500Z"),
            ("951782400", "2000-02-29T00:00:00.000Z"),
            ("253402300799.999", "9999-12-31T23:59:59.999Z"),
            ("253402300800", "+010000-01-01T00:00:00.000Z"),
            // Milliseconds that a device took for seconds.
            ("1424801824343", "+047120-03-04T20:32:23.000Z"),
            ("-62167219200", "0000-01-01T00:00:00.000Z"),
            ("-62167219201", "-000001-12-31T23:59:59.000Z"),
            ("9223372036854775.807", "+292278994-08-17T07:12:55.807Z"),
        ];
        for (seconds, want) in table {
            let date = date(seconds).expect(seconds);
            assert_eq!(date.to_string(), want, "{seconds}");
            assert_eq!(parse_iso_8601(want), Some(date), "{seconds}");
        }
    }

    #[test]
    fn parses_iso_8601_with_offsets() {
        let table = [
            ("2014-05-13T16:53:20Z", "2014-05-13T16:53:20.000Z"),
            ("2014-05-13T18:53:20+02:00", "2014-05-13T16:53:20.000Z"),
            ("2014-05-13T11:23:20.5-05:30", "2014-05-13T16:53:20.500Z"),
            (
                "2014-05-13T16:53:20.123000000000000000000Z",
                "2014-05-13T16:53:20.123Z",
            ),
        ];
        for (text, want) in table {
            let date = parse_iso_8601(text).map(|date| date.to_string());
            assert_eq!(date.as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn rejects_what_is_no_instant() {
        let table = [
            "\"\"",
            "\"2014-05-13\"",
            "\"2014-05-13T16:53:20\"",
            "\"2014-02-30T16:53:20Z\"",
            "\"2014-13-01T16:53:20Z\"",
            "\"2014-05-13T24:53:20Z\"",
            "\"2014-05-13T16:53:60Z\"",
            "\"2014-05-13T16:53:20.Z\"",
            "\"2014-05-13T16:53:20.1234567890123456789xZ\"",
            "\"2014-05-13T16:53:20Zx\"",
            "\"2014-05-13T16:53:20+2:00\"",
            "\"2014-5-13T16:53:20Z\"",
            "\"12014-05-13T16:53:20Z\"",
            "\"+2014-05-13T16:53:20Z\"",
            "\"é014-05-13T16:53:20Z\"",
            "\"+999999999999-05-13T16:53:20Z\"",
            "\"1400000000\"",
            "9223372036854776",
            "1e300",
            "1e99999999999999999999",
            "true",
            "null",
            "[]",
        ];
        for json in table {
            assert_eq!(date(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn round_trips_instants(seconds in -9_223_372_036_854_775..9_223_372_036_854_775_i64, nanos in 0..1_000_000_000_u32) {
            let date = RecordDate { seconds, nanos };
            prop_assert_eq!(parse_iso_8601(&date.to_string()), Some(date));
            prop_assert_eq!(RecordDate::from_json(&date.to_json_seconds()), Some(date));
            let millis = RecordDate::from_unix_millis(date.unix_millis());
            prop_assert_eq!(RecordDate::from_json_millis(&date.unix_millis().into()), Some(millis));
            prop_assert!(millis <= date && date.unix_millis() == millis.unix_millis());
        }

        #[test]
        fn agrees_with_calendar_of_jiff(seconds in -377_705_023_201..=253_402_207_200_i64) {
            let date = RecordDate { seconds, nanos: 0 };
            let other = jiff::Timestamp::from_second(seconds).expect("in range").to_string();
            let ours = date.to_string().replace(".000Z", "Z");
            prop_assert_eq!(ours, other);
        }

        #[test]
        fn parses_any_text_without_panic(text in "[-+0-9TZ:.é]{0,30}") {
            let _ = parse_iso_8601(&text);
        }
    }
}
