//! Validation of input by the model's constraints, which the real service does before anything
//! else, with its messages: `2 validation errors detected: Value 'x' at 'identityPoolId' failed to
//! satisfy constraint: …`. The messages have the forms of Coral, Amazon's service framework, as
//! other AWS services show them (source: the JavaScript SDK's smoke test, which looks for the
//! beginning).

use std::sync::{Mutex, PoisonError};

use regex_lite::Regex;
use serde_json::{Map, Value as Json};

use super::routing::lower_camel_case;
use super::service_error::ServiceError;
use crate::model::{Operation, ServiceId, Shape, ShapeKind, Structure};

const NOT_NULL: &str = "Member must not be null";

/// The maximum length of a string that is matched against a pattern; longer ones match none.
const MAX_PATTERN_INPUT: usize = 4096;

/// Rejects an input that violates constraints, and names all of them.
pub(super) fn validate(
    operation: &'static Operation,
    input: &Map<String, Json>,
) -> Result<(), ServiceError> {
    let mut found = Vec::new();
    check_structure("", operation.input, input, &mut found);
    error_for(&found).map_err(|error| match operation.service.id {
        ServiceId::CognitoSync => error,
        ServiceId::CognitoIdentity => ServiceError::new("ValidationException", error.message),
    })
}

/// Rejects a string that violates its shape's constraints.
pub(super) fn validate_text(
    shape: &'static Shape,
    path: &str,
    text: &str,
) -> Result<(), ServiceError> {
    let mut found = Vec::new();
    check_value(path, shape, &Json::from(text), &mut found);
    error_for(&found)
}

/// Returns an error that names all violations, if there are any.
fn error_for(found: &[String]) -> Result<(), ServiceError> {
    if found.is_empty() {
        return Ok(());
    }
    let errors = if found.len() == 1 { "error" } else { "errors" };
    Err(ServiceError::invalid(format!(
        "{} validation {errors} detected: {}",
        found.len(),
        found.join("; ")
    )))
}

fn check_structure(
    path: &str,
    structure: &'static Structure,
    members: &Map<String, Json>,
    found: &mut Vec<String>,
) {
    for member in structure.members {
        let path = format!("{path}{}", lower_camel_case(member.name));
        match members.get(member.name) {
            Some(value) => check_value(&path, member.shape, value, found),
            None if structure.requires(member.name) => {
                found.push(violation("null", &path, NOT_NULL));
            }
            None => {}
        }
    }
}

fn check_value(path: &str, shape: &'static Shape, value: &Json, found: &mut Vec<String>) {
    if let Json::String(text) = value {
        let violated = violated_constraints(shape, text).into_iter();
        return found.extend(violated.map(|why| violation(&format!("'{text}'"), path, &why)));
    }
    match (&shape.kind, value) {
        (ShapeKind::Integer | ShapeKind::Long, Json::Number(_)) => {
            let violated = violated_range(shape, value).into_iter();
            found.extend(violated.map(|why| violation(&format!("'{value}'"), path, &why)));
        }
        (ShapeKind::List(item), Json::Array(items)) => {
            let violated = items.iter().find_map(|text| {
                let violated = violated_constraints(item, text.as_str()?);
                (!violated.is_empty()).then_some(violated)
            });
            if violated.is_some() {
                let why = format!(
                    "Member must satisfy constraint: [{}]",
                    all_constraints(item).join(", ")
                );
                found.push(violation(&format_as_java(value), path, &why));
            }
            for (value, number) in items.iter().zip(1..) {
                let path = format!("{path}.{number}.member");
                match value {
                    Json::Null => found.push(violation("null", &path, NOT_NULL)),
                    Json::Object(_) => check_value(&path, item, value, found),
                    _ => {}
                }
            }
        }
        (ShapeKind::Map { value: item, .. }, Json::Object(entries)) => {
            if shape.max.is_some_and(|max| entries.len() > max) {
                let why = max_length_constraint(shape.max.unwrap_or_default());
                found.push(violation(&format_as_java(value), path, &why));
            }
            for (key, value) in entries {
                check_value(&format!("{path}.{key}.member"), item, value, found);
            }
        }
        (ShapeKind::Structure(structure), Json::Object(members)) => {
            check_structure(&format!("{path}."), structure, members, found);
        }
        _ => {}
    }
}

fn violation(value: &str, path: &str, why: &str) -> String {
    format!("Value {value} at '{path}' failed to satisfy constraint: {why}")
}

