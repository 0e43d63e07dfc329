//! Validates an input document by the model, as botocore does before it sends a request
//! (`botocore/validate.py` in the AWS CLI 2.36.7), and reports all problems at once.
//!
//! It checks presence, names, types and minimum lengths. Like the AWS CLI, it leaves patterns,
//! enums and maximum lengths to the service.

use std::fmt::Display;

use super::timestamp::{self, TimestampArgumentError};
use crate::error::{Error, Result};
use crate::model::{Shape, ShapeKind, Structure};
use crate::python::key::Key;
use crate::python::surrogates;
use crate::python::value::Value;
use crate::timestamp::LocalZone;

/// Rejects a document that does not match `structure`. The error lists all problems, one per line.
/// Timestamps without a time zone are in `zone`.
pub fn validate(document: &Value, structure: &'static Structure, zone: &LocalZone) -> Result<()> {
    // The AWS CLI passes the members as keyword arguments, before botocore validates any.
    if let Value::Map(members) = document
        && members.keys().any(|key| key.as_str().is_none())
    {
        return Err(Error::general("keywords must be strings")
            .hint("the names of an operation's members are text: see --generate-cli-skeleton"));
    }
    let mut problems = Vec::new();
    validate_structure(document, structure, "", zone, &mut problems)?;
    if problems.is_empty() {
        return Ok(());
    }
    Err(Error::parameter(format!(
        "Parameter validation failed:\n{}",
        problems.join("\n")
    )))
}

fn validate_structure(
    value: &Value,
    structure: &'static Structure,
    path: &str,
    zone: &LocalZone,
    problems: &mut Vec<String>,
) -> Result<()> {
    let Value::Map(members) = value else {
        problems.push(wrong_type(value, path, "<class 'dict'>"));
        return Ok(());
    };
    for required in structure.required {
        if !members.contains_key(*required) {
            problems.push(format!(
                "Missing required parameter in {}: \"{required}\"",
                display_path(path)
            ));
        }
    }
    let member_of = |key: &Key| structure.member(key.as_str()?);
    let is_known = |key: &Key| {
        // A response that is given back may have such a member, which requests leave out.
        let is_unmodeled = |name| structure.is_unmodeled_member(name);
        member_of(key).is_some() || key.as_str().is_some_and(is_unmodeled)
    };
    for key in members.keys().filter(|key| !is_known(key)) {
        let known: Vec<_> = structure.aws_cli_members().map(|m| m.name).collect();
        problems.push(format!(
            "Unknown parameter in {}: \"{}\", must be one of: {}",
            display_path(path),
            key.python_str(),
            known.join(", ")
        ));
    }
    for (key, value) in members {
        if let Some(member) = member_of(key) {
            let path = format!("{path}.{}", member.name);
            validate_value(value, member.shape, &path, zone, problems)?;
        }
    }
    Ok(())
}

fn validate_value(
    value: &Value,
    shape: &'static Shape,
    path: &str,
    zone: &LocalZone,
    problems: &mut Vec<String>,
) -> Result<()> {
    match (&shape.kind, value) {
        (ShapeKind::Structure(structure), _) => {
            validate_structure(value, structure, path, zone, problems)?
        }
        (ShapeKind::String { .. }, Value::String(text)) => {
            let length = surrogates::code_points(text).count();
            if let Some(min) = shape.min.filter(|min| length < *min) {
                problems.push(format!(
                    "Invalid length for parameter {}, value: {length}, valid min length: {min}",
                    display_path(path)
                ));
            }
        }
        (ShapeKind::List(item), Value::List(items)) => {
            for (index, value) in items.iter().enumerate() {
                validate_value(value, item, &format!("{path}[{index}]"), zone, problems)?;
            }
        }
        (ShapeKind::Map { value: shape, .. }, Value::Map(members)) => {
            for (key, value) in members {
                if let Key::Other(key) = key {
                    let path = format!("{path} (key: {})", key.python_str());
                    problems.push(wrong_type(key, &path, "<class 'str'>"));
                }
                let path = format!("{path}.{}", key.python_str());
                validate_value(value, shape, &path, zone, problems)?;
            }
        }
        // In Python, `True` is an `int`.
        (ShapeKind::Integer | ShapeKind::Long, Value::Integer(_) | Value::Bool(_)) => {}
        (ShapeKind::Boolean, Value::Bool(_)) => {}
        (ShapeKind::Timestamp, _) => match timestamp::parse_timestamp(value, zone) {
            Ok(_) => {}
            Err(TimestampArgumentError::WrongType) => {
                problems.push(wrong_type(value, path, python_types(&shape.kind)));
            }
            Err(TimestampArgumentError::OutOfRange(message)) => {
                return Err(Error::general(message)
                    .hint("timestamps are counted in seconds since 1970, not in milliseconds"));
            }
        },
        (kind, _) => problems.push(wrong_type(value, path, python_types(kind))),
    }
    Ok(())
}

