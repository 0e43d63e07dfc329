//! Timestamps of input: parses the values that botocore accepts (`parse_to_aware_datetime` in the
//! AWS CLI 2.36.7) to the whole seconds that are sent.

use crate::python::value::Value;
use crate::timestamp::{self, EpochSeconds, LocalZone, PythonException};

/// A value that cannot be sent as a timestamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimestampArgumentError {
    /// The value is not a timestamp.
    WrongType,
    /// The value is out of the range of `datetime`; botocore exits immediately, with this message.
    OutOfRange(String),
}

/// Parses a value to whole seconds since 1970; like the AWS CLI, drops fractions. A value without a
/// time zone is in `zone`.
pub fn parse_timestamp(value: &Value, zone: &LocalZone) -> Result<i64, TimestampArgumentError> {
    let from_seconds = |seconds| timestamp::from_seconds(seconds, &value.python_str(), zone);
    let timestamp = match value {
        Value::Bool(flag) => from_seconds(EpochSeconds::Integer(if *flag { "1" } else { "0" })),
        Value::Integer(digits) => from_seconds(EpochSeconds::Integer(digits)),
        Value::Float(number) => from_seconds(EpochSeconds::Float(*number)),
        Value::String(text) => timestamp::from_text(text, zone),
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => timestamp::from_text(text, zone),
            Err(_) => return Err(TimestampArgumentError::WrongType),
        },
        // botocore rejects a date without a time.
        Value::Timestamp(text) if text.len() > DATE_LENGTH => timestamp::from_text(text, zone),
        _ => return Err(TimestampArgumentError::WrongType),
    };
    let seconds = timestamp.and_then(|timestamp| timestamp.unix_seconds());
    seconds.map_err(|error| match error.exception {
        PythonException::Value => TimestampArgumentError::WrongType,
        PythonException::Overflow | PythonException::Runtime => {
            TimestampArgumentError::OutOfRange(error.message)
        }
    })
}

/// The length of a date without a time.
const DATE_LENGTH: usize = "2014-08-08".len();

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &Value) -> Result<i64, TimestampArgumentError> {
        parse_timestamp(value, &LocalZone::fixed("UTC", 0))
    }

    #[test]
    fn parses_every_value_that_python_accepts() {
        let table = [
            (Value::Integer("5".into()), Some(5)),
            (Value::Integer("999999999999999".into()), None),
            (Value::Float(1_700_000_000.999_999_9), Some(1_700_000_001)),
            (Value::Float(-0.5), Some(-1)),
            (Value::Float(f64::NAN), None),
            (Value::Bool(true), Some(1)),
            (Value::Bytes(b"1700000000".to_vec()), Some(1_700_000_000)),
            (Value::Bytes(vec![0xff]), None),
            (
                Value::Timestamp("2014-08-08T00:00:00".into()),
                Some(1_407_456_000),
            ),
            (Value::Timestamp("2014-08-08".into()), None),
            (
                Value::String("2014-08-08T00:00:00.9Z".into()),
                Some(1_407_456_000),
            ),
            (Value::String("0001-01-01".into()), Some(-62_135_596_800)),
            (
                Value::String("9999-12-31T23:59:59Z".into()),
                Some(253_402_300_799),
            ),
            (Value::String("yesterday".into()), None),
            (Value::Null, None),
            (Value::List(Vec::new()), None),
        ];
        for (value, want) in table {
            assert_eq!(parse(&value).ok(), want, "{value:?}");
        }
    }

    #[test]
    fn distinguishes_out_of_range_from_wrong_type() {
        let text = |text: &str| Value::String(text.into());
        let uncountable =
            |shown: &str| format!("Unable to calculate correct timezone offset for \"{shown}\"");
        let table = [
            (text("1407480000000"), Some(uncountable("1407480000000"))),
            (text("inf"), Some(uncountable("inf"))),
            (text("1e308"), Some(uncountable("1e308"))),
            (text("-62135596801"), Some(uncountable("-62135596801"))),
            (
                text("0001-01-01T00:00:00+01:00"),
                Some("date value out of range".into()),
            ),
            (text("1e12"), None),
            (text("253402300800"), None),
            (text("2024-01-01T00:00:00+24:00"), None),
            (text("nan"), None),
            (Value::Integer("1407480000000".into()), None),
            (
                Value::Integer("99999999999999999999".into()),
                Some(uncountable("99999999999999999999")),
            ),
            (Value::Float(f64::INFINITY), Some(uncountable("inf"))),
        ];
        for (value, message) in table {
            let want = message.map_or(
                TimestampArgumentError::WrongType,
                TimestampArgumentError::OutOfRange,
            );
            assert_eq!(parse(&value), Err(want), "{value:?}");
        }
    }
}
