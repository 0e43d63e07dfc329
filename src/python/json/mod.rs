//! Parses JSON as Python's `json.loads` (3.11) does, whose error messages the AWS CLI prints.
//!
//! serde_json parses the responses of the service; user input needs this parser, because it must
//! accept what Python accepts (numbers of any size, `NaN`, `Infinity`) and report Python's messages
//! and positions.

mod error;

pub use error::{JsonError, JsonProblem};

use super::integer::MAX_INT_DIGITS;
use super::key::Members;
use super::surrogates;
use super::value::Value;

/// The depth of lists and objects at which Python exceeds its recursion limit, in input and in
/// responses.
const MAX_INPUT_DEPTH: usize = 978;
const MAX_RESPONSE_DEPTH: usize = 969;

/// Parses a document of input. Represents lone surrogates as `surrogates` describes; those in
/// `text` must be represented so already.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    parse_to_depth(text, MAX_INPUT_DEPTH)
}

/// Parses a response, with its maximum depth.
pub fn parse_response(text: &str) -> Result<Value, JsonError> {
    parse_to_depth(text, MAX_RESPONSE_DEPTH)
}

fn parse_to_depth(text: &str, max_depth: usize) -> Result<Value, JsonError> {
    let mut parser = JsonParser {
        text,
        position: 0,
        max_depth,
    };
    if text.starts_with('\u{feff}') {
        return Err(parser.error(JsonProblem::ByteOrderMark, 0));
    }
    parser.skip_whitespace();
    let value = parser.parse_value()?;
    parser.skip_whitespace();
    if parser.position < text.len() {
        return Err(parser.error(JsonProblem::ExtraData, parser.position));
    }
    Ok(value)
}

struct JsonParser<'a> {
    text: &'a str,
    /// Byte offset of the next character.
    position: usize,
    /// Maximum number of open lists and objects.
    max_depth: usize,
}

/// A list or object whose closing bracket has not been parsed.
enum OpenContainer {
    List(Vec<Value>),
    /// With the key of the next member.
    Object(Members, String),
}

