//! Tags: `!suffix`, `!!suffix`, `!handle!suffix` and `!<name>`.

use crate::yaml::error::YamlError;
use crate::yaml::resolver::YamlVersion;

use super::Scanner;
use super::cursor::Cursor;
use super::token::{TagToken, YamlToken, YamlTokenKind};
use crate::yaml::characters::{is_blank_or_end, is_break_or_end};

impl Scanner<'_> {
    pub(super) fn fetch_tag(&mut self) -> Result<(), YamlError> {
        self.save_key()?;
        self.is_key_allowed = false;
        let position = self.cursor.position();
        let short_handle = match self.cursor.peek_after(1) {
            '!' => {
                self.cursor.advance(1);
                "!!"
            }
            _ => "!",
        };
        let next = self.cursor.peek_after(1);
        let tag = if next == '<' {
            self.cursor.advance(2);
            let suffix = take_uri(&mut self.cursor, self.version)?;
            if !self.cursor.skip('>') {
                return self.cursor.error("expected '>' at the end of a tag");
            }
            let handle = None;
            TagToken { handle, suffix }
        } else if is_blank_or_end(next) {
            self.cursor.advance(1);
            TagToken {
                handle: None,
                suffix: short_handle.to_string(),
            }
        } else {
            let handle = match self.is_named_handle() {
                true => take_handle(&mut self.cursor)?,
                false => {
                    self.cursor.advance(1);
                    short_handle
                }
            };
            TagToken {
                handle: Some(handle),
                suffix: take_uri(&mut self.cursor, self.version)?,
            }
        };
        if !self.is_at_space() {
            return self.cursor.error("expected a space after a tag");
        }
        let kind = YamlTokenKind::Tag(tag);
        self.tokens.push_back(YamlToken { kind, position });
        Ok(())
    }

    /// Whether another `!` follows in the same word.
    fn is_named_handle(&self) -> bool {
        let mut word = self.cursor.rest().chars().skip(1);
        word.find(|c| *c == '!' || *c == ' ' || is_break_or_end(*c)) == Some('!')
    }
}

/// Takes `!` or `!name!`.
pub(super) fn take_handle<'t>(cursor: &mut Cursor<'t>) -> Result<&'t str, YamlError> {
    let rest = cursor.rest();
    let Some(body) = rest.strip_prefix('!') else {
        return cursor.error("a tag handle begins with '!'");
    };
    if body.starts_with(' ') {
        cursor.advance(1);
        return Ok(&rest[..1]);
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name = body.trim_start_matches(is_name);
    let length = rest.len() - name.len();
    if !name.starts_with('!') {
        cursor.advance(length);
        return cursor.error("a tag handle ends in '!'");
    }
    cursor.advance(length + 1);
    Ok(&rest[..=length])
}

/// Takes a tag's suffix or prefix and decodes its percent escapes.
pub(super) fn take_uri(cursor: &mut Cursor<'_>, version: YamlVersion) -> Result<String, YamlError> {
    let is_allowed = |c: char| {
        c.is_ascii_alphanumeric()
            || "-;/?:@&=+$,_.!~*'()[]".contains(c)
            || (c == '#' && version == YamlVersion::V1_2)
    };
    let mut uri = String::new();
    loop {
        uri.push_str(cursor.take_while(is_allowed));
        match cursor.peek() {
            '%' => uri.push_str(&take_escapes(cursor)?),
            _ if uri.is_empty() => return cursor.error("expected the name of a tag"),
            _ => return Ok(uri),
        }
    }
}

/// Takes a run of percent escapes, which must be UTF-8.
fn take_escapes(cursor: &mut Cursor<'_>) -> Result<String, YamlError> {
    let position = cursor.position();
    let mut bytes = Vec::new();
    while cursor.skip('%') {
        let digits = cursor.rest().get(..2);
        let byte = digits
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) => bytes.push(byte),
            None => return cursor.error("expected two hexadecimal digits after '%'"),
        }
        cursor.advance(2);
    }
    String::from_utf8(bytes).map_err(|_| position.error("a tag's escapes are not UTF-8"))
}
