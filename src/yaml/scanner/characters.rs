//! The characters that a YAML text may hold (`ruamel/yaml/reader.py`, 0.19.1).

use crate::python::surrogates;
use crate::yaml::error::{Position, YamlError};

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
        None if surrogates::are_in(text) => surrogates::code_points(text)
            .find(|code| is_half(*code))
            .map(|code| {
                let at = surrogates::held(code).and_then(|half| text.find(half));
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
