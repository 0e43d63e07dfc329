//! The scanner: splits a text into tokens.
//!
//! Follows the syntax of `ruamel/yaml/scanner.py` (0.19.1), which is neither that of YAML 1.1 nor
//! of 1.2: inside flow collections and quoted scalars indentation is ignored, outside of flow
//! collections no tab may stand before a token, and a plain scalar may hold `:` and `?`.

mod block_scalar;
mod cursor;
mod directive;
mod plain;
mod quoted;
mod simple_key;
mod tag;
#[cfg(test)]
mod tests;
pub(super) mod token;

use std::collections::VecDeque;

use super::characters::{self, END, is_blank_or_end};
use super::error::YamlError;
use super::resolver::YamlVersion;
use cursor::Cursor;
use simple_key::SimpleKey;
use token::{YamlToken, YamlTokenKind};

/// Characters that begin no plain scalar.
const INDICATORS: &str = ",[]{}#&*!|>'\"%@`";

pub(super) struct Scanner<'t> {
    cursor: Cursor<'t>,
    version: YamlVersion,
    /// Tokens that have been scanned and not yet taken.
    tokens: VecDeque<YamlToken<'t>>,
    /// The number of tokens that have been taken.
    taken: usize,
    /// The columns of the open block collections.
    indents: Vec<usize>,
    /// The open flow collections.
    flow: Vec<FlowKind>,
    simple_keys: VecDeque<SimpleKey>,
    /// Whether a simple key, or an entry of a block collection, may start here.
    is_key_allowed: bool,
    is_done: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum FlowKind {
    Sequence,
    Mapping,
}

impl<'t> Scanner<'t> {
    /// Checks the characters of the text and starts scanning it.
    pub(super) fn new(text: &'t str) -> Result<Scanner<'t>, YamlError> {
        characters::check(text)?;
        Ok(Scanner {
            cursor: Cursor::new(text),
            version: YamlVersion::V1_2,
            tokens: VecDeque::new(),
            taken: 0,
            indents: Vec::new(),
            flow: Vec::new(),
            simple_keys: VecDeque::new(),
            is_key_allowed: true,
            is_done: false,
        })
    }

    /// The version that the last `%YAML` directive names, 1.2 without one.
    pub(super) fn version(&self) -> YamlVersion {
        self.version
    }

    /// The next token. After the stream's end, that end again.
    pub(super) fn peek(&mut self) -> Result<&YamlToken<'t>, YamlError> {
        while self.needs_more_tokens()? {
            self.fetch_more_tokens()?;
        }
        if self.tokens.is_empty() {
            self.push(YamlTokenKind::StreamEnd);
        }
        Ok(&self.tokens[0])
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Result<YamlToken<'t>, YamlError> {
        self.peek()?;
        self.taken += 1;
        let end = YamlToken {
            kind: YamlTokenKind::StreamEnd,
            position: self.cursor.position(),
        };
        Ok(self.tokens.pop_front().unwrap_or(end))
    }

    /// Whether the next token is not known yet: it may turn out to be part of a simple key, before
    /// which further tokens are put.
    fn needs_more_tokens(&mut self) -> Result<bool, YamlError> {
        if self.is_done {
            return Ok(false);
        }
        if self.tokens.is_empty() {
            return Ok(true);
        }
        self.drop_stale_keys()?;
        let first = self.simple_keys.front();
        Ok(first.is_some_and(|key| key.token_number == self.taken))
    }

    fn is_in_flow(&self) -> bool {
        !self.flow.is_empty()
    }

    /// The smallest column of content inside of the innermost block collection.
    fn min_column(&self) -> usize {
        self.indents.last().map_or(0, |indent| indent + 1)
    }

    /// Adds a token that starts at the cursor.
    fn push(&mut self, kind: YamlTokenKind<'t>) {
        let position = self.cursor.position();
        self.tokens.push_back(YamlToken { kind, position });
    }

    /// Adds a token of one ASCII character.
    fn push_indicator(&mut self, kind: YamlTokenKind<'t>) {
        self.push(kind);
        self.cursor.advance(1);
    }

