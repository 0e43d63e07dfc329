//! Tests of the schema: it accepts what `load` accepts, and has the names and limits of the model.

mod validator;

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::{SCHEMA, SCHEMA_FILE};
use crate::configuration::section::Section;
use crate::configuration::state_file::entry_keys;
use crate::configuration::state_file::tests::load_text;
use crate::model::{Shape, ShapeKind};
use crate::settings;
use crate::yaml::{YamlLayout, dump_with_layout};
use validator::is_valid;

fn schema() -> Json {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

/// A state file with everything that one may hold.
fn full_document() -> Json {
    json!({
        "$schema": SCHEMA_FILE,
        "pools": [
            {
                "IdentityPoolId": "us-east-1:1",
                "Region": "us-east-1",
                "PushSync": {
                    "ApplicationArns": ["arn:aws:sns:us-east-1:123456789012:app/GCM/a", ""],
                    "RoleArn": "arn:aws:iam::123456789012:role/push",
                },
                "CognitoStreams": {
                    "StreamName": "updates",
                    "RoleArn": "arn:aws:iam::123456789012:role/streams",
                    "StreamingStatus": "ENABLED",
                    "DisabledReason": "",
                },
                "Events": {"SyncTrigger": "arn", "Other": ""},
            },
            {"IdentityPoolId": "2", "PushSync": {}, "CognitoStreams": {}, "Events": {}},
        ],
    })
}

/// Values that a mistake may put in place of another.
fn replacements() -> Vec<Json> {
    let texts = [
        "",
        "x",
        "ENABLED",
        "enabled",
        "us-east-1",
        "-a",
        "1-",
        "12",
        "12-a",
        "a.b",
    ];
    let lengths = [19, 20, 55, 56, 63, 64, 128, 129, 2048, 2049];
    let others = [
        json!(null),
        json!(true),
        json!(1),
        json!(1.5),
        json!([]),
        json!({}),
        json!(["x"]),
        json!([1]),
        json!([null]),
        json!([{}]),
        json!({"x": "y"}),
        json!({"x": 1}),
        json!({"IdentityPoolId": "3"}),
    ];
    let texts = texts.into_iter().map(Json::from);
    let lengths = lengths.into_iter().map(|n| Json::from("é".repeat(n)));
    texts.chain(lengths).chain(others).collect()
}

/// JSON pointers to every value of a document.
fn pointers(value: &Json, at: &str, found: &mut Vec<String>) {
    found.push(at.to_string());
    match value {
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), found);
            }
        }
        Json::Object(members) => {
            for (name, member) in members {
                pointers(member, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// The document, and the document with a change in each place of it.
fn documents() -> Vec<Json> {
    let document = full_document();
    let mut places = Vec::new();
    pointers(&document, "", &mut places);
    let change = |place: &str, change: &dyn Fn(&mut Json)| {
        let mut changed = document.clone();
        change(changed.pointer_mut(place).expect("a place of it"));
        changed
    };
    let mut all = vec![document.clone()];
    for place in &places {
        for value in replacements() {
            all.push(change(place, &|found| *found = value.clone()));
        }
        let Some(members) = document.pointer(place).and_then(Json::as_object) else {
            continue;
        };
        for name in members.keys() {
            all.push(change(place, &|found| {
                found
                    .as_object_mut()
                    .map(|members| members.shift_remove(name));
            }));
        }
        for (name, value) in [("x", json!("y")), ("x", json!(1)), ("$schema", json!("y"))] {
            all.push(change(place, &|found| {
                found
                    .as_object_mut()
                    .map(|members| members.insert(name.to_string(), value.clone()));
            }));
        }
    }
    all
}

#[test]
fn schema_accepts_what_load_accepts() {
    let schema = schema();
    let (mut good, mut bad) = (0, 0);
    for document in documents() {
        // Documents that are empty, and pools that stand there twice, are beyond the schema.
        let ids = document["pools"].as_array().into_iter().flatten();
        let ids = ids.filter_map(|pool| pool["IdentityPoolId"].as_str());
        let mut ids: Vec<_> = ids.collect();
        ids.sort_unstable();
        if document.is_null() || ids.windows(2).any(|pair| pair[0] == pair[1]) {
            continue;
        }
        let is_accepted = is_valid(&schema, &document);
        let json = document.to_string();
        let yaml = dump_with_layout(&document, YamlLayout::Readable);
        for text in [format!("\n{json}"), format!("# YAML\n{yaml}")] {
            let loaded = load_text(text.as_bytes(), false);
            let error = loaded.as_ref().err().map(ToString::to_string);
            assert_eq!(loaded.is_ok(), is_accepted, "{text} {error:?}");
        }
        *if is_accepted { &mut good } else { &mut bad } += 1;
    }
    assert!(good > 50 && bad > 500, "{good} {bad}");
}

#[test]
fn schema_accepts_variables_in_place_of_any_string() {
    let schema = schema();
    let document = full_document();
    let mut places = Vec::new();
    pointers(&document, "", &mut places);
    for place in places {
        let mut changed = document.clone();
        let value = changed.pointer_mut(&place).expect("a place of it");
        let Some(text) = value.as_str() else { continue };
        *value = format!("${{NONE:-{text}}}").into();
        let text = changed.to_string();
        assert!(is_valid(&schema, &changed), "{text}");
        assert!(load_text(text.as_bytes(), true).is_ok(), "{text}");
    }
}

/// The properties of a definition.
fn properties<'s>(schema: &'s Json, definition: &str) -> &'s Map<String, Json> {
    let properties = &schema["definitions"][definition]["properties"];
    properties.as_object().expect("the definition of an object")
}

/// Whether a property is a string with the constraints of a shape.
fn assert_string(property: &Json, shape: &Shape) {
    let string = match &property["anyOf"] {
        Json::Array(alternatives) => {
            assert_eq!(alternatives[1], json!({"$ref": "#/definitions/Variable"}));
            &alternatives[0]
        }
        _ => property,
    };
    let ShapeKind::String { choices } = shape.kind else {
        panic!("{shape:?}");
    };
    assert_eq!(string["type"], "string", "{property}");
    let choices: Option<&[&str]> = Some(choices).filter(|choices| !choices.is_empty());
    assert_eq!(
        string.get("enum"),
        choices.map(|c| json!(c)).as_ref(),
        "{property}"
    );
    assert_eq!(
        string.get("minLength"),
        shape.min.map(|n| json!(n)).as_ref(),
        "{property}"
    );
    assert_eq!(
        string.get("maxLength"),
        shape.max.map(|n| json!(n)).as_ref(),
        "{property}"
    );
}

#[test]
fn schema_has_names_enums_and_lengths_of_model() {
    let schema = schema();
    let pool = properties(&schema, "Pool");
    assert_eq!(pool.keys().collect::<Vec<_>>(), entry_keys::of_pool());
    assert_string(&pool["IdentityPoolId"], entry_keys::identity_pool_id());
    for section in Section::ALL {
        let reference = format!("#/definitions/{}", section.name());
        assert_eq!(pool[section.name()], json!({"$ref": reference}));
        let members = properties(&schema, section.name());
        match section.shape().kind {
            ShapeKind::Structure(structure) => {
                let names: Vec<_> = structure.members.iter().map(|member| member.name).collect();
                assert_eq!(members.keys().collect::<Vec<_>>(), names);
                for member in structure.members {
                    let property = &members[member.name];
                    match member.shape.kind {
                        ShapeKind::List(item) => {
                            assert_eq!(property["type"], "array");
                            assert_string(&property["items"], item);
                        }
                        _ => assert_string(property, member.shape),
                    }
                }
            }
            ShapeKind::Map { value, .. } => {
                for (name, property) in members {
                    assert!(entry_keys::is_known_event(name), "{name}");
                    assert_string(property, value);
                }
                let others = &schema["definitions"][section.name()]["additionalProperties"];
                assert_string(others, value);
            }
            _ => panic!("{section:?}"),
        }
    }
}

#[test]
fn schema_describes_each_property_and_accepts_its_examples() {
    let schema = schema();
    let mut all = vec![("document".to_string(), &schema)];
    let definitions = schema["definitions"].as_object().expect("definitions");
    for (name, definition) in definitions {
        all.push((name.clone(), definition));
    }
    let mut properties = Vec::new();
    for (name, object) in &all {
        for (member, property) in object["properties"].as_object().into_iter().flatten() {
            if property.get("$ref").is_none() {
                properties.push((format!("{name}.{member}"), property));
            }
        }
    }
    all.extend(properties);
    assert!(all.len() > 15);
    for (name, part) in all {
        let description = part["description"].as_str().unwrap_or_default();
        assert!(description.ends_with('.'), "{name}: {description}");
        for example in part["examples"].as_array().into_iter().flatten() {
            assert!(
                validator::is_valid_part(&schema, part, example),
                "{name}: {example}"
            );
        }
    }
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert_eq!(schema["$id"], SCHEMA_FILE);
}

proptest! {
    #[test]
    fn schema_accepts_regions_of_host_names(region in "[-0-9a-zA-Z.é]{0,6}|[-0-9]{0,4}|[a-z0-9]{60,66}") {
        let schema = schema();
        let property = &schema["definitions"]["Pool"]["properties"]["Region"];
        let is_accepted = validator::is_valid_part(&schema, property, &json!(region));
        prop_assert_eq!(is_accepted, settings::is_region_name(&region));
    }
}
