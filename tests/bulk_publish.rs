//! `bulk-publish --wait`, and what explains that a bulk publish is rejected.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::child::RunningChild;
use crate::support::http::{Request, Response};
use crate::support::run::Run;
use crate::support::service::{Service, client_command};
use crate::support::stub::{Stub, ok};
use crate::support::terminal::run_on_terminal;

const POOL: &str = "us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c";
const PUBLISH: &str = "/identitypools/us-east-1%3A23ec4050-6aea-7089-a2dd-08002e7a1b2c/bulkpublish";
const DETAILS: &str =
    "/identitypools/us-east-1%3A23ec4050-6aea-7089-a2dd-08002e7a1b2c/getBulkPublishDetails";

/// The arguments of `bulk-publish` for the pool.
fn publish<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&["bulk-publish", "--identity-pool-id", POOL], args].concat()
}

fn respond(body: &Value) -> Response {
    Response::body(body.to_string())
}

fn accepted() -> Response {
    respond(&json!({"IdentityPoolId": POOL}))
}

fn refuse(code: &str) -> Response {
    let response = respond(&json!({"message": "no"})).status(400);
    response.header("x-amzn-errortype", code)
}

fn details(status: &str) -> Value {
    json!({"BulkPublishStatus": status, "IdentityPoolId": POOL})
}

/// Runs `bulk-publish --wait --poll 1` against these responses, and expects the requests.
fn waiting(args: &[&str], responses: Vec<Response>) -> Run {
    let count = responses.len();
    let run = Run::new(publish(&[&["--wait", "--poll", "1"], args].concat())).responses(responses);
    let run = run.sends("POST", PUBLISH, None);
    (1..count).fold(run, |run, _| run.sends("POST", DETAILS, None))
}

#[test]
fn waits_for_end_and_prints_last_response() {
    let running = [details("NOT_STARTED"), details("IN_PROGRESS")];
    let responses: Vec<_> = [accepted()]
        .into_iter()
        .chain(running.iter().chain([&details("SUCCEEDED")]).map(respond))
        .collect();
    waiting(&[], responses)
        .stdout(&format!(
            "{{\n    \"IdentityPoolId\": \"{POOL}\",\n    \"BulkPublishStatus\": \"SUCCEEDED\"\n}}\n"
        ))
        .succeeds();
    let table = [
        ("text", format!("SUCCEEDED\t{POOL}\n")),
        (
            "yaml",
            format!("BulkPublishStatus: SUCCEEDED\nIdentityPoolId: {POOL}\n"),
        ),
    ];
    for (format, want) in table {
        waiting(
            &["--output", format],
            vec![accepted(), respond(&details("SUCCEEDED"))],
        )
        .stdout(&want)
        .succeeds();
    }
    let responses = || vec![accepted(), respond(&details("SUCCEEDED"))];
    waiting(&["--query", "BulkPublishStatus"], responses())
        .stdout("\"SUCCEEDED\"\n")
        .succeeds();
    let table = waiting(&["--output", "table"], responses()).capture();
    assert!(table.stdout.contains("GetBulkPublishDetails"), "{table}");
}

#[test]
fn fails_if_publish_fails() {
    let failed = |message: Value| json!({"BulkPublishStatus": "FAILED", "FailureMessage": message, "IdentityPoolId": POOL});
    let table = [
        (json!("the stream is gone"), "the stream is gone"),
        (json!(null), "the service does not say why"),
    ];
    for (message, why) in table {
        let responses = vec![accepted(), respond(&failed(message))];
        waiting(&["--query", "BulkPublishStatus"], responses)
            .stdout("\"FAILED\"\n")
            .stderr_contains(&format!("The bulk publish failed: {why}\n"))
            .fails(255);
    }
}

