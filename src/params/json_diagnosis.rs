//! Readable reasons for errors in JSON, for hints beside Python's messages. Where Python reports
//! the place at which its parser gave up, this points at the mistake: at the comma that is one too
//! many, and not at the bracket behind it.

use crate::python::json::{JsonError, JsonProblem};
use crate::source_excerpt::TextPosition;

/// Quotation marks that word processors and web pages put in place of `"`.
const TYPOGRAPHIC_QUOTES: [char; 5] = ['“', '”', '„', '‘', '’'];

/// Returns the byte offset of the mistake and what is wrong there.
pub(super) fn diagnose(text: &str, error: &JsonError) -> (usize, String) {
    let at = error.position();
    let before = text[..at].trim_end();
    let Some(found) = text[at..].chars().next() else {
        return match before.is_empty() {
            true => (0, "the document is empty".into()),
            false => (before.len(), end_of_text(text)),
        };
    };
    let reason = match error.problem() {
        JsonProblem::ExpectedKey | JsonProblem::ExpectedValue
            if before.ends_with(',') && matches!(found, '}' | ']') =>
        {
            let reason = format!("JSON has no comma before the closing {found}");
            return (before.len() - 1, reason);
        }
        JsonProblem::ExpectedKey
        | JsonProblem::ExpectedValue
        | JsonProblem::ExpectedComma
        | JsonProblem::ExpectedColon
        | JsonProblem::ExtraData => match token_reason(&text[at..]) {
            Some(reason) => reason.into(),
            None => expected(error.problem(), found),
        },
        JsonProblem::ByteOrderMark => "a byte order mark, which JSON may not begin with".into(),
        JsonProblem::UnterminatedString => {
            "the string that begins here has no closing double quote".into()
        }
        JsonProblem::ControlCharacter if matches!(found, '\n' | '\r') => {
            "the string has no closing double quote in its line; a line break in it is written \\n"
                .into()
        }
        JsonProblem::ControlCharacter => {
            let code = u32::from(found);
            format!("a control character in a string; it is written \\u{code:04x}")
        }
        JsonProblem::UnknownEscape => {
            "JSON has no such escape; a backslash in a string is written \\\\".into()
        }
        JsonProblem::UnicodeEscape => "\\u must be followed by four hexadecimal digits".into(),
        JsonProblem::NumberTooLong => "a number with too many digits".into(),
        JsonProblem::TooDeepObject | JsonProblem::TooDeepList => "too many nested levels".into(),
    };
    (at, reason)
}

/// The reason for a token that no JSON has.
fn token_reason(rest: &str) -> Option<&'static str> {
    let first = rest.chars().next()?;
    Some(match first {
        '\'' => "JSON has double quotes, not single ones",
        _ if TYPOGRAPHIC_QUOTES.contains(&first) => {
            "a typographic quotation mark; JSON has plain double quotes (\")"
        }
        '#' => "JSON has no comments",
        _ if rest.starts_with("//") || rest.starts_with("/*") => "JSON has no comments",
        '\0' => "a NUL character, which no text has",
        '\u{feff}' => "a byte order mark in the middle of the text",
        '\u{a0}' => "a no-break space; JSON has plain spaces",
        _ if rest.starts_with("True") || rest.starts_with("False") => {
            "JSON has true and false in lower case"
        }
        _ if rest.starts_with("None") => "JSON has null in place of None",
        _ => return None,
    })
}

/// The reason for any other token.
fn expected(problem: JsonProblem, found: char) -> String {
    let is_word = found.is_alphanumeric() || found == '_';
    match problem {
        JsonProblem::ExpectedKey if is_word => {
            "the name of a member must be in double quotes".into()
        }
        JsonProblem::ExpectedKey => {
            "here must be the name of a member in double quotes, or a closing }".into()
        }
        JsonProblem::ExpectedColon => "a colon is missing after the name of the member".into(),
        JsonProblem::ExpectedComma => "a comma or a closing bracket is missing before this".into(),
        JsonProblem::ExtraData => "the document has ended before this".into(),
        _ if is_word => "a text must be in double quotes".into(),
        _ => "here must be a value: a text in double quotes, a number, true, false, null, { or ["
            .into(),
    }
}

