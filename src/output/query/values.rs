//! The values of an evaluation: JSON borrowed from the document or the expression, containers built
//! on the way, and expression references, which JSON lacks.
//!
//! Their types, equality and truth are those of jmespath.py 1.0.1. `render` prints them.

use super::ast::NodeId;
use super::error::QueryError;
use super::number::{self, Num};
use super::recursion;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

/// How deep containers built by the query may nest. Python fails only when it prints the result, at
/// about twice this depth; the lower limit leaves stack for printing it here.
const MAX_DEPTH: usize = 500;

/// How many items a built container may hold in all. Sharing makes `@.[@,@].[@,@]…` cheap to build
/// while its JSON grows without bound, where Python would run out of memory.
const MAX_SIZE: usize = 1 << 26;

/// A value during a search. Cloning is cheap: containers are shared.
#[derive(Clone, Debug)]
pub(super) enum Item<'a> {
    /// Python's `None`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, still as text.
    Number(Cow<'a, Number>),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    List(List<'a>),
    /// An object.
    Dict(Dict<'a>),
    /// What `&expression` gives. Python compares these by identity, hence the `Rc`.
    Expression(Rc<NodeId>),
}

/// An array, from JSON or built.
#[derive(Clone, Debug)]
pub(super) enum List<'a> {
    /// Part of the document or of a literal.
    Borrowed(&'a [Value]),
    /// Made by the query.
    Built(Rc<BuiltList<'a>>),
}

/// An object, from JSON or built.
#[derive(Clone, Debug)]
pub(super) enum Dict<'a> {
    /// Part of the document or of a literal.
    Borrowed(&'a Map<String, Value>),
    /// Made by the query.
    Built(Rc<BuiltDict<'a>>),
}

/// How deep and how large a built container is, JSON inside it counting as flat.
#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    depth: usize,
    size: usize,
}

/// The items of an array made by the query.
#[derive(Debug)]
pub(super) struct BuiltList<'a> {
    items: Vec<Item<'a>>,
    extent: Extent,
}

/// The entries of an object made by the query, in insertion order.
#[derive(Debug, Default)]
pub(super) struct BuiltDict<'a> {
    entries: Vec<(Cow<'a, str>, Item<'a>)>,
    positions: HashMap<Cow<'a, str>, usize>,
    extent: Extent,
}

impl Extent {
    fn around<'i, 'a: 'i>(items: impl Iterator<Item = &'i Item<'a>>) -> Result<Extent, QueryError> {
        let mut whole = Extent { depth: 1, size: 1 };
        for item in items {
            let part = item.extent();
            whole.depth = whole.depth.max(part.depth + 1);
            whole.size = whole.size.saturating_add(part.size);
        }
        if whole.depth > MAX_DEPTH {
            return Err(recursion::too_deep());
        }
        if whole.size > MAX_SIZE {
            return Err(QueryError::new("the result of the query is too large"));
        }
        Ok(whole)
    }
}

impl<'a> From<&'a Value> for Item<'a> {
    fn from(value: &'a Value) -> Item<'a> {
        match value {
            Value::Null => Item::Null,
            Value::Bool(bool) => Item::Bool(*bool),
            Value::Number(number) => Item::Number(Cow::Borrowed(number)),
            Value::String(text) => Item::Text(Cow::Borrowed(text)),
            Value::Array(values) => Item::List(List::Borrowed(values)),
            Value::Object(map) => Item::Dict(Dict::Borrowed(map)),
        }
    }
}

impl<'a> Item<'a> {
    /// An array of these items.
    pub(super) fn list(items: Vec<Item<'a>>) -> Result<Item<'a>, QueryError> {
        let extent = Extent::around(items.iter())?;
        Ok(Item::List(List::Built(Rc::new(BuiltList {
            items,
            extent,
        }))))
    }

    /// An object with these entries. A repeated key keeps its position and takes the later value,
    /// as in Python's `dict`.
    pub(super) fn dict(
        entries: impl IntoIterator<Item = (Cow<'a, str>, Item<'a>)>,
    ) -> Result<Item<'a>, QueryError> {
        let mut built = BuiltDict::default();
        for (key, item) in entries {
            if let Some(&position) = built.positions.get(&key) {
                built.entries[position].1 = item;
            } else {
                built.positions.insert(key.clone(), built.entries.len());
                built.entries.push((key, item));
            }
        }
        built.extent = Extent::around(built.entries.iter().map(|(_, item)| item))?;
        Ok(Item::Dict(Dict::Built(Rc::new(built))))
    }

