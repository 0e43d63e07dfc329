//! `--dry-run`: the document of a request that is not sent.

use cognito_sync::model::OPERATIONS;
use serde_json::{Value, json};

use super::{CONFIGURATION, POOL, ROLE, printed, set};
use crate::operations;
use crate::support::run::Run;

const STREAM: [&str; 2] = ["--cognito-streams", "StreamName=updates"];

fn dry_run(args: &[&str]) -> Run {
    Run::new(set(&[&STREAM, args, &["--dry-run"]].concat()))
}

#[test]
fn prints_request_that_a_call_sends() {
    for operation in OPERATIONS.iter().filter(|operation| operation.changes()) {
        let input = Value::Object(operations::document(operation.input, ""));
        let run = |args: &[&str]| {
            let command = operation.command();
            let common = [&command, "--cli-input-json", "file://input.json"];
            Run::new([&common, args].concat()).file("input.json", input.to_string().as_str())
        };
        let call = run(&["--output", "off"]).capture();
        let sent = call.requests.first().expect("a call sends its request");
        let observed = run(&["--dry-run"]).capture();
        assert!(observed.requests.is_empty(), "{observed}");
        let document = printed(&observed.stdout);
        let url = format!("http://{{HOST}}{}", sent.target());
        assert_eq!(document["Url"], json!(url), "{observed}");
        assert_eq!(document["Method"], json!(sent.method), "{observed}");
        assert_eq!(document["Body"], json!(sent.json()), "{observed}");
        assert_eq!(document["Operation"], json!(operation.name));
        assert_eq!(document["DryRun"], json!(true));
        let context = sent.header("x-amz-client-context");
        let headers = context.map(|value| json!({"x-amz-Client-Context": value}));
        assert_eq!(document.get("Headers"), headers.as_ref(), "{observed}");
    }
}

#[test]
fn keeps_values_that_the_sdk_cannot_hold() {
    let patches =
        r#"[{"Op":"replace","Key":"\ud83d","Value":"é","SyncCount":99999999999999999999}]"#;
    let args = [
        "update-records",
        "--identity-pool-id",
        POOL,
        "--identity-id",
        "us-east-1:1",
        "--dataset-name",
        "d",
        "--sync-session-token",
        "t",
        "--record-patches",
        patches,
        "--dry-run",
        "--query",
        "Body.RecordPatches",
    ];
    let want = "[\n    {\n        \"Key\": \"\\ud83d\",\n        \"Op\": \"replace\",\n        \
                \"SyncCount\": 99999999999999999999,\n        \"Value\": \"é\"\n    }\n]\n";
    let observed = Run::new(args).capture();
    let (got, want) = (observed.stdout.clone(), want.to_string());
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text
            .lines()
            .map(|line| line.trim_end_matches(','))
            .collect();
        lines.sort_unstable();
        lines.join("\n")
    };
    assert_eq!(sorted(&got), sorted(&want), "{observed}");
}

#[test]
fn needs_neither_credentials_nor_region() {
    let url = format!("https://cognito-sync.us-east-1.amazonaws.com{CONFIGURATION}");
    let want = format!(
        "{{\n    \"Operation\": \"SetIdentityPoolConfiguration\",\n    \"Method\": \"POST\",\n    \
         \"Url\": \"{url}\",\n    \"Body\": {{\n        \"CognitoStreams\": {{\n            \
         \"StreamName\": \"updates\"\n        }}\n    }},\n    \"Region\": \"us-east-1\",\n    \
         \"Credentials\": null,\n    \"DryRun\": true\n}}\n"
    );
    dry_run(&[])
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
        .without_env("AWS_REGION")
        .without_env("AWS_ENDPOINT_URL")
        .stdout(&want)
        .succeeds();
}

