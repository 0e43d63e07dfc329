//! The program as a shell runs it: program names, help, pipes, exit statuses, rejected command
//! lines and responses. Single rules are tested beside their code, and the output of the AWS CLI by
//! the corpora.

use serde_json::json;

use crate::support::http::Response;
use crate::support::run::Run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");
const GET: [&str; 3] = [
    "get-identity-pool-configuration",
    "--identity-pool-id",
    "us-east-1:1",
];
const PATH: &str = "/identitypools/us-east-1%3A1/configuration";

/// Runs a script with the program's path in `$0`.
fn shell(script: &str) -> Run {
    Run::with_program("sh", ["-c", script, PROGRAM])
}

fn get(args: &[&str]) -> Run {
    Run::new(GET.iter().chain(args).copied())
}

#[test]
fn expects_service_name_if_called_aws() {
    shell("ln -s \"$0\" aws && ./aws --output text cognito-sync bulk-publish --identity-pool-id p")
        .sends("POST", "/identitypools/p/bulkpublish", None)
        .stdout("p\n")
        .succeeds();
    shell("ln -s \"$0\" aws && ./aws bulk-publish --identity-pool-id p")
        .stderr_contains("\naws: [ERROR]: An error occurred (ParamValidation): argument command: ")
        .stderr_contains("Found invalid choice 'bulk-publish'")
        .stderr_contains("usage: aws cognito-sync [options] <operation> [parameters]")
        .fails(252);
}

#[test]
fn ignores_closed_stdout_pipe() {
    let response = || {
        [Response::body(format!(
            r#"{{"IdentityPoolId":"{}"}}"#,
            "x".repeat(1 << 20)
        ))]
    };
    let script = "{ \"$0\" get-identity-pool-configuration --identity-pool-id us-east-1:1; \
                  echo $? >&2; } | head -c 1";
    shell(script)
        .responses(response())
        .sends("GET", PATH, None)
        .stdout("{")
        .stderr("0\n")
        .succeeds();
    shell("\"$0\" help | true; \"$0\" bogus 2>&1 | true").succeeds();
}

/// Only Linux has a device that is always full.
#[cfg(target_os = "linux")]
#[test]
fn reports_full_disk() {
    shell("\"$0\" set-cognito-events --generate-cli-skeleton > /dev/full")
        .stderr_contains("printing failed: No space left on device")
        .fails(255);
}

/// Whoever closes standard output wants no output.
#[test]
fn ignores_closed_stdout() {
    shell("\"$0\" set-cognito-events --generate-cli-skeleton >&-").succeeds();
}

