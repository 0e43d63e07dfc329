//! Block scalars: literal (`|`) and folded (`>`).

use crate::yaml::error::YamlError;

use super::Scanner;
use super::token::{Scalar, YamlToken, YamlTokenKind};
use crate::yaml::characters::END;

/// What becomes of the line breaks at the end of a block scalar.
#[derive(Clone, Copy, PartialEq)]
enum Chomping {
    /// `-`: none is kept.
    Strip,
    /// One is kept.
    Clip,
    /// `+`: all are kept.
    Keep,
}

impl Scanner<'_> {
    pub(super) fn fetch_block_scalar(&mut self, style: char) -> Result<(), YamlError> {
        self.is_key_allowed = true;
        self.remove_key()?;
        let position = self.cursor.position();
        self.cursor.advance(1);
        let text = self.scan_block_scalar(style == '>')?;
        let kind = YamlTokenKind::Scalar(Scalar {
            text: text.into(),
            is_plain: false,
        });
        self.tokens.push_back(YamlToken { kind, position });
        Ok(())
    }

    fn scan_block_scalar(&mut self, is_folded: bool) -> Result<String, YamlError> {
        let (chomping, increment) = self.scan_header()?;
        let min_column = self.min_column();
        let (column, mut breaks) = match increment {
            Some(increment) => {
                let column = min_column.max(1) + increment - 1;
                (column, self.take_breaks(column))
            }
            None => {
                let (found, breaks) = self.detect_indentation()?;
                (min_column.max(found), breaks)
            }
        };
        let mut text = String::new();
        let mut last_break = None;
        while self.cursor.column == column && self.cursor.peek() != END {
            text.push_str(&breaks);
            let starts_blank = matches!(self.cursor.peek(), ' ' | '\t');
            text.push_str(self.cursor.take_line());
            last_break = self.cursor.take_break();
            breaks = self.take_breaks(column);
            let is_marker = self.cursor.column == 0 && self.cursor.is_at_marker();
            let c = self.cursor.peek();
            if (min_column == 0 && is_marker) || self.cursor.column != column || c == END {
                break;
            }
            // Lines that begin with a blank are not folded.
            let is_foldable = is_folded && last_break == Some('\n') && !starts_blank;
            if !is_foldable || matches!(c, ' ' | '\t') {
                text.extend(last_break);
            } else if breaks.is_empty() {
                text.push(' ');
            }
        }
        if chomping != Chomping::Strip {
            text.extend(last_break);
        }
        if chomping == Chomping::Keep {
            text.push_str(&breaks);
        }
        Ok(text)
    }

    /// Takes the rest of the first line: chomping and indentation indicators in any order, and a
    /// comment.
    fn scan_header(&mut self) -> Result<(Chomping, Option<usize>), YamlError> {
        let mut chomping = self.take_chomping();
        let mut increment = None;
        if let Some(digit) = self.cursor.peek().to_digit(10) {
            if digit == 0 {
                return self.cursor.error("a block scalar's indentation is 1 to 9");
            }
            increment = usize::try_from(digit).ok();
            self.cursor.advance(1);
            chomping = chomping.or_else(|| self.take_chomping());
        }
        if !self.is_at_space() {
            return self
                .cursor
                .error("expected a line break after a block scalar's indicators");
        }
        self.end_line("expected a comment or line break after '|' or '>'")?;
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    fn take_chomping(&mut self) -> Option<Chomping> {
        if self.cursor.skip('+') {
            return Some(Chomping::Keep);
        }
        self.cursor.skip('-').then_some(Chomping::Strip)
    }

    /// Takes the blank lines before the first other one. Returns the largest column reached, which
    /// is that line's unless a blank line is longer, and the line breaks.
    fn detect_indentation(&mut self) -> Result<(usize, String), YamlError> {
        let mut breaks = String::new();
        let (mut first, mut widest) = (None, 0);
        loop {
            let spaces = self.cursor.take_while(|c| c == ' ');
            if !spaces.is_empty() {
                widest = widest.max(self.cursor.column);
            }
            let column = self.cursor.column;
            match self.cursor.take_break() {
                Some(line_break) => {
                    first.get_or_insert(column);
                    breaks.push(line_break);
                }
                None => break,
            }
        }
        match first {
            Some(first) if first > 0 && widest > first => self
                .cursor
                .error("a block scalar's first line is indented less than the next"),
            _ => Ok((widest, breaks)),
        }
    }

    /// Takes line breaks, and spaces up to the column.
    fn take_breaks(&mut self, column: usize) -> String {
        let mut breaks = String::new();
        loop {
            while self.cursor.column < column && self.cursor.skip(' ') {}
            match self.cursor.take_break() {
                Some(line_break) => breaks.push(line_break),
                None => return breaks,
            }
        }
    }
}
