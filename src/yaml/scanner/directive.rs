//! Directives: `%YAML` and `%TAG`.

use crate::yaml::error::YamlError;
use crate::yaml::resolver::YamlVersion;

use super::token::{Directive, YamlToken, YamlTokenKind};
use super::{Scanner, tag};
use crate::yaml::characters::is_break_or_end;

impl<'t> Scanner<'t> {
    pub(super) fn fetch_directive(&mut self) -> Result<(), YamlError> {
        self.close_blocks(None);
        self.remove_key()?;
        self.is_key_allowed = false;
        let position = self.cursor.position();
        self.cursor.advance(1);
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_:.".contains(c);
        let name = self.cursor.take_while(is_name);
        if name.is_empty() || !self.is_at_space() {
            return self.cursor.error("a directive's name ends in a space");
        }
        let directive = match name {
            "YAML" => self.yaml_directive()?,
            "TAG" => self.tag_directive()?,
            _ => {
                self.cursor.take_line();
                Directive::Reserved
            }
        };
        self.end_line("expected a comment or line break after a directive")?;
        let kind = YamlTokenKind::Directive(directive);
        self.tokens.push_back(YamlToken { kind, position });
        Ok(())
    }

    /// Passes the rest of a line, in which only spaces and a comment may stand.
    pub(super) fn end_line(&mut self, message: &str) -> Result<(), YamlError> {
        self.cursor.take_while(|c| c == ' ');
        if self.cursor.peek() == '#' {
            self.cursor.take_line();
        }
        if !is_break_or_end(self.cursor.peek()) {
            return self.cursor.error(message);
        }
        self.cursor.take_break();
        Ok(())
    }

    pub(super) fn is_at_space(&self) -> bool {
        let c = self.cursor.peek();
        c == ' ' || is_break_or_end(c)
    }

    fn yaml_directive(&mut self) -> Result<Directive<'t>, YamlError> {
        self.cursor.take_while(|c| c == ' ');
        let position = self.cursor.position();
        let error = || position.error("expected a version such as 1.2 after '%YAML'");
        let major = self.cursor.take_while(|c| c.is_ascii_digit());
        if !self.cursor.skip('.') {
            return Err(error());
        }
        let minor = self.cursor.take_while(|c| c.is_ascii_digit());
        if major.is_empty() || minor.is_empty() || !self.is_at_space() {
            return Err(error());
        }
        // A version beyond the range of a number is as unknown as any other large one.
        let number = |digits: &str| digits.parse().unwrap_or(u32::MAX);
        let (major, minor) = (number(major), number(minor));
        // The parser rejects other versions.
        self.version = match (major, minor) {
            (1, 1) => YamlVersion::V1_1,
            _ => YamlVersion::V1_2,
        };
        Ok(Directive::Yaml(major, minor))
    }

    fn tag_directive(&mut self) -> Result<Directive<'t>, YamlError> {
        self.cursor.take_while(|c| c == ' ');
        let handle = tag::take_handle(&mut self.cursor)?;
        if self.cursor.peek() != ' ' {
            return self
                .cursor
                .error("expected a tag handle and a space after '%TAG'");
        }
        self.cursor.take_while(|c| c == ' ');
        let prefix = tag::take_uri(&mut self.cursor, self.version)?;
        if !self.is_at_space() {
            return self.cursor.error("expected a space after a tag's prefix");
        }
        Ok(Directive::Tag(handle, prefix))
    }
}
