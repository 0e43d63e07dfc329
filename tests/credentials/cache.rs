//! The AWS CLI's cache, both ways. The files of `aws-cli` were written by AWS CLI 2.36.7 for the
//! profiles of `CONFIG`.

use super::{script, then_calls, twice, with_profile};

/// Profiles, and the files that the AWS CLI keeps their credentials in.
const KEPT: [(&str, &str, &str); 6] = [
    (
        "role",
        "6dc9e6e1e186b9f293814df3266de783142c48a2",
        include_str!("aws-cli/6dc9e6e1e186b9f293814df3266de783142c48a2.json"),
    ),
    (
        "full",
        "be04a0e2f4a6de6ec3851db64f234efd88390945",
        include_str!("aws-cli/be04a0e2f4a6de6ec3851db64f234efd88390945.json"),
    ),
    (
        "chain",
        "57e503a38bd93a2a97dcff5364ab211ddfab0615",
        include_str!("aws-cli/57e503a38bd93a2a97dcff5364ab211ddfab0615.json"),
    ),
    (
        "wi",
        "995ef64306d209e21474b69558c0b71b44774efb",
        include_str!("aws-cli/995ef64306d209e21474b69558c0b71b44774efb.json"),
    ),
    (
        "older",
        "995fa01df68d226ed17e47d2817bf556f62667ed",
        include_str!("aws-cli/995fa01df68d226ed17e47d2817bf556f62667ed.json"),
    ),
    (
        "session",
        "b1f68d8af5b6e366a0eb3559ed8554f16cb32886",
        include_str!("aws-cli/b1f68d8af5b6e366a0eb3559ed8554f16cb32886.json"),
    ),
];

#[test]
fn what_the_aws_cli_kept_is_found() {
    for (profile, name, text) in KEPT {
        let key = if text.contains("\"sso\"") {
            "ASIASSO"
        } else {
            "ASIAROLE"
        };
        let run = with_profile(profile).file(&format!(".aws/cli/cache/{name}.json"), text);
        then_calls(run, key).succeeds();
    }
}

#[test]
fn a_second_call_asks_nobody() {
    let run = twice("role").request(|request| assert_eq!(request.path, "/"));
    then_calls(then_calls(run, "ASIAROLE"), "ASIAROLE").succeeds();
    let run = twice("wi").request(|request| assert_eq!(request.path, "/"));
    then_calls(then_calls(run, "ASIAROLE"), "ASIAROLE").succeeds();
}

/// Members that the AWS CLI reads; it was given such a file and took it.
#[test]
fn what_is_kept_is_what_the_aws_cli_keeps() {
    let show = "\"$0\" bulk-publish --identity-pool-id p --profile \"$1\" --output off\n\
                cd .aws/cli/cache && stat -c '%a %n' * && ls -A | wc -l && cat *.json";
    for (profile, name, text) in KEPT {
        if !matches!(profile, "role" | "full" | "wi") {
            continue;
        }
        let observed = script(show, profile).capture();
        let (listed, kept) = observed
            .stdout
            .split_at(observed.stdout.find('{').expect("a file"));
        assert_eq!(listed, format!("600 {name}.json\n1\n"));
        let of_aws_cli: serde_json::Value = serde_json::from_str(text).expect("recorded");
        let kept: serde_json::Value = serde_json::from_str(kept).expect("kept");
        let names = |value: &serde_json::Value| -> Vec<String> {
            value
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect()
        };
        assert_eq!(
            names(&kept["Credentials"]),
            names(&of_aws_cli["Credentials"])
        );
        for key in ["Expiration", "AccountId", "AccessKeyId"] {
            assert_eq!(kept["Credentials"][key], of_aws_cli["Credentials"][key]);
        }
        assert_eq!(kept["AssumedRoleUser"], of_aws_cli["AssumedRoleUser"]);
    }
}

#[test]
fn broken_and_old_files_are_replaced() {
    let (_, name, text) = KEPT[0];
    let [ended, endless] = [("2099", "2020"), ("2099-", "soon ")].map(|(a, b)| text.replace(a, b));
    for broken in ["", "{\"Credentials\"", &ended, &endless] {
        let run = twice("role")
            .file(&format!(".aws/cli/cache/{name}.json"), broken)
            .request(|request| assert_eq!(request.path, "/"));
        then_calls(then_calls(run, "ASIAROLE"), "ASIAROLE").succeeds();
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_no_error() {
    let run = with_profile("role")
        .file(".aws/cli", "a file where the folder should be")
        .request(|request| assert_eq!(request.path, "/"));
    then_calls(run, "ASIAROLE").succeeds();
}
