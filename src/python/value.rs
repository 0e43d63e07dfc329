//! Values of input documents, as Python would hold them: what validation must tell apart (whole
//! numbers of any size, fractions, bytes, moments) is told apart here.
//!
//! Replies are not held in this type but in `serde_json::Value`; see `output`.

use serde_json::Value as Json;

use super as python;
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

    /// The value as Python's `str` shows it.
    pub fn python_str(&self) -> String {
        match self {
            Value::String(text) => text.clone(),
            Value::Timestamp(text) => match text.strip_suffix('Z') {
                Some(local) => local.replace('T', " ") + "+00:00",
                None => text.replace('T', " "),
            },
            other => other.python_repr(),
        }
    }

    /// The value as Python's `repr` shows it.
    pub fn python_repr(&self) -> String {
        match self {
            Value::Null => "None".into(),
            Value::Bool(true) => "True".into(),
            Value::Bool(false) => "False".into(),
            Value::Integer(digits) => digits.clone(),
            Value::Float(number) => python::float_text(*number),
            Value::String(text) => python::quoted(text),
            Value::Bytes(bytes) => python::quoted_bytes(bytes),
            Value::Timestamp(text) => timestamp_repr(text),
            Value::List(items) => format!("[{}]", joined(items)),
            Value::Tuple(items) if items.len() == 1 => format!("({},)", joined(items)),
            Value::Tuple(items) => format!("({})", joined(items)),
            Value::Set(items) if items.is_empty() => "set()".into(),
            Value::Set(items) => format!("{{{}}}", joined(items)),
            Value::Map(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| format!("{}: {}", key.python_repr(), value.python_repr()))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }
}

fn joined(items: &[Value]) -> String {
    let items: Vec<_> = items.iter().map(Value::python_repr).collect();
    items.join(", ")
}

/// `datetime.date(2014, 8, 8)`, or a `datetime.datetime` with its zone as `ruamel.yaml` makes it.
fn timestamp_repr(text: &str) -> String {
    let number = |digits: &str| digits.parse::<u32>().unwrap_or_default().to_string();
    let Some((date, time)) = text.split_once('T') else {
        let parts: Vec<_> = text.split('-').map(number).collect();
        return format!("datetime.date({})", parts.join(", "));
    };
    let zone_start = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at(zone_start);
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts: Vec<_> = date.split('-').chain(time.split(':')).map(number).collect();
    // Seconds of zero are left out, unless microseconds follow.
    if parts.last().is_some_and(|second| second == "0") && fraction.is_empty() {
        parts.pop();
    }
    if !fraction.is_empty() {
        parts.push(number(fraction));
    }
    if !zone.is_empty() {
        parts.push(format!(
            "tzinfo=datetime.timezone({}, '{zone}')",
            offset_repr(zone)
        ));
    }
    format!("datetime.datetime({})", parts.join(", "))
}

/// The `datetime.timedelta` of a zone written `Z` or `+hh:mm`.
fn offset_repr(zone: &str) -> String {
    const DAY: i64 = 86_400;
    let number = |digits: Option<&str>| digits.and_then(|d| d.parse::<i64>().ok()).unwrap_or(0);
    let seconds = number(zone.get(1..3)) * 3600 + number(zone.get(4..6)) * 60;
    match zone.starts_with('-') {
        _ if seconds == 0 => "datetime.timedelta(0)".into(),
        false => format!("datetime.timedelta(seconds={seconds})"),
        true => format!("datetime.timedelta(days=-1, seconds={})", DAY - seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_shown_as_python_shows_them() {
        let table = [
            ("2014-08-08", "2014-08-08", "datetime.date(2014, 8, 8)"),
            (
                "2014-08-08T01:02:03",
                "2014-08-08 01:02:03",
                "datetime.datetime(2014, 8, 8, 1, 2, 3)",
            ),
            (
                "2014-08-08T01:00:00",
                "2014-08-08 01:00:00",
                "datetime.datetime(2014, 8, 8, 1, 0)",
            ),
            (
                "2014-08-08T01:02:03.500000Z",
                "2014-08-08 01:02:03.500000+00:00",
                "datetime.datetime(2014, 8, 8, 1, 2, 3, 500000, \
                 tzinfo=datetime.timezone(datetime.timedelta(0), 'Z'))",
            ),
            (
                "2014-08-08T01:02:03+02:00",
                "2014-08-08 01:02:03+02:00",
                "datetime.datetime(2014, 8, 8, 1, 2, 3, \
                 tzinfo=datetime.timezone(datetime.timedelta(seconds=7200), '+02:00'))",
            ),
            (
                "2014-08-08T01:02:03-05:30",
                "2014-08-08 01:02:03-05:30",
                "datetime.datetime(2014, 8, 8, 1, 2, 3, tzinfo=datetime.timezone(\
                 datetime.timedelta(days=-1, seconds=66600), '-05:30'))",
            ),
        ];
        for (text, shown, repr) in table {
            let value = Value::Timestamp(text.to_string());
            assert_eq!(value.python_str(), shown);
            assert_eq!(value.python_repr(), repr);
        }
    }
}
