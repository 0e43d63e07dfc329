//! Simple keys: tokens that may turn out to be a key once a `:` follows.

use crate::yaml::error::{Position, YamlError};

use super::Scanner;

/// A simple key must fit in this many characters of one line.
const MAX_LENGTH: usize = 1024;

/// The start of a possible simple key.
pub(super) struct SimpleKey {
    /// How many flow collections were open. There is at most one key per level, and deeper ones
    /// start later.
    level: usize,
    /// The number of its first token, counted from the start of the stream.
    pub(super) token_number: usize,
    /// Whether only a key may stand there.
    is_required: bool,
    index: usize,
    line: usize,
    pub(super) column: usize,
    pub(super) position: Position,
}

impl SimpleKey {
    fn check_optional(&self) -> Result<(), YamlError> {
        match self.is_required {
            true => Err(self.position.error("expected a ':' after this key")),
            false => Ok(()),
        }
    }
}

impl Scanner<'_> {
    /// Notes that the next token may start a simple key.
    pub(super) fn save_key(&mut self) -> Result<(), YamlError> {
        if !self.is_key_allowed {
            return Ok(());
        }
        self.remove_key()?;
        let column = self.cursor.column;
        self.simple_keys.push_back(SimpleKey {
            level: self.flow.len(),
            token_number: self.taken + self.tokens.len(),
            is_required: !self.is_in_flow() && self.indents.last() == Some(&column),
            index: self.cursor.index,
            line: self.cursor.line,
            column,
            position: self.cursor.position(),
        });
        Ok(())
    }

    /// Takes the possible key of the current level.
    pub(super) fn take_key(&mut self) -> Option<SimpleKey> {
        let level = self.flow.len();
        self.simple_keys.pop_back_if(|key| key.level == level)
    }

    /// Drops the possible key of the current level.
    pub(super) fn remove_key(&mut self) -> Result<(), YamlError> {
        self.take_key().map_or(Ok(()), |key| key.check_optional())
    }

    /// Drops keys that have become too long. As outer keys start earlier, they do so first.
    pub(super) fn drop_stale_keys(&mut self) -> Result<(), YamlError> {
        let (line, index) = (self.cursor.line, self.cursor.index);
        let is_stale = |key: &mut SimpleKey| key.line != line || index - key.index > MAX_LENGTH;
        while let Some(key) = self.simple_keys.pop_front_if(is_stale) {
            key.check_optional()?;
        }
        Ok(())
    }
}
