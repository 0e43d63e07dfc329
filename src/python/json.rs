//! Reads JSON as Python's `json.loads` (3.11) does, whose messages the AWS CLI passes on.
//!
//! serde_json reads the replies of the service; input of users needs this reader, because it
//! must take what Python takes (numbers of any size, `NaN`, `Infinity`) and must refuse in
//! Python's words and with Python's places.

use std::fmt;

use super::key::Members;
use super::value::Value;

/// How deep lists and objects may nest; Python gives up at about the same depth.
const DEEPEST: usize = 900;

/// How many characters a whole number may have; Python's `int` takes no more digits.
const LONGEST_INTEGER: usize = 4300;

const BAD_ESCAPE: &str = "Invalid \\uXXXX escape";
const TOO_DEEP: &str = "Nested too deeply";

/// Why a text is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    problem: &'static str,
    line: usize,
    column: usize,
    /// Characters before the place.
    offset: usize,
}

impl JsonError {
    /// What is wrong, without the place.
    pub fn problem(&self) -> &'static str {
        self.problem
    }

    /// Whether the text is JSON but for an escape that is half of a character (or none at all),
    /// which no UTF-8 text can hold.
    pub fn is_half_a_character(&self) -> bool {
        self.problem == BAD_ESCAPE
    }

    /// Whether the text might be JSON, but nests too deeply to tell.
    pub fn is_too_deep(&self) -> bool {
        self.problem == TOO_DEEP
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let JsonError {
            problem,
            line,
            column,
            offset,
        } = self;
        write!(f, "{problem}: line {line} column {column} (char {offset})")
    }
}

impl std::error::Error for JsonError {}

