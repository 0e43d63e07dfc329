//! Many calls by concurrent workers: connections, rate limits, renewed credentials, two services,
//! and interrupts.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::process::Command;
use std::thread;
use std::time::Duration;

use cognito_sync::Environment;
use cognito_sync::many_calls::{BatchCall, BatchReport, WorkerOptions, run_batch};
use serde_json::{Map, Value, json};

use crate::support::child::RunningChild;
use crate::support::gate::Gate;
use crate::support::http::Request;
use crate::support::outcome::Outcome;
use crate::support::peer::{CertificateAuthority, EMPTY, Peer, PeerBehavior};
use crate::support::stub::{Action, Received, Stub, ok, respond};

const ONE: WorkerOptions = WorkerOptions {
    count: 1,
    until_accepted: false,
    drop_on_interrupt: false,
};
const TWO_UNTIL_ACCEPTED: WorkerOptions = WorkerOptions {
    count: 2,
    until_accepted: true,
    drop_on_interrupt: false,
};

fn object(input: Value) -> Map<String, Value> {
    match input {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

/// Returns a call that changes nothing, with `number` in its input.
fn read_call(number: usize) -> BatchCall {
    BatchCall {
        operation: "ListDatasets",
        input: object(json!({"IdentityPoolId": "p:0", "IdentityId": format!("i:{number}")})),
    }
}

/// Returns a call that makes a change, with `number` in its input.
fn change_call(number: usize) -> BatchCall {
    BatchCall {
        operation: "SetCognitoEvents",
        input: object(json!({"IdentityPoolId": format!("p:{number}"), "Events": {}})),
    }
}

fn environment(more: &[(&str, &str)]) -> Environment {
    let mut variables = vec![
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("HOME", "/nonexistent"),
        ("AWS_MAX_ATTEMPTS", "2"),
    ];
    // Later variables replace earlier ones.
    variables.extend(more);
    Environment::from_iter(variables)
}

/// The number of attempts of each call.
fn attempts(report: &BatchReport) -> Vec<u32> {
    let responses = report.responses.iter();
    responses.map(|response| response.attempts).collect()
}

/// Makes the calls to this endpoint.
#[track_caller]
fn run_calls(
    endpoint: &str,
    calls: impl IntoIterator<Item = BatchCall>,
    workers: WorkerOptions,
) -> BatchReport {
    let environment = environment(&[("AWS_ENDPOINT_URL", endpoint)]);
    run_batch(calls.into_iter().collect(), workers, &environment).expect("the calls are made")
}

/// Asserts that all calls succeeded, each with one request.
#[track_caller]
fn assert_all_succeeded(report: &BatchReport, calls: usize) {
    assert_eq!(report.failed, Vec::<String>::new());
    assert_eq!(report.responses.len(), calls);
    assert!(
        report
            .responses
            .iter()
            .all(|response| response.attempts == 1)
    );
}

#[test]
fn opens_one_connection_per_worker() {
    const CALLS: usize = 2000;
    let stub = Stub::new(|received| {
        thread::sleep(Duration::from_millis(1));
        ok(&format!("{{\"Path\":\"{}\"}}", received.request.path))
    });
    let workers = WorkerOptions { count: 32, ..ONE };
    let report = run_calls(&stub.endpoint(), (0..CALLS).map(read_call), workers);
    assert_all_succeeded(&report, CALLS);
    let connections = stub.connections();
    assert!(connections <= 32, "{connections} connections");
    // Every call got its own response, URL and request id.
    let mut found = BTreeSet::new();
    for response in &report.responses {
        let body: Value = serde_json::from_slice(&response.body).expect("JSON");
        let path = body["Path"].as_str().expect("a path");
        assert_eq!(response.url, format!("{}{path}", stub.endpoint()));
        assert_eq!(
            (response.status, response.request_id.as_deref()),
            (200, Some("r-1"))
        );
        found.insert(path.to_string());
    }
    assert_eq!(found.len(), CALLS);
    let requests = stub.requests();
    let is_plain = |request: &Request| {
        request.header("connection").is_none() && request.header("authorization").is_some()
    };
    assert!(requests.iter().all(is_plain));
}

#[test]
fn keeps_connection_only_where_response_allows_it() {
    let keep = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    let close = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
    let older = "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    let older_kept = "HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\n{}";
    let surplus = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}surplus";
    let endless = "HTTP/1.1 200 OK\r\n\r\n{}";
    let table: [(&str, bool, usize); 9] = [
        (keep, false, 1),
        (chunked, false, 1),
        (older_kept, false, 1),
        // Announced as closed, but not closed by the server.
        (close, false, 5),
        (older, false, 5),
        (surplus, false, 5),
        // Closed by the server without an announcement.
        (keep, true, 5),
        (older_kept, true, 5),
        (endless, true, 5),
    ];
    for (response, closes, connections) in table {
        let stub = Stub::new(move |_| match closes {
            true => Action::SendAndClose(response.to_string()),
            false => Action::Send(response.to_string()),
        });
        let report = run_calls(&stub.endpoint(), (0..5).map(read_call), ONE);
        assert_all_succeeded(&report, 5);
        assert_eq!(stub.connections(), connections, "{response:?} {closes}");
        assert_eq!(stub.requests().len(), 5);
        assert!(
            report
                .responses
                .iter()
                .all(|response| response.body == b"{}")
        );
    }
}

#[test]
fn uses_fresh_connection_for_one_closed_while_idle() {
    // The first call's connection is closed while the second call is pending on the connection of
    // another service.
    let closing = Stub::new(|received| match received.number_on_connection {
        0 => Action::SendAndClose(String::from(
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        )),
        _ => Action::Close,
    });
    let slow = Stub::new(|_| {
        thread::sleep(Duration::from_millis(50));
        ok("{}")
    });
    let environment = environment(&[
        ("AWS_ENDPOINT_URL_COGNITO_SYNC", &closing.endpoint()),
        ("AWS_ENDPOINT_URL_COGNITO_IDENTITY", &slow.endpoint()),
    ]);
    let pools = BatchCall {
        operation: "ListIdentityPools",
        input: object(json!({"MaxResults": 60})),
    };
    let calls = vec![
        change_call(0),
        pools.clone(),
        change_call(1),
        pools,
        change_call(2),
    ];
    let report = run_batch(calls, ONE, &environment).expect("the calls are made");
    // Changes as well: nothing was sent on the closed connection.
    assert_all_succeeded(&report, 5);
    assert_eq!((closing.connections(), slow.connections()), (3, 1));
    assert_eq!(closing.requests().len(), 3);
}

/// A server that closes each connection at its second request, without a response.
fn closing_at_second_request() -> Stub {
    Stub::new(|received| match received.number_on_connection {
        0 => ok("{}"),
        _ => Action::Close,
    })
}

#[test]
fn repeats_read_on_stale_connection_at_once() {
    let stub = closing_at_second_request();
    let report = run_calls(&stub.endpoint(), (0..3).map(read_call), ONE);
    assert_all_succeeded(&report, 3);
    let paths: Vec<_> = stub
        .requests()
        .iter()
        .map(|request| request.path.clone())
        .collect();
    assert_eq!(paths.len(), 5);
    assert_eq!((&paths[1], &paths[3]), (&paths[2], &paths[4]));
}

#[test]
fn counts_change_on_stale_connection_as_attempt() {
    let stub = closing_at_second_request();
    let report = run_calls(&stub.endpoint(), (0..2).map(change_call), ONE);
    // As often as the AWS CLI does.
    assert_eq!((attempts(&report), report.failed), (vec![1, 2], Vec::new()));
    assert_eq!(stub.requests().len(), 3);
}

#[test]
fn repeats_no_read_whose_response_began() {
    let stub = Stub::new(|received| match received.number_on_connection {
        0 => ok("{}"),
        _ => Action::SendAndClose("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".into()),
    });
    let report = run_calls(&stub.endpoint(), (0..2).map(read_call), ONE);
    assert_eq!((attempts(&report), report.failed), (vec![1, 2], Vec::new()));
}

const EMPTY_RESPONSES: PeerBehavior = PeerBehavior::RespondInTurn(&[EMPTY, EMPTY, EMPTY]);

#[test]
fn keeps_connections_under_tls_and_through_proxies() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("ca.pem");
    let authority = CertificateAuthority::new();
    fs::write(&bundle, &authority.pem).expect("the folder can be written to");
    let bundle = bundle.to_str().expect("text");
    let certificate = authority.issue("127.0.0.1", false);
    let check_connections = |more: &[(&str, &str)]| {
        let report = run_batch((0..3).map(read_call).collect(), ONE, &environment(more));
        assert_all_succeeded(&report.expect("the calls are made"), 3);
    };

    let direct = Peer::new(EMPTY_RESPONSES, Some(&certificate));
    let url = format!("https://{}", direct.host());
    check_connections(&[("AWS_ENDPOINT_URL", &url), ("AWS_CA_BUNDLE", bundle)]);
    assert_eq!((direct.connections(), direct.heads().len()), (1, 3));

    let tunnelled = Peer::new(EMPTY_RESPONSES, Some(&certificate));
    let proxy = Peer::new(PeerBehavior::Proxy(None), None);
    let (url, proxy_url) = (
        format!("https://{}", tunnelled.host()),
        format!("http://{}", proxy.host()),
    );
    check_connections(&[
        ("AWS_ENDPOINT_URL", &url),
        ("AWS_CA_BUNDLE", bundle),
        ("HTTPS_PROXY", &proxy_url),
    ]);
    assert_eq!((tunnelled.connections(), tunnelled.heads().len()), (1, 3));
    assert_eq!((proxy.connections(), proxy.heads().len()), (1, 1));

    let forwarding = Peer::new(EMPTY_RESPONSES, None);
    let proxy_url = format!("http://{}", forwarding.host());
    check_connections(&[
        ("AWS_ENDPOINT_URL", "http://service.test"),
        ("HTTP_PROXY", &proxy_url),
    ]);
    assert_eq!((forwarding.connections(), forwarding.heads().len()), (1, 3));
}

