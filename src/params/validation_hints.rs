//! Hints for a document that does not match the model: spelling, null and what is still empty. They
//! never decide whether a document is rejected.

use std::fmt::Write as _;

use crate::error::Error;
use crate::model::{Shape, ShapeKind, Structure};
use crate::python::value::Value;

/// The most members that a hint lists.
const MAX_LISTED: usize = 8;

/// Adds the likely reasons for which a document was rejected.
pub(super) fn add_validation_hints(
    error: Error,
    document: &Value,
    structure: &'static Structure,
) -> Error {
    let error = add_spelling_hints(error, document, structure);
    let mut found = SuspectMembers::default();
    found.visit_structure(document, structure, "");
    let hints = [found.null_hint(), found.empty_hint()];
    hints.into_iter().flatten().fold(error, Error::hint)
}

/// Adds the spelling of known members for unknown ones that differ only in case.
fn add_spelling_hints(mut error: Error, document: &Value, structure: &'static Structure) -> Error {
    let Value::Map(members) = document else {
        return error;
    };
    for (key, value) in members {
        let Some(name) = key.as_str() else {
            continue;
        };
        if let Some(member) = structure.member(name) {
            error = add_spelling_hints_of_shape(error, value, member.shape);
            continue;
        }
        let same = |known: &str| known.eq_ignore_ascii_case(name);
        if let Some(known) = structure.aws_cli_members().find(|m| same(m.name)) {
            error = error.hint(format!("{name} is spelt {} here", known.name));
        }
    }
    error
}

fn add_spelling_hints_of_shape(error: Error, value: &Value, shape: &'static Shape) -> Error {
    match (&shape.kind, value) {
        (ShapeKind::Structure(structure), _) => add_spelling_hints(error, value, structure),
        (ShapeKind::List(item), Value::List(items)) => items.iter().fold(error, |error, value| {
            add_spelling_hints_of_shape(error, value, item)
        }),
        _ => error,
    }
}

/// The paths of members whose values explain why a document is rejected.
#[derive(Default)]
struct SuspectMembers {
    null: Vec<String>,
    empty: Vec<String>,
    /// Whether one of the empty values is why the document is rejected.
    rejects_empty: bool,
    /// The optional structures with empty values.
    sections: Vec<&'static str>,
}

impl SuspectMembers {
    fn visit_structure(&mut self, value: &Value, structure: &'static Structure, path: &str) {
        let Value::Map(members) = value else {
            return;
        };
        for (key, value) in members {
            let Some(member) = key.as_str().and_then(|name| structure.member(name)) else {
                continue;
            };
            let count = self.empty.len();
            let separator = if path.is_empty() { "" } else { "." };
            self.visit(
                value,
                member.shape,
                &format!("{path}{separator}{}", member.name),
            );
            let is_section = matches!(member.shape.kind, ShapeKind::Structure(_));
            if is_section && self.empty.len() > count && !structure.requires(member.name) {
                self.sections.push(member.name);
            }
        }
    }

    fn visit(&mut self, value: &Value, shape: &'static Shape, path: &str) {
        match (&shape.kind, value) {
            (_, Value::Null) => self.null.push(path.to_string()),
            (ShapeKind::Structure(structure), _) => self.visit_structure(value, structure, path),
            (ShapeKind::List(item), Value::List(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.visit(value, item, &format!("{path}[{index}]"));
                }
            }
            (ShapeKind::Map { value: shape, .. }, Value::Map(entries)) => {
                for (key, value) in entries {
                    self.visit(value, shape, &format!("{path}.{}", key.python_str()));
                }
            }
            (ShapeKind::String { .. }, Value::String(text)) if text.is_empty() => {
                let is_rejected = shape.min.is_some_and(|min| min > 0);
                // The service rejects an empty value that has a pattern.
                if is_rejected || shape.pattern.is_some() {
                    self.empty.push(path.to_string());
                }
                self.rejects_empty |= is_rejected;
            }
            _ => {}
        }
    }

