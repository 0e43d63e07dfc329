//! Retries of AWS CLI 2.36.7: which errors are retried, the delays, and the retry quota. Unit tests
//! of `transport::pacing` cover the rate limiter of the adaptive mode.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::http::{Request, Response};
use crate::support::run::Run;

const GET: [&str; 3] = ["get-identity-pool-configuration", "--identity-pool-id", "p"];

/// Times at which requests arrived.
#[derive(Clone, Default)]
struct ArrivalTimes(Arc<Mutex<Vec<Instant>>>);

impl ArrivalTimes {
    /// Returns the responses in turn and records the times of the requests.
    fn responder(
        &self,
        responses: Vec<Response>,
    ) -> impl Fn(&Request) -> Response + Send + Sync + 'static {
        let times = self.0.clone();
        move |_| {
            let mut times = times.lock().expect("no other test panicked");
            times.push(Instant::now());
            responses
                .get(times.len() - 1)
                .or(responses.last())
                .expect("a response")
                .clone()
        }
    }

    fn waits(&self) -> Vec<Duration> {
        let times = self.0.lock().expect("no other test panicked");
        times.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

fn throttled() -> Response {
    Response::body(r#"{"__type":"TooManyRequestsException"}"#).status(429)
}

fn measured_waits(run: Run, responses: Vec<Response>, status: i32) -> Vec<Duration> {
    let arrivals = ArrivalTimes::default();
    let observed = run.respond_with(arrivals.responder(responses)).capture();
    let ended = format!("{:?}", observed.exit);
    assert_eq!(ended, format!("Status({status})"), "{observed}");
    arrivals.waits()
}

#[test]
fn adaptive_mode_retries_throttled_request_within_12_s() {
    let run = Run::new(GET).env("AWS_RETRY_MODE", "adaptive");
    let waits = measured_waits(run, vec![throttled(), throttled(), Response::body("{}")], 0);
    assert_eq!(waits.len(), 2);
    // 1 s and 2 s at most to back off, and 2 s each for a token; the SDK's own mode takes 20 s.
    let total: Duration = waits.iter().sum();
    assert!(total < Duration::from_secs(12), "{waits:?}");
    // The bucket was all but empty after the first throttling, and gives half a token a second.
    assert!(waits[0] > Duration::from_millis(500), "{waits:?}");
}

#[test]
fn adaptive_mode_does_not_delay_unthrottled_requests() {
    let run = Run::new(GET)
        .env("AWS_RETRY_MODE", "adaptive")
        .env("AWS_NEW_RETRIES_2026", "true");
    let failed = Response::body("{}").status(500);
    let waits = measured_waits(run, vec![failed.clone(), failed, Response::body("{}")], 0);
    assert_eq!(waits.len(), 2);
    // 0.05 s and 0.1 s at most to back off.
    assert!(
        waits.iter().sum::<Duration>() < Duration::from_millis(800),
        "{waits:?}"
    );
}

#[test]
fn adaptive_mode_works_with_local() {
    let pool = "us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c";
    Run::new([
        "list-datasets",
        "--local",
        "--identity-pool-id",
        pool,
        "--identity-id",
        pool,
    ])
    .env("AWS_RETRY_MODE", "adaptive")
    .stdout("{\n    \"Datasets\": [],\n    \"Count\": 0\n}\n")
    .succeeds();
}

#[test]
fn ignores_retry_after_without_new_retries_2026() {
    let retry_after = |milliseconds| {
        let error = Response::body("{}").status(500);
        vec![
            error.header("x-amz-retry-after", milliseconds),
            Response::body("{}"),
        ]
    };
    let waits = measured_waits(Run::new(GET), retry_after("15000"), 0);
    assert!(waits[0] < Duration::from_secs(10), "{waits:?}");
    let with = |value| Run::new(GET).env("AWS_NEW_RETRIES_2026", value);
    let waits = measured_waits(with("TRUE"), retry_after("1500"), 0);
    assert!(waits[0] >= Duration::from_millis(1500), "{waits:?}");
    // At most 5 s more than the delay without the header.
    let waits = measured_waits(with("true"), retry_after("60000"), 0);
    let bounds = Duration::from_secs(5)..Duration::from_secs(15);
    assert!(bounds.contains(&waits[0]), "{waits:?}");
    let waits = measured_waits(with("1"), retry_after("15000"), 0);
    assert!(waits[0] < Duration::from_secs(10), "{waits:?}");
}

#[test]
fn does_not_retry_clock_skew_errors() {
    for code in [
        "RequestTimeTooSkewed",
        "InvalidSignatureException",
        "AuthFailure",
    ] {
        let error = Response::body(format!(r#"{{"__type":"{code}"}}"#)).status(403);
        let error = error.header("Date", "Wed, 25 Nov 2015 08:00:00 GMT");
        let waits = measured_waits(Run::new(GET), vec![error], 254);
        assert!(waits.is_empty(), "{code}: {waits:?}");
    }
}

#[test]
fn signs_with_local_clock() {
    let failed = Response::body("{}").status(500);
    let failed = failed.header("Date", "Wed, 25 Nov 2015 08:00:00 GMT");
    let run = Run::new(GET).env("AWS_NEW_RETRIES_2026", "true");
    let observed = run.responses([failed, Response::body("{}")]).capture();
    assert_eq!(observed.requests.len(), 2, "{observed}");
    for request in &observed.requests {
        let date = request.header("x-amz-date").unwrap_or_default();
        assert!(date > "2020", "{date}");
    }
}

/// The number of attempts that the JSON error of a call to a closed port reports.
fn attempts_at_closed_port(variable: &str, value: &str) -> Option<u64> {
    let closed_port = ["--endpoint-url", "http://127.0.0.1:1"];
    let observed = Run::new(GET.into_iter().chain(closed_port))
        .env("AWS_CLI_ERROR_FORMAT", "json")
        .env("AWS_MAX_ATTEMPTS", "300")
        .env(variable, value)
        .capture();
    let document: Value = serde_json::from_str(&observed.stderr).expect("a document");
    document["Attempts"].as_u64()
}

#[test]
fn stops_retrying_when_quota_is_spent() {
    // A retry of a failed connection costs 5, or 14 with the retries of 2026.
    assert_eq!(
        attempts_at_closed_port("AWS_RETRY_MODE", "standard"),
        Some(101)
    );
    assert_eq!(
        attempts_at_closed_port("AWS_RETRY_MODE", "adaptive"),
        Some(101)
    );
    assert_eq!(
        attempts_at_closed_port("AWS_NEW_RETRIES_2026", "true"),
        Some(36)
    );
}