#[test]
fn names_source_of_credentials_without_fetching_them() {
    let config = "[default]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = hush\n\
                  [profile shared]\nregion = us-east-1\n\
                  [profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = shared\n\
                  [profile process]\ncredential_process = touch {DIR}/process-ran\n\
                  [profile sso]\nsso_account_id = 123456789012\nsso_role_name = r\n\
                  sso_region = us-east-1\nsso_start_url = https://start.example\n\
                  [profile web]\nrole_arn = arn:aws:iam::123456789012:role/w\n\
                  web_identity_token_file = {DIR}/none\n";
    let credentials = "[shared]\naws_access_key_id = AKIDSHARED\naws_secret_access_key = hush\n";
    let table: [(&[&str], Option<&str>); 9] = [
        (&[], Some("environment")),
        (&["--no-sign-request"], None),
        (
            &["--profile", "default"],
            Some("profile default (config file)"),
        ),
        (
            &["--profile", "shared"],
            Some("profile shared (shared credentials file)"),
        ),
        (
            &["--profile", "role"],
            Some("profile role (role arn:aws:iam::123456789012:role/r)"),
        ),
        (
            &["--profile", "process"],
            Some("profile process (credential_process)"),
        ),
        (
            &["--profile", "sso"],
            Some("profile sso (IAM Identity Center)"),
        ),
        (&["--profile", "web"], Some("web identity")),
        (&["--local"], Some("--local")),
    ];
    for (args, want) in table {
        if args.contains(&"--local") && !cfg!(feature = "local") {
            continue;
        }
        let observed = dry_run(args)
            .file(".aws/config", config)
            .file(".aws/credentials", credentials)
            .capture();
        let document = printed(&observed.stdout);
        assert_eq!(document["Credentials"], json!(want), "{observed}");
        for secret in ["hush", "AKID", "wJalrXUtnFEMI"] {
            assert!(!observed.stdout.contains(secret), "{observed}");
        }
        assert!(observed.requests.is_empty(), "{observed}");
    }
    let script = "\"$0\" bulk-publish --identity-pool-id us-east-1:1 --profile process --dry-run > out; \
                  test ! -e process-ran";
    Run::with_program("sh", ["-c", script, env!("CARGO_BIN_EXE_cognito-sync")])
        .file(".aws/config", config)
        .succeeds();
}

#[test]
fn does_not_query_metadata_for_credentials() {
    let observed = dry_run(&[])
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "{ENDPOINT}")
        .capture();
    let document = printed(&observed.stdout);
    let source = "instance metadata (not queried)";
    assert_eq!(document["Credentials"], json!(source));
    assert!(observed.requests.is_empty(), "{observed}");
}

#[test]
fn omits_password_of_endpoint() {
    let observed = dry_run(&["--endpoint-url", "http://user:hush@127.0.0.1:9/x"]).capture();
    assert!(!observed.stdout.contains("hush"), "{observed}");
    let url = printed(&observed.stdout)["Url"].clone();
    assert_eq!(url, json!(format!("http://127.0.0.1:9/x{CONFIGURATION}")));
}

#[test]
fn selects_and_formats_document() {
    dry_run(&[
        "--query",
        "[Method, Body.CognitoStreams.StreamName]",
        "--output",
        "text",
    ])
    .stdout("POST\tupdates\n")
    .succeeds();
    dry_run(&[
        "--query",
        "{DryRun: DryRun, Region: Region}",
        "--output",
        "yaml",
    ])
    .stdout("DryRun: true\nRegion: us-east-1\n")
    .succeeds();
    dry_run(&["--output", "off"]).succeeds();
}

#[test]
fn rejects_what_a_call_rejects() {
    let invalid = "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): Parameter validation \
                   failed:\nInvalid length for parameter CognitoStreams.RoleArn, value: 1, valid min length: \
                   20\n";
    Run::new(set(&["--cognito-streams", "RoleArn=x", "--dry-run"]))
        .stderr(invalid)
        .fails(252);
    dry_run(&["--region", "a b"])
        .stderr_contains("Provided region_name 'a b' doesn't match a supported format.")
        .fails(255);
    dry_run(&["--profile", "none"])
        .stderr_contains("The config profile (none) could not be found")
        .fails(255);
    Run::new(["bulk-publish", "--identity-pool-id", "p", "--dry-run"])
        .without_env("AWS_REGION")
        .stderr_contains("You must specify a region.")
        .fails(253);
}

#[test]
fn logs_no_request_that_was_not_sent() {
    let observed = dry_run(&["--debug"]).capture();
    assert!(observed.stderr.contains("debug: "), "{observed}");
    for logged in ["debug: request", "debug: response", "POST"] {
        assert!(!observed.stderr.contains(logged), "{observed}");
    }
}

#[cfg(feature = "local")]
#[test]
fn does_not_create_local_store() {
    let script = "\"$0\" set-identity-pool-configuration --local --identity-pool-id us-east-1:1 --dry-run \
                  --push-sync RoleArn=$1 --query Body && find . -name '*.db*'";
    let args = ["-c", script, env!("CARGO_BIN_EXE_cognito-sync"), ROLE];
    Run::with_program("sh", args)
        .stdout(&format!(
            "{{\n    \"PushSync\": {{\n        \"RoleArn\": \"{ROLE}\"\n    }}\n}}\n"
        ))
        .succeeds();
}
