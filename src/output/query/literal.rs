//! The JSON inside an expression (literals and quoted names), read as Python's `json.loads` does.

use super::recursion::TOO_DEEP;
use crate::python::json::{self, JsonError};
use crate::python::value::Value as PythonValue;
use serde_json::Value;

/// A JSON error, with Python's message up to the first colon.
#[derive(Debug, PartialEq)]
pub(super) enum LoadError {
    /// A `JSONDecodeError` or another `ValueError`.
    Invalid(&'static str),
    /// A `RecursionError`, which the lexer does not catch.
    TooDeep(&'static str),
}

type LoadResult<T> = Result<T, LoadError>;

/// `json.loads(text)`.
pub(super) fn loads(text: &[char]) -> LoadResult<Value> {
    let text: String = text.iter().collect();
    json::parse(&text)
        .map(PythonValue::into_json)
        .map_err(|error| load_error(&error))
}

/// `json.loads('"' + text + '"')`.
pub(super) fn loads_quoted(text: &[char]) -> LoadResult<String> {
    let quoted: String = ['"'].iter().chain(text).chain(&['"']).collect();
    match json::parse(&quoted) {
        Ok(PythonValue::String(string)) => Ok(string),
        Ok(_) => Err(LoadError::Invalid("Expecting value")),
        Err(error) => Err(load_error(&error)),
    }
}

fn load_error(error: &JsonError) -> LoadError {
    if error.is_too_deep() {
        LoadError::TooDeep(TOO_DEEP)
    } else {
        LoadError::Invalid(error.problem().message())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> LoadResult<String> {
        loads(&text.chars().collect::<Vec<_>>()).map(|value| value.to_string())
    }

    #[test]
    fn reads_json_as_python_does() {
        for (text, result) in [
            (" [1, -0, 1.50, 1E5, -0.0] ", "[1,0,1.5,100000.0,-0.0]"),
            (r#"{"b": 1, "a": {}, "b": []}"#, r#"{"b":[],"a":{}}"#),
            (r#""\u00e9\ud83d\ude00x\n""#, "\"é😀x\\n\""),
            ("[NaN, Infinity, -Infinity]", "[0e+999,1e+999,-1e+999]"),
            ("1e400", "1e+999"),
            ("[ ]", "[]"),
        ] {
            assert_eq!(load(text).as_deref(), Ok(result), "{text}");
        }
    }

    #[test]
    fn rejects_what_python_rejects() {
        for text in [
            "",
            "01",
            "1.",
            ".5",
            "-",
            "+1",
            "1e",
            "[1,]",
            "[1",
            "{\"a\":1,}",
            "{a:1}",
            "nul",
            "'a'",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12\"",
            "1 2",
            "\u{feff}1",
            "-NaN",
            "\u{a0}1",
        ] {
            assert!(matches!(load(text), Err(LoadError::Invalid(_))), "{text}");
        }
        assert!(load(&"9".repeat(4300)).is_ok());
        assert!(load(&"9".repeat(4301)).is_err());
        assert!(matches!(
            load(&"[".repeat(100_000)),
            Err(LoadError::TooDeep(_))
        ));
        assert!(matches!(
            load(&"{\"a\":".repeat(100_000)),
            Err(LoadError::TooDeep(_))
        ));
    }

    #[test]
    fn reports_messages_of_python_for_quoted_text() {
        for (text, message) in [
            ("a\nb", "Invalid control character at"),
            ("\\x", "Invalid \\escape"),
            ("\\u12", "Invalid \\uXXXX escape"),
            ("\\ud83d\\u12zz", "Invalid \\uXXXX escape"),
            ("a\"b", "Extra data"),
        ] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(loads_quoted(&chars), Err(LoadError::Invalid(message)));
        }
    }
}
