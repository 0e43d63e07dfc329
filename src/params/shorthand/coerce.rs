//! Conversion of parsed shorthand to the shapes of the model.

use super::super::option_value;
use crate::error::{Error, Result};
use crate::model::{Shape, ShapeKind};
use crate::python::value::Value;

/// Converts a parsed value to the types of `shape`: a single value to a list of one item, digits to
/// numbers.
pub fn coerce(value: &mut Value, shape: &Shape) -> Result<()> {
    match (&shape.kind, value) {
        (ShapeKind::Structure(structure), Value::Map(members)) => {
            for member in structure.aws_cli_members() {
                if let Some(value) = members.get_mut(member.name) {
                    coerce_member(value, member.shape)?;
                }
            }
        }
        (ShapeKind::List(item), Value::List(items)) => {
            for value in items {
                coerce_member(value, item)?;
            }
        }
        (ShapeKind::Map { value: shape, .. }, Value::Map(members)) => {
            for value in members.values_mut() {
                coerce_member(value, shape)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn coerce_member(value: &mut Value, shape: &Shape) -> Result<()> {
    match &shape.kind {
        ShapeKind::List(_) if !matches!(value, Value::List(_)) => {
            *value = Value::List(vec![std::mem::replace(value, Value::Null)]);
            Ok(())
        }
        ShapeKind::Integer | ShapeKind::Long => {
            *value = integer(value)?;
            Ok(())
        }
        ShapeKind::Boolean => {
            match value {
                Value::String(text) if text.eq_ignore_ascii_case("true") => {
                    *value = Value::Bool(true);
                }
                Value::String(text) if text.eq_ignore_ascii_case("false") => {
                    *value = Value::Bool(false);
                }
                _ => {}
            }
            Ok(())
        }
        _ => coerce(value, shape),
    }
}

fn integer(value: &Value) -> Result<Value> {
    match value {
        Value::String(text) => option_value::parse_integer(text),
        Value::Bytes(bytes) => option_value::parse_integer_bytes(bytes),
        other => Err(Error::general(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            other.python_type()
        ))),
    }
}
