//! How Python (3.11) reads, holds and shows values, where the AWS CLI lets Python's own text
//! through: `str()`, `repr()`, `int()`, `float()`, `str.upper()` and, in modules of their own, the
//! values themselves, `json.loads`, `configparser`, `shlex` and `urlsplit`. It does not know what the
//! values mean, and lays nothing out.

pub mod configparser;
mod float;
mod integer;
pub mod json;
pub mod key;
pub mod reply;
pub mod shlex;
pub mod surrogates;
mod unprintable;
pub mod urlsplit;
pub mod utf8;
pub mod value;

pub use float::float;
pub use integer::{ascii_digit, integer, integer_of_bytes, no_integer};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::fmt::Write as _;

/// What `str(value)` gives: strings as they are, everything else as `repr` has it.
pub fn str_of(value: &Value) -> String {
    text_of(value).into_owned()
}

/// The same as [`str_of`], borrowed where the text is there already.
pub fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed("None"),
        Value::Bool(true) => Cow::Borrowed("True"),
        Value::Bool(false) => Cow::Borrowed("False"),
        Value::Number(number) => number_text(number),
        Value::Array(_) | Value::Object(_) => Cow::Owned(repr_of(value)),
    }
}

/// What `repr(value)` gives: strings in quotes, lists in `[]`, dictionaries in `{}`.
pub fn repr_of(value: &Value) -> String {
    let mut out = String::new();
    push_repr(&mut out, value);
    out
}

/// What `repr` of a float gives: the shortest digits that read back as the same number, written
/// plainly from 0.0001 up to below 1e16 and with an exponent of two digits or more elsewhere.
pub fn float_text(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let (digits, power) = shortest_digits(number.abs());
    let (first, rest) = digits.split_at(1);
    match power {
        -4..0 => {
            let zeros = "0".repeat(power.unsigned_abs() as usize - 1);
            format!("{sign}0.{zeros}{digits}")
        }
        0..16 => {
            // The digits before the point may end in zeros that are not among the shortest.
            let whole = power as usize + 1;
            let padded = format!("{digits:0<width$}", width = whole + 1);
            let (whole, fraction) = padded.split_at(whole);
            format!("{sign}{whole}.{fraction}")
        }
        _ => {
            let point = if rest.is_empty() { "" } else { "." };
            let direction = if power < 0 { '-' } else { '+' };
            format!("{sign}{first}{point}{rest}e{direction}{:02}", power.abs())
        }
    }
}

/// The fewest digits that read back as the same number, and the power of ten of the first one.
///
/// Where two such numbers are equally close, Python takes the even one and Rust's `{:e}` the
/// greater; rounding to that many digits is half to even in Rust as well.
fn shortest_digits(magnitude: f64) -> (String, i32) {
    let shortest = format!("{magnitude:e}");
    let places = shortest
        .split('e')
        .next()
        .map_or(0, |m| m.len().saturating_sub(2));
    let rounded = format!("{magnitude:.places$e}");
    // Next to a power of two the closest number of that length may read back as another one.
    let chosen = if rounded.parse() == Ok(magnitude) {
        rounded
    } else {
        shortest
    };
    let (mantissa, power) = chosen.split_once('e').unwrap_or((&chosen, "0"));
    (mantissa.replace('.', ""), power.parse().unwrap_or(0))
}

/// What `bool(value)` denies: null, false, zero of either kind and everything empty.
pub fn is_falsy(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Number(number) => as_float(number) == 0.0,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

/// Whether the value is neither a list nor a dictionary.
pub fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

/// The name of the type, as Python's own error messages have it.
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

/// What `str.upper()` gives.
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

/// Letters whose capitals are younger than the Unicode 14 of the reference's Python.
fn is_newly_cased(character: char) -> bool {
    matches!(u32::from(character),
        0x19b | 0x264 | 0x1c8a | 0xa7cd | 0xa7cf | 0xa7d3 | 0xa7d5 | 0xa7db
        | 0x10d70..=0x10d85 | 0x16ebb..=0x16ed3)
}

/// Whether Python reads the number as an int.
fn is_int(number: &Number) -> bool {
    !number.as_str().contains(['.', 'e', 'E'])
}

/// The number as a float; what is too big for one is infinite, as in Python.
pub fn as_float(number: &Number) -> f64 {
    match number.as_str() {
        NOT_A_NUMBER => f64::NAN,
        // The text of a Number is a JSON number, which Rust reads in full.
        text => text.parse().unwrap_or(f64::NAN),
    }
}

/// What stands for `NaN` among JSON's numbers, which have no form for it: a zero that nobody writes
/// like this. A number beyond all floats likewise stands for infinity.
const NOT_A_NUMBER: &str = "0e+999";

/// The float as a JSON number.
pub fn float_number(float: f64) -> Option<Number> {
    let text = match float {
        f64::INFINITY => "1e+999",
        f64::NEG_INFINITY => "-1e+999",
        _ if float.is_nan() => NOT_A_NUMBER,
        _ => return float_text(float).parse().ok(),
    };
    text.parse().ok()
}

/// What `str` of a number gives: ints as they are, everything else as `repr` has floats.
pub fn number_text(number: &Number) -> Cow<'_, str> {
    if !is_int(number) {
        return Cow::Owned(float_text(as_float(number)));
    }
    match number.as_str() {
        "-0" => Cow::Borrowed("0"),
        digits => Cow::Borrowed(digits),
    }
}

