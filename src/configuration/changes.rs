//! Comparison of a live configuration with a desired one.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::section::{PoolConfiguration, Section};

/// The difference of a member.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberChange {
    /// The section of the member.
    pub section: Section,
    /// Name of the member within the section.
    pub member: String,
    /// The live value; `None` if the member is not set.
    pub before: Option<Json>,
    /// The desired value; `None` if the member is to be removed.
    pub after: Option<Json>,
}

impl MemberChange {
    /// The member with its section, such as `PushSync.RoleArn`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section.name(), self.member)
    }
}

/// Returns the changes that turn the live configuration into the desired one, in the order of
/// sections and, within each, of desired members before those to be removed. Lists are compared as
/// sets. An empty or null value equals an absent one: the service removes an event by an empty ARN,
/// and does not say whether it keeps empty lists.
pub fn compare(live: &PoolConfiguration, desired: &PoolConfiguration) -> Vec<MemberChange> {
    let nothing = Map::new();
    let mut changes = Vec::new();
    for (section, after) in desired {
        let before = live.get(section).unwrap_or(&nothing);
        let removed = before.keys().filter(|name| !after.contains_key(*name));
        for member in after.keys().chain(removed) {
            let (before, after) = (value(before, member), value(after, member));
            if !is_same(before, after) {
                changes.push(MemberChange {
                    section: *section,
                    member: member.clone(),
                    before: before.cloned(),
                    after: after.cloned(),
                });
            }
        }
    }
    changes
}

/// Removes the members that equal absent ones.
pub fn remove_empty_members(configuration: &mut PoolConfiguration) {
    for members in configuration.values_mut() {
        members.retain(|_, value| is_set(value));
    }
}

/// Returns the value of a member, unless it is empty.
fn value<'a>(section: &'a Map<String, Json>, member: &str) -> Option<&'a Json> {
    section.get(member).filter(|value| is_set(value))
}

fn is_set(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        _ => true,
    }
}

fn is_same(before: Option<&Json>, after: Option<&Json>) -> bool {
    match (before, after) {
        (Some(Json::Array(before)), Some(Json::Array(after))) => items(before) == items(after),
        _ => before == after,
    }
}

/// The items of a list as a set; the API has lists of strings only.
fn items(list: &[Json]) -> BTreeSet<String> {
    list.iter().map(Json::to_string).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn configuration(sections: &Json) -> PoolConfiguration {
        let section = |section: &Section| {
            let members = sections.get(section.name())?.as_object()?;
            Some((*section, members.clone()))
        };
        Section::ALL.iter().filter_map(section).collect()
    }

    #[test]
    fn compares_members() {
        let arn = "arn:aws:iam::123456789012:role/r";
        let table = [
            (json!({}), json!({}), vec![]),
            (json!({"PushSync": {"RoleArn": arn}}), json!({}), vec![]),
            (
                json!({"PushSync": {"RoleArn": arn}}),
                json!({"PushSync": {}}),
                vec![("PushSync.RoleArn", Some(json!(arn)), None)],
            ),
            (
                json!({}),
                json!({"Events": {"SyncTrigger": arn}}),
                vec![("Events.SyncTrigger", None, Some(json!(arn)))],
            ),
            (
                json!({"PushSync": {"ApplicationArns": ["a", "b", "a"]}}),
                json!({"PushSync": {"ApplicationArns": ["b", "a"]}}),
                vec![],
            ),
            (
                json!({"PushSync": {"ApplicationArns": ["a"]}}),
                json!({"PushSync": {"ApplicationArns": ["a", "b"]}}),
                vec![(
                    "PushSync.ApplicationArns",
                    Some(json!(["a"])),
                    Some(json!(["a", "b"])),
                )],
            ),
            (
                json!({"PushSync": {"ApplicationArns": []}, "Events": {"SyncTrigger": ""}}),
                json!({"PushSync": {}, "CognitoStreams": {}, "Events": {}}),
                vec![],
            ),
            (
                json!({"CognitoStreams": {"StreamName": "s", "StreamingStatus": "ENABLED"}}),
                json!({"CognitoStreams": {"StreamingStatus": "DISABLED"}}),
                vec![
                    (
                        "CognitoStreams.StreamingStatus",
                        Some(json!("ENABLED")),
                        Some(json!("DISABLED")),
                    ),
                    ("CognitoStreams.StreamName", Some(json!("s")), None),
                ],
            ),
        ];
        for (live, desired, want) in table {
            let changes = compare(&configuration(&live), &configuration(&desired));
            let found: Vec<_> = changes.iter().map(MemberChange::path).collect();
            let paths: Vec<_> = want
                .iter()
                .map(|(path, _, _)| (*path).to_string())
                .collect();
            assert_eq!(found, paths, "{live} {desired}");
            for (change, (_, before, after)) in changes.into_iter().zip(want) {
                assert_eq!((change.before, change.after), (before, after));
            }
        }
    }
}
