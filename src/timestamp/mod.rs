//! Timestamps as the AWS CLI (2.36.7) reads and prints them: numbers of seconds, and texts as
//! Python's `dateutil` reads them, in input, in replies and as the end of credentials.
//!
//! What the texts mean is `dateutil`'s, what numbers mean and which errors there are is Python's and
//! botocore's (`parse_timestamp`); calendar and zone rules are jiff's.

mod build;
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
pub use epoch::Seconds;
pub use zone::LocalZone;

/// Why something is no timestamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The class of Python's exception.
    pub kind: ErrorKind,
    /// Its text.
    pub message: String,
}

/// The classes of Python's exceptions that the AWS CLI tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// `ValueError`
    Value,
    /// `OverflowError`
    Overflow,
    /// `RuntimeError`
    Runtime,
}

impl Error {
    fn value(message: impl Into<String>) -> Error {
        Error {
            kind: ErrorKind::Value,
            message: message.into(),
        }
    }

    fn overflow(message: impl Into<String>) -> Error {
        Error {
            kind: ErrorKind::Overflow,
            message: message.into(),
        }
    }

    /// botocore's last word on a value that is beyond what clock and calendar hold.
    fn beyond_clock(shown: &str) -> Error {
        Error {
            kind: ErrorKind::Runtime,
            message: format!("Unable to calculate correct timezone offset for \"{shown}\""),
        }
    }
}

type Result<T> = std::result::Result<T, Error>;

/// A date and time of day, to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// What a clock in its zone shows.
    wall: DateTime,
    /// Seconds that the zone is ahead of UTC, where a zone is known.
    offset: Option<i64>,
}

/// Reads seconds since 1970, as botocore's `parse_timestamp` does. `shown` is how Python shows
/// the value.
pub fn from_seconds(seconds: Seconds<'_>, shown: &str, zone: &LocalZone) -> Result<Timestamp> {
    epoch::parse(seconds, shown, zone)
}

/// Reads a text, as botocore's `parse_timestamp` does: a number of seconds, or else a date.
pub fn from_text(text: &str, zone: &LocalZone) -> Result<Timestamp> {
    let number = python::float(text).map(Seconds::Float);
    if let Some(seconds) = number {
        match epoch::from_timestamp(seconds, zone) {
            Ok(timestamp) => return Ok(timestamp),
            Err(error) if error.kind == ErrorKind::Overflow => {
                return epoch::without_clock(seconds, text, zone);
            }
            Err(_) => {}
        }
    }
    build::parse(text, zone, true).or_else(|error| match (error.kind, number) {
        (ErrorKind::Value, _) => Err(invalid(text, &error.message)),
        (_, Some(seconds)) => epoch::without_clock(seconds, text, zone),
        (_, None) => Err(Error::beyond_clock(text)),
    })
}

/// What `parse_timestamp` says of a value that is neither number nor text, which is given as Python
/// shows it, with its type.
pub fn no_text(shown: &str, python_type: &str) -> Error {
    let why = format!("Parser must be a string or character stream, not {python_type}");
    invalid(shown, &why)
}

fn invalid(shown: &str, why: &str) -> Error {
    Error::value(format!("Invalid timestamp \"{shown}\": {why}"))
}

/// Reads a date as `dateutil.parser.parse` alone does, to which a number is no number of seconds.
pub fn from_date_text(text: &str, zone: &LocalZone) -> Result<Timestamp> {
    build::parse(text, zone, false)
}

impl Timestamp {
    /// ISO 8601, as Python's `isoformat` writes it: microseconds only where there are any.
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

    /// Whole seconds since 1970, rounded down; a time without a zone is UTC.
    pub fn unix_seconds(&self) -> Result<i64> {
        let offset = self.utc_offset()?.unwrap_or(0);
        Ok(zone::unix_seconds(zone::shifted(self.wall, -offset)?))
    }

    /// The same, even where UTC's calendar has no such day: at its ends, a zone's has some more.
    pub fn unbounded_unix_seconds(&self) -> Result<i64> {
        let offset = self.utc_offset()?.unwrap_or(0);
        Ok(zone::unix_seconds(self.wall) - offset)
    }

    /// Whether it names no zone.
    pub fn is_naive(&self) -> bool {
        self.offset.is_none()
    }

    /// Python refuses offsets of a day and more when they are used.
    fn utc_offset(&self) -> Result<Option<i64>> {
        match self.offset {
            Some(offset) if offset.abs() >= 86_400 => Err(Error::value(
                "offset must be a timedelta strictly between -timedelta(hours=24) and \
                 timedelta(hours=24).",
            )),
            offset => Ok(offset),
        }
    }
}
