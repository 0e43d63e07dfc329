//! The values of a member's option: a literal, shorthand or JSON, from the command line or a file.

use super::{json_diagnosis, paramfile, shorthand};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::model::{Member, Shape, ShapeKind};
use crate::python;
use crate::python::{json, value::Value};
use crate::source_excerpt::{self, TextPosition, escape_unprintable};

/// An option, and where its value comes from.
#[derive(Clone, Copy)]
struct ValueSource<'a> {
    option: &'a str,
    /// The name of the file, or the option.
    name: &'a str,
}

/// Parses the values of a member's option.
pub(super) fn parse(member: &Member, args: &[String], environment: &Environment) -> Result<Value> {
    let option = format!("--{}", member.option());
    let loaded = match args {
        [arg] => paramfile::load(arg, environment).map_err(|why| why.into_error(&option))?,
        _ => None,
    };
    let is_list = matches!(member.shape.kind, ShapeKind::List(_));
    let is_number = matches!(member.shape.kind, ShapeKind::Integer | ShapeKind::Long);
    let first = args.first().map_or("", String::as_str);
    let source = ValueSource {
        option: &option,
        name: first.strip_prefix("file://").unwrap_or(&option),
    };
    match loaded {
        Some(Value::String(text)) => {
            // No JSON and no shorthand begins with a byte order mark.
            let text = match member.shape.is_complex() {
                true => text.strip_prefix('\u{feff}').unwrap_or(&text),
                false => &text,
            };
            parse_text_value(source, text, member.shape, environment)
        }
        Some(Value::Bytes(bytes)) if is_number => parse_integer_bytes(&bytes),
        Some(bytes) => Ok(bytes),
        None if is_list => parse_list_value(source, args, member.shape, environment),
        None => parse_text_value(source, first, member.shape, environment),
    }
}

/// Parses a single value: JSON, shorthand or a literal.
fn parse_text_value(
    source: ValueSource<'_>,
    text: &str,
    shape: &'static Shape,
    environment: &Environment,
) -> Result<Value> {
    if shape.is_complex() && !looks_like_json(text) {
        let mut value = shorthand::parse(source.option, text, environment)?;
        shorthand::coerce(&mut value, shape)?;
        return Ok(value);
    }
    let begins_with = |c| python::strip(text).starts_with(c);
    match shape.kind {
        ShapeKind::Structure(_) | ShapeKind::Map { .. } if begins_with('{') => {
            parse_json_value(source, text)
        }
        ShapeKind::Structure(_) | ShapeKind::Map { .. } => Err(Error::parsing(
            source.option,
            format!("Invalid JSON:\n{text}"),
        )),
        ShapeKind::List(_) if begins_with('[') => parse_json_value(source, text),
        ShapeKind::List(item) => {
            // A file that holds no JSON list: the AWS CLI iterates over its characters.
            let first = text.chars().next().unwrap_or_default().to_string();
            parse_text_value(source, &first, item, environment)
                .map(|value| Value::List(vec![value]))
        }
        ShapeKind::Integer | ShapeKind::Long => parse_integer(text),
        _ => Ok(Value::String(text.to_string())),
    }
}

pub(super) fn parse_integer(text: &str) -> Result<Value> {
    let digits = python::parse_int(text).map(Value::Integer);
    digits.ok_or_else(|| Error::general(python::invalid_int_message(&python::repr_str(text))))
}

pub(super) fn parse_integer_bytes(bytes: &[u8]) -> Result<Value> {
    let digits = python::parse_int_bytes(bytes).map(Value::Integer);
    digits.ok_or_else(|| Error::general(python::invalid_int_message(&python::repr_bytes(bytes))))
}

/// Parses the values of a list: one JSON list, or one item per argument.
fn parse_list_value(
    source: ValueSource<'_>,
    args: &[String],
    shape: &'static Shape,
    environment: &Environment,
) -> Result<Value> {
    let ShapeKind::List(item) = shape.kind else {
        return Ok(Value::List(Vec::new()));
    };
    let in_json = args.first().is_some_and(|arg| looks_like_json(arg));
    if let [arg] = args
        && python::strip(arg).starts_with('[')
    {
        return parse_json_value(source, arg);
    }
    let mut items = Vec::with_capacity(args.len());
    for arg in args {
        items.push(if in_json {
            parse_json_item(source, arg, item)?
        } else {
            shorthand::parse(source.option, arg, environment)?
        });
    }
    let mut list = Value::List(items);
    if !in_json {
        shorthand::coerce(&mut list, shape)?;
    }
    Ok(list)
}

/// Parses an item of a list whose first item is JSON, so that all items must be.
fn parse_json_item(source: ValueSource<'_>, arg: &str, item: &'static Shape) -> Result<Value> {
    match python::strip(arg).chars().next() {
        Some('{') => parse_json_value(source, arg),
        Some('[') if matches!(item.kind, ShapeKind::List(_)) => parse_json_value(source, arg),
        Some(_) => Err(Error::parsing(
            source.option,
            format!("Invalid JSON:\n{arg}"),
        )),
        None => Err(Error::parsing(
            source.option,
            "Invalid JSON: the value is empty",
        )),
    }
}

fn looks_like_json(text: &str) -> bool {
    python::strip(text).starts_with(['[', '{'])
}

fn parse_json_value(source: ValueSource<'_>, text: &str) -> Result<Value> {
    json::parse(text).map_err(|why| {
        if why.is_too_deep() {
            return Error::general(why.to_string());
        }
        let (at, reason) = json_diagnosis::diagnose(text, &why);
        let position = TextPosition::at(text, at);
        let excerpt = source_excerpt::render(text, position);
        let name = escape_unprintable(source.name);
        Error::parsing(
            source.option,
            format!("Invalid JSON: {why}\nJSON received: {text}"),
        )
        .hint(format!("{name}, {position}: {reason}\n{excerpt}"))
    })
}
