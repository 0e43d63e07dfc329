//! Reports for GitHub Actions: annotations on standard error, and the summary of the step.

use std::fmt::Write as _;

use super::stub_pools::{self, run};
use crate::support::run::Run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

const ERRORS: &str = "\
::error file=infra/pools.yaml,line=10,endLine=10,col=5,\
title=us-east-1%3Aaaaaaaaa-0000-4000-8000-000000000003 failed::\
ResourceNotFoundException: Identity pool not found.
::error file=infra/pools.yaml,line=12,endLine=12,col=5,\
title=us-east-1%3Aaaaaaaaa-0000-4000-8000-000000000004 failed::\
AccessDeniedException: Not ::error::allowed. (required permissions: cognito-sync:GetIdentityPoolConfiguration)
";

const WARNINGS: &str = "\
::warning file=infra/pools.yaml,line=4,endLine=4,col=7,\
title=us-east-1%3Aaaaaaaaa-0000-4000-8000-000000000001 differs::\
- PushSync.ApplicationArns: arn:aws:sns:us-east-1:123456789012:app/GCM/two%0A\
+ PushSync.ApplicationArns: arn:aws:sns:us-east-1:123456789012:app/GCM/three
::warning file=infra/pools.yaml,line=7,endLine=7,col=7,\
title=us-east-1%3Aaaaaaaaa-0000-4000-8000-000000000001 differs::\
- PushSync.RoleArn: arn:aws:iam::123456789012:role/old%0A\
+ PushSync.RoleArn: arn:aws:iam::123456789012:role/new
";

/// Runs a shell script, in which `cs` is the program, in GitHub Actions.
fn script(script: &str) -> Run {
    let script = format!("cs() {{ \"$0\" \"$@\"; }}\n{script}");
    Run::with_program("sh", ["-c", &script, PROGRAM])
        .env("GITHUB_ACTIONS", "true")
        .file("infra/pools.yaml", stub_pools::STATE)
        .respond_with(stub_pools::respond)
}

#[test]
fn prints_annotations_with_places_in_repository() {
    for command in [
        "cs diff infra/pools.yaml",
        "cd infra; cs diff ./pools.yaml",
        "cs diff \"$PWD/infra/pools.yaml\"",
        "cs apply --dry-run infra/pools.yaml",
    ] {
        let output = script(command).env("GITHUB_WORKSPACE", "{DIR}").capture();
        assert_eq!(output.stderr, format!("{ERRORS}{WARNINGS}"), "{output}");
    }
    let applied = script("cs apply infra/pools.yaml")
        .env("GITHUB_WORKSPACE", "{DIR}")
        .capture();
    assert!(applied.stderr.contains(ERRORS), "{applied}");
    assert!(!applied.stderr.contains("::warning"), "{applied}");
}

#[test]
fn prints_no_annotations_elsewhere() {
    for value in ["", "false", "1"] {
        let output = run(&["diff", "pools.yaml"])
            .env("GITHUB_ACTIONS", value)
            .env("GITHUB_STEP_SUMMARY", "{DIR}/absent/summary.md")
            .capture();
        assert_eq!(output.stderr, "", "{output}");
    }
    let output = run(&["diff", "-"])
        .env("GITHUB_ACTIONS", "true")
        .stdin(stub_pools::STATE)
        .capture();
    assert!(!output.stderr.contains("file="), "{output}");
    assert_eq!(
        output.stderr.matches("::warning title=").count(),
        2,
        "{output}"
    );
}

#[test]
fn annotates_failures_of_pull() {
    let output = run(&["pull", "--identity-pool-id", stub_pools::DENIED])
        .env("GITHUB_ACTIONS", "true")
        .capture();
    let want = "::error title=us-east-1%3Aaaaaaaaa-0000-4000-8000-000000000004 failed::\
        AccessDeniedException: Not ::error::allowed. (required permissions: \
        cognito-sync:GetIdentityPoolConfiguration)\n";
    assert!(output.stderr.contains(want), "{output}");
}

