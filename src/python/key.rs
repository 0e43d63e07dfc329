//! Dictionary keys: usually strings, but in YAML also numbers, dates, `null` and lists.

use std::hash::{Hash, Hasher};

use indexmap::{Equivalent, IndexMap};

use super::value::Value;

/// The members of a dictionary in insertion order.
pub type Members = IndexMap<Key, Value>;

/// A key. Keys are equal if Python's `==` says so: `1`, `1.0` and `True` are the same key.
#[derive(Debug, Clone)]
pub enum Key {
    /// A string, as every key of JSON is.
    Text(String),
    /// Any other value that Python can hash.
    Other(Box<Value>),
}

impl Key {
    /// Converts a value to a key. A list becomes a tuple, as in `ruamel.yaml`. Returns `Err` with
    /// the Python type of the part that cannot be hashed: a dictionary, a set or a nested list.
    pub fn from_value(value: Value) -> Result<Key, &'static str> {
        let value = match value {
            Value::String(text) => return Ok(Key::Text(text)),
            Value::List(items) => Value::Tuple(items),
            other => other,
        };
        match unhashable(&value) {
            Some(part) => Err(part.python_type()),
            None => Ok(Key::Other(Box::new(value))),
        }
    }

    /// Returns the key if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Key::Text(text) => Some(text),
            Key::Other(_) => None,
        }
    }

    /// `str(key)`.
    pub fn python_str(&self) -> String {
        match self {
            Key::Text(text) => text.clone(),
            Key::Other(value) => value.python_str(),
        }
    }

    /// `repr(key)`.
    pub fn python_repr(&self) -> String {
        match self {
            Key::Text(text) => super::repr_str(text),
            Key::Other(value) => value.python_repr(),
        }
    }

    /// Converts the key to a value.
    pub fn into_value(self) -> Value {
        match self {
            Key::Text(text) => Value::String(text),
            Key::Other(value) => *value,
        }
    }
}

/// Returns the part of the value, or the value itself, that Python cannot hash.
fn unhashable(value: &Value) -> Option<&Value> {
    match value {
        Value::List(_) | Value::Set(_) | Value::Map(_) => Some(value),
        Value::Tuple(items) => items.iter().find_map(unhashable),
        _ => None,
    }
}

/// Returns equal texts for values that are equal in Python; numbers compare by value.
fn canonical_text(value: &Value) -> String {
    match value {
        Value::Bool(flag) => u8::from(*flag).to_string(),
        Value::Float(number) if number.fract() == 0.0 => match format!("{number:.0}") {
            zero if zero == "-0" => "0".to_string(),
            digits => digits,
        },
        Value::Tuple(items) => {
            let items: Vec<_> = items.iter().map(canonical_text).collect();
            format!("({})", items.join(","))
        }
        other => other.python_repr(),
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        match (self, other) {
            (Key::Text(one), Key::Text(other)) => one == other,
            (Key::Other(one), Key::Other(other)) => canonical_text(one) == canonical_text(other),
            _ => false,
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Key::Text(text) => text.hash(state),
            Key::Other(value) => canonical_text(value).hash(state),
        }
    }
}

impl Equivalent<Key> for str {
    fn equivalent(&self, key: &Key) -> bool {
        key.as_str() == Some(self)
    }
}

impl From<String> for Key {
    fn from(text: String) -> Key {
        Key::Text(text)
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Key {
        Key::Text(text.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integer(digits: &str) -> Value {
        Value::Integer(digits.to_string())
    }

    #[test]
    fn treats_equal_values_as_one_key() {
        let same = [
            (integer("1"), Value::Float(1.0)),
            (integer("1"), Value::Bool(true)),
            (integer("0"), Value::Float(-0.0)),
            (Value::Null, Value::Null),
            (
                Value::List(vec![integer("1")]),
                Value::Tuple(vec![Value::Bool(true)]),
            ),
        ];
        for (one, other) in same {
            let keys = (Key::from_value(one), Key::from_value(other));
            assert_eq!(keys.0, keys.1);
        }
        let different = [
            (integer("1"), Value::String("1".into())),
            (Value::Null, Value::String("None".into())),
            (integer("1"), Value::Float(1.5)),
        ];
        for (one, other) in different {
            assert_ne!(Key::from_value(one), Key::from_value(other));
        }
    }

    #[test]
    fn finds_members_by_string() {
        let mut members = Members::new();
        members.insert("a".into(), Value::Null);
        members.insert(Key::from_value(integer("1")).expect("a key"), Value::Null);
        assert!(members.contains_key("a"));
        assert!(!members.contains_key("1"));
    }

    #[test]
    fn rejects_nested_collections_as_keys() {
        let list = || Value::List(Vec::new());
        let table = [
            (Value::List(vec![list()]), "list"),
            (Value::Map(Members::new()), "dict"),
            (Value::Set(Vec::new()), "set"),
            (Value::Tuple(vec![Value::Map(Members::new())]), "dict"),
        ];
        for (value, kind) in table {
            assert_eq!(Key::from_value(value), Err(kind));
        }
        let tuple = Key::from_value(list()).map(|key| key.python_str());
        assert_eq!(tuple.as_deref(), Ok("()"));
    }
}
