//! The topic `ci`: `diff` and `apply` in pipelines, and the reports for programs.

use super::{Topic, list, paragraphs};
use crate::cli::help::content::section;
use crate::cli::help::page::{Block, PageSection};

pub(super) const CI: Topic = Topic {
    name: "ci",
    summary: "state files in GitHub Actions, GitLab and other pipelines",
    commands: &["apply", "diff"],
    sections: |prefix| {
        vec![
            paragraphs("DESCRIPTION", &DESCRIPTION),
            list("JSON REPORT", &JSON_REPORT),
            example("GITHUB ACTIONS", &GITHUB, prefix, WORKFLOW),
            example("GITLAB", &GITLAB, prefix, JOBS),
        ]
    },
};

const DESCRIPTION: [&str; 4] = [
    "Without a terminal, `diff` and `apply` need no option: nothing is asked, nothing is colored, and \
     standard output has the report alone. Work of more than a minute prints a line a minute on \
     standard error.",
    "`diff` exits with status 1 if pools differ, which fails the job; with `--exit-zero` it does not. A \
     pool that cannot be read fails the job in either case. `apply` exits with 254 if a pool failed. The \
     topic `exit-status` has all of them.",
    "Reading needs the permissions `cognito-sync:GetIdentityPoolConfiguration` and \
     `cognito-sync:GetCognitoEvents`; applying also `cognito-sync:SetIdentityPoolConfiguration`, \
     `cognito-sync:SetCognitoEvents` and `iam:PassRole` for the roles in the files. A report of a denied \
     call names the one that it needs.",
    "In the text report, `-` stands before a live value that `apply` removes, and `+` before one that it \
     adds. Text with characters that are not printable, or that could be misread, is printed as a JSON \
     string.",
];

const JSON_REPORT: [(&str, &str); 8] = [
    (
        "`Pools`",
        "The identity pools in the order of the files. Each has the members down to `File`.",
    ),
    (
        "`IdentityPoolId`, `Region`",
        "The pool, and the region where it was looked for.",
    ),
    (
        "`Status`",
        "`UNCHANGED`, `DIFFERENT`, `CHANGED` by `apply`, `FAILED`, or `NOT_STARTED` because of an \
         interrupt.",
    ),
    (
        "`Changes`",
        "For each member that differs or was changed: `Member`, such as `PushSync.RoleArn`, `Before` and \
         `After`, which are null for a member that is not set, and `Line`. For a pool that failed, these \
         are the changes that were to be made, if it could be read.",
    ),
    (
        "`Error`",
        "Of a pool that failed: `Code` and `Message`, the `Operation` that failed, \
         `RequiredPermissions` of a denied call, and `MayHaveChanged`, which says whether the service may \
         have made a part of the changes.",
    ),
    ("`File`, `Line`", "Where the pool is in the state files."),
    (
        "`Summary`",
        "Numbers of pools: `Pools` is all, then `Unchanged`, `Different`, `Changed`, `Failed` and \
         `NotStarted`.",
    ),
    (
        "`diff --output gitlab`",
        "GitLab's code quality report in place of this document.",
    ),
];

const GITHUB: [&str; 2] = [
    "With `GITHUB_ACTIONS=true`, `diff` and `apply` also print annotations on standard error: errors for \
     pools that failed and warnings for members that differ, each at its line of the state file. An error that \
     ends `pull`, `diff` or `apply` is an annotation, too. GitHub shows ten of a kind; the last one says how many more there are. A summary with all of them is \
     appended to the file that GITHUB_STEP_SUMMARY names, up to a million bytes. If it cannot be written, \
     a warning says so, and the exit status stays the same.",
    "This workflow shows what a pull request would change, and applies what is on `main`:",
];

const WORKFLOW: &str = "\
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
  id-token: write
jobs:
  identity-pools:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: arn:aws:iam::123456789012:role/identity-pools
          aws-region: us-east-1
      - if: github.event_name == 'pull_request'
        run: cognito-sync diff --exit-zero pools.yaml
      - if: github.event_name == 'push'
        run: cognito-sync apply pools.yaml
";

const GITLAB: [&str; 2] = [
    "`diff --output gitlab` prints a code quality report: `major` issues for members that differ, \
     `critical` ones for pools that failed. Paths are relative to CI_PROJECT_DIR. An issue keeps its \
     fingerprint as long as the same member of the same pool differs.",
    "These jobs show what a merge request would change, and apply what is on the default branch:",
];

const JOBS: &str = "\
diff-identity-pools:
  rules:
    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"
  script:
    - cognito-sync diff --output gitlab pools.yaml > codequality.json
  allow_failure:
    exit_codes: 1
  artifacts:
    when: always
    reports:
      codequality: codequality.json
apply-identity-pools:
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - cognito-sync apply pools.yaml
";

/// A section of paragraphs with a file below them.
fn example(
    title: &'static str,
    paragraphs: &[&'static str],
    prefix: &str,
    file: &str,
) -> PageSection {
    let blocks = paragraphs.iter().map(|text| Block::paragraph(*text));
    let file = file.replace("cognito-sync diff", &format!("{prefix} diff"));
    let file = file.replace("cognito-sync apply", &format!("{prefix} apply"));
    section(title, blocks.chain([Block::Code(file)]).collect())
}
