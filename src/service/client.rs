//! The client of one service, which reuses its connections and may be called by concurrent tasks.

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

use super::exact_values::ExactValues;
use super::retry_classifier::{RetryClassifier, obeys_retry_after};
use super::sdk_client::{SdkClient, SdkClientParts};
use super::unfinished_changes::{ChangeGuard, UnfinishedChange, UnfinishedChanges};
use super::{exact_values, request_limits, response_error, sdk_calls};
use crate::cancellation::Cancellation;
use crate::diagnostics::Diagnostics;
use crate::endpoint_query::EndpointQuery;
use crate::endpoint_url::EndpointUrl;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Operation, Service};
use crate::redaction::{Redaction, redact_url};
use crate::transport::{
    AttemptRecorder, Attempts, HttpTransport, PacedClient, RecordingConnector, RequestPurpose,
    Response, RetrySleep, Timeouts,
};

/// The destination of a client's calls and how requests are sent there.
pub struct Destination {
    /// Sends the requests.
    pub transport: Arc<dyn HttpTransport>,
    /// The timeouts of each request.
    pub timeouts: Timeouts,
    /// The endpoint URL; `None` for the default endpoint.
    pub endpoint: Option<EndpointUrl>,
    /// What happens to throttled requests.
    pub throttling: ThrottlingMode,
    /// Whether the local service within this process answers.
    pub is_local: bool,
    /// Receives the debug log.
    pub diagnostics: Diagnostics,
}

/// What happens to throttled requests. Which responses count as throttling is in
/// `transport::error_response`, which are retried in `service::retry_classifier`, how long a retry
/// waits in `transport::retry_sleep`, and how the request rate is limited in `transport::pacing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThrottlingMode {
    /// Retry them as often as other failed requests.
    Retry,
    /// Retry them likewise, and limit the request rate after the first of them (the adaptive retry
    /// mode).
    RetryPaced,
    /// Retry them until the service accepts them, at the rate at which it accepts the most.
    RetryUntilAccepted,
}

/// The client of one service. Clones share connections, rate limit and credentials.
#[derive(Clone)]
pub struct Client(Arc<ClientState>);

struct ClientState {
    service: &'static Service,
    settings: SdkConfig,
    parts: SdkClientParts,
    sdk_client: OnceLock<SdkClient>,
    endpoint: Option<EndpointUrl>,
    throttling: ThrottlingMode,
    is_local: bool,
    diagnostics: Diagnostics,
    unfinished: UnfinishedChanges,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

/// The response of a successful call.
#[derive(Debug)]
pub struct CallResponse {
    /// The response as it was received.
    pub response: Response,
    /// Number of requests that were sent.
    pub attempts: u32,
    /// Number of those that the service throttled, if they are retried until it accepts them.
    pub throttled: u32,
    /// URL of the last request, with secrets redacted.
    pub url: String,
}

impl CallResponse {
    /// Returns the request id that the service assigned.
    pub fn request_id(&self) -> Option<&str> {
        self.response.header(response_error::REQUEST_ID)
    }
}

/// The outcome of a call.
pub type CallResult = std::result::Result<CallResponse, CallError>;

/// Why a call returned no successful response.
#[derive(Debug)]
pub enum CallError {
    /// The call failed.
    Failed(Error),
    /// The call was cancelled.
    Cancelled {
        /// Whether the service may have made the requested change.
        may_have_made_change: bool,
    },
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        CallError::Failed(error)
    }
}

impl CallError {
    /// Adds the name of the operation that was called.
    pub fn of_operation(mut self, operation: &Operation) -> CallError {
        if let CallError::Failed(error) = &mut self {
            error.context.operation = Some(operation.name);
        }
        self
    }

    /// Returns the error to report to the user.
    pub fn into_error(self) -> Error {
        match self {
            CallError::Failed(error) => error,
            CallError::Cancelled {
                may_have_made_change,
            } => {
                let mut error = Error::new(ErrorKind::Interrupted, "Interrupted");
                error.context.may_have_made_change = may_have_made_change;
                match may_have_made_change {
                    true => error.hint(CHANGE_MAY_BE_MADE),
                    false => error,
                }
            }
        }
    }
}

/// Hint for a change without a usable response.
const CHANGE_MAY_BE_MADE: &str = "the service may have made the change: check before you retry";

impl Client {
    /// Creates a client of the service. It connects at the first call. Without a credentials
    /// provider in `settings`, requests are not signed.
    pub fn new(service: &'static Service, settings: SdkConfig, destination: Destination) -> Client {
        let connector = SharedHttpClient::new(RecordingConnector {
            transport: destination.transport,
            timeouts: destination.timeouts,
            purpose: RequestPurpose::Call,
            passes_retry_after: obeys_retry_after(settings.retry_config()),
            diagnostics: destination.diagnostics.clone(),
        });
        let connector = match destination.throttling {
            ThrottlingMode::Retry => connector,
            ThrottlingMode::RetryPaced => SharedHttpClient::new(PacedClient::new(connector)),
            ThrottlingMode::RetryUntilAccepted => {
                SharedHttpClient::new(PacedClient::until_accepted(connector))
            }
        };
        let query = EndpointQuery::from_sdk_config(&settings).map(SharedInterceptor::new);
        let parts = SdkClientParts {
            http_client: connector,
            sleep: SharedAsyncSleep::new(RetrySleep::new(attempts_allowed(&settings))),
            retry_classifier: RetryClassifier {
                leaves_rate_limits: destination.throttling == ThrottlingMode::RetryUntilAccepted,
            },
            interceptors: query.into_iter().collect(),
        };
        Client(Arc::new(ClientState {
            service,
            settings,
            parts,
            sdk_client: OnceLock::new(),
            endpoint: destination.endpoint,
            throttling: destination.throttling,
            is_local: destination.is_local,
            diagnostics: destination.diagnostics,
            unfinished: UnfinishedChanges::default(),
        }))
    }

