//! Python's texts for values, for the mirror of jmespath.py 1.0.1: `str` and `repr` as its error
//! messages show them, and `json.dumps` as `to_string` returns it.
//!
//! It does not make the JSON that the command prints. An expression reference has no stable text in
//! Python (it shows an address); here the address is always zero.

use super::number::Num;
use super::values::Item;
use crate::python::{push_quoted, surrogates};
use std::fmt::Write;

const EXPRESSION: &str = "<jmespath.visitor._Expression object at 0x0>";

/// `str(value)`: a string stands for itself, anything else is shown by `repr`.
pub(super) fn python_str(item: &Item) -> String {
    match item {
        Item::Text(text) => text.clone().into_owned(),
        _ => {
            let mut out = String::new();
            push_repr(&mut out, item);
            out
        }
    }
}

/// `str()` of a list of plain strings.
pub(super) fn python_names(names: &[&str]) -> String {
    let mut out = String::new();
    push_all(&mut out, ["[", "]"], ", ", names.iter(), |out, name| {
        push_quoted(out, name)
    });
    out
}

/// `json.dumps(value, separators=(',', ':'), default=str)`.
pub(super) fn json_dumps(item: &Item) -> String {
    let mut out = String::new();
    push_json(&mut out, item);
    out
}

fn push_all<T>(
    out: &mut String,
    [open, close]: [&str; 2],
    separator: &str,
    items: impl Iterator<Item = T>,
    push: impl Fn(&mut String, T),
) {
    out.push_str(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        push(out, item);
    }
    out.push_str(close);
}

fn push_repr(out: &mut String, item: &Item) {
    match item {
        Item::Null => out.push_str("None"),
        Item::Bool(true) => out.push_str("True"),
        Item::Bool(false) => out.push_str("False"),
        Item::Number(number) => out.push_str(&Num::read(number).text()),
        Item::Text(text) => push_quoted(out, text),
        Item::Expression(_) => out.push_str(EXPRESSION),
        Item::List(list) => {
            push_all(out, ["[", "]"], ", ", list.iter(), |out, item| {
                push_repr(out, &item)
            });
        }
        Item::Dict(dict) => {
            push_all(out, ["{", "}"], ", ", dict.entries(), |out, (key, item)| {
                push_quoted(out, &key);
                out.push_str(": ");
                push_repr(out, &item);
            });
        }
    }
}

fn push_json(out: &mut String, item: &Item) {
    match item {
        Item::Null => out.push_str("null"),
        Item::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
        Item::Number(number) => out.push_str(&match Num::read(number) {
            Num::Float(float) if float.is_nan() => "NaN".to_owned(),
            Num::Float(f64::INFINITY) => "Infinity".to_owned(),
            Num::Float(f64::NEG_INFINITY) => "-Infinity".to_owned(),
            num => num.text(),
        }),
        Item::Text(text) => push_json_text(out, text),
        Item::Expression(_) => push_json_text(out, EXPRESSION),
        Item::List(list) => {
            push_all(out, ["[", "]"], ",", list.iter(), |out, item| {
                push_json(out, &item)
            });
        }
        Item::Dict(dict) => {
            push_all(out, ["{", "}"], ",", dict.entries(), |out, (key, item)| {
                push_json_text(out, &key);
                out.push(':');
                push_json(out, &item);
            });
        }
    }
}

fn push_json_text(out: &mut String, text: &str) {
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
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn values_print_as_in_python() {
        let number: Value = serde_json::from_str("[1E2, -0, 1e999]").expect("JSON");
        for (value, text) in [
            (json!("it's"), "it's"),
            (json!(["it's"]), r#"["it's"]"#),
            (json!(["\"it's"]), r#"['"it\'s']"#),
            (
                json!(["\u{7f}\u{a0}\u{e9}\u{301}\u{2028}\u{e0001}\\\t"]),
                "['\\x7f\\xa0\u{e9}\u{301}\\u2028\\U000e0001\\\\\\t']",
            ),
            (
                json!({"b": null, "a": [true, false]}),
                "{'b': None, 'a': [True, False]}",
            ),
            (number, "[100.0, 0, inf]"),
        ] {
            assert_eq!(python_str(&Item::from(&value)), text);
        }
        assert_eq!(python_names(&["array", "string"]), "['array', 'string']");
    }

    #[test]
    fn json_is_compact_and_ascii() {
        let value = json!({"é": ["😀\u{7f}\u{8}\u{1}/\"", null, 1.0]});
        assert_eq!(
            json_dumps(&Item::from(&value)),
            r#"{"\u00e9":["\ud83d\ude00\u007f\b\u0001/\"",null,1.0]}"#
        );
    }
}
