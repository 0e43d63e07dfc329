//! The library in other programs: successive and concurrent runs in one process, each with its own
//! environment and streams.

use std::thread;
use std::time::{Duration, Instant};

use cognito_sync::{Environment, Terminal};

use crate::support::http::Response;
use crate::support::library::{Buffer, run, run_with};
use crate::support::server::{Script, Server};

const GET: [&str; 3] = [
    "get-identity-pool-configuration",
    "--identity-pool-id",
    "us-east-1:1",
];

/// Returns an environment with this endpoint and access key, and without files.
fn environment(endpoint: &str, key: &str) -> Environment {
    Environment::from([
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", key),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_CONFIG_FILE", "/no/config"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/no/credentials"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_MAX_ATTEMPTS", "1"),
        ("HOME", "/no/home"),
        ("NO_PROXY", "*"),
    ])
}

fn server(pool: &str) -> Server {
    let body = format!(r#"{{"IdentityPoolId":"{pool}"}}"#);
    Server::new(Script::Responses(vec![Response::body(body)]))
}

fn get_args<'a>(more: &[&'a str]) -> Vec<&'a str> {
    GET.into_iter()
        .chain(["--output", "text"])
        .chain(more.iter().copied())
        .collect()
}

#[test]
fn successive_runs_share_no_state() {
    let (first, second) = (server("first"), server("second"));
    let debugged = run(
        &get_args(&["--debug"]),
        &environment(&first.endpoint(), "AKIDFIRST"),
    );
    let quiet = run(
        &get_args(&[]),
        &environment(&second.endpoint(), "AKIDSECOND"),
    );
    assert_eq!((debugged.status, &*debugged.stdout), (0, "first\n"));
    let request = format!("debug: request: GET {}/identitypools/", first.endpoint());
    assert!(debugged.stderr.contains(&request), "{}", debugged.stderr);
    assert!(debugged.stderr.contains("debug: attempt 1: status 200"));
    assert_eq!((quiet.status, &*quiet.stdout), (0, "second\n"));
    assert_eq!(quiet.stderr, "");
    for (server, key) in [(first, "AKIDFIRST"), (second, "AKIDSECOND")] {
        let requests = server.requests();
        let [request] = requests.as_slice() else {
            panic!("one request: {requests:?}");
        };
        let authorization = request.header("authorization").unwrap_or_default();
        assert!(
            authorization.contains(&format!("Credential={key}/")),
            "{authorization}"
        );
    }
}

#[test]
fn concurrent_runs_have_separate_output() {
    let names = ["one", "two", "three", "four"];
    let servers = names.map(server);
    thread::scope(|scope| {
        for (name, server) in names.iter().zip(&servers) {
            scope.spawn(move || {
                let environment = environment(&server.endpoint(), name);
                for _ in 0..5 {
                    let printed = run(&get_args(&["--debug"]), &environment);
                    assert_eq!((printed.status, printed.stdout), (0, format!("{name}\n")));
                    let lines = printed.stderr.lines();
                    let requests: Vec<_> = lines
                        .filter(|line| line.starts_with("debug: request: "))
                        .collect();
                    let [request] = requests.as_slice() else {
                        panic!("one request: {}", printed.stderr);
                    };
                    assert!(request.contains(&server.endpoint()), "{request}");
                    assert!(
                        printed
                            .stderr
                            .lines()
                            .all(|line| line.starts_with("debug: "))
                    );
                }
            });
        }
    });
    for server in servers {
        assert_eq!(server.requests().len(), 5);
    }
}

#[test]
fn local_runs_use_separate_stores() {
    let folder = tempfile::tempdir().expect("a folder");
    let environment = |store: &str| {
        let store = folder.path().join(store).display().to_string();
        Environment::from([("COGNITO_SYNC_STORE", &*store), ("HOME", "/no/home")])
    };
    let pool = ["--local", "--identity-pool-id", "us-east-1:1", "--debug"];
    let set = [
        "set-identity-pool-configuration",
        "--push-sync",
        r#"{"ApplicationArns":["arn:aws:sns:us-east-1:123456789012:app/GCM/a"],"RoleArn":"arn:aws:iam::123456789012:role/r"}"#,
    ];
    let get = [
        "get-identity-pool-configuration",
        "--query",
        "PushSync.ApplicationArns",
        "--output",
        "text",
    ];
    let environments = [environment("a"), environment("b")];
    let written = run(&[&set[..], &pool].concat(), &environments[0]);
    assert_eq!(written.status, 0, "{}", written.stderr);
    // The second store does not have the pool.
    let wants = [
        (0, "arn:aws:sns:us-east-1:123456789012:app/GCM/a\n"),
        (254, ""),
    ];
    thread::scope(|scope| {
        for (environment, want) in environments.iter().zip(wants) {
            let args = [&get[..], &pool].concat();
            scope.spawn(move || {
                let printed = run(&args, environment);
                assert_eq!((printed.status, &*printed.stdout), want);
                assert!(printed.stderr.contains("debug: attempt 1: status "));
            });
        }
    });
}

#[test]
fn prints_debug_log_while_call_is_pending() {
    let stderr = Buffer::default();
    let seen = stderr.clone();
    let server = Server::new(Script::Handler(Box::new(move |_| {
        // The request was sent, so its lines were printed before.
        let text = seen.text();
        assert!(text.contains("debug: request: GET "), "{text}");
        assert!(!text.contains("debug: attempt 1: "), "{text}");
        Response::body("{}")
    })));
    let environment = environment(&server.endpoint(), "AKID");
    let args = get_args(&["--debug"]);
    let printed = run_with(&args, &environment, Terminal::default(), &stderr);
    assert_eq!(printed.status, 0, "{}", printed.stderr);
    assert!(printed.stderr.contains("debug: attempt 1: status 200"));
}

#[test]
fn writes_warnings_and_errors_to_given_stream() {
    let server = Server::new(Script::Responses(vec![Response::disconnect()]));
    let endpoint = server.endpoint().replace("http://", "https://");
    let environment = environment(&endpoint, "AKID");
    let began = Instant::now();
    let printed = run(&get_args(&["--no-verify-ssl"]), &environment);
    assert!(began.elapsed() < Duration::from_secs(60));
    assert_eq!((printed.status, &*printed.stdout), (255, ""));
    let warning =
        "InsecureRequestWarning: Unverified HTTPS request is being made to host '127.0.0.1'.";
    assert!(printed.stderr.starts_with(warning), "{}", printed.stderr);
    assert!(
        printed.stderr.contains("\ncognito-sync: [ERROR]: "),
        "{}",
        printed.stderr
    );
    // The server counts a connection without HTTP as an error.
    assert!(!server.take_faults().is_empty());
}
