//! Sections and keys of the shared files, asserted by the region of the signature. The corpus
//! covers the values (areas `config`, `config2`, `config3`, `configfuzz2`).

use crate::support::http::Request;
use crate::support::run::Run;

const KEYS: &str = "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n";

fn expect_region(region: &'static str) -> impl Fn(&Request) {
    move |request| {
        let authorization = request.header("authorization").unwrap_or_default();
        let scope = format!("/{region}/cognito-sync/aws4_request");
        assert!(authorization.contains(&scope), "{authorization}");
    }
}

/// A call with these shared files, without the environment variables that override them.
fn call(config: &str, credentials: &str, args: &[&str]) -> Run {
    let base = ["bulk-publish", "--identity-pool-id", "p", "--output", "off"];
    Run::new(base.iter().chain(args).copied())
        .file(".aws/config", config)
        .file(".aws/credentials", credentials)
        .without_env("AWS_REGION")
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
}

#[test]
fn inherits_default_section_in_both_files() {
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
            .request(expect_region("eu-west-1"))
            .succeeds();
    }
    // `DEFAULT` itself is no profile.
    call("[DEFAULT]\nregion = eu-west-1\n", "", &[])
        .stderr_contains("You must specify a region.")
        .fails(253);
    call("[DEFAULT]\nregion = x\n[DEFAULT]\nregion = y\n", KEYS, &[])
        .stderr("\ncognito-sync: [ERROR]: Unable to parse config file: {DIR}/.aws/config\n")
        .fails(255);
}

#[test]
fn splits_section_headers_like_shell() {
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
            .request(expect_region("eu-west-1"))
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
fn uses_last_section_of_a_profile() {
    for config in [
        "[default]\nregion = eu-west-2\n[profile default]\nregion = eu-west-1\n",
        "[profile default]\nregion = eu-west-2\n[default]\nregion = eu-west-1\n",
        "[profile default]\nregion = eu-west-2\n[profile 'default']\nregion = eu-west-1\n",
    ] {
        call(config, KEYS, &[])
            .request(expect_region("eu-west-1"))
            .succeeds();
    }
}

#[test]
fn splits_config_lines_like_python() {
    for config in [
        "[default]\rregion = eu-west-1\rretry_mode = standard\r",
        "[default]\r\nregion = eu-west-1\r\n",
        "[default]\nregion = eu-west-1\n[x=y\n",
        "[default] # comment\nREGION : eu-west-1\n",
        "  [default]\n  region = eu-west-1\n  output = json\n",
    ] {
        call(config, KEYS, &[])
            .request(expect_region("eu-west-1"))
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
fn rejects_missing_services_section_without_endpoint_variables() {
    let missing = "\ncognito-sync: [ERROR]: The profile is configured to use the services section but \
                   the \"s\" services configuration does not exist.\n";
    for config in [
        "[default]\nregion = eu-west-1\nservices = s\n",
        "[default]\nregion = eu-west-1\nservices = s\n[services s]\n",
    ] {
        call(config, KEYS, &[])
            .request(expect_region("eu-west-1"))
            .succeeds();
        call(config, KEYS, &[])
            .without_env("AWS_ENDPOINT_URL")
            .env("AWS_ENDPOINT_URL_COGNITO_SYNC", "{ENDPOINT}")
            .request(expect_region("eu-west-1"))
            .succeeds();
        call(config, KEYS, &[])
            .without_env("AWS_ENDPOINT_URL")
            .stderr(missing)
            .fails(255);
    }
    // The section ranks below the variables and above the profile's `endpoint_url`.
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
fn ignores_empty_profile_option() {
    call("[default]\nregion = eu-west-1\n", KEYS, &["--profile", ""])
        .request(expect_region("eu-west-1"))
        .succeeds();
    call("[default]\nregion = eu-west-1\n", KEYS, &["--profile", ""])
        .env("AWS_PROFILE", "")
        .stderr("\ncognito-sync: [ERROR]: The config profile () could not be found\n")
        .fails(255);
    // Errors keep their format.
    call("", "", &["--profile", ""])
        .stderr_contains("An error occurred (NoRegion): You must specify a region.")
        .fails(253);
}