#[test]
fn sends_each_service_its_own_requests() {
    let (sync, identity) = (Stub::new(|_| ok("{}")), Stub::new(|_| ok("{}")));
    let environment = environment(&[
        ("AWS_ENDPOINT_URL_COGNITO_SYNC", &sync.endpoint()),
        ("AWS_ENDPOINT_URL", &identity.endpoint()),
    ]);
    let input =
        json!({"IdentityPoolId": "p:0", "MaxResults": 60, "NextToken": "t", "HideDisabled": true});
    let list = BatchCall {
        operation: "ListIdentities",
        input: object(input.clone()),
    };
    let report =
        run_batch(vec![read_call(0), list], ONE, &environment).expect("the calls are made");
    assert_all_succeeded(&report, 2);
    let (to_sync, to_identity) = (sync.requests(), identity.requests());
    let signed_for = |request: &Request| {
        let authorization = request.header("authorization").unwrap_or_default();
        authorization
            .split('/')
            .nth(3)
            .unwrap_or_default()
            .to_string()
    };
    assert_eq!(to_sync.len(), 1);
    assert_eq!(signed_for(&to_sync[0]), "cognito-sync");
    assert_eq!(
        to_sync[0].path,
        "/identitypools/p%3A0/identities/i%3A0/datasets"
    );
    assert_eq!(to_identity.len(), 1);
    let request = &to_identity[0];
    assert_eq!(signed_for(request), "cognito-identity");
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/")
    );
    let target = "AWSCognitoIdentityService.ListIdentities";
    assert_eq!(request.header("x-amz-target"), Some(target));
    assert_eq!(
        request.header("content-type"),
        Some("application/x-amz-json-1.1")
    );
    assert_eq!(request.json(), Some(input));
}

