//! Moments as the AWS CLI prints them: ISO 8601 in the local time zone, microseconds only where
//! there are any.

use std::fmt::Write;

use serde_json::Value as Json;
use tz::{TimeZone, UtcDateTime};

/// How moments are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moments<'a> {
    /// As the service has sent them.
    AsSent,
    /// As ISO 8601 in the zone that this value of TZ names, or in the machine's.
    InZone(Option<&'a str>),
}

impl<'a> Moments<'a> {
    /// The value of TZ.
    pub(super) fn tz(self) -> Option<&'a str> {
        match self {
            Moments::AsSent => None,
            Moments::InZone(tz) => tz,
        }
    }
}

/// A time zone as Python's dateutil knows the local one: when there is daylight saving time is
/// looked up for the moment, but how far that is from UTC is what holds this year, for all years.
#[derive(Debug)]
pub(super) struct Zone {
    rules: TimeZone,
    /// Seconds ahead of UTC without daylight saving time.
    standard: i32,
    /// And with it.
    saving: i32,
}

impl Zone {
    /// The zone that TZ names, or the machine's where it is not set; UTC where that cannot be
    /// found out, as C's library does it.
    pub(super) fn local(tz: Option<&str>) -> Zone {
        let rules = match tz {
            Some("") => Ok(TimeZone::utc()),
            Some(name) => TimeZone::from_posix_tz(name),
            None => TimeZone::local(),
        };
        Zone::of_rules(rules.unwrap_or_else(|_| TimeZone::utc()))
    }

    fn of_rules(rules: TimeZone) -> Zone {
        const YEAR: i64 = (365 * 24 + 6) * 3600;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs().try_into().unwrap_or(0));
        let offset = |at| {
            rules
                .find_local_time_type(at)
                .map_or(0, |found| found.ut_offset())
        };
        let (january, july) = (now / YEAR * YEAR, now / YEAR * YEAR + YEAR / 2);
        let (one, other) = (offset(january), offset(july));
        Zone {
            rules,
            standard: one.min(other),
            saving: one.max(other),
        }
    }

    fn offset(&self, seconds: i64) -> Option<i32> {
        let saves = self.rules.find_local_time_type(seconds).ok()?.is_dst();
        Some(if saves { self.saving } else { self.standard })
    }

    /// `2014-08-08T00:00:00.500000+00:00` from seconds since 1970, which may be text; text that is
    /// no number is taken for a moment that is already written out.
    pub(super) fn iso_8601(&self, value: &Json) -> Option<String> {
        let seconds = match value {
            Json::Number(number) => number.as_f64()?,
            Json::String(text) => match text.trim().parse() {
                Ok(seconds) => seconds,
                Err(_) => return Some(text.clone()),
            },
            _ => return None,
        };
        self.of_seconds(seconds)
    }

    /// The same from seconds since 1970.
    pub(super) fn of_seconds(&self, seconds: f64) -> Option<String> {
        let micros = (seconds * 1e6).round_ties_even();
        if !micros.is_finite() || micros.abs() > 1e18 {
            return None;
        }
        let micros = micros as i64;
        self.written(micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000))
    }

    fn written(&self, seconds: i64, micros: i64) -> Option<String> {
        let offset = self.offset(seconds)?;
        let at = UtcDateTime::from_timespec(seconds + i64::from(offset), 0).ok()?;
        if !(1..=9999).contains(&at.year()) {
            return None;
        }
        let mut text = String::with_capacity(32);
        let (year, month, day) = (at.year(), at.month(), at.month_day());
        write!(text, "{year:04}-{month:02}-{day:02}").ok()?;
        write!(
            text,
            "T{:02}:{:02}:{:02}",
            at.hour(),
            at.minute(),
            at.second()
        )
        .ok()?;
        if micros != 0 {
            write!(text, ".{micros:06}").ok()?;
        }
        let (minutes, seconds) = (offset.unsigned_abs() / 60, offset.unsigned_abs() % 60);
        let sign = if offset < 0 { '-' } else { '+' };
        write!(text, "{sign}{:02}:{:02}", minutes / 60, minutes % 60).ok()?;
        if seconds != 0 {
            write!(text, ":{seconds:02}").ok()?;
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_isoformat_does() {
        let zone = |rule: &str| Zone::local(Some(rule));
        let new_york = "EST5EDT,M3.2.0,M11.1.0";
        let table = [
            (
                "UTC0",
                "1407456000.5",
                Some("2014-08-08T00:00:00.500000+00:00"),
            ),
            (
                "UTC0",
                "1407456000.123",
                Some("2014-08-08T00:00:00.123000+00:00"),
            ),
            ("UTC0", "0", Some("1970-01-01T00:00:00+00:00")),
            (
                "UTC0",
                "-0.000001",
                Some("1969-12-31T23:59:59.999999+00:00"),
            ),
            ("UTC0", "253402300799", Some("9999-12-31T23:59:59+00:00")),
            ("UTC0", "253402300800", None),
            ("UTC0", "\"1404172800\"", Some("2014-07-01T00:00:00+00:00")),
            ("UTC0", "\"2014-07-01\"", Some("2014-07-01")),
            ("UTC0", "true", None),
            (
                new_york,
                "1407456000.5",
                Some("2014-08-07T20:00:00.500000-04:00"),
            ),
            (new_york, "1389000000", Some("2014-01-06T04:20:00-05:00")),
            ("IST-5:30", "1404172800", Some("2014-07-01T05:30:00+05:30")),
            // Moscow was four hours ahead then; dateutil knows three.
            (
                "Europe/Moscow",
                "1340000000",
                Some("2012-06-18T09:13:20+03:00"),
            ),
        ];
        for (rule, value, want) in table {
            let value: Json = serde_json::from_str(value).expect("JSON");
            assert_eq!(
                zone(rule).iso_8601(&value).as_deref(),
                want,
                "{rule} {value}"
            );
        }
    }
}
