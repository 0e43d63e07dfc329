//! Scalars: how each style is written.
//!
//! Mirrors libyaml's emitter with a width of 80: a space past that column becomes a line break.

use super::buffer::Buffer;
use super::style::{ScalarStyle, is_printable, select_style};
use crate::python::surrogates;
use crate::yaml::characters::is_break;
use crate::yaml::resolver::{Tag, YamlVersion, resolve};

/// The column after which a space becomes a line break.
const WIDTH: usize = 80;

/// Where the lines of a scalar go.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    /// The column of continuation lines.
    pub(super) indent: usize,
    /// Whether lines are folded. Keys without `? ` must stay on one line.
    pub(super) is_folded: bool,
}

/// Writes a string in the simplest style that reads back as the same string.
pub(super) fn write(buffer: &mut Buffer, text: &str, lines: Lines) {
    buffer.start_scalar();
    match select_style(text) {
        ScalarStyle::Plain => write_plain(buffer, text, lines),
        ScalarStyle::SingleQuoted => write_single(buffer, text, lines),
        ScalarStyle::DoubleQuoted => write_double(buffer, text, lines),
    }
}

/// Writes a string likewise, quoted also where it would be of another type in YAML 1.1.
pub(super) fn write_portable(buffer: &mut Buffer, text: &str, lines: Lines) {
    let is_other_type = resolve(text, YamlVersion::V1_1) != Tag::Str;
    match is_other_type && select_style(text) == ScalarStyle::Plain {
        true => {
            buffer.start_scalar();
            write_single(buffer, text, lines);
        }
        false => write(buffer, text, lines),
    }
}

/// Writes a token that is no string: a number, `null`, `[]`, a timestamp. The space inside of a
/// timestamp may be folded like any other.
pub(super) fn write_token(buffer: &mut Buffer, token: &str, lines: Lines) {
    buffer.start_scalar();
    write_plain(buffer, token, lines);
}

/// Whether the space at byte `at` of a text may become a line break.
fn may_fold(buffer: &Buffer, text: &str, at: usize, after_space: bool, lines: Lines) -> bool {
    let inside = at > 0 && at + 1 < text.len();
    lines.is_folded && !after_space && inside && buffer.column() > WIDTH
}

fn followed_by_space(text: &str, at: usize) -> bool {
    text.as_bytes().get(at + 1) == Some(&b' ')
}

fn fold(buffer: &mut Buffer, lines: Lines) {
    buffer.write_break('\n');
    buffer.pad_to(lines.indent);
}

/// A plain scalar holds no breaks and neither begins nor ends with a space.
fn write_plain(buffer: &mut Buffer, text: &str, lines: Lines) {
    let mut after_space = false;
    for (at, character) in text.char_indices() {
        if character == ' '
            && may_fold(buffer, text, at, after_space, lines)
            && !followed_by_space(text, at)
        {
            fold(buffer, lines);
        } else {
            buffer.put(character);
        }
        after_space = character == ' ';
    }
}

fn write_single(buffer: &mut Buffer, text: &str, lines: Lines) {
    let mut after_space = false;
    let mut after_break = false;
    buffer.put('\'');
    for (at, character) in text.char_indices() {
        if is_break(character) {
            // A single line feed would be read as a space, so the first of a run is written twice.
            if !after_break && character == '\n' {
                buffer.write_break('\n');
            }
            buffer.write_break(character);
            after_break = true;
            continue;
        }
        if after_break {
            buffer.pad_to(lines.indent);
        }
        match character {
            ' ' if may_fold(buffer, text, at, after_space, lines)
                && !followed_by_space(text, at) =>
            {
                fold(buffer, lines);
            }
            '\'' => buffer.put_ascii("''"),
            other => buffer.put(other),
        }
        after_space = character == ' ';
        after_break = false;
    }
    if after_break {
        buffer.pad_to(lines.indent);
    }
    buffer.put('\'');
}

fn write_double(buffer: &mut Buffer, text: &str, lines: Lines) {
    let mut after_space = false;
    let mut characters = text.char_indices();
    buffer.put('"');
    while let Some((at, character)) = characters.next() {
        if surrogates::surrogate_of(character).is_some() {
            let code = surrogates::code_points(&text[at..])
                .next()
                .unwrap_or_default();
            // A character of this block is held as two halves.
            if char::from_u32(code).is_some() {
                characters.next();
            }
            write_code(buffer, code);
        } else if character == ' ' && may_fold(buffer, text, at, after_space, lines) {
            fold(buffer, lines);
            // Readers drop a line's leading spaces, so a run that goes on here is escaped.
            if followed_by_space(text, at) {
                buffer.put('\\');
            }
        } else if !is_printable(character) || is_break(character) || matches!(character, '"' | '\\')
        {
            write_escape(buffer, character);
        } else {
            buffer.put(character);
        }
        after_space = character == ' ';
    }
    buffer.put('"');
}

fn write_escape(buffer: &mut Buffer, character: char) {
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
        _ => return write_code(buffer, character.into()),
    };
    buffer.put('\\');
    buffer.put(short);
}

fn write_code(buffer: &mut Buffer, code: u32) {
    buffer.put_ascii(&match code {
        0..=0xFF => format!("\\x{code:02X}"),
        0x100..=0xFFFF => format!("\\u{code:04X}"),
        _ => format!("\\U{code:08X}"),
    });
}

#[cfg(test)]
mod tests {
    use super::super::buffer::Buffer;
    use super::{Lines, write};

    /// `text` as the only item of a list that is the only item of a list.
    fn nested(text: &str) -> String {
        let mut buffer = Buffer::new();
        for indent in [0, 2] {
            buffer.write_indent(indent);
            buffer.write_indicator('-');
        }
        let lines = Lines {
            indent: 4,
            is_folded: true,
        };
        write(&mut buffer, text, lines);
        buffer.finish()
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
}
