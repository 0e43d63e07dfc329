use std::sync::Mutex;
use std::time::Duration;

use hyper::body::Bytes;
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::*;
use crate::diagnostics::Stderr;
use crate::model::{COGNITO_SYNC, Protocol, all_operations};
#[cfg(feature = "local")]
use crate::transport::InProcessTransport;
use crate::transport::{
    CertificateTrust, NetworkTransport, ProxySettings, ResponseFuture, TransportError,
};

/// Diagnostics that are discarded.
fn diagnostics() -> Diagnostics {
    Diagnostics::new(Stderr::new(std::io::sink()), false)
}

fn client(service: &'static Service, transport: Arc<dyn HttpTransport>, attempts: u32) -> Client {
    let settings = SdkConfig::builder()
        .region(aws_config::Region::new("us-east-1"))
        .endpoint_url("http://127.0.0.1:1")
        .retry_config(RetryConfig::standard().with_max_attempts(attempts))
        .build();
    let destination = Destination {
        transport,
        timeouts: Timeouts::default(),
        endpoint: None,
        throttling: ThrottlingMode::Retry,
        is_local: false,
        diagnostics: diagnostics(),
    };
    Client::new(service, settings, destination)
}

#[test]
fn sends_request_of_every_operation() {
    for operation in all_operations() {
        let text = |name: &&str| (name.to_string(), Json::String("x:y".into()));
        let input: Map<_, _> = operation.input.required.iter().map(text).collect();
        let network = NetworkTransport::new(
            CertificateTrust::default(),
            ProxySettings::default(),
            diagnostics(),
        );
        let client = client(operation.service, Arc::new(network), 1);
        let error =
            super::super::call(&client, operation, &input).expect_err("no server listens there");
        let path = match operation.service.protocol {
            Protocol::RestJson => "identitypools",
            Protocol::Json11 { .. } => "\"",
        };
        let want = format!("Could not connect to the endpoint URL: \"http://127.0.0.1:1/{path}");
        assert!(
            error.message.starts_with(&want),
            "{}: {error}",
            operation.name
        );
    }
}

#[cfg(feature = "local")]
#[test]
fn lists_identity_pools_of_service_in_process() {
    let environment = crate::Environment::from([("COGNITO_SYNC_STORE", ":memory:")]);
    let handler = crate::local::in_process(&environment).expect("a store in memory");
    let transport: Arc<dyn HttpTransport> = Arc::new(InProcessTransport::new(handler));
    let call = |name: &str, input: Json| {
        let operation = all_operations().find(|operation| operation.name == name);
        let operation = operation.expect("an operation");
        let client = client(operation.service, transport.clone(), 1);
        let called = super::super::call(&client, operation, input.as_object().expect("members"));
        let body = called.expect("a success").response.body;
        serde_json::from_slice::<Json>(&body).unwrap_or_default()
    };
    call(
        "SetCognitoEvents",
        json!({"IdentityPoolId": "us-east-1:0a", "Events": {}}),
    );
    let listed = call("ListIdentityPools", json!({"MaxResults": 60}));
    let pool = json!({"IdentityPoolId": "us-east-1:0a", "IdentityPoolName": "0a"});
    assert_eq!(listed, json!({"IdentityPools": [pool]}));
    let listed = call(
        "ListIdentities",
        json!({"IdentityPoolId": "us-east-1:0a", "MaxResults": 1}),
    );
    assert_eq!(
        listed,
        json!({"IdentityPoolId": "us-east-1:0a", "Identities": []})
    );
}

/// A transport that waits twice for the test: while connecting and before the response.
#[derive(Default)]
struct SteppedTransport {
    connects: Notify,
    connected: Notify,
    sends: Notify,
    answered: Notify,
    status: u16,
    requests: Mutex<usize>,
}

impl HttpTransport for SteppedTransport {
    fn send<'a>(
        &'a self,
        _: http::Request<Bytes>,
        _: Timeouts,
        recorder: Option<&'a AttemptRecorder>,
    ) -> ResponseFuture<'a> {
        Box::pin(async move {
            self.connects.notify_one();
            self.connected.notified().await;
            recorder.expect("a call is recorded").start_sending();
            *self.requests.lock().expect("not poisoned") += 1;
            self.sends.notify_one();
            self.answered.notified().await;
            match self.status {
                0 => Err(TransportError::Closed("gone".into())),
                status => Ok(Response {
                    status,
                    body: b"{}".to_vec(),
                    ..Response::default()
                }),
            }
        })
    }
}

/// When to cancel a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CancelPoint {
    Start,
    Connecting,
    Sending,
    RetrySleep,
}

/// How to cancel it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CancelMethod {
    Stop,
    Abort,
    Drop,
}

