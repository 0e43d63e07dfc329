//! A recursive-descent parser of shorthand, by the grammar in the documentation of [`super`].

use super::super::paramfile::{self, ParamFileError};
use super::syntax_error::{ReceivedInput, SyntaxError};
use crate::environment::Environment;
use crate::python::key::Members;
use crate::python::{self, value::Value};

/// How deep lists and hashes may nest; Python fails somewhat deeper.
const MAX_DEPTH: usize = 200;

/// An error of the parser.
pub(super) enum ShorthandError {
    /// A syntax error. Comma-separated lists run into many of these on their way, so that the
    /// message is formatted only in the end.
    Syntax(SyntaxError),
    /// A file that cannot be loaded.
    File(ParamFileError),
}

type ShorthandResult<T> = std::result::Result<T, ShorthandError>;

/// Parses a whole text.
pub(super) fn parse(text: &[char], environment: &Environment) -> ShorthandResult<Value> {
    ShorthandParser {
        text,
        at: 0,
        depth: 0,
        loads_files: false,
        environment,
    }
    .parameter()
}

/// A recursive-descent parser of shorthand.
struct ShorthandParser<'a> {
    text: &'a [char],
    /// The index of the next character.
    at: usize,
    /// How many lists and hashes are open.
    depth: usize,
    /// Whether `@` follows the current key, so that its values may name files.
    loads_files: bool,
    environment: &'a Environment,
}