    fn fetch_more_tokens(&mut self) -> Result<(), YamlError> {
        self.skip_to_token();
        self.drop_stale_keys()?;
        self.close_blocks(Some(self.cursor.column));
        let c = self.cursor.peek();
        let next = self.cursor.peek_after(c.len_utf8());
        let (in_flow, is_separate) = (self.is_in_flow(), is_blank_or_end(next));
        let is_line_start = self.cursor.column == 0;
        match c {
            END => self.fetch_stream_end(),
            '%' if is_line_start => self.fetch_directive(),
            '-' if is_line_start && self.cursor.is_at_marker() => {
                self.fetch_marker(YamlTokenKind::DocumentStart)
            }
            '.' if is_line_start && self.cursor.is_at_marker() => {
                self.fetch_marker(YamlTokenKind::DocumentEnd)
            }
            '[' => self.fetch_flow_start(FlowKind::Sequence),
            '{' => self.fetch_flow_start(FlowKind::Mapping),
            ']' => self.fetch_flow_end(YamlTokenKind::FlowSequenceEnd),
            '}' => self.fetch_flow_end(YamlTokenKind::FlowMappingEnd),
            ',' => self.fetch_flow_entry(),
            '-' if is_separate => self.fetch_block_entry(),
            '?' if is_separate || in_flow => self.fetch_key(),
            ':' if self.is_value(is_separate) => self.fetch_value(),
            '*' | '&' => self.fetch_anchor(c),
            '!' => self.fetch_tag(),
            '|' | '>' if !in_flow => self.fetch_block_scalar(c),
            '\'' | '"' => self.fetch_quoted(c),
            _ if self.is_plain_start(c, next) => self.fetch_plain(),
            '\t' => self.cursor.error("a tab stands between tokens"),
            _ => self.cursor.error("no value begins with this character"),
        }
    }

    /// Skips white space, line breaks and comments.
    fn skip_to_token(&mut self) {
        let in_flow = self.is_in_flow();
        loop {
            self.cursor
                .take_while(|c| c == ' ' || (c == '\t' && in_flow));
            if self.cursor.peek() == '#' {
                self.cursor.take_line();
            }
            if self.cursor.take_break().is_none() {
                return;
            }
            self.is_key_allowed |= !in_flow;
        }
    }

    /// Closes the block collections that are indented further than `column`; `None` closes all.
    /// Inside flow collections indentation does not count.
    fn close_blocks(&mut self, column: Option<usize>) {
        if self.is_in_flow() {
            return;
        }
        while let Some(indent) = self.indents.last()
            && column.is_none_or(|column| *indent > column)
        {
            self.indents.pop();
            self.push(YamlTokenKind::BlockEnd);
        }
    }

    /// Opens a block collection, unless one is open at this column.
    fn open_block(&mut self, column: usize) -> bool {
        let is_deeper = self.indents.last().is_none_or(|indent| *indent < column);
        if is_deeper {
            self.indents.push(column);
        }
        is_deeper
    }

    fn fetch_stream_end(&mut self) -> Result<(), YamlError> {
        self.close_blocks(None);
        self.remove_key()?;
        self.simple_keys.clear();
        self.is_key_allowed = false;
        self.push(YamlTokenKind::StreamEnd);
        self.is_done = true;
        Ok(())
    }

    /// Takes `---` or `...`.
    fn fetch_marker(&mut self, kind: YamlTokenKind<'t>) -> Result<(), YamlError> {
        self.close_blocks(None);
        self.remove_key()?;
        self.is_key_allowed = false;
        self.push(kind);
        self.cursor.advance(3);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: FlowKind) -> Result<(), YamlError> {
        self.save_key()?;
        self.flow.push(kind);
        self.is_key_allowed = true;
        self.push_indicator(match kind {
            FlowKind::Sequence => YamlTokenKind::FlowSequenceStart,
            FlowKind::Mapping => YamlTokenKind::FlowMappingStart,
        });
        Ok(())
    }

    /// Whether the collection was open, and of this kind, is for the parser to check.
    fn fetch_flow_end(&mut self, kind: YamlTokenKind<'t>) -> Result<(), YamlError> {
        self.remove_key()?;
        self.flow.pop();
        self.is_key_allowed = false;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), YamlError> {
        self.is_key_allowed = true;
        self.remove_key()?;
        self.push_indicator(YamlTokenKind::FlowEntry);
        Ok(())
    }

