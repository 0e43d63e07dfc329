//! Numeric timestamps: seconds since 1970, as Python's `datetime.fromtimestamp` converts them.

use super::zone::{GREGORIAN_CYCLE, LocalZone, unix_seconds, utc_from_unix};
use super::{PythonException, Result, Timestamp, TimestampError};

/// Seconds since 1970 in Python's types.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EpochSeconds<'a> {
    /// An `int`: its decimal digits, with `-` if negative.
    Integer(&'a str),
    /// A `float`.
    Float(f64),
}

/// Converts seconds; `repr` is the value's Python `repr`. Values beyond the range of `time_t` take
/// botocore's second attempt, which always fails.
pub(super) fn parse(seconds: EpochSeconds<'_>, repr: &str, zone: &LocalZone) -> Result<Timestamp> {
    match from_timestamp(seconds, zone) {
        Err(error) if error.exception == PythonException::Overflow => {
            add_to_epoch(seconds, repr, zone)
        }
        outcome => outcome,
    }
}

/// Converts as Python's `datetime.fromtimestamp` does in the local time zone.
pub(super) fn from_timestamp(seconds: EpochSeconds<'_>, zone: &LocalZone) -> Result<Timestamp> {
    let (seconds, micros) = match seconds {
        EpochSeconds::Float(seconds) => round_to_micros(seconds)?,
        EpochSeconds::Integer(digits) => match digits.parse() {
            Ok(seconds) => (seconds, 0),
            Err(_) => return Err(time_t_overflow()),
        },
    };
    let zone = zone.rules();
    let seconds = seconds - zone.leap_correction(seconds);
    let utc = utc_from_unix(seconds, micros).map_err(|_| year_out_of_range(seconds))?;
    let (wall, offset) = zone.to_local(utc)?;
    Ok(Timestamp {
        wall,
        offset: Some(offset),
    })
}

/// Rounds to microseconds as Python does: only the fraction, and half to even.
fn round_to_micros(seconds: f64) -> Result<(i64, i64)> {
    if seconds.is_nan() {
        return Err(TimestampError::value("Invalid value NaN (not a number)"));
    }
    let mut whole = seconds.trunc();
    let mut micros = ((seconds - whole) * 1e6).round_ties_even();
    if micros >= 1e6 {
        (whole, micros) = (whole + 1.0, micros - 1e6);
    } else if micros < 0.0 {
        (whole, micros) = (whole - 1.0, micros + 1e6);
    }
    // The range of a 64-bit `time_t`.
    if whole.abs() >= 9_223_372_036_854_775_808.0 {
        return Err(time_t_overflow());
    }
    Ok((whole as i64, micros as i64))
}

fn time_t_overflow() -> TimestampError {
    TimestampError::overflow("timestamp out of range for platform time_t")
}

/// The error of the C library or Python for a year outside 1 to 9999.
fn year_out_of_range(seconds: i64) -> TimestampError {
    let cycles = seconds.div_euclid(GREGORIAN_CYCLE);
    let within = utc_from_unix(seconds.rem_euclid(GREGORIAN_CYCLE), 0);
    let year = cycles * 400 + within.map_or(1970, |time| i64::from(time.year()));
    // C counts years from 1900, and Python lets the last ones overflow.
    match i32::try_from(year - 1900) {
        Ok(year) => {
            TimestampError::value(format!("year {} is out of range", year.wrapping_add(1900)))
        }
        Err(_) => time_t_overflow(),
    }
}

/// botocore's second attempt: adds the seconds to the start of 1970 in the local time zone.
pub(super) fn add_to_epoch(
    seconds: EpochSeconds<'_>,
    repr: &str,
    zone: &LocalZone,
) -> Result<Timestamp> {
    let seconds = match seconds {
        EpochSeconds::Float(seconds) => seconds,
        EpochSeconds::Integer(digits) => match digits.parse::<f64>() {
            Ok(seconds) if seconds.is_finite() => seconds,
            _ => {
                return Err(TimestampError::overflow(
                    "int too large to convert to float",
                ));
            }
        },
    };
    let failed = |_| TimestampError::unknown_offset(repr);
    let zone = zone.rules();
    let (whole, micros) = round_to_micros(seconds).map_err(failed)?;
    let (beginning, _) = utc_from_unix(0, 0)
        .and_then(|utc| zone.to_local(utc))
        .map_err(failed)?;
    let since = unix_seconds(beginning).saturating_add(whole);
    let wall = utc_from_unix(since, micros).map_err(failed)?;
    // If this fails, so does every use of the timestamp.
    let (_, offset) = zone.find_local_offset(wall, false)?;
    Ok(Timestamp {
        wall,
        offset: Some(offset),
    })
}
