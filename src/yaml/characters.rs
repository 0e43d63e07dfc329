//! Character classes, and the check that a text holds only allowed characters
//! (`ruamel/yaml/reader.py`, 0.19.1).

use crate::python::surrogates;

use super::error::{Position, YamlError};

/// Stands for the end of a text, which cannot contain it.
pub(super) const END: char = '\0';

/// A line break of YAML 1.1.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

pub(super) fn is_break_or_end(c: char) -> bool {
    c == END || is_break(c)
}

/// A character that ends an indicator, such as the `-` of an entry.
pub(super) fn is_blank_or_end(c: char) -> bool {
    matches!(c, ' ' | '\t') || is_break_or_end(c)
}

/// Rejects a text with characters that may only be escaped.
pub(super) fn check(text: &str) -> Result<(), YamlError> {
    let is_allowed = |c: char| {
        matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..)
            && !matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let is_half = |code: u32| char::from_u32(code).is_none();
    let found = match text.char_indices().find(|(_, c)| !is_allowed(*c)) {
        Some((at, c)) => Some((at, u32::from(c))),
        // A character of the block that stands for halves is held as two of them.
        None if surrogates::contains_placeholders(text) => surrogates::code_points(text)
            .find(|code| is_half(*code))
            .map(|code| {
                let at = surrogates::placeholder(code).and_then(|half| text.find(half));
                (at.unwrap_or(0), code)
            }),
        None => None,
    };
    let Some((at, code)) = found else {
        return Ok(());
    };
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let position = Position {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    };
    Err(position.error(format!("character U+{code:04X} is not allowed")))
}
