//! What `diff` and `apply` print: text, the JSON document and GitLab's code quality report.

use serde_json::{Value, json};

use super::stub_pools::{ABSENT, DENIED, DIFFERENT, UNCHANGED, run};
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

/// A state file with nothing to change.
const UNCHANGED_STATE: &str =
    "pools: [{IdentityPoolId: 'us-east-1:aaaaaaaa-0000-4000-8000-000000000002', PushSync: {}}]";

const TEXT: &str = "\
us-east-1:aaaaaaaa-0000-4000-8000-000000000001 differs (pools.yaml:2:5)
  - PushSync.ApplicationArns: arn:aws:sns:us-east-1:123456789012:app/GCM/two
  + PushSync.ApplicationArns: arn:aws:sns:us-east-1:123456789012:app/GCM/three
  - PushSync.RoleArn: arn:aws:iam::123456789012:role/old
  + PushSync.RoleArn: arn:aws:iam::123456789012:role/new
us-east-1:aaaaaaaa-0000-4000-8000-000000000003 failed (pools.yaml:10:5): \
ResourceNotFoundException: Identity pool not found.
us-east-1:aaaaaaaa-0000-4000-8000-000000000004 failed (pools.yaml:12:5): AccessDeniedException: \
Not ::error::allowed. (required permissions: cognito-sync:GetIdentityPoolConfiguration)
4 pools: 1 differs, 1 unchanged, 2 failed
";

fn json_of(run: Run, status: i32) -> Value {
    let output = run.capture();
    assert_eq!(
        output.exit.to_string(),
        format!("status {status}"),
        "{output}"
    );
    serde_json::from_str(&output.stdout).expect("JSON")
}

#[test]
fn prints_text_report() {
    let output = run(&["diff", "pools.yaml"]).capture();
    assert_eq!(output.stdout, TEXT, "{output}");
    assert_eq!(output.stderr, "");
    let output = run(&["apply", "pools.yaml", "--dry-run"]).capture();
    assert_eq!(output.stdout, TEXT, "{output}");
    let unchanged = |args: &[&str]| run(args).file("pools.yaml", UNCHANGED_STATE);
    for command in ["diff", "apply"] {
        unchanged(&[command, "pools.yaml"])
            .stdout("1 pool: no differences\n")
            .request(|request| assert_eq!(request.method, "GET"))
            .succeeds();
    }
}

#[test]
fn prints_json_report() {
    let output = run(&["diff", "pools.yaml", "--output", "json"]).capture();
    let report: Value = serde_json::from_str(&output.stdout).expect("JSON");
    let pool = |id: &str, status: &str, changes: Value, line: usize| {
        json!({
            "IdentityPoolId": id, "Region": "us-east-1", "Status": status, "Changes": changes,
            "File": "pools.yaml", "Line": line,
        })
    };
    let sns = |name: &str| format!("arn:aws:sns:us-east-1:123456789012:app/GCM/{name}");
    let changes = json!([
        {
            "Member": "PushSync.ApplicationArns", "Before": [sns("one"), sns("two")],
            "After": [sns("one"), sns("three")], "Line": 4,
        },
        {
            "Member": "PushSync.RoleArn", "Before": "arn:aws:iam::123456789012:role/old",
            "After": "arn:aws:iam::123456789012:role/new", "Line": 7,
        },
    ]);
    let mut absent = pool(ABSENT, "FAILED", json!([]), 10);
    absent["Error"] = json!({
        "Code": "ResourceNotFoundException", "Message": "Identity pool not found.",
        "Operation": "GetIdentityPoolConfiguration", "MayHaveChanged": false,
    });
    let mut denied = pool(DENIED, "FAILED", json!([]), 12);
    denied["Error"] = json!({
        "Code": "AccessDeniedException", "Message": "Not\n::error::allowed.",
        "Operation": "GetIdentityPoolConfiguration", "MayHaveChanged": false,
        "RequiredPermissions": ["cognito-sync:GetIdentityPoolConfiguration"],
    });
    let want = json!({
        "Pools": [
            pool(DIFFERENT, "DIFFERENT", changes, 2), pool(UNCHANGED, "UNCHANGED", json!([]), 8),
            absent, denied,
        ],
        "Summary": {
            "Pools": 4, "Unchanged": 1, "Different": 1, "Changed": 0, "Failed": 2, "NotStarted": 0,
        },
    });
    assert_eq!(report, want, "{output}");
    assert!(
        output
            .stdout
            .starts_with("{\n    \"Pools\": [\n        {\n            \"Identity")
    );
}

