//! `serve` and `--local` as processes: start, output, exit and errors.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Dataset, IDENTITY, POOL, pool, replace};
use crate::support::child::{self, ChildExit, is_ignored, send_signal};
use crate::support::run::Run;
use crate::support::service::{Service, ServiceResponse};

#[test]
fn shuts_down_cleanly_on_signals() {
    for signal in ["TERM", "INT", "HUP"] {
        if is_ignored(signal) {
            continue;
        }
        let service = Service::start(&[]);
        service.request("GET", "/identitypools", None).json();
        let (ending, stdout, _) = service.stop(signal);
        assert_eq!(
            (ending, stdout.as_str()),
            (ChildExit::Status(0), ""),
            "{signal}"
        );
    }
}

#[test]
fn reports_too_few_file_descriptors() {
    let service = Service::start(&[]);
    let program = env!("CARGO_BIN_EXE_cognito-sync");
    let operation = "list-identity-pool-usage";
    let calls = [
        &[operation, "--local"][..],
        &[operation],
        &["serve", "--listen", "x.invalid:0"],
    ];
    for (call, files) in calls
        .iter()
        .flat_map(|call| (5..16).map(move |files| (call, files)))
    {
        let script = format!("ulimit -n {files}; exec \"$0\" \"$@\"");
        let mut limited = Command::new("/bin/sh");
        let command = service.command(&[]);
        limited.envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        limited.args(["-c", &script, program]).args(*call);
        let finished = child::run(limited, Vec::new(), Duration::from_secs(60));
        let is_told = matches!(finished.exit, ChildExit::Status(0 | 255));
        assert!(
            is_told,
            "{call:?}, {files} descriptors: {:?}",
            finished.exit
        );
    }
}

#[test]
fn finishes_requests_in_progress_and_closes_idle_connections() {
    let service = Service::start(&["--latency", "700"]);
    let idle = TcpStream::connect(service.address()).expect("it listens");
    let mut busy = TcpStream::connect(service.address()).expect("it listens");
    let request = format!(
        "GET /identitypools HTTP/1.1\r\nhost: {}\r\n\r\n",
        service.address()
    );
    busy.write_all(request.as_bytes()).expect("it is sent");
    // The request has arrived once a later one has a response.
    service.request("GET", "/identitypools", None).json();
    busy.write_all(request.as_bytes()).expect("it is sent");
    thread::sleep(Duration::from_millis(200));
    service.signal("TERM");
    let mut reader = BufReader::new(busy);
    for _ in 0..2 {
        assert_eq!(
            ServiceResponse::read(&mut reader)
                .expect("it is answered")
                .status,
            200
        );
    }
    drop(idle);
    let (ending, _, _) = service.stop("CONT");
    assert_eq!(ending, ChildExit::Status(0));
}

#[test]
fn logs_every_request_without_secrets() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    let token = dataset.token();
    dataset.list(&format!(
        "syncSessionToken={}",
        super::percent_encode(&token)
    ));
    dataset.update_with("wrong", json!([replace("k", "hush", 0)]));
    let path = dataset.path("/records");
    let (_, _, stderr) = service.stop("TERM");
    assert!(
        !stderr.contains("H4sI") && !stderr.contains("hush"),
        "{stderr}"
    );
    let lines: Vec<Value> = stderr
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["operation"], "ListRecords");
    assert_eq!(
        (&lines[2]["status"], &lines[2]["error"]),
        (&json!(400), &json!("InvalidParameterException"))
    );
    assert_eq!(lines[0]["path"], path);
    assert!(lines[0]["requestId"].is_string() && lines[0]["milliseconds"].is_number());
}

#[test]
fn listens_for_other_machines_only_if_told() {
    let service = Service::start(&["--listen", "0.0.0.0:0"]);
    let (_, _, stderr) = service.stop("TERM");
    let first = stderr.lines().next().unwrap_or_default();
    assert!(
        first.starts_with("warning: 0.0.0.0:")
            && first.contains("can be reached from other machines"),
        "{stderr}"
    );
}

