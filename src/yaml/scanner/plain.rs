//! Plain scalars.

use std::borrow::Cow;

use crate::yaml::error::YamlError;
use crate::yaml::resolver::YamlVersion;

use super::Scanner;
use super::token::{Scalar, YamlToken, YamlTokenKind};
use crate::yaml::characters::is_blank_or_end;

impl<'t> Scanner<'t> {
    pub(super) fn fetch_plain(&mut self) -> Result<(), YamlError> {
        self.save_key()?;
        self.is_key_allowed = false;
        let position = self.cursor.position();
        let text = self.scan_plain();
        let kind = YamlTokenKind::Scalar(Scalar {
            text,
            is_plain: true,
        });
        self.tokens.push_back(YamlToken { kind, position });
        Ok(())
    }

    fn scan_plain(&mut self) -> Cow<'t, str> {
        let min_column = self.min_column();
        let mut text = Cow::Borrowed("");
        let mut separator = String::new();
        while self.cursor.peek() != '#' {
            let length = self.plain_word_length();
            if length == 0 {
                break;
            }
            let word = &self.cursor.rest()[..length];
            self.cursor.advance(length);
            self.is_key_allowed = false;
            match text.is_empty() {
                true => text = Cow::Borrowed(word),
                false => {
                    let text = text.to_mut();
                    text.push_str(&separator);
                    text.push_str(word);
                }
            }
            match self.plain_separator() {
                Some(found) => separator = found,
                None => break,
            }
            if !self.is_in_flow() && self.cursor.column < min_column {
                break;
            }
        }
        text
    }

    /// The bytes up to white space or an indicator that ends a plain scalar.
    fn plain_word_length(&self) -> usize {
        let in_flow = self.is_in_flow();
        let rest = self.cursor.rest();
        let ends = |(at, c): (usize, char)| match c {
            ':' => is_blank_or_end(self.cursor.peek_after(at + 1)),
            '?' => in_flow && self.version == YamlVersion::V1_1,
            ',' | '[' | ']' | '{' | '}' => in_flow,
            _ => is_blank_or_end(c),
        };
        rest.char_indices()
            .find(|found| ends(*found))
            .map_or(rest.len(), |(at, _)| at)
    }

    /// Takes the white space after a word and returns what stands for it in the scalar; `None` if
    /// the scalar ends here.
    fn plain_separator(&mut self) -> Option<String> {
        let spaces = self.cursor.take_while(|c| c == ' ');
        let Some(first) = self.cursor.take_break() else {
            return (!spaces.is_empty()).then(|| spaces.to_string());
        };
        self.is_key_allowed = true;
        if self.cursor.is_at_marker() {
            return None;
        }
        let mut breaks = String::new();
        loop {
            self.cursor.take_while(|c| c == ' ');
            match self.cursor.take_break() {
                Some(line_break) => breaks.push(line_break),
                None => break,
            }
            if self.cursor.is_at_marker() {
                return None;
            }
        }
        Some(fold(first, breaks))
    }
}

/// Line folding: a single line feed becomes a space, of several the first is dropped.
pub(super) fn fold(first: char, mut breaks: String) -> String {
    match first {
        '\n' if breaks.is_empty() => breaks.push(' '),
        '\n' => {}
        _ => breaks.insert(0, first),
    }
    breaks
}
