//! The model's constraints, which the real service checks before anything else, with its text: `2
//! validation errors detected: Value 'x' at 'identityPoolId' failed to satisfy constraint: …`.
//! The text's forms are those of Coral, Amazon's framework for services, as other services of AWS
//! show them (reference: the JavaScript SDK's smoke test, which looks for its beginning).

use std::sync::{Mutex, PoisonError};

use regex_lite::Regex;
use serde_json::{Map, Value as Json};

use super::arrival::lower_camel;
use super::refusal::{Refusal, Ruled};
use crate::model::{Kind, Operation, ServiceId, Shape, Structure};

const NOT_NULL: &str = "Member must not be null";

/// Longer texts are of no pattern, and are not looked through for one.
const LONGEST: usize = 4096;

/// Refuses an input that breaks constraints, and names all of them.
pub(super) fn check(operation: &'static Operation, input: &Map<String, Json>) -> Ruled<()> {
    let mut found = Vec::new();
    of_structure("", operation.input, input, &mut found);
    refusal_of(&found).map_err(|refusal| match operation.service.id {
        ServiceId::CognitoSync => refusal,
        ServiceId::CognitoIdentity => Refusal::new("ValidationException", refusal.message),
    })
}

/// Refuses a single text that breaks its shape's constraints.
pub(super) fn check_text(shape: &'static Shape, place: &str, text: &str) -> Ruled<()> {
    let mut found = Vec::new();
    of_value(place, shape, &Json::from(text), &mut found);
    refusal_of(&found)
}

/// A refusal that names everything that was found, if anything was.
fn refusal_of(found: &[String]) -> Ruled<()> {
    if found.is_empty() {
        return Ok(());
    }
    let errors = if found.len() == 1 { "error" } else { "errors" };
    Err(Refusal::invalid(format!(
        "{} validation {errors} detected: {}",
        found.len(),
        found.join("; ")
    )))
}

fn of_structure(
    place: &str,
    structure: &'static Structure,
    members: &Map<String, Json>,
    found: &mut Vec<String>,
) {
    for member in structure.members {
        let place = format!("{place}{}", lower_camel(member.name));
        match members.get(member.name) {
            Some(value) => of_value(&place, member.shape, value, found),
            None if structure.requires(member.name) => {
                found.push(failed("null", &place, NOT_NULL));
            }
            None => {}
        }
    }
}

fn of_value(place: &str, shape: &'static Shape, value: &Json, found: &mut Vec<String>) {
    if let Json::String(text) = value {
        let broken = broken_by(shape, text).into_iter();
        return found.extend(broken.map(|why| failed(&format!("'{text}'"), place, &why)));
    }
    match (&shape.kind, value) {
        (Kind::Integer | Kind::Long, Json::Number(_)) => {
            let broken = range_broken_by(shape, value).into_iter();
            found.extend(broken.map(|why| failed(&format!("'{value}'"), place, &why)));
        }
        (Kind::List(item), Json::Array(items)) => {
            let broken = items.iter().find_map(|text| {
                let broken = broken_by(item, text.as_str()?);
                (!broken.is_empty()).then_some(broken)
            });
            if broken.is_some() {
                let why = format!(
                    "Member must satisfy constraint: [{}]",
                    all_of(item).join(", ")
                );
                found.push(failed(&in_java(value), place, &why));
            }
            for (value, number) in items.iter().zip(1..) {
                let place = format!("{place}.{number}.member");
                match value {
                    Json::Null => found.push(failed("null", &place, NOT_NULL)),
                    Json::Object(_) => of_value(&place, item, value, found),
                    _ => {}
                }
            }
        }
        (Kind::Map { value: item, .. }, Json::Object(entries)) => {
            if shape.max.is_some_and(|most| entries.len() > most) {
                let why = at_most(shape.max.unwrap_or_default());
                found.push(failed(&in_java(value), place, &why));
            }
            for (key, value) in entries {
                of_value(&format!("{place}.{key}.member"), item, value, found);
            }
        }
        (Kind::Structure(structure), Json::Object(members)) => {
            of_structure(&format!("{place}."), structure, members, found);
        }
        _ => {}
    }
}

