//! Compares a run with the recorded run of the AWS CLI, by the rules of `differences` in `kit.py`,
//! which recorded the corpora. Unlike in Python, `True` and 1 are not equal.

use serde_json::{Value, json};

use super::corpus::{Case, CodeRule, RequestsRule, StderrRule, StdoutRule};
use super::message;
use super::python_value::PythonValue;
use super::relative_date;
use super::yaml;
use crate::support::child::ChildExit;
use crate::support::diff;
use crate::support::http::Request;
use crate::support::run::RunOutput;

/// The headers that are compared; others depend on the client.
const RECORDED_HEADERS: &[&str] = &[
    "content-type",
    "x-amz-client-context",
    "x-amz-security-token",
];

/// Returns a message for each part that differs from the recorded one.
pub(super) fn differences(case: &Case, observed: &RunOutput) -> Vec<String> {
    let parts = [
        code(case, observed.exit),
        requests(case, &observed.requests),
        stdout(case, &observed.stdout),
        stderr(case, &observed.stderr),
    ];
    parts.into_iter().flatten().collect()
}

fn code(case: &Case, got: ChildExit) -> Option<String> {
    let want = case.expect.code;
    let matches = match (case.rules.code, got) {
        (CodeRule::Failure, ChildExit::Status(252..=255)) => true,
        _ => got == ChildExit::Status(want),
    };
    (!matches).then(|| format!("expected status {want}, got {got}\n"))
}

fn requests(case: &Case, got: &[Request]) -> Option<String> {
    let today = |request: &Value| sort_query(&relative_date::expected_request(&case.id, request));
    let want = case.expect.requests.iter().map(today);
    let want: Vec<Value> = want.collect();
    let got: Vec<Value> = got.iter().map(recorded).collect();
    let (want, got) = (Value::Array(want), Value::Array(got));
    let matches = match case.rules.requests {
        RequestsRule::Exact => PythonValue::from(&want) == PythonValue::from(&got),
        RequestsRule::Any => true,
    };
    (!matches).then(|| differs("requests", &format!("{want:#}\n"), &format!("{got:#}\n")))
}

fn stdout(case: &Case, got: &str) -> Option<String> {
    let want = &case.expect.stdout;
    let matches = match case.rules.stdout {
        StdoutRule::Exact => want == got,
        StdoutRule::Any => true,
        StdoutRule::Yaml => match (yaml::documents(want), yaml::documents(got)) {
            (Ok(want), Ok(got)) => want == got,
            _ => false,
        },
        StdoutRule::Json => match (parse_json(want), parse_json(got)) {
            (Ok(want), Ok(got)) => want == got,
            _ => false,
        },
    };
    (!matches).then(|| differs("stdout", want, got))
}

fn stderr(case: &Case, got: &str) -> Option<String> {
    let want_message = message::from_stderr(&case.expect.stderr);
    let got_message = message::from_stderr(got);
    let (want, got) = match case.rules.stderr {
        StderrRule::Exact => (want_message, got_message),
        StderrRule::Line1 => (
            message::first_line(&want_message),
            message::first_line(&got_message),
        ),
        StderrRule::Typed => (
            message::without_types(&want_message),
            message::without_types(&got_message),
        ),
        StderrRule::Superset => {
            let matches = contains_document(&case.expect.stderr, got);
            return (!matches).then(|| differs("stderr's document", &case.expect.stderr, got));
        }
        StderrRule::Any => {
            let matches = case.expect.code == 0 || !got_message.is_empty();
            return (!matches).then(|| "expected some message on stderr\n".to_owned());
        }
    };
    (want != got).then(|| differs("message on stderr", &want, &got))
}

fn differs(what: &str, want: &str, got: &str) -> String {
    format!("{what} differs:\n{}", diff::diff_lines(want, got))
}

/// Whether the first document of `got` is a mapping with all members of that of `want`.
fn contains_document(want: &str, got: &str) -> bool {
    match (first_document(want), first_document(got)) {
        (Some(PythonValue::Mapping(want)), Some(PythonValue::Mapping(got))) => {
            want.iter().all(|member| got.contains(member))
        }
        _ => false,
    }
}

fn first_document(text: &str) -> Option<PythonValue> {
    yaml::documents(text).ok()?.into_iter().next()
}

fn parse_json(text: &str) -> serde_json::Result<PythonValue> {
    serde_json::from_str(text).map(|value: Value| PythonValue::from(&value))
}

/// Sorts the query, whose order is irrelevant.
fn sort_query(request: &Value) -> Value {
    let mut request = request.clone();
    if let Some(Value::Array(pairs)) = request.get_mut("query") {
        pairs.sort_by_key(Value::to_string);
    }
    request
}

/// Converts a request to the format of the corpora.
fn recorded(request: &Request) -> Value {
    let mut headers: Vec<_> = request
        .headers
        .iter()
        .filter(|(name, _)| RECORDED_HEADERS.contains(&name.as_str()))
        .filter(|(name, _)| name != "content-type" || !request.body.is_empty())
        .collect();
    headers.sort();
    let headers = headers
        .into_iter()
        .map(|(k, v)| (k.clone(), v.clone().into()));
    // The recording server collapsed leading slashes.
    let path = match request.path.strip_prefix("//") {
        Some(rest) => format!("/{}", rest.trim_start_matches('/')),
        None => request.path.clone(),
    };
    sort_query(&json!({
        "method": request.method,
        "path": path,
        "query": request.query(),
        "headers": Value::Object(headers.collect()),
        "auth": request.header("authorization").and_then(signature_scope),
        "body": body(request),
    }))
}

