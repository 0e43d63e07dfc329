//! Values, names and messages as parts of a printed line: they cannot start a line of their own,
//! change the terminal, or be taken for a workflow command of GitHub Actions.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::python::{self, surrogates};

/// Starts a workflow command of GitHub Actions anywhere in a line. At the start of a line, `::`
/// does as well.
const COMMAND_PREFIX: &str = "##[";

/// A value of a member: text as it is if nothing in it can be misread, and as JSON otherwise.
pub fn printable_value(value: &Json) -> Cow<'_, str> {
    match value {
        Json::String(text) => printable_text(text),
        other => Cow::Owned(printable_message(&other.to_string()).into_owned()),
    }
}

/// Text as it is if nothing in it can be misread, and as a JSON string otherwise.
pub fn printable_text(text: &str) -> Cow<'_, str> {
    let starts_plainly = text.starts_with(|c: char| c.is_alphanumeric() || "/._-".contains(c));
    if starts_plainly && !text.ends_with(' ') && is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let escaped_quotes = text.replace('\\', "\\\\").replace('"', "\\\"");
    push_escaped(&mut quoted, &escaped_quotes);
    quoted.push('"');
    Cow::Owned(quoted)
}

/// A message on one line, with the escapes of JSON for what is not printable.
pub fn printable_message(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut message = String::with_capacity(text.len());
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    push_escaped(&mut message, &lines.collect::<Vec<_>>().join(" "));
    Cow::Owned(message)
}

/// A JSON document with escapes, within its strings, for what is not printable.
pub fn escape_json(json: String) -> String {
    if json.lines().all(is_plain) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 64);
    for line in json.lines() {
        push_escaped(&mut escaped, line);
        escaped.push('\n');
    }
    escaped
}

fn is_plain(text: &str) -> bool {
    text.chars().all(python::is_printable) && !text.contains(COMMAND_PREFIX)
}

fn push_escaped(out: &mut String, text: &str) {
    let text = text.replace(COMMAND_PREFIX, "#\\u0023[");
    for code in surrogates::code_points(&text) {
        match char::from_u32(code) {
            Some(c) if python::is_printable(c) => out.push(c),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(c) => c
                .encode_utf16(&mut [0; 2])
                .iter()
                .for_each(|unit| push_escape(out, u32::from(*unit))),
            None => push_escape(out, code),
        }
    }
}

fn push_escape(out: &mut String, unit: u32) {
    // Writing to a `String` does not fail.
    let _ = write!(out, "\\u{unit:04x}");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quotes_text_that_could_be_misread() {
        let table = [
            ("arn:aws:iam::1:role/é☃😀", "arn:aws:iam::1:role/é☃😀"),
            ("a b", "a b"),
            ("", r#""""#),
            ("::error::x", r#""::error::x""#),
            ("a\n::error::x", r#""a\n::error::x""#),
            ("a##[error]x", r##""a#\u0023[error]x""##),
            (" a", r#"" a""#),
            ("a ", r#""a ""#),
            ("\"a\\\"", r#""\"a\\\"""#),
            ("a\"", "a\""),
            ("\u{1b}[1m\r\t\u{9b}", r#""\u001b[1m\r\t\u009b""#),
            ("a\u{202e}b\u{feff}", r#""a\u202eb\ufeff""#),
            ("a\u{e0001}", r#""a\udb40\udc01""#),
            ("a\u{dd83d}", r#""a\ud83d""#),
        ];
        for (text, want) in table {
            assert_eq!(printable_text(text), want);
            assert_eq!(printable_value(&Json::String(text.to_string())), want);
        }
        assert_eq!(printable_value(&Json::Bool(true)), "true");
        let nested = serde_json::json!({"a": ["\u{9b}"]});
        assert_eq!(printable_value(&nested), r#"{"a":["\u009b"]}"#);
    }

    #[test]
    fn prints_messages_on_one_line() {
        let table = [
            ("It's gone: \"x\"", "It's gone: \"x\""),
            ("one\r\n\n  two\n", "one two"),
            ("\n::error::x", "::error::x"),
            ("see ##[error]x\u{7}", r"see #\u0023[error]x\u0007"),
        ];
        for (text, want) in table {
            assert_eq!(printable_message(text), want);
        }
    }

    proptest! {
        #[test]
        fn prints_nothing_but_printable_characters(text in "\\PC*|(?s).*|[#\\[:e\\]\n]*") {
            for printed in [printable_text(&text), printable_message(&text)] {
                prop_assert!(printed.chars().all(python::is_printable), "{printed:?}");
                prop_assert!(!printed.contains(COMMAND_PREFIX), "{printed:?}");
            }
            prop_assert!(!printable_text(&text).trim_start().starts_with("::"));
        }

        #[test]
        fn quotes_as_json(text in "(?s).*") {
            // JSON parsers of Rust reject lone surrogates.
            prop_assume!(!surrogates::contains_placeholders(&text));
            let printed = printable_text(&text);
            if printed.starts_with('"') {
                let quoted = printed;
                let parsed: String = serde_json::from_str(&quoted).expect("JSON");
                prop_assert_eq!(parsed, text);
            }
        }
    }
}
