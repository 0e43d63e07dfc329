//! JSON with positions. A node is a slice of the text, which is parsed one level at a time, so that
//! a large file takes little memory.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::node::{Node, NodeError, NodeValue};
use crate::python::json;
use crate::python::value::Value;
use crate::yaml::Position;

/// A stream of JSON documents.
pub(super) struct JsonText<'t> {
    text: &'t str,
    /// The last byte offset whose position was asked for, with that position. Positions are asked
    /// for in about the order of the text.
    last: Cell<(usize, Position)>,
}

/// A value in a text.
#[derive(Clone, Copy)]
pub(super) struct JsonNode<'d> {
    text: &'d JsonText<'d>,
    slice: &'d str,
}

impl<'t> JsonText<'t> {
    pub(super) fn new(text: &'t str) -> JsonText<'t> {
        let start = Position { line: 1, column: 1 };
        JsonText {
            text,
            last: Cell::new((0, start)),
        }
    }

    /// Parses the documents, each up to an error.
    pub(super) fn documents<'d>(
        &'d self,
    ) -> impl Iterator<Item = Result<JsonNode<'d>, NodeError>> + 'd {
        let stream = serde_json::Deserializer::from_str(self.text);
        let documents = stream.into_iter::<&'d RawValue>();
        documents.map(|document| match document {
            Ok(raw) => Ok(self.node(raw)),
            Err(error) => Err(self.error(self.text, &error)),
        })
    }

    fn node<'d>(&'d self, raw: &'d RawValue) -> JsonNode<'d> {
        JsonNode {
            text: self,
            slice: raw.get(),
        }
    }

    /// The position of a slice of the text.
    fn position_of(&self, slice: &str) -> Position {
        self.position_at(slice.as_ptr() as usize - self.text.as_ptr() as usize)
    }

    fn position_at(&self, at: usize) -> Position {
        let (last, from) = self.last.get();
        let position = match at >= last {
            true => advance(from, &self.text[last..at]),
            false => self.position_before(at, last, from),
        };
        self.last.set((at, position));
        position
    }

    /// The position at a byte offset before `last`, which is at `from`.
    fn position_before(&self, at: usize, last: usize, from: Position) -> Position {
        let passed = advance(Position { line: 1, column: 1 }, &self.text[at..last]);
        if passed.line == 1 {
            let column = from.column - self.text[at..last].chars().count();
            return Position { column, ..from };
        }
        let line_start = self.text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        Position {
            line: from.line + 1 - passed.line,
            column: self.text[line_start..at].chars().count() + 1,
        }
    }

    /// The error of parsing a slice.
    fn error(&self, slice: &str, error: &serde_json::Error) -> NodeError {
        // serde_json counts lines by `\n` and columns in bytes; at a line's end, column 0 of the
        // next one.
        let line_start = match error.line() {
            0 | 1 => 0,
            line => slice
                .match_indices('\n')
                .nth(line - 2)
                .map_or(slice.len(), |(at, _)| at + 1),
        };
        let mut at = slice
            .len()
            .min(line_start + error.column().saturating_sub(1));
        while !slice.is_char_boundary(at) {
            at -= 1;
        }
        let text = error.to_string();
        let (before, behind) = (slice[..at].trim_end(), &slice[at..]);
        let message = match before.ends_with(',') && behind.starts_with([']', '}']) {
            // serde_json says only that a value or key is missing.
            true => "trailing comma",
            false => text.split(" at line ").next().unwrap_or(&text),
        };
        NodeError {
            position: self.position_of(&slice[at..]),
            message: message.to_string(),
        }
    }
}

/// The position behind a part of the text that begins at `from`.
fn advance(from: Position, part: &str) -> Position {
    let bytes = part.as_bytes();
    let is_break = |at: usize| match bytes[at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    let breaks = (0..bytes.len()).filter(|at| is_break(*at));
    let (count, last) = breaks.fold((0, None), |(count, _), at| (count + 1, Some(at)));
    match last {
        Some(at) => Position {
            line: from.line + count,
            column: part[at + 1..].chars().count() + 1,
        },
        None => Position {
            line: from.line,
            column: from.column + part.chars().count(),
        },
    }
}

impl<'d> JsonNode<'d> {
    pub(super) fn position(&self) -> Position {
        self.text.position_of(self.slice)
    }

    /// The value, of which each part is a node again.
    pub(super) fn value(&self) -> Result<NodeValue<'d>, NodeError> {
        let slice = self.slice;
        let node = |raw: &'d RawValue| Node::Json(self.text.node(raw));
        Ok(match slice.as_bytes().first() {
            Some(b'"') => NodeValue::String(self.string()),
            Some(b'[') => {
                let items: Vec<&'d RawValue> = self.parse()?;
                NodeValue::List(items.into_iter().map(node).collect())
            }
            Some(b'{') => {
                let members = self.parse::<JsonMembers<'d>>()?.0.into_iter();
                NodeValue::Mapping(members.map(|(k, v)| (node(k), node(v))).collect())
            }
            Some(b'n') | None => NodeValue::Null,
            Some(b't' | b'f') => NodeValue::Other("boolean", slice),
            Some(_) => NodeValue::Other("number", slice),
        })
    }

    /// The string, which is valid: its text was parsed with what holds it.
    fn string(&self) -> Cow<'d, str> {
        let quoted = self.slice;
        match quoted.contains('\\') {
            true => match json::parse(quoted) {
                Ok(Value::String(text)) => Cow::Owned(text),
                _ => Cow::Borrowed(quoted),
            },
            false => Cow::Borrowed(quoted.trim_matches('"')),
        }
    }

    fn parse<T: Deserialize<'d>>(&self) -> Result<T, NodeError> {
        serde_json::from_str(self.slice).map_err(|error| self.text.error(self.slice, &error))
    }
}

/// The members of an object, duplicates included.
struct JsonMembers<'d>(Vec<(&'d RawValue, &'d RawValue)>);

impl<'d> Deserialize<'d> for JsonMembers<'d> {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'d> Visitor<'d> for MembersVisitor {
    type Value = JsonMembers<'d>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'d>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(JsonMembers(members))
    }
}
