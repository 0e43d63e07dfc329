//! A client of one service: connects once, and is called by any number of tasks at once.

use std::borrow::Cow;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_cognitosync::config::SharedAsyncSleep;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use serde_json::{Map, Value as Json};

use super::exact::ExactValues;
use super::retry::{RetryClassifier, obeys_retry_after};
use super::sdk_client::{Parts, SdkClient};
use super::unfinished::{ChangeGuard, UnfinishedChange, UnfinishedChanges};
use super::{exact, failure, request_limits, requests};
use crate::cancellation::Cancellation;
use crate::diagnostics::Diagnostics;
use crate::endpoint_query::EndpointQuery;
use crate::endpoint_url::EndpointUrl;
use crate::error::{Error, Kind, Result};
use crate::model::{Operation, Service};
use crate::redaction::{Redaction, redact_url};
use crate::transport::{
    AttemptRecorder, Attempts, Backoff, HttpTransport, PacedClient, RecordingConnector,
    RequestPurpose, Response, Timeouts,
};

/// Where the calls of a client go, and how.
pub struct Destination {
    /// What exchanges requests for responses.
    pub transport: Arc<dyn HttpTransport>,
    /// The timeouts of an exchange.
    pub timeouts: Timeouts,
    /// The endpoint, unless it is the service's own.
    pub endpoint: Option<EndpointUrl>,
    /// What happens to requests that the service throttles.
    pub throttling: Throttling,
    /// Whether errors say that all retries were made.
    pub reports_retries: bool,
    /// The debug log.
    pub diagnostics: Diagnostics,
}

/// What happens to requests that the service throttles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Throttling {
    /// They are retried as often as others that fail.
    Retried,
    /// The same, and the rate of requests is limited from the first of them on (the adaptive retry mode).
    RetriedAtPace,
    /// The rate of requests is limited likewise, and they are sent again until the service accepts them.
    SentUntilAccepted,
}

/// A client of one service. Clones share its connections, its pace and its credentials.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    service: &'static Service,
    settings: SdkConfig,
    parts: Parts,
    sdk_client: OnceLock<SdkClient>,
    endpoint: Option<EndpointUrl>,
    throttling: Throttling,
    reports_retries: bool,
    diagnostics: Diagnostics,
    unfinished: UnfinishedChanges,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

/// The response of a call's success.
#[derive(Debug)]
pub struct CallResponse {
    /// The response as it was received.
    pub response: Response,
    /// How many requests were sent.
    pub attempts: u32,
    /// URL of the last request, without what is secret in it.
    pub url: String,
}

impl CallResponse {
    /// The identifier that the service gave the request.
    pub fn request_id(&self) -> Option<&str> {
        self.response.header(failure::REQUEST_ID)
    }
}

/// The outcome of a call.
pub type CallResult = std::result::Result<CallResponse, CallError>;

/// Why a call has no response.
#[derive(Debug)]
pub enum CallError {
    /// It failed.
    Failed(Error),
    /// It was cancelled.
    Cancelled {
        /// Whether the service may have made the change that was called for.
        may_be_made: bool,
    },
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        CallError::Failed(error)
    }
}

impl CallError {
    /// The error to report to the user.
    pub fn into_error(self) -> Error {
        match self {
            CallError::Failed(error) => error,
            CallError::Cancelled { may_be_made } => {
                let error = Error::new(Kind::Interrupted, "Interrupted");
                match may_be_made {
                    true => error.hint(MAY_BE_MADE),
                    false => error,
                }
            }
        }
    }
}

/// What is to be known of a change whose response was not understood.
const MAY_BE_MADE: &str =
    "the service may have made the change all the same: look before you send it again";

impl Client {
    /// A client of the service. Nothing is connected before the first call. Without a credentials provider
    /// in the settings, requests are not signed.
    pub fn new(service: &'static Service, settings: SdkConfig, destination: Destination) -> Client {
        let connector = SharedHttpClient::new(RecordingConnector {
            transport: destination.transport,
            timeouts: destination.timeouts,
            purpose: RequestPurpose::Call,
            passes_retry_after: obeys_retry_after(settings.retry_config()),
            diagnostics: destination.diagnostics.clone(),
        });
        let connector = match destination.throttling {
            Throttling::Retried => connector,
            Throttling::RetriedAtPace => SharedHttpClient::new(PacedClient::new(connector)),
            Throttling::SentUntilAccepted => {
                SharedHttpClient::new(PacedClient::for_rate_limits(connector))
            }
        };
        let query = EndpointQuery::from_sdk_config(&settings).map(SharedInterceptor::new);
        let parts = Parts {
            http_client: connector,
            sleep: SharedAsyncSleep::new(Backoff::new(attempts_allowed(&settings))),
            retry_classifier: RetryClassifier {
                leaves_rate_limits: destination.throttling == Throttling::SentUntilAccepted,
            },
            interceptors: query.into_iter().collect(),
        };
        Client(Arc::new(Inner {
            service,
            settings,
            parts,
            sdk_client: OnceLock::new(),
            endpoint: destination.endpoint,
            throttling: destination.throttling,
            reports_retries: destination.reports_retries,
            diagnostics: destination.diagnostics,
            unfinished: UnfinishedChanges::default(),
        }))
    }