#[test]
fn annotates_mistakes_in_state_files() {
    let output = script("cs diff infra/bad.yaml absent.yaml")
        .file(
            "infra/bad.yaml",
            "pools:\n  - IdentityPoolId: us-east-1:1\n    PushSink: {}\n    Events: 5\n",
        )
        .env("GITHUB_WORKSPACE", "{DIR}")
        .capture();
    let places = [
        "::error file=infra/bad.yaml,line=3,endLine=3,col=5,title=cognito-sync diff failed::",
        "::error file=infra/bad.yaml,line=4,endLine=4,col=13,title=cognito-sync diff failed::",
        "::error file=absent.yaml,title=cognito-sync diff failed::",
    ];
    let lines: Vec<_> = output.stderr.lines().collect();
    for (line, place) in lines.iter().zip(places) {
        assert!(line.starts_with(place), "{output}");
    }
    assert_eq!(
        output.stderr.matches("::error").count(),
        places.len(),
        "{output}"
    );
    let output = script("cs apply infra/pools.yaml")
        .without_env("AWS_ACCESS_KEY_ID")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .capture();
    let error = "::error title=cognito-sync apply failed::Unable to locate credentials";
    assert!(output.stderr.starts_with(error), "{output}");
}

#[test]
fn appends_summary_of_step() {
    let output = script("printf 'Before' >s.md; cs diff infra/pools.yaml >o; cs apply --dry-run infra/pools.yaml >o; cat s.md")
        .env("GITHUB_STEP_SUMMARY", "s.md")
        .capture();
    let tables = "
| Pool | Location | Failure |
| --- | --- | --- |
| <code>us-east-1:aaaaaaaa-0000-4000-8000-000000000003</code> | <code>infra/pools.yaml:10</code> | ResourceNotFoundException: Identity pool not found. |
| <code>us-east-1:aaaaaaaa-0000-4000-8000-000000000004</code> | <code>infra/pools.yaml:12</code> | AccessDeniedException: Not ::error::allowed. &#40;required permissions: cognito-sync:GetIdentityPoolConfiguration&#41; |

| Pool | Location | Result | Changes |
| --- | --- | --- | --- |
| <code>us-east-1:aaaaaaaa-0000-4000-8000-000000000001</code> | <code>infra/pools.yaml:2</code> | differs | <code>- PushSync.ApplicationArns: arn:aws:sns:us-east-1:123456789012:app/GCM/two</code><br><code>&#43; PushSync.ApplicationArns: arn:aws:sns:us-east-1:123456789012:app/GCM/three</code><br><code>- PushSync.RoleArn: arn:aws:iam::123456789012:role/old</code><br><code>&#43; PushSync.RoleArn: arn:aws:iam::123456789012:role/new</code> |
";
    let counts = "4 pools: 1 differs, 1 unchanged, 2 failed\n";
    let want = format!(
        "Before\n### cognito-sync diff: {counts}{tables}\n### cognito-sync apply --dry-run: {counts}{tables}"
    );
    assert_eq!(output.stdout, want, "{output}");
}

#[test]
fn warns_about_unwritable_summary() {
    let unwritable = [
        ("{DIR}/absent/summary.md", "No such file or directory"),
        ("{DIR}", "Is a directory"),
        #[cfg(target_os = "linux")]
        ("/dev/full", "No space left on device"),
        ("{DIR}/full.md", "the summary of the step is full"),
    ];
    for (path, reason) in unwritable {
        let output = script("cs diff infra/pools.yaml >o; echo $?; cat o")
            .file("full.md", vec![b'x'; 999_999])
            .env("GITHUB_STEP_SUMMARY", path)
            .capture();
        assert!(output.stdout.starts_with("254\nus-east-1:"), "{output}");
        let warning = output.stderr.lines().last().unwrap_or_default();
        let want = format!("warning: GITHUB_STEP_SUMMARY: unable to write '{path}': {reason}");
        assert!(warning.starts_with(&want), "{output}");
    }
}

#[test]
fn limits_reports_of_many_failures() {
    let mut state = "pools:\n".to_string();
    for number in 0..10_000 {
        // Its region is not known, which fails before any request.
        writeln!(
            state,
            "  - {{IdentityPoolId: 'nowhere:{number:08x}', PushSync: {{}}}}"
        )
        .expect("memory");
    }
    let output = script("cs diff many.yaml --output json >o; echo $?; wc -c <s.md; tail -n 2 s.md; grep -c FAILED o")
        .file("many.yaml", state.as_str())
    .without_env("AWS_REGION")
    .without_env("AWS_DEFAULT_REGION")
        .env("GITHUB_STEP_SUMMARY", "s.md")
        .capture();
    let lines: Vec<_> = output.stdout.lines().collect();
    let bytes: usize = lines[1].trim().parse().expect("a number");
    assert!((900_000..=1_000_000).contains(&bytes), "{output}");
    assert!(lines[3].starts_with("Cut here: ") && lines[3].ends_with(" more pools did not fit."));
    assert_eq!(lines[4], "10000");
    assert_eq!(output.stderr.lines().count(), 10, "{output}");
    assert!(
        output
            .stderr
            .ends_with("::error title=More::and 9991 more pools failed\n")
    );
}