#[test]
fn rejects_invalid_options() {
    let service = Service::start(&[]);
    let taken = service.address();
    let listen = format!("--listen {taken}: the service cannot listen there");
    let table: [(&[&str], i32, &str); 12] = [
        (&["--listen", taken], 255, &listen),
        (
            &["--listen", "nonsense"],
            252,
            "PORT, :PORT or ADDRESS:PORT",
        ),
        (&["--latency", "x"], 252, "--latency"),
        (&["--latency", "-1"], 252, "-1"),
        (
            &["--token-lifetime", "1y"],
            252,
            "500ms, 90s, 15m, 24h or 2d",
        ),
        (&["--bulk-publish-time", "-1s"], 252, "-1"),
        (&["--clock", "soon"], 252, "with + or - before it"),
        (&["--fault", "ListRecords"], 252, "OPERATION=CODE:RATE"),
        (
            &["--fault", "Nope=InternalErrorException:1"],
            252,
            "no operation 'Nope'",
        ),
        (&["--fault", "ListRecords=Nope:1"], 252, "no error 'Nope'"),
        (
            &["--outbox", "{DIR}/missing/outbox"],
            255,
            "--outbox '{DIR}/missing/outbox': the file cannot be opened",
        ),
        (&["extra"], 252, "extra"),
    ];
    for (words, status, part) in table {
        Run::new([&["serve", "--listen", "0", "--store", ":memory:"], words].concat())
            .stderr_contains(part)
            .fails(status);
    }
    let observed = Run::new(["serve", "--credentials", "no-colon-hush"]).capture();
    assert_eq!(observed.exit, ChildExit::Status(252));
    assert!(observed.stderr.contains("KEY:SECRET") && !observed.stderr.contains("hush"));
}

#[test]
fn injects_faults_at_requested_rate() {
    let options = [
        "--fault",
        "ListRecords=TooManyRequestsException:0.5",
        "--fault",
        "ListDatasets=InternalErrorException",
    ];
    let service = Service::start(&options);
    let dataset = Dataset::new(&service, "d");
    let statuses: Vec<_> = (0..6).map(|_| dataset.list("").status).collect();
    assert_eq!(statuses, [200, 429, 200, 429, 200, 429]);
    let datasets = pool(&format!("/identities/{IDENTITY}/datasets"));
    let failed = service.request("GET", &datasets, None);
    assert_eq!(failed.status, 500, "{failed:?}");
    // An invalid request gets its own error, whatever fault is due.
    let wrong = service.request("GET", "/identitypools/BAD/identities/BAD/datasets", None);
    assert_eq!(wrong.error().1, "InvalidParameterException");
}

