//! The columns of a table made from a list of dictionaries.
//!
//! Gathers the keys of all of them, and answers what each has under those. Mirrors the grouping
//! of keys in `TableFormatter` of `awscli/formatter.py`. Most of the length is due to lists that
//! begin with a dictionary but hold other things: the reference treats those as dictionaries as
//! well, and nearly always fails. Where rows go is up to `table.rs`.

use super::layout::Cell;
use crate::python;
use serde_json::Value;
use std::collections::BTreeSet;

/// Python's message about a member looked up in a text.
const STRING_INDEX: &str = "string indices must be integers, not 'str'";

/// The keys of all dictionaries of a list: those with a scalar in at least one of them, and
/// those with something nested. A key can be both.
#[derive(Default)]
pub(super) struct Keys<'a> {
    scalar: BTreeSet<&'a str>,
    nested: BTreeSet<&'a str>,
    /// What takes the place of keys if one of the items is a list; see [`Self::gather_stray`].
    indexes: BTreeSet<i64>,
}

impl<'a> Keys<'a> {
    /// Looks through all items, those that are no dictionaries included.
    pub(super) fn gather(items: &'a [Value]) -> Result<Self, String> {
        let mut keys = Self::default();
        for item in items {
            let Value::Object(members) = item else {
                keys.gather_stray(item)?;
                continue;
            };
            for (key, value) in members {
                let set = if python::is_scalar(value) {
                    &mut keys.scalar
                } else {
                    &mut keys.nested
                };
                // Most keys are there already, and asking is cheaper than inserting.
                if !set.contains(key.as_str()) {
                    set.insert(key);
                }
            }
        }
        if !keys.scalar.is_empty() && !keys.indexes.is_empty() {
            // Which of the types comes first is up to Python's random hashes.
            return Err("'<' not supported between instances of 'int' and 'str'".to_owned());
        }
        Ok(keys)
    }

    /// An item that is no dictionary. The reference looks up each member in the item itself,
    /// which goes well only for an empty string and for a list of numbers that happen to be
    /// indexes into that list.
    fn gather_stray(&mut self, item: &Value) -> Result<(), String> {
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

    /// One cell for each column.
    pub(super) fn header(&self) -> Vec<Cell<'a>> {
        // At most one of the two has anything; a header of indexes is never drawn, since the
        // list that they come from makes `row` fail.
        let indexes = self
            .indexes
            .iter()
            .map(|index| Cell::new(index.to_string()));
        let scalars = self.scalar.iter().map(|key| Cell::new(*key));
        scalars.chain(indexes).collect()
    }

    /// The cells of one item, empty where it has nothing.
    pub(super) fn row(&self, item: &'a Value) -> Result<Vec<Cell<'a>>, String> {
        let Value::Object(members) = item else {
            return self.row_of_stray(item);
        };
        if self.scalar.is_empty() {
            return Ok(self.indexes.iter().map(|_| Cell::new("")).collect());
        }
        let cell = |key: &&str| match members.get(*key) {
            Some(value) => Cell::new(python::text_of(value)),
            None => Cell::new(""),
        };
        Ok(self.scalar.iter().map(cell).collect())
    }

    /// What becomes of an item that got past [`Self::gather_stray`].
    fn row_of_stray(&self, item: &Value) -> Result<Vec<Cell<'a>>, String> {
        if !self.scalar.is_empty() || !self.indexes.is_empty() {
            let name = python::type_name(item);
            return Err(format!("'{name}' object has no attribute 'get'"));
        }
        if item.is_string() && self.nested.contains("") {
            // An empty text is found in an empty text, but cannot be fetched from it.
            return Err(STRING_INDEX.to_owned());
        }
        Ok(Vec::new())
    }

    pub(super) fn has_nested(&self) -> bool {
        !self.nested.is_empty()
    }

    /// What one item has under the keys that nest something somewhere, in the order of the keys.
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

/// What Python takes for an index into a list, if the list has that place; negative ones count
/// from the end, and truth values are numbers.
fn index_into(members: &[Value], member: &Value) -> Result<i64, String> {
    let index: i64 = match member {
        Value::Bool(truth) => i64::from(*truth),
        Value::Number(_) if python::type_name(member) == "int" => {
            let index = python::str_of(member).parse();
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
