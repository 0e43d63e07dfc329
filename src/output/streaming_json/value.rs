//! The values of a response, by their shapes.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::super::json;
use super::writer::StreamWriter;
use crate::model::{Shape, ShapeKind, Structure};
use crate::timestamp::{self, EpochSeconds};

/// The outcome of writing a value.
pub(super) enum WriteOutcome {
    /// The value was written.
    Value,
    /// The value was null, and nothing was written.
    Null,
}

/// Looks up a member by its name, without copying the name. Returns its index.
pub(super) struct MemberIndexSeed(pub(super) &'static Structure);

impl<'de> DeserializeSeed<'de> for MemberIndexSeed {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for MemberIndexSeed {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self
            .0
            .aws_cli_members()
            .position(|member| member.name == name))
    }
}

/// Writes a value of this shape.
pub(super) struct ValueSeed<'a, 'w> {
    /// The shape of the value.
    pub(super) shape: &'static Shape,
    /// How many containers are open around the value.
    pub(super) depth: usize,
    /// Whether the buffer may be flushed between the items of a list.
    pub(super) streams: bool,
    /// Where the JSON goes.
    pub(super) writer: &'a mut StreamWriter<'w>,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_> {
    type Value = WriteOutcome;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<WriteOutcome, D::Error> {
        match self.shape.kind {
            ShapeKind::String { .. }
            | ShapeKind::Structure(_)
            | ShapeKind::List(_)
            | ShapeKind::Map { .. } => deserializer.deserialize_any(self),
            ShapeKind::Integer | ShapeKind::Long | ShapeKind::Boolean | ShapeKind::Timestamp => {
                let raw: &RawValue = serde::Deserialize::deserialize(deserializer)?;
                self.scalar(raw.get())
            }
        }
    }
}

impl ValueSeed<'_, '_> {
    fn scalar<E: serde::de::Error>(self, text: &str) -> Result<WriteOutcome, E> {
        let unexpected = || E::custom("a value that the model does not allow");
        let whole = |text: &str| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            digits.bytes().all(|b| b.is_ascii_digit()) && text != "-0"
        };
        let buffer = &mut self.writer.buffer;
        match self.shape.kind {
            _ if text == "null" => return Ok(WriteOutcome::Null),
            ShapeKind::Integer | ShapeKind::Long if whole(text) => {
                buffer.extend_from_slice(text.as_bytes())
            }
            ShapeKind::Boolean if matches!(text, "true" | "false") => {
                buffer.extend_from_slice(text.as_bytes());
            }
            ShapeKind::Timestamp => {
                let seconds = text
                    .parse()
                    .map(EpochSeconds::Float)
                    .map_err(|_| unexpected())?;
                let read = timestamp::from_seconds(seconds, text, self.writer.zone);
                let printed = read.and_then(|timestamp| timestamp.iso_8601());
                buffer.push(b'"');
                buffer.extend_from_slice(printed.map_err(|_| unexpected())?.as_bytes());
                buffer.push(b'"');
            }
            _ => return Err(unexpected()),
        }
        Ok(WriteOutcome::Value)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_, '_> {
    type Value = WriteOutcome;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", self.shape.name)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<WriteOutcome, E> {
        Ok(WriteOutcome::Null)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<WriteOutcome, E> {
        if !matches!(self.shape.kind, ShapeKind::String { .. }) {
            return Err(E::custom("text"));
        }
        if self.writer.sink.is_some() {
            json::write_string(text, &mut self.writer.buffer);
        }
        Ok(WriteOutcome::Value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<WriteOutcome, A::Error> {
        let ShapeKind::List(shape) = self.shape.kind else {
            return Err(A::Error::custom("a list"));
        };
        let (writer, depth) = (self.writer, self.depth + 1);
        writer.buffer.push(b'[');
        let mut empty = true;
        loop {
            let before = writer.buffer.len();
            if !empty {
                writer.buffer.push(b',');
            }
            json::new_line(depth, &mut writer.buffer);
            let seed = ValueSeed {
                shape,
                depth,
                streams: false,
                writer,
            };
            match seq.next_element_seed(seed)? {
                Some(WriteOutcome::Value) => empty = false,
                Some(WriteOutcome::Null) => return Err(A::Error::custom("a null in a list")),
                None => {
                    writer.buffer.truncate(before);
                    break;
                }
            }
            if self.streams {
                writer.flush_chunk()?;
            }
        }
        if !empty {
            json::new_line(depth - 1, &mut writer.buffer);
        }
        writer.buffer.push(b']');
        Ok(WriteOutcome::Value)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WriteOutcome, A::Error> {
        match &self.shape.kind {
            ShapeKind::Structure(structure) => {
                write_structure(structure, self.depth, self.writer, map)
            }
            ShapeKind::Map { value, .. } => write_map(value, self.depth, self.writer, map),
            _ => Err(A::Error::custom("an object")),
        }
    }
}

/// The most members that a structure of the model may have. The tests write a skeleton of each.
const MAX_MEMBERS: usize = 9;

/// The range of each member in the buffer, in the model's order.
type MemberRanges = [Option<(usize, usize)>; MAX_MEMBERS];

/// Writes the members in the order of the response, then reorders them if the model's order
/// differs.
fn write_structure<'de, A: MapAccess<'de>>(
    structure: &'static Structure,
    depth: usize,
    writer: &mut StreamWriter<'_>,
    mut map: A,
) -> Result<WriteOutcome, A::Error> {
    let start = writer.buffer.len();
    let mut ranges: MemberRanges = [None; MAX_MEMBERS];
    let (mut next, mut in_order) = (0, true);
    writer.buffer.push(b'{');
    while let Some(known) = map.next_key_seed(MemberIndexSeed(structure))? {
        let member = known.and_then(|at| Some((at, structure.aws_cli_members().nth(at)?)));
        let Some((at, member)) = member else {
            map.next_value::<IgnoredAny>()?;
            continue;
        };
        let range = ranges
            .get_mut(at)
            .ok_or_else(|| A::Error::custom("too many members"))?;
        if range.is_some() {
            return Err(A::Error::custom("a repeated member"));
        }
        let before = writer.buffer.len();
        if before > start + 1 {
            writer.buffer.push(b',');
        }
        let from = writer.buffer.len();
        writer.key(member.name, depth + 1);
        let seed = ValueSeed {
            shape: member.shape,
            depth: depth + 1,
            streams: false,
            writer,
        };
        match map.next_value_seed(seed)? {
            WriteOutcome::Value => {
                *range = Some((from, writer.buffer.len()));
                in_order &= at >= next;
                next = at;
            }
            WriteOutcome::Null => writer.buffer.truncate(before),
        }
    }
    if !in_order {
        reorder(writer, start, &ranges);
    }
    if writer.buffer.len() > start + 1 {
        json::new_line(depth, &mut writer.buffer);
    }
    writer.buffer.push(b'}');
    Ok(WriteOutcome::Value)
}

/// Rewrites the members from `start` on in the model's order.
fn reorder(writer: &mut StreamWriter<'_>, start: usize, ranges: &MemberRanges) {
    let mut scratch = std::mem::take(&mut writer.scratch);
    scratch.clear();
    scratch.extend_from_slice(&writer.buffer[start..]);
    writer.buffer.truncate(start + 1);
    for (from, to) in ranges.iter().flatten() {
        if writer.buffer.len() > start + 1 {
            writer.buffer.push(b',');
        }
        writer
            .buffer
            .extend_from_slice(&scratch[from - start..to - start]);
    }
    writer.scratch = scratch;
}

fn write_map<'de, A: MapAccess<'de>>(
    shape: &'static Shape,
    depth: usize,
    writer: &mut StreamWriter<'_>,
    mut map: A,
) -> Result<WriteOutcome, A::Error> {
    let mut keys: Vec<String> = Vec::new();
    writer.buffer.push(b'{');
    while let Some(key) = map.next_key::<String>()? {
        // The service's maps have few keys, so a linear search is enough.
        if keys.contains(&key) || keys.len() == 100 {
            return Err(A::Error::custom("a repeated key"));
        }
        if !keys.is_empty() {
            writer.buffer.push(b',');
        }
        writer.key(&key, depth + 1);
        let seed = ValueSeed {
            shape,
            depth: depth + 1,
            streams: false,
            writer,
        };
        if matches!(map.next_value_seed(seed)?, WriteOutcome::Null) {
            return Err(A::Error::custom("a null in a map"));
        }
        keys.push(key);
    }
    if !keys.is_empty() {
        json::new_line(depth, &mut writer.buffer);
    }
    writer.buffer.push(b'}');
    Ok(WriteOutcome::Value)
}