#[test]
fn gives_up_after_time_limit() {
    let args = publish(&[
        "--wait",
        "--wait-timeout",
        "2",
        "--poll",
        "1",
        "--query",
        "BulkPublishStatus",
    ]);
    let observed = Run::new(args)
        .responses([accepted(), respond(&details("IN_PROGRESS"))])
        .capture();
    assert_eq!(observed.exit, crate::support::child::ChildExit::Status(255));
    assert_eq!(observed.stdout, "\"IN_PROGRESS\"\n");
    let why = "The bulk publish has not ended within 2 seconds. It goes on: get-bulk-publish-details shows how \
               it ends.\n";
    assert!(observed.stderr.ends_with(why), "{observed}");
}

#[test]
fn waits_for_publish_that_runs_already() {
    waiting(
        &["--query", "BulkPublishStatus"],
        vec![
            refuse("DuplicateRequestException"),
            respond(&details("SUCCEEDED")),
        ],
    )
    .stdout("\"SUCCEEDED\"\n")
    .stderr("a bulk publish is running already: waiting for its end\n")
    .succeeds();
}

#[test]
fn state_that_cannot_be_read_is_an_error() {
    waiting(&[], vec![accepted(), refuse("NotAuthorizedException")])
        .stderr_contains("when calling the GetBulkPublishDetails operation: no\n")
        .fails(254);
}

#[test]
fn failures_that_pass_do_not_end_the_wait() {
    let unavailable = || Response::body("<html>").status(503);
    let responses = vec![
        accepted(),
        unavailable(),
        refuse("ThrottlingException"),
        respond(&details("IN_PROGRESS")),
        unavailable(),
        respond(&details("SUCCEEDED")),
    ];
    waiting(&["--query", "BulkPublishStatus"], responses)
        .env("AWS_MAX_ATTEMPTS", "1")
        .stdout("\"SUCCEEDED\"\n")
        .succeeds();
    let responses = [accepted()].into_iter();
    waiting(
        &[],
        responses.chain((0..6).map(|_| unavailable())).collect(),
    )
    .env("AWS_MAX_ATTEMPTS", "1")
    .stderr_contains("An error occurred (503) when calling the GetBulkPublishDetails operation")
    .fails(254);
    waiting(
        &["--wait-timeout", "2"],
        vec![accepted(), unavailable(), unavailable()],
    )
    .env("AWS_MAX_ATTEMPTS", "1")
    .stderr_contains("(503)")
    .fails(254);
}

#[test]
fn sends_nothing_more_where_nobody_reads_hints() {
    for code in ["AlreadyStreamedException", "DuplicateRequestException"] {
        Run::new(publish(&[]))
            .responses([refuse(code)])
            .sends("POST", PUBLISH, None)
            .stderr_contains(&format!(
                "({code}) when calling the BulkPublish operation: no\n"
            ))
            .fails(254);
    }
    waiting(&[], vec![refuse("AlreadyStreamedException")])
        .stderr_contains("(AlreadyStreamedException)")
        .fails(254);
}

