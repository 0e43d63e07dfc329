//! Values as Python's `repr` and `json.dumps` see them: level by level.
//!
//! The program holds Python's values in several types: `serde_json::Value` for responses,
//! [`super::value::Value`] for input, and the values of a query. Each implements [`Inspect`], so
//! that there is one `repr` and one `json.dumps` for all of them.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::datetime;
use super::key::Key;
use super::value::Value;
use super::{as_float, is_int, number_text, quoted_bytes};

/// The outermost level of a value, whose items are of type `V`.
pub enum Node<'v, V> {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An int, in decimal.
    Int(Cow<'v, str>),
    /// A float.
    Float(f64),
    /// A string.
    Str(Cow<'v, str>),
    /// An object of another type, by its `repr`.
    Object(Cow<'v, str>),
    /// A list, tuple or set.
    Sequence(Sequence, Box<dyn Iterator<Item = V> + 'v>),
    /// A dictionary.
    Dict(Box<dyn Iterator<Item = (Node<'v, V>, V)> + 'v>),
}

/// The types of sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// `[1, 2]`
    List,
    /// `(1, 2)`
    Tuple,
    /// `{1, 2}`
    Set,
}

/// A value that can be taken apart level by level.
pub trait Inspect<'v>: Sized {
    /// The outermost level of the value.
    fn node(self) -> Node<'v, Self>;
}

impl<'v> Inspect<'v> for &'v Json {
    fn node(self) -> Node<'v, Self> {
        match self {
            Json::Null => Node::None,
            Json::Bool(flag) => Node::Bool(*flag),
            Json::Number(number) if is_int(number) => Node::Int(number_text(number)),
            Json::Number(number) => Node::Float(as_float(number)),
            Json::String(text) => Node::Str(Cow::Borrowed(text)),
            Json::Array(items) => Node::Sequence(Sequence::List, Box::new(items.iter())),
            Json::Object(members) => {
                let entry = |(key, value): (&'v String, &'v Json)| {
                    (Node::Str(Cow::Borrowed(key.as_str())), value)
                };
                Node::Dict(Box::new(members.iter().map(entry)))
            }
        }
    }
}

impl<'v> Inspect<'v> for &'v Value {
    fn node(self) -> Node<'v, Self> {
        match self {
            Value::Null => Node::None,
            Value::Bool(flag) => Node::Bool(*flag),
            Value::Integer(digits) => Node::Int(Cow::Borrowed(digits)),
            Value::Float(number) => Node::Float(*number),
            Value::String(text) => Node::Str(Cow::Borrowed(text)),
            Value::Bytes(bytes) => Node::Object(Cow::Owned(quoted_bytes(bytes))),
            Value::Timestamp(text) => Node::Object(Cow::Owned(datetime::repr_of(text))),
            Value::List(items) => Node::Sequence(Sequence::List, Box::new(items.iter())),
            Value::Tuple(items) => Node::Sequence(Sequence::Tuple, Box::new(items.iter())),
            Value::Set(items) => Node::Sequence(Sequence::Set, Box::new(items.iter())),
            Value::Map(members) => {
                let entry = |(key, value): (&'v Key, &'v Value)| (key_node(key), value);
                Node::Dict(Box::new(members.iter().map(entry)))
            }
        }
    }
}

/// The node of a dictionary's key.
pub(super) fn key_node(key: &Key) -> Node<'_, &Value> {
    match key {
        Key::Text(text) => Node::Str(Cow::Borrowed(text)),
        Key::Other(value) => value.node(),
    }
}

/// How nodes are formatted.
pub(super) trait Format {
    /// The separators between two items, and between a key and its value.
    fn separators(&self) -> [&'static str; 2];

    /// Appends a node that is neither a sequence nor a dictionary.
    fn scalar<V>(&self, node: &Node<'_, V>, out: &mut String);

    /// Appends the opening bracket of a sequence.
    fn open(&self, sequence: Sequence, out: &mut String);

    /// Appends the closing bracket of a sequence of `count` items.
    fn close(&self, sequence: Sequence, count: usize, out: &mut String);
}

/// A sequence or dictionary whose end is not yet written.
struct Open<'v, V> {
    items: Items<'v, V>,
    /// How many items are written.
    count: usize,
}

enum Items<'v, V> {
    Sequence(Sequence, Box<dyn Iterator<Item = V> + 'v>),
    Dict(Box<dyn Iterator<Item = (Node<'v, V>, V)> + 'v>),
}

/// Appends a node with everything inside it. Open containers are kept in a list and not on the
/// stack, which may be small.
pub(super) fn write<'v, V: Inspect<'v>, F: Format>(
    node: Node<'v, V>,
    format: &F,
    out: &mut String,
) {
    let [item_separator, key_separator] = format.separators();
    let mut open: Vec<Open<'v, V>> = Vec::new();
    open.extend(begin(node, format, out));
    while let Some(container) = open.last_mut() {
        let (key, item) = match &mut container.items {
            Items::Sequence(_, items) => (None, items.next()),
            Items::Dict(entries) => entries
                .next()
                .map_or((None, None), |(key, value)| (Some(key), Some(value))),
        };
        let Some(item) = item else {
            match container.items {
                Items::Sequence(sequence, _) => format.close(sequence, container.count, out),
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
        open.extend(begin(item.node(), format, out));
    }
}

/// Appends a node up to its first item; returns the container that it opens.
fn begin<'v, V>(node: Node<'v, V>, format: &impl Format, out: &mut String) -> Option<Open<'v, V>> {
    let items = match node {
        Node::Sequence(sequence, items) => {
            format.open(sequence, out);
            Items::Sequence(sequence, items)
        }
        Node::Dict(entries) => {
            out.push('{');
            Items::Dict(entries)
        }
        scalar => {
            format.scalar(&scalar, out);
            return None;
        }
    };
    Some(Open { items, count: 0 })
}
