//! Retries as AWS CLI 2.36.7 makes them: what is retried, how long it waits, and what a retry takes
//! from the quota. The pace of the adaptive mode is proven by unit tests of `transport::pacing`.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::http::{Request, Response};
use crate::support::run::Run;

const GET: [&str; 3] = ["get-identity-pool-configuration", "--identity-pool-id", "p"];

/// Times at which requests arrived.
#[derive(Clone, Default)]
struct Arrivals(Arc<Mutex<Vec<Instant>>>);

impl Arrivals {
    /// Answers in turn, and notes when.
    fn answering(
        &self,
        replies: Vec<Response>,
    ) -> impl Fn(&Request) -> Response + Send + Sync + 'static {
        let times = self.0.clone();
        move |_| {
            let mut times = times.lock().expect("no other test panicked");
            times.push(Instant::now());
            replies
                .get(times.len() - 1)
                .or(replies.last())
                .expect("a reply")
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

fn waits_of(run: Run, replies: Vec<Response>, status: i32) -> Vec<Duration> {
    let arrivals = Arrivals::default();
    let observed = run.respond_with(arrivals.answering(replies)).capture();
    let ended = format!("{:?}", observed.exit);
    assert_eq!(ended, format!("Status({status})"), "{observed}");
    arrivals.waits()
}

#[test]
fn adaptive_mode_waits_seconds_not_tens_of_them() {
    let run = Run::new(GET).env("AWS_RETRY_MODE", "adaptive");
    let waits = waits_of(run, vec![throttled(), throttled(), Response::body("{}")], 0);
    assert_eq!(waits.len(), 2);
    // 1 s and 2 s at most to back off, and 2 s each for a token; the SDK's own mode takes 20 s.
    let total: Duration = waits.iter().sum();
    assert!(total < Duration::from_secs(12), "{waits:?}");
    // The bucket was all but empty after the first throttling, and gives half a token a second.
    assert!(waits[0] > Duration::from_millis(500), "{waits:?}");
}

#[test]
fn adaptive_mode_delays_nothing_that_is_not_throttled() {
    let run = Run::new(GET)
        .env("AWS_RETRY_MODE", "adaptive")
        .env("AWS_NEW_RETRIES_2026", "true");
    let failed = Response::body("{}").status(500);
    let waits = waits_of(run, vec![failed.clone(), failed, Response::body("{}")], 0);
    assert_eq!(waits.len(), 2);
    // 0.05 s and 0.1 s at most to back off.
    assert!(
        waits.iter().sum::<Duration>() < Duration::from_millis(800),
        "{waits:?}"
    );
}

#[test]
fn adaptive_mode_paces_calls_within_the_process() {
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
fn ignores_retry_after_unless_the_retries_of_2026_are_on() {
    let later = |milliseconds| {
        let refused = Response::body("{}").status(500);
        vec![
            refused.header("x-amz-retry-after", milliseconds),
            Response::body("{}"),
        ]
    };
    let waits = waits_of(Run::new(GET), later("15000"), 0);
    assert!(waits[0] < Duration::from_secs(10), "{waits:?}");
    let with = |value| Run::new(GET).env("AWS_NEW_RETRIES_2026", value);
    let waits = waits_of(with("TRUE"), later("1500"), 0);
    assert!(waits[0] >= Duration::from_millis(1500), "{waits:?}");
    // Not more than 5 s beyond the delay that there is without it.
    let waits = waits_of(with("true"), later("60000"), 0);
    let bounds = Duration::from_secs(5)..Duration::from_secs(15);
    assert!(bounds.contains(&waits[0]), "{waits:?}");
    let waits = waits_of(with("1"), later("15000"), 0);
    assert!(waits[0] < Duration::from_secs(10), "{waits:?}");
}

#[test]
fn sends_once_where_the_clock_is_refused() {
    for code in [
        "RequestTimeTooSkewed",
        "InvalidSignatureException",
        "AuthFailure",
    ] {
        let refused = Response::body(format!(r#"{{"__type":"{code}"}}"#)).status(403);
        let refused = refused.header("Date", "Wed, 25 Nov 2015 08:00:00 GMT");
        let waits = waits_of(Run::new(GET), vec![refused], 254);
        assert!(waits.is_empty(), "{code}: {waits:?}");
    }
}

#[test]
fn signs_with_the_clock_of_this_machine() {
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

/// The document of an error, for a call that finds nobody.
fn attempts_in_vain(variable: &str, value: &str) -> Option<u64> {
    let nobody = ["--endpoint-url", "http://127.0.0.1:1"];
    let observed = Run::new(GET.into_iter().chain(nobody))
        .env("AWS_CLI_ERROR_FORMAT", "json")
        .env("AWS_MAX_ATTEMPTS", "300")
        .env(variable, value)
        .capture();
    let document: Value = serde_json::from_str(&observed.stderr).expect("a document");
    document["Attempts"].as_u64()
}

#[test]
fn the_quota_of_500_ends_retries() {
    // Five for each retry of a failed connection, or fourteen.
    assert_eq!(attempts_in_vain("AWS_RETRY_MODE", "standard"), Some(101));
    assert_eq!(attempts_in_vain("AWS_RETRY_MODE", "adaptive"), Some(101));
    assert_eq!(attempts_in_vain("AWS_NEW_RETRIES_2026", "true"), Some(36));
}
