//! From what was typed to one request document: values from files, shorthand or JSON, laid over
//! the document of `--cli-input-json` or `--cli-input-yaml`, and held against the model.
//!
//! The command line itself is read elsewhere (`cli`), and what becomes of the document too
//! (`service`). The order of the steps, and so which of several mistakes is reported, is the AWS
//! CLI's (`ServiceOperation.__call__` of 2.36.7).

mod document;
mod hints;
mod paramfile;
mod shorthand;
pub mod skeleton;
mod timestamp;
mod validate;

use serde_json::{Map, Value as Json};

pub use hints::about_choices;

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::model::{Kind, Member, Operation, Shape, Structure};
use crate::python;
use crate::python::{json, key::Members, surrogates, value::Value};
use crate::timestamp::LocalZone;

/// What was typed for an operation, option by option.
#[derive(Default)]
pub struct ParsedInput {
    /// Members of the input with the words behind their options, in the model's order.
    pub members: Vec<(&'static Member, Vec<String>)>,
    /// Value of `--cli-input-json`.
    pub cli_input_json: Option<String>,
    /// Value of `--cli-input-yaml`.
    pub cli_input_yaml: Option<String>,
}

/// An input document whose values are understood, but not yet held against the model.
#[derive(Debug)]
pub struct Unchecked(Value);

impl Unchecked {
    /// A member of the document, if it is there and a text.
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

/// Understands what was typed.
pub fn collect(typed: &ParsedInput, environment: &Environment) -> Result<Unchecked> {
    let mut members = Members::new();
    for (member, words) in &typed.members {
        let held: Vec<String> = words
            .iter()
            .map(|w| surrogates::hold(w).into_owned())
            .collect();
        let value = member_value(member, &held, environment).map_err(|error| {
            words
                .iter()
                .fold(error, |e, word| hints::about_text(e, word))
        })?;
        members.insert(member.name.into(), value);
    }
    if let Some(document) = document::read(typed, environment)? {
        for (name, value) in document {
            members.entry(name).or_insert(value);
        }
    }
    Ok(Unchecked(Value::Map(members)))
}

/// Holds the document against the operation's input; what comes out can be sent: timestamps are
/// whole seconds since 1970.
pub fn check(
    document: &Unchecked,
    operation: &'static Operation,
    zone: &LocalZone,
) -> Result<Map<String, Json>> {
    validate::check(&document.0, operation.input, zone)
        .map_err(|error| hints::about_members(error, &document.0, operation.input))?;
    match request_structure(&document.0, operation.input, zone) {
        Json::Object(members) => Ok(members),
        _ => Ok(Map::new()),
    }
}

/// Holds the sample reply of an operation against its output, as the AWS CLI does before it
/// prints one.
pub fn check_sample(sample: &Json, operation: &'static Operation, zone: &LocalZone) -> Result<()> {
    validate::check(&skeleton::as_document(sample), operation.output, zone)
}

/// The value that the words behind a member's option stand for.
fn member_value(member: &Member, words: &[String], environment: &Environment) -> Result<Value> {
    let option = format!("--{}", member.option());
    let loaded = match words {
        [word] => paramfile::load(word, environment).map_err(|why| why.about(&option))?,
        _ => None,
    };
    let is_list = matches!(member.shape.kind, Kind::List(_));
    let is_number = matches!(member.shape.kind, Kind::Integer | Kind::Long);
    match loaded {
        Some(Value::String(text)) => text_value(&option, &text, member.shape, environment),
        Some(Value::Bytes(bytes)) if is_number => integer_of_bytes(&bytes),
        Some(bytes) => Ok(bytes),
        None if is_list => list_value(&option, words, member.shape, environment),
        None => text_value(
            &option,
            words.first().map_or("", String::as_str),
            member.shape,
            environment,
        ),
    }
}

/// A value that is one text: JSON, shorthand or the value itself.
fn text_value(
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
    let begins_with = |c| python::trim(text).starts_with(c);
    match shape.kind {
        Kind::Structure(_) | Kind::Map { .. } if begins_with('{') => json_value(option, text),
        Kind::Structure(_) | Kind::Map { .. } => {
            Err(Error::parsing(option, format!("Invalid JSON:\n{text}")))
        }
        Kind::List(_) if begins_with('[') => json_value(option, text),
        Kind::List(item) => {
            // A text from a file that is no list: the AWS CLI reads it character by character.
            let first = text.chars().next().unwrap_or_default().to_string();
            text_value(option, &first, item, environment).map(|value| Value::List(vec![value]))
        }
        Kind::Integer | Kind::Long => integer_of_text(text),
        _ => Ok(Value::String(text.to_string())),
    }
}

fn integer_of_text(text: &str) -> Result<Value> {
    let digits = python::integer(text).map(Value::Integer);
    digits.ok_or_else(|| Error::general(python::no_integer(&python::quoted(text))))
}

fn integer_of_bytes(bytes: &[u8]) -> Result<Value> {
    let digits = python::integer_of_bytes(bytes).map(Value::Integer);
    digits.ok_or_else(|| Error::general(python::no_integer(&python::quoted_bytes(bytes))))
}

/// A value that is a list of words: JSON, or an entry a word.
fn list_value(
    option: &str,
    words: &[String],
    shape: &'static Shape,
    environment: &Environment,
) -> Result<Value> {
    let Kind::List(item) = shape.kind else {
        return Ok(Value::List(Vec::new()));
    };
    let in_json = words.first().is_some_and(|word| looks_like_json(word));
    if let [word] = words
        && python::trim(word).starts_with('[')
    {
        return json_value(option, word);
    }
    let mut items = Vec::with_capacity(words.len());
    for word in words {
        items.push(if in_json {
            json_item(option, word, item)?
        } else {
            shorthand::parse(option, word, environment)?
        });
    }
    let mut list = Value::List(items);
    if !in_json {
        shorthand::coerce(&mut list, shape)?;
    }
    Ok(list)
}

/// An entry of a list whose first entry is JSON, so that all must be.
fn json_item(option: &str, word: &str, item: &'static Shape) -> Result<Value> {
    match python::trim(word).chars().next() {
        Some('{') => json_value(option, word),
        Some('[') if matches!(item.kind, Kind::List(_)) => json_value(option, word),
        Some(_) => Err(Error::parsing(option, format!("Invalid JSON:\n{word}"))),
        None => Err(Error::parsing(option, "Invalid JSON: the value is empty")),
    }
}

fn looks_like_json(text: &str) -> bool {
    python::trim(text).starts_with(['[', '{'])
}

fn json_value(option: &str, text: &str) -> Result<Value> {
    json::read(text).map_err(|why| {
        if why.is_too_deep() {
            return Error::general(why.to_string());
        }
        Error::parsing(
            option,
            format!("Invalid JSON: {why}\nJSON received: {text}"),
        )
    })
}

/// A valid document in the form in which it is sent.
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
        (Kind::Structure(structure), _) => request_structure(value, structure, zone),
        (Kind::List(item), Value::List(items)) => Json::Array(
            items
                .iter()
                .map(|value| request_value(value, item, zone))
                .collect(),
        ),
        (Kind::Map { value: shape, .. }, Value::Map(members)) => Json::Object(
            members
                .iter()
                .map(|(key, value)| (key.python_str(), request_value(value, shape, zone)))
                .collect(),
        ),
        (Kind::Timestamp, _) => timestamp::seconds(value, zone).map_or(Json::Null, Json::from),
        (_, Value::Integer(digits)) => digits.parse().map_or(Json::Null, Json::Number),
        (_, Value::Bool(flag)) => Json::Bool(*flag),
        (_, Value::String(text)) => Json::String(text.clone()),
        _ => Json::Null,
    }
}
