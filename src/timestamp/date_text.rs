//! Resolves the fields of a date text to a timestamp, as `dateutil` (2.9) does: a missing date is
//! today's and a missing time is midnight, in the local time zone.

use jiff::civil::{Date, DateTime, Time};

use super::parser::{self, DateTimeFields};
use super::ymd::days_in_month;
use super::zone::{LocalZone, add_seconds};
use super::{PythonException, Result, Timestamp, TimestampError};

/// Parses a date text. With `gmt_is_utc`, GMT never means the winter time of the local time zone.
pub(super) fn parse(text: &str, zone: &LocalZone, gmt_is_utc: bool) -> Result<Timestamp> {
    let this_year = || i64::from(zone.local_now().year());
    let fields = parser::parse(text, &this_year)
        .map_err(|_| TimestampError::value(format!("Unknown string format: {text}")))?;
    if fields.is_empty() {
        let message = format!("String does not contain a date: {text}");
        return Err(TimestampError::value(message));
    }
    let wall = resolve_local_time(&fields, zone).map_err(|error| match error.exception {
        PythonException::Value => TimestampError::value(format!("{}: {text}", error.message)),
        _ => error,
    })?;
    let wall = move_to_weekday(wall, &fields)?;
    let offset = resolve_offset(wall, &fields, zone, gmt_is_utc)?;
    Ok(Timestamp { wall, offset })
}

/// Resolves date and time of day. Reads the clock and the time zone only if the text lacks part of
/// the date.
fn resolve_local_time(fields: &DateTimeFields, zone: &LocalZone) -> Result<DateTime> {
    let date = match (fields.year, fields.month, fields.day) {
        (Some(year), Some(month), Some(day)) => [year, month, day],
        _ => fill_with_today(fields, zone.local_now().date())?,
    };
    let [year, month, day] = to_c_ints(date)?;
    let time = [
        fields.hour,
        fields.minute,
        fields.second,
        fields.microsecond,
    ];
    let [hour, minute, second, micros] = to_c_ints(time.map(|part| part.unwrap_or(0)))?;
    let date = check_date(year, month, day)?;
    let in_range = |value, end, name: &str| match i8::try_from(value) {
        Ok(value) if value < end => Ok(value),
        _ => Err(TimestampError::value(format!(
            "{name} must be in 0..{}",
            end - 1
        ))),
    };
    let hour = in_range(hour, 24, "hour")?;
    let minute = in_range(minute, 60, "minute")?;
    let second = in_range(second, 60, "second")?;
    // Six digits of microseconds are always in range.
    let time = Time::new(hour, minute, second, micros * 1000);
    Ok(date.to_datetime(time.unwrap_or(Time::midnight())))
}

/// Fills missing fields with today's. A day beyond the end of the month becomes its last day.
fn fill_with_today(fields: &DateTimeFields, today: Date) -> Result<[u128; 3]> {
    let or_today = |part: Option<u128>, today| part.unwrap_or(u128::try_from(today).unwrap_or(0));
    let year = or_today(fields.year, i32::from(today.year()));
    let month = or_today(fields.month, i32::from(today.month()));
    let day = or_today(fields.day, i32::from(today.day()));
    if fields.day.is_some() {
        return Ok([year, month, day]);
    }
    let last = days_in_month(year, month)
        .ok_or_else(|| TimestampError::value(format!("bad month number {month}; must be 1-12")))?;
    Ok([year, month, day.min(last)])
}

/// Converts numbers as Python does when it passes them to C, with its errors.
fn to_c_ints<const N: usize>(numbers: [u128; N]) -> Result<[i32; N]> {
    let mut converted = [0; N];
    for (converted, number) in converted.iter_mut().zip(numbers) {
        *converted = i32::try_from(number).map_err(|_| match i64::try_from(number) {
            Ok(_) => TimestampError::overflow("signed integer is greater than maximum"),
            Err(_) => TimestampError::overflow("Python int too large to convert to C long"),
        })?;
    }
    Ok(converted)
}

fn check_date(year: i32, month: i32, day: i32) -> Result<Date> {
    let year = match i16::try_from(year) {
        Ok(year @ 1..=9999) => year,
        _ => {
            return Err(TimestampError::value(format!(
                "year {year} is out of range"
            )));
        }
    };
    let month = match i8::try_from(month) {
        Ok(month @ 1..=12) => month,
        _ => return Err(TimestampError::value("month must be in 1..12")),
    };
    let date = i8::try_from(day).ok();
    date.and_then(|day| Date::new(year, month, day).ok())
        .ok_or_else(|| TimestampError::value("day is out of range for month"))
}

/// Moves to the next such weekday if the text names one and no day of the month.
fn move_to_weekday(wall: DateTime, fields: &DateTimeFields) -> Result<DateTime> {
    match (fields.weekday, fields.day) {
        (Some(weekday), None) => {
            let today = i64::from(wall.weekday().to_monday_zero_offset());
            add_seconds(wall, (i64::from(weekday) - today).rem_euclid(7) * 86_400)
        }
        _ => Ok(wall),
    }
}

/// The UTC offset in seconds (positive is east); `None` if the text names no known time zone.
fn resolve_offset(
    wall: DateTime,
    fields: &DateTimeFields,
    zone: &LocalZone,
    gmt_is_utc: bool,
) -> Result<Option<i64>> {
    match fields.zone_name.as_deref() {
        Some("GMT") if gmt_is_utc => return Ok(Some(0)),
        Some(name) if zone.may_have_name(name) && zone.rules().has_name(name) => {
            return resolve_local_offset(wall, name, zone).map(Some);
        }
        _ => {}
    }
    match fields.offset {
        // The largest number of days of Python's `timedelta`.
        Some(offset) if offset.abs() / 86_400 > 999_999_999 => Err(TimestampError::overflow(
            match i32::try_from(offset.div_euclid(86_400)) {
                Ok(days) => format!("days={days}; must have magnitude <= 999999999"),
                Err(_) => "Python int too large to convert to C int".to_string(),
            },
        )),
        Some(offset) => Ok(i64::try_from(offset).ok()),
        None => Ok(None),
    }
}

/// The UTC offset of the local time zone under the name that the text uses for it.
fn resolve_local_offset(wall: DateTime, name: &str, zone: &LocalZone) -> Result<i64> {
    let zone = zone.rules();
    let mut found = zone.find_local_offset(wall, false)?;
    if zone.name(found.0) != name {
        let later = zone.find_local_offset(wall, true)?;
        if zone.name(later.0) == name {
            found = later;
        }
    }
    // London's summer time is not GMT.
    match zone.name(found.0) == name || !matches!(name, "UTC" | "GMT") {
        true => Ok(found.1),
        false => Ok(0),
    }
}
