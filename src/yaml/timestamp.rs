//! YAML timestamps: their grammar, and their value as Python's `datetime` holds it.
//!
//! Mirrors `timestamp_regexp` and `create_timestamp` of `ruamel/yaml/util.py` (0.19.1).

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

const MINUTES_PER_DAY: i16 = 24 * 60;

/// The parts of a timestamp as written, not yet checked against the calendar.
pub(super) struct YamlTimestamp<'t> {
    year: i16,
    month: i8,
    day: i8,
    time: Option<Time<'t>>,
}

struct Time<'t> {
    hour: i8,
    minute: i8,
    second: i8,
    fraction: &'t str,
    zone: YamlTimeZone,
}

enum YamlTimeZone {
    None,
    Zulu,
    /// Minutes ahead of UTC.
    Offset(i16),
}

impl<'t> YamlTimestamp<'t> {
    /// Parses `YYYY-M[M]-D[D]`, optionally with a time of day and a zone.
    pub(super) fn parse(text: &'t str) -> Option<YamlTimestamp<'t>> {
        let (year, rest) = number(text, 4, 4)?;
        let (month, rest) = number(rest.strip_prefix('-')?, 1, 2)?;
        let (day, rest) = number(rest.strip_prefix('-')?, 1, 2)?;
        let time = match rest {
            "" => None,
            _ => Some(Time::parse(rest)?),
        };
        Some(YamlTimestamp {
            year,
            month,
            day,
            time,
        })
    }

    pub(super) fn has_time(&self) -> bool {
        self.time.is_some()
    }

    /// The date or time in ISO 8601, with microseconds if there are any, and with the zone as
    /// `Z` or `+HH:MM`.
    ///
    /// # Errors
    ///
    /// The text of Python's exception where no such date or time exists.
    pub(super) fn to_iso(&self) -> Result<String, String> {
        let Some(time) = &self.time else {
            return self.date().map(|date| date.to_string());
        };
        let zone = time.zone.to_iso()?;
        let (microseconds, carry) = time.microseconds();
        let local = self
            .date()?
            .to_datetime(time.check()?)
            .checked_add(carry.seconds())
            .ok()
            .filter(|local| local.year() <= 9999)
            .ok_or("date value out of range")?;
        let fraction = match microseconds {
            0 => String::new(),
            _ => format!(".{microseconds:06}"),
        };
        Ok(format!("{}{fraction}{zone}", iso_seconds(local)))
    }

    fn date(&self) -> Result<Date, String> {
        if self.year < 1 {
            return Err(format!("year {} is out of range", self.year));
        }
        if !(1..=12).contains(&self.month) {
            return Err("month must be in 1..12".to_string());
        }
        Date::new(self.year, self.month, self.day)
            .map_err(|_| "day is out of range for month".to_string())
    }
}

fn iso_seconds(local: DateTime) -> String {
    let (date, time) = (local.date(), local.time());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{date}T{hour:02}:{minute:02}:{second:02}")
}

impl<'t> Time<'t> {
    /// Parses what follows the date.
    fn parse(text: &'t str) -> Option<Time<'t>> {
        let rest = match text.strip_prefix(['T', 't']) {
            Some(rest) => rest,
            None => {
                let rest = text.trim_start_matches([' ', '\t']);
                (rest.len() < text.len()).then_some(rest)?
            }
        };
        let (hour, rest) = number(rest, 1, 2)?;
        let (minute, rest) = number(rest.strip_prefix(':')?, 2, 2)?;
        let (second, rest) = number(rest.strip_prefix(':')?, 2, 2)?;
        let (fraction, rest) = match rest.strip_prefix('.') {
            Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
            None => ("", rest),
        };
        Some(Time {
            hour,
            minute,
            second,
            fraction,
            zone: YamlTimeZone::parse(rest)?,
        })
    }

    /// The time of day in whole seconds.
    fn check(&self) -> Result<jiff::civil::Time, String> {
        let limits = [
            ("hour", self.hour, 23),
            ("minute", self.minute, 59),
            ("second", self.second, 59),
        ];
        for (name, value, limit) in limits {
            if value > limit {
                return Err(format!("{name} must be in 0..{limit}"));
            }
        }
        jiff::civil::Time::new(self.hour, self.minute, self.second, 0)
            .map_err(|error| error.to_string())
    }

    /// The microseconds, and the seconds to carry. Only the seventh digit decides on rounding.
    fn microseconds(&self) -> (i64, i64) {
        let digit = |at| self.fraction.as_bytes().get(at).map_or(0, |b| b - b'0');
        let microseconds = (0..6).fold(0, |sum, at| sum * 10 + i64::from(digit(at)));
        let rounded = microseconds + i64::from(digit(6) > 4);
        (rounded % 1_000_000, rounded / 1_000_000)
    }
}

impl YamlTimeZone {
    /// Parses what follows the time of day: `Z`, `+H[H]`, `-H[H]:MM` or nothing. Blanks may stand
    /// before a zone only.
    fn parse(text: &str) -> Option<YamlTimeZone> {
        let zone = text.trim_start_matches([' ', '\t']);
        match zone {
            "" => text.is_empty().then_some(YamlTimeZone::None),
            "Z" => Some(YamlTimeZone::Zulu),
            _ => {
                let sign = if zone.starts_with('-') { -1 } else { 1 };
                let (hours, rest) = number::<i16>(zone.strip_prefix(['-', '+'])?, 1, 2)?;
                let minutes = match rest {
                    "" => 0,
                    _ => match number(rest.strip_prefix(':')?, 2, 2)? {
                        (minutes, "") => minutes,
                        _ => return None,
                    },
                };
                Some(YamlTimeZone::Offset(sign * (hours * 60 + minutes)))
            }
        }
    }

