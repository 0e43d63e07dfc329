//! Holds an input document against the model, as botocore does before it sends anything
//! (`botocore/validate.py` in the AWS CLI 2.36.7), and reports everything that is wrong at once.
//!
//! Checked are presence, names, types and least lengths. Patterns, enumerations and greatest
//! lengths are left to the service, as the AWS CLI leaves them.

use std::fmt::Display;

use super::timestamp::{self, Refusal};
use crate::error::{Error, Result};
use crate::model::{Kind, Shape, Structure};
use crate::python::key::Key;
use crate::python::surrogates;
use crate::python::value::Value;
use crate::timestamp::LocalZone;

/// Refuses a document that `structure` does not take, with all findings, a line each. Timestamps
/// are read in `zone`.
pub fn check(document: &Value, structure: &'static Structure, zone: &LocalZone) -> Result<()> {
    // The AWS CLI passes the members on as keyword arguments, before botocore looks at any.
    if let Value::Map(members) = document
        && members.keys().any(|key| key.as_str().is_none())
    {
        return Err(Error::general("keywords must be strings")
            .hint("the names of an operation's members are text: see --generate-cli-skeleton"));
    }
    let mut findings = Vec::new();
    check_structure(document, structure, "", zone, &mut findings)?;
    if findings.is_empty() {
        return Ok(());
    }
    Err(Error::parameter(format!(
        "Parameter validation failed:\n{}",
        findings.join("\n")
    )))
}

fn check_structure(
    value: &Value,
    structure: &'static Structure,
    path: &str,
    zone: &LocalZone,
    findings: &mut Vec<String>,
) -> Result<()> {
    let Value::Map(members) = value else {
        findings.push(wrong_type(value, path, "<class 'dict'>"));
        return Ok(());
    };
    for required in structure.required {
        if !members.contains_key(*required) {
            findings.push(format!(
                "Missing required parameter in {}: \"{required}\"",
                shown(path)
            ));
        }
    }
    let member_of = |key: &Key| structure.member(key.as_str()?);
    for key in members.keys().filter(|key| member_of(key).is_none()) {
        let known: Vec<_> = structure.members_of_aws_cli().map(|m| m.name).collect();
        findings.push(format!(
            "Unknown parameter in {}: \"{}\", must be one of: {}",
            shown(path),
            key.python_str(),
            known.join(", ")
        ));
    }
    for (key, value) in members {
        if let Some(member) = member_of(key) {
            let path = format!("{path}.{}", member.name);
            check_shape(value, member.shape, &path, zone, findings)?;
        }
    }
    Ok(())
}

fn check_shape(
    value: &Value,
    shape: &'static Shape,
    path: &str,
    zone: &LocalZone,
    findings: &mut Vec<String>,
) -> Result<()> {
    match (&shape.kind, value) {
        (Kind::Structure(structure), _) => check_structure(value, structure, path, zone, findings)?,
        (Kind::String { .. }, Value::String(text)) => {
            let length = surrogates::code_points(text).count();
            if let Some(min) = shape.min.filter(|min| length < *min) {
                findings.push(format!(
                    "Invalid length for parameter {}, value: {length}, valid min length: {min}",
                    shown(path)
                ));
            }
        }
        (Kind::List(item), Value::List(items)) => {
            for (index, value) in items.iter().enumerate() {
                check_shape(value, item, &format!("{path}[{index}]"), zone, findings)?;
            }
        }
        (Kind::Map { value: shape, .. }, Value::Map(members)) => {
            for (key, value) in members {
                if let Key::Other(key) = key {
                    let path = format!("{path} (key: {})", key.python_str());
                    findings.push(wrong_type(key, &path, "<class 'str'>"));
                }
                let path = format!("{path}.{}", key.python_str());
                check_shape(value, shape, &path, zone, findings)?;
            }
        }
        // For Python, True is 1.
        (Kind::Integer | Kind::Long, Value::Integer(_) | Value::Bool(_)) => {}
        (Kind::Boolean, Value::Bool(_)) => {}
        (Kind::Timestamp, _) => match timestamp::seconds(value, zone) {
            Ok(_) => {}
            Err(Refusal::WrongType) => {
                findings.push(wrong_type(value, path, python_types(&shape.kind)));
            }
            Err(Refusal::OutOfRange(message)) => {
                return Err(Error::general(message)
                    .hint("timestamps are counted in seconds since 1970, not in milliseconds"));
            }
        },
        (kind, _) => findings.push(wrong_type(value, path, python_types(kind))),
    }
    Ok(())
}