impl ShorthandParser<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(
            self.peek(),
            Some(' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
        ) {
            self.at += 1;
        }
    }

    fn unexpected(&self, expected: &'static str, received: ReceivedInput) -> ShorthandError {
        ShorthandError::Syntax(SyntaxError::Unexpected {
            expected,
            received,
            at: self.at,
        })
    }

    fn expect(&mut self, expected: char) -> ShorthandResult<()> {
        let received = match self.peek() {
            Some(c) if c == expected => {
                self.at += 1;
                return Ok(());
            }
            Some(c) => ReceivedInput::Character(c),
            None => ReceivedInput::End,
        };
        let expected = match expected {
            ',' => ",",
            '=' => "=",
            ']' => "]",
            _ => "}",
        };
        Err(self.unexpected(expected, received))
    }

    fn expect_spaced(&mut self, expected: char) -> ShorthandResult<()> {
        self.skip_space();
        self.expect(expected)?;
        self.skip_space();
        Ok(())
    }

    /// `parameter = keyval *("," keyval)`
    fn parameter(&mut self) -> ShorthandResult<Value> {
        let mut members = Members::new();
        let (key, value) = self.keyval()?;
        members.insert(key.into(), value);
        let mut last = self.at;
        while self.at < self.text.len() {
            self.expect_spaced(',')?;
            let (key, value) = self.keyval()?;
            if members.contains_key(key.as_str()) {
                return Err(ShorthandError::Syntax(SyntaxError::DuplicateKey {
                    key,
                    at: last + 1,
                }));
            }
            members.insert(key.into(), value);
            last = self.at;
        }
        Ok(Value::Map(members))
    }

    /// `keyval = key ["@"] "=" values`
    fn keyval(&mut self) -> ShorthandResult<(String, Value)> {
        let key = self.key_and_sign()?;
        let value = match self.peek() {
            None => Value::String(String::new()),
            Some('[') => self.nested(Self::list)?,
            Some('{') => self.nested(Self::hash)?,
            Some(_) => self.csv()?,
        };
        Ok((key, value))
    }

    fn key_and_sign(&mut self) -> ShorthandResult<String> {
        let start = self.at;
        let in_key = |c: char| c.is_ascii_alphanumeric() || "-_.#/:".contains(c);
        while self.peek().is_some_and(in_key) {
            self.at += 1;
        }
        let key = self.text[start..self.at].iter().collect();
        self.skip_space();
        self.loads_files = self.peek() == Some('@');
        if self.loads_files {
            self.at += 1;
        }
        self.expect_spaced('=')?;
        Ok(key)
    }

    /// `csv = first *("," second)`
    ///
    /// `a=1,b=2` looks like a list until the second `=` shows that `b` is a key. Then the list ends
    /// before the comma in front of that key.
    fn csv(&mut self) -> ShorthandResult<Value> {
        let first = self.first()?;
        self.skip_space();
        if self.peek() != Some(',') {
            return Ok(first);
        }
        self.expect_spaced(',')?;
        let mut items = vec![first];
        loop {
            match self.second_and_comma() {
                Ok((item, more)) => {
                    items.push(item);
                    if !more {
                        break;
                    }
                }
                Err(error @ ShorthandError::Syntax(_)) if self.at >= self.text.len() => {
                    return Err(error);
                }
                Err(ShorthandError::Syntax(_)) => {
                    // At least one comma has been consumed, so that this ends.
                    while self.at > 0 && self.text[self.at] != ',' {
                        self.at -= 1;
                    }
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        if items.len() == 1 {
            return Ok(items.remove(0));
        }
        Ok(Value::List(items))
    }

    /// The next item of a comma-separated list, and whether a comma follows it.
    fn second_and_comma(&mut self) -> ShorthandResult<(Value, bool)> {
        let item = self.second()?;
        self.skip_space();
        if self.at >= self.text.len() {
            return Ok((item, false));
        }
        self.expect_spaced(',')?;
        Ok((item, true))
    }

    fn nested(&mut self, read: fn(&mut Self) -> ShorthandResult<Value>) -> ShorthandResult<Value> {
        if self.depth == MAX_DEPTH {
            return Err(ShorthandError::Syntax(SyntaxError::TooDeep { at: self.at }));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_space();
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    /// `list = "[" [item *("," item)] "]"`, behind its bracket
    fn list(&mut self) -> ShorthandResult<Value> {
        let mut items = Vec::new();
        while self.peek() != Some(']') {
            items.push(self.item()?);
            self.skip_space();
            self.comma_unless(']')?;
        }
        self.expect(']')?;
        Ok(Value::List(items))
    }

    /// `hash = "{" [key ["@"] "=" item *("," …)] "}"`, behind its brace
    fn hash(&mut self) -> ShorthandResult<Value> {
        let mut members = Members::new();
        while self.peek() != Some('}') {
            let key = self.key_and_sign()?;
            let value = self.item()?;
            self.skip_space();
            self.comma_unless('}')?;
            members.insert(key.into(), value);
        }
        self.expect('}')?;
        Ok(Value::Map(members))
    }

    fn comma_unless(&mut self, end: char) -> ShorthandResult<()> {
        if self.peek() != Some(end) {
            self.expect(',')?;
            self.skip_space();
        }
        Ok(())
    }

    /// `item = list / hash / first`
    fn item(&mut self) -> ShorthandResult<Value> {
        match self.peek() {
            Some('[') => self.nested(Self::list),
            Some('{') => self.nested(Self::hash),
            _ => self.first(),
        }
    }

    /// The first value behind a key, or an item of a list. It may be empty.
    fn first(&mut self) -> ShorthandResult<Value> {
        match self.peek() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            _ => {
                let text = self.plain(follows_in_first);
                self.resolve(text.unwrap_or_default())
            }
        }
    }

    /// A further value of a comma-separated list, which may not be empty.
    fn second(&mut self) -> ShorthandResult<Value> {
        match self.peek() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            _ => match self.plain(follows_in_second) {
                Some(text) => self.resolve(text),
                None => Err(self.unexpected("<second>", ReceivedInput::Nothing)),
            },
        }
    }

    /// Plain text without trailing white space; `\,` is a comma.
    fn plain(&mut self, follows: fn(char) -> bool) -> Option<String> {
        let start = self.at;
        while let Some(c) = self.peek() {
            let allowed = if self.at == start {
                starts_plain(c)
            } else {
                follows(c)
            };
            if c == '\\' && self.text.get(self.at + 1) == Some(&',') {
                self.at += 2;
            } else if allowed {
                self.at += 1;
            } else {
                break;
            }
        }
        if self.at == start {
            return None;
        }
        let text: String = self.text[start..self.at].iter().collect();
        Some(
            text.replace("\\,", ",")
                .trim_end_matches(python::is_space)
                .to_string(),
        )
    }

    /// A quoted text. It ends at the first closing quote without a backslash before it or, if there
    /// is none, at the last one with a backslash, which then is not an escape.
    fn quoted(&mut self, quote: char) -> ShorthandResult<Value> {
        let start = self.at + 1;
        let mut end = None;
        for at in start..self.text.len() {
            if self.text[at] == quote {
                end = Some(at);
                if at == start || self.text[at - 1] != '\\' {
                    break;
                }
            }
        }
        let Some(end) = end else {
            let name = if quote == '"' {
                "<double quoted>"
            } else {
                "<singled quoted>"
            };
            return Err(self.unexpected(name, ReceivedInput::Nothing));
        };
        self.at = end + 1;
        let text: String = self.text[start..end].iter().collect();
        let text = text
            .replace(&format!("\\{quote}"), &quote.to_string())
            .replace("\\\\", "\\");
        self.resolve(text)
    }

    fn resolve(&self, text: String) -> ShorthandResult<Value> {
        if self.loads_files
            && let Some(value) =
                paramfile::load(&text, self.environment).map_err(ShorthandError::File)?
        {
            return Ok(value);
        }
        Ok(Value::String(text))
    }
}

/// Whether plain text may begin with the character: not with white space, a quote, a comma or one
/// of `=[{`; nor, as in the AWS CLI, with a character beyond the basic multilingual plane.
fn starts_plain(c: char) -> bool {
    matches!(c, '!' | '#'..='&' | '('..='+' | '-'..='<' | '>'..='Z' | '\\'..='z' | '|'..='\u{ffff}')
}

/// Whether plain text of `first` may continue with the character.
fn follows_in_first(c: char) -> bool {
    python::is_space(c)
        || matches!(c, '!' | '#'..='&' | '('..='+' | '-'..='\\' | '^'..='|' | '~'..='\u{ffff}')
}

/// Whether plain text of `second` may continue with the character: not with `=`, which shows that
/// the text is a key.
fn follows_in_second(c: char) -> bool {
    python::is_space(c) || matches!(c, '!' | '#'..='&' | '('..='+' | '-'..='<' | '>'..='\u{ffff}')
}
