//! Round trips of any configuration that can be set: from the service to a state file and back, and
//! from a state file to the service and back.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

use super::pool_server::{OmittedSection, PoolServer, id};

fn role() -> impl Strategy<Value = String> {
    "[ -~é\u{1f511}]{1,40}".prop_map(|name| format!("arn:aws:iam::123456789012:role/{name}"))
}

/// A structure with some of these members.
fn structure<const N: usize>(
    members: [(&'static str, BoxedStrategy<Value>); N],
) -> impl Strategy<Value = Value> {
    let members = members.map(|(name, value)| {
        proptest::option::of(value)
            .prop_map(move |value| value.map(|value| (name.to_string(), value)))
    });
    members
        .to_vec()
        .prop_map(|members| Value::Object(members.into_iter().flatten().collect()))
}

fn push_sync() -> impl Strategy<Value = Value> {
    let arn = "(APNS|GCM)/[a-c]{1,2}"
        .prop_map(|app| format!("arn:aws:sns:us-east-1:123456789012:app/{app}"));
    structure([
        (
            "ApplicationArns",
            proptest::collection::vec(arn, 0..5)
                .prop_map(|arns| json!(arns))
                .boxed(),
        ),
        ("RoleArn", role().prop_map(Value::from).boxed()),
    ])
}

fn streams() -> impl Strategy<Value = Value> {
    structure([
        (
            "StreamName",
            "[a-zA-Z0-9_.-]{1,20}".prop_map(Value::from).boxed(),
        ),
        ("RoleArn", role().prop_map(Value::from).boxed()),
        (
            "StreamingStatus",
            prop_oneof!["ENABLED", "DISABLED"]
                .prop_map(Value::from)
                .boxed(),
        ),
    ])
}

fn events() -> impl Strategy<Value = Value> {
    let function = "[a-zA-Z0-9_-]{1,12}(:[0-9]{1,2})?";
    let function = function.prop_map(|name| {
        json!(format!(
            "arn:aws:lambda:us-east-1:123456789012:function:{name}"
        ))
    });
    structure([("SyncTrigger", function.boxed())])
}

/// The sections of a pool, each of which may be absent or empty.
fn sections() -> impl Strategy<Value = Value> {
    structure([
        ("PushSync", push_sync().boxed()),
        ("CognitoStreams", streams().boxed()),
        ("Events", events().boxed()),
    ])
}

/// One to three pools.
fn pools() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(sections(), 1..4)
}

fn server(pools: &[Value], omitted: OmittedSection) -> PoolServer {
    let pools = pools.iter().cloned().enumerate();
    let pools = pools.map(|(number, mut sections)| {
        // The service says why it has turned streaming off, which is no part of the configuration.
        if sections["CognitoStreams"]["StreamingStatus"] == "DISABLED" {
            sections["CognitoStreams"]["DisabledReason"] = json!("no permission");
        }
        (id(number), sections)
    });
    PoolServer::with(pools, omitted, |_| None)
}

fn pull(server: &PoolServer, output: &str) -> String {
    let outcome = server.run(&["pull", "--all", "--region", "us-east-1", "--output", output]);
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    outcome.stdout
}

/// The pools of a state file in JSON, with the lists sorted and without duplicates, as they are
/// compared.
fn normalized(state: &str) -> Value {
    fn normalize(value: &mut Value) {
        match value {
            Value::Array(items) if items.iter().all(Value::is_string) => {
                items.sort_by_key(Value::to_string);
                items.dedup();
            }
            Value::Array(items) => items.iter_mut().for_each(normalize),
            Value::Object(members) => members.values_mut().for_each(normalize),
            _ => {}
        }
    }
    let mut state: Map<String, Value> = serde_json::from_str(state).expect("a state file in JSON");
    let mut pools = state.remove("pools").unwrap_or_default();
    normalize(&mut pools);
    pools
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn applying_pulled_state_sends_nothing(pools in pools(), output in Index::arbitrary()) {
        let server = server(&pools, OmittedSection::Kept);
        let (output, file) = [("yaml", "p.yaml"), ("json", "p.json")][output.index(2)];
        let state = pull(&server, output);
        server.write(file, &state);
        let diff = server.run(&["diff", file]);
        prop_assert_eq!(diff.status, 0, "{:?} {}", diff, state);
        let apply = server.run(&["apply", file]);
        prop_assert_eq!(apply.status, 0, "{:?}", apply);
        prop_assert_eq!(server.writes(), Vec::<Value>::new());
    }

    #[test]
    fn pulling_applied_state_gives_it_back(
        desired in pools(),
        live in proptest::collection::vec(sections(), 3),
        is_kept in proptest::bool::ANY,
    ) {
        let state = pull(&server(&desired, OmittedSection::Kept), "json");
        let omitted = if is_kept { OmittedSection::Kept } else { OmittedSection::Erased };
        let server = server(&live[..desired.len()], omitted);
        server.write("p.json", &state);
        let outcome = server.run(&["apply", "p.json"]);
        prop_assert_eq!(outcome.status, 0, "{:?}", outcome);
        let pulled = pull(&server, "json");
        prop_assert_eq!(normalized(&pulled), normalized(&state));
        let writes = server.writes().len();
        prop_assert_eq!(server.run(&["apply", "p.json"]).status, 0);
        prop_assert_eq!(server.writes().len(), writes);
    }
}
