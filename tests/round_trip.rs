//! Output as input: a generated configuration, printed as JSON or YAML and passed back as an input
//! document, results in the same request.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use crate::support::run::{Run, RunOutput};

/// Strings of characters that are valid both in JSON and in an argument.
fn text(min_length: usize) -> impl Strategy<Value = String> {
    let any = prop_oneof![
        3 => proptest::char::range(' ', '~'),
        1 => proptest::char::any().prop_filter("no argument holds it", |c| *c != '\0'),
    ];
    proptest::collection::vec(any, min_length..min_length + 30).prop_map(String::from_iter)
}

/// Structures with optional members.
fn members(parts: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let parts: Vec<_> = parts
        .into_iter()
        .map(|(name, value)| proptest::option::of(value).prop_map(move |v| v.map(|v| (name, v))))
        .collect();
    parts
        .prop_map(|found| {
            let found = found
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.to_string(), value));
            Value::Object(Map::from_iter(found))
        })
        .boxed()
}

fn configuration() -> BoxedStrategy<Value> {
    let text = |min_length| text(min_length).prop_map(Value::from).boxed();
    let arns = proptest::collection::vec(self::text(0), 0..4)
        .prop_map(Value::from)
        .boxed();
    let push_sync = members(vec![("ApplicationArns", arns), ("RoleArn", text(20))]);
    let streams = members(vec![
        ("StreamName", text(1)),
        ("RoleArn", text(20)),
        ("StreamingStatus", text(0)),
    ]);
    let both = members(vec![("PushSync", push_sync), ("CognitoStreams", streams)]);
    (self::text(1), both)
        .prop_map(|(pool, sections)| {
            let mut document = json!({ "IdentityPoolId": pool });
            if let (Some(document), Value::Object(sections)) = (document.as_object_mut(), sections)
            {
                document.extend(sections);
            }
            document
        })
        .boxed()
}

fn set(option: &str, document: &str, output: &str) -> RunOutput {
    let args = [
        "set-identity-pool-configuration",
        option,
        document,
        "--output",
        output,
    ];
    Run::new(args).capture()
}

#[test]
fn sends_same_request_for_printed_document() {
    let config = Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&configuration(), |document| {
        // The pool is part of the path, where these would change the path.
        let pool = document["IdentityPoolId"].as_str().unwrap_or_default();
        prop_assume!(!matches!(pool, "." | ".."));
        let first = set("--cli-input-json", &document.to_string(), "json");
        prop_assert_eq!(&first.stderr, "");
        let from_json = set("--cli-input-json", &first.stdout, "yaml");
        prop_assert_eq!(&from_json.stderr, "");
        let from_yaml = set("--cli-input-yaml", &from_json.stdout, "json");
        prop_assert_eq!(&from_yaml.stderr, "");
        for other in [&from_json, &from_yaml] {
            let (sent, resent) = (&first.requests[0], &other.requests[0]);
            prop_assert_eq!(sent.target(), resent.target());
            prop_assert_eq!(sent.json(), resent.json());
        }
        prop_assert_eq!(first.stdout, from_yaml.stdout);
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}
