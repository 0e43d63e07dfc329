//! Subcommands with global options, before and behind them, under both names of the program.

use serde_json::{Value as Json, json};

use crate::support::child::ChildExit;
use crate::support::run::Run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

/// A run under the name `aws`.
fn as_aws(line: &str) -> Run {
    let script = format!("ln -s \"$0\" aws && ./aws {line}");
    Run::with_program("sh", ["-c", &script, PROGRAM])
}

/// A run of a line of arguments, under its own name.
fn as_cognito_sync(line: &str) -> Run {
    Run::new(line.split(' '))
}

#[test]
fn takes_global_options_on_both_sides() {
    // The region of the command, as it prints it.
    let lines = [
        (
            "--region eu-west-1 serve -- printenv AWS_REGION",
            "eu-west-1\n",
        ),
        (
            "serve --region eu-west-1 -- printenv AWS_REGION",
            "eu-west-1\n",
        ),
        (
            "--reg=eu-west-1 serve -- printenv AWS_DEFAULT_REGION",
            "eu-west-1\n",
        ),
        (
            "--region x serve --region=eu-west-2 -- printenv AWS_REGION",
            "eu-west-2\n",
        ),
        (
            "serve --output json --color off -- printenv AWS_REGION",
            "us-east-1\n",
        ),
        (
            "--output text --no-cli-pager serve -- printenv AWS_REGION",
            "us-east-1\n",
        ),
        (
            "--no-cli-auto-prompt serve --no-cli-pager -- printenv AWS_REGION",
            "us-east-1\n",
        ),
    ];
    for (line, want) in lines {
        let without_region = |run: Run| {
            run.without_env("AWS_REGION")
                .without_env("AWS_DEFAULT_REGION")
        };
        without_region(as_cognito_sync(line))
            .stdout(want)
            .succeeds();
        // Under the name `aws`, global options may also stand before the service.
        let behind_service = format!("cognito-sync {line}");
        without_region(as_aws(&behind_service))
            .stdout(want)
            .succeeds();
        let before_service = line.replacen("serve", "cognito-sync serve", 1);
        without_region(as_aws(&before_service))
            .stdout(want)
            .succeeds();
    }
}

#[test]
fn prints_help_and_version_with_global_options() {
    let page = as_cognito_sync("serve help").capture().stdout;
    assert!(page.contains("cognito-sync serve"));
    for line in [
        "--region eu-west-1 serve --help",
        "serve --output json --help",
        "--profile x serve help",
        "serve --store s -h",
    ] {
        as_cognito_sync(line).stdout(&page).succeeds();
    }
    let version = as_cognito_sync("--version").capture().stdout;
    for line in ["serve --version", "--color on man --version"] {
        as_cognito_sync(line).stdout(&version).succeeds();
    }
}

#[test]
fn refuses_global_options_that_mean_nothing() {
    let of_all =
        "--version, --color, --no-cli-pager, --no-cli-auto-prompt, --cli-error-format, --help";
    let of_serve = format!("--output, --region, {of_all}");
    let table = [
        ("serve --profile x", "--profile", "serve", &*of_serve),
        ("--profile x serve", "--profile", "serve", &*of_serve),
        ("--prof=x serve", "--profile", "serve", &*of_serve),
        ("serve --profile=x", "--profile", "serve", &*of_serve),
        ("serve --debug", "--debug", "serve", &*of_serve),
        ("serve --local", "--local", "serve", &*of_serve),
        (
            "--endpoint-url http://h serve",
            "--endpoint-url",
            "serve",
            &*of_serve,
        ),
        ("--region r man --out d", "--region", "man", of_all),
        ("man --region r --out d", "--region", "man", of_all),
        (
            "--output json completions zsh",
            "--output",
            "completions",
            of_all,
        ),
    ];
    for (line, option, subcommand, known) in table {
        let why = format!(
            "{option} means nothing to {subcommand}. Leave it out: of the global options, \
             {subcommand} takes {known}."
        );
        let message =
            |program| format!("\n{program}: [ERROR]: An error occurred (ParamValidation): {why}\n");
        as_cognito_sync(line)
            .stderr(&message("cognito-sync"))
            .fails(252);
        as_aws(&format!("cognito-sync {line}"))
            .stderr(&message("aws"))
            .fails(252);
    }
}

#[test]
fn refuses_values_that_mean_nothing() {
    let table = [
        (
            "serve --output table",
            "--output of serve is the form of its log, which can be json or text.",
        ),
        (
            "--output yaml serve",
            "--output of serve is the form of its log, which can be json or text.",
        ),
        (
            "--region r serve",
            "--region is the region of the COMMAND to run beside the service",
        ),
        (
            "--output jsn serve",
            "argument --output: Found invalid choice 'jsn'",
        ),
        (
            "serve --output jsn",
            "invalid value 'jsn' for '--output <CHOICE>'",
        ),
        (
            "--output --color on serve",
            "argument --output: expected one argument",
        ),
        ("man --reg r --out d", "unexpected argument '--reg' found"),
        (
            "serve --no-cli-pager=x",
            "unexpected value 'x' for '--no-cli-pager' found",
        ),
    ];
    for (line, want) in table {
        as_cognito_sync(line).stderr_contains(want).fails(252);
    }
}

#[test]
fn words_errors_in_the_format_that_is_asked_for() {
    for line in [
        "man --out d --all --cli-error-format legacy",
        "--cli-error-format legacy man --all --out d",
    ] {
        let observed = as_cognito_sync(line).capture();
        let first = "\ncognito-sync: [ERROR]: unexpected argument '--all' found";
        assert!(observed.stderr.starts_with(first), "{}", observed.stderr);
    }
}

#[test]
fn leaves_the_place_of_a_subcommand_to_aliases() {
    Run::new(["--region", "r", "serve"])
        .file(
            ".aws/cli/alias",
            "[command cognito-sync]\nserve = !echo alias\n",
        )
        .stdout("alias\n")
        .succeeds();
    Run::new(["--region", "serve"])
        .stderr_contains("the following arguments are required: operation")
        .fails(252);
    Run::new(["--", "serve"])
        .stderr_contains("Found invalid choice 'serve'")
        .fails(252);
}

#[test]
fn prints_schema() {
    let mut printed = Vec::new();
    for arguments in ["schema", "schema --color off", "--no-cli-pager schema"] {
        let observed = as_cognito_sync(arguments).capture();
        assert_eq!(observed.exit, ChildExit::Status(0), "{observed}");
        printed.push(observed.stdout);
    }
    let schema: Json = serde_json::from_str(&printed[0]).expect("JSON");
    assert_eq!(schema["$id"], "cognito-sync.schema.json");
    assert_eq!(schema["required"], json!(["pools"]));
    assert!(printed[0].ends_with("}\n"));
    assert!(printed.iter().all(|text| *text == printed[0]));
}

#[test]
fn rejects_arguments_of_schema() {
    as_cognito_sync("schema x")
        .stderr_contains("unexpected argument 'x' found")
        .fails(252);
    as_cognito_sync("schema --region x")
        .stderr_contains("--region means nothing to schema. Leave it out")
        .fails(252);
}
