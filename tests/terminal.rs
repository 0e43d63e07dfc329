//! What only a person at a terminal sees: hints about likely mistakes, and colour.

use crate::support::http::Response;
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

/// The hints that the words bring up.
fn hints(words: &[&str]) -> Vec<String> {
    let run = run_on_terminal("stderr", words)
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
fn likely_mistakes_are_named() {
    let set = ["set-identity-pool-configuration", "--identity-pool-id", "p"];
    let table: [(&[&str], &str); 9] = [
        (
            &["--push-sync", "'RoleArn=x'"],
            "the single quotes are part of the value",
        ),
        (&["--push-sync", "push.txt"], "write file://push.txt"),
        (&["--cli-input-json", "push.txt"], "write file://push.txt"),
        (&["--cli-input-json", "{\"a\":}"], "line 1 column 6"),
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
    for (words, want) in table {
        let words: Vec<_> = set.iter().chain(words).copied().collect();
        let found = hints(&words);
        let named = found.iter().any(|hint| hint.contains(want));
        assert!(named || want.is_empty(), "{words:?}: {found:?}");
    }
}

#[test]
fn profiles_that_there_are_are_named_where_another_is_asked_for() {
    let words = [
        "bulk-publish",
        "--identity-pool-id",
        "p",
        "--profile",
        "dve",
    ];
    let shown = |config: &str| {
        let run = run_on_terminal("stderr", &words).file(".aws/config", config);
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
fn pipes_get_no_hints() {
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
fn tables_are_coloured_on_terminals_alone() {
    let words = [
        "bulk-publish",
        "--identity-pool-id",
        "p",
        "--output",
        "table",
    ];
    let coloured = run_on_terminal("stdout", &words).capture().stdout;
    assert!(
        coloured.contains("\u{1b}[1m\u{1b}[34mp\u{1b}[0m"),
        "{coloured:?}"
    );
    for run in [
        run_on_terminal("stdout", &words).env("NO_COLOR", "1"),
        run_on_terminal("stdout", &[&words[..], &["--color", "off"]].concat()),
        Run::new(words),
    ] {
        let plain = run.capture().stdout;
        assert!(
            plain.contains("IdentityPoolId") && !plain.contains('\u{1b}'),
            "{plain:?}"
        );
    }
}
