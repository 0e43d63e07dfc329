//! A common view of Python values for `repr` and `json.dumps`, one level at a time.
//!
//! The program has several types for Python values: `serde_json::Value` for responses,
//! [`super::value::Value`] for input, and the values of a query. Each implements [`Inspect`], so
//! that one `repr` and one `json.dumps` suffice.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::datetime;
use super::key::Key;
use super::value::Value;
use super::{is_int, number_to_f64, number_to_str, repr_bytes};

/// The outermost level of a value, whose items are of type `V`.
pub enum ValueNode<'v, V> {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An int in decimal.
    Int(Cow<'v, str>),
    /// A float.
    Float(f64),
    /// A string.
    Str(Cow<'v, str>),
    /// An object of another type, by its `repr`.
    Object(Cow<'v, str>),
    /// A list, tuple or set.
    Sequence(SequenceType, Box<dyn Iterator<Item = V> + 'v>),
    /// A dictionary.
    Dict(Box<dyn Iterator<Item = (ValueNode<'v, V>, V)> + 'v>),
}

/// The types of sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SequenceType {
    /// `[1, 2]`
    List,
    /// `(1, 2)`
    Tuple,
    /// `{1, 2}`
    Set,
}

/// A value that can be inspected one level at a time.
pub trait Inspect<'v>: Sized {
    /// Returns the outermost level of the value.
    fn node(self) -> ValueNode<'v, Self>;
}

impl<'v> Inspect<'v> for &'v Json {
    fn node(self) -> ValueNode<'v, Self> {
        match self {
            Json::Null => ValueNode::None,
            Json::Bool(flag) => ValueNode::Bool(*flag),
            Json::Number(number) if is_int(number) => ValueNode::Int(number_to_str(number)),
            Json::Number(number) => ValueNode::Float(number_to_f64(number)),
            Json::String(text) => ValueNode::Str(Cow::Borrowed(text)),
            Json::Array(items) => ValueNode::Sequence(SequenceType::List, Box::new(items.iter())),
            Json::Object(members) => {
                let entry = |(key, value): (&'v String, &'v Json)| {
                    (ValueNode::Str(Cow::Borrowed(key.as_str())), value)
                };
                ValueNode::Dict(Box::new(members.iter().map(entry)))
            }
        }
    }
}

impl<'v> Inspect<'v> for &'v Value {
    fn node(self) -> ValueNode<'v, Self> {
        match self {
            Value::Null => ValueNode::None,
            Value::Bool(flag) => ValueNode::Bool(*flag),
            Value::Integer(digits) => ValueNode::Int(Cow::Borrowed(digits)),
            Value::Float(number) => ValueNode::Float(*number),
            Value::String(text) => ValueNode::Str(Cow::Borrowed(text)),
            Value::Bytes(bytes) => ValueNode::Object(Cow::Owned(repr_bytes(bytes))),
            Value::Timestamp(text) => ValueNode::Object(Cow::Owned(datetime::datetime_repr(text))),
            Value::List(items) => ValueNode::Sequence(SequenceType::List, Box::new(items.iter())),
            Value::Tuple(items) => ValueNode::Sequence(SequenceType::Tuple, Box::new(items.iter())),
            Value::Set(items) => ValueNode::Sequence(SequenceType::Set, Box::new(items.iter())),
            Value::Map(members) => {
                let entry = |(key, value): (&'v Key, &'v Value)| (key_node(key), value);
                ValueNode::Dict(Box::new(members.iter().map(entry)))
            }
        }
    }
}

/// Returns the node of a dictionary key.
pub(super) fn key_node(key: &Key) -> ValueNode<'_, &Value> {
    match key {
        Key::Text(text) => ValueNode::Str(Cow::Borrowed(text)),
        Key::Other(value) => value.node(),
    }
}

/// The format in which nodes are written.
pub(super) trait ValueFormat {
    /// The separators between two items, and between a key and its value.
    fn separators(&self) -> [&'static str; 2];

    /// Appends a node that is neither a sequence nor a dictionary.
    fn write_scalar<V>(&self, node: &ValueNode<'_, V>, out: &mut String);

    /// Appends the opening bracket of a sequence.
    fn write_open(&self, sequence: SequenceType, out: &mut String);

    /// Appends the closing bracket of a sequence of `count` items.
    fn write_close(&self, sequence: SequenceType, count: usize, out: &mut String);
}

/// A sequence or dictionary whose closing bracket is not yet written.
struct OpenNode<'v, V> {
    items: Items<'v, V>,
    /// The number of items written so far.
    count: usize,
}

enum Items<'v, V> {
    Sequence(SequenceType, Box<dyn Iterator<Item = V> + 'v>),
    Dict(Box<dyn Iterator<Item = (ValueNode<'v, V>, V)> + 'v>),
}

/// Appends a node with all its contents. Open containers are on the heap, since the stack may be
/// small.
pub(super) fn write<'v, V: Inspect<'v>, F: ValueFormat>(
    node: ValueNode<'v, V>,
    format: &F,
    out: &mut String,
) {
    let [item_separator, key_separator] = format.separators();
    let mut open: Vec<OpenNode<'v, V>> = Vec::new();
    open.extend(write_start(node, format, out));
    while let Some(container) = open.last_mut() {
        let (key, item) = match &mut container.items {
            Items::Sequence(_, items) => (None, items.next()),
            Items::Dict(entries) => entries
                .next()
                .map_or((None, None), |(key, value)| (Some(key), Some(value))),
        };
        let Some(item) = item else {
            match container.items {
                Items::Sequence(sequence, _) => format.write_close(sequence, container.count, out),
                Items::Dict(_) => out.push('}'),
            }
            open.pop();
            continue;
        };
        if container.count > 0 {
            out.push_str(item_separator);
        }
        container.count += 1;
        if let Some(key) = key {
            write(key, format, out);
            out.push_str(key_separator);
        }
        open.extend(write_start(item.node(), format, out));
    }
}

/// Appends a node up to its first item; returns the container that it opens.
fn write_start<'v, V>(
    node: ValueNode<'v, V>,
    format: &impl ValueFormat,
    out: &mut String,
) -> Option<OpenNode<'v, V>> {
    let items = match node {
        ValueNode::Sequence(sequence, items) => {
            format.write_open(sequence, out);
            Items::Sequence(sequence, items)
        }
        ValueNode::Dict(entries) => {
            out.push('{');
            Items::Dict(entries)
        }
        scalar => {
            format.write_scalar(&scalar, out);
            return None;
        }
    };
    Some(OpenNode { items, count: 0 })
}
