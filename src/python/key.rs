//! Keys of a dictionary: text mostly, but YAML also has numbers, dates, `null` and lists as keys.

use std::hash::{Hash, Hasher};

use indexmap::{Equivalent, IndexMap};

use super as python;
use super::value::Value;

/// The members of a dictionary, in the order of their first appearance.
pub type Members = IndexMap<Key, Value>;

/// A key. Two are the same where Python's `==` says so: `1`, `1.0` and `True` are one key.
#[derive(Debug, Clone)]
pub enum Key {
    /// Text, as every key of JSON is.
    Text(String),
    /// Any other value that Python can hash.
    Other(Box<Value>),
}

impl Key {
    /// The key that this value is. A list becomes a tuple, as `ruamel.yaml` has it; what holds a
    /// dictionary, a set or a further list cannot be a key, and its Python type is the error.
    pub fn of_value(value: Value) -> Result<Key, &'static str> {
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

    /// The key, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Key::Text(text) => Some(text),
            Key::Other(_) => None,
        }
    }

    /// The key as Python's `str` shows it.
    pub fn python_str(&self) -> String {
        match self {
            Key::Text(text) => text.clone(),
            Key::Other(value) => value.python_str(),
        }
    }

    /// The key as Python's `repr` shows it.
    pub fn python_repr(&self) -> String {
        match self {
            Key::Text(text) => python::quoted(text),
            Key::Other(value) => value.python_repr(),
        }
    }

    /// The key as a value of its own.
    pub fn into_value(self) -> Value {
        match self {
            Key::Text(text) => Value::String(text),
            Key::Other(value) => *value,
        }
    }
}

/// The part of a value, or the value itself, that Python cannot hash.
fn unhashable(value: &Value) -> Option<&Value> {
    match value {
        Value::List(_) | Value::Set(_) | Value::Map(_) => Some(value),
        Value::Tuple(items) => items.iter().find_map(unhashable),
        _ => None,
    }
}

/// A text that is the same for keys that are equal in Python. Numbers count by their value.
fn identity(value: &Value) -> String {
    match value {
        Value::Bool(flag) => u8::from(*flag).to_string(),
        Value::Float(number) if number.fract() == 0.0 => match format!("{number:.0}") {
            zero if zero == "-0" => "0".to_string(),
            digits => digits,
        },
        Value::Tuple(items) => {
            let items: Vec<_> = items.iter().map(identity).collect();
            format!("({})", items.join(","))
        }
        other => other.python_repr(),
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        match (self, other) {
            (Key::Text(one), Key::Text(other)) => one == other,
            (Key::Other(one), Key::Other(other)) => identity(one) == identity(other),
            _ => false,
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Key::Text(text) => text.hash(state),
            Key::Other(value) => identity(value).hash(state),
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
    fn equal_values_are_one_key() {
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
            let keys = (Key::of_value(one), Key::of_value(other));
            assert_eq!(keys.0, keys.1);
        }
        let different = [
            (integer("1"), Value::String("1".into())),
            (Value::Null, Value::String("None".into())),
            (integer("1"), Value::Float(1.5)),
        ];
        for (one, other) in different {
            assert_ne!(Key::of_value(one), Key::of_value(other));
        }
    }

    #[test]
    fn members_are_found_by_text() {
        let mut members = Members::new();
        members.insert("a".into(), Value::Null);
        members.insert(Key::of_value(integer("1")).expect("a key"), Value::Null);
        assert!(members.contains_key("a"));
        assert!(!members.contains_key("1"));
    }

    #[test]
    fn collections_within_collections_are_no_keys() {
        let list = || Value::List(Vec::new());
        let table = [
            (Value::List(vec![list()]), "list"),
            (Value::Map(Members::new()), "dict"),
            (Value::Set(Vec::new()), "set"),
            (Value::Tuple(vec![Value::Map(Members::new())]), "dict"),
        ];
        for (value, kind) in table {
            assert_eq!(Key::of_value(value), Err(kind));
        }
        let tuple = Key::of_value(list()).map(|key| key.python_str());
        assert_eq!(tuple.as_deref(), Ok("()"));
    }
}
