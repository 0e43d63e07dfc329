//! Hints about likely mistakes, printed in addition to the AWS CLI's message, and when they are
//! printed.

use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

/// Returns the hints of a run.
fn hints(run: Run) -> Vec<String> {
    let observed = run.env("COGNITO_SYNC_HINTS", "always").capture();
    let lines = observed.stderr.lines();
    lines
        .filter_map(|line| line.strip_prefix("hint: "))
        .map(str::to_string)
        .collect()
}

#[test]
fn suggests_similar_command() {
    let lists =
        "list is not known, but list-datasets, list-identity-pool-usage and list-records are";
    let table: [(&[&str], &[&str]); 15] = [
        (&["hlep"], &["hlep is not known, but help is"]),
        (&["sevre"], &["sevre is not known, but serve is"]),
        (&["list"], &[lists]),
        (
            &["records"],
            &["records is not known, but list-records and update-records are"],
        ),
        (
            &["ListRecords"],
            &["ListRecords is not known, but list-records is"],
        ),
        (
            &["--bogus", "serve"],
            &["serve is no operation: only global options may stand before it"],
        ),
        (&["version"], &["version is not known, but --version is"]),
        (
            &["cognito-sync", "list-records"],
            &["leave out cognito-sync: this program is cognito-sync, and the operation comes next"],
        ),
        (
            &["aws", "cognito-sync"],
            &["leave out aws: this program is cognito-sync, and the operation comes next"],
        ),
        (&["--hlep"], &["--hlep is not known, but --help is"]),
        (&["-V"], &["-V is not known, but --version is"]),
        // No hint where the AWS CLI's message names it, or nothing similar exists.
        (&["list-record"], &[]),
        (&["identity"], &[]),
        (&["xyz"], &[]),
        (&["-x"], &[]),
    ];
    for (args, want) in table {
        assert_eq!(hints(Run::new(args)), want, "{args:?}");
    }
}

#[test]
fn suggests_similar_command_under_name_aws() {
    let table = [
        (
            "list-records",
            "under the name aws, cognito-sync comes first: aws cognito-sync list-records",
        ),
        ("cognito-snyc", ""),
        ("sync", "sync is not known, but cognito-sync is"),
        (
            "s3 ls",
            "this program has the AWS CLI's cognito-sync and none of its other commands",
        ),
        ("cognito-sync sevre", "sevre is not known, but serve is"),
        ("--hlep", "--hlep is not known, but --help is"),
    ];
    for (line, want) in table {
        let script = format!("ln -s \"$0\" aws && ./aws {line}");
        let found = hints(Run::with_program("sh", ["-c", &script, PROGRAM]));
        assert_eq!(found.join("\n"), want, "{line}");
    }
}

#[test]
fn suggests_similar_option() {
    let required = "is not known, but --identity-pool-id is";
    for name in [
        "--identity-pol-id",
        "--pool",
        "--pool-id",
        "--IdentityPoolId",
        "--identity_pool_id",
        "-identity-pool-id",
        "--identity-pol-id=p",
    ] {
        let typed = name.split('=').next().unwrap_or_default();
        let found = hints(Run::new(["bulk-publish", name, "p"]));
        assert_eq!(found, [format!("{typed} {required}")], "{name}");
    }
    let table: [(&[&str], &[&str]); 9] = [
        (
            &["--cognito-strams", "StreamName=x"],
            &["--cognito-strams is not known, but --cognito-streams is"],
        ),
        (
            &["--cognito-strams", "StreamName=x", "a=b"],
            &["--cognito-strams is not known, but --cognito-streams is"],
        ),
        (&["--locl"], &["--locl is not known, but --local is"]),
        (&["-o", "json"], &["-o is not known, but --output is"]),
        (
            &["--hlep", "-V"],
            &[
                "--hlep is not known, but --help is",
                "-V is not known, but --version is",
            ],
        ),
        (&["--id", "x"], &[]),
        (&["--xyzzy"], &[]),
        (
            &["--output", "xx"],
            &["--output can be json, text, table, yaml, yaml-stream, off"],
        ),
        (&["--output", "jsn"], &[]),
    ];
    for (args, want) in table {
        let args = [
            &["set-identity-pool-configuration", "--identity-pool-id", "p"],
            args,
        ]
        .concat();
        assert_eq!(hints(Run::new(&args)), want, "{args:?}");
    }
}