#[test]
fn prints_gitlab_report_with_paths_below_repository() {
    let report = |file: &str| {
        let run = run(&["diff", file, "--output", "gitlab", "--exit-zero"]);
        json_of(run.env("CI_PROJECT_DIR", "{DIR}"), 254)
    };
    let issues = report("{DIR}/pools.yaml");
    assert_eq!(issues, report("./pools.yaml"));
    let issues = issues.as_array().expect("an array");
    let places: Vec<_> = issues
        .iter()
        .map(|issue| {
            assert_eq!(issue["location"]["path"], "pools.yaml");
            assert_eq!(issue["fingerprint"].as_str().map(str::len), Some(64));
            let text = issue["description"].as_str().expect("text");
            assert!(text.starts_with("us-east-1:aaaaaaaa-"), "{text}");
            let line = issue["location"]["lines"]["begin"].as_u64();
            (
                issue["check_name"].as_str(),
                issue["severity"].as_str(),
                line,
            )
        })
        .collect();
    let issue = |name: &'static str, severity: &'static str, line: u64| {
        (Some(name), Some(severity), Some(line))
    };
    let want = [
        issue("cognito-sync/difference", "major", 4),
        issue("cognito-sync/difference", "major", 7),
        issue("cognito-sync/failure", "critical", 10),
        issue("cognito-sync/failure", "critical", 12),
    ];
    assert_eq!(places, want);
    run(&["diff", "pools.yaml", "--output", "gitlab"])
        .file("pools.yaml", UNCHANGED_STATE)
        .stdout("[]\n")
        .request(|_| ())
        .succeeds();
}

#[test]
fn colors_text_report_on_terminals() {
    let args = ["diff", "pools.yaml"];
    let shown = |run: Run| {
        let run = run.file("pools.yaml", super::stub_pools::STATE);
        run.respond_with(super::stub_pools::respond)
            .capture()
            .stdout
    };
    let colored = [
        shown(run_on_terminal("stdout", &args)),
        shown(Run::new(["diff", "pools.yaml", "--color", "on"])),
    ];
    for text in colored {
        for part in [
            "000001 \u{1b}[33mdiffers\u{1b}[0m (",
            "  \u{1b}[31m- PushSync.RoleArn: arn:aws:iam::123456789012:role/old\u{1b}[0m\n",
            "  \u{1b}[32m+ PushSync.RoleArn: arn:aws:iam::123456789012:role/new\u{1b}[0m\n",
            "000003 \u{1b}[31mfailed\u{1b}[0m (",
        ] {
            assert!(text.contains(part), "{text:?}");
        }
    }
    let plain = [
        shown(run_on_terminal("stdout", &args).env("NO_COLOR", "1")),
        shown(run_on_terminal(
            "stdout",
            &["diff", "pools.yaml", "--color", "off"],
        )),
    ];
    for text in plain {
        assert_eq!(text, TEXT);
    }
    let json = ["diff", "pools.yaml", "--output", "json", "--color", "on"];
    assert!(!shown(Run::new(json)).contains('\u{1b}'));
}

#[test]
fn escapes_control_characters_of_values() {
    let state = r#"pools: [{IdentityPoolId: "us-east-1:aaaaaaaa-0000-4000-8000-000000000002",
        Events: {SyncTrigger: "arn:aws:lambda:::\e[2J\u009b1m\u202e##[error]x"}}]"#;
    let output = run(&["diff", "pools.yaml"])
        .file("pools.yaml", state)
        .capture();
    assert!(
        output.stdout.contains(
            r#"+ Events.SyncTrigger: "arn:aws:lambda:::\u001b[2J\u009b1m\u202e#\u0023[error]x""#
        ),
        "{output}"
    );
}

#[test]
fn ignores_closed_stdout_pipe() {
    let script = "{ \"$0\" diff pools.yaml; echo $? >&2; } | true";
    Run::with_program("sh", ["-c", script, env!("CARGO_BIN_EXE_cognito-sync")])
        .file("pools.yaml", super::stub_pools::STATE)
        .respond_with(super::stub_pools::respond)
        .stderr("254\n")
        .request(|_| ())
        .request(|_| ())
        .request(|_| ())
        .request(|_| ())
        .succeeds();
}
