//! The sections of pools as properties of `AWS::Cognito::IdentityPool`.

use std::collections::HashSet;

use serde_json::{Map, Value as Json, json};

use super::{IDENTITY_POOL_ID, LivePool, REGION, Syntax, members, yaml};
use crate::configuration::section::Section;
use crate::output;

/// The resource type.
const TYPE: &str = "AWS::Cognito::IdentityPool";

/// What begins a logical id, which must begin with a letter.
const LOGICAL_ID_PREFIX: &str = "IdentityPool";

/// The longest logical id of CloudFormation.
const MAX_LOGICAL_ID: usize = 255;

/// What a reader has to do.
const NOTES: [&str; 2] = [
    "Add these properties to the resources that describe the identity pools.",
    "AllowUnauthenticatedIdentities is required there too; Cognito Sync does not know it.",
];

/// Renders the template.
pub(super) fn render(pools: &[&LivePool], syntax: Syntax) -> String {
    let mut used = HashSet::new();
    let mut resources = Map::new();
    for pool in pools {
        resources.insert(unique_id(&pool.id, &mut used), resource(pool));
    }
    match syntax {
        Syntax::Yaml => {
            let notes: String = NOTES.iter().map(|line| format!("# {line}\n")).collect();
            notes + &yaml(&json!({"Resources": resources}))
        }
        Syntax::Json => {
            output::render_json(&json!({"Description": NOTES.join(" "), "Resources": resources}))
        }
    }
}

fn resource(pool: &LivePool) -> Json {
    let mut metadata = Map::new();
    metadata.insert(IDENTITY_POOL_ID.to_string(), pool.id.clone().into());
    if let Some(region) = pool.region_unless_in_id() {
        metadata.insert(REGION.to_string(), region.into());
    }
    let is_set = |(_, members): &(&Section, &Map<String, Json>)| !members.is_empty();
    let properties = pool.configuration.iter().filter(is_set);
    let properties: Map<_, _> = properties
        .map(|section| {
            (
                property(*section.0).to_string(),
                Json::Object(members(section)),
            )
        })
        .collect();
    json!({"Type": TYPE, "Metadata": metadata, "Properties": properties})
}

/// The property of a section.
fn property(section: Section) -> &'static str {
    match section {
        Section::Events => "CognitoEvents",
        Section::PushSync | Section::CognitoStreams => section.name(),
    }
}

/// The logical id of a pool: the letters and digits of its id, such as `IdentityPoolUsEast11a2b`,
/// and a number where that is taken.
fn unique_id(pool: &str, used: &mut HashSet<String>) -> String {
    let words = pool.split(|c: char| !c.is_ascii_alphanumeric());
    let capitalized = words.flat_map(|word| {
        let first = word.chars().take(1).map(|c| c.to_ascii_uppercase());
        first.chain(word.chars().skip(1))
    });
    let id: String = LOGICAL_ID_PREFIX.chars().chain(capitalized).collect();
    let mut unique = id.chars().take(MAX_LOGICAL_ID).collect::<String>();
    let mut number = 1;
    while !used.insert(unique.clone()) {
        number += 1;
        let suffix = format!("x{number}");
        let kept = MAX_LOGICAL_ID - suffix.len();
        unique = id.chars().take(kept).collect::<String>() + &suffix;
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::state_file::{StateFormat, render};

    fn pool(id: &str, region: &str, push: Json) -> LivePool {
        let members = push.as_object().cloned().unwrap_or_default();
        LivePool {
            id: id.to_string(),
            region: Some(region.to_string()),
            configuration: [
                (Section::PushSync, members.clone()),
                (Section::CognitoStreams, Map::new()),
                (Section::Events, members),
            ]
            .into(),
        }
    }

    #[test]
    fn renders_resources_with_sections_that_are_set() {
        let pools = [
            pool("us-east-1:1a-2b", "us-east-1", json!({"RoleArn": "r"})),
            pool("eu-west-1:x", "us-east-1", json!({})),
        ];
        let yaml = "# Add these properties to the resources that describe the identity pools.\n\
            # AllowUnauthenticatedIdentities is required there too; Cognito Sync does not know it.\n\
            Resources:\n  \
              IdentityPoolEuWest1X:\n    \
                Type: AWS::Cognito::IdentityPool\n    \
                Metadata:\n      \
                  IdentityPoolId: eu-west-1:x\n      \
                  Region: us-east-1\n    \
                Properties: {}\n  \
              IdentityPoolUsEast11a2b:\n    \
                Type: AWS::Cognito::IdentityPool\n    \
                Metadata:\n      \
                  IdentityPoolId: us-east-1:1a-2b\n    \
                Properties:\n      \
                  PushSync:\n        \
                    RoleArn: r\n      \
                  CognitoEvents:\n        \
                    RoleArn: r\n";
        let found = render(&pools, StateFormat::CloudFormation, Syntax::Yaml);
        assert_eq!(found, yaml);
        let json = render(&pools, StateFormat::CloudFormation, Syntax::Json);
        let json: Json = serde_json::from_str(&json).expect("JSON");
        let resource = &json["Resources"]["IdentityPoolUsEast11a2b"];
        assert_eq!(resource["Properties"]["PushSync"], json!({"RoleArn": "r"}));
        let description = json["Description"].as_str().unwrap_or_default();
        assert!(description.contains("AllowUnauthenticatedIdentities"));
        assert!(description.len() < 1024);
    }

    #[test]
    fn gives_pools_unique_logical_ids() {
        let mut used = HashSet::new();
        let long = "x".repeat(300);
        let longest = format!("IdentityPoolX{}", "x".repeat(242));
        let table = [
            ("us-east-1:0a-b", "IdentityPoolUsEast10aB"),
            ("us-east-1:0a:b", "IdentityPoolUsEast10aBx2"),
            ("us-east-1:0a b", "IdentityPoolUsEast10aBx3"),
            ("", "IdentityPool"),
            ("é:-", "IdentityPoolx2"),
            (&long, &longest),
            (&long, &format!("{}x2", &longest[..253])),
        ];
        for (id, want) in table {
            let found = unique_id(id, &mut used);
            assert_eq!(found, want, "{id}");
            assert!(found.len() <= MAX_LOGICAL_ID);
        }
    }
}