impl JsonParser<'_> {
    fn error(&self, problem: JsonProblem, at: usize) -> JsonError {
        JsonError::new(problem, self.text, at)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn skip_whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.position += 1;
        }
    }

    /// Parses a value with all its contents. Open containers are on the heap, since the stack may
    /// be small.
    fn parse_value(&mut self) -> Result<Value, JsonError> {
        let mut open: Vec<OpenContainer> = Vec::new();
        loop {
            let mut value = match self.peek() {
                Some(b'{') => {
                    self.open_container(JsonProblem::TooDeepObject, open.len())?;
                    if self.peek() != Some(b'}') {
                        open.push(OpenContainer::Object(Members::new(), self.parse_key()?));
                        continue;
                    }
                    self.position += 1;
                    Value::Map(Members::new())
                }
                Some(b'[') => {
                    self.open_container(JsonProblem::TooDeepList, open.len())?;
                    if self.peek() != Some(b']') {
                        open.push(OpenContainer::List(Vec::new()));
                        continue;
                    }
                    self.position += 1;
                    Value::List(Vec::new())
                }
                _ => self.parse_scalar()?,
            };
            // Closing brackets complete the enclosing values.
            loop {
                match open.pop() {
                    None => return Ok(value),
                    Some(OpenContainer::List(mut items)) => {
                        items.push(value);
                        if !self.at_end(b']')? {
                            open.push(OpenContainer::List(items));
                            break;
                        }
                        value = Value::List(items);
                    }
                    Some(OpenContainer::Object(mut members, key)) => {
                        members.insert(key.into(), value);
                        if !self.at_end(b'}')? {
                            open.push(OpenContainer::Object(members, self.parse_key()?));
                            break;
                        }
                        value = Value::Map(members);
                    }
                }
            }
        }
    }

    /// Parses the opening bracket of a list or object within `depth` others.
    fn open_container(&mut self, too_deep: JsonProblem, depth: usize) -> Result<(), JsonError> {
        if depth >= self.max_depth {
            return Err(self.error(too_deep, self.position));
        }
        self.position += 1;
        self.skip_whitespace();
        Ok(())
    }

    /// Parses a member's key and the following colon.
    fn parse_key(&mut self) -> Result<String, JsonError> {
        if self.peek() != Some(b'"') {
            return Err(self.error(JsonProblem::ExpectedKey, self.position));
        }
        let key = self.parse_string()?;
        self.skip_whitespace();
        if self.peek() != Some(b':') {
            return Err(self.error(JsonProblem::ExpectedColon, self.position));
        }
        self.position += 1;
        self.skip_whitespace();
        Ok(key)
    }

    fn parse_scalar(&mut self) -> Result<Value, JsonError> {
        match self.peek() {
            Some(b'"') => self.parse_string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.parse_number(),
            _ => self.parse_keyword(self.position),
        }
    }

    /// Parses the closing bracket of a list or object (`true`) or the comma before its next entry
    /// (`false`).
    fn at_end(&mut self, end: u8) -> Result<bool, JsonError> {
        self.skip_whitespace();
        match self.peek() {
            Some(c) if c == end => {
                self.position += 1;
                Ok(true)
            }
            Some(b',') => {
                self.position += 1;
                self.skip_whitespace();
                Ok(false)
            }
            _ => Err(self.error(JsonProblem::ExpectedComma, self.position)),
        }
    }

    fn parse_keyword(&mut self, start: usize) -> Result<Value, JsonError> {
        let words = [
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("NaN", Value::Float(f64::NAN)),
            ("Infinity", Value::Float(f64::INFINITY)),
        ];
        for (word, value) in words {
            if self.text[start..].starts_with(word) {
                self.position += word.len();
                return Ok(value);
            }
        }
        Err(self.error(JsonProblem::ExpectedValue, start))
    }

    fn parse_number(&mut self) -> Result<Value, JsonError> {
        let bytes = self.text.as_bytes();
        let start = self.position;
        let digits = |from: usize| {
            from + bytes[from..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .count()
        };
        let first = start + usize::from(bytes[start] == b'-');
        if self.text[first..].starts_with("Infinity") && first > start {
            self.position = first + "Infinity".len();
            return Ok(Value::Float(f64::NEG_INFINITY));
        }
        // A leading zero ends the integer: further digits are extra data.
        let mut end = if bytes.get(first) == Some(&b'0') {
            first + 1
        } else {
            digits(first)
        };
        if end == first {
            return Err(self.error(JsonProblem::ExpectedValue, start));
        }
        let mut is_integer = true;
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
            end = digits(end + 1);
            is_integer = false;
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if digits(end + 1 + sign) > end + 1 + sign {
                end = digits(end + 1 + sign);
                is_integer = false;
            }
        }
        self.position = end;
        let text = &self.text[start..end];
        if is_integer && end - first > MAX_INT_DIGITS {
            return Err(self.error(JsonProblem::NumberTooLong, start));
        }
        Ok(match (is_integer, text) {
            (true, "-0") => Value::Integer("0".into()),
            (true, _) => Value::Integer(text.into()),
            (false, _) => Value::Float(text.parse().unwrap_or(f64::NAN)),
        })
    }

    fn parse_string(&mut self) -> Result<String, JsonError> {
        let start = self.position;
        let mut value = String::new();
        self.position += 1;
        loop {
            let rest = &self.text[self.position..];
            let Some(plain) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                return Err(self.error(JsonProblem::UnterminatedString, start));
            };
            value.push_str(&rest[..plain]);
            self.position += plain;
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(value);
                }
                Some(b'\\') => self.parse_escape(start, &mut value)?,
                _ => return Err(self.error(JsonProblem::ControlCharacter, self.position)),
            }
        }
    }

    fn parse_escape(&mut self, string_start: usize, value: &mut String) -> Result<(), JsonError> {
        let at = self.position;
        self.position += 2;
        value.push(match self.text.as_bytes().get(at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.parse_unicode_escape(at, value),
            Some(_) => return Err(self.error(JsonProblem::UnknownEscape, at)),
            None => return Err(self.error(JsonProblem::UnterminatedString, string_start)),
        });
        Ok(())
    }

    /// Parses `\uXXXX`, or a surrogate pair of two escapes.
    fn parse_unicode_escape(&mut self, at: usize, value: &mut String) -> Result<(), JsonError> {
        let bad_escape = || self.error(JsonProblem::UnicodeEscape, at + 1);
        let first = self.parse_hex(at + 2).ok_or_else(bad_escape)?;
        self.position = at + 6;
        if let Some(character) = char::from_u32(first) {
            value.push(character);
            return Ok(());
        }
        let rest = &self.text[self.position..];
        let second = rest
            .starts_with("\\u")
            .then(|| self.parse_hex(self.position + 2))
            .flatten();
        match second {
            Some(second) if first < 0xdc00 && (0xdc00..0xe000).contains(&second) => {
                self.position += 6;
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                char::from_u32(code)
                    .into_iter()
                    .for_each(|c| surrogates::push_char(value, c));
            }
            _ => value.extend(surrogates::placeholder(first)),
        }
        Ok(())
    }

    fn parse_hex(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 4)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parses_values() {
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
            (
                r#"["\ud83d", "\ude00\uD83D\ud83d\ude00"]"#,
                r"['\ud83d', '\ude00\ud83d😀']",
            ),
            (r#"{"\udfff": "\udb36\udd3d"}"#, r"{'\udfff': '\U000dd93d'}"),
            ("[]", "[]"),
        ];
        for (text, want) in table {
            assert_eq!(
                parse(text).map(|v| v.python_str()).as_deref(),
                Ok(want),
                "{text}"
            );
        }
        for sign in ["", "-"] {
            assert!(parse(&format!("{sign}{}", "9".repeat(MAX_INT_DIGITS))).is_ok());
            assert!(parse(&format!("{sign}{}", "9".repeat(MAX_INT_DIGITS + 1))).is_err());
        }
    }

    #[test]
    fn reports_errors_with_python_messages_and_positions() {
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
            let error = parse(text).map_err(|e| e.to_string());
            assert_eq!(error, Err(want.to_string()), "{text}");
        }
    }

    #[test]
    fn parses_nesting_up_to_python_limit() {
        let table = [("[", "]", "array"), ("{\"a\":", "}", "object")];
        for (open, close, kind) in table {
            let text = |depth: usize| open.repeat(depth) + "1" + &close.repeat(depth);
            assert!(parse(&text(MAX_INPUT_DEPTH)).is_ok());
            assert!(parse_response(&text(MAX_RESPONSE_DEPTH)).is_ok());
            let why = format!(
                "maximum recursion depth exceeded while decoding a JSON {kind} from a unicode \
                 string"
            );
            for refused in [
                parse(&text(MAX_INPUT_DEPTH + 1)),
                parse_response(&text(MAX_RESPONSE_DEPTH + 1)),
                parse(&open.repeat(100_000)),
            ] {
                let error = refused.expect_err("it is too deep");
                assert!(error.is_too_deep());
                assert_eq!(error.to_string(), why);
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in r#"[\[\]{}:,"a1 \\u8dD]{0,20}"#) {
            if let Ok(value) = parse(&text) {
                // serde_json agrees, except for lone surrogates and a few keywords that it rejects.
                if let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) {
                    prop_assert_eq!(value.into_json(), json);
                }
            } else {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_err());
            }
        }
    }
}
