//! The values of an evaluation: JSON borrowed from the document or the expression, containers built
//! on the way, and expression references, which JSON lacks.
//!
//! Their types, equality and truth are those of jmespath.py 1.0.1. `render` prints them.

use super::ast::AstNodeId;
use super::error::QueryError;
use super::number::{self, QueryNumber};
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
pub(super) enum QueryValue<'a> {
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
    /// The value of `&expression`. Python compares these by identity, hence the `Rc`.
    Expression(Rc<AstNodeId>),
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
struct ContainerExtent {
    depth: usize,
    size: usize,
}

/// The items of an array made by the query.
#[derive(Debug)]
pub(super) struct BuiltList<'a> {
    items: Vec<QueryValue<'a>>,
    extent: ContainerExtent,
}

/// The entries of an object made by the query, in insertion order.
#[derive(Debug, Default)]
pub(super) struct BuiltDict<'a> {
    entries: Vec<(Cow<'a, str>, QueryValue<'a>)>,
    positions: HashMap<Cow<'a, str>, usize>,
    extent: ContainerExtent,
}

impl ContainerExtent {
    fn around<'i, 'a: 'i>(
        items: impl Iterator<Item = &'i QueryValue<'a>>,
    ) -> Result<ContainerExtent, QueryError> {
        let mut whole = ContainerExtent { depth: 1, size: 1 };
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

impl<'a> From<&'a Value> for QueryValue<'a> {
    fn from(value: &'a Value) -> QueryValue<'a> {
        match value {
            Value::Null => QueryValue::Null,
            Value::Bool(bool) => QueryValue::Bool(*bool),
            Value::Number(number) => QueryValue::Number(Cow::Borrowed(number)),
            Value::String(text) => QueryValue::Text(Cow::Borrowed(text)),
            Value::Array(values) => QueryValue::List(List::Borrowed(values)),
            Value::Object(map) => QueryValue::Dict(Dict::Borrowed(map)),
        }
    }
}

impl<'a> QueryValue<'a> {
    /// An array of these items.
    pub(super) fn list(items: Vec<QueryValue<'a>>) -> Result<QueryValue<'a>, QueryError> {
        let extent = ContainerExtent::around(items.iter())?;
        Ok(QueryValue::List(List::Built(Rc::new(BuiltList {
            items,
            extent,
        }))))
    }

    /// An object with these entries. A repeated key keeps its position and takes the later value,
    /// as in Python's `dict`.
    pub(super) fn dict(
        entries: impl IntoIterator<Item = (Cow<'a, str>, QueryValue<'a>)>,
    ) -> Result<QueryValue<'a>, QueryError> {
        let mut built = BuiltDict::default();
        for (key, item) in entries {
            if let Some(&position) = built.positions.get(&key) {
                built.entries[position].1 = item;
            } else {
                built.positions.insert(key.clone(), built.entries.len());
                built.entries.push((key, item));
            }
        }
        built.extent = ContainerExtent::around(built.entries.iter().map(|(_, item)| item))?;
        Ok(QueryValue::Dict(Dict::Built(Rc::new(built))))
    }

    /// An owned string.
    pub(super) fn text(text: impl Into<String>) -> QueryValue<'a> {
        QueryValue::Text(Cow::Owned(text.into()))
    }

    /// A calculated number; NaN, which JSON lacks, becomes null.
    pub(super) fn number(num: QueryNumber) -> QueryValue<'a> {
        num.into_number().map_or(QueryValue::Null, |number| {
            QueryValue::Number(Cow::Owned(number))
        })
    }

    /// A count.
    pub(super) fn length(length: usize) -> QueryValue<'a> {
        QueryValue::Number(Cow::Owned(Number::from(length)))
    }

    /// Python's `type(value).__name__`.
    pub(super) fn python_type(&self) -> &'static str {
        match self {
            QueryValue::Null => "NoneType",
            QueryValue::Bool(_) => "bool",
            QueryValue::Number(number) => match QueryNumber::from_json(number) {
                QueryNumber::Float(_) => "float",
                _ => "int",
            },
            QueryValue::Text(_) => "str",
            QueryValue::List(_) => "list",
            QueryValue::Dict(_) => "dict",
            QueryValue::Expression(_) => "_Expression",
        }
    }

    /// The JMESPath name of the type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            QueryValue::Null => "null",
            QueryValue::Bool(_) => "boolean",
            QueryValue::Number(_) => "number",
            QueryValue::Text(_) => "string",
            QueryValue::List(_) => "array",
            QueryValue::Dict(_) => "object",
            QueryValue::Expression(_) => "expref",
        }
    }

    /// Whether the value is true in JMESPath. All numbers are, including zero.
    pub(super) fn is_true(&self) -> bool {
        match self {
            QueryValue::Null => false,
            QueryValue::Bool(bool) => *bool,
            QueryValue::Text(text) => !text.is_empty(),
            QueryValue::List(list) => list.len() > 0,
            QueryValue::Dict(dict) => dict.len() > 0,
            QueryValue::Number(_) | QueryValue::Expression(_) => true,
        }
    }

    /// JMESPath's `==`: Python's, except that a number never equals a boolean at the top.
    pub(super) fn equals(&self, other: &QueryValue<'a>) -> bool {
        match (self, other) {
            (QueryValue::Bool(_), QueryValue::Number(_))
            | (QueryValue::Number(_), QueryValue::Bool(_)) => false,
            _ => self.python_equals(other),
        }
    }

    /// Python's `==`, for which `True` is 1 and `False` is 0.
    pub(super) fn python_equals(&self, other: &QueryValue<'a>) -> bool {
        match (self, other) {
            (QueryValue::Null, QueryValue::Null) => true,
            (QueryValue::Bool(left), QueryValue::Bool(right)) => left == right,
            (QueryValue::Number(left), QueryValue::Number(right)) => compare_numbers(
                &QueryNumber::from_json(left),
                &QueryNumber::from_json(right),
            ),
            (QueryValue::Bool(bool), QueryValue::Number(number))
            | (QueryValue::Number(number), QueryValue::Bool(bool)) => compare_numbers(
                &QueryNumber::Small((*bool).into()),
                &QueryNumber::from_json(number),
            ),
            (QueryValue::Text(left), QueryValue::Text(right)) => left == right,
            (QueryValue::List(left), QueryValue::List(right)) => left.python_equals(right),
            (QueryValue::Dict(left), QueryValue::Dict(right)) => left.python_equals(right),
            (QueryValue::Expression(left), QueryValue::Expression(right)) => {
                Rc::ptr_eq(left, right)
            }
            _ => false,
        }
    }

    /// The value as JSON, numbers written as Python writes them.
    pub(super) fn into_value(self) -> Result<Value, QueryError> {
        match self {
            QueryValue::List(list) => list.into_value(),
            QueryValue::Dict(dict) => dict.into_value(),
            scalar => scalar.into_scalar(),
        }
    }

    /// Separate from `into_value`, so that the recursion needs less stack.
    fn into_scalar(self) -> Result<Value, QueryError> {
        match self {
            QueryValue::Bool(bool) => Ok(Value::Bool(bool)),
            QueryValue::Number(number) => Ok(Value::Number(number::to_python_number(&number))),
            QueryValue::Text(text) => Ok(Value::String(text.into_owned())),
            // The message of the AWS CLI's JSON formatter, which cannot encode such a value.
            QueryValue::Expression(_) => Err(QueryError::new(
                "Encountered unrecognized type in JSON encoder.",
            )),
            QueryValue::Null | QueryValue::List(_) | QueryValue::Dict(_) => Ok(Value::Null),
        }
    }

    fn extent(&self) -> ContainerExtent {
        match self {
            QueryValue::List(List::Built(list)) => list.extent,
            QueryValue::Dict(Dict::Built(dict)) => dict.extent,
            QueryValue::List(List::Borrowed(values)) => ContainerExtent {
                depth: 1,
                size: values.len() + 1,
            },
            QueryValue::Dict(Dict::Borrowed(map)) => ContainerExtent {
                depth: 1,
                size: map.len() + 1,
            },
            _ => ContainerExtent { depth: 0, size: 1 },
        }
    }
}

