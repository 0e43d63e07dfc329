//! Options that mean nothing, contradict each other or have wrong values.

use cognito_sync::model::OPERATIONS;

use super::list_records;
use crate::support::run::Run;

#[track_caller]
fn refused(args: &[&str], why: &str) {
    let message = format!("\ncognito-sync: [ERROR]: An error occurred (ParamValidation): {why}\n");
    Run::new(args).stderr(&message).fails(252);
}

#[test]
fn refuses_options_of_operations_without_pages() {
    let paged = ["list-datasets", "list-identity-pool-usage", "list-records"];
    for operation in &OPERATIONS {
        let command = operation.command();
        if paged.contains(&&*command) {
            continue;
        }
        for option in [
            &[][..],
            &["--page-size", "1"],
            &["--max-items", "1"],
            &["--starting-token", "t"],
        ] {
            let line = [
                &[&*command, "--cli-input-json", "{}", "--all-pages"],
                option,
            ]
            .concat();
            let why = format!(
                "--all-pages means nothing to {command}, which has no pages. Leave it out."
            );
            refused(&line, &why);
        }
    }
}

#[test]
fn refuses_contradictions_and_wrong_values() {
    let table: [(&[&str], &str); 8] = [
        (
            &["--all-pages", "--max-results", "1"],
            "--max-results requests a single page and cannot be used with --all-pages. Use --page-size in \
             its place.",
        ),
        (
            &["--all-pages", "--next-token", "t"],
            "--next-token requests a single page and cannot be used with --all-pages. Use \
             --starting-token in its place.",
        ),
        (
            &["--all-pages", "--cli-input-json", r#"{"MaxResults": 1}"#],
            "MaxResults of the input document requests a single page and cannot be used with \
             --all-pages. Use --page-size in its place.",
        ),
        (
            &["--all-pages", "--cli-input-yaml", "NextToken: t"],
            "NextToken of the input document requests a single page and cannot be used with \
             --all-pages. Use --starting-token in its place.",
        ),
        (
            &["--all-pages", "--no-paginate"],
            "Cannot specify --no-paginate along with pagination arguments: --all-pages",
        ),
        (
            &["--all-pages", "--max-items", "0"],
            "--max-items 0 prints nothing. Give a number of at least 1.",
        ),
        (
            &["--all-pages", "--max-items=-1"],
            "--max-items -1 prints nothing. Give a number of at least 1.",
        ),
        (
            &["--all-pages", "--starting-token", "a___b___c"],
            "Bad starting token: a___b___c. Give --starting-token the NextToken of an output that \
             --max-items has cut.",
        ),
    ];
    for (args, why) in table {
        refused(&list_records(args), why);
    }
    for option in ["--page-size", "--max-items"] {
        let args = list_records(&["--all-pages", option, "x"]);
        Run::new(args)
            .stderr_contains(&format!("argument {option}: invalid int value: 'x'\n"))
            .fails(252);
    }
}

#[test]
fn does_not_abbreviate_options() {
    for option in [
        "--all",
        "--all-page",
        "--page",
        "--max-item",
        "--start",
        "--starting",
    ] {
        Run::new(list_records(&[option, "1"]))
            .stderr_contains(&format!("Unknown options: {option}, 1\n"))
            .fails(252);
    }
    // As for the AWS CLI.
    Run::new(list_records(&["--max", "3"]))
        .respond_with(super::records)
        .request(|request| assert_eq!(request.raw_query, "maxResults=3"))
        .stdout(&crate::all_pages::printed_page(3))
        .succeeds();
}

#[test]
fn options_without_all_pages_are_unknown_as_for_the_aws_cli() {
    for option in ["--page-size", "--max-items", "--starting-token"] {
        Run::new(list_records(&[option, "3"]))
            .stderr_contains(&format!("Unknown options: {option}, 3\n"))
            .fails(252);
    }
}
