//! `diff`: what is read, the report, and the exit status.

use serde_json::json;

use super::pool_server::{OmittedSection, PoolServer, id, pool_statuses, service_error};
use crate::support::outcome::run;

const ROLE: &str = "arn:aws:iam::123456789012:role/push";

#[test]
fn prints_differences_and_exits_with_status_of_diff() {
    let server = PoolServer::new([
        (
            id(1),
            json!({"PushSync": {"RoleArn": ROLE, "ApplicationArns": ["a", "b"]}}),
        ),
        (id(2), json!({"Events": {"SyncTrigger": "arn:f"}})),
    ]);
    let same = json!({"PushSync": {"RoleArn": ROLE, "ApplicationArns": ["b", "a"]}});
    server.write_pools("same.json", [(&id(1), &same)]);
    server.write(
        "other.yaml",
        &format!(
            "pools:\n- IdentityPoolId: {}\n  PushSync: {{RoleArn: {ROLE}, ApplicationArns: [a]}}\n\
             - IdentityPoolId: {}\n  Events: {{}}\n",
            id(1),
            id(2)
        ),
    );
    let outcome = server.run(&["diff", "same.json"]);
    assert_eq!(
        (outcome.status, &*outcome.stdout),
        (0, "1 pool: no differences\n")
    );
    let outcome = server.run(&["diff", "other.yaml"]);
    let want = format!(
        "{} differs (other.yaml:2:3)\n  - PushSync.ApplicationArns: b\n\
         {} differs (other.yaml:4:3)\n  - Events.SyncTrigger: arn:f\n2 pools: 2 differ\n",
        id(1),
        id(2)
    );
    assert_eq!(
        (outcome.status, &*outcome.stdout, &*outcome.stderr),
        (1, &*want, "")
    );
    let outcome = server.run(&["diff", "--exit-zero", "other.yaml"]);
    assert_eq!((outcome.status, outcome.stdout), (0, want));
    assert_eq!(server.writes(), Vec::<serde_json::Value>::new());
}

#[test]
fn reads_only_sections_of_file() {
    let server = PoolServer::new((1..=4).map(|number| (id(number), json!({}))));
    let pools = [
        (id(4), json!({"Events": {}})),
        (id(2), json!({"PushSync": {}})),
        (id(3), json!({"CognitoStreams": {}, "Events": {}})),
        (id(1), json!({})),
    ];
    server.write_pools("p.json", pools.iter().map(|(id, sections)| (id, sections)));
    let outcome = server.run(&["diff", "p.json", "--concurrency", "1"]);
    assert_eq!(
        (outcome.status, &*outcome.stdout),
        (0, "4 pools: no differences\n")
    );
    let want = [
        format!("GET /identitypools/{}/events", id(4)),
        format!("GET /identitypools/{}/configuration", id(2)),
        format!("GET /identitypools/{}/configuration", id(3)),
        format!("GET /identitypools/{}/events", id(3)),
    ];
    assert_eq!(server.requests(), want);
    assert_eq!(server.stub.connections(), 1);
}

#[test]
fn reports_pool_that_cannot_be_read_as_failed() {
    let denied = id(2).replace(':', "%3A");
    let server = PoolServer::with(
        (1..=3).map(|number| (id(number), json!({}))),
        OmittedSection::Kept,
        move |received| {
            let is_denied = received.request.path.contains(&denied);
            is_denied.then(|| service_error(403, "AccessDeniedException"))
        },
    );
    let streams = json!({"CognitoStreams": {"StreamName": "s"}});
    let ids = [id(1), id(2), id(9)];
    server.write_pools("p.json", ids.iter().map(|id| (id, &streams)));
    for args in [
        &["--output", "json", "diff", "p.json"][..],
        &["diff", "p.json", "--output=json", "--exit-zero"],
    ] {
        let outcome = server.run(args);
        assert_eq!(outcome.status, 254, "{outcome:?}");
        assert_eq!(pool_statuses(&outcome), ["DIFFERENT", "FAILED", "FAILED"]);
        let errors = outcome.json();
        let errors = [&errors["Pools"][1]["Error"], &errors["Pools"][2]["Error"]];
        assert_eq!(
            errors[0],
            &json!({
                "Code": "AccessDeniedException",
                "Message": "AccessDeniedException happened",
                "Operation": "GetIdentityPoolConfiguration",
                "RequiredPermissions": ["cognito-sync:GetIdentityPoolConfiguration"],
                "MayHaveChanged": false,
            })
        );
        assert_eq!(errors[1]["Code"], "ResourceNotFoundException");
    }
}