/// Cancels a call whose response has this status, or whose connection is closed for 0. Returns the
/// outcome and the numbers of requests and of unfinished changes.
fn call_and_cancel(
    command: &str,
    status: u16,
    at: CancelPoint,
    how: CancelMethod,
) -> (String, usize, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a runtime").block_on(async {
        let transport = Arc::new(SteppedTransport {
            status,
            ..SteppedTransport::default()
        });
        let client = client(&COGNITO_SYNC, transport.clone(), 2);
        let cancellation = Cancellation::default();
        if at == CancelPoint::Start {
            cancellation.stop();
        }
        let call = tokio::spawn({
            let (client, cancellation) = (client.clone(), cancellation.clone());
            let operation = Operation::find_by_command(command).expect("an operation");
            let text = |name: &&str| (name.to_string(), json!("x:y"));
            let input: Map<_, _> = operation.input.required.iter().map(text).collect();
            async move { client.call_until(operation, &input, &cancellation).await }
        });
        if at != CancelPoint::Start {
            transport.connects.notified().await;
        }
        if matches!(at, CancelPoint::Sending | CancelPoint::RetrySleep) {
            transport.connected.notify_one();
            transport.sends.notified().await;
        }
        if at == CancelPoint::RetrySleep {
            transport.answered.notify_one();
            // The next attempt starts within a second, and would wait for the test.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        }
        match how {
            CancelMethod::Stop => cancellation.stop(),
            CancelMethod::Abort => cancellation.abort(),
            CancelMethod::Drop => call.abort(),
        }
        tokio::task::yield_now().await;
        if at == CancelPoint::Sending {
            transport.answered.notify_one();
        }
        let called = timeout(Duration::from_secs(20), call).await;
        let outcome = match called.expect("the call ends at once") {
            Ok(Ok(response)) => format!("status {}", response.response.status),
            Ok(Err(CallError::Failed(error))) => error.message,
            Ok(Err(CallError::Cancelled {
                may_have_made_change: true,
            })) => "may be made".into(),
            Ok(Err(CallError::Cancelled {
                may_have_made_change: false,
            })) => "cancelled".into(),
            Err(_) => "dropped".into(),
        };
        let requests = *transport.requests.lock().expect("not poisoned");
        (outcome, requests, client.take_unfinished().len())
    })
}

#[test]
fn reports_cancelled_changes_that_may_be_made() {
    use CancelMethod::{Abort, Drop, Stop};
    use CancelPoint::{Connecting, RetrySleep, Sending, Start};

    let (change, read) = ("bulk-publish", "get-cognito-events");
    let table = [
        // Nothing was sent.
        (change, 200, Start, Stop, ("cancelled", 0, 0)),
        (change, 200, Connecting, Stop, ("cancelled", 0, 0)),
        (change, 200, Connecting, Abort, ("cancelled", 0, 0)),
        (change, 200, Connecting, Drop, ("dropped", 0, 0)),
        // The response is awaited unless the call is aborted.
        (change, 200, Sending, Stop, ("status 200", 1, 0)),
        (read, 200, Sending, Stop, ("status 200", 1, 0)),
        (change, 200, Sending, Abort, ("may be made", 1, 0)),
        (read, 200, Sending, Abort, ("cancelled", 1, 0)),
        (change, 200, Sending, Drop, ("dropped", 1, 1)),
        (read, 200, Sending, Drop, ("dropped", 1, 0)),
        // No further attempt is made. Either an error response arrived, or no response.
        (change, 500, Sending, Stop, ("cancelled", 1, 0)),
        (change, 0, Sending, Stop, ("may be made", 1, 0)),
        (change, 500, RetrySleep, Stop, ("cancelled", 1, 0)),
        (change, 0, RetrySleep, Stop, ("may be made", 1, 0)),
        (read, 0, RetrySleep, Stop, ("cancelled", 1, 0)),
        (change, 0, RetrySleep, Drop, ("dropped", 1, 1)),
        (change, 500, RetrySleep, Drop, ("dropped", 1, 0)),
    ];
    for (command, status, at, how, (outcome, requests, unfinished)) in table {
        let got = call_and_cancel(command, status, at, how);
        let want = (outcome.to_string(), requests, unfinished);
        assert_eq!(got, want, "{command} {status} {at:?} {how:?}");
    }
}

#[test]
fn hints_that_cancelled_change_may_be_made() {
    let hints = |may_have_made_change| {
        CallError::Cancelled {
            may_have_made_change,
        }
        .into_error()
        .hints
    };
    assert_eq!(hints(true), [CHANGE_MAY_BE_MADE]);
    assert_eq!(hints(false), Vec::<String>::new());
}
