//! A position in the text that moves forward and keeps track of line and column.

use crate::yaml::characters::{END, is_blank_or_end, is_break};
use crate::yaml::error::{Position, YamlError};

const BYTE_ORDER_MARK: char = '\u{feff}';

#[derive(Debug, Clone)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// Bytes before the cursor.
    at: usize,
    /// Characters before the cursor.
    pub(super) index: usize,
    /// Lines before the cursor's. Only `\n` and `\r` count, though more characters break lines.
    pub(super) line: usize,
    /// Characters before the cursor in its line, byte order marks aside.
    pub(super) column: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Cursor<'t> {
        // A byte order mark may stand first; later ones are text.
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        Cursor {
            text,
            at: 0,
            index: 0,
            line: 0,
            column: 0,
        }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The next character, or [`END`].
    pub(super) fn peek(&self) -> char {
        self.peek_after(0)
    }

    /// The character after `bytes` more bytes, which must be whole characters.
    pub(super) fn peek_after(&self, bytes: usize) -> char {
        let rest = self.text.get(self.at + bytes..).unwrap_or_default();
        rest.chars().next().unwrap_or(END)
    }

    pub(super) fn position(&self) -> Position {
        Position {
            line: self.line + 1,
            column: self.column + 1,
        }
    }

    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T, YamlError> {
        Err(self.position().error(message))
    }

    /// Moves on by this many bytes.
    pub(super) fn advance(&mut self, bytes: usize) {
        let (passed, rest) = self.rest().split_at(bytes);
        self.at += bytes;
        let is_simple = |b: u8| b.is_ascii() && !matches!(b, b'\n' | b'\r');
        if passed.bytes().all(is_simple) {
            self.index += bytes;
            self.column += bytes;
            return;
        }
        for (at, c) in passed.char_indices() {
            self.index += 1;
            let is_crlf =
                passed[at..].starts_with("\r\n") || (at + 1 == bytes && rest.starts_with('\n'));
            if c == '\n' || (c == '\r' && !is_crlf) {
                self.line += 1;
                self.column = 0;
            } else if c != BYTE_ORDER_MARK {
                self.column += 1;
            }
        }
    }

    /// Skips the next character if it is `c`.
    pub(super) fn skip(&mut self, c: char) -> bool {
        let is_next = self.peek() == c && c != END;
        if is_next {
            self.advance(c.len_utf8());
        }
        is_next
    }

    /// Takes characters as long as they are allowed.
    pub(super) fn take_while(&mut self, is_allowed: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = match rest.find(|c| !is_allowed(c)) {
            Some(end) => &rest[..end],
            None => rest,
        };
        self.advance(taken.len());
        taken
    }

    /// Takes the rest of the line, without its break.
    pub(super) fn take_line(&mut self) -> &'t str {
        self.take_while(|c| !is_break(c))
    }

    /// Takes a line break, as it becomes part of a scalar: separators stay, others become `\n`.
    pub(super) fn take_break(&mut self) -> Option<char> {
        let c = self.peek();
        if !is_break(c) {
            return None;
        }
        let is_crlf = self.rest().starts_with("\r\n");
        self.advance(if is_crlf { 2 } else { c.len_utf8() });
        Some(match c {
            '\u{2028}' | '\u{2029}' => c,
            _ => '\n',
        })
    }

    /// Whether `---` or `...` follows, as a word of its own.
    pub(super) fn is_at_marker(&self) -> bool {
        let rest = self.rest();
        (rest.starts_with("---") || rest.starts_with("...")) && is_blank_or_end(self.peek_after(3))
    }
}
