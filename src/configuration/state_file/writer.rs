//! Renders pools that were read from the service: as a state file, in an order that depends on
//! nothing but the pools, or as resources of CloudFormation.

mod cloudformation;

use serde_json::{Map, Value as Json};

use super::entry_keys::{IDENTITY_POOL_ID, POOLS, REGION, SCHEMA};
use super::{LivePool, SCHEMA_FILE, StateFormat, Syntax};
use crate::configuration::section::Section;
use crate::model::ShapeKind;
use crate::output;
use crate::settings;
use crate::yaml::{self, YamlLayout};

/// Renders the pools.
pub(super) fn render(pools: &[LivePool], format: StateFormat, syntax: Syntax) -> String {
    let mut pools: Vec<_> = pools.iter().collect();
    pools.sort_by_key(|pool| (pool.region(), &pool.id));
    match format {
        StateFormat::State => render_state(&pools, syntax),
        StateFormat::CloudFormation => cloudformation::render(&pools, syntax),
    }
}

/// The state file. Its first lines tell editors where the schema is.
fn render_state(pools: &[&LivePool], syntax: Syntax) -> String {
    let entries: Json = pools.iter().map(|pool| entry(pool)).collect();
    let mut document = Map::new();
    match syntax {
        Syntax::Yaml => {
            document.insert(POOLS.to_string(), entries);
            let modeline = format!("# yaml-language-server: $schema={SCHEMA_FILE}\n");
            modeline + &yaml(&Json::Object(document))
        }
        Syntax::Json => {
            document.insert(SCHEMA.to_string(), SCHEMA_FILE.into());
            document.insert(POOLS.to_string(), entries);
            output::render_json(&Json::Object(document))
        }
    }
}

fn yaml(document: &Json) -> String {
    yaml::dump_with_layout(document, YamlLayout::Readable)
}

/// The entry of a pool, with every section that was read.
fn entry(pool: &LivePool) -> Json {
    let mut entry = Map::new();
    entry.insert(IDENTITY_POOL_ID.to_string(), pool.id.clone().into());
    if let Some(region) = pool.region_unless_in_id() {
        entry.insert(REGION.to_string(), region.into());
    }
    for section in &pool.configuration {
        entry.insert(section.0.name().to_string(), Json::Object(members(section)));
    }
    Json::Object(entry)
}

/// The members of a section that can be set, in the order of the model, or else of their names.
/// Lists are sets, and sorted.
fn members((section, members): (&Section, &Map<String, Json>)) -> Map<String, Json> {
    let names: Vec<&str> = match section.shape().kind {
        ShapeKind::Structure(structure) => structure.aws_cli_members().map(|m| m.name).collect(),
        _ => {
            let mut names: Vec<_> = members.keys().map(String::as_str).collect();
            names.sort_unstable();
            names
        }
    };
    let member = |name: &str| match members.get(name) {
        None | Some(Json::Null) => None,
        Some(value) => Some((name.to_string(), sorted_list(value))),
    };
    names.into_iter().filter_map(member).collect()
}

/// A value, with the items of a list sorted.
fn sorted_list(value: &Json) -> Json {
    let mut value = value.clone();
    if let Some(items) = value.as_array_mut() {
        items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    }
    value
}

impl LivePool {
    /// The region, or the prefix of the id.
    fn region(&self) -> Option<&str> {
        let region = self.region.as_deref();
        region.or_else(|| settings::region_of_pool(&self.id))
    }

