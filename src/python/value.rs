//! Values of input documents, as Python would hold them: what validation must tell apart (whole
//! numbers of any size, fractions, bytes, moments) is told apart here.
//!
//! Replies are not held in this type but in `serde_json::Value`; see `output`.

use indexmap::IndexMap;
use serde_json::Value as Json;

use super as python;

/// A value of an input document.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// JSON's `null`.
    Null,
    /// True or false.
    Bool(bool),
    /// Decimal digits, with a leading `-` where negative: of any size.
    Integer(String),
    /// A number with a fraction or an exponent, or no number at all (`NaN`).
    Float(f64),
    /// Text.
    String(String),
    /// What `fileb://` or YAML's `!!binary` holds.
    Bytes(Vec<u8>),
    /// A YAML timestamp, as ISO 8601 text: `2014-08-08` where only a date was written, else
    /// `2014-08-08T00:00:00[.ffffff]` in UTC.
    Timestamp(String),
    /// An ordered list.
    List(Vec<Value>),
    /// Members in the order of their first appearance.
    Map(IndexMap<String, Value>),
}

impl Value {
    /// The name of the Python type that holds such a value, as messages of the AWS CLI show it.
    pub fn python_type(&self) -> &'static str {
        match self {
            Value::Null => "NoneType",
            Value::Bool(_) => "bool",
            Value::Integer(_) => "int",
            Value::Float(_) => "float",
            Value::String(_) => "str",
            Value::Bytes(_) => "bytes",
            Value::Timestamp(text) if text.len() == 10 => "datetime.date",
            Value::Timestamp(_) => "datetime.datetime",
            Value::List(_) => "list",
            Value::Map(_) => "dict",
        }
    }

    /// The value as JSON, where it is read from JSON: what JSON has no form for (`NaN`) becomes
    /// null, and an infinity a number too large for any float.
    pub fn into_json(self) -> Json {
        match self {
            Value::Bool(flag) => Json::Bool(flag),
            Value::Integer(digits) => digits.parse().map_or(Json::Null, Json::Number),
            Value::Float(float) if float.is_infinite() => {
                let text = if float > 0.0 { "1e+999" } else { "-1e+999" };
                text.parse().map_or(Json::Null, Json::Number)
            }
            Value::Float(float) => python::float_text(float)
                .parse()
                .map_or(Json::Null, Json::Number),
            Value::String(text) => Json::String(text),
            Value::List(items) => items.into_iter().map(Value::into_json).collect(),
            Value::Map(members) => members
                .into_iter()
                .map(|(k, v)| (k, v.into_json()))
                .collect(),
            Value::Null | Value::Bytes(_) | Value::Timestamp(_) => Json::Null,
        }
    }

    /// The value as Python's `str` shows it.
    pub fn python_str(&self) -> String {
        match self {
            Value::String(text) => text.clone(),
            Value::Timestamp(text) => text.replace('T', " "),
            other => other.python_repr(),
        }
    }

    /// The value as Python's `repr` shows it, but for moments, which are shown as text.
    fn python_repr(&self) -> String {
        match self {
            Value::Null => "None".into(),
            Value::Bool(true) => "True".into(),
            Value::Bool(false) => "False".into(),
            Value::Integer(digits) => digits.clone(),
            Value::Float(number) => python::float_text(*number),
            Value::String(text) => python::quoted(text),
            Value::Bytes(bytes) => python::quoted_bytes(bytes),
            Value::Timestamp(_) => self.python_str(),
            Value::List(items) => {
                let items: Vec<_> = items.iter().map(Value::python_repr).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Map(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| format!("{}: {}", python::quoted(key), value.python_repr()))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }
}
