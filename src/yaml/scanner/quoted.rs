//! Scalars in single and double quotes.

use std::borrow::Cow;

use crate::python::surrogates;
use crate::yaml::error::YamlError;

use super::Scanner;
use super::plain::fold;
use super::token::{Scalar, YamlToken, YamlTokenKind};
use crate::yaml::characters::{END, is_break};

impl<'t> Scanner<'t> {
    pub(super) fn fetch_quoted(&mut self, quote: char) -> Result<(), YamlError> {
        self.save_key()?;
        self.is_key_allowed = false;
        let position = self.cursor.position();
        self.cursor.advance(1);
        let text = self.scan_quoted(quote)?;
        let kind = YamlTokenKind::Scalar(Scalar {
            text,
            is_plain: false,
        });
        self.tokens.push_back(YamlToken { kind, position });
        Ok(())
    }

    fn scan_quoted(&mut self, quote: char) -> Result<Cow<'t, str>, YamlError> {
        let mut text = Cow::Borrowed("");
        loop {
            let run = self
                .cursor
                .take_while(|c| c != quote && !is_break(c) && !(c == '\\' && quote == '"'));
            match self.cursor.peek() {
                END => return self.cursor.error("the text ends inside quotes"),
                c if is_break(c) => {
                    // Blanks around a line break do not count.
                    append(&mut text, run.trim_end_matches([' ', '\t']));
                    text.to_mut().push_str(&self.take_folded_breaks()?);
                    continue;
                }
                _ => append(&mut text, run),
            }
            match self.cursor.peek() {
                '\\' if quote == '"' => self.scan_escape(text.to_mut())?,
                '\'' if self.cursor.peek_after(1) == '\'' && quote == '\'' => {
                    self.cursor.advance(2);
                    append(&mut text, "'");
                }
                _ => {
                    self.cursor.advance(1);
                    return Ok(text);
                }
            }
        }
    }

    /// Takes line breaks inside quotes, and returns what they are folded to.
    fn take_folded_breaks(&mut self) -> Result<String, YamlError> {
        let first = self.cursor.take_break().unwrap_or('\n');
        Ok(fold(first, self.take_quoted_breaks()?))
    }

    /// Takes further line breaks, and the blanks before and after them.
    fn take_quoted_breaks(&mut self) -> Result<String, YamlError> {
        let mut breaks = String::new();
        loop {
            if self.cursor.is_at_marker() {
                return self.cursor.error("a document marker stands inside quotes");
            }
            self.cursor.take_while(|c| matches!(c, ' ' | '\t'));
            match self.cursor.take_break() {
                Some(line_break) => breaks.push(line_break),
                None => return Ok(breaks),
            }
        }
    }

    /// Takes an escape of a double-quoted scalar.
    fn scan_escape(&mut self, text: &mut String) -> Result<(), YamlError> {
        self.cursor.advance(1);
        let c = self.cursor.peek();
        let character = match c {
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            't' | '\t' => '\t',
            'n' => '\n',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'r' => '\r',
            'e' => '\u{1b}',
            ' ' | '"' | '/' | '\\' => c,
            'N' => '\u{85}',
            '_' => '\u{a0}',
            'L' => '\u{2028}',
            'P' => '\u{2029}',
            'x' => return self.scan_code(2, text),
            'u' => return self.scan_code(4, text),
            'U' => return self.scan_code(8, text),
            _ if self.cursor.take_break().is_some() => {
                text.push_str(&self.take_quoted_breaks()?);
                return Ok(());
            }
            _ => return self.cursor.error("this escape is unknown"),
        };
        self.cursor.advance(c.len_utf8());
        text.push(character);
        Ok(())
    }

    /// Takes the hexadecimal code of a character, which may be half of a surrogate pair.
    fn scan_code(&mut self, length: usize, text: &mut String) -> Result<(), YamlError> {
        self.cursor.advance(1);
        let digits = self.cursor.rest().get(..length);
        let digits = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(code) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            return self
                .cursor
                .error(format!("expected {length} hexadecimal digits"));
        };
        if code > u32::from(char::MAX) {
            let message = match i32::try_from(code) {
                Ok(_) => "chr() arg not in range(0x110000)",
                Err(_) => "Python int too large to convert to C int",
            };
            return Err(self.cursor.position().python_exception(message));
        }
        text.push_str(&surrogates::from_code_points([code]));
        self.cursor.advance(length);
        Ok(())
    }
}

/// Appends a part, which stays borrowed as long as it is the only one.
fn append<'t>(text: &mut Cow<'t, str>, part: &'t str) {
    if text.is_empty() {
        *text = Cow::Borrowed(part);
    } else {
        text.to_mut().push_str(part);
    }
}
