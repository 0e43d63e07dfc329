//! No secret is printed. Each source of secrets has values with a marker; calls succeed and fail in
//! every way, in several error formats, with and without `--debug`; no output may contain the
//! marker.

use std::thread;
use std::time::Duration;

use crate::credentials::{CONFIG, assume_role, login, respond, sso};
use crate::support::child::ChildExit;
use crate::support::http::{Request, Response};
use crate::support::peer::{Certificate, EMPTY, Peer, PeerBehavior};
use crate::support::run::{Run, RunOutput};

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

/// Markers in secrets, also in base64.
const MARKERS: [&str; 4] = ["hush", "aHVzaA", "odXNo", "h1c2"];

/// Shell assignment of the server's host to `$H`.
const HOST: &str = "H=\"${AWS_ENDPOINT_URL#http://}\"; ";

/// A source of secrets.
struct Source {
    name: &'static str,
    /// Shell script that runs before the program; `$H` is the server's host.
    script: &'static str,
    profile: &'static str,
    /// Whether it provides credentials.
    works: bool,
    set_up: fn(Run) -> Run,
}

/// The AWS CLI's own errors print them, so only `--debug` redacts them.
const ENDPOINT_QUERY: &str = "query and fragment of the endpoint";

const SOURCES: [Source; 15] = [
    Source {
        name: "keys of the environment",
        script: "",
        profile: "",
        works: true,
        set_up: |run| {
            run.env("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT")
                .env("AWS_SECRET_ACCESS_KEY", "hush-secret")
                .env("AWS_SESSION_TOKEN", "hush-token")
        },
    },
    Source {
        name: "name and password of the endpoint",
        script: "export AWS_ENDPOINT_URL=\"http://me:hush@$H/\"; ",
        profile: "static",
        works: true,
        set_up: |run| run,
    },
    Source {
        name: ENDPOINT_QUERY,
        script: "export AWS_ENDPOINT_URL=\"http://$H/?code=hush&hush#hush\"; ",
        profile: "static",
        works: true,
        set_up: |run| run,
    },
    Source {
        name: "credentials file",
        script: "",
        profile: "filed",
        works: true,
        set_up: |run| {
            run.file(
                ".aws/credentials",
                "[filed]\naws_access_key_id = AKIDFILED\naws_secret_access_key = hush\n\
                 aws_session_token = hush-token\n",
            )
        },
    },
    Source {
        name: "credential process",
        script: "",
        profile: "process",
        works: true,
        set_up: |run| {
            run.file(
                "keys.json",
                r#"{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "hush",
                    "SessionToken": "hush-token", "Expiration": "2099-01-01T00:00:00Z"}"#,
            )
        },
    },
    Source {
        name: "output of a process that is no JSON",
        script: "",
        profile: "process",
        works: false,
        set_up: |run| run.file("keys.json", r#"{"Version": 1, "SecretAccessKey": "hush"#),
    },
    Source {
        name: "output of a process without an access key",
        script: "",
        profile: "process",
        works: false,
        set_up: |run| run.file("keys.json", r#"{"Version": 1, "SecretAccessKey": "hush"}"#),
    },
    Source {
        name: "assumed role",
        script: "",
        profile: "role",
        works: true,
        set_up: |run| run,
    },
    Source {
        name: "web identity",
        script: "",
        profile: "wi",
        works: true,
        set_up: |run| run.file("token", "hush web token"),
    },
    Source {
        name: "IAM Identity Center",
        script: "",
        profile: "session",
        works: true,
        set_up: |run| run.file(sso::SESSION, &*stored_token("2099-01-01T00:00:00Z", "hush")),
    },
    Source {
        name: "token of IAM Identity Center that is renewed",
        script: "",
        profile: "session",
        works: true,
        set_up: |run| run.file(sso::SESSION, &*stored_token("2020-01-01T00:00:00Z", "hush")),
    },
    Source {
        name: "token of IAM Identity Center that no header holds",
        script: "",
        profile: "session",
        works: false,
        set_up: |run| {
            let stored = stored_token("2099-01-01T00:00:00Z", "hush\\n");
            run.file(sso::SESSION, &*stored)
        },
    },
    Source {
        name: "aws login",
        script: "",
        profile: "login",
        works: true,
        set_up: |run| run.file(login::STORED, &*login::stored("2099-01-01T00:00:00Z")),
    },
    Source {
        name: "container",
        script: "export AWS_CONTAINER_CREDENTIALS_FULL_URI=\"$AWS_ENDPOINT_URL/container?hush#hush\"; ",
        profile: "",
        works: true,
        set_up: |run| run.env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush-token"),
    },
    Source {
        name: "proxy",
        script: "export HTTP_PROXY=\"http://me:hush@$H\"; ",
        profile: "static",
        works: true,
        set_up: |run| run,
    },
];

/// A token as `aws sso login` stores it.
fn stored_token(end: &str, token: &str) -> String {
    format!(
        r#"{{"startUrl": "https://x/start", "region": "us-east-1", "accessToken": "{token}",
            "expiresAt": "{end}", "clientId": "ci", "clientSecret": "hush-secret",
            "registrationExpiresAt": "2099-01-01T00:00:00Z", "refreshToken": "hush-refresh"}}"#
    )
}

