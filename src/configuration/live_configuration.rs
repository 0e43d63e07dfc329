//! Reading the live configuration of an identity pool.

use serde_json::{Map, Value as Json, json};

use super::section::{PoolConfiguration, live_sections};
use super::section_group::SectionGroup;
use crate::cancellation::Cancellation;
use crate::error::{Error, Result};
use crate::model::{Shape, ShapeKind};
use crate::output;
use crate::service::{CallError, Client};

/// The live configuration of an identity pool: the sections of one group.
#[derive(Debug)]
pub struct LiveConfiguration {
    /// The sections, without members that cannot be written, such as `DisabledReason`. One that is
    /// not set has no members.
    pub sections: PoolConfiguration,
    /// The body of the response.
    pub body: Vec<u8>,
}

impl LiveConfiguration {
    /// Reads the sections of a group.
    pub async fn read(
        client: &Client,
        group: SectionGroup,
        pool: &str,
        cancellation: &Cancellation,
    ) -> Result<LiveConfiguration, CallError> {
        let operation = group.read_operation();
        let input = Map::from_iter([("IdentityPoolId".to_string(), Json::from(pool))]);
        let called = client.call_until(operation, &input, cancellation).await;
        let body = called.map_err(|error| explain(error, group))?.response.body;
        let sections =
            parse_sections(&body, group).map_err(|error| explain(error.into(), group))?;
        Ok(LiveConfiguration { sections, body })
    }

    /// Reads the sections of a group that are to be written. A pool that the local service does not
    /// know has none: it exists from its first change on.
    pub async fn read_to_write(
        client: &Client,
        group: SectionGroup,
        pool: &str,
        cancellation: &Cancellation,
    ) -> Result<LiveConfiguration, CallError> {
        match Self::read(client, group, pool, cancellation).await {
            Err(CallError::Failed(error)) if error.context.is_made_by_change => {
                let unset = match group {
                    SectionGroup::Configuration => json!({"IdentityPoolId": pool}),
                    SectionGroup::Events => json!({"Events": {}}),
                };
                Ok(LiveConfiguration {
                    sections: live_sections(&Map::new(), group.sections()),
                    body: unset.to_string().into_bytes(),
                })
            }
            read => read,
        }
    }
}

/// Names the operation of a failed call and, if it was denied, the permission that it needs.
fn explain(error: CallError, group: SectionGroup) -> CallError {
    let CallError::Failed(mut error) = error else {
        return error;
    };
    let operation = group.read_operation();
    error.context.operation = Some(operation.name);
    if is_denied(&error) {
        let hint = format!(
            "the configuration is read before it is changed, which needs the permission cognito-sync:{}",
            operation.name
        );
        error = error.hint(hint);
    }
    error.into()
}

fn is_denied(error: &Error) -> bool {
    matches!(
        error.service_code(),
        Some("AccessDeniedException" | "NotAuthorizedException")
    )
}

/// Parses the sections of a group. Null members are not set.
///
/// # Errors
/// The response has a value of another type than the model's: what it means is unknown, so that it
/// must count neither as set nor as not set.
fn parse_sections(body: &[u8], group: SectionGroup) -> Result<PoolConfiguration> {
    let output = group.read_operation().output;
    let mut document = output::parse_document(body, output)?;
    for member in output.members {
        let Some(section) = document.get_mut(member.name) else {
            continue;
        };
        if let Json::Object(members) = section {
            members.retain(|_, value| !value.is_null());
        }
        check_type(member.name, section, member.shape)?;
    }
    Ok(live_sections(&document, group.sections()))
}

/// Checks the types that the parser of responses leaves open, as botocore does.
fn check_type(name: &str, value: &Json, shape: &Shape) -> Result<()> {
    let unexpected = || {
        Error::general(format!(
            "The response of the service has {value} for {name}, where a {} was expected.",
            shape.name
        ))
    };
    match (&shape.kind, value) {
        (ShapeKind::Structure(structure), Json::Object(members)) => members
            .iter()
            .filter_map(|(name, value)| Some((name, value, structure.member(name)?)))
            .try_for_each(|(name, value, member)| check_type(name, value, member.shape)),
        (ShapeKind::Map { value: shape, .. }, Json::Object(members)) => members
            .iter()
            .try_for_each(|(name, value)| check_type(name, value, shape)),
        (ShapeKind::List(item), Json::Array(items)) => items
            .iter()
            .try_for_each(|value| check_type(name, value, item)),
        (ShapeKind::String { .. }, Json::String(_)) => Ok(()),
        _ => Err(unexpected()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::configuration::section::Section;

    #[test]
    fn parses_sections_without_null_and_unwritable_members() {
        let body = json!({
            "IdentityPoolId": "p",
            "PushSync": null,
            "CognitoStreams": {"StreamName": "s", "RoleArn": null, "DisabledReason": "x"},
            "New": 1,
        });
        let sections = parse_sections(body.to_string().as_bytes(), SectionGroup::Configuration);
        let want = [
            (Section::PushSync, json!({})),
            (Section::CognitoStreams, json!({"StreamName": "s"})),
        ];
        let want = want.map(|(section, members)| (section, members.as_object().cloned()));
        let sections = sections.expect("a valid response").into_iter();
        let sections: Vec<_> = sections
            .map(|(section, members)| (section, Some(members)))
            .collect();
        assert_eq!(sections, want);
    }

    #[test]
    fn rejects_values_of_other_types() {
        let table = [
            (SectionGroup::Configuration, "[]"),
            (SectionGroup::Configuration, ""),
            (SectionGroup::Configuration, "<html>"),
            (SectionGroup::Configuration, r#"{"PushSync": "x"}"#),
            (
                SectionGroup::Configuration,
                r#"{"PushSync": {"RoleArn": 7}}"#,
            ),
            (
                SectionGroup::Configuration,
                r#"{"PushSync": {"RoleArn": ["r"]}}"#,
            ),
            (
                SectionGroup::Configuration,
                r#"{"PushSync": {"ApplicationArns": "a"}}"#,
            ),
            (
                SectionGroup::Configuration,
                r#"{"PushSync": {"ApplicationArns": [null]}}"#,
            ),
            (SectionGroup::Configuration, r#"{"CognitoStreams": []}"#),
            (SectionGroup::Events, r#"{"Events": []}"#),
            (SectionGroup::Events, r#"{"Events": {"SyncTrigger": {}}}"#),
            (SectionGroup::Events, "null"),
        ];
        for (group, body) in table {
            let error = parse_sections(body.as_bytes(), group).expect_err(body);
            assert!(
                error.message.starts_with("The response of the service"),
                "{body}: {error}"
            );
        }
    }
}
