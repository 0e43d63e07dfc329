//! Timestamps that are numbers: seconds since 1970, as Python's `datetime.fromtimestamp` takes them.

use super::zone::{CYCLE, LocalZone, unix_seconds, utc};
use super::{Error, ErrorKind, Result, Timestamp};

/// Seconds since 1970, as Python holds them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seconds<'a> {
    /// An `int`: its digits, with a sign if it is negative.
    Integer(&'a str),
    /// A `float`.
    Float(f64),
}

/// Reads seconds; `shown` is how Python shows the value. What the system's clock cannot count is
/// counted without it, which always fails in the end.
pub(super) fn parse(seconds: Seconds<'_>, shown: &str, zone: &LocalZone) -> Result<Timestamp> {
    match from_timestamp(seconds, zone) {
        Err(error) if error.kind == ErrorKind::Overflow => without_clock(seconds, shown, zone),
        outcome => outcome,
    }
}

/// What Python's `datetime.fromtimestamp` makes of it in the local zone.
pub(super) fn from_timestamp(seconds: Seconds<'_>, zone: &LocalZone) -> Result<Timestamp> {
    let (seconds, micros) = match seconds {
        Seconds::Float(seconds) => whole_and_micros(seconds)?,
        Seconds::Integer(digits) => match digits.parse() {
            Ok(seconds) => (seconds, 0),
            Err(_) => return Err(uncountable()),
        },
    };
    let zone = zone.zone();
    let seconds = seconds - zone.leap_correction(seconds);
    let utc = utc(seconds, micros).map_err(|_| beyond_years(seconds))?;
    let (wall, offset) = zone.wall_at(utc)?;
    Ok(Timestamp {
        wall,
        offset: Some(offset),
    })
}

/// Rounds to microseconds as Python does: the fraction alone, and halves to even.
fn whole_and_micros(seconds: f64) -> Result<(i64, i64)> {
    if seconds.is_nan() {
        return Err(Error::value("Invalid value NaN (not a number)"));
    }
    let mut whole = seconds.trunc();
    let mut micros = ((seconds - whole) * 1e6).round_ties_even();
    if micros >= 1e6 {
        (whole, micros) = (whole + 1.0, micros - 1e6);
    } else if micros < 0.0 {
        (whole, micros) = (whole - 1.0, micros + 1e6);
    }
    // As far as 64 bits count.
    if whole.abs() >= 9_223_372_036_854_775_808.0 {
        return Err(uncountable());
    }
    Ok((whole as i64, micros as i64))
}

fn uncountable() -> Error {
    Error::overflow("timestamp out of range for platform time_t")
}

/// What C's library or Python has against a year that is not one of 1 to 9999.
fn beyond_years(seconds: i64) -> Error {
    let cycles = seconds.div_euclid(CYCLE);
    let within = utc(seconds.rem_euclid(CYCLE), 0);
    let year = cycles * 400 + within.map_or(1970, |time| i64::from(time.year()));
    // C counts years from 1900, and Python lets its last ones overflow.
    match i32::try_from(year - 1900) {
        Ok(year) => Error::value(format!("year {} is out of range", year.wrapping_add(1900))),
        Err(_) => uncountable(),
    }
}

/// botocore's second attempt: the seconds are added to the beginning of 1970 in the local zone.
pub(super) fn without_clock(
    seconds: Seconds<'_>,
    shown: &str,
    zone: &LocalZone,
) -> Result<Timestamp> {
    let seconds = match seconds {
        Seconds::Float(seconds) => seconds,
        Seconds::Integer(digits) => match digits.parse::<f64>() {
            Ok(seconds) if seconds.is_finite() => seconds,
            _ => return Err(Error::overflow("int too large to convert to float")),
        },
    };
    let failed = |_| Error::beyond_clock(shown);
    let zone = zone.zone();
    let (whole, micros) = whole_and_micros(seconds).map_err(failed)?;
    let (beginning, _) = utc(0, 0)
        .and_then(|utc| zone.wall_at(utc))
        .map_err(failed)?;
    let since = unix_seconds(beginning).saturating_add(whole);
    let wall = utc(since, micros).map_err(failed)?;
    // Where this fails, so does whatever uses it.
    let (_, offset) = zone.offset_of_wall(wall, false)?;
    Ok(Timestamp {
        wall,
        offset: Some(offset),
    })
}
