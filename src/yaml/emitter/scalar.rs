//! Scalars: which style a text can have, and how each style is written.
//!
//! This mirrors the scalar half of the libyaml emitter as ruamel.yaml drives
//! it: plain where possible, else single-quoted, else double-quoted, folded
//! past column 80, block styles never. Unicode is allowed up to U+FFFD;
//! beyond, characters are escaped. Texts are strings of the document unless
//! they come through [`write_token`]; where a scalar stands is the caller's
//! affair.

use super::buffer::Sink;
use crate::python::surrogates;
use crate::yaml::resolver::{self, Tag, Version};

/// A space may be turned into a line break once the line is longer than this.
const WIDTH: usize = 80;

/// The longest key, in bytes, that may stand before a `:` on one line.
const SIMPLE_KEY_BYTES: usize = 128;

/// Where the lines of a scalar go.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    /// The column of continuation lines.
    pub(super) indent: usize,
    /// False for keys that must stay on one line.
    pub(super) fold: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Style {
    Plain,
    Single,
    Double,
}

/// True if `text` may be a key without the explicit `? ` form.
pub(super) fn is_simple_key(text: &str) -> bool {
    text.len() <= SIMPLE_KEY_BYTES && !text.contains(is_break)
}

/// Writes a string in the simplest style that reads back as that string.
pub(super) fn write(sink: &mut Sink, text: &str, lines: Lines) {
    sink.start_token();
    match style_of(text) {
        Style::Plain => write_plain(sink, text, lines),
        Style::Single => write_single(sink, text, lines),
        Style::Double => write_double(sink, text, lines),
    }
}

/// Writes a token that is no string: a number, `null`, `[]`, a timestamp. The
/// space inside a timestamp is subject to folding like any other.
pub(super) fn write_token(sink: &mut Sink, token: &str, lines: Lines) {
    sink.start_token();
    write_plain(sink, token, lines);
}

fn style_of(text: &str) -> Style {
    // What is written plain must not change its type on the way back.
    let mut style = if opens_plain(text) && resolver::resolve(text, Version::V1_2) == Tag::Str {
        Style::Plain
    } else {
        Style::Single
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
            return Style::Double;
        }
        if ends_plain(previous, character, next) {
            style = Style::Single;
        }
        previous = Some(character);
    }
    style
}

/// False if the beginning of `text` would be taken for an indicator, a
/// document marker or insignificant space.
fn opens_plain(text: &str) -> bool {
    if text.starts_with("---") || text.starts_with("...") {
        return false;
    }
    let mut characters = text.chars();
    match characters.next() {
        Some('?' | ':' | '-') => characters.next().is_some_and(|next| !is_gap(next)),
        Some(first) => !"#,[]{}&*!|>'\"%@` ".contains(first),
        None => false,
    }
}

/// True if `character`, between its neighbours, would end a plain scalar.
fn ends_plain(previous: Option<char>, character: char, next: Option<char>) -> bool {
    match character {
        ':' => next.is_none_or(is_gap),
        '#' => previous.is_some_and(is_gap),
        ' ' => next.is_none(),
        other => is_break(other),
    }
}

/// The five line breaks of YAML 1.1, all of which libyaml honours.
fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What separates tokens: blanks, breaks, and NUL, which libyaml takes for
/// the end of the text.
fn is_gap(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\0') || is_break(character)
}

/// What libyaml writes without an escape. Tabs, the byte order mark and all
/// characters beyond the first plane are not among it.
fn is_printable(character: char) -> bool {
    matches!(
        character,
        '\n' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}'
    )
}

/// True if the space at byte `at` of `text` may become a line break.
fn may_fold(sink: &Sink, text: &str, at: usize, after_space: bool, lines: Lines) -> bool {
    let inside = at > 0 && at + 1 < text.len();
    lines.fold && !after_space && inside && sink.column() > WIDTH
}

fn followed_by_space(text: &str, at: usize) -> bool {
    text.as_bytes().get(at + 1) == Some(&b' ')
}

fn fold(sink: &mut Sink, lines: Lines) {
    sink.line_break('\n');
    sink.pad(lines.indent);
}

/// A plain scalar holds no breaks and neither begins nor ends with a space.
fn write_plain(sink: &mut Sink, text: &str, lines: Lines) {
    let mut after_space = false;
    for (at, character) in text.char_indices() {
        if character == ' '
            && may_fold(sink, text, at, after_space, lines)
            && !followed_by_space(text, at)
        {
            fold(sink, lines);
        } else {
            sink.put(character);
        }
        after_space = character == ' ';
    }
}

fn write_single(sink: &mut Sink, text: &str, lines: Lines) {
    let mut after_space = false;
    let mut after_break = false;
    sink.put('\'');
    for (at, character) in text.char_indices() {
        if is_break(character) {
            // A lone line feed would be read as a space; the first of a run
            // is therefore written twice.
            if !after_break && character == '\n' {
                sink.line_break('\n');
            }
            sink.line_break(character);
            after_break = true;
            continue;
        }
        if after_break {
            sink.pad(lines.indent);
        }
        match character {
            ' ' if may_fold(sink, text, at, after_space, lines) && !followed_by_space(text, at) => {
                fold(sink, lines);
            }
            '\'' => sink.put_ascii("''"),
            other => sink.put(other),
        }
        after_space = character == ' ';
        after_break = false;
    }
    if after_break {
        sink.pad(lines.indent);
    }
    sink.put('\'');
}