    fn to_iso(&self) -> Result<String, String> {
        match self {
            YamlTimeZone::None => Ok(String::new()),
            YamlTimeZone::Zulu => Ok("Z".to_string()),
            YamlTimeZone::Offset(offset) if offset.abs() >= MINUTES_PER_DAY => Err(format!(
                "offset must be a timedelta strictly between -timedelta(hours=24) and \
                 timedelta(hours=24), not {}.",
                timedelta_repr(*offset)
            )),
            YamlTimeZone::Offset(offset) => {
                let sign = if *offset < 0 { '-' } else { '+' };
                let minutes = offset.abs();
                Ok(format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60))
            }
        }
    }
}

/// The `repr` of a `datetime.timedelta` of at least a day.
fn timedelta_repr(minutes: i16) -> String {
    let days = minutes.div_euclid(MINUTES_PER_DAY);
    let seconds = i32::from(minutes.rem_euclid(MINUTES_PER_DAY)) * 60;
    match seconds {
        0 => format!("datetime.timedelta(days={days})"),
        _ => format!("datetime.timedelta(days={days}, seconds={seconds})"),
    }
}

/// Splits off a number of `min` to `max` digits.
fn number<N: std::str::FromStr>(text: &str, min: usize, max: usize) -> Option<(N, &str)> {
    let digits = text.bytes().take(max).take_while(u8::is_ascii_digit);
    let (head, tail) = text.split_at(digits.count());
    (head.len() >= min).then_some((head.parse().ok()?, tail))
}

#[cfg(test)]
mod tests {
    use super::YamlTimestamp;

    #[test]
    fn converts_timestamps_to_iso() {
        let table = [
            ("2014-8-8", "2014-08-08"),
            ("2014-08-08T10:11:12Z", "2014-08-08T10:11:12Z"),
            ("2014-08-08 \t1:11:12.", "2014-08-08T01:11:12"),
            ("2014-03-01 01:00:00 +5", "2014-03-01T01:00:00+05:00"),
            ("2015-12-31t23:00:00-01:30", "2015-12-31T23:00:00-01:30"),
            ("2000-02-29T00:00:00.1234567", "2000-02-29T00:00:00.123457"),
            ("1999-12-31T23:59:59.9999999", "2000-01-01T00:00:00"),
            ("2016-02-28T23:59:59.9999999", "2016-02-29T00:00:00"),
            ("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00+23:59"),
        ];
        for (text, expected) in table {
            let timestamp = YamlTimestamp::parse(text).expect(text);
            assert_eq!(timestamp.to_iso().as_deref(), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn reports_impossible_dates_as_python_does() {
        let offset = "offset must be a timedelta strictly between -timedelta(hours=24) and \
                      timedelta(hours=24), not datetime.timedelta";
        let table = [
            ("0000-01-01", "year 0 is out of range"),
            ("2014-13-01", "month must be in 1..12"),
            ("2100-02-29", "day is out of range for month"),
            ("2014-08-00", "day is out of range for month"),
            ("2014-08-08T24:00:00", "hour must be in 0..23"),
            ("2014-08-08T00:60:00", "minute must be in 0..59"),
            ("2014-08-08T00:00:60", "second must be in 0..59"),
            ("9999-12-31T23:59:59.9999999", "date value out of range"),
            ("2014-99-08T00:00:00+24:00", &format!("{offset}(days=1).")),
            (
                "2014-08-08T00:00:00 -25:01",
                &format!("{offset}(days=-2, seconds=82740)."),
            ),
        ];
        for (text, message) in table {
            let timestamp = YamlTimestamp::parse(text).expect(text);
            assert_eq!(timestamp.to_iso(), Err(message.to_string()), "{text:?}");
        }
    }

    #[test]
    fn rejects_other_texts() {
        let texts = [
            "2014",
            "2014-08",
            "2014-08-08T",
            "2014-08-08T00:00:00 ",
            "2014-08-08T00:00:00+5:3",
            "2014-08-08 00:00",
        ];
        for text in texts {
            assert!(YamlTimestamp::parse(text).is_none(), "{text:?}");
        }
    }
}
