//! FIFOs and devices where settings expect files: skipped or rejected without waiting for them.
//! Values on the command line may come from any of them.

use std::time::Duration;

use crate::support::http::{Request, Response};
use crate::support::run::Run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

const CALL: &str = "/identitypools/p/bulkpublish";

/// A call in a folder with a FIFO `fifo` without a writer; the shell runs `setup` first.
fn call(setup: &str) -> Run {
    let script = format!(
        "set -e; mkfifo fifo; {setup}\n\"$0\" bulk-publish --identity-pool-id p --output off $OPTIONS"
    );
    Run::with_program("sh", ["-c", &*script, PROGRAM])
        .limit(Duration::from_secs(10))
        .env("OPTIONS", "")
        .env("AWS_MAX_ATTEMPTS", "1")
}

fn without_keys(run: Run) -> Run {
    run.without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
}

fn is_call(request: &Request) {
    assert_eq!(request.path, CALL);
}

#[test]
fn skips_irregular_and_unreadable_shared_files() {
    // The last one is a file that not even root can read from its beginning.
    for path in ["fifo", "/dev/zero", "/dev/tty", "/", "/proc/self/mem"] {
        for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
            call("").env(name, path).request(is_call).succeeds();
        }
        without_keys(call(""))
            .env("BOTO_CONFIG", path)
            .stderr_contains("Unable to locate credentials")
            .fails(253);
    }
}

#[test]
fn rejects_irregular_credential_files() {
    for path in ["fifo", "/dev/zero"] {
        let message = format!("\ncognito-sync: [ERROR]: Not a regular file: '{path}'\n");
        without_keys(call(""))
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", path)
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r")
            .stderr(&message)
            .fails(255);
        without_keys(call(""))
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "{ENDPOINT}/container")
            .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path)
            .stderr(&message)
            .fails(255);
        without_keys(call(""))
            .env("AWS_CREDENTIAL_FILE", path)
            .stderr(&format!(
                "\ncognito-sync: [ERROR]: The specified config file ({path}) could not be found.\n"
            ))
            .fails(255);
        call("")
            .env(
                "OPTIONS",
                &format!("--endpoint-url https://127.0.0.1:1 --ca-bundle {path}"),
            )
            .stderr_contains(&format!("Not a regular file: '{path}'"))
            .fails(255);
    }
}

#[test]
fn replaces_irregular_credential_cache_file() {
    // The file name that the AWS CLI uses for this role.
    let file = ".aws/cli/cache/6dc9e6e1e186b9f293814df3266de783142c48a2.json";
    let config = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = k\n\
                  [profile k]\naws_access_key_id = A\naws_secret_access_key = s\n";
    let script = format!("mkdir -p .aws/cli/cache; mkfifo {file}\ntrap 'test -f {file}' EXIT");
    without_keys(call(&script))
        .file(".aws/config", config)
        .respond_with(|request| match &*request.path {
            CALL => Response::body("{}"),
            _ => Response::body(
                "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId>\
                 <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
                 <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>\
                 </AssumeRoleResponse>",
            )
            .header("content-type", "text/xml"),
        })
        .request(|request| assert_eq!(request.path, "/"))
        .request(is_call)
        .succeeds();
}

#[test]
fn rejects_irregular_session_files() {
    let sso = "[default]\nsso_start_url = https://x/start\nsso_region = us-east-1\n\
               sso_account_id = 123456789012\nsso_role_name = r\n";
    // The SHA-1 sum of the start URL.
    let name = "f9bd89c67fef27fcb5df8d2e4b64eabe5bae45a4.json";
    without_keys(call(&format!(
        "mkdir -p .aws/sso/cache; mkfifo .aws/sso/cache/{name}"
    )))
    .file(".aws/config", sso)
    .stderr_contains("Error loading SSO Token: Token for https://x/start does not exist")
    .fails(255);
    let login = "[default]\nlogin_session = arn:aws:sts::123456789012:assumed-role/r/me\n";
    // The SHA-256 sum of the session.
    let name = "f4f638403abcc6a2bd1d2ecead2a7ab78972a2495bc5a0b37912a4c09d80f004.json";
    for (folder, variable) in [(".aws/login/cache", None), ("other", Some("other"))] {
        let run = without_keys(call(&format!("mkdir -p {folder}; mkfifo {folder}/{name}")))
            .file(".aws/config", login);
        match variable {
            Some(value) => run.env("AWS_LOGIN_CACHE_DIRECTORY", value),
            None => run,
        }
        .stderr_contains(
            "Error loading login session token: the stored session is not a regular file",
        )
        .fails(255);
    }
}

#[test]
fn reads_values_from_pipes() {
    let input = r#"{"IdentityPoolId": "p"}"#;
    let scripts = [
        "printf '%s' \"$1\" | \"$0\" bulk-publish --cli-input-json file:///dev/stdin --output off",
        "printf '%s' \"$1\" | \"$0\" bulk-publish --cli-input-yaml file:///dev/fd/0 --output off",
        "mkfifo f; printf '%s' \"$1\" >f & \"$0\" bulk-publish --cli-input-json file://f --output off",
        "printf p | \"$0\" bulk-publish --identity-pool-id file:///dev/stdin --output off",
    ];
    for script in scripts {
        Run::with_program("sh", ["-c", script, PROGRAM, input])
            .request(is_call)
            .succeeds();
    }
}
