//! Parsed JSON and YAML values with Python's equality: numbers compare by value, so that 1 equals
//! 1.0, and mappings independent of their order. Unlike in Python, a boolean never equals a number,
//! since printing one for the other is a bug.

use serde_json::{Value, json};

/// A document or a part of it.
#[derive(Clone, Debug)]
pub(crate) enum PythonValue {
    Null,
    Bool(bool),
    /// Decimal digits without leading zeros, since integers of any size occur.
    Int(String),
    Float(f64),
    Text(String),
    /// A date or time as written; two spellings of the same one are not equal.
    Timestamp(String),
    Sequence(Vec<PythonValue>),
    Mapping(Vec<(PythonValue, PythonValue)>),
}

impl PythonValue {
    /// Returns an integer from its decimal digits, with an optional sign.
    pub(super) fn int(digits: &str) -> Self {
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", digits.trim_start_matches('+')),
        };
        match digits.trim_start_matches('0') {
            "" => Self::Int("0".to_owned()),
            digits => Self::Int(format!("{sign}{digits}")),
        }
    }

    /// Returns the value as JSON. Names of members that are no text (`on` is a boolean) become text.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => json!(value),
            Self::Int(digits) => serde_json::from_str(digits).expect("digits are a number"),
            Self::Float(value) => json!(value),
            Self::Text(text) | Self::Timestamp(text) => json!(text),
            Self::Sequence(items) => items.iter().map(Self::to_json).collect(),
            Self::Mapping(members) => {
                let name = |name: &Self| match name {
                    Self::Text(text) => text.clone(),
                    other => other.to_json().to_string(),
                };
                let member = |(key, value): &(Self, Self)| (name(key), value.to_json());
                Value::Object(members.iter().map(member).collect())
            }
        }
    }

    /// Adds a member, and removes one with an equal key: the last one counts.
    pub(super) fn insert(members: &mut Vec<(Self, Self)>, key: Self, value: Self) {
        members.retain(|(other, _)| *other != key);
        members.push((key, value));
    }
}

impl PartialEq for PythonValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Int(int), Self::Float(float)) | (Self::Float(float), Self::Int(int)) => {
                int.parse() == Ok(*float)
            }
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::Text(a), Self::Text(b)) | (Self::Timestamp(a), Self::Timestamp(b)) => a == b,
            (Self::Sequence(a), Self::Sequence(b)) => a == b,
            (Self::Mapping(a), Self::Mapping(b)) => {
                a.len() == b.len() && a.iter().all(|member| b.contains(member))
            }
            _ => false,
        }
    }
}

impl From<&Value> for PythonValue {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => parse_number(&number.to_string()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::Sequence(items.iter().map(Self::from).collect()),
            Value::Object(members) => {
                let member = |(name, value)| (Self::Text(String::clone(name)), Self::from(value));
                Self::Mapping(members.iter().map(member).collect())
            }
        }
    }
}

/// Parses a JSON number: an integer unless it has a fraction or an exponent.
fn parse_number(text: &str) -> PythonValue {
    if text.contains(['.', 'e', 'E']) {
        PythonValue::Float(text.parse().expect("a JSON number is one of Rust's"))
    } else {
        PythonValue::int(text)
    }
}

#[test]
fn compares_by_value() {
    let parse = |text: &str| PythonValue::from(&serde_json::from_str::<Value>(text).unwrap());
    let equal = [
        ("1", "1.0"),
        ("1e3", "1000"),
        ("-0", "0"),
        (r#"{"a":1,"b":[null]}"#, r#"{"b":[null],"a":1}"#),
    ];
    for (a, b) in equal {
        assert_eq!(parse(a), parse(b));
    }
    let unequal = [
        ("1", "true"),
        ("0", "null"),
        ("1", "\"1\""),
        ("99999999999999999999", "99999999999999999998"),
        ("[1,2]", "[2,1]"),
        (r#"{"a":1}"#, r#"{"a":1,"b":2}"#),
    ];
    for (a, b) in unequal {
        assert_ne!(parse(a), parse(b));
    }
}
