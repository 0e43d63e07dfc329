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
fn words_same_mistake_alike_in_all_subcommands() {
    let count = "expected a whole number from 1 to 256";
    let formats = "json, text, table, yaml, yaml-stream, off";
    let table = [
        ("diff", "the following arguments are required: FILE"),
        ("man", "the following arguments are required: --out DIR"),
        (
            "completions",
            "the following arguments are required: shell (bash, zsh, fish, powershell)",
        ),
        (
            "pull --concurrency x",
            &format!("argument --concurrency: invalid value 'x', {count}"),
        ),
        (
            "import --concurrency 0 f",
            &format!("argument --concurrency: invalid value '0', {count}"),
        ),
        (
            "serve --latency=soon",
            "argument --latency: invalid value 'soon', expected a duration such as 500ms, 90s, 15m, \
             24h or 2d",
        ),
        (
            "serve --credentials K",
            "argument --credentials: expected KEY:SECRET or KEY:SECRET:IDENTITY",
        ),
        (
            "inventory --output xml",
            &format!("argument --output: Found invalid choice 'xml', valid ones are: {formats}"),
        ),
        (
            "serve --output table",
            "argument --output: Found invalid choice 'table', valid ones are: json, text",
        ),
        (
            "--output jsn serve",
            "argument --output: Found invalid choice 'jsn', valid ones are: json, text\n\n\
             Maybe you meant:\n\n  * json",
        ),
        (
            "export --format csv",
            "argument --format: Found invalid choice 'csv', valid ones are: ndjson, dynamodb-json",
        ),
        ("export --to", "argument --to: expected one argument"),
        (
            "pull --identity-pool-id --all",
            "argument --identity-pool-id: expected at least one argument",
        ),
        (
            "apply --dry-run=yes p",
            "argument --dry-run: takes no value, but there is 'yes'",
        ),
        (
            "export --formats ndjson",
            "argument --formats: export has no such option\n\nMaybe you meant:\n\n  * --format",
        ),
        (
            "pull --pool x",
            "argument --pool: pull has no such option\n\nMaybe you meant:\n\n  * --identity-pool-id",
        ),
        (
            "man --reg r --out d",
            "argument --reg: man has no such option",
        ),
        (
            "serve --port 1",
            "argument --port: serve has no such option\n\nMaybe you meant:\n\n  * --listen",
        ),
        ("schema x", "argument x: schema takes no such argument"),
        (
            "serve pytest",
            "argument pytest: serve takes no such argument. A command to run stands behind --: \
             -- pytest",
        ),
        (
            "serve --",
            "-- is to be followed by a COMMAND to run, such as -- pytest",
        ),
    ];
    for (line, want) in table {
        let name = line
            .split(' ')
            .find(|word| !["--output", "jsn"].contains(word));
        let name = name.unwrap_or_default();
        let want = format!("{want}\n\n`cognito-sync {name} help` describes its arguments.");
        let first = "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): ";
        as_cognito_sync(line)
            .stderr(&format!("{first}{want}\n"))
            .fails(252);
    }
}

#[test]
fn refuses_values_that_mean_nothing() {
    let table = [
        (
            "--region r serve",
            "--region is the region of the COMMAND to run beside the service",
        ),
        (
            "--output --color on serve",
            "argument --output: expected one argument",
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
        let first = "\ncognito-sync: [ERROR]: argument --all: man has no such option";
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
        .stderr_contains("argument x: schema takes no such argument")
        .fails(252);
    as_cognito_sync("schema --region x")
        .stderr_contains("--region means nothing to schema. Leave it out")
        .fails(252);
}