fn failed(value: &str, place: &str, why: &str) -> String {
    format!("Value {value} at '{place}' failed to satisfy constraint: {why}")
}

/// The constraints that a text breaks.
fn broken_by(shape: &'static Shape, text: &str) -> Vec<String> {
    // Java counts UTF-16.
    let length = text.encode_utf16().count();
    let mut broken = Vec::new();
    if choices(shape).is_some_and(|choices| !choices.contains(&text)) {
        broken.extend(enumeration(shape));
    }
    if shape.min.is_some_and(|least| length < least) {
        broken.extend(shape.min.map(at_least));
    }
    if shape.max.is_some_and(|most| length > most) {
        broken.extend(shape.max.map(at_most));
    }
    if let Some(pattern) = shape.pattern
        && (length > LONGEST || !matches(pattern, text))
    {
        broken.push(of_pattern(pattern));
    }
    broken
}

/// The bound of its shape that a whole number is beyond.
fn range_broken_by(shape: &Shape, number: &Json) -> Option<String> {
    let number = number.as_i64()?;
    let bound = |bound: usize| i64::try_from(bound).unwrap_or(i64::MAX);
    let least = shape.min.filter(|least| number < bound(*least));
    let most = shape.max.filter(|most| number > bound(*most));
    let least =
        least.map(|least| format!("Member must have value greater than or equal to {least}"));
    least.or(most.map(|most| format!("Member must have value less than or equal to {most}")))
}

/// All constraints of a text's shape, as the service lists them for lists.
fn all_of(shape: &'static Shape) -> Vec<String> {
    let sizes = [shape.max.map(at_most), shape.min.map(at_least)];
    enumeration(shape)
        .into_iter()
        .chain(sizes.into_iter().flatten())
        .chain(shape.pattern.map(of_pattern))
        .collect()
}

/// The values that the service's model fixes; that of events is open there.
fn choices(shape: &Shape) -> Option<&'static [&'static str]> {
    match shape.kind {
        Kind::String { choices } if !choices.is_empty() => Some(choices),
        _ => None,
    }
}

fn enumeration(shape: &Shape) -> Option<String> {
    let choices = choices(shape)?.join(", ");
    Some(format!("Member must satisfy enum value set: [{choices}]"))
}

fn at_least(length: usize) -> String {
    format!("Member must have length greater than or equal to {length}")
}

fn at_most(length: usize) -> String {
    format!("Member must have length less than or equal to {length}")
}

fn of_pattern(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

/// Whether the whole text is of the pattern. Each is compiled once, when it is first needed.
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

/// A value as Java prints it: `[a, b]`, `{k=v}`.
fn in_java(value: &Json) -> String {
    fn shown(value: &Json) -> String {
        match value {
            Json::String(text) => text.clone(),
            Json::Array(items) => {
                let items: Vec<_> = items.iter().map(shown).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Object(members) => {
                let entry = |(key, value): (&String, &Json)| format!("{key}={}", shown(value));
                let entries: Vec<_> = members.iter().map(entry).collect();
                format!("{{{}}}", entries.join(", "))
            }
            other => other.to_string(),
        }
    }
    format!("'{}'", shown(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::INTERNAL_OPERATIONS;
    use serde_json::json;

    fn message(command: &str, input: Json) -> String {
        let internal = INTERNAL_OPERATIONS.into_iter();
        let operation = internal
            .chain(Operation::by_command(command))
            .find(|operation| operation.command() == command);
        let operation = operation.expect("the operation is there");
        let Json::Object(input) = input else {
            panic!("an object")
        };
        let checked = check(operation, &input);
        checked.map_or_else(|refusal| refusal.message, |()| "sound".into())
    }

    #[test]
    fn constraints_are_named_as_the_service_names_them() {
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
    fn patterns_hold_for_the_whole_text() {
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
