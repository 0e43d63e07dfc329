//! Pages that fail, repeat or do not fit together.

use std::time::Duration;

use aws_smithy_types::base64;
use serde_json::json;
use tempfile::TempDir;

use super::{all_records, keys, list_records, records};
use crate::support::child::RunningChild;
use crate::support::http::{Request, Response};
use crate::support::service::client_command;
use crate::support::stub::{Stub, ok};
use crate::support::terminal::run_on_terminal;

fn refuse(status: u16, code: &str) -> Response {
    let response = Response::body(r#"{"message":"no"}"#).status(status);
    response.header("x-amzn-errortype", code)
}

/// The records, but an error instead of the page at `token`.
fn failing_at(token: &'static str) -> impl Fn(&Request) -> Response + Send + Sync {
    move |request| match request.raw_query.contains(token) {
        true => refuse(400, "NotAuthorizedException"),
        false => records(request),
    }
}

const REFUSED: &str =
    "An error occurred (NotAuthorizedException) when calling the ListRecords operation: no";

#[test]
fn cuts_output_short_at_an_error() {
    let run =
        |format: &'static str| all_records(&["--output", format]).respond_with(failing_at("at-4"));
    let streamed = run("text").capture();
    assert_eq!(
        streamed.stdout,
        "2\tTrue\t9\tsession-0\nRECORDS\tk0\t0\nRECORDS\tk1\t1\n2\nRECORDS\tk2\t2\nRECORDS\tk3\t3\n"
    );
    let json = run("json").capture();
    assert!(
        json.stdout
            .ends_with("\"k3\",\n            \"SyncCount\": 3\n        }"),
        "{json}"
    );
    let collected = run("yaml").capture();
    assert_eq!(collected.stdout, "");
    for observed in [streamed, json, collected] {
        assert_eq!(observed.exit, crate::support::child::ChildExit::Status(254));
        assert!(observed.stderr.contains(REFUSED), "{observed}");
        assert!(!observed.stderr.contains("hint"), "{observed}");
    }
}

#[test]
fn hints_at_token_to_go_on_with() {
    let shown = run_on_terminal("stderr", &list_records(&["--all-pages"]))
        .respond_with(failing_at("at-4"))
        .capture()
        .stdout;
    let token = base64::encode(r#"{"NextToken": "at-4"}"#);
    let hint = format!(
        "hint: the output is incomplete, it has the first 4 entries: --starting-token {token} goes on behind \
         them"
    );
    assert!(shown.contains(&hint), "{shown}");
    let rest = all_records(&["--starting-token", &token]).capture();
    assert_eq!(keys(&rest.stdout), ["k4", "k5", "k6"]);
}

#[test]
fn first_page_that_fails_is_an_error_without_output() {
    all_records(&[])
        .responses([refuse(400, "NotAuthorizedException")])
        .request(|_| ())
        .stderr_contains(REFUSED)
        .fails(254);
}

#[test]
fn retries_throttled_page() {
    let pages = [
        Response::body(r#"{"Records":[{"Key":"a"}],"NextToken":"t"}"#),
        refuse(429, "TooManyRequestsException"),
        Response::body(r#"{"Records":[{"Key":"b"}]}"#),
    ];
    let observed = all_records(&["--query", "Records[].Key", "--output", "text"])
        .responses(pages)
        .capture();
    assert_eq!(observed.stdout, "a\tb\n");
    assert_eq!(observed.requests.len(), 3);
}

#[test]
fn refuses_list_that_never_ends() {
    const WHY: &str =
        "The service returned the same NextToken twice, so that the list would never end.";
    let page = |token: &str| {
        Response::body(json!({"Records": [{"Key": token}], "NextToken": token}).to_string())
    };
    let same = all_records(&[]).responses([page("t")]).capture();
    assert_eq!(same.requests.len(), 2);
    let circle = all_records(&[])
        .respond_with(move |request| match request.raw_query.as_str() {
            "" | "nextToken=c" => page("a"),
            "nextToken=a" => page("b"),
            _ => page("c"),
        })
        .capture();
    assert!(circle.requests.len() < 12, "{}", circle.requests.len());
    let start = all_records(&["--starting-token", "t"])
        .responses([page("t")])
        .capture();
    assert_eq!(start.requests.len(), 1);
    for observed in [same, circle, start] {
        assert_eq!(observed.exit, crate::support::child::ChildExit::Status(255));
        assert!(observed.stderr.contains(WHY), "{observed}");
    }
}

#[test]
fn refuses_responses_that_are_no_pages() {
    let table = [
        ("", "is not the JSON document that was expected"),
        ("[]", "it is not an object"),
        (r#"{"NextToken":7}"#, "an unexpected value for NextToken: 7"),
        (r#"{"Records":{}}"#, "where a RecordList was expected"),
    ];
    for (body, why) in table {
        all_records(&[])
            .responses([Response::body(body)])
            .request(|_| ())
            .stderr_contains(why)
            .fails(255);
    }
}

#[test]
fn warns_of_dataset_that_changes_meanwhile() {
    let page = |count: u32, next: Option<&str>| {
        Response::body(
            json!({"Records": [], "DatasetSyncCount": count, "NextToken": next}).to_string(),
        )
    };
    let warning = "warning: the dataset changed while its pages were read: its sync count was 5, then 8. The \
                   output has 5: list-records --last-sync-count 5 lists the changes since\n";
    let run = |pages: Vec<Response>| {
        let run = all_records(&["--query", "DatasetSyncCount"]).responses(pages);
        run.request(|_| ()).request(|_| ()).request(|_| ())
    };
    run(vec![page(5, Some("a")), page(7, Some("b")), page(8, None)])
        .stdout("5\n")
        .stderr(warning)
        .succeeds();
    run(vec![page(5, Some("a")), page(5, Some("b")), page(5, None)])
        .stdout("5\n")
        .succeeds();
}

#[test]
fn interrupt_ends_the_list() {
    let stub = Stub::new(|received| {
        std::thread::sleep(Duration::from_millis(20));
        let token = (received.number + 1).to_string();
        ok(&json!({"Records": [{"Key": "k"}], "NextToken": token}).to_string())
    });
    let folder = TempDir::new().expect("a temporary folder can be made");
    let mut command = client_command(&folder, &stub.endpoint());
    command
        .env("AWS_REGION", "us-east-1")
        .args(list_records(&["--all-pages", "--output", "text"]));
    let child = RunningChild::start(command);
    while stub.requests().len() < 5 {
        std::thread::sleep(Duration::from_millis(10));
    }
    child.signal("INT");
    let outcome = child.finish();
    assert_eq!((outcome.status, &*outcome.stderr), (130, ""));
    let begin = "RECORDS\tk\nRECORDS\tk\n";
    assert!(outcome.stdout.starts_with(begin), "{outcome:?}");
}