fn write_double(sink: &mut Sink, text: &str, lines: Lines) {
    let mut after_space = false;
    let mut characters = text.char_indices();
    sink.put('"');
    while let Some((at, character)) = characters.next() {
        if surrogates::half(character).is_some() {
            let code = surrogates::code_points(&text[at..])
                .next()
                .unwrap_or_default();
            // A character is held as two halves.
            if char::from_u32(code).is_some() {
                characters.next();
            }
            write_code(sink, code);
        } else if character == ' ' && may_fold(sink, text, at, after_space, lines) {
            fold(sink, lines);
            // Leading spaces of a line are dropped by readers, so the run
            // that goes on here is marked.
            if followed_by_space(text, at) {
                sink.put('\\');
            }
        } else if !is_printable(character) || is_break(character) || matches!(character, '"' | '\\')
        {
            write_escape(sink, character);
        } else {
            sink.put(character);
        }
        after_space = character == ' ';
    }
    sink.put('"');
}

fn write_escape(sink: &mut Sink, character: char) {
    let short = match character {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{B}' => 'v',
        '\u{C}' => 'f',
        '\r' => 'r',
        '\u{1B}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => return write_code(sink, character.into()),
    };
    sink.put('\\');
    sink.put(short);
}

fn write_code(sink: &mut Sink, code: u32) {
    sink.put_ascii(&match code {
        0..=0xFF => format!("\\x{code:02X}"),
        0x100..=0xFFFF => format!("\\u{code:04X}"),
        _ => format!("\\U{code:08X}"),
    });
}

#[cfg(test)]
mod tests {
    use super::super::buffer::Sink;
    use super::{Lines, is_simple_key, write};

    /// `text` as the only item of a list that is the only item of a list.
    fn nested(text: &str) -> String {
        let mut sink = Sink::new();
        for indent in [0, 2] {
            sink.start_entry(indent);
            sink.entry_indicator('-');
        }
        let lines = Lines {
            indent: 4,
            fold: true,
        };
        write(&mut sink, text, lines);
        sink.finish()
    }

    /// Text, its scalar; recorded from ruamel.yaml 0.19.1 with `[[text]]`.
    #[test]
    fn writes_scalars_as_recorded() {
        let table = [
            ("plain", "plain"),
            ("", "''"),
            (" a", "' a'"),
            ("a ", "'a '"),
            ("a\n", "'a\n\n    '"),
            ("\n", "'\n\n    '"),
            ("a\nb", "'a\n\n    b'"),
            ("a\n\nb", "'a\n\n\n    b'"),
            ("a \nb", "\"a \\nb\""),
            ("a\n b", "\"a\\n b\""),
            ("\u{2028}x", "'\u{2028}    x'"),
            ("x\u{2029}", "'x\u{2029}    '"),
            ("it's", "it's"),
            ("'it's", "'''it''s'"),
            ("say \"x\"", "say \"x\""),
            ("# c", "'# c'"),
            ("a #c", "'a #c'"),
            ("a#c", "a#c"),
            ("a: b", "'a: b'"),
            ("a:b", "a:b"),
            ("a:", "'a:'"),
            ("-", "'-'"),
            ("- a", "'- a'"),
            ("-a", "-a"),
            ("?", "'?'"),
            ("?a", "?a"),
            ("? a", "'? a'"),
            (":a", ":a"),
            ("---a", "'---a'"),
            ("...", "'...'"),
            ("%a", "'%a'"),
            ("@a", "'@a'"),
            ("`a", "'`a'"),
            ("{a", "'{a'"),
            ("a{", "a{"),
            ("*a", "'*a'"),
            ("|", "'|'"),
            (">", "'>'"),
            ("a\tb", "\"a\\tb\""),
            ("a\u{D}b", "\"a\\rb\""),
            ("a\u{85}b", "\"a\\Nb\""),
            ("a\u{A0}b", "a\u{A0}b"),
            ("\u{FEFF}", "\"\\uFEFF\""),
            ("\u{FFFD}", "\u{FFFD}"),
            ("\u{FFFE}", "\"\\uFFFE\""),
            ("\u{1F600}", "\"\\U0001F600\""),
            ("\u{0}\u{7}\u{1B}\u{7F}", "\"\\0\\a\\e\\x7F\""),
            ("a#\u{0}#", "\"a#\\0#\""),
            ("yes", "yes"),
            ("null", "'null'"),
            ("1.5", "'1.5'"),
            ("2024-01-01\t00:00:00", "\"2024-01-01\\t00:00:00\""),
            (
                "word word word word word word word word word word word word word word word word word end",
                "word word word word word word word word word word word word word word word word\n    word end",
            ),
            (
                "word word word word word word word word word word word word word word word word word end ",
                "'word word word word word word word word word word word word word word word word\n    word end '",
            ),
            (
                "'word word word word word word word word word word word word word word word word word  two ends",
                "'''word word word word word word word word word word word word word word word\n    word word  two ends'",
            ),
            (
                "\tword word word word word word word word word word word word word word word word word end",
                "\"\\tword word word word word word word word word word word word word word word\n    word word end\"",
            ),
            (
                "\tword word word word word word word word word word word word word word word word word   two ends",
                "\"\\tword word word word word word word word word word word word word word word\n    word word   two ends\"",
            ),
            (
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx y",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n    y",
            ),
            (
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx y",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx y",
            ),
            (
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx y",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n    y",
            ),
        ];
        for (text, scalar) in table {
            assert_eq!(nested(text), format!("- - {scalar}\n"), "{text:?}");
        }
    }

    #[test]
    fn keys_are_simple_by_bytes_and_breaks() {
        assert!(is_simple_key(&"k".repeat(128)));
        assert!(!is_simple_key(&"k".repeat(129)));
        assert!(!is_simple_key(&"\u{E9}".repeat(65)));
        assert!(!is_simple_key("a\u{2028}b"));
    }
}
