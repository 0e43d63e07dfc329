//! Converts option values to the input document of an operation: loads values from files, parses
//! shorthand and JSON, merges the result with the document of `--cli-input-json` or
//! `--cli-input-yaml`, and validates it by the model.
//!
//! `cli` parses the command line, and `service` sends the document. The order of the steps, and so
//! which of several mistakes is reported, is that of `ServiceOperation.__call__` of the AWS CLI
//! 2.36.7.

mod cli_input;
mod hints;
mod paramfile;
mod shorthand;
pub mod skeleton;
mod text_encoding;
mod timestamp;
mod validate;

use serde_json::{Map, Value as Json};

pub use hints::enum_value_hints;

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::model::{Member, Operation, Shape, ShapeKind, Structure};
use crate::python;
use crate::python::{json, key::Members, surrogates, value::Value};
use crate::timestamp::LocalZone;

/// The parsed options of an operation's input.
#[derive(Default)]
pub struct ParsedInput {
    /// The members of the input with the values of their options, in the model's order.
    pub members: Vec<(&'static Member, Vec<String>)>,
    /// The value of `--cli-input-json`.
    pub cli_input_json: Option<String>,
    /// The value of `--cli-input-yaml`.
    pub cli_input_yaml: Option<String>,
}

/// An input document that is parsed, but not yet validated by the model.
#[derive(Debug)]
pub struct UnvalidatedInput(Value);

impl UnvalidatedInput {
    /// Returns the value of a member, if it is present and a string.
    pub fn text(&self, member: &str) -> Option<&str> {
        match &self.0 {
            Value::Map(members) => match members.get(member)? {
                Value::String(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Parses the option values to an input document.
///
/// # Errors
///
/// Returns an error if a value cannot be parsed or its file cannot be loaded.
pub fn parse_input(parsed: &ParsedInput, environment: &Environment) -> Result<UnvalidatedInput> {
    let mut members = Members::new();
    for (member, args) in &parsed.members {
        let values: Vec<String> = args
            .iter()
            .map(|arg| surrogates::from_unicode(arg).into_owned())
            .collect();
        let value = parse_member_value(member, &values, environment).map_err(|error| {
            args.iter()
                .fold(error, |e, arg| hints::add_syntax_hint(e, arg))
        })?;
        members.insert(member.name.into(), value);
    }
    if let Some(document) = cli_input::parse(parsed, environment)? {
        for (name, value) in document {
            members.entry(name).or_insert(value);
        }
    }
    Ok(UnvalidatedInput(Value::Map(members)))
}

/// Validates the document by the operation's input shape. Returns the members of the request, with
/// timestamps in whole seconds since 1970.
pub fn validate_input(
    document: &UnvalidatedInput,
    operation: &'static Operation,
    zone: &LocalZone,
) -> Result<Map<String, Json>> {
    validate::validate(&document.0, operation.input, zone)
        .map_err(|error| hints::add_spelling_hints(error, &document.0, operation.input))?;
    match request_structure(&document.0, operation.input, zone) {
        Json::Object(members) => Ok(members),
        _ => Ok(Map::new()),
    }
}

/// Validates the output skeleton of an operation by its output shape, as the AWS CLI does before it
/// prints one.
pub fn validate_output_skeleton(
    skeleton: &Json,
    operation: &'static Operation,
    zone: &LocalZone,
) -> Result<()> {
    validate::validate(&skeleton::to_value(skeleton), operation.output, zone)
}

/// Parses the values of a member's option.
fn parse_member_value(
    member: &Member,
    args: &[String],
    environment: &Environment,
) -> Result<Value> {
    let option = format!("--{}", member.option());
    let loaded = match args {
        [arg] => paramfile::load(arg, environment).map_err(|why| why.into_error(&option))?,
        _ => None,
    };
    let is_list = matches!(member.shape.kind, ShapeKind::List(_));
    let is_number = matches!(member.shape.kind, ShapeKind::Integer | ShapeKind::Long);
    match loaded {
        Some(Value::String(text)) => parse_text_value(&option, &text, member.shape, environment),
        Some(Value::Bytes(bytes)) if is_number => parse_integer_bytes(&bytes),
        Some(bytes) => Ok(bytes),
        None if is_list => parse_list_value(&option, args, member.shape, environment),
        None => parse_text_value(
            &option,
            args.first().map_or("", String::as_str),
            member.shape,
            environment,
        ),
    }
}

/// Parses a single value: JSON, shorthand or a literal.
fn parse_text_value(
    option: &str,
    text: &str,
    shape: &'static Shape,
    environment: &Environment,
) -> Result<Value> {
    if shape.is_complex() && !looks_like_json(text) {
        let mut value = shorthand::parse(option, text, environment)?;
        shorthand::coerce(&mut value, shape)?;
        return Ok(value);
    }
    let begins_with = |c| python::strip(text).starts_with(c);
    match shape.kind {
        ShapeKind::Structure(_) | ShapeKind::Map { .. } if begins_with('{') => {
            parse_json_value(option, text)
        }
        ShapeKind::Structure(_) | ShapeKind::Map { .. } => {
            Err(Error::parsing(option, format!("Invalid JSON:\n{text}")))
        }
        ShapeKind::List(_) if begins_with('[') => parse_json_value(option, text),
        ShapeKind::List(item) => {
            // A file that holds no JSON list: the AWS CLI iterates over its characters.
            let first = text.chars().next().unwrap_or_default().to_string();
            parse_text_value(option, &first, item, environment)
                .map(|value| Value::List(vec![value]))
        }
        ShapeKind::Integer | ShapeKind::Long => parse_integer(text),
        _ => Ok(Value::String(text.to_string())),
    }
}

fn parse_integer(text: &str) -> Result<Value> {
    let digits = python::parse_int(text).map(Value::Integer);
    digits.ok_or_else(|| Error::general(python::invalid_int_message(&python::repr_str(text))))
}

fn parse_integer_bytes(bytes: &[u8]) -> Result<Value> {
    let digits = python::parse_int_bytes(bytes).map(Value::Integer);
    digits.ok_or_else(|| Error::general(python::invalid_int_message(&python::repr_bytes(bytes))))
}

/// Parses the values of a list: one JSON list, or one item per argument.
fn parse_list_value(
    option: &str,
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
        return parse_json_value(option, arg);
    }
    let mut items = Vec::with_capacity(args.len());
    for arg in args {
        items.push(if in_json {
            parse_json_item(option, arg, item)?
        } else {
            shorthand::parse(option, arg, environment)?
        });
    }
    let mut list = Value::List(items);
    if !in_json {
        shorthand::coerce(&mut list, shape)?;
    }
    Ok(list)
}

/// Parses an item of a list whose first item is JSON, so that all items must be.
fn parse_json_item(option: &str, arg: &str, item: &'static Shape) -> Result<Value> {
    match python::strip(arg).chars().next() {
        Some('{') => parse_json_value(option, arg),
        Some('[') if matches!(item.kind, ShapeKind::List(_)) => parse_json_value(option, arg),
        Some(_) => Err(Error::parsing(option, format!("Invalid JSON:\n{arg}"))),
        None => Err(Error::parsing(option, "Invalid JSON: the value is empty")),
    }
}

fn looks_like_json(text: &str) -> bool {
    python::strip(text).starts_with(['[', '{'])
}

fn parse_json_value(option: &str, text: &str) -> Result<Value> {
    json::parse(text).map_err(|why| {
        if why.is_too_deep() {
            return Error::general(why.to_string());
        }
        Error::parsing(
            option,
            format!("Invalid JSON: {why}\nJSON received: {text}"),
        )
    })
}

/// Converts a valid structure to the JSON of the request.
fn request_structure(value: &Value, structure: &'static Structure, zone: &LocalZone) -> Json {
    let Value::Map(members) = value else {
        return Json::Null;
    };
    let known = members.iter().filter_map(|(name, value)| {
        let member = structure.member(name.as_str()?)?;
        Some((
            member.name.to_string(),
            request_value(value, member.shape, zone),
        ))
    });
    Json::Object(known.collect())
}

fn request_value(value: &Value, shape: &'static Shape, zone: &LocalZone) -> Json {
    match (&shape.kind, value) {
        (ShapeKind::Structure(structure), _) => request_structure(value, structure, zone),
        (ShapeKind::List(item), Value::List(items)) => Json::Array(
            items
                .iter()
                .map(|value| request_value(value, item, zone))
                .collect(),
        ),
        (ShapeKind::Map { value: shape, .. }, Value::Map(members)) => Json::Object(
            members
                .iter()
                .map(|(key, value)| (key.python_str(), request_value(value, shape, zone)))
                .collect(),
        ),
        (ShapeKind::Timestamp, _) => {
            timestamp::parse_timestamp(value, zone).map_or(Json::Null, Json::from)
        }
        (_, Value::Integer(digits)) => digits.parse().map_or(Json::Null, Json::Number),
        (_, Value::Bool(flag)) => Json::Bool(*flag),
        (_, Value::String(text)) => Json::String(text.clone()),
        _ => Json::Null,
    }
}