fn wrong_type(value: &Value, path: &str, valid: impl Display) -> String {
    format!(
        "Invalid type for parameter {}, value: {}, type: <class '{}'>, valid types: {valid}",
        shown(path),
        value.python_str(),
        value.python_type()
    )
}

/// What Python must hold for a value of this kind.
fn python_types(kind: &Kind) -> &'static str {
    match kind {
        Kind::String { .. } => "<class 'str'>",
        Kind::Integer | Kind::Long => "<class 'int'>",
        Kind::Boolean => "<class 'bool'>",
        Kind::Timestamp => "<class 'datetime.datetime'>, timestamp-string",
        Kind::List(_) => "<class 'list'>, <class 'tuple'>",
        Kind::Map { .. } | Kind::Structure(_) => "<class 'dict'>",
    }
}

/// A path as it is shown: the whole document is the input.
fn shown(path: &str) -> &str {
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

    fn findings(command: &str, document: &str) -> Vec<String> {
        let operation = Operation::by_command(command).expect("an operation");
        let document = json::read(document).expect("JSON");
        match check(&document, operation.input, &LocalZone::fixed("UTC", 0)) {
            Ok(()) => Vec::new(),
            Err(error) => error.message.lines().skip(1).map(str::to_string).collect(),
        }
    }

    #[test]
    fn every_finding_is_reported_in_botocores_order() {
        let document = r#"{"Nope": 1, "PushSync": {"ApplicationArns": ["a", 2, null], "X": {}},
            "CognitoStreams": {"StreamName": "", "RoleArn": "short", "DisabledReason": "r"}}"#;
        let want = [
            "Missing required parameter in input: \"IdentityPoolId\"",
            "Unknown parameter in input: \"Nope\", must be one of: IdentityPoolId, PushSync, \
             CognitoStreams",
            "Unknown parameter in PushSync: \"X\", must be one of: ApplicationArns, RoleArn",
            "Invalid type for parameter PushSync.ApplicationArns[1], value: 2, type: <class \
             'int'>, valid types: <class 'str'>",
            "Invalid type for parameter PushSync.ApplicationArns[2], value: None, type: <class \
             'NoneType'>, valid types: <class 'str'>",
            "Unknown parameter in CognitoStreams: \"DisabledReason\", must be one of: StreamName, \
             RoleArn, StreamingStatus",
            "Invalid length for parameter CognitoStreams.StreamName, value: 0, valid min length: 1",
            "Invalid length for parameter CognitoStreams.RoleArn, value: 5, valid min length: 20",
        ];
        assert_eq!(findings("set-identity-pool-configuration", document), want);
    }

    #[test]
    fn absence_is_reported_in_the_models_order() {
        let want = [
            "Missing required parameter in input: \"IdentityId\"",
            "Missing required parameter in input: \"IdentityPoolId\"",
        ];
        assert_eq!(findings("list-datasets", "{}"), want);
    }

    #[test]
    fn each_kind_takes_what_python_would_take() {
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
                findings("update-records", &patch(members)).len(),
                count,
                "{members}"
            );
        }
        let events = r#"{"IdentityPoolId": "p", "Events": {"a": 1, "": ""}}"#;
        assert_eq!(
            findings("set-cognito-events", events),
            [
                "Invalid type for parameter Events.a, value: 1, type: <class 'int'>, valid types: \
              <class 'str'>"
            ]
        );
    }
}
