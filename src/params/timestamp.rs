//! Moments in input: seconds since 1970, or ISO 8601. botocore (`parse_to_aware_datetime` in the
//! AWS CLI 2.36.7) reads them with Python's `dateutil`, which guesses at nearly any text; here
//! numbers and ISO 8601 are taken, and the rest is refused rather than guessed at.

use crate::python;
use crate::python::value::Value;

/// First and last second that Python's `datetime` can hold: the years 1 to 9999.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// Why a value is no moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It looks like none.
    NoMoment,
    /// It is a number beyond the years that can be written; botocore ends there and then.
    OutOfRange,
}

/// The moment in whole seconds since 1970. The AWS CLI sends no fractions.
pub fn seconds(value: &Value) -> Result<i64, Refusal> {
    match value {
        Value::Bool(flag) => Ok(i64::from(*flag)),
        Value::Integer(digits) => match digits.parse::<i64>() {
            Ok(seconds) if SECONDS.contains(&seconds) => Ok(seconds),
            Ok(seconds) if seconds.unsigned_abs() < UNCOUNTABLE as u64 => Err(Refusal::NoMoment),
            _ => Err(Refusal::OutOfRange),
        },
        Value::Float(number) if number.abs() >= UNCOUNTABLE => Err(Refusal::OutOfRange),
        Value::Float(number) => whole_seconds(*number).ok_or(Refusal::NoMoment),
        Value::String(text) => seconds_of_text(text),
        // A date without a time is no moment for botocore.
        Value::Timestamp(text) if text.len() > 10 => iso_8601(text).ok_or(Refusal::NoMoment),
        _ => Err(Refusal::NoMoment),
    }
}

/// From here on, seconds are more than the system's clock can count.
const UNCOUNTABLE: f64 = 1e18;

fn seconds_of_text(text: &str) -> Result<i64, Refusal> {
    let number = number(text);
    if let Some(seconds) = number.and_then(whole_seconds).or_else(|| iso_8601(text)) {
        return Ok(seconds);
    }
    // dateutil takes 12 or 14 digits for a date without separators, and finds that it is none; of
    // other runs of digits it tries to make a year.
    let digits = python::trim(text).trim_start_matches(['+', '-']);
    let run = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let year = run && !matches!(digits.len(), 12 | 14);
    match number {
        Some(number) if year || number.abs() >= UNCOUNTABLE => Err(Refusal::OutOfRange),
        _ => Err(Refusal::NoMoment),
    }
}

/// The number that Python's `float` reads.
fn number(text: &str) -> Option<f64> {
    let text = python::trim(text);
    let unsigned = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    let infinite = matches!(unsigned.as_str(), "inf" | "infinity");
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if plain || infinite {
        text.parse().ok()
    } else {
        None
    }
}

/// Rounds to microseconds, as `datetime` holds them, then drops what is below a second.
fn whole_seconds(number: f64) -> Option<i64> {
    let micros = (number * 1e6).round_ties_even();
    if !micros.is_finite() || micros.abs() > 1e18 {
        return None;
    }
    Some((micros as i64).div_euclid(1_000_000)).filter(|s| SECONDS.contains(s))
}

/// `2014-08-08`, `2014-08-08T10:11:12.5+02:00` and their basic forms; without a zone it is UTC.
fn iso_8601(text: &str) -> Option<i64> {
    let mut rest = python::trim(text);
    let year = digits(&mut rest, 4)?;
    let dash = take(&mut rest, '-');
    let month = digits(&mut rest, 2)?;
    if take(&mut rest, '-') != dash {
        return None;
    }
    let day = digits(&mut rest, 2)?;
    let days = days_since_1970(year, month, day)?;
    let mut time = 0;
    let mut offset = 0;
    if !rest.is_empty() {
        let separated = take(&mut rest, 'T') || take(&mut rest, 't') || take(&mut rest, ' ');
        if !separated && dash {
            return None;
        }
        time = time_of_day(&mut rest)?;
        offset = zone(rest.trim_start())?;
    }
    Some(days * 86_400 + time - offset).filter(|s| SECONDS.contains(s))
}

fn take(rest: &mut &str, c: char) -> bool {
    let stripped = rest.strip_prefix(c);
    *rest = stripped.unwrap_or(rest);
    stripped.is_some()
}

fn digits(rest: &mut &str, count: usize) -> Option<i64> {
    let text = rest
        .get(..count)
        .filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?;
    *rest = &rest[count..];
    text.parse().ok()
}

/// Seconds since midnight. A fraction of a second is read and dropped; behind `HH:MM` a fraction
/// is one of the minute.
fn time_of_day(rest: &mut &str) -> Option<i64> {
    let hour = digits(rest, 2).filter(|h| *h < 24)?;
    let mut parts = [0; 2];
    let mut given = 0;
    let colon = rest.starts_with(':');
    for part in &mut parts {
        let more = if colon {
            take(rest, ':')
        } else {
            rest.starts_with(|c: char| c.is_ascii_digit())
        };
        if !more {
            break;
        }
        *part = digits(rest, 2).filter(|p| *p < 60)?;
        given += 1;
    }
    let seconds = hour * 3600 + parts[0] * 60 + parts[1];
    if !(take(rest, '.') || take(rest, ',')) {
        return Some(seconds);
    }
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let fraction: f64 = format!("0.{}", rest.get(..length)?).parse().ok()?;
    *rest = &rest[length..];
    match given {
        _ if length == 0 => None,
        2 => Some(seconds),
        1 if colon => Some(seconds + (fraction * 60.0) as i64),
        _ => None,
    }
}