    /// An owned string.
    pub(super) fn text(text: impl Into<String>) -> Item<'a> {
        Item::Text(Cow::Owned(text.into()))
    }

    /// A calculated number; a not-a-number, which JSON lacks, becomes null.
    pub(super) fn number(num: Num) -> Item<'a> {
        num.into_number()
            .map_or(Item::Null, |number| Item::Number(Cow::Owned(number)))
    }

    /// A count.
    pub(super) fn length(length: usize) -> Item<'a> {
        Item::Number(Cow::Owned(Number::from(length)))
    }

    /// What Python's `type(value).__name__` says.
    pub(super) fn python_type(&self) -> &'static str {
        match self {
            Item::Null => "NoneType",
            Item::Bool(_) => "bool",
            Item::Number(number) => match Num::read(number) {
                Num::Float(_) => "float",
                _ => "int",
            },
            Item::Text(_) => "str",
            Item::List(_) => "list",
            Item::Dict(_) => "dict",
            Item::Expression(_) => "_Expression",
        }
    }

    /// The JMESPath name of the type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Item::Null => "null",
            Item::Bool(_) => "boolean",
            Item::Number(_) => "number",
            Item::Text(_) => "string",
            Item::List(_) => "array",
            Item::Dict(_) => "object",
            Item::Expression(_) => "expref",
        }
    }

    /// Whether JMESPath takes the value for true. Numbers always are, zero included.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Item::Null => false,
            Item::Bool(bool) => *bool,
            Item::Text(text) => !text.is_empty(),
            Item::List(list) => list.len() > 0,
            Item::Dict(dict) => dict.len() > 0,
            Item::Number(_) | Item::Expression(_) => true,
        }
    }

    /// JMESPath's `==`: Python's, except that a number never equals a boolean at the top.
    pub(super) fn equals(&self, other: &Item<'a>) -> bool {
        match (self, other) {
            (Item::Bool(_), Item::Number(_)) | (Item::Number(_), Item::Bool(_)) => false,
            _ => self.python_equals(other),
        }
    }

    /// Python's `==`, for which `True` is 1 and `False` is 0.
    pub(super) fn python_equals(&self, other: &Item<'a>) -> bool {
        match (self, other) {
            (Item::Null, Item::Null) => true,
            (Item::Bool(left), Item::Bool(right)) => left == right,
            (Item::Number(left), Item::Number(right)) => {
                compare_numbers(&Num::read(left), &Num::read(right))
            }
            (Item::Bool(bool), Item::Number(number)) | (Item::Number(number), Item::Bool(bool)) => {
                compare_numbers(&Num::Small((*bool).into()), &Num::read(number))
            }
            (Item::Text(left), Item::Text(right)) => left == right,
            (Item::List(left), Item::List(right)) => left.python_equals(right),
            (Item::Dict(left), Item::Dict(right)) => left.python_equals(right),
            (Item::Expression(left), Item::Expression(right)) => Rc::ptr_eq(left, right),
            _ => false,
        }
    }

    /// The value as JSON, numbers written as Python writes them.
    pub(super) fn into_value(self) -> Result<Value, QueryError> {
        match self {
            Item::List(list) => list.into_value(),
            Item::Dict(dict) => dict.into_value(),
            scalar => scalar.into_scalar(),
        }
    }

    /// Apart from `into_value` so that the recursion needs less stack.
    fn into_scalar(self) -> Result<Value, QueryError> {
        match self {
            Item::Bool(bool) => Ok(Value::Bool(bool)),
            Item::Number(number) => Ok(Value::Number(number::canonical(&number))),
            Item::Text(text) => Ok(Value::String(text.into_owned())),
            // The words of the AWS CLI's JSON printer, where Python trips over such a value.
            Item::Expression(_) => Err(QueryError::new(
                "Encountered unrecognized type in JSON encoder.",
            )),
            Item::Null | Item::List(_) | Item::Dict(_) => Ok(Value::Null),
        }
    }

    fn extent(&self) -> Extent {
        match self {
            Item::List(List::Built(list)) => list.extent,
            Item::Dict(Dict::Built(dict)) => dict.extent,
            Item::List(List::Borrowed(values)) => Extent {
                depth: 1,
                size: values.len() + 1,
            },
            Item::Dict(Dict::Borrowed(map)) => Extent {
                depth: 1,
                size: map.len() + 1,
            },
            _ => Extent { depth: 0, size: 1 },
        }
    }
}

fn compare_numbers(left: &Num, right: &Num) -> bool {
    left.compare(right) == Some(Ordering::Equal)
}

impl<'a> List<'a> {
    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        match self {
            List::Borrowed(values) => values.len(),
            List::Built(list) => list.items.len(),
        }
    }

    /// The item at a place.
    pub(super) fn get(&self, index: usize) -> Option<Item<'a>> {
        match self {
            List::Borrowed(values) => values.get(index).map(Item::from),
            List::Built(list) => list.items.get(index).cloned(),
        }
    }

    /// All items in order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = Item<'a>> + use<'a, '_> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// All items in order, without borrowing the list.
    pub(super) fn into_items(self) -> impl Iterator<Item = Item<'a>> + use<'a> {
        (0..self.len()).filter_map(move |index| self.get(index))
    }

    /// A plain loop, since the adapters of iterators need more stack at every level.
    fn into_value(self) -> Result<Value, QueryError> {
        let mut values = Vec::with_capacity(self.len());
        for item in self.iter() {
            values.push(item.into_value()?);
        }
        Ok(Value::Array(values))
    }

    fn python_equals(&self, other: &List<'a>) -> bool {
        if let (List::Built(left), List::Built(right)) = (self, other)
            && Rc::ptr_eq(left, right)
        {
            return true;
        }
        self.len() == other.len()
            && self
                .iter()
                .zip(other.iter())
                .all(|(left, right)| left.python_equals(&right))
    }
}

