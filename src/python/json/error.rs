//! Errors of parsing JSON, with the messages and positions of Python's `json.loads` (3.11).

use std::fmt;

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    problem: JsonProblem,
    /// Bytes before the position of the error.
    position: usize,
    line: usize,
    column: usize,
    /// Characters before the position of the error.
    offset: usize,
}

/// The kinds of errors that Python reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonProblem {
    /// A byte order mark.
    ByteOrderMark,
    /// Text after the document.
    ExtraData,
    /// No key where one must be.
    ExpectedKey,
    /// No colon after a key.
    ExpectedColon,
    /// Neither a comma nor a closing bracket after a value.
    ExpectedComma,
    /// No value where one must be.
    ExpectedValue,
    /// A string without closing quotes, at its start.
    UnterminatedString,
    /// A control character in a string.
    ControlCharacter,
    /// A backslash before a character that needs none.
    UnknownEscape,
    /// `\u` without four hexadecimal digits, at the `u`.
    UnicodeEscape,
    /// An integer with more digits than Python converts.
    NumberTooLong,
    /// An object nested more deeply than Python allows.
    TooDeepObject,
    /// A list nested likewise.
    TooDeepList,
}

impl JsonProblem {
    /// Python's message without the position.
    pub fn message(self) -> &'static str {
        match self {
            JsonProblem::ByteOrderMark => "Unexpected UTF-8 BOM (decode using utf-8-sig)",
            JsonProblem::ExtraData => "Extra data",
            JsonProblem::ExpectedKey => "Expecting property name enclosed in double quotes",
            JsonProblem::ExpectedColon => "Expecting ':' delimiter",
            JsonProblem::ExpectedComma => "Expecting ',' delimiter",
            JsonProblem::ExpectedValue => "Expecting value",
            JsonProblem::UnterminatedString => "Unterminated string starting at",
            JsonProblem::ControlCharacter => "Invalid control character at",
            JsonProblem::UnknownEscape => "Invalid \\escape",
            JsonProblem::UnicodeEscape => "Invalid \\uXXXX escape",
            JsonProblem::NumberTooLong => "Exceeds the limit for integer string conversion",
            JsonProblem::TooDeepObject => {
                "maximum recursion depth exceeded while decoding a JSON object from a unicode string"
            }
            JsonProblem::TooDeepList => {
                "maximum recursion depth exceeded while decoding a JSON array from a unicode string"
            }
        }
    }
}

impl JsonError {
    /// Creates an error at a byte offset of `text`.
    pub(super) fn new(problem: JsonProblem, text: &str, position: usize) -> JsonError {
        let before = &text[..position];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        JsonError {
            problem,
            position,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            offset: before.chars().count(),
        }
    }

    /// What is wrong.
    pub fn problem(&self) -> JsonProblem {
        self.problem
    }

    /// The byte offset of the error.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Whether the nesting is too deep. Python raises another exception for that than for invalid
    /// JSON.
    pub fn is_too_deep(&self) -> bool {
        matches!(
            self.problem,
            JsonProblem::TooDeepObject | JsonProblem::TooDeepList
        )
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = self.problem.message();
        if self.is_too_deep() {
            return f.write_str(problem);
        }
        let JsonError {
            line,
            column,
            offset,
            ..
        } = self;
        write!(f, "{problem}: line {line} column {column} (char {offset})")
    }
}

impl std::error::Error for JsonError {}
