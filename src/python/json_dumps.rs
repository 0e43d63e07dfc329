//! Python's `json.dumps()` with its default `ensure_ascii`, for values whose keys are strings, as
//! in JSON.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Number;

use super::value_node::{self, Inspect, SequenceType, ValueFormat, ValueNode};
use super::{number_to_str, repr_float, surrogates};

/// `json.dumps(value, default=str)`.
pub fn dumps<'v>(value: impl Inspect<'v>) -> String {
    dump_with(value, [", ", ": "])
}

/// `json.dumps(value, separators=(',', ':'), default=str)`.
pub fn dumps_compact<'v>(value: impl Inspect<'v>) -> String {
    dump_with(value, [",", ":"])
}

/// `json.dumps` of a number.
pub fn dumps_number(number: &Number) -> Cow<'_, str> {
    match number_to_str(number) {
        Cow::Owned(text) => Cow::Owned(json_float(text)),
        digits => digits,
    }
}

fn dump_with<'v>(value: impl Inspect<'v>, separators: [&'static str; 2]) -> String {
    let mut out = String::new();
    value_node::write(value.node(), &JsonFormat { separators }, &mut out);
    out
}

struct JsonFormat {
    separators: [&'static str; 2],
}

impl ValueFormat for JsonFormat {
    fn separators(&self) -> [&'static str; 2] {
        self.separators
    }

    fn write_scalar<V>(&self, node: &ValueNode<'_, V>, out: &mut String) {
        match node {
            ValueNode::None => out.push_str("null"),
            ValueNode::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
            ValueNode::Int(digits) => out.push_str(digits),
            ValueNode::Float(number) => out.push_str(&json_float(repr_float(*number))),
            ValueNode::Str(text) | ValueNode::Object(text) => push_string(out, text),
            ValueNode::Sequence(..) | ValueNode::Dict(_) => {}
        }
    }

    fn write_open(&self, _: SequenceType, out: &mut String) {
        out.push('[');
    }

    fn write_close(&self, _: SequenceType, _: usize, out: &mut String) {
        out.push(']');
    }
}

/// The JSON text of a float, from its `repr`.
fn json_float(repr: String) -> String {
    match repr.as_str() {
        "nan" => "NaN".to_owned(),
        "inf" => "Infinity".to_owned(),
        "-inf" => "-Infinity".to_owned(),
        _ => repr,
    }
}

/// Appends a JSON string in ASCII.
fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for code in surrogates::code_points(text) {
        let Some(char) = char::from_u32(code) else {
            push_unit(out, code);
            continue;
        };
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(char),
            _ => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    push_unit(out, (*unit).into());
                }
            }
        }
    }
    out.push('"');
}

fn push_unit(out: &mut String, unit: u32) {
    let written = write!(out, "\\u{unit:04x}");
    debug_assert!(written.is_ok(), "writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn writes_ascii_with_and_without_spaces() {
        let value = json!({"é": ["😀\u{7f}\u{8}\u{1}/\"", null, 1.0], "b": {}, "c": []});
        assert_eq!(
            dumps_compact(&value),
            r#"{"\u00e9":["\ud83d\ude00\u007f\b\u0001/\"",null,1.0],"b":{},"c":[]}"#
        );
        let value = json!({"a": ["ü😀\u{7f}", 1, true, null], "b": {}});
        assert_eq!(
            dumps(&value),
            r#"{"a": ["\u00fc\ud83d\ude00\u007f", 1, true, null], "b": {}}"#
        );
    }

    #[test]
    fn writes_numbers_as_python() {
        for (json, dumped) in [
            ("-0", "0"),
            ("1E2", "100.0"),
            ("1e400", "Infinity"),
            ("-1e400", "-Infinity"),
            ("0e+999", "NaN"),
            ("123456789012345678901", "123456789012345678901"),
        ] {
            let value: Value = serde_json::from_str(json).expect("the test's own JSON is valid");
            assert_eq!(dumps_compact(&value), dumped, "{json}");
            assert_eq!(value.as_number().map(dumps_number).as_deref(), Some(dumped));
        }
    }
}