/// The outcome of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Success,
    ErrorResponse,
    RejectedCredentials,
    Disconnect,
    Unreachable,
    TlsError,
    ReadTimeout,
}

impl Outcome {
    /// Shell script that causes the outcome.
    fn script(self) -> &'static str {
        match self {
            Outcome::Unreachable => {
                "for v in AWS_ENDPOINT_URL AWS_CONTAINER_CREDENTIALS_FULL_URI HTTP_PROXY; do \
                 eval \"x=\\$$v\"; y=\"${x%%$H*}127.0.0.1:1${x#*$H}\"; \
                 if [ -n \"$x\" ]; then export \"$v=$y\"; fi; done; "
            }
            Outcome::TlsError => {
                "export AWS_ENDPOINT_URL=\"https://me:hush@$TLS_HOST/\"; \
                 if [ -n \"$HTTP_PROXY\" ]; then export HTTPS_PROXY=http://me:hush@127.0.0.1:1; fi; "
            }
            _ => "",
        }
    }

    fn respond(self, request: &Request) -> Response {
        let is_call = is_call(request);
        let refusal = Response::body(r#"{"message": "no", "__type": "NotAuthorizedException"}"#);
        match self {
            Outcome::ErrorResponse if is_call => refusal.status(403),
            Outcome::RejectedCredentials if !is_call => refusal.status(403),
            Outcome::Disconnect => Response::disconnect(),
            Outcome::ReadTimeout => {
                thread::sleep(Duration::from_secs(2));
                Response::body("{}")
            }
            _ => respond(request),
        }
    }
}

fn is_call(request: &Request) -> bool {
    request.path.contains("/identitypools")
}

/// A call with secrets in its own arguments.
fn call(source: &Source, outcome: Outcome, format: &str, debug: bool) -> RunOutput {
    let certificate = Certificate::self_signed("127.0.0.1", false);
    let tls = Peer::new(PeerBehavior::Respond(EMPTY), Some(&certificate));
    let script = format!(
        "{HOST}{}{}exec \"$0\" \"$@\"",
        source.script,
        outcome.script()
    );
    let mut args = vec!["-c", &script, PROGRAM, "list-records"];
    args.extend(["--identity-pool-id", "p", "--identity-id", "i"]);
    args.extend([
        "--dataset-name",
        "d",
        "--sync-session-token",
        "hush/session",
    ]);
    args.extend(["--cli-read-timeout", "1"]);
    if !source.profile.is_empty() {
        args.extend(["--profile", source.profile]);
    }
    if debug {
        args.push("--debug");
    }
    let more = "[profile filed]\n[profile process]\ncredential_process = cat keys.json\n[profile login]\n\
                login_session = arn:aws:sts::123456789012:assumed-role/a/b\n";
    let run = Run::with_program("sh", args)
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("AWS_CLI_ERROR_FORMAT", format)
        .env("TLS_HOST", &tls.host())
        .file(".aws/config", format!("{CONFIG}{more}").as_str())
        .file("token", "web token")
        .respond_with(move |request| outcome.respond(request));
    (source.set_up)(run).capture()
}

#[track_caller]
fn assert_no_marker(what: &str, observed: &RunOutput) {
    for output in [&observed.stdout, &observed.stderr] {
        for mark in MARKERS {
            assert!(!output.contains(mark), "{what}: {mark} in\n{output}");
        }
    }
}

#[track_caller]
fn check(outcome: Outcome) {
    for source in &SOURCES {
        for (format, debug) in [("enhanced", false), ("json", true), ("yaml", true)] {
            if source.name == ENDPOINT_QUERY && !debug {
                continue;
            }
            let observed = call(source, outcome, format, debug);
            let what = format!("{}, {outcome:?}, {format}", source.name);
            assert_no_marker(&what, &observed);
            let called = observed.requests.iter().any(is_call);
            let succeeded = observed.exit == ChildExit::Status(0);
            if outcome == Outcome::Success {
                assert_eq!(succeeded && called, source.works, "{what}: {observed}");
            }
        }
    }
}

#[test]
fn prints_no_secret_on_success() {
    check(Outcome::Success);
}

#[test]
fn prints_no_secret_on_error_response() {
    check(Outcome::ErrorResponse);
}

