//! The line of a text that an error is about, with a caret below the position:
//!
//! ```text
//!   3 | "RoleArn": "arn",
//!     |                 ^
//! ```
//!
//! Long lines are cut around the position. What a terminal would obey, such as escape sequences,
//! is escaped.

use std::fmt;

use unicode_width::UnicodeWidthChar;

use crate::python::{escape, is_printable, surrogates};

/// The most columns of a line that are shown.
const MAX_COLUMNS: usize = 72;

/// The most of them before the position, if the line is cut.
const MAX_COLUMNS_BEFORE: usize = 48;

/// Stands for what is cut off.
const ELLIPSIS: &str = "…";

/// A position in a text. Both numbers count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextPosition {
    /// Line; `\n`, `\r\n` and `\r` end one.
    pub line: usize,
    /// Character of the line.
    pub column: usize,
}

impl TextPosition {
    /// The position of the character at a byte offset.
    pub fn at(text: &str, offset: usize) -> TextPosition {
        let mut before = &text[..offset];
        if before.ends_with('\r') && text[offset..].starts_with('\n') {
            before = &before[..offset - 1];
        }
        let (mut line, mut start) = (1, 0);
        for (at, byte) in before.bytes().enumerate() {
            if byte == b'\n' || (byte == b'\r' && !before[at + 1..].starts_with('\n')) {
                (line, start) = (line + 1, at + 1);
            }
        }
        TextPosition {
            line,
            column: text[start..offset].chars().count() + 1,
        }
    }
}

impl fmt::Display for TextPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Renders the line at the position with a caret below it, without a newline at the end.
pub fn render(text: &str, position: TextPosition) -> String {
    let line = nth_line(text, position.line);
    let mut indices = line.char_indices();
    let at = indices.nth(position.column.saturating_sub(1));
    let (before, after) = line.split_at(at.map_or(line.len(), |(at, _)| at));
    let max_before = match Cells::take(line.chars(), MAX_COLUMNS).is_whole {
        true => MAX_COLUMNS,
        false => MAX_COLUMNS_BEFORE,
    };
    let mut before = Cells::take(before.chars().rev(), max_before);
    before.cells.reverse();
    let after = Cells::take(after.chars(), MAX_COLUMNS.saturating_sub(before.width));
    let ellipsis = |cells: &Cells| if cells.is_whole { "" } else { ELLIPSIS };
    let start = ellipsis(&before);
    let number = position.line.to_string();
    let margin = " ".repeat(number.len());
    let caret = " ".repeat(start.chars().count() + before.width);
    format!(
        "  {number} | {start}{}{}{}\n  {margin} | {caret}^",
        before.cells.concat(),
        after.cells.concat(),
        ellipsis(&after),
    )
}

/// Characters as they are shown, as many as there is room for.
struct Cells {
    cells: Vec<String>,
    /// The columns that they take.
    width: usize,
    /// Whether they are all that there are.
    is_whole: bool,
}

impl Cells {
    fn take(characters: impl Iterator<Item = char>, max_width: usize) -> Cells {
        let mut taken = Cells {
            cells: Vec::new(),
            width: 0,
            is_whole: true,
        };
        for character in characters {
            let cell = displayed(character);
            let width: usize = cell.chars().map(columns).sum();
            // Characters without a width may be many, too.
            if taken.width + width > max_width || taken.cells.len() > 2 * max_width {
                taken.is_whole = false;
                break;
            }
            taken.width += width;
            taken.cells.push(cell);
        }
        taken
    }
}

/// Returns the text without what a terminal would obey.
pub fn escape_unprintable(text: &str) -> String {
    text.chars().map(displayed).collect()
}

/// Returns a line by its number, without its end.
fn nth_line(text: &str, number: usize) -> &str {
    let mut rest = text;
    for _ in 1..number {
        let Some(end) = rest.find(['\n', '\r']) else {
            return "";
        };
        let length = if rest[end..].starts_with("\r\n") {
            2
        } else {
            1
        };
        rest = &rest[end + length..];
    }
    rest.split(['\n', '\r']).next().unwrap_or_default()
}

/// A character as it is shown: tabs as spaces, and escapes for what is not printable.
fn displayed(character: char) -> String {
    match character {
        '\t' => "    ".to_string(),
        _ if is_printable(character) => character.to_string(),
        _ => escape(surrogates::surrogate_of(character).unwrap_or(character.into())),
    }
}

/// How many columns of a terminal a printable character takes.
fn columns(character: char) -> usize {
    character.width().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_lines_and_columns() {
        let text = "a\nbé😀\r\nc\rd";
        let table = [
            ("a", 1, 1),
            ("\nb", 1, 2),
            ("b", 2, 1),
            ("😀", 2, 3),
            ("\r\n", 2, 4),
            ("\nc", 2, 5),
            ("c", 3, 1),
            ("d", 4, 1),
        ];
        for (found, line, column) in table {
            let offset = text.find(found).expect("part of the text");
            assert_eq!(
                TextPosition::at(text, offset),
                TextPosition { line, column },
                "{found:?}"
            );
        }
    }

    #[test]
    fn points_at_position() {
        let table = [
            ("{\n  \"a\": x\n}", 2, 8, "  2 |   \"a\": x\n    |        ^"),
            ("", 1, 1, "  1 | \n    | ^"),
            ("a\r\nb", 2, 2, "  2 | b\n    |  ^"),
            ("\ta", 1, 2, "  1 |     a\n    |     ^"),
            ("日本a", 1, 3, "  1 | 日本a\n    |     ^"),
            ("e\u{301}a", 1, 3, "  1 | e\u{301}a\n    |  ^"),
            ("\u{1b}[2Ja", 1, 5, "  1 | \\x1b[2Ja\n    |        ^"),
            (
                "\0\u{202e}a",
                1,
                3,
                "  1 | \\x00\\u202ea\n    |           ^",
            ),
        ];
        for (text, line, column, want) in table {
            let shown = render(text, TextPosition { line, column });
            assert_eq!(shown, want, "{text:?}");
        }
    }

    #[test]
    fn cuts_long_lines_around_position() {
        let line = format!("{}X{}", "a".repeat(1000), "b".repeat(1000));
        let shown = render(
            &line,
            TextPosition {
                line: 1,
                column: 1001,
            },
        );
        let (a, b) = ("a".repeat(48), "b".repeat(23));
        let escaped = render(&"\0".repeat(1000), TextPosition { line: 1, column: 1 });
        assert_eq!(escaped, format!("  1 | {}…\n    | ^", "\\x00".repeat(18)));
        let want = format!("  1 | …{a}X{b}…\n    | {}^", " ".repeat(49));
        assert_eq!(shown, want);
        let start = render(&line, TextPosition { line: 1, column: 1 });
        assert_eq!(start, format!("  1 | {}…\n    | ^", "a".repeat(72)));
    }

    proptest! {
        /// Whatever the text, two lines of limited length are shown, without control characters.
        #[test]
        fn shows_two_lines_of_any_text(text in "\\PC{0,90}|[\\x00-\\x7f\\n\\r\u{feff}\u{202e}]{0,300}", at in 0..400usize) {
            let offset = text.floor_char_boundary(at);
            let position = TextPosition::at(&text, offset);
            let shown = render(&text, position);
            prop_assert_eq!(shown.lines().count(), 2);
            prop_assert!(shown.chars().all(|c| c == '\n' || is_printable(c)), "{:?}", shown);
            prop_assert!(shown.chars().count() < 1000);
            // Columns beyond the line do not panic either.
            render(&text, TextPosition { line: position.line + 1, column: at });
        }
    }
}
