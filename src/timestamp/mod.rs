//! Timestamps as the AWS CLI (2.36.7) parses and prints them: numbers of seconds and date texts, in
//! input, responses and credential expirations.
//!
//! The meaning of texts is that of Python's `dateutil`; the meaning of numbers and the errors are
//! those of Python and botocore (`parse_timestamp`). jiff provides the calendar and time zone
//! rules.

mod date_text;
mod epoch;
mod leap_seconds;
mod lexer;
mod numeric;
mod parser;
#[cfg(test)]
mod tests;
mod tz_file;
mod ymd;
mod zone;

use std::fmt::Write;

use jiff::civil::DateTime;

use crate::python;
pub use epoch::EpochSeconds;
pub use zone::LocalZone;

/// Why a value is not a timestamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampError {
    /// The class of Python's exception.
    pub exception: PythonException,
    /// The exception's message.
    pub message: String,
}

/// The classes of Python exceptions that the AWS CLI distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PythonException {
    /// `ValueError`
    Value,
    /// `OverflowError`
    Overflow,
    /// `RuntimeError`
    Runtime,
}

impl TimestampError {
    fn value(message: impl Into<String>) -> TimestampError {
        TimestampError {
            exception: PythonException::Value,
            message: message.into(),
        }
    }

    fn overflow(message: impl Into<String>) -> TimestampError {
        TimestampError {
            exception: PythonException::Overflow,
            message: message.into(),
        }
    }

    /// botocore's error for a value beyond the range of clock and calendar.
    fn unknown_offset(repr: &str) -> TimestampError {
        TimestampError {
            exception: PythonException::Runtime,
            message: format!("Unable to calculate correct timezone offset for \"{repr}\""),
        }
    }
}

type Result<T> = std::result::Result<T, TimestampError>;

/// A date and time of day with microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// Local date and time in its time zone.
    wall: DateTime,
    /// UTC offset in seconds (positive is east); `None` if the time zone is unknown.
    offset: Option<i64>,
}

/// Converts seconds since 1970 as botocore's `parse_timestamp` does. `repr` is the value's Python
/// `repr`.
pub fn from_seconds(seconds: EpochSeconds<'_>, repr: &str, zone: &LocalZone) -> Result<Timestamp> {
    epoch::parse(seconds, repr, zone)
}

/// Parses a text as botocore's `parse_timestamp` does: as a number of seconds, otherwise as a date.
pub fn from_text(text: &str, zone: &LocalZone) -> Result<Timestamp> {
    let number = python::parse_float(text).map(EpochSeconds::Float);
    if let Some(seconds) = number {
        match epoch::from_timestamp(seconds, zone) {
            Ok(timestamp) => return Ok(timestamp),
            Err(error) if error.exception == PythonException::Overflow => {
                return epoch::add_to_epoch(seconds, text, zone);
            }
            Err(_) => {}
        }
    }
    date_text::parse(text, zone, true).or_else(|error| match (error.exception, number) {
        (PythonException::Value, _) => Err(invalid(text, &error.message)),
        (_, Some(seconds)) => epoch::add_to_epoch(seconds, text, zone),
        (_, None) => Err(TimestampError::unknown_offset(text)),
    })
}

/// The error of `parse_timestamp` for a value that is neither a number nor a text. `repr` is the
/// value's Python `repr`.
pub fn not_text_error(repr: &str, python_type: &str) -> TimestampError {
    let why = format!("Parser must be a string or character stream, not {python_type}");
    invalid(repr, &why)
}

fn invalid(repr: &str, why: &str) -> TimestampError {
    TimestampError::value(format!("Invalid timestamp \"{repr}\": {why}"))
}

/// Parses a date as `dateutil.parser.parse` alone does, which does not treat numbers as seconds.
pub fn from_date_text(text: &str, zone: &LocalZone) -> Result<Timestamp> {
    date_text::parse(text, zone, false)
}

impl Timestamp {
    /// Formats as ISO 8601 like Python's `isoformat`: with microseconds only if they are not zero.
    pub fn iso_8601(&self) -> Result<String> {
        let offset = self.utc_offset()?;
        let mut text = String::with_capacity(32);
        // Writing to a String cannot fail.
        let _ = self.write(offset, &mut text);
        Ok(text)
    }

    fn write(&self, offset: Option<i64>, text: &mut String) -> std::fmt::Result {
        let wall = self.wall;
        let (year, month, day) = (wall.year(), wall.month(), wall.day());
        write!(text, "{year:04}-{month:02}-{day:02}T")?;
        let (hour, minute, second) = (wall.hour(), wall.minute(), wall.second());
        write!(text, "{hour:02}:{minute:02}:{second:02}")?;
        let micros = wall.subsec_nanosecond() / 1000;
        if micros != 0 {
            write!(text, ".{micros:06}")?;
        }
        let Some(offset) = offset else { return Ok(()) };
        let (minutes, seconds) = (offset.abs() / 60, offset.abs() % 60);
        let sign = if offset < 0 { '-' } else { '+' };
        write!(text, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)?;
        if seconds != 0 {
            write!(text, ":{seconds:02}")?;
        }
        Ok(())
    }

    /// Whole seconds since 1970, rounded down. A timestamp without a time zone is in UTC.
    pub fn unix_seconds(&self) -> Result<i64> {
        let offset = self.utc_offset()?.unwrap_or(0);
        Ok(zone::unix_seconds(zone::add_seconds(self.wall, -offset)?))
    }

    /// Whole seconds since 1970 even beyond the range of UTC's calendar, which a local time can
    /// exceed by its offset.
    pub fn unbounded_unix_seconds(&self) -> Result<i64> {
        let offset = self.utc_offset()?.unwrap_or(0);
        Ok(zone::unix_seconds(self.wall) - offset)
    }

    /// Whether it has no time zone.
    pub fn is_naive(&self) -> bool {
        self.offset.is_none()
    }

    /// Python rejects offsets of a day or more when they are used.
    fn utc_offset(&self) -> Result<Option<i64>> {
        match self.offset {
            Some(offset) if offset.abs() >= 86_400 => Err(TimestampError::value(
                "offset must be a timedelta strictly between -timedelta(hours=24) and \
                 timedelta(hours=24).",
            )),
            offset => Ok(offset),
        }
    }
}
