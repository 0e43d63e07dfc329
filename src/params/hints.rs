//! Advice about values that cannot be read: what a person has likely meant. It decides nothing.

use std::path::Path;

use serde_json::{Map, Value as Json};

use crate::error::Error;
use crate::model::{Kind, Shape, Structure};
use crate::python::{json, value::Value};

/// Adds what is likely wrong with the text of a value that cannot be read.
pub(super) fn about_text(error: Error, text: &str) -> Error {
    let text = text.trim();
    if text.starts_with('\'') || text.ends_with('\'') {
        return error.hint(
            "the single quotes are part of the value: the shell has passed them on. cmd.exe wants \
             double quotes, with \\\" inside",
        );
    }
    if text.starts_with(['{', '[']) && !text.contains('"') && json::read(text).is_err() {
        return error.hint(
            "JSON has double quotes, which a shell removes: put the whole value in single quotes, or \
             name a file that holds it with file://",
        );
    }
    // A value is no path if it is long, and a look at the file system no place to fail.
    if text.len() < 1000 && !text.is_empty() && Path::new(text).is_file() {
        return error.hint(format!(
            "to take the value from the file, write file://{text}"
        ));
    }
    error
}

/// Adds the members that unknown ones have likely meant, where only the case differs.
pub(super) fn about_members(
    mut error: Error,
    document: &Value,
    structure: &'static Structure,
) -> Error {
    let Value::Map(members) = document else {
        return error;
    };
    for (key, value) in members {
        let Some(name) = key.as_str() else {
            continue;
        };
        if let Some(member) = structure.member(name) {
            error = about_members_of_shape(error, value, member.shape);
            continue;
        }
        let same = |known: &str| known.eq_ignore_ascii_case(name);
        if let Some(meant) = structure.members_of_aws_cli().find(|m| same(m.name)) {
            error = error.hint(format!("{name} is spelt {} here", meant.name));
        }
    }
    error
}

fn about_members_of_shape(error: Error, value: &Value, shape: &'static Shape) -> Error {
    match (&shape.kind, value) {
        (Kind::Structure(structure), _) => about_members(error, value, structure),
        (Kind::List(item), Value::List(items)) => items.iter().fold(error, |error, value| {
            about_members_of_shape(error, value, item)
        }),
        _ => error,
    }
}

/// What a refused request may owe to values of which the service knows only other spellings.
pub fn about_choices(request: &Map<String, Json>, structure: &'static Structure) -> Vec<String> {
    let mut hints = Vec::new();
    for (name, value) in request {
        if let Some(member) = structure.member(name) {
            choices_of_shape(name, value, member.shape, &mut hints);
        }
    }
    hints
}

fn choices_of_shape(name: &str, value: &Json, shape: &'static Shape, hints: &mut Vec<String>) {
    match (&shape.kind, value) {
        (Kind::String { choices }, Json::String(text))
            if !choices.is_empty() && !choices.contains(&text.as_str()) =>
        {
            let known = choices.join(", ");
            hints.push(format!("{name} is {text}; the service knows {known}"));
        }
        (Kind::Structure(structure), Json::Object(members)) => {
            hints.extend(about_choices(members, structure));
        }
        (Kind::List(item), Json::Array(items)) => {
            for value in items {
                choices_of_shape(name, value, item, hints);
            }
        }
        _ => {}
    }
}
