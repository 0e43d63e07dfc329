//! Hints for rejected values: likely mistakes of quoting, file names and spelling. They never
//! decide whether a value is rejected.

use std::path::Path;

use serde_json::{Map, Value as Json};

use crate::error::Error;
use crate::model::{Shape, ShapeKind, Structure};
use crate::python::json;
use crate::source_excerpt::escape_unprintable;

/// Replaces the hints of a value that cannot be parsed by one about the likely mistake, if that
/// explains the whole value.
pub(super) fn add_syntax_hint(mut error: Error, text: &str) -> Error {
    if let Some(hint) = syntax_hint(text.trim()) {
        error.hints = vec![hint];
    }
    error
}

fn syntax_hint(text: &str) -> Option<String> {
    if text.starts_with('\'') || text.ends_with('\'') {
        return Some(
            "the single quotes are part of the value: the shell has passed them on. cmd.exe wants \
             double quotes, with \\\" inside"
                .into(),
        );
    }
    let is_quoted = text.contains(['"', '\'']);
    if text.starts_with(['{', '[']) && !is_quoted && json::parse(text).is_err() {
        return Some(
            "JSON has double quotes, which a shell removes: put the whole value in single quotes, or \
             name a file that holds it with file://"
                .into(),
        );
    }
    let path = escape_unprintable(named_file(text)?);
    Some(format!(
        "did you mean file://{path}? {path} is a file, and file:// takes the value from it"
    ))
}

/// Returns the path of the existing file that a value names: alone, after `file:` without slashes,
/// or after curl's `@`.
fn named_file(text: &str) -> Option<&str> {
    let prefixes = ["file:", "@"];
    let path = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
    let path = path.unwrap_or(text);
    // A long value is not a path, and a failed lookup is ignored.
    let is_file = path.len() < 1000 && !path.starts_with("//") && Path::new(path).is_file();
    is_file.then_some(path)
}

/// Returns hints for values that are not among the enum values of their shape, which may explain a
/// rejected request.
pub fn enum_value_hints(request: &Map<String, Json>, structure: &'static Structure) -> Vec<String> {
    let mut hints = Vec::new();
    for (name, value) in request {
        if let Some(member) = structure.member(name) {
            push_enum_value_hints(name, value, member.shape, &mut hints);
        }
    }
    hints
}

fn push_enum_value_hints(name: &str, value: &Json, shape: &'static Shape, hints: &mut Vec<String>) {
    match (&shape.kind, value) {
        (ShapeKind::String { choices }, Json::String(text))
            if !choices.is_empty() && !choices.contains(&text.as_str()) =>
        {
            let known = choices.join(", ");
            hints.push(format!("{name} is {text}; the service knows {known}"));
        }
        (ShapeKind::Structure(structure), Json::Object(members)) => {
            hints.extend(enum_value_hints(members, structure));
        }
        (ShapeKind::List(item), Json::Array(items)) => {
            for value in items {
                push_enum_value_hints(name, value, item, hints);
            }
        }
        _ => {}
    }
}