    fn null_hint(&self) -> Option<String> {
        let (are, them) = match self.null.len() {
            0 => return None,
            1 => ("is", "it"),
            _ => ("are", "them"),
        };
        let list = list_paths(&self.null);
        Some(format!(
            "{list} {are} null, which no member may be: leave {them} out"
        ))
    }

    /// Most documents with empty values are skeletons that are not filled in.
    fn empty_hint(&self) -> Option<String> {
        if !self.rejects_empty {
            return None;
        }
        let (are, them) = match self.empty.len() {
            1 => ("is", "it"),
            _ => ("are", "them"),
        };
        let list = list_paths(&self.empty);
        let mut hint = format!("{list} {are} still empty: fill {them} in");
        if let [sections @ .., last] = &self.sections[..] {
            let others = sections.iter().map(|section| format!("{section} or "));
            let names = others.collect::<String>() + last;
            // Writing to a string cannot fail.
            let _ = write!(hint, ", or delete {names} where it is not wanted");
        }
        Some(hint)
    }
}

/// Lists paths as a sentence does, the first ones only where there are many.
fn list_paths(paths: &[String]) -> String {
    match paths {
        [] => String::new(),
        [path] => path.clone(),
        _ if paths.len() > MAX_LISTED => {
            let (listed, others) = paths.split_at(MAX_LISTED);
            format!("{} and {} more", listed.join(", "), others.len())
        }
        [listed @ .., last] => format!("{} and {last}", listed.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Operation;
    use crate::params::skeleton;
    use crate::python::json;

    fn hints(command: &str, document: &Value) -> Vec<String> {
        let operation = Operation::find_by_command(command).expect("an operation");
        add_validation_hints(Error::parameter(""), document, operation.input).hints
    }

    #[test]
    fn names_empty_members_of_unedited_skeleton() {
        let skeleton = |command: &str| {
            let operation = Operation::find_by_command(command).expect("an operation");
            skeleton::to_value(&skeleton::input(operation.input))
        };
        let table = [
            (
                "set-identity-pool-configuration",
                "IdentityPoolId, PushSync.ApplicationArns[0], PushSync.RoleArn, \
                 CognitoStreams.StreamName and CognitoStreams.RoleArn are still empty: fill them \
                 in, or delete PushSync or CognitoStreams where it is not wanted",
            ),
            ("bulk-publish", "IdentityPoolId is still empty: fill it in"),
            (
                "update-records",
                "IdentityPoolId, IdentityId, DatasetName, DeviceId and RecordPatches[0].Key are \
                 still empty: fill them in",
            ),
        ];
        for (command, want) in table {
            assert_eq!(hints(command, &skeleton(command)), [want], "{command}");
        }
    }

    #[test]
    fn explains_null_and_spelling() {
        let table: [(&str, &[&str]); 5] = [
            (
                r#"{"IdentityPoolId": "p", "PushSync": null}"#,
                &["PushSync is null, which no member may be: leave it out"],
            ),
            (
                r#"{"CognitoStreams": null, "PushSync": {"ApplicationArns": ["a", null]}}"#,
                &[
                    "CognitoStreams and PushSync.ApplicationArns[1] are null, which no member may \
                   be: leave them out",
                ],
            ),
            (
                r#"{"pushsync": {}, "Unknown": null}"#,
                &["pushsync is spelt PushSync here"],
            ),
            // An empty list or text that is allowed explains nothing.
            (r#"{"PushSync": {"ApplicationArns": [""]}}"#, &[]),
            ("[]", &[]),
        ];
        for (document, want) in table {
            let document = json::parse(document).expect("JSON");
            let found = hints("set-identity-pool-configuration", &document);
            assert_eq!(found, want, "{document:?}");
        }
    }

    #[test]
    fn limits_list() {
        let patches = vec![r#"{"Key": ""}"#; 20].join(",");
        let document = json::parse(&format!("{{\"RecordPatches\": [{patches}]}}")).expect("JSON");
        let [hint] = &hints("update-records", &document)[..] else {
            panic!("one hint");
        };
        assert!(
            hint.contains("RecordPatches[7].Key and 12 more are still empty"),
            "{hint}"
        );
    }
}
