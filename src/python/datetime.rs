//! `str()` and `repr()` of Python's dates and datetimes, from the ISO 8601 text of
//! [`super::value::Value::Timestamp`].

/// `str()` of a date or datetime.
pub(super) fn datetime_str(text: &str) -> String {
    match text.strip_suffix('Z') {
        Some(local) => local.replace('T', " ") + "+00:00",
        None => text.replace('T', " "),
    }
}

/// `repr()`: `datetime.date(2014, 8, 8)`, or a `datetime.datetime` with the time zone that
/// `ruamel.yaml` constructs.
pub(super) fn datetime_repr(text: &str) -> String {
    let number = |digits: &str| digits.parse::<u32>().unwrap_or_default().to_string();
    let Some((date, time)) = text.split_once('T') else {
        let parts: Vec<_> = text.split('-').map(number).collect();
        return format!("datetime.date({})", parts.join(", "));
    };
    let zone_start = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at(zone_start);
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts: Vec<_> = date.split('-').chain(time.split(':')).map(number).collect();
    // Python omits zero seconds unless microseconds follow.
    if parts.last().is_some_and(|second| second == "0") && fraction.is_empty() {
        parts.pop();
    }
    if !fraction.is_empty() {
        parts.push(number(fraction));
    }
    if !zone.is_empty() {
        parts.push(format!(
            "tzinfo=datetime.timezone({}, '{zone}')",
            offset_repr(zone)
        ));
    }
    format!("datetime.datetime({})", parts.join(", "))
}

/// The `datetime.timedelta` of a UTC offset written `Z` or `+hh:mm`.
fn offset_repr(zone: &str) -> String {
    const DAY: i64 = 86_400;
    let number = |digits: Option<&str>| digits.and_then(|d| d.parse::<i64>().ok()).unwrap_or(0);
    let seconds = number(zone.get(1..3)) * 3600 + number(zone.get(4..6)) * 60;
    match zone.starts_with('-') {
        _ if seconds == 0 => "datetime.timedelta(0)".into(),
        false => format!("datetime.timedelta(seconds={seconds})"),
        true => format!("datetime.timedelta(days=-1, seconds={})", DAY - seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_timestamps_as_str_and_repr() {
        let table = [
            ("2014-08-08", "2014-08-08", "datetime.date(2014, 8, 8)"),
            (
                "2014-08-08T01:02:03",
                "2014-08-08 01:02:03",
                "datetime.datetime(2014, 8, 8, 1, 2, 3)",
            ),
            (
                "2014-08-08T01:00:00",
                "2014-08-08 01:00:00",
                "datetime.datetime(2014, 8, 8, 1, 0)",
            ),
            (
                "2014-08-08T01:02:03.500000Z",
                "2014-08-08 01:02:03.500000+00:00",
                "datetime.datetime(2014, 8, 8, 1, 2, 3, 500000, \
                 tzinfo=datetime.timezone(datetime.timedelta(0), 'Z'))",
            ),
            (
                "2014-08-08T01:02:03+02:00",
                "2014-08-08 01:02:03+02:00",
                "datetime.datetime(2014, 8, 8, 1, 2, 3, \
                 tzinfo=datetime.timezone(datetime.timedelta(seconds=7200), '+02:00'))",
            ),
            (
                "2014-08-08T01:02:03-05:30",
                "2014-08-08 01:02:03-05:30",
                "datetime.datetime(2014, 8, 8, 1, 2, 3, tzinfo=datetime.timezone(\
                 datetime.timedelta(days=-1, seconds=66600), '-05:30'))",
            ),
        ];
        for (text, shown, repr) in table {
            assert_eq!(datetime_str(text), shown);
            assert_eq!(datetime_repr(text), repr);
        }
    }
}