#[test]
fn reports_file_size_limit() {
    // The units of dash and bash differ; in both, the limit is less than either document.
    let limited = |command: &str| shell(&format!("ulimit -f 1; {command}; echo $?"));
    let response = format!(r#"{{"IdentityPoolId":"{}"}}"#, "x".repeat(5000));
    for query in ["", "--query IdentityPoolId"] {
        limited(&format!(
            "\"$0\" get-identity-pool-configuration --identity-pool-id us-east-1:1 {query} > out"
        ))
        .responses([Response::body(response.clone())])
        .sends("GET", PATH, None)
        .stdout("255\n")
        .stderr(
            "\ncognito-sync: [ERROR]: The command succeeded, but printing failed: File too large \
             (os error 27)\n",
        )
        .succeeds();
    }
    limited("\"$0\" man --out man")
        .stdout("255\n")
        .stderr(
            "\ncognito-sync: [ERROR]: Unable to write 'man/man1/cognito-sync.1': File too large (os \
             error 27)\n",
        )
        .succeeds();
}

#[test]
fn prints_help_at_any_position() {
    let command_lines = [
        vec!["help"],
        vec!["--help"],
        vec!["-h"],
        vec!["list-records", "help"],
        vec!["list-records", "--help"],
        vec!["list-records", "--identity-pool-id", "p", "-h"],
        vec!["--region", "r", "list-records", "--help"],
    ];
    for args in command_lines {
        let observed = Run::new(args.clone()).capture();
        let want = if args.contains(&"list-records") {
            "--last-sync-count"
        } else {
            "OPERATIONS"
        };
        assert!(observed.stdout.contains(want), "{args:?}");
        assert_eq!(observed.stderr, "", "{args:?}");
    }
}

#[test]
fn prints_version_with_sdk_and_aws_cli() {
    let observed = Run::new(["list-records", "--version"]).capture();
    let start = concat!(
        "cognito-sync/",
        env!("CARGO_PKG_VERSION"),
        " aws-sdk-cognitosync/"
    );
    assert!(observed.stdout.starts_with(start), "{}", observed.stdout);
    let (_, rest) = observed.stdout.split_once(" as-aws-cli/2.36.7").unwrap();
    // Release builds name their commit.
    assert!(rest == "\n" || rest.starts_with(" commit/"), "{rest:?}");
}

/// Installers and deploy scripts parse the version with
/// `aws --version | cut -d/ -f2 | cut -d' ' -f1`.
#[test]
fn prints_aws_cli_version_first_if_called_aws() {
    let own = concat!(" cognito-sync/", env!("CARGO_PKG_VERSION"));
    for args in [
        "--version",
        "--output text --version",
        "cognito-sync --version",
    ] {
        let observed = shell(&format!("ln -s \"$0\" aws && ./aws {args}")).capture();
        let rest = observed.stdout.strip_prefix("aws-cli/2.36.7");
        let rest = rest.unwrap_or_else(|| panic!("{observed}"));
        assert!(
            rest.starts_with(&format!("{own} aws-sdk-cognitosync/")),
            "{observed}"
        );
        assert_eq!(rest.lines().count(), 1, "{observed}");
    }
}

#[test]
fn rejects_unsupported_option() {
    let option = "--cli-auto-prompt";
    get(&[option]).stderr_contains(option).fails(252);
}

#[test]
fn sends_numbers_beyond_sdk_types() {
    let long = "123456789012345678901234567890";
    let args = [
        "--identity-pool-id",
        "p",
        "--identity-id",
        "i",
        "--dataset-name",
        "d",
    ];
    let list = [
        "list-records",
        "--last-sync-count",
        long,
        "--next-token",
        "a b/é",
    ];
    Run::new(list.into_iter().chain(args))
        .sends(
            "GET",
            &format!(
                "/identitypools/p/identities/i/datasets/d/records?lastSyncCount={long}\
                 &nextToken=a%20b%2F%C3%A9"
            ),
            None,
        )
        .responses([Response::body("{}")])
        .succeeds();
    let patches = format!("Op=replace,Key=k,SyncCount={long},DeviceLastModifiedDate=2014-08-08");
    let update = [
        "update-records",
        "--sync-session-token",
        "t",
        "--record-patches",
        &patches,
    ];
    let count: serde_json::Number = long.parse().expect("a number");
    Run::new(update.into_iter().chain(args))
        .sends(
            "POST",
            "/identitypools/p/identities/i/datasets/d",
            Some(json!({
                "RecordPatches": [{"Op": "replace", "Key": "k", "SyncCount": count,
                    "DeviceLastModifiedDate": 1_407_456_000}],
                "SyncSessionToken": "t",
            })),
        )
        .succeeds();
}

#[test]
fn never_prints_secrets() {
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let forbidden = Response::body("{}").status(403);
    let broken = format!("[default]\naws_access_key_id = A\naws_secret_access_key {secret}\n");
    let runs = [
        get(&["--bogus"]),
        get(&[]).responses([forbidden]),
        get(&[]).responses([Response::disconnect()]),
        get(&["--endpoint-url", "http://me:hush@127.0.0.1:1"]),
        get(&[])
            .without_env("AWS_ACCESS_KEY_ID")
            .file(".aws/credentials", broken.as_str()),
        get(&[]).env("AWS_SESSION_TOKEN", "hush\n"),
        get(&[]).env("AWS_ACCESS_KEY_ID", "hush\r"),
    ];
    for run in runs {
        let observed = run.env("AWS_MAX_ATTEMPTS", "1").capture();
        let shown = observed.stdout + &observed.stderr;
        assert!(
            !shown.is_empty() && !shown.contains(secret) && !shown.contains("hush"),
            "{shown}"
        );
    }
}

#[test]
fn rejects_credentials_with_line_breaks() {
    for (name, value) in [("AWS_ACCESS_KEY_ID", "AK\r"), ("AWS_SESSION_TOKEN", "a\nb")] {
        get(&[])
            .env(name, value)
            .stderr_contains("of the environment has a character")
            .fails(255);
    }
}

#[test]
fn works_without_home_directory() {
    for home in ["/dev/null", "{DIR}/missing"] {
        get(&[])
            .env("HOME", home)
            .without_env("AWS_CONFIG_FILE")
            .without_env("AWS_SHARED_CREDENTIALS_FILE")
            .env("AWS_DEFAULT_OUTPUT", "text")
            .sends("GET", PATH, None)
            .stdout("us-east-1:1\n")
            .succeeds();
    }
    get(&["--profile", "p"])
        .env("AWS_CONFIG_FILE", "$HOME/own")
        .file(
            "own",
            "[profile p]\noutput = text\naws_access_key_id = A\naws_secret_access_key = s\n",
        )
        .sends("GET", PATH, None)
        .stdout("us-east-1:1\n")
        .succeeds();
}

#[test]
fn handles_malformed_responses() {
    let respond = |body: &[u8]| {
        get(&["--output", "text"])
            .responses([Response::body(body.to_vec())])
            .sends("GET", PATH, None)
    };
    // Like the AWS CLI, prints nothing for a body that is not JSON.
    respond(b"<html>").succeeds();
    respond(b"{\"IdentityPoolId\":\"x\",\"New\":[NaN]}")
        .stdout("x\n")
        .succeeds();
    let deep = format!(
        "{{\"IdentityPoolId\":\"x\",\"New\":{}{}}}",
        "[".repeat(200),
        "]".repeat(200)
    );
    respond(deep.as_bytes()).stdout("x\n").succeeds();
    respond(b"\xff")
        .stderr_contains("is not valid UTF-8")
        .fails(255);
    respond(b"[]").stderr_contains("not an object").fails(255);
}

/// Like the AWS CLI, which checks the format only when it prints.
#[test]
fn rejects_unknown_output_format_after_call() {
    get(&[])
        .env("AWS_DEFAULT_OUTPUT", "xml")
        .sends("GET", PATH, None)
        .stderr("\ncognito-sync: [ERROR]: Unknown output type: xml\n")
        .fails(255);
}

#[test]
fn reports_connection_errors_as_aws_cli_does() {
    let refused = "http://127.0.0.1:1";
    get(&["--endpoint-url", refused])
        .env("AWS_MAX_ATTEMPTS", "1")
        .stderr(&format!(
            "\ncognito-sync: [ERROR]: Could not connect to the endpoint URL: \"{refused}{PATH}\"\n"
        ))
        .fails(255);
    get(&[])
        .env("AWS_MAX_ATTEMPTS", "2")
        .responses([Response::disconnect()])
        .sends("GET", PATH, None)
        .sends("GET", PATH, None)
        .stderr(&format!(
            "\ncognito-sync: [ERROR]: Connection was closed before we received a valid response \
             from endpoint URL: \"http://{{HOST}}{PATH}\".\n"
        ))
        .fails(255);
}

#[test]
fn retries_over_same_connection() {
    let busy = Response::body("{}")
        .status(500)
        .header("x-amzn-errortype", "InternalErrorException");
    get(&["--query", "IdentityPoolId"])
        .responses([busy, Response::body(r#"{"IdentityPoolId":"us-east-1:1"}"#)])
        .sends("GET", PATH, None)
        .sends("GET", PATH, None)
        .stdout("\"us-east-1:1\"\n")
        .succeeds();
}

#[test]
fn prints_timestamps_in_local_time_zone() {
    Run::new([
        "get-bulk-publish-details",
        "--identity-pool-id",
        "p",
        "--output",
        "text",
    ])
    .env("TZ", "EST5EDT,M3.2.0,M11.1.0")
    .responses([Response::body(r#"{"BulkPublishStartTime":1407456000.5}"#)])
    .sends("POST", "/identitypools/p/getBulkPublishDetails", None)
    .stdout("2014-08-07T20:00:00.500000-04:00\n")
    .succeeds();
}

#[test]
fn rejects_args_that_are_not_utf_8() {
    shell("\"$0\" bulk-publish --identity-pool-id \"$(printf 'a\\377')\"")
        .stderr_contains("is not UTF-8")
        .fails(252);
}

#[test]
fn prints_timestamps_in_format_of_profile() {
    let run = |format: &str| {
        Run::new([
            "get-bulk-publish-details",
            "--identity-pool-id",
            "p",
            "--output",
            "text",
        ])
        .file(
            ".aws/config",
            format!("[default]\ncli_timestamp_format = {format}\n").as_str(),
        )
        .responses([Response::body(r#"{"BulkPublishStartTime":1407456000.50}"#)])
    };
    let path = "/identitypools/p/getBulkPublishDetails";
    run("wire")
        .sends("POST", path, None)
        .stdout("1407456000.5\n")
        .succeeds();
    run("iso8601")
        .sends("POST", path, None)
        .stdout("2014-08-08T00:00:00.500000+00:00\n")
        .succeeds();
    run("epoch")
        .stderr(
            "\ncognito-sync: [ERROR]: An error occurred (Configuration): Unknown \
             cli_timestamp_format value: epoch, valid values are \"wire\" or \"iso8601\"\n",
        )
        .fails(253);
}
