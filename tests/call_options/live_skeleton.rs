//! `--generate-cli-skeleton live`: the configuration of a pool as an input that can be given back.

use serde_json::{Value, json};

use super::{
    APPLICATIONS, CONFIGURATION, EVENTS, FUNCTION, POOL, ROLE, live, printed, refuse, respond, set,
    set_events,
};
use crate::support::http::Response;
use crate::support::run::Run;

const LIVE: [&str; 2] = ["--generate-cli-skeleton", "live"];

#[test]
fn prints_live_configuration_as_input() {
    let streams = json!({"StreamName": "updates", "RoleArn": ROLE, "StreamingStatus": "DISABLED"});
    let push_sync = json!({"ApplicationArns": APPLICATIONS, "RoleArn": ROLE});
    let table: [(Value, Value); 3] = [
        (
            live(),
            json!({"IdentityPoolId": POOL, "PushSync": push_sync, "CognitoStreams": streams}),
        ),
        (
            json!({"IdentityPoolId": POOL, "CognitoStreams": streams}),
            json!({"IdentityPoolId": POOL, "CognitoStreams": streams}),
        ),
        (json!({"PushSync": {}}), json!({"IdentityPoolId": POOL})),
    ];
    for (live, want) in table {
        let observed = Run::new(set(&LIVE)).responses([respond(&live)]).capture();
        assert_eq!(printed(&observed.stdout), want, "{observed}");
        assert_eq!(observed.stderr, "");
        assert_eq!(observed.requests.len(), 1);
        let request = &observed.requests[0];
        assert_eq!((&*request.method, &*request.path), ("GET", CONFIGURATION));
    }
}

#[test]
fn prints_live_events_as_input() {
    for events in [json!({"SyncTrigger": FUNCTION}), json!({})] {
        let run = Run::new(set_events(&LIVE)).responses([respond(&json!({"Events": events}))]);
        let observed = run.capture();
        let want = json!({"IdentityPoolId": POOL, "Events": events});
        assert_eq!(printed(&observed.stdout), want, "{observed}");
        assert_eq!(observed.requests[0].path, EVENTS);
    }
}

#[test]
fn prints_yaml_or_else_json() {
    let yaml = format!("CognitoStreams:\n  StreamName: s\nIdentityPoolId: {POOL}\n");
    let json = format!(
        "{{\n    \"IdentityPoolId\": \"{POOL}\",\n    \"CognitoStreams\": {{\n        \"StreamName\": \
         \"s\"\n    }}\n}}\n"
    );
    let table = [
        ("yaml", &yaml),
        ("yaml-stream", &yaml),
        ("json", &json),
        ("text", &json),
        ("table", &json),
        ("off", &json),
    ];
    for (format, want) in table {
        let args = set(&[&LIVE[..], &["--output", format, "--query", "x"]].concat());
        let run =
            Run::new(args).responses([respond(&json!({"CognitoStreams": {"StreamName": "s"}}))]);
        run.sends("GET", CONFIGURATION, None)
            .stdout(want)
            .succeeds();
    }
}

#[test]
fn gives_back_the_same_configuration() {
    let input = Run::new(set(&LIVE)).responses([respond(&live())]).capture();
    let back = |option: &str, name: &str, skeleton: &str| {
        let file = format!("file://{name}");
        let args = ["set-identity-pool-configuration", "--merge", option, &file];
        Run::new(args)
            .file(name, skeleton)
            .responses([respond(&live())])
            .capture()
    };
    let json = back("--cli-input-json", "input.json", &input.stdout);
    let args = set(&[&LIVE[..], &["--output", "yaml"]].concat());
    let input = Run::new(args).responses([respond(&live())]).capture();
    let yaml = back("--cli-input-yaml", "input.yaml", &input.stdout);
    for observed in [json, yaml] {
        let methods: Vec<_> = observed
            .requests
            .iter()
            .map(|request| &*request.method)
            .collect();
        assert_eq!(methods, ["GET"], "nothing changes: {observed}");
    }
}

#[test]
fn reports_mistakes() {
    for command in ["set-identity-pool-configuration", "set-cognito-events"] {
        let message = "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): \
                       --generate-cli-skeleton live needs --identity-pool-id: it prints the configuration \
                       of that identity pool.\n";
        Run::new([command, LIVE[0], LIVE[1]])
            .stderr(message)
            .fails(252);
        Run::new([command, LIVE[0], LIVE[1], "--identity-pool-id", ""])
            .stderr(message)
            .fails(252);
    }
    Run::new(["list-records", LIVE[0], LIVE[1]])
        .stderr(
            "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): --generate-cli-skeleton live \
             means nothing to list-records: only set-identity-pool-configuration and set-cognito-events \
             have a live input.\n",
        )
        .fails(252);
    Run::new(set(&LIVE))
        .responses([refuse(404, "ResourceNotFoundException")])
        .sends("GET", CONFIGURATION, None)
        .stderr_contains("when calling the GetIdentityPoolConfiguration operation: no")
        .fails(254);
    Run::new(set(&LIVE))
        .responses([Response::body("<html>")])
        .sends("GET", CONFIGURATION, None)
        .stderr_contains("is not the JSON document that was expected")
        .fails(255);
}