/// The reason at the end of a text: the innermost bracket that is not closed.
fn end_of_text(text: &str) -> String {
    match last_open_bracket(text) {
        Some(at) => {
            let bracket = &text[at..=at];
            let line = TextPosition::at(text, at).line;
            format!("the text ends here, but the {bracket} of line {line} is not closed")
        }
        None => "the text ends here, but the document does not".into(),
    }
}

/// Returns the byte offset of the innermost bracket that is open at the end of a text that is JSON
/// up to there.
fn last_open_bracket(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' | b'[' => open.push(at),
            b'}' | b']' => {
                open.pop();
            }
            b'"' => {
                while let Some((_, byte)) = bytes.next() {
                    match byte {
                        b'\\' => drop(bytes.next()),
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    open.pop()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::python::json;

    #[test]
    fn points_at_mistakes() {
        // `§` marks the mistake and is not part of the text.
        let table = [
            ("{\"a\": 1§,\n}", "JSON has no comma before the closing }"),
            ("[1§, ]", "JSON has no comma before the closing ]"),
            ("{§'a': 1}", "JSON has double quotes, not single ones"),
            ("{\"a\": §'b'}", "JSON has double quotes, not single ones"),
            ("{§“a”: 1}", "a typographic quotation mark"),
            ("{§a: 1}", "the name of a member must be in double quotes"),
            ("{§1: 1}", "the name of a member must be in double quotes"),
            ("{§{}: 1}", "here must be the name of a member"),
            ("{\"a\": §b}", "a text must be in double quotes"),
            ("{\"a\": §True}", "JSON has true and false in lower case"),
            ("{\"a\": §None}", "JSON has null in place of None"),
            ("{\"a\": §}", "here must be a value"),
            ("{\"a\" §1}", "a colon is missing"),
            (
                "{\"a\": 1 §\"b\": 2}",
                "a comma or a closing bracket is missing",
            ),
            ("{\"a\": 1} §}", "the document has ended before this"),
            ("{\"a\": 1, §// b\n}", "JSON has no comments"),
            ("{\"a\": 1 §# b\n}", "JSON has no comments"),
            ("{§\0}", "a NUL character"),
            (
                "{\"a§\0\": 1}",
                "a control character in a string; it is written \\u0000",
            ),
            (
                "{\"a§\nb\": 1}",
                "the string has no closing double quote in its line",
            ),
            ("{§\"a: 1}", "the string that begins here has no closing"),
            ("\"C:§\\windows\"", "JSON has no such escape"),
            ("\"\\§u12\"", "\\u must be followed by four"),
            ("§\u{feff}{}", "a byte order mark"),
            ("{\"a\": {\"b\": 1}§\n", "the { of line 1 is not closed"),
            ("{\"a}\": [\n1§\n\n", "the [ of line 1 is not closed"),
            ("{\n\"a\":§\n", "the { of line 1 is not closed"),
            ("{\n\"a\": {§", "the { of line 2 is not closed"),
            ("§ \n", "the document is empty"),
            ("§", "the document is empty"),
        ];
        for (marked, want) in table {
            let text = marked.replace('§', "");
            let error = json::parse(&text).expect_err(&text);
            let (at, reason) = diagnose(&text, &error);
            assert!(reason.contains(want), "{text:?}: {reason}");
            assert_eq!(Some(at), marked.find('§'), "{text:?}");
        }
    }

    proptest! {
        /// Whatever is wrong, the position is within the text and the reason one short line.
        #[test]
        fn diagnoses_any_text(text in "[\\[\\]{}:,\"'\\\\ua1 \n\u{0}é😀#/-]{0,40}") {
            if let Err(error) = json::parse(&text) {
                let (at, reason) = diagnose(&text, &error);
                prop_assert!(text.is_char_boundary(at));
                prop_assert!(reason.len() > 10 && reason.len() < 120 && !reason.contains('\n'));
            }
        }
    }
}