fn body(request: &Request) -> Value {
    if request.body.is_empty() {
        return Value::Null;
    }
    let raw = || {
        request
            .body
            .iter()
            .copied()
            .map(char::from)
            .collect::<String>()
    };
    request.json().unwrap_or_else(|| json!({ "!raw": raw() }))
}

/// Returns access key, region and service of a signature: `Credential=KEY/DATE/REGION/SERVICE/…`.
fn signature_scope(authorization: &str) -> Option<Value> {
    let (_, credential) = authorization.split_once("Credential=")?;
    let parts: Vec<&str> = credential.splitn(5, '/').collect();
    let [key, date, region, service, _] = parts[..] else {
        return None;
    };
    let is_date = !date.is_empty() && date.bytes().all(|byte| byte.is_ascii_digit());
    let complete = is_date && ![key, region, service].contains(&"");
    complete.then(|| json!([key, region, service]))
}

/// Returns a case with these rules.
fn case_with_rules(rules: &str, stdout: &str, stderr: &str) -> Case {
    let (stdout, stderr) = (json!(stdout), json!(stderr));
    super::corpus::parse(&format!(
        r#"{{"id": "a/1", "args": ["x"], "match": {rules},
            "expect": {{"code": 254, "stdout": {stdout}, "stderr": {stderr}, "requests": []}}}}"#
    ))
}

#[test]
fn compares_stdout_by_rule() {
    let differs = |rule: &str, want: &str, got: &str| {
        let rules = json!({ "stdout": rule }).to_string();
        stdout(&case_with_rules(&rules, want, ""), got).is_some()
    };
    assert!(!differs("exact", "a\n", "a\n") && differs("exact", "a\n", "a"));
    assert!(!differs("any", "a", "b"));
    assert!(!differs("yaml", "a: 1 # c\n", "{a: 1}") && differs("yaml", "a: 1", "a: '1'"));
    assert!(differs("yaml", "a: 1", "a: [") && differs("yaml", "a: [", "a: ["));
    assert!(!differs("json", "{\"a\":1}", "{ \"a\": 1.0 }") && differs("json", "1", "2"));
    assert!(differs("json", "1", "") && differs("yaml", "a: 1", ""));
}

#[test]
fn compares_stderr_by_rule() {
    let differs = |rule: &str, want: &str, got: &str| {
        let rules = json!({ "stderr": rule }).to_string();
        stderr(&case_with_rules(&rules, "", want), got).is_some()
    };
    let mark = |text: &str| format!("\naws: [ERROR]: {text}\n");
    assert!(!differs("exact", &mark("a"), "other: [ERROR]: a"));
    assert!(differs("exact", &mark("a"), &mark("b")) && differs("exact", "a\nb", "a\nc"));
    assert!(!differs("line1", "a\nb", "a\nc") && differs("line1", "a\nb", "b\nb"));
    let typed = |rest: &str| format!("Invalid type for parameter A, {rest}");
    assert!(!differs("typed", &typed("x"), &typed("y")) && differs("typed", "x", "y"));
    assert!(!differs("any", "a", "b") && differs("any", "a", &mark("")));
    let document = "Code: A\nMessage: m\n";
    assert!(!differs(
        "superset",
        document,
        r#"{"Message": "m", "Code": "A", "More": 1}"#
    ));
    assert!(differs("superset", document, "Code: A\n"));
    assert!(differs("superset", document, "Code: A\nMessage: n\n"));
    assert!(differs("superset", document, "Code: [") && differs("superset", document, ""));
}

#[test]
fn compares_status_by_rule() {
    let differs = |rule: &str, got| {
        let rules = json!({ "code": rule }).to_string();
        code(&case_with_rules(&rules, "", ""), got).is_some()
    };
    assert!(!differs("exact", ChildExit::Status(254)) && differs("exact", ChildExit::Status(252)));
    assert!(
        !differs("failure", ChildExit::Status(252)) && differs("failure", ChildExit::Status(1))
    );
    assert!(differs("failure", ChildExit::TimedOut) && differs("exact", ChildExit::Signal(9)));
}

#[test]
fn compares_every_part_of_request() {
    let wire = "POST //a?y=2&x=1 HTTP/1.1\r\nHost: h\r\nContent-Type: t\r\nContent-Length: 7\r\n\
                Authorization: AWS4 Credential=K/20240101/r/s/aws4, x\r\n\r\n{\"a\":1}";
    let sent = Request::read(&mut wire.as_bytes()).unwrap().unwrap();
    let want = json!({"method": "POST", "path": "/a", "query": [["y", "2"], ["x", "1"]],
                      "headers": {"content-type": "t"}, "auth": ["K", "r", "s"], "body": {"a": 1.0}});
    let mut case = case_with_rules("{}", "", "");
    case.expect.requests = vec![want];
    assert_eq!(requests(&case, std::slice::from_ref(&sent)), None);
    assert!(requests(&case, &[]).is_some());
    assert!(requests(&case, &[sent.clone(), sent.clone()]).is_some());
    for (member, other) in [
        ("method", json!("GET")),
        ("path", json!("//a")),
        ("query", json!([["x", "1"]])),
        ("headers", json!({})),
        ("auth", json!(null)),
        ("body", json!({"a": "1"})),
    ] {
        let mut changed = case.clone();
        changed.expect.requests[0][member] = other;
        assert!(
            requests(&changed, std::slice::from_ref(&sent)).is_some(),
            "{member}"
        );
    }
    let mut other = sent;
    other.body = b"\xff".to_vec();
    assert_eq!(recorded(&other)["body"], json!({"!raw": "\u{ff}"}));
    other.body.clear();
    assert_eq!(recorded(&other)["headers"], json!({}));
}
