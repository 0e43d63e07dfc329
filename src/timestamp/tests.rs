//! Timestamps compared with recorded results of AWS CLI 2.36.7 and `dateutil`, and properties.

use proptest::prelude::*;

use super::*;

/// The day of the recording `recorded.tsv`.
const RECORDED: i64 = 1_795_680_000;

/// A result in the form of `recorded.tsv`: the printed text, or the class of Python's exception and
/// its message.
fn format_result(read: Result<String>, text: &str) -> String {
    let error = match read {
        Ok(printed) => return printed,
        Err(error) => error,
    };
    let invalid = format!("Invalid timestamp \"{text}\":");
    let message = error.message.replace(&invalid, "…");
    match error.exception {
        PythonException::Value => format!("Value: {message}"),
        PythonException::Overflow => format!("Overflow: {message}"),
        PythonException::Runtime => format!("Runtime: {message}"),
    }
}

fn parse_value(kind: &str, text: &str, zone: &LocalZone) -> Result<Timestamp> {
    if kind == "text" {
        return from_text(text, zone);
    }
    let is_float = text.contains(['.', 'e', 'E', 'N', 'I']);
    let float = python::parse_float(text).expect("a number");
    match is_float {
        true => from_seconds(EpochSeconds::Float(float), &python::repr_float(float), zone),
        false => from_seconds(EpochSeconds::Integer(text), text, zone),
    }
}

/// Columns: TZ, `text` or `number`, the value, the result of `parse_timestamp(…).isoformat()`, the
/// seconds that are sent for it, and the result of `dateutil.parser.parse` alone.
#[test]
fn parses_and_prints_as_recorded() {
    let mut differing = Vec::new();
    for line in include_str!("recorded.tsv").lines() {
        let columns: Vec<_> = line.split('\t').collect();
        let &[tz, kind, text, printed, sent, date] = columns.as_slice() else {
            panic!("six columns: {line}");
        };
        let zone = LocalZone::fixed(tz, RECORDED);
        let iso_8601 =
            |read: Result<Timestamp>| format_result(read.and_then(|t| t.iso_8601()), text);
        let timestamp = parse_value(kind, text, &zone);
        let seconds = timestamp.clone().and_then(|t| t.unix_seconds());
        let mut got = vec![
            (printed, iso_8601(timestamp)),
            (sent, format_result(seconds.map(|s| s.to_string()), text)),
        ];
        if kind == "text" {
            got.push((date, iso_8601(from_date_text(text, &zone))));
        }
        for (want, got) in got {
            let want = if want == "same" { printed } else { want };
            if want.replace("Value: … ", "Value: ") != got.replace("Value: … ", "Value: ") {
                differing.push(format!("{tz} {kind} {text:?}: want {want}, got {got}"));
            }
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// Missing date fields are those of the current day in the local time zone.
#[test]
fn fills_missing_fields_from_local_day() {
    // On this day it is still New Year's Eve in New York.
    let new_year = 1_798_763_400;
    let table = [
        ("UTC0", "12:30", "2027-01-01T12:30:00"),
        ("EST5", "12:30", "2026-12-31T12:30:00"),
        ("EST5", "Feb", "2026-02-28T00:00:00"),
        ("EST5", "Feb 2028", "2028-02-29T00:00:00"),
        ("UTC0", "01/02/76", "2076-01-02T00:00:00"),
        ("UTC0", "01/02/77", "1977-01-02T00:00:00"),
        ("EST5", "01/02/76", "1976-01-02T00:00:00"),
        ("UTC0", "Fri", "2027-01-01T00:00:00"),
        ("EST5", "Fri", "2027-01-01T00:00:00"),
        ("EST5", "Wed", "2027-01-06T00:00:00"),
    ];
    for (tz, text, want) in table {
        let zone = LocalZone::fixed(tz, new_year);
        let got = from_text(text, &zone).and_then(|t| t.iso_8601());
        assert_eq!(got.as_deref(), Ok(want), "{tz} {text}");
    }
}

/// Texts that resemble dates, with valid and invalid parts.
fn date_like() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Jan", "sept", "Thu", "am", "p", "h", "m", "seconds", "Z", "UTC", "GMT", "EST", "of", "t",
        "T", "nan", "inf", "+", "-", "/", ".", ",", ":", " ", "(", ")", "\0", "é", "٣", "²",
    ]);
    let number = "[0-9]{1,40}(\\.[0-9]{1,40})?";
    let token = prop_oneof![word.prop_map(str::to_string), number];
    prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat())
}

proptest! {
    #[test]
    fn never_panics_on_text(text in any::<String>()) {
        let zone = LocalZone::fixed("EST5EDT,M3.2.0,M11.1.0", RECORDED);
        let _ = from_text(&text, &zone).and_then(|t| t.iso_8601());
        let _ = from_date_text(&text, &zone).and_then(|t| t.unix_seconds());
    }

    #[test]
    fn never_panics_on_date_like_text(text in date_like()) {
        let zone = LocalZone::fixed("GMT0BST,M3.5.0/1,M10.5.0", RECORDED);
        let _ = from_text(&text, &zone).and_then(|t| t.iso_8601());
        let _ = from_date_text(&text, &zone).and_then(|t| t.unix_seconds());
    }

    #[test]
    fn never_panics_on_tz(tz in "[A-Z<>:+,.0-9/MJ-]{0,24}", seconds in any::<f64>()) {
        let zone = LocalZone::fixed(&tz, RECORDED);
        let read = from_seconds(EpochSeconds::Float(seconds), "x", &zone);
        let _ = read.and_then(|t| t.iso_8601());
    }

    #[test]
    fn parses_printed_timestamps(
        seconds in -62_135_500_000_i64..253_402_200_000,
        micros in 0_i64..1_000_000,
        tz in prop::sample::select(vec!["UTC0", "IST-5:30", "EST5EDT,M3.2.0,M11.1.0"]),
    ) {
        let zone = LocalZone::fixed(tz, RECORDED);
        let utc = zone::utc_from_unix(seconds, micros).expect("within the calendar");
        let (wall, offset) = zone.rules().to_local(utc).expect("within the calendar");
        let timestamp = Timestamp { wall, offset: Some(offset) };
        let printed = timestamp.iso_8601().expect("a zone within a day of UTC");
        let read = from_text(&printed, &zone).expect("ISO 8601");
        prop_assert_eq!(read.unix_seconds(), Ok(seconds));
        prop_assert_eq!(read.iso_8601(), Ok(printed));
    }

    #[test]
    fn rounds_seconds_to_nearest_microsecond(seconds in -6e10_f64..2.5e11) {
        let zone = LocalZone::fixed("UTC0", RECORDED);
        let read = from_seconds(EpochSeconds::Float(seconds), "", &zone).expect("a timestamp");
        let micros = i64::from(read.wall.subsec_nanosecond() / 1000);
        let whole = read.unix_seconds().expect("a timestamp");
        let distance = (whole - seconds.floor() as i64) as f64 + micros as f64 / 1e6
            - (seconds - seconds.floor());
        prop_assert!(distance.abs() <= 0.5001e-6, "{} is {} off", seconds, distance);
    }
}
