//! Deep merge of a desired configuration over the live one.

use serde_json::{Map, Value as Json};

use super::section::PoolConfiguration;

/// Lays the given members over the live ones. Members of structures are merged, lists and other
/// values replaced. An empty section or structure changes nothing.
pub fn merge(live: &PoolConfiguration, given: &PoolConfiguration) -> PoolConfiguration {
    let mut merged = live.clone();
    for (section, members) in given {
        lay_over(merged.entry(*section).or_default(), members);
    }
    merged
}

fn lay_over(live: &mut Map<String, Json>, given: &Map<String, Json>) {
    for (name, value) in given {
        match (live.get_mut(name), value) {
            (Some(Json::Object(live)), Json::Object(given)) => lay_over(live, given),
            _ => {
                live.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::configuration::section::{Section, given_sections, live_sections};

    #[test]
    fn keeps_members_that_are_not_given_and_replaces_lists() {
        let live = json!({
            "PushSync": {"ApplicationArns": ["a", "b"], "RoleArn": "r"},
            "CognitoStreams": {"StreamName": "s"},
            "Events": {},
        });
        let table = [
            (json!({}), "/Events", json!({})),
            (json!({"PushSync": {}}), "/PushSync/RoleArn", json!("r")),
            (
                json!({"PushSync": {"ApplicationArns": ["c"]}}),
                "/PushSync",
                json!({"ApplicationArns": ["c"], "RoleArn": "r"}),
            ),
            (
                json!({"CognitoStreams": {"RoleArn": "x"}}),
                "/CognitoStreams",
                json!({"StreamName": "s", "RoleArn": "x"}),
            ),
            (
                json!({"Events": {"SyncTrigger": "f"}}),
                "/Events",
                json!({"SyncTrigger": "f"}),
            ),
        ];
        let members = |sections: &Json| sections.as_object().expect("an object").clone();
        let live = live_sections(&members(&live), &Section::ALL);
        for (given, path, want) in table {
            let merged = merge(&live, &given_sections(&members(&given), &Section::ALL));
            let names = merged
                .iter()
                .map(|(section, members)| (section.name(), members));
            let merged = json!(names.collect::<std::collections::BTreeMap<_, _>>());
            assert_eq!(merged.pointer(path), Some(&want), "{given}");
        }
    }
}