#[test]
fn prints_no_secret_on_rejected_credentials() {
    check(Outcome::RejectedCredentials);
}

#[test]
fn prints_no_secret_on_disconnect() {
    check(Outcome::Disconnect);
}

#[test]
fn prints_no_secret_on_unreachable_host() {
    check(Outcome::Unreachable);
}

#[test]
fn prints_no_secret_on_tls_error() {
    check(Outcome::TlsError);
}

#[test]
fn prints_no_secret_on_timeout() {
    thread::scope(|scope| {
        for source in &SOURCES {
            scope.spawn(|| {
                let observed = call(source, Outcome::ReadTimeout, "json", true);
                assert_no_marker(source.name, &observed);
            });
        }
    });
}

#[test]
fn prints_public_parts_of_urls_as_aws_cli() {
    let source = &SOURCES[0];
    let observed = call(source, Outcome::Unreachable, "enhanced", false);
    let want = "\ncognito-sync: [ERROR]: Could not connect to the endpoint URL: \
                \"http://127.0.0.1:1/identitypools/p/identities/i/datasets/d/records\
                ?syncSessionToken=***\"\n";
    assert_eq!(observed.stderr, want);
}

/// URLs with a password in unusual positions; no server listens on the host.
const UNUSUAL_URLS: [&str; 14] = [
    "http://me:hush@127.0.0.1:1",
    "http://me:hush#hush@127.0.0.1:1",
    "http://me:hush/hush@127.0.0.1:1",
    "http://me:hush?hush@127.0.0.1:1",
    "http://me:hush@hush@127.0.0.1:1",
    "http://me:hush//hush@127.0.0.1:1",
    "http://127.0.0.1:1/hush@127.0.0.1:1",
    "http://me:hush hush@127.0.0.1:1",
    "http://me:hush\\hush@127.0.0.1:1",
    "me:hush@127.0.0.1:1",
    "me:hush://hush@127.0.0.1:1",
    "//me:hush@127.0.0.1:1",
    "http:me:hush@127.0.0.1:1",
    "http:/me:hush@127.0.0.1:1",
];

#[test]
fn prints_no_password_of_unusual_proxy_urls() {
    for url in UNUSUAL_URLS {
        for debug in [None, Some("--debug")] {
            let args = ["list-identity-pool-usage"].into_iter().chain(debug);
            let observed = Run::new(args)
                .env("HTTP_PROXY", url)
                .env("https_proxy", url)
                .env("AWS_MAX_ATTEMPTS", "1")
                .capture();
            assert_no_marker(url, &observed);
            let failed = observed
                .stderr
                .contains("[ERROR]: Failed to connect to proxy");
            assert!(failed, "{url}: {observed}");
        }
    }
}

#[test]
fn prints_no_password_of_unusual_endpoint_urls() {
    // A slash ends the host, so the apparent end of a password is part of the path.
    let is_path = |url: &&str| url.starts_with("http://127.0.0.1:1/");
    for url in UNUSUAL_URLS.into_iter().filter(|url| !is_path(url)) {
        for variable in [
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_STS",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        ] {
            let mut args = vec!["list-identity-pool-usage", "--debug"];
            if variable == "AWS_ENDPOINT_URL_STS" {
                args.extend(["--profile", "role"]);
            }
            let mut run = Run::new(args)
                .file(".aws/config", CONFIG)
                .env(variable, url)
                .env("AWS_MAX_ATTEMPTS", "1");
            if variable == "AWS_EC2_METADATA_SERVICE_ENDPOINT" {
                run = run
                    .without_env("AWS_ACCESS_KEY_ID")
                    .without_env("AWS_EC2_METADATA_DISABLED");
            }
            let observed = run.capture();
            assert_no_marker(&format!("{variable}={url}"), &observed);
            assert!(observed.stderr.contains("[ERROR]"), "{observed}");
        }
    }
}

#[test]
fn prints_no_mfa_code() {
    let types = assume_role::TYPE_CODE_ON_TERMINAL.replace("123456", "hush-123456");
    for outcome in [
        Outcome::Success,
        Outcome::RejectedCredentials,
        Outcome::Disconnect,
    ] {
        let mut args = vec!["-c", &types, PROGRAM, "list-identity-pool-usage"];
        args.extend(["--profile", "mfa", "--debug"]);
        let observed = Run::with_program("python3", args)
            .env("AWS_MAX_ATTEMPTS", "1")
            .file(".aws/config", CONFIG)
            .respond_with(move |request| outcome.respond(request))
            .capture();
        assert!(
            observed.stdout.contains("request for credentials"),
            "{observed}"
        );
        assert_no_marker(&format!("{outcome:?}"), &observed);
    }
}
