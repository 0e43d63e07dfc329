//! The columns of a table made from a list of objects.
//!
//! Collects the keys of all objects and returns the cells of each. Mirrors the grouping of keys in
//! `TableFormatter` of `awscli/formatter.py`. Most of the code handles lists that begin with an
//! object but also hold other values: the AWS CLI treats those as objects too, and nearly always
//! fails.

use super::layout::Cell;
use crate::python;
use serde_json::Value;
use std::collections::BTreeSet;

/// Python's message for a string indexed by a string.
const STRING_INDEX: &str = "string indices must be integers, not 'str'";

/// The keys of all objects of a list: those with a scalar in at least one object, and those with a
/// nested value. A key can be both.
#[derive(Default)]
pub(super) struct TableColumns<'a> {
    scalar: BTreeSet<&'a str>,
    nested: BTreeSet<&'a str>,
    /// Indexes in place of keys if one of the items is a list; see [`Self::collect_non_object`].
    indexes: BTreeSet<i64>,
}

impl<'a> TableColumns<'a> {
    /// Collects the keys of all items, including those that are not objects.
    pub(super) fn from_items(items: &'a [Value]) -> Result<Self, String> {
        let mut keys = Self::default();
        for item in items {
            let Value::Object(members) = item else {
                keys.collect_non_object(item)?;
                continue;
            };
            for (key, value) in members {
                let set = if python::is_scalar(value) {
                    &mut keys.scalar
                } else {
                    &mut keys.nested
                };
                // Most keys are present already, and a lookup is cheaper than an insertion.
                if !set.contains(key.as_str()) {
                    set.insert(key);
                }
            }
        }
        if !keys.scalar.is_empty() && !keys.indexes.is_empty() {
            // The order of the types in the message depends on Python's hash seed.
            return Err("'<' not supported between instances of 'int' and 'str'".to_owned());
        }
        Ok(keys)
    }

    /// Collects the keys of an item that is not an object. The AWS CLI looks up each member in the
    /// item itself, which succeeds only for an empty string and for a list of numbers that are
    /// valid indexes into that list.
    fn collect_non_object(&mut self, item: &Value) -> Result<(), String> {
        match item {
            Value::String(text) if text.is_empty() => Ok(()),
            Value::String(_) => Err(STRING_INDEX.to_owned()),
            Value::Array(members) => members.iter().try_for_each(|member| {
                self.indexes.insert(index_into(members, member)?);
                Ok(())
            }),
            _ => {
                let name = python::type_name(item);
                Err(format!("'{name}' object is not iterable"))
            }
        }
    }

    /// Returns the header: one cell for each column.
    pub(super) fn header(&self) -> Vec<Cell<'a>> {
        // At most one of the two is not empty. A header of indexes is never drawn, since the list
        // that they come from makes `row` fail.
        let indexes = self
            .indexes
            .iter()
            .map(|index| Cell::new(index.to_string()));
        let scalars = self.scalar.iter().map(|key| Cell::new(*key));
        scalars.chain(indexes).collect()
    }

    /// Returns the cells of one item, empty for missing keys.
    pub(super) fn row(&self, item: &'a Value) -> Result<Vec<Cell<'a>>, String> {
        let Value::Object(members) = item else {
            return self.row_of_non_object(item);
        };
        if self.scalar.is_empty() {
            return Ok(self.indexes.iter().map(|_| Cell::new("")).collect());
        }
        let cell = |key: &&str| match members.get(*key) {
            Some(value) => Cell::new(python::to_str_cow(value)),
            None => Cell::new(""),
        };
        Ok(self.scalar.iter().map(cell).collect())
    }

    /// Returns the row of an item that [`Self::collect_non_object`] accepted.
    fn row_of_non_object(&self, item: &Value) -> Result<Vec<Cell<'a>>, String> {
        if !self.scalar.is_empty() || !self.indexes.is_empty() {
            let name = python::type_name(item);
            return Err(format!("'{name}' object has no attribute 'get'"));
        }
        if item.is_string() && self.nested.contains("") {
            // Python finds an empty string in an empty string, but cannot index with it.
            return Err(STRING_INDEX.to_owned());
        }
        Ok(Vec::new())
    }

    pub(super) fn has_nested(&self) -> bool {
        !self.nested.is_empty()
    }

    /// Returns the values of one item under keys with a nested value in any item, sorted by key.
    pub(super) fn nested_in(&self, item: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let mut found: Vec<_> = item
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), value))
            .filter(|(key, _)| self.nested.contains(key))
            .collect();
        found.sort_unstable_by_key(|(key, _)| *key);
        found
    }
}

/// Returns `member` as an index into the list, as Python does: negative indexes count from the end,
/// and booleans are numbers.
fn index_into(members: &[Value], member: &Value) -> Result<i64, String> {
    let index: i64 = match member {
        Value::Bool(truth) => i64::from(*truth),
        Value::Number(_) if python::type_name(member) == "int" => {
            let index = python::to_str(member).parse();
            index.map_err(|_| "cannot fit 'int' into an index-sized integer".to_owned())?
        }
        _ => {
            let name = python::type_name(member);
            return Err(format!(
                "list indices must be integers or slices, not {name}"
            ));
        }
    };
    let steps = if index < 0 {
        index.unsigned_abs() - 1
    } else {
        index.unsigned_abs()
    };
    if steps < members.len() as u64 {
        Ok(index)
    } else {
        Err("list index out of range".to_owned())
    }
}