    /// Whether the local service within this process answers (`--local`).
    pub fn is_local(&self) -> bool {
        self.0.is_local
    }

    /// Returns the endpoint, unless it is the default one or within this process.
    pub fn endpoint(&self) -> Option<&EndpointUrl> {
        let endpoint = self.0.endpoint.as_ref();
        endpoint.filter(|_| !self.0.is_local)
    }

    /// Calls the operation, which must belong to the client's service.
    pub async fn call(
        &self,
        operation: &'static Operation,
        input: &Map<String, Json>,
    ) -> CallResult {
        self.call_until(operation, input, &Cancellation::default())
            .await
    }

    /// Calls the operation until it is cancelled. After `cancellation` is stopped, no further
    /// request is sent, but a pending response is still awaited until `cancellation` is aborted.
    ///
    /// If this future is dropped while the service may be making a change,
    /// [`Client::take_unfinished`] returns the call.
    pub async fn call_until(
        &self,
        operation: &'static Operation,
        input: &Map<String, Json>,
        cancellation: &Cancellation,
    ) -> CallResult {
        let input = &*exact_values::encodable(operation, input)?;
        request_limits::check(operation, input, &self.0.settings)?;
        let sdk_client = self
            .0
            .sdk_client(exact_values::exact_values(operation, input));
        let recorder = AttemptRecorder::new(operation.changes());
        let guard = ChangeGuard::new(&self.0.unfinished, operation, input, &recorder);
        let sent = loop {
            let request = sdk_calls::send(&sdk_client, operation, input);
            let sending = recorder.scope(request);
            let Some(sent) = unless_cancelled(sending, &recorder, cancellation).await else {
                break None;
            };
            let is_again =
                self.0.throttling == ThrottlingMode::RetryUntilAccepted && recorder.was_throttled();
            if !is_again {
                break Some(sent);
            }
        };
        guard.disarm();
        match sent {
            Some(sent) => Ok(self.conclude(operation, sent, recorder.take())?),
            None => Err(CallError::Cancelled {
                may_have_made_change: recorder.may_have_made_change(),
            }),
        }
    }

    /// Returns the calls that were dropped while the service may have been making their change, and
    /// empties the list.
    pub fn take_unfinished(&self) -> Vec<UnfinishedChange> {
        self.0.unfinished.take()
    }

    fn conclude(
        &self,
        operation: &Operation,
        sent: sdk_calls::SdkOutcome,
        mut attempts: Attempts,
    ) -> Result<CallResponse> {
        if let Some(endpoint) = &self.0.endpoint {
            // Without --debug, the query and fragment are shown as in the AWS CLI.
            let extent = match self.0.diagnostics.is_debug() {
                true => Redaction::QueryValues,
                false => Redaction::SessionToken,
            };
            attempts.url = redact_url(&endpoint.display_request_url(&attempts.url), extent);
        }
        let mut error = match attempts.last {
            // A status below 200 is an interim response that no final one followed. The AWS CLI
            // treats it as success.
            Some(Ok(response)) if response.status < 300 => {
                return Ok(CallResponse {
                    response,
                    attempts: attempts.count,
                    throttled: attempts.throttled,
                    url: attempts.url,
                });
            }
            Some(Ok(response)) => {
                let allowed = attempts_allowed(&self.0.settings);
                let counted = attempts.count - attempts.throttled;
                // A retry does not help within this process.
                let all_made = !self.0.is_local && counted >= allowed;
                let retries = all_made.then(|| allowed.saturating_sub(1));
                let mut error = response_error::error_from_response(operation, &response, retries);
                error.context.may_have_made_change = response.status >= 500 && operation.changes();
                error
            }
            Some(Err(why)) => {
                let mut error = why.to_error(&attempts.url);
                error.context.may_have_made_change = why.leaves_doubt() && operation.changes();
                match error.context.may_have_made_change {
                    true => error.hint(CHANGE_MAY_BE_MADE),
                    false => error,
                }
            }
            None => {
                let why = sent.err().unwrap_or_else(|| "nothing was sent".into());
                Error::general(format!("The request could not be made: {why}"))
            }
        };
        error.context.attempts = Some(attempts.count).filter(|count| *count > 0);
        Err(error)
    }
}

impl ClientState {
    /// Returns the SDK's client. A call whose values the SDK's types cannot hold gets a separate
    /// one.
    fn sdk_client(&self, exact: Option<ExactValues>) -> Cow<'_, SdkClient> {
        let make = |parts| SdkClient::new(self.service, &self.settings, parts);
        match exact {
            None => Cow::Borrowed(self.sdk_client.get_or_init(|| make(self.parts.clone()))),
            Some(exact) => {
                let mut parts = self.parts.clone();
                // It runs before the interceptor that adds the endpoint's query to that of the
                // values.
                parts.interceptors.insert(0, SharedInterceptor::new(exact));
                Cow::Owned(make(parts))
            }
        }
    }
}

/// Awaits the call. Returns `None` as soon as it is cancelled and may end.
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
            // The response arrived during this poll, and another attempt would follow.
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