/// Returns the constraints that a string violates.
fn violated_constraints(shape: &'static Shape, text: &str) -> Vec<String> {
    // Java counts UTF-16 code units.
    let length = text.encode_utf16().count();
    let mut violated = Vec::new();
    if enum_values(shape).is_some_and(|choices| !choices.contains(&text)) {
        violated.extend(enum_constraint(shape));
    }
    if shape.min.is_some_and(|min| length < min) {
        violated.extend(shape.min.map(min_length_constraint));
    }
    if shape.max.is_some_and(|max| length > max) {
        violated.extend(shape.max.map(max_length_constraint));
    }
    if let Some(pattern) = shape.pattern
        && (length > MAX_PATTERN_INPUT || !matches(pattern, text))
    {
        violated.push(pattern_constraint(pattern));
    }
    violated
}

/// Returns the bound that a number violates.
fn violated_range(shape: &Shape, number: &Json) -> Option<String> {
    let number = number.as_i64()?;
    let bound = |bound: usize| i64::try_from(bound).unwrap_or(i64::MAX);
    let min = shape.min.filter(|min| number < bound(*min));
    let max = shape.max.filter(|max| number > bound(*max));
    let min = min.map(|min| format!("Member must have value greater than or equal to {min}"));
    min.or(max.map(|max| format!("Member must have value less than or equal to {max}")))
}

/// Returns all constraints of a string's shape, as the service lists them for lists.
fn all_constraints(shape: &'static Shape) -> Vec<String> {
    let sizes = [
        shape.max.map(max_length_constraint),
        shape.min.map(min_length_constraint),
    ];
    enum_constraint(shape)
        .into_iter()
        .chain(sizes.into_iter().flatten())
        .chain(shape.pattern.map(pattern_constraint))
        .collect()
}

/// Returns the values of an enum.
fn enum_values(shape: &Shape) -> Option<&'static [&'static str]> {
    match shape.kind {
        ShapeKind::String { choices } if !choices.is_empty() => Some(choices),
        _ => None,
    }
}

fn enum_constraint(shape: &Shape) -> Option<String> {
    let choices = enum_values(shape)?.join(", ");
    Some(format!("Member must satisfy enum value set: [{choices}]"))
}

fn min_length_constraint(length: usize) -> String {
    format!("Member must have length greater than or equal to {length}")
}

fn max_length_constraint(length: usize) -> String {
    format!("Member must have length less than or equal to {length}")
}

fn pattern_constraint(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

/// Whether the whole string matches the pattern. Each pattern is compiled once, when it is first
/// needed.
fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: Mutex<Vec<(&str, Regex)>> = Mutex::new(Vec::new());
    let mut known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let compiled = match known.iter().position(|(of_model, _)| *of_model == pattern) {
        Some(at) => known[at].1.clone(),
        None => {
            let Ok(compiled) = Regex::new(&format!("^(?:{pattern})$")) else {
                return false;
            };
            known.push((pattern, compiled.clone()));
            compiled
        }
    };
    drop(known);
    compiled.is_match(text)
}

