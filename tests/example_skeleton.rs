//! `--generate-cli-skeleton example`: an input that is filled in and valid as it is.

use cognito_sync::model::{Location, OPERATIONS, Operation};
use serde_json::Value;

use crate::support::http::Response;
use crate::support::run::Run;

/// The text of an operation's example.
fn example(operation: &Operation) -> String {
    let args = [&*operation.command(), "--generate-cli-skeleton", "example"];
    let observed = Run::new(args).capture();
    assert_eq!(observed.stderr, "", "{observed}");
    assert!(observed.requests.is_empty(), "{observed}");
    observed.stdout
}

#[test]
fn example_of_every_operation_is_valid_and_sent() {
    for operation in OPERATIONS {
        let text = example(operation);
        let document: Value = serde_json::from_str(&text).expect("JSON");
        assert!(!text.contains("\"\""), "an empty string: {text}");
        let members = operation.input.members.iter();
        let mut body = document.clone();
        let in_body = |name: &str| {
            let mut members = members.clone();
            members.any(|m| m.name == name && m.location == Location::Body)
        };
        let sent = body.as_object_mut().expect("an object");
        sent.retain(|name, _| in_body(name));
        let sent = (!sent.is_empty()).then(|| body.clone());
        for option in ["--cli-input-json", "--cli-input-yaml"] {
            let (sent, method) = (sent.clone(), operation.method);
            // A timestamp is sent in seconds.
            let sent = sent.map(|body| {
                let text = body.to_string();
                let text = text.replace("\"2026-01-15T18:00:00Z\"", "1768500000");
                serde_json::from_str::<Value>(&text).expect("JSON")
            });
            Run::new([&*operation.command(), option, "-"])
                .stdin(text.clone())
                .env("COGNITO_SYNC_HINTS", "always")
                .responses([Response::body("{}")])
                .request(move |request| {
                    assert_eq!(request.method, method);
                    assert!(request.path.starts_with("/identitypools"), "{request:?}");
                    assert_eq!(request.json(), sent);
                })
                .succeeds();
        }
    }
}

#[test]
fn example_turns_nothing_on() {
    let operation = Operation::find_by_command("set-identity-pool-configuration");
    let text = example(operation.expect("an operation"));
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["CognitoStreams"]["StreamingStatus"], "DISABLED");
    let pool = document["IdentityPoolId"].as_str().unwrap_or_default();
    assert!(pool.starts_with("us-east-1:"), "{pool}");
}

/// The messages about wrong values name the AWS CLI's values alone; hints name ours, too.
#[test]
fn names_own_value_in_hints_only() {
    let run = |value: &str| {
        let args = ["bulk-publish", "--generate-cli-skeleton", value];
        Run::new(args)
            .env("COGNITO_SYNC_HINTS", "always")
            .capture()
            .stderr
    };
    let stderr = run("exampl");
    assert!(
        stderr.contains("Found invalid choice 'exampl'\n\n\n"),
        "{stderr}"
    );
    assert!(
        stderr.contains("hint: --generate-cli-skeleton can be input, output, yaml-input, example"),
        "{stderr}"
    );
    assert!(run("inpu").contains("Maybe you meant:\n\n  * input\n"));
}