#[test]
fn exits_with_highest_status_of_failures() {
    let server = PoolServer::new([(id(1), json!({}))]);
    // The second pool has no region: 253, the third does not exist: 254.
    let streams = json!({"CognitoStreams": {"StreamName": "s"}});
    let pools = [(id(1), &streams), ("nowhere".to_string(), &streams)];
    server.write_pools("p.json", pools.iter().map(|(id, sections)| (id, *sections)));
    assert_eq!(server.run(&["diff", "p.json"]).status, 253);
    server.write_pools("q.json", [(&id(3), &streams)]);
    assert_eq!(server.run(&["diff", "p.json", "q.json"]).status, 254);
    let outcome = server.run(&[
        "diff",
        "p.json",
        "q.json",
        "--endpoint-url",
        "http://127.0.0.1:1",
    ]);
    assert_eq!(outcome.status, 255, "{outcome:?}");
    assert!(outcome.stdout.contains("Could not connect"), "{outcome:?}");
}

#[test]
fn keeps_order_of_files_at_any_concurrency() {
    let server = PoolServer::new((0..300).map(|number| (id(number), json!({}))));
    let mut numbers: Vec<_> = (0..300).map(|number| id(number * 7 % 300)).collect();
    let streams = json!({"CognitoStreams": {"StreamName": "s"}});
    server.write_pools("p.json", numbers.iter().map(|id| (id, &streams)));
    for concurrency in ["1", "64"] {
        let args = [
            "diff",
            "p.json",
            "--output",
            "json",
            "--concurrency",
            concurrency,
        ];
        let outcome = server.run(&args);
        let report = outcome.json();
        let pools = report["Pools"].as_array().expect("a list").iter();
        let ids: Vec<_> = pools
            .map(|pool| pool["IdentityPoolId"].as_str().unwrap_or_default())
            .collect();
        assert_eq!(ids, numbers, "{concurrency}");
    }
    assert!(server.stub.connections() <= 1 + 64);
    numbers.sort();
    let requests = server.requests();
    for id in numbers {
        let path = format!("GET /identitypools/{id}/configuration");
        assert_eq!(
            requests.iter().filter(|request| **request == path).count(),
            2
        );
    }
}

#[test]
fn reads_state_file_from_standard_input() {
    let server = PoolServer::new([(id(1), json!({}))]);
    let text = format!(
        "pools: [{{IdentityPoolId: '{}', Events: {{SyncTrigger: f}}}}]",
        id(1)
    );
    let outcome = run(server.command(&["diff", "-"]), &text);
    assert_eq!(outcome.status, 1, "{outcome:?}");
    assert!(
        outcome.stdout.contains("+ Events.SyncTrigger: f"),
        "{outcome:?}"
    );
}

#[test]
fn ignores_output_settings_of_operations() {
    let server = PoolServer::new([(id(1), json!({}))]);
    server.write_pools("p.json", [(&id(1), &json!({"Events": {}}))]);
    server.write("config", "[default]\noutput = yaml-stream\n");
    let mut command = server.command(&["diff", "p.json"]);
    command
        .env("AWS_DEFAULT_OUTPUT", "off")
        .env("AWS_CONFIG_FILE", "config");
    let outcome = run(command, "");
    assert_eq!(
        (outcome.status, &*outcome.stdout),
        (0, "1 pool: no differences\n")
    );
}

#[test]
fn rejects_invalid_arguments() {
    let table: [(&[&str], &str); 10] = [
        (&["diff"], "the following arguments are required: FILE"),
        (
            &["diff", "p.json", "--output", "xml"],
            "argument --output: Found invalid choice 'xml', valid ones are: text, json, gitlab\n\n",
        ),
        (
            &["--output", "xml", "diff", "p.json"],
            "argument --output: Found invalid choice 'xml', valid ones are: text, json, gitlab\n\n",
        ),
        (
            &["--output", "table", "diff", "p.json"],
            "valid ones are: text, json, gitlab\n\n",
        ),
        (
            &["--output", "gitlab", "apply", "p.json"],
            "valid ones are: text, json\n\n",
        ),
        (
            &["diff", "p.json", "--query", "x"],
            "--query means nothing to diff",
        ),
        (
            &["diff", "p.json", "--concurrency", "0"],
            "argument --concurrency: invalid value '0', expected a whole number from 1 to 256\n\n",
        ),
        (
            &["diff", "p.json", "--concurrency", "257"],
            "invalid value '257', expected a whole number from 1 to 256",
        ),
        (
            &["diff", "p.json", "--concurrency", "x"],
            "invalid value 'x', expected a whole number from 1 to 256",
        ),
        (&["diff", "missing.json"], "missing.json"),
    ];
    let server = PoolServer::new([(id(1), json!({}))]);
    server.write_pools("p.json", [(&id(1), &json!({"Events": {}}))]);
    server.assert_rejects(&table);
    assert_eq!(server.requests(), Vec::<String>::new());
}