#[test]
fn finds_endpoint_of_cognito_identity_in_services_section() {
    let identity = Stub::new(|_| ok("{}"));
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config");
    let text = format!(
        "[default]\nservices = local\n[services local]\ncognito_identity =\n  endpoint_url = {}\n",
        identity.endpoint()
    );
    fs::write(&config, text).expect("the folder can be written to");
    let config = config.to_str().expect("text");
    let call = BatchCall {
        operation: "ListIdentityPools",
        input: object(json!({"MaxResults": 1})),
    };
    let environment = environment(&[("AWS_CONFIG_FILE", config)]);
    let report = run_batch(vec![call], ONE, &environment).expect("the call is made");
    assert_all_succeeded(&report, 1);
    assert_eq!(identity.requests().len(), 1);
}

#[test]
fn sends_values_beyond_sdk_types_as_given() {
    let stub = Stub::new(|_| ok("{}"));
    let call = |most: Value| BatchCall {
        operation: "ListIdentityPoolUsage",
        input: object(json!({"MaxResults": most})),
    };
    let calls = [
        call(json!(5)),
        call(json!(99_999_999_999_u64)),
        call(json!(6)),
    ];
    let report = run_calls(&format!("{}?q=1", stub.endpoint()), calls, ONE);
    assert_all_succeeded(&report, 3);
    let queries: Vec<_> = stub
        .requests()
        .iter()
        .map(|r| r.raw_query.clone())
        .collect();
    assert_eq!(
        queries,
        [
            "q=1&maxResults=5",
            "q=1&maxResults=99999999999",
            "q=1&maxResults=6"
        ]
    );
}

