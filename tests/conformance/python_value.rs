//! A parsed JSON or YAML document, with Python's equality: numbers by value, so that 1 and
//! 1.0 are equal, and mappings whatever their order. Unlike in Python, a boolean is equal to
//! no number, as a program that prints one for the other is wrong.

use serde_json::Value;

/// A document or a part of one.
#[derive(Clone, Debug)]
pub(super) enum Document {
    Null,
    Bool(bool),
    /// In decimal digits without leading zeros, as whole numbers of any size occur.
    Int(String),
    Float(f64),
    Text(String),
    /// A date or time as it is written; two spellings of the same one are not equal here.
    Timestamp(String),
    Sequence(Vec<Document>),
    Mapping(Vec<(Document, Document)>),
}

impl Document {
    /// A whole number from its decimal digits, perhaps with a sign.
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

    /// Adds a member to a mapping's, in place of one with an equal key: the last one counts.
    pub(super) fn insert(members: &mut Vec<(Self, Self)>, key: Self, value: Self) {
        members.retain(|(other, _)| *other != key);
        members.push((key, value));
    }
}

impl PartialEq for Document {
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

impl From<&Value> for Document {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => number_as_written(&number.to_string()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::Sequence(items.iter().map(Self::from).collect()),
            Value::Object(members) => {
                let member = |(name, value)| (Self::Text(String::clone(name)), Self::from(value));
                Self::Mapping(members.iter().map(member).collect())
            }
        }
    }
}

/// A JSON number: whole unless it has a fraction or an exponent.
fn number_as_written(text: &str) -> Document {
    if text.contains(['.', 'e', 'E']) {
        Document::Float(text.parse().expect("a JSON number is one of Rust's"))
    } else {
        Document::int(text)
    }
}

#[test]
fn equality_is_that_of_values() {
    let parse = |text: &str| Document::from(&serde_json::from_str::<Value>(text).unwrap());
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
