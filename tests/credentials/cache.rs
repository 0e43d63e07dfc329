//! The credentials cache that is shared with the AWS CLI, read and written. AWS CLI 2.36.7 wrote
//! the files in `aws-cli` for the profiles of `CONFIG`.

use super::{expect_call_signed_by, script, twice, with_profile};

/// Profiles, and the names and contents of their cache files.
const CACHE_FILES: [(&str, &str, &str); 6] = [
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
fn reads_cache_files_of_aws_cli() {
    for (profile, name, text) in CACHE_FILES {
        let key = if text.contains("\"sso\"") {
            "ASIASSO"
        } else {
            "ASIAROLE"
        };
        let run = with_profile(profile).file(&format!(".aws/cli/cache/{name}.json"), text);
        expect_call_signed_by(run, key).succeeds();
    }
}

#[test]
fn reuses_cached_credentials_for_second_call() {
    let run = twice("role").request(|request| assert_eq!(request.path, "/"));
    expect_call_signed_by(expect_call_signed_by(run, "ASIAROLE"), "ASIAROLE").succeeds();
    let run = twice("wi").request(|request| assert_eq!(request.path, "/"));
    expect_call_signed_by(expect_call_signed_by(run, "ASIAROLE"), "ASIAROLE").succeeds();
}

/// Compares the members that the AWS CLI reads; it accepted such a file.
#[test]
fn writes_cache_files_like_aws_cli() {
    let show = "\"$0\" bulk-publish --identity-pool-id p --profile \"$1\" --output off\n\
                cd .aws/cli/cache && find * -perm 600 && ls -A && cat *.json";
    for (profile, name, text) in CACHE_FILES {
        if !matches!(profile, "role" | "full" | "wi") {
            continue;
        }
        let observed = script(show, profile).capture();
        let (listing, written) = observed
            .stdout
            .split_at(observed.stdout.find('{').expect("a file"));
        assert_eq!(listing, format!("{name}.json\n{name}.json\n"));
        let of_aws_cli: serde_json::Value = serde_json::from_str(text).expect("recorded");
        let written: serde_json::Value = serde_json::from_str(written).expect("written");
        let names = |value: &serde_json::Value| -> Vec<String> {
            value
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect()
        };
        assert_eq!(
            names(&written["Credentials"]),
            names(&of_aws_cli["Credentials"])
        );
        for key in ["Expiration", "AccountId", "AccessKeyId"] {
            assert_eq!(written["Credentials"][key], of_aws_cli["Credentials"][key]);
        }
        assert_eq!(written["AssumedRoleUser"], of_aws_cli["AssumedRoleUser"]);
    }
}

#[test]
fn replaces_malformed_and_expired_cache_files() {
    let (_, name, text) = CACHE_FILES[0];
    let [expired, without_expiration] =
        [("2099", "2020"), ("2099-", "soon ")].map(|(a, b)| text.replace(a, b));
    for broken in ["", "{\"Credentials\"", &expired, &without_expiration] {
        let run = twice("role")
            .file(&format!(".aws/cli/cache/{name}.json"), broken)
            .request(|request| assert_eq!(request.path, "/"));
        expect_call_signed_by(expect_call_signed_by(run, "ASIAROLE"), "ASIAROLE").succeeds();
    }
}

#[test]
fn ignores_unwritable_cache() {
    let run = with_profile("role")
        .file(".aws/cli", "a file where the folder should be")
        .request(|request| assert_eq!(request.path, "/"));
    expect_call_signed_by(run, "ASIAROLE").succeeds();
}