fn service_error(status: u16, code: &str) -> Action {
    respond(
        status,
        &json!({"__type": code, "message": "no"}).to_string(),
    )
}

/// Throttles some requests after enough of them for a measured rate.
fn throttle(received: &Received) -> Action {
    thread::sleep(Duration::from_millis(2));
    match received.number {
        400 | 402 | 404 | 430 | 431 => service_error(429, "TooManyRequestsException"),
        _ => ok("{}"),
    }
}

#[test]
fn sends_throttled_requests_again_until_accepted() {
    const CALLS: usize = 600;
    // One attempt, so that a single throttled request would fail.
    let environment = |stub: &Stub| {
        environment(&[
            ("AWS_ENDPOINT_URL", &stub.endpoint()),
            ("AWS_MAX_ATTEMPTS", "1"),
        ])
    };
    let stub = Stub::new(throttle);
    let calls = || (0..CALLS).map(read_call).collect();
    let report = run_batch(calls(), TWO_UNTIL_ACCEPTED, &environment(&stub));
    let report = report.expect("the calls are made");
    assert_eq!(report.failed, Vec::<String>::new());
    assert_eq!(report.responses.len(), CALLS);
    assert_eq!(stub.requests().len(), CALLS + 5);

    let stub = Stub::new(throttle);
    let report = run_batch(
        calls(),
        WorkerOptions { count: 2, ..ONE },
        &environment(&stub),
    );
    let report = report.expect("the calls are made");
    assert_eq!(report.failed.len(), 5, "{:?}", report.failed);
}

#[test]
fn bounds_retries_of_other_errors_when_retrying_until_accepted() {
    type MakeAction = fn() -> Action;
    let table: [(MakeAction, &str); 3] = [
        (
            || service_error(500, "InternalErrorException"),
            "(reached max retries: 1)",
        ),
        (
            || service_error(400, "LimitExceededException"),
            "(LimitExceededException)",
        ),
        (
            || Action::Close,
            "Connection was closed before we received a valid response",
        ),
    ];
    for (action, message) in table {
        let stub = Stub::new(move |_| action());
        let report = run_calls(&stub.endpoint(), [read_call(0)], TWO_UNTIL_ACCEPTED);
        let [failed] = &report.failed[..] else {
            panic!("{report:?}")
        };
        assert!(failed.contains(message), "{failed}");
        assert_eq!(stub.requests().len(), 2, "{failed}");
    }
}

#[test]
fn renews_expiring_credentials_of_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("credentials.sh");
    let script = "n=$(($(cat \"$0.count\" 2>/dev/null || echo 0) + 1)); echo $n > \"$0.count\"\n\
         end=$(python3 -c 'import time; print(time.strftime(\"%Y-%m-%dT%H:%M:%SZ\", time.gmtime(time.time() + 4)))')\n\
         echo '{\"Version\": 1, \"AccessKeyId\": \"AKID'$n'\", \"SecretAccessKey\": \"s\",' \
         '\"SessionToken\": \"t'$n'\", \"Expiration\": \"'$end'\"}'\n";
    fs::write(&program, script).expect("the folder can be written to");
    let config = folder.path().join("config");
    let text = format!(
        "[default]\ncredential_process = /bin/sh {}\n",
        program.display()
    );
    fs::write(&config, text).expect("the folder can be written to");
    let stub = Stub::new(|_| ok("{}"));
    let environment = environment(&[
        ("AWS_ENDPOINT_URL", &stub.endpoint()),
        ("AWS_CONFIG_FILE", config.to_str().expect("text")),
        // Credentials in the environment would take precedence.
        ("AWS_ACCESS_KEY_ID", ""),
    ]);
    let report =
        run_batch((0..4).map(read_call).collect(), ONE, &environment).expect("the calls are made");
    assert_all_succeeded(&report, 4);
    let keys: BTreeSet<_> = stub
        .requests()
        .iter()
        .map(|request| {
            let authorization = request.header("authorization").unwrap_or_default();
            let (_, key) = authorization.split_once("Credential=").expect("a key");
            let key = key.split('/').next().unwrap_or_default().to_string();
            let token = request.header("x-amz-security-token").unwrap_or_default();
            assert_eq!(
                key.strip_prefix("AKID"),
                token.strip_prefix('t'),
                "of one document"
            );
            key
        })
        .collect();
    // Each call was made within the renewal period of the credentials.
    assert!(keys.len() > 1, "{keys:?}");
}

