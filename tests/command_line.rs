//! The road of a command as a shell sees it: names, help, pipes, exit statuses, what is refused,
//! and that nothing is half done. Rules of single steps are tested beside their code, and the
//! AWS CLI's bytes by the corpus.

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

fn with(words: &[&str]) -> Run {
    Run::new(GET.iter().chain(words).copied())
}

#[test]
fn under_the_name_aws_the_service_is_named_first() {
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
fn a_reader_that_goes_away_is_no_error() {
    let reply = || {
        [Response::body(format!(
            r#"{{"IdentityPoolId":"{}"}}"#,
            "x".repeat(1 << 20)
        ))]
    };
    let script = "{ \"$0\" get-identity-pool-configuration --identity-pool-id us-east-1:1; \
                  echo $? >&2; } | head -c 1";
    shell(script)
        .responses(reply())
        .sends("GET", PATH, None)
        .stdout("{")
        .stderr("0\n")
        .succeeds();
    shell("\"$0\" help | true; \"$0\" bogus 2>&1 | true").succeeds();
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    shell("\"$0\" set-cognito-events --generate-cli-skeleton > /dev/full")
        .stderr_contains("printing failed: No space left on device")
        .fails(255);
    // Whoever closes standard output does not want any.
    shell("\"$0\" set-cognito-events --generate-cli-skeleton >&-").succeeds();
}

#[test]
fn file_size_limit_is_a_write_error() {
    // In dash's units or bash's, the limit is less than either document.
    let limited = |command: &str| shell(&format!("ulimit -f 1; {command}; echo $?"));
    let reply = format!(r#"{{"IdentityPoolId":"{}"}}"#, "x".repeat(5000));
    for query in ["", "--query IdentityPoolId"] {
        limited(&format!(
            "\"$0\" get-identity-pool-configuration --identity-pool-id us-east-1:1 {query} > out"
        ))
        .responses([Response::body(reply.clone())])
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
            "\ncognito-sync: [ERROR]: Unable to write 'man/cognito-sync.1': File too large (os \
             error 27)\n",
        )
        .succeeds();
}

#[test]
fn help_is_printed_wherever_it_is_asked_for() {
    let asks = [
        vec!["help"],
        vec!["--help"],
        vec!["-h"],
        vec!["list-records", "help"],
        vec!["list-records", "--help"],
        vec!["list-records", "--identity-pool-id", "p", "-h"],
        vec!["--region", "r", "list-records", "--help"],
    ];
    for words in asks {
        let observed = Run::new(words.clone()).capture();
        let want = if words.contains(&"list-records") {
            "--last-sync-count"
        } else {
            "OPERATIONS"
        };
        assert!(observed.stdout.contains(want), "{words:?}");
        assert_eq!(observed.stderr, "", "{words:?}");
    }
}

#[test]
fn the_version_names_the_sdk_and_the_aws_cli() {
    let observed = Run::new(["list-records", "--version"]).capture();
    let start = concat!(
        "cognito-sync/",
        env!("CARGO_PKG_VERSION"),
        " aws-sdk-cognitosync/"
    );
    assert!(observed.stdout.starts_with(start), "{}", observed.stdout);
    assert!(
        observed.stdout.ends_with(" as-aws-cli/2.36.7\n"),
        "{}",
        observed.stdout
    );
}

/// Installers and deploy scripts read the version as `aws --version | cut -d/ -f2 | cut -d' ' -f1` does.
#[test]
fn version_under_the_name_aws_begins_with_the_aws_clis() {
    let own = concat!(" cognito-sync/", env!("CARGO_PKG_VERSION"));
    for words in [
        "--version",
        "--output text --version",
        "cognito-sync --version",
    ] {
        let observed = shell(&format!("ln -s \"$0\" aws && ./aws {words}")).capture();
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
fn what_is_not_there_is_refused_and_nothing_is_sent() {
    let option = "--cli-auto-prompt";
    with(&[option]).stderr_contains(option).fails(252);
}

#[test]
fn numbers_beyond_the_sdks_types_are_sent_as_typed() {
    let long = "123456789012345678901234567890";
    let words = [
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
    Run::new(list.into_iter().chain(words))
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
    Run::new(update.into_iter().chain(words))
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
fn secrets_are_never_shown() {
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let refusal = Response::body("{}").status(403);
    let broken = format!("[default]\naws_access_key_id = A\naws_secret_access_key {secret}\n");
    let runs = [
        with(&["--bogus"]),
        with(&[]).responses([refusal]),
        with(&[]).responses([Response::disconnect()]),
        with(&["--endpoint-url", "http://me:hush@127.0.0.1:1"]),
        with(&[])
            .without_env("AWS_ACCESS_KEY_ID")
            .file(".aws/credentials", broken.as_str()),
        with(&[]).env("AWS_SESSION_TOKEN", "hush\n"),
        with(&[]).env("AWS_ACCESS_KEY_ID", "hush\r"),
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
fn keys_that_no_request_can_hold_are_refused() {
    for (name, value) in [("AWS_ACCESS_KEY_ID", "AK\r"), ("AWS_SESSION_TOKEN", "a\nb")] {
        with(&[])
            .env(name, value)
            .stderr_contains("of the environment has a character")
            .fails(255);
    }
}

#[test]
fn a_home_that_is_none_is_no_obstacle() {
    for home in ["/dev/null", "{DIR}/missing"] {
        with(&[])
            .env("HOME", home)
            .without_env("AWS_CONFIG_FILE")
            .without_env("AWS_SHARED_CREDENTIALS_FILE")
            .env("AWS_DEFAULT_OUTPUT", "text")
            .sends("GET", PATH, None)
            .stdout("us-east-1:1\n")
            .succeeds();
    }
    with(&["--profile", "p"])
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
fn replies_that_make_no_sense() {
    let replied = |body: &[u8]| {
        with(&["--output", "text"])
            .responses([Response::body(body.to_vec())])
            .sends("GET", PATH, None)
    };
    // The AWS CLI prints nothing for what is no JSON, too.
    replied(b"<html>").succeeds();
    replied(b"{\"IdentityPoolId\":\"x\",\"New\":[NaN]}")
        .stdout("x\n")
        .succeeds();
    let deep = format!(
        "{{\"IdentityPoolId\":\"x\",\"New\":{}{}}}",
        "[".repeat(200),
        "]".repeat(200)
    );
    replied(deep.as_bytes()).stdout("x\n").succeeds();
    replied(b"\xff")
        .stderr_contains("is not valid UTF-8")
        .fails(255);
    replied(b"[]").stderr_contains("not an object").fails(255);
}

/// As the AWS CLI has it: the form is looked at when there is something to print.
#[test]
fn an_unknown_form_of_output_is_noticed_after_the_call() {
    with(&[])
        .env("AWS_DEFAULT_OUTPUT", "xml")
        .sends("GET", PATH, None)
        .stderr("\ncognito-sync: [ERROR]: Unknown output type: xml\n")
        .fails(255);
}

#[test]
fn connection_trouble_has_the_aws_clis_words() {
    let refused = "http://127.0.0.1:1";
    with(&["--endpoint-url", refused])
        .env("AWS_MAX_ATTEMPTS", "1")
        .stderr(&format!(
            "\ncognito-sync: [ERROR]: Could not connect to the endpoint URL: \"{refused}{PATH}\"\n"
        ))
        .fails(255);
    with(&[])
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
fn one_connection_serves_all_attempts() {
    let busy = Response::body("{}")
        .status(500)
        .header("x-amzn-errortype", "InternalErrorException");
    with(&["--query", "IdentityPoolId"])
        .responses([busy, Response::body(r#"{"IdentityPoolId":"us-east-1:1"}"#)])
        .sends("GET", PATH, None)
        .sends("GET", PATH, None)
        .stdout("\"us-east-1:1\"\n")
        .succeeds();
}

#[test]
fn moments_are_printed_in_the_local_zone() {
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
fn words_that_are_no_utf_8_are_refused() {
    shell("\"$0\" bulk-publish --identity-pool-id \"$(printf 'a\\377')\"")
        .stderr_contains("is not UTF-8")
        .fails(252);
}

#[test]
fn a_profile_may_ask_for_moments_as_they_were_sent() {
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
