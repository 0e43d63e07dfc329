//! Where the options mean nothing, and that they leave those of the AWS CLI alone.

use cognito_sync::model::OPERATIONS;

use crate::support::run::Run;

fn refused(args: &[&str], why: &str) {
    let message = format!("\ncognito-sync: [ERROR]: An error occurred (ParamValidation): {why}\n");
    Run::new(args).stderr(&message).fails(252);
}

#[test]
fn refuses_options_that_mean_nothing_to_an_operation() {
    let setting = ["set-cognito-events", "set-identity-pool-configuration"];
    let unmodeled = [
        "get-identity-pool-configuration",
        "set-identity-pool-configuration",
    ];
    for operation in &OPERATIONS {
        let command = operation.command();
        let refuse = |option: &str, why: &str| {
            let line = [&command, "--cli-input-json", "{}", option];
            let why = format!("{option} means nothing to {command}, which {why}. Leave it out.");
            refused(&line, &why);
        };
        if !operation.changes() {
            refuse("--dry-run", "changes nothing");
        }
        if !setting.contains(&&*command) {
            refuse("--merge", "does not set a configuration");
            refuse("--show-diff", "does not set a configuration");
        }
        if !unmodeled.contains(&&*command) {
            refuse(
                "--show-unmodeled",
                "has no output beyond that of the AWS CLI",
            );
        }
    }
}

#[test]
fn refuses_options_beside_skeleton() {
    for option in ["--dry-run", "--merge", "--show-diff", "--show-unmodeled"] {
        for skeleton in ["input", "yaml-input", "live"] {
            let line = [
                "set-identity-pool-configuration",
                "--generate-cli-skeleton",
                skeleton,
                option,
            ];
            let why = format!(
                "{option} means nothing beside --generate-cli-skeleton, which changes nothing. Leave one of \
                 them out."
            );
            refused(&line, &why);
        }
    }
}

#[test]
fn does_not_abbreviate_options() {
    for option in [
        "--dry",
        "--dry-ru",
        "--m",
        "--merg",
        "--show",
        "--show-d",
        "--show-unmod",
    ] {
        let line = [
            "set-identity-pool-configuration",
            "--identity-pool-id",
            "us-east-1:1",
            option,
        ];
        Run::new(line)
            .stderr_contains(&format!("Unknown options: {option}\n"))
            .fails(252);
    }
}

#[test]
fn accepts_options_before_the_operation() {
    let line = [
        "--dry-run",
        "bulk-publish",
        "--identity-pool-id",
        "us-east-1:1",
    ];
    Run::new(line.iter().chain(&["--query", "Method"]).copied())
        .stdout("\"POST\"\n")
        .succeeds();
}