/// Seconds that a zone is ahead of UTC.
fn zone(text: &str) -> Option<i64> {
    let mut rest = text;
    if matches!(text, "" | "Z" | "z" | "UTC" | "GMT") {
        return Some(0);
    }
    let sign = if take(&mut rest, '+') {
        1
    } else if take(&mut rest, '-') {
        -1
    } else {
        return None;
    };
    let hours = digits(&mut rest, 2).filter(|h| *h < 24)?;
    take(&mut rest, ':');
    let minutes = if rest.is_empty() {
        0
    } else {
        digits(&mut rest, 2).filter(|m| *m < 60)?
    };
    rest.is_empty()
        .then_some(sign * (hours * 3600 + minutes * 60))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, if there is such a day.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if year == 0 || !(1..=length).contains(&day) {
        return None;
    }
    // Years are counted from March, so that the leap day is the last of a year.
    let shifted_year = if month < 3 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let leap_days =
        shifted_year.div_euclid(4) - shifted_year.div_euclid(100) + shifted_year.div_euclid(400);
    Some(shifted_year * 365 + leap_days + day_of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_botocore_reads_them() {
        let table = [
            ("1700000000", Some(1_700_000_000)),
            ("1700000000.25", Some(1_700_000_000)),
            (" 1e9 ", Some(1_000_000_000)),
            ("-0.5", Some(-1)),
            ("0", Some(0)),
            ("2014-08-08", Some(1_407_456_000)),
            ("2014-08-08T00:00:01Z", Some(1_407_456_001)),
            ("2014-08-08 10:11:12.999", Some(1_407_492_672)),
            ("2014-08-08T10:11:12+02:00", Some(1_407_485_472)),
            ("2014-08-08T10:11-0130", Some(1_407_498_060)),
            ("2014-08-08T10 UTC", Some(1_407_492_000)),
            ("20140808T101112Z", Some(1_407_492_672)),
            ("20140808101112", Some(1_407_492_672)),
            ("0001-01-01", Some(-62_135_596_800)),
            ("9999-12-31T23:59:59Z", Some(253_402_300_799)),
            ("2000-02-29", Some(951_782_400)),
            ("1900-02-29", None),
            ("2014-02-30", None),
            ("2014-13-01", None),
            ("2014-08-08T12:34.5Z", Some(1_407_501_270)),
            ("2014-08-08T12.5Z", None),
            ("2014-08-08T1234.5", None),
            ("2014-08-08T12:34:56,", None),
            ("2014-08-08T24:00", None),
            ("2014-08-08T10:60", None),
            ("2014-08", None),
            ("20140808x", None),
            ("2014-08-08T10:11:12+2", None),
            ("yesterday", None),
            ("nan", None),
            ("", None),
        ];
        for (text, want) in table {
            assert_eq!(seconds(&Value::String(text.into())).ok(), want, "{text}");
        }
    }

    #[test]
    fn other_values_are_moments_or_not() {
        let table = [
            (Value::Integer("5".into()), Some(5)),
            (Value::Integer("999999999999999".into()), None),
            (Value::Float(1_700_000_000.999_999_9), Some(1_700_000_001)),
            (Value::Float(f64::NAN), None),
            (Value::Bool(true), Some(1)),
            (
                Value::Timestamp("2014-08-08T00:00:00".into()),
                Some(1_407_456_000),
            ),
            (Value::Timestamp("2014-08-08".into()), None),
            (Value::Null, None),
            (Value::List(Vec::new()), None),
        ];
        for (value, want) in table {
            assert_eq!(seconds(&value).ok(), want, "{value:?}");
        }
    }

    #[test]
    fn numbers_beyond_all_years_are_told_from_what_is_no_moment() {
        let text = |text: &str| Value::String(text.into());
        let table = [
            (text("1407480000000"), Refusal::OutOfRange),
            (text("inf"), Refusal::OutOfRange),
            (text("-Infinity"), Refusal::OutOfRange),
            (text("1e308"), Refusal::OutOfRange),
            (text("-62135596801"), Refusal::OutOfRange),
            (text("1e12"), Refusal::NoMoment),
            (text("253402300800"), Refusal::NoMoment),
            (text("nan"), Refusal::NoMoment),
            (text("soon"), Refusal::NoMoment),
            (Value::Integer("1407480000000".into()), Refusal::NoMoment),
            (
                Value::Integer("99999999999999999999".into()),
                Refusal::OutOfRange,
            ),
            (Value::Float(f64::INFINITY), Refusal::OutOfRange),
            (Value::Float(f64::NAN), Refusal::NoMoment),
        ];
        for (value, want) in table {
            assert_eq!(seconds(&value), Err(want), "{value:?}");
        }
    }
}
