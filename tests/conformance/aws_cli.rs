//! The corpora against another release of the AWS CLI, to see where it has changed since they were
//! recorded. `check-aws-cli` fetches the newest and runs this.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::corpus;
use super::runner;

/// The cases that are known to differ, by their ids, with what differs.
const KNOWN: &str = "tests/conformance/aws-cli-differences.txt";

/// A start of the AWS CLI takes up to 13 seconds while nothing is cached.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs all cases with the program that `AWS_CLI` names. Fails if other cases than the listed ones
/// differ, and writes the new list if `AWS_CLI_RECORD` is set.
#[test]
#[ignore = "takes an hour and needs the AWS CLI"]
fn newest_aws_cli_differs_in_listed_cases_only() {
    let program = env::var("AWS_CLI").expect("AWS_CLI is the path of the AWS CLI");
    let cases: Vec<_> = corpus::cases().iter().collect();
    let failures = runner::run_cases(&cases, |case| {
        case.run_with(&program, &["cognito-sync"]).limit(LIMIT)
    });
    let lines = failures.iter().map(|failure| failure.summary() + "\n");
    let list = format!("# {}\n{}", version(&program), lines.collect::<String>());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(KNOWN);
    if env::var_os("AWS_CLI_RECORD").is_some() {
        fs::write(path, list).expect("the list can be written");
        return;
    }
    let known = fs::read_to_string(path).expect("the list is there");
    assert_eq!(list, known);
}

/// Returns `AWS CLI 2.38.5`.
fn version(program: &str) -> String {
    let output = Command::new(program).arg("--version").output();
    let output = output.expect("the AWS CLI can be run").stdout;
    let output = String::from_utf8_lossy(&output);
    let first = output.split_whitespace().next().unwrap_or_default();
    first.replace("aws-cli/", "AWS CLI ")
}