fn push_repr(out: &mut String, value: &Value) {
    match value {
        Value::String(text) => push_quoted(out, text),
        Value::Array(items) => push_list(out, items),
        Value::Object(members) => push_dict(out, members),
        _ => out.push_str(&text_of(value)),
    }
}

fn push_list(out: &mut String, items: &[Value]) {
    out.push('[');
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push_str(", ");
        }
        push_repr(out, item);
    }
    out.push(']');
}

fn push_dict(out: &mut String, members: &Map<String, Value>) {
    out.push('{');
    for (position, (key, value)) in members.iter().enumerate() {
        if position > 0 {
            out.push_str(", ");
        }
        push_quoted(out, key);
        out.push_str(": ");
        push_repr(out, value);
    }
    out.push('}');
}

/// What `repr` of a string gives.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_quoted(&mut out, text);
    out
}

/// Adds a string in quotes: double ones only if that saves escaping single ones.
pub fn push_quoted(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for code in surrogates::code_points(text) {
        let Some(character) = char::from_u32(code) else {
            push_escape(out, code);
            continue;
        };
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if character == quote => out.extend(['\\', character]),
            _ if is_printable(character) => out.push(character),
            _ => push_escape(out, code),
        }
    }
    out.push(quote);
}

fn push_escape(out: &mut String, code: u32) {
    // Writing to a String cannot fail.
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    let code = u32::from(character);
    unprintable::UNPRINTABLE_FLIPS.partition_point(|flip| *flip <= code) % 2 == 0
}

/// Bytes as Python's `repr` shows them.
pub fn quoted_bytes(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut shown = format!("b{quote}");
    for &byte in bytes {
        match byte {
            b'\n' => shown.push_str("\\n"),
            b'\r' => shown.push_str("\\r"),
            b'\t' => shown.push_str("\\t"),
            b'\\' => shown.push_str("\\\\"),
            b if b == quote as u8 => shown.extend(['\\', quote]),
            b' '..=b'~' => shown.push(byte as char),
            b => shown.push_str(&format!("\\x{b:02x}")),
        }
    }
    shown.push(quote);
    shown
}

/// The text without white space around it, as Python's `strip` sees white space.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The lines of a text as `str.splitlines` has them: more characters end one than do in a file.
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

/// Whether Python takes the character for white space: Unicode's, and four separators of ASCII.
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
    fn floats_are_written_as_python_writes_them() {
        for (number, want) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1407456000.123, "1407456000.123"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e15, "1000000000000000.0"),
            (9999999999999998.0, "9999999999999998.0"),
            (1e16, "1e+16"),
            (-1.25e17, "-1.25e+17"),
            (1e22, "1e+22"),
            (5e-324, "5e-324"),
            (17113106775109266_u64 as f64 / 8.0, "2139138346888658.2"),
            (17113106775109270_u64 as f64 / 8.0, "2139138346888658.8"),
            (-0.00012345, "-0.00012345"),
            (120.0, "120.0"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ] {
            assert_eq!(float_text(number), want);
        }
    }

    #[test]
    fn str_and_repr_match_python() {
        for (json, text, repr) in [
            ("null", "None", "None"),
            ("true", "True", "True"),
            ("-0", "0", "0"),
            ("-0.0", "-0.0", "-0.0"),
            ("1e400", "inf", "inf"),
            (NOT_A_NUMBER, "nan", "nan"),
            ("1E2", "100.0", "100.0"),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
            (r#""it's""#, "it's", r#""it's""#),
            (r#""a\"b'""#, "a\"b'", r#"'a"b\''"#),
            (
                r#""\n\t\u0007\u007f\u00a0\u00ad\u2028\ud83d\ude00\\""#,
                "\n\t\u{7}\u{7f}\u{a0}\u{ad}\u{2028}\u{1f600}\\",
                "'\\n\\t\\x07\\x7f\\xa0\\xad\\u2028\u{1f600}\\\\'",
            ),
            (r#""\udb40\udc01""#, "\u{e0001}", r"'\U000e0001'"),
            (
                r#"{"a": [1, "x", null], "b": {}}"#,
                "{'a': [1, 'x', None], 'b': {}}",
                "{'a': [1, 'x', None], 'b': {}}",
            ),
        ] {
            assert_eq!(str_of(&value(json)), text, "{json}");
            assert_eq!(repr_of(&value(json)), repr, "{json}");
        }
    }

    #[test]
    fn truth_and_types_match_python() {
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
    fn labels_are_raised_by_the_rules_of_unicode_14() {
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

    #[test]
    fn bytes_are_quoted_as_repr_does() {
        assert_eq!(quoted_bytes(b"it's\xff\n"), "b\"it's\\xff\\n\"");
        assert_eq!(quoted_bytes(b"\"'"), "b'\"\\''");
    }
}