/// The environment variables that make this process the child of a test.
const CHILD: [&str; 3] = [
    "MANY_CALLS_ENDPOINT",
    "MANY_CALLS_KIND",
    "MANY_CALLS_DROP_ON_INTERRUPT",
];

/// Makes calls until it is interrupted, and prints a summary.
#[test]
#[ignore = "the tests of interrupts run it as a child"]
fn calls_until_interrupted() {
    let [Ok(endpoint), Ok(kind), Ok(drop_on_interrupt)] = CHILD.map(env::var) else {
        panic!("{CHILD:?} are not set")
    };
    cognito_sync::prepare_for_interrupts();
    let call = if kind == "change" {
        change_call
    } else {
        read_call
    };
    let workers = WorkerOptions {
        count: 2,
        drop_on_interrupt: drop_on_interrupt == "true",
        ..ONE
    };
    let report = run_calls(&endpoint, (0..50).map(call), workers);
    let summary = format!(
        "succeeded {} failed {} cancelled {} unfinished {} not started {}",
        report.responses.len(),
        report.failed.len(),
        report.cancelled,
        report.unfinished.len(),
        report.not_started
    );
    writeln!(io::stdout(), "{summary}").expect("the test reads it");
    let unfinished = report.unfinished.iter();
    for call in unfinished {
        assert_eq!(call.operation, "SetCognitoEvents");
        assert!(call.input.contains_key("IdentityPoolId"), "{call:?}");
    }
}

/// Runs the child against a server that holds responses back from the third request on. Once both
/// workers wait, interrupts it, and lets the server respond if `answers`. Returns the summary that
/// the child printed.
fn interrupt_calls(
    kind: &str,
    drop_on_interrupt: bool,
    interrupts: usize,
    answers: bool,
) -> String {
    let gate = Gate::default();
    let wait = gate.barrier();
    let stub = Stub::new(move |received| {
        if received.number >= 2 {
            wait();
        }
        ok("{}")
    });
    let test = env::current_exe().expect("this program");
    let mut command = Command::new(test);
    command
        .args([
            "--exact",
            "many_calls::calls_until_interrupted",
            "--ignored",
            "--nocapture",
        ])
        .envs(CHILD.into_iter().zip([
            stub.endpoint().as_str(),
            kind,
            if drop_on_interrupt { "true" } else { "false" },
        ]));
    let child = RunningChild::start(command);
    // Of both workers.
    gate.await_requests(2);
    for number in 0..interrupts {
        if number > 0 {
            // Signals in quick succession may arrive as one.
            thread::sleep(Duration::from_millis(300));
        }
        child.signal("INT");
    }
    if answers {
        // The child has to handle the interrupt before the responses.
        thread::sleep(Duration::from_millis(300));
        gate.open();
    }
    let Outcome { status, stdout, .. } = child.finish();
    assert_eq!(status, 0, "{stdout}");
    let summary = stdout.lines().find(|line| line.contains("succeeded "));
    let summary = summary.unwrap_or_else(|| panic!("{stdout}"));
    summary[summary.find("succeeded ").unwrap_or_default()..].to_string()
}

#[test]
fn finishes_calls_under_way_at_interrupt() {
    for kind in ["change", "read"] {
        let summary = interrupt_calls(kind, false, 1, true);
        assert_eq!(
            summary, "succeeded 4 failed 0 cancelled 0 unfinished 0 not started 46",
            "{kind}"
        );
    }
}

#[test]
fn abandons_calls_under_way_at_second_interrupt() {
    let summary = interrupt_calls("change", false, 2, false);
    assert_eq!(
        summary,
        "succeeded 2 failed 0 cancelled 0 unfinished 2 not started 46"
    );
    let summary = interrupt_calls("read", false, 2, false);
    assert_eq!(
        summary,
        "succeeded 2 failed 0 cancelled 2 unfinished 0 not started 46"
    );
}

#[test]
fn lists_changes_of_dropped_calls_as_unfinished() {
    let summary = interrupt_calls("change", true, 1, false);
    assert_eq!(
        summary,
        "succeeded 2 failed 0 cancelled 0 unfinished 2 not started 46"
    );
    let summary = interrupt_calls("read", true, 1, false);
    assert_eq!(
        summary,
        "succeeded 2 failed 0 cancelled 0 unfinished 0 not started 46"
    );
}