fn compare_numbers(left: &QueryNumber, right: &QueryNumber) -> bool {
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

    /// The item at an index.
    pub(super) fn get(&self, index: usize) -> Option<QueryValue<'a>> {
        match self {
            List::Borrowed(values) => values.get(index).map(QueryValue::from),
            List::Built(list) => list.items.get(index).cloned(),
        }
    }

    /// All items in order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = QueryValue<'a>> + use<'a, '_> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// All items in order, without borrowing the list.
    pub(super) fn into_items(self) -> impl Iterator<Item = QueryValue<'a>> + use<'a> {
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
    pub(super) fn get(&self, key: &str) -> Option<QueryValue<'a>> {
        match self {
            Dict::Borrowed(map) => map.get(key).map(QueryValue::from),
            Dict::Built(dict) => {
                let &position = dict.positions.get(key)?;
                dict.entries.get(position).map(|(_, item)| item.clone())
            }
        }
    }

    /// All entries in insertion order.
    pub(super) fn entries(&self) -> Box<dyn Iterator<Item = (Cow<'a, str>, QueryValue<'a>)> + 'a> {
        match self {
            Dict::Borrowed(map) => {
                let map: &'a Map<String, Value> = map;
                Box::new(
                    map.iter()
                        .map(|(key, value)| (Cow::from(key), QueryValue::from(value))),
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
            let (left, right) = (QueryValue::from(&left), QueryValue::from(&right));
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
            assert_eq!(QueryValue::from(&json(text)).is_true(), truth, "{text}");
        }
    }

    #[test]
    fn keeps_position_of_repeated_key() {
        let entries = [("b", 1), ("a", 2), ("b", 3)];
        let dict =
            QueryValue::dict(entries.map(|(key, int)| (Cow::from(key), QueryValue::length(int))))
                .and_then(QueryValue::into_value)
                .expect("a small object");
        assert_eq!(dict.to_string(), r#"{"b":3,"a":2}"#);
    }

    #[test]
    fn limits_nesting_and_size() {
        let (mut deep, mut wide) = (Ok(QueryValue::Null), Ok(QueryValue::Null));
        for _ in 0..2000 {
            deep = deep.and_then(|item| QueryValue::list(vec![item]));
            wide = wide.and_then(|item| QueryValue::list(vec![item.clone(), item]));
        }
        assert_eq!(deep.expect_err("too deep").to_string(), TOO_DEEP);
        assert_eq!(
            wide.expect_err("too large").to_string(),
            "the result of the query is too large"
        );
    }
}
