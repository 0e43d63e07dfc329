//! `--debug` lines about requests for credentials: URL, status and duration, without the secrets of
//! request or response.

use super::{PROGRAM, args, with_responder};
use crate::support::child::ChildExit;
use crate::support::run::Run;

/// Adds the settings of a provider to a run.
type SetUp = fn(Run) -> Run;

#[test]
fn logs_credentials_requests_without_secrets() {
    let stored = r#"{"startUrl":"https://x/start","region":"us-east-1","accessToken":"hush-stored",
        "expiresAt":"2020-01-01T00:00:00Z","clientId":"ci","clientSecret":"hush",
        "registrationExpiresAt":"2099-01-01T00:00:00Z","refreshToken":"hush-refresh"}"#;
    let table: [(&str, SetUp, &[&str]); 5] = [
        ("role", |run| run, &["POST {ENDPOINT}/"]),
        ("wi", |run| run, &["POST {ENDPOINT}/"]),
        (
            "session",
            |run| run,
            &[
                "POST {ENDPOINT}/token",
                "GET {ENDPOINT}/federation/credentials?role_name=***&account_id=***",
            ],
        ),
        (
            "empty",
            |run| {
                run.env(
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    "{ENDPOINT}/container?hush",
                )
                .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush")
            },
            &["GET {ENDPOINT}/***"],
        ),
        (
            "empty",
            |run| {
                run.without_env("AWS_EC2_METADATA_DISABLED")
                    .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "{ENDPOINT}")
            },
            &[
                "PUT {ENDPOINT}/latest/api/token",
                "GET {ENDPOINT}/latest/meta-data/iam/security-credentials/",
            ],
        ),
    ];
    for (profile, set_up, requests) in table {
        let all = args(profile).into_iter().chain(["--debug"]);
        let config = format!("{}[profile empty]\nregion = us-east-1\n", super::CONFIG);
        let run = with_responder(Run::with_program(PROGRAM, all))
            .file(".aws/config", config.as_str())
            .file("token", "hush web token")
            .file(super::sso::SESSION, stored);
        let observed = set_up(run).capture();
        assert_eq!(observed.exit, ChildExit::Status(0), "{observed}");
        let trace = &observed.stderr;
        for request in requests {
            let request = request.replace("{ENDPOINT}", "http://{HOST}");
            let line = format!("debug: request for credentials: {request}\n");
            assert!(trace.contains(&line), "{line} is not in\n{trace}");
        }
        assert!(
            trace.contains("debug: request for credentials: status 200 after "),
            "{trace}"
        );
        assert!(trace.contains("/identitypools/p/bulkpublish\n"), "{trace}");
        for secret in ["hush", "imds-token", "renewed", "r2"] {
            assert!(!trace.contains(secret), "{secret} is in\n{trace}");
        }
    }
}
