//! Converts option values to the input document of an operation: loads values from files, parses
//! shorthand and JSON, merges the result with the document of `--cli-input-json` or
//! `--cli-input-yaml`, and validates it by the model.
//!
//! `cli` parses the command line, and `service` sends the document. The order of the steps, and so
//! which of several mistakes is reported, is that of `ServiceOperation.__call__` of the AWS CLI
//! 2.36.7.

mod cli_input;
mod document_text;
mod hints;
mod json_diagnosis;
mod option_value;
mod paramfile;
mod replaced_members;
mod shorthand;
pub mod skeleton;
mod text_encoding;
mod timestamp;
mod validate;
mod validation_hints;

use serde_json::{Map, Value as Json};

pub use hints::enum_value_hints;
pub use replaced_members::ReplacedMember;

use crate::environment::Environment;
use crate::error::Result;
use crate::model::{Member, Operation, Shape, ShapeKind, Structure};
use crate::python::{
    key::{Key, Members},
    surrogates,
    value::Value,
};
use crate::stdin::Stdin;
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

/// Returns the text of an option that is no member of the input: its value, or the content of the file
/// that the value names.
pub fn load_option_text(option: &str, value: &str, environment: &Environment) -> Result<String> {
    let loaded = paramfile::load(value, environment).map_err(|why| why.into_error(option))?;
    Ok(match loaded {
        Some(Value::String(text)) => text,
        Some(Value::Bytes(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
        _ => value.to_string(),
    })
}

/// An input document that is parsed, but not yet validated by the model.
#[derive(Debug)]
pub struct UnvalidatedInput {
    value: Value,
    replaced: Vec<ReplacedMember>,
}

impl UnvalidatedInput {
    /// Returns the value of a member, if it is present and a string.
    pub fn text(&self, member: &str) -> Option<&str> {
        match &self.value {
            Value::Map(members) => match members.get(member)? {
                Value::String(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// Members whose options drop parts of the document of `--cli-input-json` or
    /// `--cli-input-yaml`.
    pub fn replaced_members(&self) -> &[ReplacedMember] {
        &self.replaced
    }
}

/// Parses the option values to an input document.
///
/// # Errors
///
/// Returns an error if a value cannot be parsed or its file cannot be loaded.
pub fn parse_input(
    parsed: &ParsedInput,
    environment: &Environment,
    stdin: &Stdin,
) -> Result<UnvalidatedInput> {
    let mut members = Members::new();
    for (member, args) in &parsed.members {
        let values: Vec<String> = args
            .iter()
            .map(|arg| surrogates::from_unicode(arg).into_owned())
            .collect();
        let value = option_value::parse(member, &values, environment).map_err(|error| {
            args.iter()
                .fold(error, |e, arg| hints::add_syntax_hint(e, arg))
        })?;
        members.insert(member.name.into(), value);
    }
    let mut replaced = Vec::new();
    if let Some(document) = cli_input::parse(parsed, environment, stdin)? {
        for (member, _) in &parsed.members {
            let key = Key::from(member.name);
            if let (Some(option), Some(value)) = (members.get(&key), document.get(&key)) {
                replaced.extend(ReplacedMember::compare(member, option, value));
            }
        }
        for (name, value) in document {
            members.entry(name).or_insert(value);
        }
    }
    Ok(UnvalidatedInput {
        value: Value::Map(members),
        replaced,
    })
}

/// Validates the document by the operation's input shape. Returns the members of the request, with
/// timestamps in whole seconds since 1970.
pub fn validate_input(
    document: &UnvalidatedInput,
    operation: &'static Operation,
    zone: &LocalZone,
) -> Result<Map<String, Json>> {
    let value = &document.value;
    validate::validate(value, operation.input, zone)
        .map_err(|error| validation_hints::add_validation_hints(error, value, operation.input))?;
    match request_structure(value, operation.input, zone) {
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
