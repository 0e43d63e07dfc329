//! Values of input documents, as Python would hold them: what validation must tell apart (whole
//! numbers of any size, fractions, bytes, moments) is told apart here.
//!
//! Replies are not held in this type but in `serde_json::Value`; see `output`.

use serde_json::Value as Json;

use super as python;
use super::datetime;
use super::key::Members;

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
    /// `2014-08-08T00:00:00[.ffffff]` with its zone (`Z` or `+hh:mm`), if it has one.
    Timestamp(String),
    /// An ordered list.
    List(Vec<Value>),
    /// A list that cannot change: an entry of YAML's `!!pairs`, or a list as a key.
    Tuple(Vec<Value>),
    /// YAML's `!!set`. Python keeps its members in no certain order; here they are as written.
    Set(Vec<Value>),
    /// A dictionary.
    Map(Members),
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
            Value::Tuple(_) => "tuple",
            Value::Set(_) => "set",
            Value::Map(_) => "dict",
        }
    }

    /// The value as JSON, where it is read from JSON. `NaN` and the infinities become numbers that
    /// stand for them (see [`python::float_number`]).
    pub fn into_json(self) -> Json {
        match self {
            Value::Bool(flag) => Json::Bool(flag),
            Value::Integer(digits) => digits.parse().map_or(Json::Null, Json::Number),
            Value::Float(float) => python::float_number(float).map_or(Json::Null, Json::Number),
            Value::String(text) => Json::String(text),
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                items.into_iter().map(Value::into_json).collect()
            }
            Value::Map(members) => members
                .into_iter()
                .map(|(key, value)| (key.python_str(), value.into_json()))
                .collect(),
            Value::Null | Value::Bytes(_) | Value::Timestamp(_) => Json::Null,
        }
    }

    /// `str(value)`.
    pub fn python_str(&self) -> String {
        match self {
            Value::Timestamp(text) => datetime::str_of(text),
            other => python::str_of(other),
        }
    }

    /// `repr(value)`.
    pub fn python_repr(&self) -> String {
        python::repr_of(self)
    }
}