#[test]
fn retries_injected_faults_until_success() {
    let service = Service::start(&[
        "--fault",
        "GetIdentityPoolConfiguration=TooManyRequestsException:0.5",
    ]);
    service
        .request("POST", &pool("/configuration"), Some(json!({})))
        .json();
    let words = [
        "get-identity-pool-configuration",
        "--identity-pool-id",
        POOL,
        "--debug",
    ];
    for _ in 0..2 {
        let done = service.run(&words);
        assert_eq!(
            done.exit,
            ChildExit::Status(0),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
}

#[test]
fn expires_tokens_after_lifetime_by_service_clock() {
    let service = Service::start(&["--token-lifetime", "10m"]);
    let dataset = Dataset::new(&service, "d");
    let token = dataset.token();
    let at = |clock: &str| Service::start_in(service.shared_folder(), &["--clock", clock]);
    let late = at("+11m");
    let rejected = Dataset::new(&late, "d").update_with(&token, json!([replace("k", "v", 0)]));
    assert_eq!(
        rejected.error().2,
        "SyncSessionToken not valid for these inputs"
    );
    let early = at("+9m");
    Dataset::new(&early, "d")
        .update_with(&token, json!([replace("k", "v", 0)]))
        .json();
}

#[test]
fn limits_pools_to_named_ones() {
    let service = Service::start(&["--pool", POOL, "--pool", "us-east-1:0"]);
    Dataset::new(&service, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let all = service.request("GET", "/identitypools", None).json();
    assert_eq!(all["Count"], 2);
    for (method, target) in [
        (
            "GET",
            "/identitypools/us-east-1:1/identities/us-east-1:1/datasets",
        ),
        (
            "GET",
            "/identitypools/us-east-1:1/identities/us-east-1:1/datasets/d/records",
        ),
        ("POST", "/identitypools/us-east-1:1/configuration"),
    ] {
        let refusal = service.request(method, target, None).error();
        assert_eq!(refusal.2, "IdentityPool 'us-east-1:1' not found.");
    }
}

#[test]
fn survives_malformed_requests() {
    let service = Service::start(&[]);
    let table: [(&[u8], u16); 4] = [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n", 404),
        (b"POST /identitypools/a:0/configuration HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\nconnection: close\r\n\r\n{", 400),
        (b"POST /identitypools/a:0/configuration HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999\r\nconnection: close\r\n\r\n", 413),
    ];
    for (bytes, status) in table {
        let answer = service.exchange(bytes).expect("it answers");
        assert_eq!(answer.status, status, "{}", String::from_utf8_lossy(bytes));
    }
    let deep = format!(
        "{{\"PushSync\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let body: Result<Value, _> = serde_json::from_str(&deep);
    assert!(
        body.is_err(),
        "it is too deep for this test's own parser, too"
    );
    let request = format!(
        "POST /identitypools/a:0/configuration HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{deep}",
        deep.len()
    );
    assert_eq!(
        service
            .exchange(request.as_bytes())
            .expect("it answers")
            .status,
        400
    );
    service.request("GET", "/identitypools", None).json();
}

#[test]
fn local_works_without_region_credentials_and_network() {
    let bare = |words: &[&str]| {
        Run::new(words.iter().copied())
            .without_env("AWS_REGION")
            .without_env("AWS_ACCESS_KEY_ID")
            .without_env("AWS_SECRET_ACCESS_KEY")
    };
    let role = "arn:aws:iam::123456789012:role/push-sync";
    bare(&[
        "set-identity-pool-configuration",
        "--local",
        "--identity-pool-id",
        POOL,
        "--push-sync",
        &format!("RoleArn={role}"),
    ])
    .stdout(&format!(
        "{{\n    \"IdentityPoolId\": \"{POOL}\",\n    \"PushSync\": {{\n        \"RoleArn\": \"{role}\"\n    }}\n}}\n"
    ))
    .succeeds();
    bare(&[
        "get-identity-pool-configuration",
        "--local",
        "--identity-pool-id",
        POOL,
    ])
    .stderr(&format!(
        "\ncognito-sync: [ERROR]: An error occurred (ResourceNotFoundException) when calling the \
             GetIdentityPoolConfiguration operation: IdentityPool '{POOL}' not found.\n"
    ))
    .fails(254);
    bare(&[
        "list-identity-pool-usage",
        "--local",
        "--region",
        "eu-west-1",
        "--no-sign-request",
        "--query",
        "Count",
    ])
    .stdout("0\n")
    .succeeds();
    bare(&[
        "list-identity-pool-usage",
        "--local",
        "--endpoint-url",
        "http://127.0.0.1:1",
    ])
    .stderr_contains("--local and --endpoint-url cannot be used together")
    .fails(252);
    bare(&["list-identity-pool-usage", "--loc"])
        .stderr_contains("Unknown options: --loc")
        .fails(252);
}

#[test]
fn local_prints_what_the_network_prints() {
    let service = Service::start(&[]);
    let words = ["list-identity-pool-usage", "--output", "yaml"];
    service
        .request("POST", &pool("/configuration"), Some(json!({})))
        .json();
    let over_network = service.run(&words);
    let local = service.run(&[&words[..], &["--local"]].concat());
    assert_eq!(over_network.stdout, local.stdout);
    assert!(!local.stdout.is_empty() && local.stderr.is_empty());
}

#[test]
fn local_allows_concurrent_commands() {
    // Settings for calls to an account that would not reach one.
    let words = ["list-identity-pool-usage", "--local", "--query", "Count"];
    Run::new(words)
        .env("AWS_PROFILE", "gone")
        .env("AWS_REGION", "not a region")
        .env("AWS_CA_BUNDLE", "{DIR}/missing")
        .env("AWS_ENDPOINT_URL", "nonsense")
        .stdout("0\n")
        .succeeds();
    Run::new(words.into_iter().chain(["--profile", "gone"]))
        .stderr_contains("The config profile (gone) could not be found")
        .fails(255);
}

#[test]
fn rejects_malformed_pool_ids() {
    Run::new(["serve", "--store", ":memory:", "--pool", "nonsense"])
        .stderr_contains("Value 'nonsense' at '--pool' failed to satisfy constraint")
        .fails(252);
}

#[test]
fn serves_while_log_reader_is_stalled() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cognito-sync"))
        .args(["serve", "--listen", "127.0.0.1:0", "--store", ":memory:"])
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("stdout was asked to be a pipe");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("it prints");
    let address = line.trim_end().rsplit('/').next().expect("an address");
    let stream = TcpStream::connect(address).expect("it listens");
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut writer = stream;
    // A pipe holds 64 KiB, and each line has more than 150 bytes.
    for _ in 0..2000 {
        let request = format!("GET /identitypools HTTP/1.1\r\nhost: {address}\r\n\r\n");
        writer.write_all(request.as_bytes()).expect("it is sent");
        assert_eq!(
            ServiceResponse::read(&mut reader)
                .expect("it is answered")
                .status,
            200
        );
    }
    send_signal("TERM", child.id());
    let status = child.wait().expect("it ends");
    assert_eq!(ChildExit::from_status(status), ChildExit::Status(0));
}
