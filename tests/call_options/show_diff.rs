//! `--show-diff`: prints what changes in the live configuration before it is changed.

use serde_json::json;

use super::{
    APPLICATIONS, CONFIGURATION, EVENTS, FUNCTION, ROLE, live, refuse, respond, set, set_events,
};
use crate::support::http::Response;
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

fn show_diff(args: &[&str]) -> Run {
    let args = set(&[&["--show-diff", "--output", "off"], args].concat());
    Run::new(args).responses([respond(&live()), Response::echo()])
}

#[test]
fn prints_changes_of_given_sections() {
    let streams = json!({"StreamName": "changes", "StreamingStatus": "DISABLED"});
    let diff = format!(
        "- CognitoStreams.StreamName: updates\n+ CognitoStreams.StreamName: changes\n\
         - CognitoStreams.RoleArn: {ROLE}\n"
    );
    show_diff(&["--cognito-streams", &streams.to_string()])
        .sends("GET", CONFIGURATION, None)
        .sends(
            "POST",
            CONFIGURATION,
            Some(json!({"CognitoStreams": streams})),
        )
        .stderr(&diff)
        .succeeds();
    let push_sync = json!({"ApplicationArns": [APPLICATIONS[1], "arn:new"], "RoleArn": ROLE});
    let diff = format!(
        "- PushSync.ApplicationArns: {}\n+ PushSync.ApplicationArns: arn:new\n",
        APPLICATIONS[0]
    );
    show_diff(&["--push-sync", &push_sync.to_string()])
        .sends("GET", CONFIGURATION, None)
        .sends("POST", CONFIGURATION, Some(json!({"PushSync": push_sync})))
        .stderr(&diff)
        .succeeds();
}

#[test]
fn says_that_nothing_differs_and_sends_all_the_same() {
    let streams = json!({"StreamName": "updates", "RoleArn": ROLE, "StreamingStatus": "DISABLED"});
    show_diff(&["--cognito-streams", &streams.to_string()])
        .sends("GET", CONFIGURATION, None)
        .sends(
            "POST",
            CONFIGURATION,
            Some(json!({"CognitoStreams": streams})),
        )
        .stderr("no differences\n")
        .succeeds();
}

#[test]
fn keeps_events_that_are_not_named() {
    let given = format!("SyncTrigger={FUNCTION}");
    Run::new(set_events(&["--show-diff", "--events", &given]))
        .responses([
            respond(&json!({"Events": {"other": "arn:x"}})),
            Response::body(""),
        ])
        .sends("GET", EVENTS, None)
        .sends(
            "POST",
            EVENTS,
            Some(json!({"Events": {"SyncTrigger": FUNCTION}})),
        )
        .stderr(&format!("+ Events.SyncTrigger: {FUNCTION}\n"))
        .succeeds();
}

#[test]
fn shows_merged_changes_once_per_change() {
    let args = ["--merge", "--cognito-streams", "StreamName=s"];
    let conflict = || refuse(400, "ConcurrentModificationException");
    show_diff(&args)
        .responses([
            respond(&live()),
            conflict(),
            respond(&live()),
            conflict(),
            respond(&json!({})),
            Response::echo(),
        ])
        .request(|request| assert_eq!(request.method, "GET"))
        .request(|request| assert_eq!(request.method, "POST"))
        .request(|request| assert_eq!(request.method, "GET"))
        .request(|request| assert_eq!(request.method, "POST"))
        .request(|request| assert_eq!(request.method, "GET"))
        .sends(
            "POST",
            CONFIGURATION,
            Some(json!({"CognitoStreams": {"StreamName": "s"}})),
        )
        .stderr(
            "- CognitoStreams.StreamName: updates\n+ CognitoStreams.StreamName: s\n\
             + CognitoStreams.StreamName: s\n",
        )
        .succeeds();
}

#[test]
fn shows_changes_of_dry_run() {
    let diff = "- CognitoStreams.StreamName: updates\n+ CognitoStreams.StreamName: s\n";
    for merge in [true, false] {
        let mut args = vec!["--dry-run", "--cognito-streams"];
        let streams = format!("StreamName=s,RoleArn={ROLE},StreamingStatus=DISABLED");
        args.push(&streams);
        args.extend(merge.then_some("--merge"));
        show_diff(&args)
            .sends("GET", CONFIGURATION, None)
            .stderr(diff)
            .succeeds();
    }
}

#[test]
fn sends_nothing_after_failed_read() {
    show_diff(&["--cognito-streams", "StreamName=s"])
        .responses([refuse(404, "ResourceNotFoundException")])
        .sends("GET", CONFIGURATION, None)
        .stderr_contains("when calling the GetIdentityPoolConfiguration operation: no")
        .fails(254);
}

#[test]
fn colors_changes_on_a_terminal_or_on_request() {
    let args = set(&["--show-diff", "--output", "off", "--cognito-streams", "{}"]);
    let live = || respond(&json!({"CognitoStreams": {"StreamName": "s"}}));
    let responses = || [live(), Response::echo()];
    let red = "\u{1b}[31m- CognitoStreams.StreamName: s\u{1b}[0m";
    let plain = "- CognitoStreams.StreamName: s\n";
    let on_terminal = run_on_terminal("stderr", &args).responses(responses());
    let shown = on_terminal.capture().stdout;
    assert!(shown.contains(red), "{shown:?}");
    let without = run_on_terminal("stderr", &args).responses(responses());
    let shown = without.env("NO_COLOR", "1").capture().stdout;
    assert!(shown.starts_with(plain), "{shown:?}");
    for (choice, want) in [
        ("on", format!("{red}\n")),
        ("off", plain.to_string()),
        ("auto", plain.to_string()),
    ] {
        let args = [&args[..], &["--color", choice]].concat();
        let observed = Run::new(args).responses(responses()).capture();
        assert_eq!(observed.stderr, want, "{choice}");
    }
}

#[test]
fn escapes_control_characters_of_live_values() {
    let live = json!({"CognitoStreams": {"StreamName": "\u{1b}[2J\nx"}});
    let args = set(&["--show-diff", "--output", "off", "--cognito-streams", "{}"]);
    let observed = Run::new(args)
        .responses([respond(&live), Response::echo()])
        .capture();
    assert_eq!(
        observed.stderr,
        "- CognitoStreams.StreamName: \"\\u001b[2J\\nx\"\n"
    );
}
