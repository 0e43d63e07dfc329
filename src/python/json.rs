//! Reads JSON as Python's `json.loads` (3.11) does, whose messages the AWS CLI passes on.
//!
//! serde_json reads the replies of the service; input of users needs this reader, because it
//! must take what Python takes (numbers of any size, `NaN`, `Infinity`) and must refuse in
//! Python's words and with Python's places.

use std::fmt;

use super::integer::MAX_DIGITS;
use super::key::Members;
use super::surrogates;
use super::value::Value;

/// How deep lists and objects may nest in input and in replies, until Python's stack ends.
const DEEPEST_INPUT: usize = 978;
const DEEPEST_REPLY: usize = 969;

const TOO_DEEP_OBJECT: &str =
    "maximum recursion depth exceeded while decoding a JSON object from a unicode string";
const TOO_DEEP_LIST: &str =
    "maximum recursion depth exceeded while decoding a JSON array from a unicode string";

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

    /// Whether the text might be JSON, but nests too deeply to tell. Python's own exception for
    /// that is none of those for bad JSON.
    pub fn is_too_deep(&self) -> bool {
        matches!(self.problem, TOO_DEEP_OBJECT | TOO_DEEP_LIST)
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
        if self.is_too_deep() {
            return f.write_str(problem);
        }
        write!(f, "{problem}: line {line} column {column} (char {offset})")
    }
}

impl std::error::Error for JsonError {}

/// Reads a whole document of input. Halves of surrogate pairs in it are held as `surrogates` says,
/// and so must those be that the text has already.
pub fn read(text: &str) -> Result<Value, JsonError> {
    read_to_depth(text, DEEPEST_INPUT)
}

/// Reads a reply likewise.
pub fn read_reply(text: &str) -> Result<Value, JsonError> {
    read_to_depth(text, DEEPEST_REPLY)
}

fn read_to_depth(text: &str, deepest: usize) -> Result<Value, JsonError> {
    let mut reader = Reader {
        text,
        at: 0,
        deepest,
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
    /// How many lists and objects may be open at once.
    deepest: usize,
}

/// A list or an object whose end is still to come.
enum Open {
    List(Vec<Value>),
    /// With the key of the member that comes next.
    Object(Members, String),
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

    /// A value with everything in it. What is open is kept in a list and not on the stack, which
    /// may be small.
    fn value(&mut self) -> Result<Value, JsonError> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let mut value = match self.peek() {
                Some(b'{') => {
                    self.begin(TOO_DEEP_OBJECT, open.len())?;
                    if self.peek() != Some(b'}') {
                        open.push(Open::Object(Members::new(), self.key()?));
                        continue;
                    }
                    self.at += 1;
                    Value::Map(Members::new())
                }
                Some(b'[') => {
                    self.begin(TOO_DEEP_LIST, open.len())?;
                    if self.peek() != Some(b']') {
                        open.push(Open::List(Vec::new()));
                        continue;
                    }
                    self.at += 1;
                    Value::List(Vec::new())
                }
                _ => self.scalar()?,
            };
            // What ends with the value is itself a value.
            loop {
                match open.pop() {
                    None => return Ok(value),
                    Some(Open::List(mut items)) => {
                        items.push(value);
                        if !self.ends_with(b']')? {
                            open.push(Open::List(items));
                            break;
                        }
                        value = Value::List(items);
                    }
                    Some(Open::Object(mut members, key)) => {
                        members.insert(key.into(), value);
                        if !self.ends_with(b'}')? {
                            open.push(Open::Object(members, self.key()?));
                            break;
                        }
                        value = Value::Map(members);
                    }
                }
            }
        }
    }

    /// Takes the bracket that opens a list or an object within `depth` others.
    fn begin(&mut self, too_deep: &'static str, depth: usize) -> Result<(), JsonError> {
        if depth >= self.deepest {
            return Err(self.error(too_deep, self.at));
        }
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    /// Takes a member's key and the colon behind it.
    fn key(&mut self) -> Result<String, JsonError> {
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
        Ok(key)
    }

    fn scalar(&mut self) -> Result<Value, JsonError> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(self.at),
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
        if whole && end - first > MAX_DIGITS {
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
                Some(b'\\') => self.escape(start, &mut value)?,
                _ => return Err(self.error("Invalid control character at", self.at)),
            }
        }
    }

    fn escape(&mut self, string_start: usize, value: &mut String) -> Result<(), JsonError> {
        let at = self.at;
        self.at += 2;
        value.push(match self.text.as_bytes().get(at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(at, value),
            Some(_) => return Err(self.error("Invalid \\escape", at)),
            None => return Err(self.error("Unterminated string starting at", string_start)),
        });
        Ok(())
    }

    /// `\uXXXX`, or two of them for a character beyond the first plane.
    fn unicode_escape(&mut self, at: usize, value: &mut String) -> Result<(), JsonError> {
        let bad_escape = || self.error("Invalid \\uXXXX escape", at + 1);
        let first = self.hex(at + 2).ok_or_else(bad_escape)?;
        self.at = at + 6;
        if let Some(character) = char::from_u32(first) {
            value.push(character);
            return Ok(());
        }
        let rest = &self.text[self.at..];
        let second = rest
            .starts_with("\\u")
            .then(|| self.hex(self.at + 2))
            .flatten();
        match second {
            Some(second) if first < 0xdc00 && (0xdc00..0xe000).contains(&second) => {
                self.at += 6;
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                char::from_u32(code)
                    .into_iter()
                    .for_each(|c| surrogates::push_read(value, c));
            }
            _ => value.extend(surrogates::held(first)),
        }
        Ok(())
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
    use proptest::prelude::*;

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
            (
                r#"["\ud83d", "\ude00\uD83D\ud83d\ude00"]"#,
                r"['\ud83d', '\ude00\ud83d😀']",
            ),
            (r#"{"\udfff": "\udb36\udd3d"}"#, r"{'\udfff': '\U000dd93d'}"),
            ("[]", "[]"),
        ];
        for (text, want) in table {
            assert_eq!(
                read(text).map(|v| v.python_str()).as_deref(),
                Ok(want),
                "{text}"
            );
        }
        for sign in ["", "-"] {
            assert!(read(&format!("{sign}{}", "9".repeat(MAX_DIGITS))).is_ok());
            assert!(read(&format!("{sign}{}", "9".repeat(MAX_DIGITS + 1))).is_err());
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
    fn nesting_is_read_to_the_depth_of_pythons_stack() {
        let table = [("[", "]", "array"), ("{\"a\":", "}", "object")];
        for (open, close, kind) in table {
            let text = |depth: usize| open.repeat(depth) + "1" + &close.repeat(depth);
            assert!(read(&text(DEEPEST_INPUT)).is_ok());
            assert!(read_reply(&text(DEEPEST_REPLY)).is_ok());
            let why = format!(
                "maximum recursion depth exceeded while decoding a JSON {kind} from a unicode \
                 string"
            );
            for refused in [
                read(&text(DEEPEST_INPUT + 1)),
                read_reply(&text(DEEPEST_REPLY + 1)),
                read(&open.repeat(100_000)),
            ] {
                let error = refused.expect_err("it is too deep");
                assert!(error.is_too_deep());
                assert_eq!(error.to_string(), why);
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r#"[\[\]{}:,"a1 \\u8dD]{0,20}"#) {
            if let Ok(value) = read(&text) {
                // What serde_json reads, too, is the same; halves of pairs and a few words it does
                // not.
                if let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) {
                    prop_assert_eq!(value.into_json(), json);
                }
            } else {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_err());
            }
        }
    }
}