/// Reads a whole document.
pub fn read(text: &str) -> Result<Value, JsonError> {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
    };
    if text.starts_with('\u{feff}') {
        return Err(reader.error("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0));
    }
    reader.skip_space();
    let value = reader.value()?;
    reader.skip_space();
    if reader.at < text.len() {
        return Err(reader.error("Extra data", reader.at));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    /// Byte offset of what comes next.
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn error(&self, problem: &'static str, at: usize) -> JsonError {
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        JsonError {
            problem,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            offset: before.chars().count(),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.nested(start, Self::object),
            Some(b'[') => self.nested(start, Self::list),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(start),
        }
    }

    fn nested(
        &mut self,
        start: usize,
        read: fn(&mut Self) -> Result<Value, JsonError>,
    ) -> Result<Value, JsonError> {
        if self.depth == DEEPEST {
            return Err(self.error(TOO_DEEP, start));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_space();
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Value, JsonError> {
        let mut members = Members::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                let problem = "Expecting property name enclosed in double quotes";
                return Err(self.error(problem, self.at));
            }
            let key = self.string()?;
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.error("Expecting ':' delimiter", self.at));
            }
            self.at += 1;
            self.skip_space();
            let value = self.value()?;
            members.insert(key.into(), value);
            if self.ends_with(b'}')? {
                return Ok(Value::Map(members));
            }
        }
    }

    fn list(&mut self) -> Result<Value, JsonError> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value()?);
            if self.ends_with(b']')? {
                return Ok(Value::List(items));
            }
        }
    }

    /// Takes the end of a list or object, or the comma before its next entry.
    fn ends_with(&mut self, end: u8) -> Result<bool, JsonError> {
        self.skip_space();
        match self.peek() {
            Some(c) if c == end => {
                self.at += 1;
                Ok(true)
            }
            Some(b',') => {
                self.at += 1;
                self.skip_space();
                Ok(false)
            }
            _ => Err(self.error("Expecting ',' delimiter", self.at)),
        }
    }

    fn word(&mut self, start: usize) -> Result<Value, JsonError> {
        let words = [
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("NaN", Value::Float(f64::NAN)),
            ("Infinity", Value::Float(f64::INFINITY)),
        ];
        for (word, value) in words {
            if self.text[start..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.error("Expecting value", start))
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let digits = |from: usize| {
            from + bytes[from..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .count()
        };
        let first = start + usize::from(bytes[start] == b'-');
        if self.text[first..].starts_with("Infinity") && first > start {
            self.at = first + "Infinity".len();
            return Ok(Value::Float(f64::NEG_INFINITY));
        }
        // A leading zero ends the whole part: what follows is extra data.
        let mut end = if bytes.get(first) == Some(&b'0') {
            first + 1
        } else {
            digits(first)
        };
        if end == first {
            return Err(self.error("Expecting value", start));
        }
        let mut whole = true;
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
            end = digits(end + 1);
            whole = false;
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if digits(end + 1 + sign) > end + 1 + sign {
                end = digits(end + 1 + sign);
                whole = false;
            }
        }
        self.at = end;
        let text = &self.text[start..end];
        if whole && text.len() > LONGEST_INTEGER {
            return Err(self.error("Exceeds the limit for integer string conversion", start));
        }
        Ok(match (whole, text) {
            (true, "-0") => Value::Integer("0".into()),
            (true, _) => Value::Integer(text.into()),
            (false, _) => Value::Float(text.parse().unwrap_or(f64::NAN)),
        })
    }

    fn string(&mut self) -> Result<String, JsonError> {
        let start = self.at;
        let mut value = String::new();
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let Some(plain) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                return Err(self.error("Unterminated string starting at", start));
            };
            value.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(value);
                }
                Some(b'\\') => value.push(self.escape(start)?),
                _ => return Err(self.error("Invalid control character at", self.at)),
            }
        }
    }

    fn escape(&mut self, string_start: usize) -> Result<char, JsonError> {
        let at = self.at;
        self.at += 2;
        Ok(match self.text.as_bytes().get(at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(at),
            Some(_) => return Err(self.error("Invalid \\escape", at)),
            None => return Err(self.error("Unterminated string starting at", string_start)),
        })
    }

    /// `\uXXXX`, or two of them for a character beyond the first plane. Python also takes half of
    /// such a pair; no UTF-8 text can hold that, so it is refused here.
    fn unicode_escape(&mut self, at: usize) -> Result<char, JsonError> {
        let problem = BAD_ESCAPE;
        let first = self
            .hex(at + 2)
            .ok_or_else(|| self.error(problem, at + 1))?;
        self.at = at + 6;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let rest = &self.text[self.at..];
        let second = if rest.starts_with("\\u") {
            self.hex(self.at + 2)
        } else {
            None
        };
        match second {
            Some(second) if first < 0xdc00 && (0xdc00..0xe000).contains(&second) => {
                self.at += 6;
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                char::from_u32(code).ok_or_else(|| self.error(problem, at + 1))
            }
            _ => Err(self.error(problem, at + 1)),
        }
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 4)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let table = [
            ("null", "None"),
            (" [true, false] ", "[True, False]"),
            ("-0", "0"),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
            ("1.50", "1.5"),
            ("1e3", "1000.0"),
            ("1E400", "inf"),
            ("[NaN, Infinity, -Infinity]", "[nan, inf, -inf]"),
            (r#"{"b": 1, "a": {}, "b": 2}"#, "{'b': 2, 'a': {}}"),
            (r#"["\u00e9\ud83d\ude00\n\/"]"#, "['é😀\\n/']"),
            ("[]", "[]"),
        ];
        for (text, want) in table {
            assert_eq!(
                read(text).map(|v| v.python_str()).as_deref(),
                Ok(want),
                "{text}"
            );
        }
    }

    #[test]
    fn refusals_have_pythons_words_and_places() {
        let table = [
            ("", "Expecting value: line 1 column 1 (char 0)"),
            (
                "{\"RoleArn\":",
                "Expecting value: line 1 column 12 (char 11)",
            ),
            ("{\"a\":1} x", "Extra data: line 1 column 9 (char 8)"),
            (
                "{",
                "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
            ),
            (
                "{bad}",
                "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
            ),
            (
                "{\"a\":1,}",
                "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)",
            ),
            (
                "{\"a\" 1}",
                "Expecting ':' delimiter: line 1 column 6 (char 5)",
            ),
            (
                "{\"a\":1 \"b\":2}",
                "Expecting ',' delimiter: line 1 column 8 (char 7)",
            ),
            (
                "[1\n, 2\n 3]",
                "Expecting ',' delimiter: line 3 column 2 (char 8)",
            ),
            ("[1,]", "Expecting value: line 1 column 4 (char 3)"),
            (
                "[\"é\", \"b]",
                "Unterminated string starting at: line 1 column 7 (char 6)",
            ),
            (
                "\"a\tb\"",
                "Invalid control character at: line 1 column 3 (char 2)",
            ),
            ("\"a\\x\"", "Invalid \\escape: line 1 column 3 (char 2)"),
            (
                "\"\\u12\"",
                "Invalid \\uXXXX escape: line 1 column 3 (char 2)",
            ),
            (
                "\"\\",
                "Unterminated string starting at: line 1 column 1 (char 0)",
            ),
            ("01", "Extra data: line 1 column 2 (char 1)"),
            ("-", "Expecting value: line 1 column 1 (char 0)"),
            ("1.", "Extra data: line 1 column 2 (char 1)"),
            (
                "\u{feff}{}",
                "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)",
            ),
        ];
        for (text, want) in table {
            let error = read(text).map_err(|e| e.to_string());
            assert_eq!(error, Err(want.to_string()), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read(&"{\"a\":".repeat(100_000)).is_err());
    }
}
