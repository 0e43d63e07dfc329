//! Construction of scalars: the value of a text under its tag.
//!
//! Mirrors `SafeConstructor` of `ruamel/yaml/constructor.py` (0.19.1).

use crate::python;
use crate::python::value::Value;
use crate::yaml::error::{Position, YamlError};
use crate::yaml::resolver::YamlVersion;
use crate::yaml::timestamp::YamlTimestamp;

/// The text of Python's `IndexError` for the first character of an empty string.
pub(super) const INDEX_ERROR: &str = "string index out of range";

/// Why a text has no value under its tag.
#[derive(Debug, PartialEq)]
pub(super) enum ScalarError {
    /// `ruamel.yaml` raises an error of its own.
    Yaml(String),
    /// Python raises this exception, which `ruamel.yaml` lets through.
    Python(String),
}

impl ScalarError {
    pub(super) fn python(message: &str) -> ScalarError {
        ScalarError::Python(message.to_string())
    }

    pub(super) fn at(self, position: Position) -> YamlError {
        match self {
            ScalarError::Yaml(message) => position.error(message),
            ScalarError::Python(message) => position.python_exception(message),
        }
    }
}

/// A text as an error message shows it: quoted, and cut short.
pub(in crate::yaml) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{:?}…", &text[..at]),
        None => format!("{text:?}"),
    }
}

/// The value of a text tagged `!!bool`.
pub(super) fn boolean(text: &str) -> Result<Value, ScalarError> {
    let text = text.to_lowercase();
    match text.as_str() {
        "true" | "yes" | "y" | "on" => Ok(Value::Bool(true)),
        "false" | "no" | "n" | "off" => Ok(Value::Bool(false)),
        // A KeyError shows the key.
        _ => Err(ScalarError::Python(python::repr_str(&text))),
    }
}

/// The value of a text tagged `!!float`.
pub(super) fn float(text: &str, version: YamlVersion) -> Result<Value, ScalarError> {
    let text = text.replace('_', "").to_lowercase();
    if text.is_empty() {
        return Err(ScalarError::python(INDEX_ERROR));
    }
    let body = text.strip_prefix(['-', '+']).unwrap_or(&text);
    let magnitude = match body {
        ".inf" => f64::INFINITY,
        ".nan" => return Ok(Value::Float(f64::NAN)),
        _ if version == YamlVersion::V1_1 && body.contains(':') => {
            let (mut sum, mut base) = (0.0, 1.0);
            // Python converts the parts in order before it adds them up.
            let parts = body.split(':').map(parse_float);
            for part in parts.collect::<Result<Vec<_>, _>>()?.into_iter().rev() {
                sum += part * base;
                base *= 60.0;
            }
            sum
        }
        // `ruamel.yaml` splits mantissa and exponent there to warn of a missing point.
        _ if version == YamlVersion::V1_1 && body.matches('e').count() > 1 => {
            return Err(ScalarError::python(
                "too many values to unpack (expected 2)",
            ));
        }
        _ => parse_float(body)?,
    };
    Ok(Value::Float(match text.starts_with('-') {
        true => -magnitude,
        false => magnitude,
    }))
}

/// Python's `float(text)`.
fn parse_float(text: &str) -> Result<f64, ScalarError> {
    python::parse_float(text).ok_or_else(|| {
        let shown = python::repr_str(text);
        ScalarError::Python(format!("could not convert string to float: {shown}"))
    })
}

/// The value of a text tagged `!!timestamp`.
pub(super) fn timestamp(text: &str) -> Result<Value, ScalarError> {
    // The pattern ends in `$`, which also matches before a final line feed.
    let body = text.strip_suffix('\n').unwrap_or(text);
    match YamlTimestamp::parse(body) {
        Some(timestamp) => timestamp
            .to_iso()
            .map(Value::Timestamp)
            .map_err(ScalarError::Python),
        None => Err(ScalarError::Yaml(format!(
            "{} is not a timestamp",
            excerpt(body)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_floats_as_python_does() {
        let table = [
            ("1_0.5", 10.5),
            ("-.inf", f64::NEG_INFINITY),
            ("1e400", f64::INFINITY),
            ("-0.0", -0.0),
            ("1", 1.0),
            (" Infinity", f64::INFINITY),
            ("\u{663}.5", 3.5),
        ];
        for (text, expected) in table {
            assert_eq!(float(text, YamlVersion::V1_2), Ok(Value::Float(expected)));
        }
        let sexagesimal = float("1:30.5", YamlVersion::V1_1);
        assert_eq!(sexagesimal, Ok(Value::Float(90.5)));
        let error = ScalarError::python("too many values to unpack (expected 2)");
        assert_eq!(float("1e2e3", YamlVersion::V1_1), Err(error));
        let table = [
            ("._", "could not convert string to float: '.'"),
            ("_", "string index out of range"),
            ("0x10", "could not convert string to float: '0x10'"),
            ("1:30.5", "could not convert string to float: '1:30.5'"),
        ];
        for (text, message) in table {
            let error = float(text, YamlVersion::V1_2);
            assert_eq!(error, Err(ScalarError::python(message)), "{text:?}");
        }
    }

    #[test]
    fn reads_booleans_as_python_does() {
        let table = [
            ("YES", Ok(Value::Bool(true))),
            ("oFF", Ok(Value::Bool(false))),
            ("Maybe", Err(ScalarError::python("'maybe'"))),
        ];
        for (text, expected) in table {
            assert_eq!(boolean(text), expected, "{text:?}");
        }
    }

    #[test]
    fn reads_timestamps() {
        let value = Value::Timestamp("2014-08-08".to_string());
        assert_eq!(timestamp("2014-8-8\n"), Ok(value));
        let message = "\"today\" is not a timestamp".to_string();
        assert_eq!(timestamp("today"), Err(ScalarError::Yaml(message)));
        let error = ScalarError::python("month must be in 1..12");
        assert_eq!(timestamp("2014-13-01"), Err(error));
    }
}