/// The hints for `bulk-publish` that is rejected with this code, with these details.
fn hints(code: &'static str, details: Response) -> String {
    let run = run_on_terminal("stderr", &publish(&[]));
    let run = run.respond_with(move |request: &Request| match request.path == PUBLISH {
        true => refuse(code),
        false => details.clone(),
    });
    let shown = run.capture().stdout;
    let lines = shown.lines().filter_map(|line| line.strip_prefix("hint: "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn explains_rejections_on_a_terminal() {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    let ended = |ago: f64| {
        let mut details = details("SUCCEEDED");
        details["BulkPublishCompleteTime"] = json!(now.as_secs_f64() - ago);
        respond(&details)
    };
    let hint = hints("AlreadyStreamedException", ended(3600.0 + 30.0));
    let want = "the last bulk publish has succeeded, and the service accepts the next one 24 hours later, which \
                is in 23 h 0 min";
    assert_eq!(hint, want);
    let without_time = "the service accepts a bulk publish 24 hours after one that has succeeded: \
                        get-bulk-publish-details shows when that was";
    for details in [
        respond(&details("SUCCEEDED")),
        ended(90_000.0),
        ended(-3600.0),
        ended(-1e300),
        refuse("NotAuthorizedException"),
        Response::body("nonsense"),
    ] {
        assert_eq!(hints("AlreadyStreamedException", details), without_time);
    }
    assert_eq!(
        hints("DuplicateRequestException", accepted()),
        "the identity pool has one bulk publish at a time: --wait waits for the end of the one that runs"
    );
}

#[test]
fn shows_time_on_a_terminal_and_clears_it() {
    let args = publish(&["--wait", "--poll", "1"]);
    let running = respond(&details("IN_PROGRESS"));
    let shown = run_on_terminal("stderr", &args)
        .env("TERM", "xterm")
        .responses([
            accepted(),
            running.clone(),
            running,
            respond(&details("SUCCEEDED")),
        ])
        .capture()
        .stdout;
    let frames: Vec<_> = shown.split("\r\u{1b}[K").collect();
    assert!(frames.len() > 3, "{shown:?}");
    assert_eq!(frames[1], "bulk publish in progress for 0:00");
    assert_eq!(frames[2], "bulk publish in progress for 0:01");
    assert_eq!((frames[0], frames[frames.len() - 1]), ("", ""), "{shown:?}");
}

#[test]
fn interrupt_says_that_publish_goes_on() {
    let stub = Stub::new(|received| {
        let body = match received.number {
            0 => json!({"IdentityPoolId": POOL}),
            _ => details("IN_PROGRESS"),
        };
        ok(&body.to_string())
    });
    let folder = tempfile::TempDir::new().expect("a temporary folder can be made");
    let mut command = client_command(&folder, &stub.endpoint());
    command
        .env("AWS_REGION", "us-east-1")
        .args(publish(&["--wait", "--poll", "1"]));
    let child = RunningChild::start(command);
    while stub.requests().len() < 2 {
        std::thread::sleep(Duration::from_millis(10));
    }
    child.signal("INT");
    let outcome = child.finish();
    assert_eq!((outcome.status, &*outcome.stdout), (130, "\n"));
    assert_eq!(
        outcome.stderr,
        "the bulk publish goes on: get-bulk-publish-details shows how it ends\n"
    );
}

#[test]
fn waits_for_the_local_service() {
    let service = Service::start(&["--bulk-publish-time", "3"]);
    let streams =
        "StreamName=updates,StreamingStatus=ENABLED,RoleArn=arn:aws:iam::123456789012:role/sync";
    let set = service.run(&[
        "set-identity-pool-configuration",
        "--identity-pool-id",
        POOL,
        "--cognito-streams",
        streams,
        "--output",
        "off",
    ]);
    assert_eq!(String::from_utf8_lossy(&set.stderr), "");
    let query = ["--query", "BulkPublishStatus", "--output", "text"];
    let waited = service.run(&publish(&[&["--wait", "--poll", "1"], &query[..]].concat()));
    assert_eq!(String::from_utf8_lossy(&waited.stdout), "SUCCEEDED\n");
    let again = service.run(&publish(&["--wait"]));
    let stderr = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(stderr.contains("(AlreadyStreamedException)"), "{stderr}");
}

#[test]
fn refuses_options_that_mean_nothing() {
    let table: [(Vec<&str>, &str); 5] = [
        (
            publish(&["--poll", "1"]),
            "--poll means nothing without --wait. Add --wait, or leave it out.",
        ),
        (
            publish(&["--wait-timeout", "1"]),
            "--wait-timeout means nothing without --wait. Add --wait, or leave it out.",
        ),
        (
            publish(&["--wait", "--poll", "0"]),
            "--poll 0 is no time to wait. Give a number of seconds, at least 1.",
        ),
        (
            publish(&["--wait", "--wait-timeout=-1"]),
            "--wait-timeout -1 is no time to wait. Give a number of seconds, at least 1.",
        ),
        (
            vec![
                "get-bulk-publish-details",
                "--identity-pool-id",
                POOL,
                "--wait",
            ],
            "--wait means nothing to get-bulk-publish-details, which has ended when its response is there. \
             Leave it out.",
        ),
    ];
    for (args, why) in table {
        let message =
            format!("\ncognito-sync: [ERROR]: An error occurred (ParamValidation): {why}\n");
        Run::new(args).stderr(&message).fails(252);
    }
}