#[test]
fn explains_values_split_by_the_shell() {
    let unquoted = "JSON has double quotes, which a shell removes: put the whole value in single quotes, or \
                    name a file that holds it with file://";
    let split = "stands alone: a shell takes JSON apart that is not in quotes. Put the whole value in \
                 single quotes";
    let commas = "stands alone: the members of one value are separated by commas, without spaces";
    // A shell parses each line, which lacks the necessary quotes.
    let table = [
        (
            r#"--cognito-streams {"StreamName":"x"}"#,
            unquoted.to_string(),
        ),
        (
            r#"--push-sync {"ApplicationArns":["a"]}"#,
            unquoted.to_string(),
        ),
        (
            r#"--cognito-streams {"StreamName": "x"}"#,
            format!("x}} {split}"),
        ),
        (
            r#"--cognito-streams StreamName:x StreamingStatus:ENABLED"#,
            format!("StreamingStatus:ENABLED {split}"),
        ),
        (
            "--cognito-streams StreamName=x StreamingStatus=ENABLED",
            format!("StreamingStatus=ENABLED {commas}"),
        ),
        // None of these is JSON without its quotes.
        ("--push-sync arn:x arn:aws:sns", String::new()),
        (
            "--push-sync '{\"RoleArn\": x}'",
            "--push-sync, line 1, column 13: a text must be in double quotes".to_string(),
        ),
        ("--push-sync '[]'", String::new()),
    ];
    for (line, want) in table {
        let script = format!("\"$0\" set-identity-pool-configuration --identity-pool-id p {line}");
        let found = hints(Run::with_program("sh", ["-c", &script, PROGRAM]));
        assert_eq!(found.join("\n"), want, "{line}");
    }
    let document = hints(Run::new([
        "bulk-publish",
        "--cli-input-json",
        "{IdentityPoolId:p}",
    ]));
    assert_eq!(
        document.last().map(String::as_str),
        Some(unquoted),
        "{document:?}"
    );
}

#[test]
fn suggests_alternatives_without_credentials() {
    let without = Run::new(["bulk-publish", "--identity-pool-id", "p"])
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY");
    let found = hints(without);
    let last = found.last().expect("there are hints");
    assert!(last.contains("--no-sign-request"), "{found:?}");
    assert_eq!(
        last.contains("--local"),
        cfg!(feature = "local"),
        "{found:?}"
    );
}

#[test]
fn turns_hints_on_and_off_by_variable() {
    let hint = "hint: hlep is not known, but help is\n";
    let table = [
        (Some("always"), true, true),
        (Some("never"), false, false),
        (Some("auto"), true, false),
        (Some(""), true, false),
        (Some("yes"), true, false),
        (None, true, false),
    ];
    for (value, on_a_terminal, in_a_pipe) in table {
        let with = |run: Run| match value {
            Some(value) => run.env("COGNITO_SYNC_HINTS", value),
            None => run,
        };
        let shown = with(run_on_terminal("stderr", &["hlep"])).capture().stdout;
        assert_eq!(shown.contains(hint), on_a_terminal, "{value:?}: {shown}");
        let piped = with(Run::new(["hlep"])).capture();
        assert_eq!(piped.stderr.contains(hint), in_a_pipe, "{value:?}: {piped}");
        assert_eq!(piped.stdout, "");
    }
}

#[test]
fn turns_warnings_on_and_off_by_variable() {
    let elsewhere = |value| {
        Run::new(["bulk-publish", "--identity-pool-id", "eu-west-1:1"])
            .env("COGNITO_SYNC_HINTS", value)
            .capture()
            .stderr
    };
    let warning = "warning: the identity pool is in eu-west-1, but the region is us-east-1";
    assert!(elsewhere("always").starts_with(warning));
    assert_eq!(elsewhere("never"), "");
    assert_eq!(elsewhere("auto"), "");
}

/// Programs that parse the document must not find other lines.
#[test]
fn includes_hints_in_error_documents() {
    let with = |format, hints| {
        Run::new(["hlep", "--cli-error-format", format])
            .env("COGNITO_SYNC_HINTS", hints)
            .capture()
            .stderr
    };
    let document: serde_json::Value =
        serde_json::from_str(&with("json", "always")).expect("JSON alone");
    assert_eq!(
        document["Hints"],
        serde_json::json!(["hlep is not known, but help is"])
    );
    assert!(with("yaml", "always").contains("\nHints:\n- hlep is not known, but help is\n"));
    assert!(with("legacy", "always").ends_with("\nhint: hlep is not known, but help is\n"));
    assert!(!with("json", "never").contains("Hints"));
}
