//! Output that appears only on a terminal: hints about likely mistakes, and colours.

use crate::support::http::Response;
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

/// Returns the hints for these arguments.
fn hints(args: &[&str]) -> Vec<String> {
    let run = run_on_terminal("stderr", args)
        .file("push.txt", "RoleArn=x")
        .responses([Response::body(r#"{"message":"no"}"#).status(400)]);
    let shown = run.capture().stdout;
    shown
        .lines()
        .filter_map(|line| line.strip_prefix("hint: "))
        .map(str::to_string)
        .collect()
}

#[test]
fn prints_hints_about_likely_mistakes() {
    let set = ["set-identity-pool-configuration", "--identity-pool-id", "p"];
    let table: [(&[&str], &str); 9] = [
        (
            &["--push-sync", "'RoleArn=x'"],
            "the single quotes are part of the value",
        ),
        (
            &["--push-sync", "push.txt"],
            "did you mean file://push.txt?",
        ),
        (
            &["--cli-input-json", "push.txt"],
            "did you mean file://push.txt?",
        ),
        (&["--cli-input-json", "{\"a\":}"], "line 1, column 6"),
        (&["--push-syn", "x"], ""),
        (
            &["--push-sink", "x"],
            "--push-sink is not known, but --push-sync is",
        ),
        (
            &[
                "--cognito-streams",
                "StreamName=s",
                "StreamingStatus=ENABLED",
            ],
            "by commas",
        ),
        (
            &["--push-sync", "rolearn=arn:aws:iam::1:role/abcdefgh"],
            "rolearn is spelt RoleArn here",
        ),
        (
            &["--cognito-streams", "StreamingStatus=enabled"],
            "the service knows ENABLED, DISABLED",
        ),
    ];
    for (args, want) in table {
        let args: Vec<_> = set.iter().chain(args).copied().collect();
        let found = hints(&args);
        let named = found.iter().any(|hint| hint.contains(want));
        assert!(named || want.is_empty(), "{args:?}: {found:?}");
    }
}

#[test]
fn lists_profiles_for_unknown_profile() {
    let args = [
        "bulk-publish",
        "--identity-pool-id",
        "p",
        "--profile",
        "dve",
    ];
    let shown = |config: &str| {
        let run = run_on_terminal("stderr", &args).file(".aws/config", config);
        run.capture().stdout
    };
    let some = shown("[default]\nregion = x\n[profile dev]\nregion = x\n");
    assert!(
        some.contains("hint: the profiles are: default, dev\n"),
        "{some}"
    );
    assert!(shown("").contains("hint: there are no profiles"));
}

#[test]
fn prints_no_hints_to_pipes() {
    Run::new([
        "set-identity-pool-configuration",
        "--identity-pool-id",
        "p",
        "--push-sink",
        "x",
    ])
    .stderr_contains("Unknown options: --push-sink, x\n")
    .fails(252);
}

#[test]
fn colours_tables_only_on_terminals() {
    let args = [
        "bulk-publish",
        "--identity-pool-id",
        "p",
        "--output",
        "table",
    ];
    let coloured = run_on_terminal("stdout", &args).capture().stdout;
    assert!(
        coloured.contains("\u{1b}[1m\u{1b}[34mp\u{1b}[0m"),
        "{coloured:?}"
    );
    for run in [
        run_on_terminal("stdout", &args).env("NO_COLOR", "1"),
        run_on_terminal("stdout", &[&args[..], &["--color", "off"]].concat()),
        Run::new(args),
    ] {
        let plain = run.capture().stdout;
        assert!(
            plain.contains("IdentityPoolId") && !plain.contains('\u{1b}'),
            "{plain:?}"
        );
    }
}
