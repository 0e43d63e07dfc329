//! A validator for the keywords of JSON Schema that the schema uses. It panics at any other, which
//! would otherwise be ignored.

use serde_json::{Map, Value as Json};

/// Keywords that say nothing about an instance.
const ANNOTATIONS: [&str; 7] = [
    "$schema",
    "$id",
    "title",
    "description",
    "examples",
    "enumDescriptions",
    "definitions",
];

/// Whether the instance is valid.
pub(super) fn is_valid(schema: &Json, instance: &Json) -> bool {
    is_valid_part(schema, schema, instance)
}

/// Whether the instance is valid against a part of the schema.
pub(super) fn is_valid_part(root: &Json, part: &Json, instance: &Json) -> bool {
    let keywords = match part {
        Json::Bool(accepts) => return *accepts,
        Json::Object(keywords) => keywords,
        other => panic!("{other} is no schema"),
    };
    if let Some(reference) = keywords.get("$ref") {
        assert_eq!(keywords.len(), 1, "keywords beside $ref are ignored");
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
        let target = root.pointer(pointer.expect("a reference within the schema"));
        return is_valid_part(root, target.expect("a target"), instance);
    }
    let satisfies = |(keyword, value): (&String, &Json)| {
        ANNOTATIONS.contains(&keyword.as_str())
            || satisfies(root, keywords, keyword, value, instance)
    };
    keywords.iter().all(satisfies)
}

fn satisfies(
    root: &Json,
    keywords: &Map<String, Json>,
    keyword: &str,
    value: &Json,
    instance: &Json,
) -> bool {
    let array = |value: &Json| value.as_array().expect("an array").clone();
    let number = |value: &Json| value.as_u64().expect("a number");
    let length = instance.as_str().map(|text| text.chars().count() as u64);
    let members = instance.as_object();
    match keyword {
        "type" => match value.as_str().expect("one type") {
            "object" => instance.is_object(),
            "array" => instance.is_array(),
            "string" => instance.is_string(),
            other => panic!("the type {other}"),
        },
        "enum" => array(value).contains(instance),
        "minLength" => length.is_none_or(|length| length >= number(value)),
        "maxLength" => length.is_none_or(|length| length <= number(value)),
        "pattern" => instance.as_str().is_none_or(|text| {
            let pattern = value.as_str().expect("a pattern");
            let pattern = regex_lite::Regex::new(pattern).expect("a regular expression");
            pattern.is_match(text)
        }),
        "anyOf" => array(value)
            .iter()
            .any(|part| is_valid_part(root, part, instance)),
        "items" => {
            let items = instance.as_array();
            items.is_none_or(|items| items.iter().all(|item| is_valid_part(root, value, item)))
        }
        "required" => members.is_none_or(|members| {
            let is_there = |name: &Json| members.contains_key(name.as_str().expect("a name"));
            array(value).iter().all(is_there)
        }),
        "properties" => members.is_none_or(|members| {
            let parts = value.as_object().expect("properties");
            members.iter().all(|(name, member)| {
                let part = parts.get(name);
                part.is_none_or(|part| is_valid_part(root, part, member))
            })
        }),
        "additionalProperties" => members.is_none_or(|members| {
            let known = keywords.get("properties");
            let is_known = |name: &str| known.is_some_and(|known| known.get(name).is_some());
            let others = members.iter().filter(|(name, _)| !is_known(name));
            others
                .into_iter()
                .all(|(_, member)| is_valid_part(root, value, member))
        }),
        other => panic!("the keyword {other}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn validates_each_keyword() {
        let closed =
            json!({"properties": {"a": {"type": "string"}}, "additionalProperties": false});
        let open = json!({"properties": {"a": true}, "additionalProperties": {"type": "string"}});
        let reference =
            json!({"definitions": {"D": {"type": "array"}}, "items": {"$ref": "#/definitions/D"}});
        let table = [
            (
                json!({"type": "string", "title": "x"}),
                json!("a"),
                json!(1),
            ),
            (json!({"type": "object"}), json!({}), json!([])),
            (json!({"type": "array"}), json!([]), json!("")),
            (json!({"enum": ["a", "b"]}), json!("b"), json!("c")),
            (json!({"minLength": 2}), json!("éé"), json!("é")),
            (json!({"maxLength": 2}), json!("éé"), json!("aaa")),
            (json!({"pattern": "^a+$"}), json!("aa"), json!("ab")),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "array"}]}),
                json!([]),
                json!({}),
            ),
            (
                json!({"items": {"type": "string"}}),
                json!(["a"]),
                json!(["a", 1]),
            ),
            (json!({"required": ["a"]}), json!({"a": 1}), json!({"b": 1})),
            (closed.clone(), json!({"a": "b"}), json!({"a": 1})),
            (closed, json!({}), json!({"b": "c"})),
            (open, json!({"a": 1, "b": "c"}), json!({"b": 1})),
            (reference, json!([[]]), json!([1])),
            (json!(true), json!(1), json!(1)),
        ];
        for (schema, good, bad) in table {
            assert!(is_valid(&schema, &good), "{schema} {good}");
            assert!(
                schema == json!(true) || !is_valid(&schema, &bad),
                "{schema} {bad}"
            );
        }
        assert!(!is_valid(&json!(false), &json!(1)));
    }

    #[test]
    #[should_panic(expected = "the keyword minimum")]
    fn rejects_unknown_keywords() {
        is_valid(&json!({"minimum": 1}), &json!(2));
    }
}