    /// The region, unless the id begins with it.
    fn region_unless_in_id(&self) -> Option<&str> {
        let region = self.region.as_deref();
        region.filter(|region| settings::region_of_pool(&self.id) != Some(*region))
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::option;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::configuration::state_file::tests::load_text;

    const ROLE: &str = "arn:aws:iam::123456789012:role/r";

    fn pool(id: &str, region: Option<&str>, sections: &Json) -> LivePool {
        let members = |section: &Section| {
            let members = sections.get(section.name())?.as_object()?;
            Some((*section, members.clone()))
        };
        LivePool {
            id: id.to_string(),
            region: region.map(str::to_string),
            configuration: Section::ALL.iter().filter_map(members).collect(),
        }
    }

    fn pools() -> Vec<LivePool> {
        let push = json!({"RoleArn": ROLE, "ApplicationArns": ["b", "a"]});
        let streams = json!({
            "DisabledReason": "denied", "StreamingStatus": "DISABLED", "StreamName": "no",
        });
        let all =
            json!({"Events": {"SyncTrigger": "f"}, "CognitoStreams": streams, "PushSync": push});
        let none = json!({"PushSync": {}, "CognitoStreams": {}, "Events": {}});
        vec![
            pool("us-east-1:b", Some("us-east-1"), &all),
            pool("us-east-1:a", Some("us-east-1"), &none),
            pool("eu-west-1:x", Some("us-east-1"), &json!({"Events": {}})),
            pool("us-east-1:c", Some("ap-south-1"), &json!({})),
        ]
    }

    #[test]
    fn renders_state_files_in_stable_order() {
        let yaml = "# yaml-language-server: $schema=cognito-sync.schema.json\n\
            pools:\n  \
              - IdentityPoolId: us-east-1:c\n    \
                Region: ap-south-1\n  \
              - IdentityPoolId: eu-west-1:x\n    \
                Region: us-east-1\n    \
                Events: {}\n  \
              - IdentityPoolId: us-east-1:a\n    \
                PushSync: {}\n    \
                CognitoStreams: {}\n    \
                Events: {}\n  \
              - IdentityPoolId: us-east-1:b\n    \
                PushSync:\n      \
                  ApplicationArns:\n        \
                    - a\n        \
                    - b\n      \
                  RoleArn: arn:aws:iam::123456789012:role/r\n    \
                CognitoStreams:\n      \
                  StreamName: 'no'\n      \
                  StreamingStatus: DISABLED\n    \
                Events:\n      \
                  SyncTrigger: f\n";
        let mut pools = pools();
        for _ in 0..2 {
            assert_eq!(render(&pools, StateFormat::State, Syntax::Yaml), yaml);
            pools.reverse();
        }
        let json = render(&pools[1..2], StateFormat::State, Syntax::Json);
        let want = "{\n    \"$schema\": \"cognito-sync.schema.json\",\n    \"pools\": [\n        {\n            \
            \"IdentityPoolId\": \"us-east-1:a\",\n            \"PushSync\": {},\n            \
            \"CognitoStreams\": {},\n            \"Events\": {}\n        }\n    ]\n}\n";
        assert_eq!(json, want);
        assert_eq!(
            render(&[], StateFormat::State, Syntax::Yaml),
            "# yaml-language-server: $schema=cognito-sync.schema.json\npools: []\n"
        );
    }

    /// Characters that YAML, JSON or this program treat in a way of their own.
    fn any_text(min: usize, max: usize) -> BoxedStrategy<String> {
        let words = [
            "no",
            "1e3",
            "~",
            "null",
            "<<",
            "=",
            "1:30",
            "2024-01-01",
            "0x1",
            "-",
            "? a",
        ];
        let word = proptest::sample::select(words.to_vec()).prop_map(str::to_string);
        let fill = move |text: String| match text.chars().count() {
            length if length < min => text + &"x".repeat(min - length),
            _ => text,
        };
        let text = prop_oneof![
            word,
            vec(any::<char>(), 0..8).prop_map(String::from_iter),
            "[ -~]{0,40}",
            "[ \t\r\n\u{85}\u{2028}\u{feff}\u{fffe}\u{7f}\u{0}\u{dd83d}a:#'\"\\\\$-]{0,12}",
        ];
        let text = text.prop_map(move |text| fill(text).chars().take(max).collect());
        // The program represents characters of one block by others.
        text.prop_map(|text: String| crate::python::surrogates::from_unicode(&text).into_owned())
            .boxed()
    }

    fn any_pool(id: String) -> impl Strategy<Value = LivePool> {
        let push = (
            option::of(vec(any_text(0, 100), 0..4)),
            option::of(any_text(20, 100)),
        );
        let push = push.prop_map(|(arns, role)| {
            let arns = arns.map(|mut arns| {
                arns.sort();
                json!(arns)
            });
            members_of([("ApplicationArns", arns), ("RoleArn", role.map(Json::from))])
        });
        let status = proptest::sample::select(vec!["ENABLED", "DISABLED"]);
        let streams = (
            option::of(any_text(1, 128)),
            option::of(any_text(20, 100)),
            option::of(status),
        );
        let streams = streams.prop_map(|(name, role, status)| {
            members_of([
                ("StreamName", name.map(Json::from)),
                ("RoleArn", role.map(Json::from)),
                ("StreamingStatus", status.map(Json::from)),
            ])
        });
        let events = btree_map(any_text(0, 200), any_text(0, 100), 0..3);
        let events = events.prop_map(|map| map.into_iter().map(|(k, v)| (k, v.into())).collect());
        let region = option::of("[a-z]{2,3}-[a-z]{4}-[0-9]");
        let sections = (option::of(push), option::of(streams), option::of(events));
        (sections, region).prop_map(move |((push, streams, events), region)| LivePool {
            id: id.clone(),
            region,
            configuration: Section::ALL
                .into_iter()
                .zip([push, streams, events])
                .filter_map(|(section, members)| Some((section, members?)))
                .collect(),
        })
    }

    fn members_of<const N: usize>(members: [(&str, Option<Json>); N]) -> Map<String, Json> {
        let members = members.into_iter();
        members
            .filter_map(|(name, value)| Some((name.to_string(), value?)))
            .collect()
    }

    proptest! {
        /// What is rendered is loaded as it was, in either syntax.
        #[test]
        fn loads_what_it_renders(
            pools in any_text(1, 50).prop_flat_map(|id| (any_pool(id.clone() + "1"), any_pool(id + "2"))),
        ) {
            let pools = [pools.0, pools.1];
            for syntax in [Syntax::Yaml, Syntax::Json] {
                let text = render(&pools, StateFormat::State, syntax);
                let loaded = load_text(text.as_bytes(), false);
                let mut loaded = match loaded {
                    Ok(loaded) => loaded,
                    Err(error) => return Err(TestCaseError::fail(format!("{error}\n{text}"))),
                };
                loaded.sort_by(|a, b| a.id.cmp(&b.id));
                prop_assert_eq!(loaded.len(), 2);
                for (pool, found) in pools.iter().zip(loaded) {
                    prop_assert_eq!(&found.id, &pool.id, "{}", text);
                    prop_assert_eq!(found.region.as_deref(), pool.region_unless_in_id());
                    prop_assert_eq!(&found.configuration.unpack(), &pool.configuration, "{}", text);
                }
            }
        }
    }
}
