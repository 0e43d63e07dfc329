//! Warnings and hints on a terminal about configurations that may not be what is meant. What is
//! sent and printed stays the same.

use serde_json::json;

use super::{CONFIGURATION, FUNCTION, POOL, ROLE, live, respond, set, set_events};
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

/// The warnings of a call, without their label.
fn warnings(run: Run) -> Vec<String> {
    let observed = run.env("COGNITO_SYNC_HINTS", "always").capture();
    let lines = observed.stderr.lines();
    let warnings = lines.filter_map(|line| line.strip_prefix("warning: "));
    warnings.map(str::to_string).collect()
}

#[test]
fn warns_of_document_members_that_an_option_drops() {
    let push_sync = json!({"ApplicationArns": [], "RoleArn": ROLE});
    let document = json!({"PushSync": push_sync, "CognitoStreams": {"StreamName": "s"}});
    let input = document.to_string();
    let role = format!("RoleArn={ROLE}");
    let dropped = "--push-sync replaces the whole PushSync of the document: ApplicationArns is not sent. To \
                   keep it, write it into the option, too";
    let table: [(&[&str], &[&str]); 6] = [
        (
            &["--cli-input-json", &input, "--push-sync", &role],
            &[dropped],
        ),
        (
            &["--cli-input-yaml", &input, "--push-sync", &role],
            &[dropped],
        ),
        (
            &["--cli-input-json", &input, "--push-sync", "{}"],
            &[
                "--push-sync replaces the whole PushSync of the document: ApplicationArns, RoleArn are not \
               sent. To keep them, write them into the option, too",
            ],
        ),
        (
            &[
                "--cli-input-json",
                &input,
                "--push-sync",
                &push_sync.to_string(),
            ],
            &[],
        ),
        (
            &[
                "--cli-input-json",
                &input,
                "--cognito-streams",
                "StreamName=t",
            ],
            &[],
        ),
        (&["--cli-input-json", &input], &[]),
    ];
    for (args, want) in table {
        assert_eq!(warnings(Run::new(set(args))), want, "{args:?}");
    }
    let input = json!({"Events": {"SyncTrigger": FUNCTION}}).to_string();
    let args = set_events(&["--cli-input-json", &input, "--events", "{}"]);
    let dropped = "--events replaces the whole Events of the document: SyncTrigger is not sent. To keep it, \
                   write it into the option, too";
    assert_eq!(warnings(Run::new(args)), [dropped]);
}

#[test]
fn warns_if_no_section_is_given() {
    let want = "none of --push-sync and --cognito-streams is given: the request is empty";
    let run = Run::new(set(&["--output", "off"]));
    let run = run.env("COGNITO_SYNC_HINTS", "always");
    run.sends("POST", CONFIGURATION, Some(json!({})))
        .stderr(&format!("warning: {want}\n"))
        .succeeds();
    assert_eq!(
        warnings(Run::new(set(&["--push-sync", "{}"]))),
        Vec::<String>::new()
    );
}

#[test]
fn warns_of_values_that_do_not_look_right() {
    let elsewhere = "arn:aws:sns:eu-west-1:123456789012:app/GCM/a";
    let push_sync = format!("ApplicationArns={elsewhere},RoleArn={ROLE}");
    let table: [(Vec<&str>, &str); 5] = [
        (
            set(&["--push-sync", &push_sync]),
            "PushSync.ApplicationArns is arn:aws:sns:eu-west-1:123456789012:app/GCM/a, but the identity pool \
             is in us-east-1",
        ),
        (
            set(&["--push-sync", "ApplicationArns="]),
            "PushSync.ApplicationArns has an empty string; ApplicationArns=[] is a list without any",
        ),
        (
            set(&["--cognito-streams", "StreamingStatus=enabled"]),
            "CognitoStreams.StreamingStatus is enabled; the service knows ENABLED, DISABLED",
        ),
        (
            set_events(&[
                "--events",
                "onLogin=arn:aws:lambda:us-east-1:123456789012:function:f",
            ]),
            "Events.onLogin is no event that the service calls a function for: SyncTrigger",
        ),
        (
            vec![
                "set-cognito-events",
                "--identity-pool-id",
                "us-east-1:1",
                "--events",
                "SyncTrigger=",
            ],
            "the identity pool ID is us-east-1:1, but one is a region and a UUID in lower case, such as \
             us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c",
        ),
    ];
    for (args, want) in table {
        assert_eq!(warnings(Run::new(&args)), [want], "{args:?}");
        let plain = Run::new(&args).capture();
        assert_eq!(plain.stderr, "", "{plain}");
        assert_eq!(plain.requests.len(), 1, "{plain}");
    }
    let other = [
        "describe-identity-pool-usage",
        "--identity-pool-id",
        "us-east-1:1",
    ];
    assert_eq!(warnings(Run::new(other)), Vec::<String>::new());
}

#[test]
fn warns_before_every_kind_of_call() {
    let arguments = ["--cognito-streams", "StreamName=a b"];
    let table: [&[&str]; 4] = [&[], &["--dry-run"], &["--merge"], &["--merge", "--dry-run"]];
    for options in table {
        let args = set(&[&arguments, options].concat());
        let run = Run::new(args).responses([respond(&live())]);
        let found = warnings(run);
        assert_eq!(found.len(), 1, "{options:?}: {found:?}");
        assert!(
            found[0].starts_with("CognitoStreams.StreamName is a b, but"),
            "{found:?}"
        );
    }
}

#[test]
fn prints_warnings_on_a_terminal_only() {
    let args = set(&["--output", "off", "--cognito-streams", "StreamName=a b"]);
    let shown = run_on_terminal("stderr", &args).capture().stdout;
    assert!(
        shown.starts_with("warning: CognitoStreams.StreamName is a b, but"),
        "{shown}"
    );
    Run::new(&args)
        .sends(
            "POST",
            CONFIGURATION,
            Some(json!({"CognitoStreams": {"StreamName": "a b"}})),
        )
        .succeeds();
}

#[test]
fn names_reason_of_disabled_streaming_on_a_terminal() {
    let hint =
        "hint: the service has switched streaming off, for this reason: the stream is gone\n";
    let get = [
        "get-identity-pool-configuration",
        "--identity-pool-id",
        POOL,
        "--output",
        "off",
    ];
    let unmodeled = [&get[..], &["--show-unmodeled"]].concat();
    let push_sync = ["--output", "off", "--push-sync", "{}"];
    for args in [get.to_vec(), unmodeled, set(&push_sync)] {
        let on_terminal = run_on_terminal("stderr", &args).responses([respond(&live())]);
        assert_eq!(on_terminal.capture().stdout, hint, "{args:?}");
        let piped = Run::new(&args).responses([respond(&live())]).capture();
        assert_eq!(piped.stderr, "", "{piped}");
    }
    let enabled =
        json!({"CognitoStreams": {"StreamingStatus": "ENABLED", "DisabledReason": "old"}});
    let run = Run::new(get).responses([respond(&enabled)]);
    let observed = run.env("COGNITO_SYNC_HINTS", "always").capture();
    assert_eq!(observed.stderr, "", "{observed}");
}
