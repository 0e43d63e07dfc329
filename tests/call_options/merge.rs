//! `--merge`: reads the live configuration and sends it with the given members, if they change it.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::{
    APPLICATIONS, CONFIGURATION, EVENTS, FUNCTION, POOL, ROLE, live, printed, refuse, respond, set,
    set_events,
};
use crate::support::http::Response;
use crate::support::run::Run;

/// What the live configuration has, without what cannot be set.
fn live_streams() -> Value {
    json!({"StreamName": "updates", "RoleArn": ROLE, "StreamingStatus": "DISABLED"})
}

fn live_push_sync() -> Value {
    json!({"ApplicationArns": APPLICATIONS, "RoleArn": ROLE})
}

/// A merge of these arguments into the live configuration; changes are echoed.
fn merge(args: &[&str]) -> Run {
    let args = set(&[&["--merge"], args].concat());
    Run::new(args).responses([respond(&live()), Response::echo()])
}

#[test]
fn sends_both_sections_with_given_members() {
    let table: [(&[&str], Value); 4] = [
        (
            &["--cognito-streams", "StreamingStatus=ENABLED"],
            json!({
                "PushSync": live_push_sync(),
                "CognitoStreams": {"StreamName": "updates", "RoleArn": ROLE, "StreamingStatus": "ENABLED"},
            }),
        ),
        (
            &["--push-sync", r#"{"ApplicationArns": ["arn:other"]}"#],
            json!({
                "PushSync": {"ApplicationArns": ["arn:other"], "RoleArn": ROLE},
                "CognitoStreams": live_streams(),
            }),
        ),
        (
            &[
                "--push-sync",
                r#"{"ApplicationArns": []}"#,
                "--cognito-streams",
                "{}",
            ],
            json!({
                "PushSync": {"ApplicationArns": [], "RoleArn": ROLE},
                "CognitoStreams": live_streams(),
            }),
        ),
        (
            &[
                "--cli-input-json",
                r#"{"PushSync": {"RoleArn": "arn:aws:iam::1:role/other"}}"#,
            ],
            json!({
                "PushSync": {"ApplicationArns": APPLICATIONS, "RoleArn": "arn:aws:iam::1:role/other"},
                "CognitoStreams": live_streams(),
            }),
        ),
    ];
    for (args, body) in table {
        let query = ["--query", "IdentityPoolId"];
        merge(&[args, &query].concat())
            .sends("GET", CONFIGURATION, None)
            .sends("POST", CONFIGURATION, Some(body))
            .stdout(&format!("\"{POOL}\"\n"))
            .succeeds();
    }
}

#[test]
fn sends_nothing_if_nothing_changes() {
    let want = json!({
        "IdentityPoolId": POOL,
        "PushSync": live_push_sync(),
        "CognitoStreams": live_streams(),
    });
    let reversed = format!(
        r#"{{"ApplicationArns": ["{}", "{}"]}}"#,
        APPLICATIONS[1], APPLICATIONS[0]
    );
    let table: [&[&str]; 4] = [
        &["--cognito-streams", "StreamName=updates"],
        &["--push-sync", &reversed],
        &["--push-sync", "{}", "--cognito-streams", "{}"],
        &[],
    ];
    for args in table {
        let observed = merge(args).capture();
        assert_eq!(observed.requests.len(), 1, "{observed}");
        assert_eq!(observed.requests[0].method, "GET");
        assert_eq!(printed(&observed.stdout), want, "{observed}");
    }
}

#[test]
fn leaves_out_sections_that_are_not_set() {
    let args = set(&[
        "--merge",
        "--cognito-streams",
        "StreamName=s",
        "--output",
        "off",
    ]);
    for body in [
        json!({"IdentityPoolId": POOL}),
        json!({"PushSync": {}, "CognitoStreams": null}),
    ] {
        Run::new(&args)
            .responses([respond(&body), Response::echo()])
            .sends("GET", CONFIGURATION, None)
            .sends(
                "POST",
                CONFIGURATION,
                Some(json!({"CognitoStreams": {"StreamName": "s"}})),
            )
            .succeeds();
    }
}

#[test]
fn sets_events_that_change() {
    let given = format!("SyncTrigger={FUNCTION}");
    let set = |live: Value| {
        let args = set_events(&["--merge", "--events", &given]);
        Run::new(args).responses([respond(&json!({"Events": live})), Response::body("")])
    };
    set(json!({}))
        .sends("GET", EVENTS, None)
        .sends(
            "POST",
            EVENTS,
            Some(json!({"Events": {"SyncTrigger": FUNCTION}})),
        )
        .succeeds();
    set(json!({"SyncTrigger": FUNCTION}))
        .sends("GET", EVENTS, None)
        .succeeds();
    let args = set_events(&["--merge", "--events", "SyncTrigger="]);
    Run::new(&args)
        .responses([
            respond(&json!({"Events": {"SyncTrigger": FUNCTION}})),
            Response::body(""),
        ])
        .sends("GET", EVENTS, None)
        .sends("POST", EVENTS, Some(json!({"Events": {"SyncTrigger": ""}})))
        .succeeds();
    Run::new(&args)
        .responses([respond(&json!({"Events": {}}))])
        .sends("GET", EVENTS, None)
        .succeeds();
}

/// Refuses the first changes because of other writers, each of which leaves another stream.
fn contended(refused: usize) -> Run {
    let (reads, writes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let args = [
        "--merge",
        "--push-sync",
        r#"{"ApplicationArns": ["arn:a"]}"#,
        "--output",
        "off",
    ];
    Run::new(set(&args)).respond_with(move |request| match &*request.method {
        "GET" => {
            let name = format!("stream-{}", reads.fetch_add(1, Ordering::SeqCst));
            respond(&json!({"CognitoStreams": {"StreamName": name}}))
        }
        _ if writes.fetch_add(1, Ordering::SeqCst) < refused => {
            refuse(400, "ConcurrentModificationException")
        }
        _ => Response::echo(),
    })
}

/// Expects a read and a write of what was read then.
fn expect_round(run: Run, number: usize) -> Run {
    let body = json!({
        "PushSync": {"ApplicationArns": ["arn:a"]},
        "CognitoStreams": {"StreamName": format!("stream-{number}")},
    });
    run.sends("GET", CONFIGURATION, None)
        .sends("POST", CONFIGURATION, Some(body))
}

#[test]
fn reads_again_after_concurrent_modification() {
    (0..3).fold(contended(2), expect_round).succeeds();
    (0..6).fold(contended(5), expect_round).succeeds();
}

#[test]
fn gives_up_after_five_retries() {
    let error = "cognito-sync: [ERROR]: An error occurred (ConcurrentModificationException) when calling \
                 the SetIdentityPoolConfiguration operation: no";
    (0..6)
        .fold(contended(usize::MAX), expect_round)
        .env("COGNITO_SYNC_HINTS", "always")
        .stderr_contains(error)
        .stderr_contains("hint: others kept changing the identity pool: it was read again")
        .fails(254);
}

#[test]
fn repeats_no_change_that_was_refused_otherwise() {
    let args = ["--cognito-streams", "StreamName=s"];
    merge(&args)
        .responses([respond(&live()), refuse(400, "InvalidParameterException")])
        .sends("GET", CONFIGURATION, None)
        .request(|request| assert_eq!(request.method, "POST"))
        .stderr_contains(
            "(InvalidParameterException) when calling the SetIdentityPoolConfiguration operation",
        )
        .fails(254);
}

#[test]
fn sends_nothing_after_failed_read() {
    let args = [
        "--cognito-streams",
        "StreamName=s",
        "--cli-error-format",
        "json",
    ];
    let observed = merge(&args)
        .responses([refuse(403, "AccessDeniedException")])
        .env("COGNITO_SYNC_HINTS", "always")
        .capture();
    assert_eq!(observed.requests.len(), 1, "{observed}");
    let error = printed(&observed.stderr);
    assert_eq!(
        error["Operation"], "GetIdentityPoolConfiguration",
        "{observed}"
    );
    let hint = "the configuration is read before it is changed, which needs the permission \
                cognito-sync:GetIdentityPoolConfiguration";
    assert!(observed.stderr.contains(hint), "{observed}");
    for body in ["<html>", "", "[]", "{\"PushSync\": [1]}"] {
        let observed = merge(&args).responses([Response::body(body)]).capture();
        assert_eq!(observed.requests.len(), 1, "{body}: {observed}");
        assert_eq!(observed.stdout, "");
        assert_eq!(printed(&observed.stderr)["ExitCode"], 255, "{observed}");
    }
}

#[test]
fn validates_input_before_it_reads() {
    merge(&["--cognito-streams", "Stream=s"])
        .stderr_contains("Unknown parameter in CognitoStreams: \"Stream\"")
        .fails(252);
    merge(&["--cognito-streams", "StreamName=s"])
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
        .stderr_contains("Unable to locate credentials")
        .fails(253);
}

#[test]
fn plans_merge_in_dry_run() {
    let observed = merge(&["--cognito-streams", "StreamingStatus=ENABLED", "--dry-run"]).capture();
    assert_eq!(observed.requests.len(), 1, "{observed}");
    assert_eq!(observed.requests[0].method, "GET");
    let document = printed(&observed.stdout);
    let want = json!({
        "Operation": "SetIdentityPoolConfiguration",
        "Method": "POST",
        "Url": format!("http://{{HOST}}{CONFIGURATION}"),
        "Body": {
            "PushSync": live_push_sync(),
            "CognitoStreams": {"StreamName": "updates", "RoleArn": ROLE, "StreamingStatus": "ENABLED"},
        },
        "Region": "us-east-1",
        "Credentials": "environment",
        "DryRun": true,
        "Changes": [
            {"Member": "CognitoStreams.StreamingStatus", "Before": "DISABLED", "After": "ENABLED"},
        ],
    });
    assert_eq!(document, want, "{observed}");
}

#[test]
fn plans_no_request_if_nothing_changes() {
    let observed = merge(&["--cognito-streams", "StreamName=updates", "--dry-run"]).capture();
    assert_eq!(observed.requests.len(), 1, "{observed}");
    let want = json!({
        "Operation": "SetIdentityPoolConfiguration",
        "Method": null,
        "Url": null,
        "Body": null,
        "Region": "us-east-1",
        "Credentials": "environment",
        "DryRun": true,
        "Changes": [],
    });
    assert_eq!(printed(&observed.stdout), want, "{observed}");
}

#[test]
fn plans_removals_of_events_as_requests_of_their_own() {
    let given = format!("old=,SyncTrigger={FUNCTION}");
    let args = set_events(&[
        "--merge",
        "--events",
        &given,
        "--dry-run",
        "--query",
        "[].Body.Events",
    ]);
    let live = json!({"Events": {"old": FUNCTION}});
    let observed = Run::new(args).responses([respond(&live)]).capture();
    let want = json!([{"old": ""}, {"SyncTrigger": FUNCTION}]);
    assert_eq!(printed(&observed.stdout), want, "{observed}");
    assert_eq!(observed.requests.len(), 1, "{observed}");
}

#[cfg(feature = "local")]
mod local {
    use super::*;
    use crate::support::service::Service;

    #[test]
    fn keeps_the_other_section_of_the_local_service() {
        let service = Service::start(&[]);
        let push_sync = format!("ApplicationArns=[{}],RoleArn={ROLE}", APPLICATIONS[0]);
        let run = |args: &[&str]| {
            let output = service.run(&set(args));
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        run(&["--push-sync", &push_sync]);
        let merged = printed(&run(&["--merge", "--cognito-streams", "StreamName=s"]));
        let want = json!({
            "IdentityPoolId": POOL,
            "PushSync": {"ApplicationArns": [APPLICATIONS[0]], "RoleArn": ROLE},
            "CognitoStreams": {"StreamName": "s"},
        });
        assert_eq!(merged, want);
        assert_eq!(printed(&run(&["--merge", "--push-sync", &push_sync])), want);
        assert_eq!(
            printed(&run(&["--merge", "--local", "--push-sync", &push_sync])),
            want
        );
    }

    #[test]
    fn survives_injected_concurrent_modification() {
        let fault = "SetIdentityPoolConfiguration=ConcurrentModificationException:0.5";
        let service = Service::start(&["--fault", fault]);
        service.run(&set(&["--push-sync", "{}"]));
        for name in ["one", "two", "three", "four"] {
            let streams = format!("StreamName={name}");
            let args = set(&[
                "--merge",
                "--cognito-streams",
                &streams,
                "--query",
                "CognitoStreams.StreamName",
            ]);
            let output = service.run(&args);
            let shown = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(shown, format!("\"{name}\"\n"));
        }
    }
}
