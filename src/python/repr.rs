//! Python's `repr()`.

use std::borrow::Cow;

use super::value_node::{self, Inspect, SequenceType, ValueFormat, ValueNode};
use super::{repr_float, surrogates, unprintable};

/// `repr(value)`.
pub fn repr<'v>(value: impl Inspect<'v>) -> String {
    let mut out = String::new();
    value_node::write(value.node(), &Repr, &mut out);
    out
}

/// `str(value)`: a string unchanged, `repr` of any other value.
pub fn to_str<'v>(value: impl Inspect<'v>) -> String {
    to_str_cow(value).into_owned()
}

/// `str(value)`, borrowed if the value contains the text.
pub fn to_str_cow<'v>(value: impl Inspect<'v>) -> Cow<'v, str> {
    match value.node() {
        ValueNode::Str(text) | ValueNode::Int(text) => text,
        ValueNode::None => Cow::Borrowed(NONE),
        ValueNode::Bool(flag) => Cow::Borrowed(bool_text(flag)),
        node => {
            let mut out = String::new();
            value_node::write(node, &Repr, &mut out);
            Cow::Owned(out)
        }
    }
}

const NONE: &str = "None";

fn bool_text(flag: bool) -> &'static str {
    if flag { "True" } else { "False" }
}

/// The format of `repr()`.
struct Repr;

impl ValueFormat for Repr {
    fn separators(&self) -> [&'static str; 2] {
        [", ", ": "]
    }

    fn write_scalar<V>(&self, node: &ValueNode<'_, V>, out: &mut String) {
        match node {
            ValueNode::None => out.push_str(NONE),
            ValueNode::Bool(flag) => out.push_str(bool_text(*flag)),
            ValueNode::Int(digits) => out.push_str(digits),
            ValueNode::Float(number) => out.push_str(&repr_float(*number)),
            ValueNode::Str(text) => push_repr_str(out, text),
            ValueNode::Object(repr) => out.push_str(repr),
            ValueNode::Sequence(..) | ValueNode::Dict(_) => {}
        }
    }

    fn write_open(&self, sequence: SequenceType, out: &mut String) {
        out.push(match sequence {
            SequenceType::List => '[',
            SequenceType::Tuple => '(',
            SequenceType::Set => '{',
        });
    }

    fn write_close(&self, sequence: SequenceType, count: usize, out: &mut String) {
        match (sequence, count) {
            (SequenceType::List, _) => out.push(']'),
            (SequenceType::Tuple, 1) => out.push_str(",)"),
            (SequenceType::Tuple, _) => out.push(')'),
            (SequenceType::Set, 0) => {
                // `{}` is an empty dictionary.
                out.pop();
                out.push_str("set()");
            }
            (SequenceType::Set, _) => out.push('}'),
        }
    }
}

/// `repr` of a string.
pub fn repr_str(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_repr_str(&mut out, text);
    out
}

/// Appends the `repr` of a string: in double quotes only if that avoids escaping single quotes.
fn push_repr_str(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for code in surrogates::code_points(text) {
        let Some(character) = char::from_u32(code) else {
            out.push_str(&escape(code));
            continue;
        };
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if character == quote => out.extend(['\\', character]),
            _ if is_printable(character) => out.push(character),
            _ => out.push_str(&escape(code)),
        }
    }
    out.push(quote);
}

/// The escape of a code point, as `backslashreplace` writes it, too.
pub fn escape(code: u32) -> String {
    match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

/// `str.isprintable()` of a character.
pub fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    let code = u32::from(character);
    unprintable::UNPRINTABLE_FLIPS.partition_point(|flip| *flip <= code) % 2 == 0
}

/// `repr` of bytes.
pub fn repr_bytes(bytes: &[u8]) -> String {
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::float::NOT_A_NUMBER;
    use super::*;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).expect("the test's own JSON is valid")
    }

    #[test]
    fn writes_values_as_str_and_repr() {
        for (json, text, want) in [
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
            assert_eq!(to_str(&value(json)), text, "{json}");
            assert_eq!(repr(&value(json)), want, "{json}");
        }
    }

    #[test]
    fn quotes_bytes_as_repr() {
        assert_eq!(repr_bytes(b"it's\xff\n"), "b\"it's\\xff\\n\"");
        assert_eq!(repr_bytes(b"\"'"), "b'\"\\''");
    }
}