fn wrong_type(value: &Value, path: &str, valid: impl Display) -> String {
    format!(
        "Invalid type for parameter {}, value: {}, type: <class '{}'>, valid types: {valid}",
        display_path(path),
        value.python_str(),
        value.python_type()
    )
}

/// Returns the Python types that are valid for a value of this kind.
fn python_types(kind: &ShapeKind) -> &'static str {
    match kind {
        ShapeKind::String { .. } => "<class 'str'>",
        ShapeKind::Integer | ShapeKind::Long => "<class 'int'>",
        ShapeKind::Boolean => "<class 'bool'>",
        ShapeKind::Timestamp => "<class 'datetime.datetime'>, timestamp-string",
        ShapeKind::List(_) => "<class 'list'>, <class 'tuple'>",
        ShapeKind::Map { .. } | ShapeKind::Structure(_) => "<class 'dict'>",
    }
}

/// Returns a path as messages show it: `input` for the whole document.
fn display_path(path: &str) -> &str {
    if path.is_empty() {
        "input"
    } else {
        path.strip_prefix('.').unwrap_or(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Operation;
    use crate::python::json;

    fn problems(command: &str, document: &str) -> Vec<String> {
        let operation = Operation::find_by_command(command).expect("an operation");
        let document = json::parse(document).expect("JSON");
        match validate(&document, operation.input, &LocalZone::fixed("UTC", 0)) {
            Ok(()) => Vec::new(),
            Err(error) => error.message.lines().skip(1).map(str::to_string).collect(),
        }
    }

    #[test]
    fn reports_all_problems_in_botocores_order() {
        let document = r#"{"Nope": 1, "PushSync": {"ApplicationArns": ["a", 2, null], "X": {}},
            "CognitoStreams": {"StreamName": "", "RoleArn": "short", "Reason": "r"}}"#;
        let want = [
            "Missing required parameter in input: \"IdentityPoolId\"",
            "Unknown parameter in input: \"Nope\", must be one of: IdentityPoolId, PushSync, \
             CognitoStreams",
            "Unknown parameter in PushSync: \"X\", must be one of: ApplicationArns, RoleArn",
            "Invalid type for parameter PushSync.ApplicationArns[1], value: 2, type: <class \
             'int'>, valid types: <class 'str'>",
            "Invalid type for parameter PushSync.ApplicationArns[2], value: None, type: <class \
             'NoneType'>, valid types: <class 'str'>",
            "Unknown parameter in CognitoStreams: \"Reason\", must be one of: StreamName, \
             RoleArn, StreamingStatus",
            "Invalid length for parameter CognitoStreams.StreamName, value: 0, valid min length: 1",
            "Invalid length for parameter CognitoStreams.RoleArn, value: 5, valid min length: 20",
        ];
        assert_eq!(problems("set-identity-pool-configuration", document), want);
    }

    #[test]
    fn accepts_members_that_only_the_service_knows() {
        for reason in ["\"stream deleted\"", "null", "[1]"] {
            let document = format!(
                r#"{{"IdentityPoolId": "p", "CognitoStreams": {{"DisabledReason": {reason}}}}}"#
            );
            let found = problems("set-identity-pool-configuration", &document);
            assert!(found.is_empty(), "{found:?}");
        }
        let elsewhere = r#"{"IdentityPoolId": "p", "DisabledReason": "r"}"#;
        assert_eq!(
            problems("set-identity-pool-configuration", elsewhere).len(),
            1
        );
    }

    #[test]
    fn reports_missing_members_in_model_order() {
        let want = [
            "Missing required parameter in input: \"IdentityId\"",
            "Missing required parameter in input: \"IdentityPoolId\"",
        ];
        assert_eq!(problems("list-datasets", "{}"), want);
    }

    #[test]
    fn accepts_types_that_python_accepts() {
        let patch = |members: &str| {
            format!(
                r#"{{"IdentityPoolId": "p:é", "IdentityId": "i", "DatasetName": "d",
                "SyncSessionToken": "", "RecordPatches": [{{"Op": "o", "Key": "k", {members}}}]}}"#
            )
        };
        let table = [
            (
                r#""SyncCount": true, "DeviceLastModifiedDate": "2014-08-08""#,
                0,
            ),
            (r#""SyncCount": 123456789012345678901234567890"#, 0),
            (r#""SyncCount": 1.0"#, 1),
            (
                r#""SyncCount": "1", "DeviceLastModifiedDate": "soon", "Value": 1"#,
                3,
            ),
            (r#""SyncCount": 0, "DeviceLastModifiedDate": NaN"#, 1),
        ];
        for (members, count) in table {
            assert_eq!(
                problems("update-records", &patch(members)).len(),
                count,
                "{members}"
            );
        }
        let events = r#"{"IdentityPoolId": "p", "Events": {"a": 1, "": ""}}"#;
        assert_eq!(
            problems("set-cognito-events", events),
            [
                "Invalid type for parameter Events.a, value: 1, type: <class 'int'>, valid types: \
              <class 'str'>"
            ]
        );
    }
}
