//! Which sections and keys of the shared files count, seen in what a request is signed for. What the
//! values mean is the corpus's (areas `config`, `config2`, `config3`, `configfuzz2`).

use crate::support::http::Request;
use crate::support::run::Run;

const KEYS: &str = "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n";

fn signed_for(region: &'static str) -> impl Fn(&Request) {
    move |request| {
        let authorization = request.header("authorization").unwrap_or_default();
        let scope = format!("/{region}/cognito-sync/aws4_request");
        assert!(authorization.contains(&scope), "{authorization}");
    }
}

/// A call with these files, and nothing in the environment that is in them.
fn call(config: &str, credentials: &str, words: &[&str]) -> Run {
    let base = ["bulk-publish", "--identity-pool-id", "p", "--output", "off"];
    Run::new(base.iter().chain(words).copied())
        .file(".aws/config", config)
        .file(".aws/credentials", credentials)
        .without_env("AWS_REGION")
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
}

#[test]
fn default_section_lends_its_keys_in_both_files() {
    let table: [(&str, &str); 5] = [
        ("[DEFAULT]\nregion = eu-west-1\n[default]\n", KEYS),
        ("[default]\n[DEFAULT]\nregion = eu-west-1\n", KEYS),
        (
            "[DEFAULT]\noutput = json\n[default]\n[DEFAULT]\nregion = eu-west-1\n",
            KEYS,
        ),
        (
            "[default]\nregion = eu-west-1\n[DEFAULT]\nregion = eu-west-2\n",
            KEYS,
        ),
        (
            "[default]\nregion = eu-west-2\n",
            "[DEFAULT]\nregion = eu-west-1\naws_access_key_id = A\naws_secret_access_key = s\n[default]\n",
        ),
    ];
    for (config, credentials) in table {
        call(config, credentials, &[])
            .request(signed_for("eu-west-1"))
            .succeeds();
    }
    // By itself it is no profile.
    call("[DEFAULT]\nregion = eu-west-1\n", "", &[])
        .stderr_contains("You must specify a region.")
        .fails(253);
    call("[DEFAULT]\nregion = x\n[DEFAULT]\nregion = y\n", KEYS, &[])
        .stderr("\ncognito-sync: [ERROR]: Unable to parse config file: {DIR}/.aws/config\n")
        .fails(255);
}

#[test]
fn section_headers_are_split_as_a_shell_splits_words() {
    let headers = [
        ("profile \"a b\"", "a b"),
        ("profile 'a b'", "a b"),
        (r"profile a\ b", "a b"),
        ("profiles a", "a"),
        ("profile a'b'", "ab"),
    ];
    for (header, name) in headers {
        let config = format!("[{header}]\nregion = eu-west-1\n");
        let credentials = format!("[{name}]\naws_access_key_id = A\naws_secret_access_key = s\n");
        call(&config, &credentials, &["--profile", name])
            .request(signed_for("eu-west-1"))
            .succeeds();
    }
    for (header, name) in [("profile \"a", "\"a"), ("profile a b", "a b"), ("a", "a")] {
        let config = format!("[{header}]\nregion = eu-west-1\n");
        call(&config, "", &["--profile", name])
            .stderr(&format!(
                "\ncognito-sync: [ERROR]: The config profile ({name}) could not be found\n"
            ))
            .fails(255);
    }
}

#[test]
fn last_spelling_of_a_profile_counts() {
    for config in [
        "[default]\nregion = eu-west-2\n[profile default]\nregion = eu-west-1\n",
        "[profile default]\nregion = eu-west-2\n[default]\nregion = eu-west-1\n",
        "[profile default]\nregion = eu-west-2\n[profile 'default']\nregion = eu-west-1\n",
    ] {
        call(config, KEYS, &[])
            .request(signed_for("eu-west-1"))
            .succeeds();
    }
}

#[test]
fn lines_end_and_begin_as_python_has_them() {
    for config in [
        "[default]\rregion = eu-west-1\rretry_mode = standard\r",
        "[default]\r\nregion = eu-west-1\r\n",
        "[default]\nregion = eu-west-1\n[x=y\n",
        "[default] # comment\nREGION : eu-west-1\n",
        "  [default]\n  region = eu-west-1\n  output = json\n",
    ] {
        call(config, KEYS, &[])
            .request(signed_for("eu-west-1"))
            .succeeds();
    }
    for config in [
        "[default]\nregion = eu-west-1\nregion = eu-west-1\n",
        "[default]\nregion = eu-west-1\n[default]\n",
        "[default]\nregion\n",
        "[default\nregion = eu-west-1\n",
        "\u{feff}[default]\nregion = eu-west-1\n",
        "[default]\nregion = eu-west-1\ns3 =\n  nonsense\n",
    ] {
        call(config, KEYS, &[])
            .stderr("\ncognito-sync: [ERROR]: Unable to parse config file: {DIR}/.aws/config\n")
            .fails(255);
    }
}

#[test]
fn missing_services_section_matters_only_without_endpoint_variables() {
    let missing = "\ncognito-sync: [ERROR]: The profile is configured to use the services section but \
                   the \"s\" services configuration does not exist.\n";
    for config in [
        "[default]\nregion = eu-west-1\nservices = s\n",
        "[default]\nregion = eu-west-1\nservices = s\n[services s]\n",
    ] {
        call(config, KEYS, &[])
            .request(signed_for("eu-west-1"))
            .succeeds();
        call(config, KEYS, &[])
            .without_env("AWS_ENDPOINT_URL")
            .env("AWS_ENDPOINT_URL_COGNITO_SYNC", "{ENDPOINT}")
            .request(signed_for("eu-west-1"))
            .succeeds();
        call(config, KEYS, &[])
            .without_env("AWS_ENDPOINT_URL")
            .stderr(missing)
            .fails(255);
    }
    // A section that is there names the endpoint below the variables and above the profile.
    let services = "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:1\nservices = s\n\
                    [services s]\ncognito_sync =\n  endpoint_url = {ENDPOINT}/base\n";
    call(services, KEYS, &[])
        .without_env("AWS_ENDPOINT_URL")
        .request(|request| assert_eq!(request.path, "/base/identitypools/p/bulkpublish"))
        .succeeds();
    let flat = "[default]\nregion = eu-west-1\nservices = s\n[services s]\ncognito_sync = x\n";
    call(flat, KEYS, &[])
        .without_env("AWS_ENDPOINT_URL")
        .stderr("\ncognito-sync: [ERROR]: 'str' object has no attribute 'get'\n")
        .fails(255);
}

#[test]
fn empty_profile_option_counts_as_absent() {
    call("[default]\nregion = eu-west-1\n", KEYS, &["--profile", ""])
        .request(signed_for("eu-west-1"))
        .succeeds();
    call("[default]\nregion = eu-west-1\n", KEYS, &["--profile", ""])
        .env("AWS_PROFILE", "")
        .stderr("\ncognito-sync: [ERROR]: The config profile () could not be found\n")
        .fails(255);
    // Errors keep the form that they have without the option.
    call("", "", &["--profile", ""])
        .stderr_contains("An error occurred (NoRegion): You must specify a region.")
        .fails(253);
}
