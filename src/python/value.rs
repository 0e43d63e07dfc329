//! Values of input documents with the types that Python distinguishes, since validation depends on
//! them: integers of any size, floats, bytes and timestamps.
//!
//! Responses use `serde_json::Value` instead; see `output`.

use serde_json::Value as Json;

use super::datetime;
use super::key::Members;

/// A value of an input document.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// JSON's `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An int of any size: decimal digits with a leading `-` if negative.
    Integer(String),
    /// A number with a fraction or an exponent, or `NaN` or an infinity.
    Float(f64),
    /// A string.
    String(String),
    /// Bytes of `fileb://` or YAML's `!!binary`.
    Bytes(Vec<u8>),
    /// A YAML timestamp as ISO 8601 text: `2014-08-08` for a date, otherwise
    /// `2014-08-08T00:00:00[.ffffff]` with an optional UTC offset (`Z` or `+hh:mm`).
    Timestamp(String),
    /// A list.
    List(Vec<Value>),
    /// A tuple: an entry of YAML's `!!pairs`, or a list as a key.
    Tuple(Vec<Value>),
    /// YAML's `!!set`. Python's order is arbitrary; here it is the order in the document.
    Set(Vec<Value>),
    /// A dictionary.
    Map(Members),
}

impl Value {
    /// The name of the Python type, as messages of the AWS CLI print it.
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

    /// Converts a value that was parsed from JSON. `NaN` and infinities become the numbers of
    /// [`super::float_to_number`].
    pub fn into_json(self) -> Json {
        match self {
            Value::Bool(flag) => Json::Bool(flag),
            Value::Integer(digits) => digits.parse().map_or(Json::Null, Json::Number),
            Value::Float(float) => super::float_to_number(float).map_or(Json::Null, Json::Number),
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
            Value::Timestamp(text) => datetime::datetime_str(text),
            other => super::to_str(other),
        }
    }

    /// `repr(value)`.
    pub fn python_repr(&self) -> String {
        super::repr(self)
    }
}