    /// Takes the `-` of a block sequence.
    fn fetch_block_entry(&mut self) -> Result<(), YamlError> {
        if !self.is_in_flow() {
            if !self.is_key_allowed {
                return self.cursor.error("no list entry may start here");
            }
            if self.open_block(self.cursor.column) {
                self.push(YamlTokenKind::BlockSequenceStart);
            }
        }
        self.is_key_allowed = true;
        self.remove_key()?;
        self.push_indicator(YamlTokenKind::BlockEntry);
        Ok(())
    }

    /// Takes the `?` of an explicit key.
    fn fetch_key(&mut self) -> Result<(), YamlError> {
        if !self.is_in_flow() {
            if !self.is_key_allowed {
                return self.cursor.error("no key may start here");
            }
            if self.open_block(self.cursor.column) {
                self.push(YamlTokenKind::BlockMappingStart);
            }
        }
        self.is_key_allowed = !self.is_in_flow();
        self.remove_key()?;
        self.push_indicator(YamlTokenKind::Key);
        Ok(())
    }

    /// Whether the `:` at the cursor ends a key.
    fn is_value(&self, is_separate: bool) -> bool {
        match self.flow.last() {
            Some(_) if self.version == YamlVersion::V1_1 => true,
            // The value of a mapping may itself begin with a colon.
            Some(FlowKind::Mapping) => {
                let last = self.tokens.back().map(|token| &token.kind);
                is_separate || last != Some(&YamlTokenKind::Value)
            }
            _ => is_separate,
        }
    }

    /// Takes the `:` after a key. Where that was a simple one, its key token is put before it.
    fn fetch_value(&mut self) -> Result<(), YamlError> {
        let in_flow = self.is_in_flow();
        if let Some(key) = self.take_key() {
            let at = key.token_number - self.taken;
            let position = key.position;
            let kind = YamlTokenKind::Key;
            self.tokens.insert(at, YamlToken { kind, position });
            if !in_flow && self.open_block(key.column) {
                let kind = YamlTokenKind::BlockMappingStart;
                self.tokens.insert(at, YamlToken { kind, position });
            }
            self.is_key_allowed = false;
        } else {
            if !in_flow {
                if !self.is_key_allowed {
                    return self.cursor.error("no value may start here");
                }
                if self.open_block(self.cursor.column) {
                    self.push(YamlTokenKind::BlockMappingStart);
                }
            }
            self.is_key_allowed = !in_flow;
            self.remove_key()?;
        }
        self.push_indicator(YamlTokenKind::Value);
        Ok(())
    }

    /// Takes an anchor (`&`) or an alias (`*`).
    fn fetch_anchor(&mut self, indicator: char) -> Result<(), YamlError> {
        self.save_key()?;
        self.is_key_allowed = false;
        let position = self.cursor.position();
        self.cursor.advance(1);
        let name = self.cursor.take_while(is_anchor_character);
        if name.is_empty() {
            return self.cursor.error("an anchor or alias needs a name");
        }
        let c = self.cursor.peek();
        if !is_blank_or_end(c) && !matches!(c, ',' | '[' | ']' | '{' | '}') {
            return self
                .cursor
                .error("this character cannot be part of an anchor's name");
        }
        let kind = match indicator {
            '*' => YamlTokenKind::Alias(name),
            _ => YamlTokenKind::Anchor(name),
        };
        self.tokens.push_back(YamlToken { kind, position });
        Ok(())
    }

    fn is_plain_start(&self, c: char, next: char) -> bool {
        let is_joined = !is_blank_or_end(next);
        match c {
            '-' => is_joined,
            ':' if self.is_in_flow() => !matches!(next, ' ' | '\t'),
            '?' | ':' => is_joined && !self.is_in_flow(),
            _ => !is_blank_or_end(c) && !INDICATORS.contains(c),
        }
    }
}

fn is_anchor_character(c: char) -> bool {
    let is_visible = matches!(c, '!'..='~' | '\u{a0}'..) && c != '\u{feff}';
    is_visible && !matches!(c, ',' | '[' | ']' | '{' | '}')
}