/// Formats a value as Java does: `[a, b]`, `{k=v}`.
fn format_as_java(value: &Json) -> String {
    fn format(value: &Json) -> String {
        match value {
            Json::String(text) => text.clone(),
            Json::Array(items) => {
                let items: Vec<_> = items.iter().map(format).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Object(members) => {
                let entry = |(key, value): (&String, &Json)| format!("{key}={}", format(value));
                let entries: Vec<_> = members.iter().map(entry).collect();
                format!("{{{}}}", entries.join(", "))
            }
            other => other.to_string(),
        }
    }
    format!("'{}'", format(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::INTERNAL_OPERATIONS;
    use serde_json::json;

    fn message(command: &str, input: Json) -> String {
        let internal = INTERNAL_OPERATIONS.into_iter();
        let operation = internal
            .chain(Operation::find_by_command(command))
            .find(|operation| operation.command() == command);
        let operation = operation.expect("the operation is there");
        let Json::Object(input) = input else {
            panic!("an object")
        };
        let checked = validate(operation, &input);
        checked.map_or_else(|error| error.message, |()| "sound".into())
    }

    #[test]
    fn reports_violations_with_messages_of_real_service() {
        let pattern = r"[\w-]+:[0-9a-f-]+";
        let table = [
            (
                "list-datasets",
                json!({"IdentityPoolId": "us-east-1:0a", "IdentityId": "us-east-1:0b"}),
                "sound".to_string(),
            ),
            (
                "list-datasets",
                json!({"IdentityPoolId": "INVALID", "IdentityId": "A:B:C"}),
                format!(
                    "2 validation errors detected: Value 'INVALID' at 'identityPoolId' failed to \
                     satisfy constraint: Member must satisfy regular expression pattern: {pattern}; \
                     Value 'A:B:C' at 'identityId' failed to satisfy constraint: Member must \
                     satisfy regular expression pattern: {pattern}"
                ),
            ),
            (
                "update-records",
                json!({"IdentityPoolId": "a:0", "IdentityId": "a:0", "DatasetName": "d",
                    "RecordPatches": [{"Op": "add", "Key": "k", "SyncCount": 0}]}),
                "2 validation errors detected: Value 'add' at 'recordPatches.1.member.op' failed to \
                 satisfy constraint: Member must satisfy enum value set: [replace, remove]; Value \
                 null at 'syncSessionToken' failed to satisfy constraint: Member must not be null"
                    .to_string(),
            ),
            (
                "set-identity-pool-configuration",
                json!({"IdentityPoolId": "a:0", "PushSync": {"ApplicationArns": ["x", "y"]}}),
                "1 validation error detected: Value '[x, y]' at 'pushSync.applicationArns' failed to \
                 satisfy constraint: Member must satisfy constraint: [Member must satisfy regular \
                 expression pattern: arn:aws:sns:[-0-9a-z]+:\\d+:app/[A-Z_]+/[a-zA-Z0-9_.-]+]"
                    .to_string(),
            ),
            (
                "set-identity-pool-configuration",
                json!({"IdentityPoolId": "a:0", "CognitoStreams": {"StreamName": ""}}),
                "1 validation error detected: Value '' at 'cognitoStreams.streamName' failed to \
                 satisfy constraint: Member must have length greater than or equal to 1"
                    .to_string(),
            ),
            (
                "set-cognito-events",
                json!({"IdentityPoolId": "a:0", "Events": {"a": "1", "b": "2"}}),
                "1 validation error detected: Value '{a=1, b=2}' at 'events' failed to satisfy \
                 constraint: Member must have length less than or equal to 1"
                    .to_string(),
            ),
            (
                "list-identities",
                json!({"IdentityPoolId": "a:0", "MaxResults": 0}),
                "1 validation error detected: Value '0' at 'maxResults' failed to satisfy \
                 constraint: Member must have value greater than or equal to 1"
                    .to_string(),
            ),
            (
                "list-identity-pools",
                json!({"MaxResults": 61, "NextToken": ""}),
                "3 validation errors detected: Value '61' at 'maxResults' failed to satisfy \
                 constraint: Member must have value less than or equal to 60; Value '' at \
                 'nextToken' failed to satisfy constraint: Member must have length greater than or \
                 equal to 1; Value '' at 'nextToken' failed to satisfy constraint: Member must \
                 satisfy regular expression pattern: [\\S]+"
                    .to_string(),
            ),
            (
                "list-identity-pools",
                json!({}),
                "1 validation error detected: Value null at 'maxResults' failed to satisfy \
                 constraint: Member must not be null"
                    .to_string(),
            ),
        ];
        for (command, input, want) in table {
            assert_eq!(message(command, input), want);
        }
        let nulls = json!({"IdentityPoolId": "a:0", "PushSync": {"ApplicationArns": [null]}});
        let nulls = message("set-identity-pool-configuration", nulls);
        let want = "Value null at 'pushSync.applicationArns.1.member' failed to satisfy \
             constraint: Member must not be null";
        assert!(nulls.ends_with(want), "{nulls}");
        let long = json!({"IdentityPoolId": "a".repeat(1 << 20)});
        assert!(message("bulk-publish", long).starts_with("2 validation errors detected: "));
    }

    #[test]
    fn matches_pattern_against_whole_string() {
        let id = r"[\w-]+:[0-9a-f-]+";
        let role = r"arn:aws:iam::\d+:role/.*";
        let app = r"arn:aws:sns:[-0-9a-z]+:\d+:app/[A-Z_]+/[a-zA-Z0-9_.-]+";
        let table = [
            (id, "us-east-1:0a-f", true),
            (id, "a:0\n", false),
            (id, "é:0", false),
            (id, "US-EAST-1:0A", false),
            (r"[a-zA-Z0-9_.:-]+", "a.us-east-1:0", true),
            (r"[a-zA-Z0-9_.:-]+", "a b", false),
            (role, "arn:aws:iam::1:role/x/y z", true),
            (role, "arn:aws-cn:iam::1:role/x", false),
            (
                app,
                "arn:aws:sns:us-east-1:1:app/APNS_SANDBOX/my.app-1",
                true,
            ),
            (app, "arn:aws:sns:us-east-1:1:topic", false),
        ];
        for (pattern, text, want) in table {
            assert_eq!(matches(pattern, text), want, "{pattern} {text}");
        }
    }
}
