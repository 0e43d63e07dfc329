//! The call: a checked request document goes out through the SDK, and the reply comes back as it
//! was received, or an error does. How the reply is printed is not known here.

mod exact;
mod failure;
mod request_limits;
mod requests;
mod retry;
mod sdk_client;

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_cognitosync::config::SharedAsyncSleep;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use serde_json::{Map, Value as Json};

pub use aws_sdk_cognitosync::meta::PKG_VERSION as SDK_VERSION;
use retry::obeys_retry_after;
use sdk_client::{Parts, SdkClient};

use crate::endpoint_query::EndpointQuery;
use crate::endpoint_url::EndpointUrl;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::masking::{Extent, masked_url};
use crate::model::Operation;
use crate::trace::Trace;
use crate::transport::{
    Attempts, Backoff, Connector, Exchange, Paced, Purpose, Recorder, Response, Timeouts,
};

/// Where a call goes, and how.
pub struct Destination {
    /// What exchanges requests for responses.
    pub exchange: Arc<dyn Exchange>,
    /// The timeouts of the exchange.
    pub timeouts: Timeouts,
    /// The endpoint, unless it is the service's own.
    pub endpoint: Option<EndpointUrl>,
    /// Whether requests are paced once the service has throttled one (the adaptive retry mode).
    pub is_paced: bool,
    /// Whether errors say that all retries were made.
    pub reports_retries: bool,
    /// The debug log.
    pub trace: Trace,
}

/// Calls the operation and returns the response of its success. Without a credentials provider in
/// the settings, requests are not signed.
// The futures of all operations take a stack of nine pages, which the caller's own frame would
// otherwise hold even where it prints a skeleton in place of a call.
#[inline(never)]
pub fn call(
    operation: &'static Operation,
    input: &Map<String, Json>,
    settings: &SdkConfig,
    destination: Destination,
) -> Result<Response> {
    let input = &*exact::encodable(operation, input)?;
    request_limits::check(operation, input, settings)?;
    let recorder = Recorder::default();
    let connector = SharedHttpClient::new(Connector {
        exchange: destination.exchange,
        timeouts: destination.timeouts,
        purpose: Purpose::Call,
        passes_retry_after: obeys_retry_after(settings.retry_config()),
        recorder: Some(recorder.clone()),
        trace: destination.trace,
    });
    let connector = match destination.is_paced {
        true => SharedHttpClient::new(Paced::new(connector)),
        false => connector,
    };
    let client = client(operation, input, settings, connector, recorder.clone());
    let sent = interrupt::block_on(requests::send(&client, operation, input))?;
    let mut attempts = recorder.take();
    if let Some(endpoint) = &destination.endpoint {
        // Without --debug, query and fragment are shown as the AWS CLI shows them.
        let extent = match destination.trace.on {
            true => Extent::Query,
            false => Extent::Token,
        };
        attempts.url = masked_url(&endpoint.shown(&attempts.url), extent);
    }
    let allowed = attempts_allowed(settings);
    let all_made = destination.reports_retries && attempts.count >= allowed;
    conclude(
        operation,
        sent,
        attempts,
        all_made.then(|| allowed.saturating_sub(1)),
    )
}

fn attempts_allowed(settings: &SdkConfig) -> u32 {
    settings.retry_config().map_or(1, RetryConfig::max_attempts)
}

fn client(
    operation: &Operation,
    input: &Map<String, Json>,
    settings: &SdkConfig,
    connector: SharedHttpClient,
    recorder: Recorder,
) -> SdkClient {
    let exact = exact::exact_values(operation, input).map(SharedInterceptor::new);
    let query = EndpointQuery::of(settings).map(SharedInterceptor::new);
    let parts = Parts {
        http_client: connector,
        sleep: SharedAsyncSleep::new(Backoff::new(recorder, attempts_allowed(settings))),
        interceptors: exact.into_iter().chain(query).collect(),
    };
    SdkClient::new(operation.service, settings, parts)
}

/// What is to be known of a change whose response was not understood.
const MAY_BE_DONE: &str =
    "the service may have made the change all the same: look before you send it again";

fn conclude(
    operation: &Operation,
    sent: requests::Sent,
    attempts: Attempts,
    retries: Option<u32>,
) -> Result<Response> {
    let mut error = match attempts.last {
        // Below 200 is what a server wants to say before its reply, if none follows: the AWS CLI takes
        // that for success.
        Some(Ok(response)) if response.status < 300 => return Ok(response),
        Some(Ok(response)) => failure::of_response(operation, &response, retries),
        Some(Err(why)) => {
            let error = why.to_error(&attempts.url);
            match why.leaves_doubt() && operation.changes() {
                true => error.hint(MAY_BE_DONE),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Protocol, all_operations};
    use crate::transport::{Network, Proxies, Trust};

    #[test]
    fn every_operation_has_a_request() {
        for operation in all_operations() {
            let settings = SdkConfig::builder()
                .region(aws_config::Region::new("us-east-1"))
                .endpoint_url("http://127.0.0.1:1")
                .retry_config(aws_config::retry::RetryConfig::disabled())
                .build();
            let text = |name: &&str| (name.to_string(), Json::String("x:y".into()));
            let input: Map<_, _> = operation.input.required.iter().map(text).collect();
            let destination = Destination {
                exchange: Arc::new(Network::new(Trust::default(), Proxies::default())),
                timeouts: Timeouts::default(),
                endpoint: None,
                is_paced: false,
                reports_retries: true,
                trace: Trace::default(),
            };
            let error =
                call(operation, &input, &settings, destination).expect_err("nobody listens there");
            let path = match operation.service.protocol {
                Protocol::RestJson => "identitypools",
                Protocol::Json11 { .. } => "\"",
            };
            let want =
                format!("Could not connect to the endpoint URL: \"http://127.0.0.1:1/{path}");
            assert!(
                error.message.starts_with(&want),
                "{}: {error}",
                operation.name
            );
        }
    }
}
