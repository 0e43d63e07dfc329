//! Python 3.11 built-ins whose results the AWS CLI prints or sends: `str()`, `repr()`, `int()`,
//! `float()`, `str.upper()` and, in modules of their own, `json`, `configparser`, `shlex` and
//! `urlsplit`.

pub mod configparser;
mod datetime;
mod float;
mod integer;
pub mod json;
pub mod json_dumps;
pub mod key;
mod repr;
pub mod response;
pub mod shlex;
pub mod surrogates;
mod unprintable;
pub mod urlsplit;
pub mod utf8;
pub mod value;
pub mod value_node;

use std::borrow::Cow;

use serde_json::{Number, Value};

pub use float::{float_to_number, number_to_f64, parse_float, repr_float};
pub use integer::{
    MAX_INT_DIGITS, invalid_int_message, parse_int, parse_int_bytes, to_ascii_digit,
};
pub use repr::{escape, is_printable, repr, repr_bytes, repr_str, to_str, to_str_cow};

/// `not value`: true for null, false, zero and empty values.
pub fn is_falsy(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Number(number) => number_to_f64(number) == 0.0,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

/// Whether the value is neither a list nor a dictionary.
pub fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

/// `type(value).__name__`.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if is_int(number) => "int",
        Value::Number(_) => "float",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

/// `str.upper()`.
pub fn upper(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_newly_cased(character) {
            out.push(character);
        } else {
            out.extend(character.to_uppercase());
        }
    }
    out
}

/// Whether the letter has had an uppercase form only since a Unicode version after Python's Unicode
/// 14.
fn is_newly_cased(character: char) -> bool {
    matches!(u32::from(character),
        0x19b | 0x264 | 0x1c8a | 0xa7cd | 0xa7cf | 0xa7d3 | 0xa7d5 | 0xa7db
        | 0x10d70..=0x10d85 | 0x16ebb..=0x16ed3)
}

/// Whether Python parses the number as an int.
fn is_int(number: &Number) -> bool {
    !number.as_str().contains(['.', 'e', 'E'])
}

/// `str()` of a number: an int unchanged, any other number as a float.
pub fn number_to_str(number: &Number) -> Cow<'_, str> {
    if !is_int(number) {
        return Cow::Owned(repr_float(number_to_f64(number)));
    }
    match number.as_str() {
        "-0" => Cow::Borrowed("0"),
        digits => Cow::Borrowed(digits),
    }
}

/// `str.strip()`.
pub fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `str.splitlines()`, which recognizes more line breaks than `str::lines`.
pub fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    let ends_line = |c| {
        matches!(
            c,
            '\n' | '\x0b' | '\x0c' | '\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, after) = match rest.find(ends_line) {
            Some(end) => rest.split_at(end),
            None => (rest, ""),
        };
        let mut behind_end = after.chars();
        if !after.starts_with("\r\n") {
            behind_end.next();
            rest = behind_end.as_str();
        } else {
            rest = &after[2..];
        }
        Some(line)
    })
}

/// `str.isspace()`: Unicode white space and the four ASCII separators U+001C to U+001F.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).expect("the test's own JSON is valid")
    }

    #[test]
    fn matches_python_truth_and_types() {
        for (json, falsy, name) in [
            ("null", true, "NoneType"),
            ("false", true, "bool"),
            ("0", true, "int"),
            ("-0", true, "int"),
            ("0e5", true, "float"),
            ("1e-400", true, "float"),
            ("1", false, "int"),
            ("\"\"", true, "str"),
            ("\"0\"", false, "str"),
            ("[]", true, "list"),
            ("[0]", false, "list"),
            ("{}", true, "dict"),
        ] {
            assert_eq!(is_falsy(&value(json)), falsy, "{json}");
            assert_eq!(type_name(&value(json)), name);
        }
    }

    #[test]
    fn uppercases_by_unicode_14() {
        for (text, want) in [
            ("Records", "RECORDS"),
            ("straße", "STRASSE"),
            ("ŉ", "ʼN"),
            ("\u{19b}", "\u{19b}"),
            ("\u{10d70}", "\u{10d70}"),
        ] {
            assert_eq!(upper(text), want);
        }
    }
}