    /// Calls the operation, which must be one of the client's service.
    pub async fn call(
        &self,
        operation: &'static Operation,
        input: &Map<String, Json>,
    ) -> CallResult {
        self.call_until(operation, input, &Cancellation::default())
            .await
    }

    /// Calls the operation, unless it is cancelled: then no further request is sent, and the response to
    /// one that was sent is still waited for until `cancellation` is aborted.
    ///
    /// If this future is dropped while the service may be making a change, the client lists the call among
    /// [`Client::take_unfinished`].
    pub async fn call_until(
        &self,
        operation: &'static Operation,
        input: &Map<String, Json>,
        cancellation: &Cancellation,
    ) -> CallResult {
        let input = &*exact::encodable(operation, input)?;
        request_limits::check(operation, input, &self.0.settings)?;
        let sdk_client = self.0.sdk_client(exact::exact_values(operation, input));
        let recorder = AttemptRecorder::new(operation.changes());
        let guard = ChangeGuard::new(&self.0.unfinished, operation, input, &recorder);
        let sent = loop {
            let request = requests::send(&sdk_client, operation, input);
            let sending = recorder.scope(request);
            let Some(sent) = unless_cancelled(sending, &recorder, cancellation).await else {
                break None;
            };
            let is_again =
                self.0.throttling == Throttling::SentUntilAccepted && recorder.was_throttled();
            if !is_again {
                break Some(sent);
            }
        };
        guard.disarm();
        match sent {
            Some(sent) => Ok(self.conclude(operation, sent, recorder.take())?),
            None => Err(CallError::Cancelled {
                may_be_made: recorder.may_be_made(),
            }),
        }
    }

    /// Takes the list of changing calls that were dropped while the service may have been making the change.
    pub fn take_unfinished(&self) -> Vec<UnfinishedChange> {
        self.0.unfinished.take()
    }

    fn conclude(
        &self,
        operation: &Operation,
        sent: requests::Sent,
        mut attempts: Attempts,
    ) -> Result<CallResponse> {
        if let Some(endpoint) = &self.0.endpoint {
            // Without --debug, query and fragment are shown as the AWS CLI shows them.
            let extent = match self.0.diagnostics.is_debug() {
                true => Redaction::QueryValues,
                false => Redaction::SessionToken,
            };
            attempts.url = redact_url(&endpoint.display_request_url(&attempts.url), extent);
        }
        let mut error = match attempts.last {
            // Below 200 is what a server wants to say before its response, if none follows: the AWS CLI
            // takes that for success.
            Some(Ok(response)) if response.status < 300 => {
                return Ok(CallResponse {
                    response,
                    attempts: attempts.count,
                    url: attempts.url,
                });
            }
            Some(Ok(response)) => {
                let allowed = attempts_allowed(&self.0.settings);
                let counted = attempts.count - attempts.throttled;
                let all_made = self.0.reports_retries && counted >= allowed;
                let retries = all_made.then(|| allowed.saturating_sub(1));
                failure::of_response(operation, &response, retries)
            }
            Some(Err(why)) => {
                let error = why.to_error(&attempts.url);
                match why.leaves_doubt() && operation.changes() {
                    true => error.hint(MAY_BE_MADE),
                    false => error,
                }
            }
            None => {
                let why = sent.err().unwrap_or_else(|| "nothing was sent".into());
                Error::general(format!("The request could not be made: {why}"))
            }
        };
        error.facts.attempts = Some(attempts.count).filter(|count| *count > 0);
        Err(error)
    }
}

impl Inner {
    /// The SDK's client; one of its own for a call whose values the SDK's types cannot hold.
    fn sdk_client(&self, exact: Option<ExactValues>) -> Cow<'_, SdkClient> {
        let make = |parts| SdkClient::new(self.service, &self.settings, parts);
        match exact {
            None => Cow::Borrowed(self.sdk_client.get_or_init(|| make(self.parts.clone()))),
            Some(exact) => {
                let mut parts = self.parts.clone();
                // Before the endpoint's query, which is added to that of the values.
                parts.interceptors.insert(0, SharedInterceptor::new(exact));
                Cow::Owned(make(parts))
            }
        }
    }
}

/// Runs the call to its end, or to the first moment at which it may be cancelled; then there is nothing.
async fn unless_cancelled<F: Future>(
    call: F,
    recorder: &AttemptRecorder,
    cancellation: &Cancellation,
) -> Option<F::Output> {
    let mut call = pin!(call);
    let mut stopped = pin!(cancellation.stopped());
    let mut aborted = pin!(cancellation.aborted());
    let (mut is_stopped, mut is_aborted) = (false, false);
    poll_fn(|context| {
        is_stopped |= !is_stopped && stopped.as_mut().poll(context).is_ready();
        is_aborted |= !is_aborted && aborted.as_mut().poll(context).is_ready();
        let may_end = || is_aborted || (is_stopped && !recorder.is_sending());
        if may_end() {
            return Poll::Ready(None);
        }
        match call.as_mut().poll(context) {
            Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
            // The response has come, and another attempt would follow.
            Poll::Pending if may_end() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

fn attempts_allowed(settings: &SdkConfig) -> u32 {
    settings.retry_config().map_or(1, RetryConfig::max_attempts)
}

#[cfg(test)]
mod tests;