impl<'a> Dict<'a> {
    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Dict::Borrowed(map) => map.len(),
            Dict::Built(dict) => dict.entries.len(),
        }
    }

    /// The value under a key.
    pub(super) fn get(&self, key: &str) -> Option<Item<'a>> {
        match self {
            Dict::Borrowed(map) => map.get(key).map(Item::from),
            Dict::Built(dict) => {
                let &position = dict.positions.get(key)?;
                dict.entries.get(position).map(|(_, item)| item.clone())
            }
        }
    }

    /// All entries in insertion order.
    pub(super) fn entries(&self) -> Box<dyn Iterator<Item = (Cow<'a, str>, Item<'a>)> + 'a> {
        match self {
            Dict::Borrowed(map) => {
                let map: &'a Map<String, Value> = map;
                Box::new(
                    map.iter()
                        .map(|(key, value)| (Cow::from(key), Item::from(value))),
                )
            }
            Dict::Built(dict) => {
                let dict = Rc::clone(dict);
                Box::new((0..dict.entries.len()).map(move |index| dict.entries[index].clone()))
            }
        }
    }

    fn into_value(self) -> Result<Value, QueryError> {
        let mut map = Map::with_capacity(self.len());
        for (key, item) in self.entries() {
            map.insert(key.into_owned(), item.into_value()?);
        }
        Ok(Value::Object(map))
    }

    fn python_equals(&self, other: &Dict<'a>) -> bool {
        if let (Dict::Built(left), Dict::Built(right)) = (self, other)
            && Rc::ptr_eq(left, right)
        {
            return true;
        }
        self.len() == other.len()
            && self.entries().all(|(key, left)| {
                other
                    .get(&key)
                    .is_some_and(|right| left.python_equals(&right))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::super::recursion::TOO_DEEP;
    use super::*;

    fn json(text: &str) -> Value {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn compares_as_python_but_for_booleans_at_the_top() {
        for (left, right, at_top, inside) in [
            ("1", "true", false, true),
            ("0.0", "false", false, true),
            ("2", "true", false, false),
            ("1", "1.0", true, true),
            ("[1]", "[true]", true, true),
            (
                r#"{"a": 1, "b": 2}"#,
                r#"{"b": 2.0, "a": true}"#,
                true,
                true,
            ),
            (r#"{"a": 1}"#, r#"{"b": 1}"#, false, false),
            ("[1]", "[1, 2]", false, false),
            ("null", "false", false, false),
            (r#""1""#, "1", false, false),
        ] {
            let (left, right) = (json(left), json(right));
            let (left, right) = (Item::from(&left), Item::from(&right));
            assert_eq!(left.equals(&right), at_top, "{left:?} {right:?}");
            assert_eq!(right.equals(&left), at_top, "{left:?} {right:?}");
            assert_eq!(left.python_equals(&right), inside, "{left:?} {right:?}");
        }
    }

    #[test]
    fn treats_only_empty_values_as_false() {
        for (text, truth) in [
            ("null", false),
            ("false", false),
            (r#""""#, false),
            ("[]", false),
            ("{}", false),
            ("0", true),
            ("0.0", true),
            ("[null]", true),
            (r#"" ""#, true),
        ] {
            assert_eq!(Item::from(&json(text)).is_true(), truth, "{text}");
        }
    }

    #[test]
    fn keeps_position_of_repeated_key() {
        let entries = [("b", 1), ("a", 2), ("b", 3)];
        let dict = Item::dict(entries.map(|(key, int)| (Cow::from(key), Item::length(int))))
            .and_then(Item::into_value)
            .expect("a small object");
        assert_eq!(dict.to_string(), r#"{"b":3,"a":2}"#);
    }

    #[test]
    fn limits_nesting_and_size() {
        let (mut deep, mut wide) = (Ok(Item::Null), Ok(Item::Null));
        for _ in 0..2000 {
            deep = deep.and_then(|item| Item::list(vec![item]));
            wide = wide.and_then(|item| Item::list(vec![item.clone(), item]));
        }
        assert_eq!(deep.expect_err("too deep").to_string(), TOO_DEEP);
        assert_eq!(
            wide.expect_err("too large").to_string(),
            "the result of the query is too large"
        );
    }
}
