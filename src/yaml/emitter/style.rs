//! Scalar styles: which one a string is written in.
//!
//! Mirrors the analysis of libyaml's emitter as `ruamel.yaml` drives it: plain where possible, else
//! single-quoted, else double-quoted, and never a block style. Unicode is allowed up to U+FFFD.

use crate::yaml::characters::{is_blank_or_end, is_break};
use crate::yaml::resolver::{Tag, YamlVersion, resolve};

/// The longest key, in bytes, that may stand before a `:` on one line.
const MAX_SIMPLE_KEY_BYTES: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ScalarStyle {
    Plain,
    SingleQuoted,
    DoubleQuoted,
}

/// Whether a key may be written without `? `.
pub(super) fn is_simple_key(text: &str) -> bool {
    text.len() <= MAX_SIMPLE_KEY_BYTES && !text.contains(is_break)
}

/// The simplest style that reads back as the same string.
pub(super) fn select_style(text: &str) -> ScalarStyle {
    // A plain string must not resolve to another type.
    let mut style = if may_start_plain(text) && resolve(text, YamlVersion::V1_2) == Tag::Str {
        ScalarStyle::Plain
    } else {
        ScalarStyle::SingleQuoted
    };
    let mut previous = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        // Single quotes have no escapes, and they lose blanks next to a break.
        if !is_printable(character)
            || (character == ' ' && previous.is_some_and(is_break))
            || (is_break(character) && previous == Some(' '))
        {
            return ScalarStyle::DoubleQuoted;
        }
        if ends_plain(previous, character, next) {
            style = ScalarStyle::SingleQuoted;
        }
        previous = Some(character);
    }
    style
}

/// Whether a text does not begin as an indicator, a document marker or white space.
fn may_start_plain(text: &str) -> bool {
    if text.starts_with("---") || text.starts_with("...") {
        return false;
    }
    let mut characters = text.chars();
    match characters.next() {
        Some('?' | ':' | '-') => characters.next().is_some_and(|next| !is_blank_or_end(next)),
        Some(first) => !"#,[]{}&*!|>'\"%@` ".contains(first),
        None => false,
    }
}

/// Whether a character, between its neighbours, would end a plain scalar.
fn ends_plain(previous: Option<char>, character: char, next: Option<char>) -> bool {
    match character {
        ':' => next.is_none_or(is_blank_or_end),
        '#' => previous.is_some_and(is_blank_or_end),
        ' ' => next.is_none(),
        other => is_break(other),
    }
}

/// Whether libyaml writes a character without an escape. It escapes tabs, the byte order mark and
/// all characters beyond the first plane.
pub(super) fn is_printable(character: char) -> bool {
    matches!(
        character,
        '\n' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}'
    )
}

#[cfg(test)]
mod tests {
    use super::is_simple_key;

    #[test]
    fn limits_simple_keys_by_bytes_and_breaks() {
        assert!(is_simple_key(&"k".repeat(128)));
        assert!(!is_simple_key(&"k".repeat(129)));
        assert!(!is_simple_key(&"\u{E9}".repeat(65)));
        assert!(!is_simple_key("a\u{2028}b"));
    }
}
