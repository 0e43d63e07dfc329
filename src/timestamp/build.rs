//! Puts a date and time together from the parts that a text names, as `dateutil` (2.9) does: what is
//! missing is today's date and midnight, in the local zone.

use jiff::civil::{Date, DateTime, Time};

use super::parser::{self, Parts};
use super::ymd::month_length;
use super::zone::{LocalZone, shifted};
use super::{Error, ErrorKind, Result, Timestamp};

/// Reads a text. With `gmt_is_utc`, GMT is never the local zone's winter time.
pub(super) fn parse(text: &str, zone: &LocalZone, gmt_is_utc: bool) -> Result<Timestamp> {
    let this_year = || i64::from(zone.wall_clock().year());
    let parts = parser::parse(text, &this_year)
        .map_err(|_| Error::value(format!("Unknown string format: {text}")))?;
    if parts.is_empty() {
        let message = format!("String does not contain a date: {text}");
        return Err(Error::value(message));
    }
    let wall = wall(&parts, zone).map_err(|error| match error.kind {
        ErrorKind::Value => Error::value(format!("{}: {text}", error.message)),
        _ => error,
    })?;
    let wall = on_weekday(wall, &parts)?;
    let offset = offset(wall, &parts, zone, gmt_is_utc)?;
    Ok(Timestamp { wall, offset })
}

/// Date and time of day. Clock and zone are looked at only where the text lacks a part of the date.
fn wall(parts: &Parts, zone: &LocalZone) -> Result<DateTime> {
    let date = match (parts.year, parts.month, parts.day) {
        (Some(year), Some(month), Some(day)) => [year, month, day],
        _ => with_today(parts, zone.wall_clock().date())?,
    };
    let [year, month, day] = c_ints(date)?;
    let time = [parts.hour, parts.minute, parts.second, parts.microsecond];
    let [hour, minute, second, micros] = c_ints(time.map(|part| part.unwrap_or(0)))?;
    let date = calendar_date(year, month, day)?;
    let in_range = |value, end, name: &str| match i8::try_from(value) {
        Ok(value) if value < end => Ok(value),
        _ => Err(Error::value(format!("{name} must be in 0..{}", end - 1))),
    };
    let hour = in_range(hour, 24, "hour")?;
    let minute = in_range(minute, 60, "minute")?;
    let second = in_range(second, 60, "second")?;
    // There are six digits of microseconds.
    let time = Time::new(hour, minute, second, micros * 1000);
    Ok(date.to_datetime(time.unwrap_or(Time::midnight())))
}

/// The date with today's parts where the text names none; a day that the month does not have becomes
/// its last.
fn with_today(parts: &Parts, today: Date) -> Result<[u128; 3]> {
    let or_today = |part: Option<u128>, today| part.unwrap_or(u128::try_from(today).unwrap_or(0));
    let year = or_today(parts.year, i32::from(today.year()));
    let month = or_today(parts.month, i32::from(today.month()));
    let day = or_today(parts.day, i32::from(today.day()));
    if parts.day.is_some() {
        return Ok([year, month, day]);
    }
    let last = month_length(year, month)
        .ok_or_else(|| Error::value(format!("bad month number {month}; must be 1-12")))?;
    Ok([year, month, day.min(last)])
}

/// Numbers that Python hands on to C.
fn c_ints<const N: usize>(numbers: [u128; N]) -> Result<[i32; N]> {
    let mut converted = [0; N];
    for (converted, number) in converted.iter_mut().zip(numbers) {
        *converted = i32::try_from(number).map_err(|_| match i64::try_from(number) {
            Ok(_) => Error::overflow("signed integer is greater than maximum"),
            Err(_) => Error::overflow("Python int too large to convert to C long"),
        })?;
    }
    Ok(converted)
}

fn calendar_date(year: i32, month: i32, day: i32) -> Result<Date> {
    let year = match i16::try_from(year) {
        Ok(year @ 1..=9999) => year,
        _ => return Err(Error::value(format!("year {year} is out of range"))),
    };
    let month = match i8::try_from(month) {
        Ok(month @ 1..=12) => month,
        _ => return Err(Error::value("month must be in 1..12")),
    };
    let date = i8::try_from(day).ok();
    date.and_then(|day| Date::new(year, month, day).ok())
        .ok_or_else(|| Error::value("day is out of range for month"))
}

/// The next such weekday, where the text names one and no day of the month.
fn on_weekday(wall: DateTime, parts: &Parts) -> Result<DateTime> {
    match (parts.weekday, parts.day) {
        (Some(weekday), None) => {
            let today = i64::from(wall.weekday().to_monday_zero_offset());
            shifted(wall, (i64::from(weekday) - today).rem_euclid(7) * 86_400)
        }
        _ => Ok(wall),
    }
}

/// How far the text's zone is ahead of UTC; `None` where it names no zone that is known.
fn offset(
    wall: DateTime,
    parts: &Parts,
    zone: &LocalZone,
    gmt_is_utc: bool,
) -> Result<Option<i64>> {
    match parts.zone_name.as_deref() {
        Some("GMT") if gmt_is_utc => return Ok(Some(0)),
        Some(name) if zone.may_be_called(name) && zone.zone().has_name(name) => {
            return local_offset(wall, name, zone).map(Some);
        }
        _ => {}
    }
    match parts.offset {
        // Python's timedelta holds so many days.
        Some(offset) if offset.abs() / 86_400 > 999_999_999 => Err(Error::overflow(
            match i32::try_from(offset.div_euclid(86_400)) {
                Ok(days) => format!("days={days}; must have magnitude <= 999999999"),
                Err(_) => "Python int too large to convert to C int".to_string(),
            },
        )),
        Some(offset) => Ok(i64::try_from(offset).ok()),
        None => Ok(None),
    }
}

/// How far the local zone is ahead under the name that the text has for it.
fn local_offset(wall: DateTime, name: &str, zone: &LocalZone) -> Result<i64> {
    let zone = zone.zone();
    let mut found = zone.offset_of_wall(wall, false)?;
    if zone.name(found.0) != name {
        let later = zone.offset_of_wall(wall, true)?;
        if zone.name(later.0) == name {
            found = later;
        }
    }
    // London's summer time is no GMT.
    match zone.name(found.0) == name || !matches!(name, "UTC" | "GMT") {
        true => Ok(found.1),
        false => Ok(0),
    }
}
