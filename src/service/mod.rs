//! The call: a checked request document goes out through the SDK, and the reply comes back as it
//! was received, or an error does. How the reply is printed is not known here.

mod exact;
mod failure;
mod request_limits;
mod requests;
mod retry;
mod sdk_client;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_cognitosync::config::SharedAsyncSleep;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use serde_json::{Map, Value as Json};

pub use aws_sdk_cognitosync::meta::PKG_VERSION as SDK_VERSION;
use retry::obeys_retry_after;
use sdk_client::{Parts, SdkClient};

use crate::connection::Connection;
use crate::endpoint_query::EndpointQuery;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::masking::{Extent, masked_url};
use crate::model::Operation;
use crate::transport::{
    Attempts, Backoff, Handler, InProcess, Limits, NetworkConnector, Paced, Purpose, Recorder,
    Response, credentials_client, credentials_connector,
};

/// The way to the service.
pub enum Way {
    /// To its endpoint, as the settings have it.
    Network,
    /// To one within this process.
    InProcess(Handler),
}

/// Calls the operation and returns the reply of its success. Without a credentials provider in
/// the settings, requests are not signed. Time limits are those of the settings' timeouts.
// The futures of all operations take a stack of nine pages, which the caller's own frame would
// otherwise hold even where it makes a sample in place of a call.
#[inline(never)]
pub fn call(
    operation: &'static Operation,
    input: &Map<String, Json>,
    settings: &SdkConfig,
    connection: &Connection,
    way: Way,
) -> Result<Response> {
    let input = &*exact::encodable(operation, input)?;
    request_limits::check(operation, input, settings)?;
    let is_in_process = matches!(way, Way::InProcess(_));
    let recorder = Recorder::default();
    let transport = match way {
        Way::Network => SharedHttpClient::new(NetworkConnector::new(
            Purpose::Call,
            limits(settings),
            connection.clone(),
            recorder.clone(),
        )),
        Way::InProcess(handler) => SharedHttpClient::new(InProcess {
            handler,
            recorder: recorder.clone(),
            trace: connection.trace,
        }),
    };
    let transport = match connection.paced {
        true => SharedHttpClient::new(Paced::new(transport)),
        false => transport,
    };
    let client = client(operation, input, settings, transport, recorder.clone());
    let sent = interrupt::block_on(requests::send(&client, operation, input))?;
    // Within this process there are no further attempts that an error would have to tell of.
    let attempts_allowed = match is_in_process {
        true => u32::MAX,
        false => attempts_allowed(settings),
    };
    let mut attempts = recorder.take();
    if let Some(endpoint) = &connection.endpoint {
        // Without --debug, query and fragment are shown as the AWS CLI shows them.
        let extent = match connection.trace.on {
            true => Extent::Query,
            false => Extent::Token,
        };
        attempts.url = masked_url(&endpoint.shown(&attempts.url), extent);
    }
    conclude(operation, sent, attempts, attempts_allowed)
}

/// The HTTP client for services that give credentials for the call.
pub fn asking_client(settings: &SdkConfig, connection: &Connection) -> SharedHttpClient {
    let obeys_retry_after = obeys_retry_after(settings.retry_config());
    credentials_client(limits(settings), connection, obeys_retry_after)
}

/// A bare connector for the same purpose, whose every wait ends after this time.
pub fn asking_connector(limit: Duration, connection: &Connection) -> SharedHttpConnector {
    let limit = Some(limit);
    let limits = Limits {
        connect: limit,
        read: limit,
    };
    credentials_connector(limits, connection)
}

fn attempts_allowed(settings: &SdkConfig) -> u32 {
    settings.retry_config().map_or(1, RetryConfig::max_attempts)
}

fn limits(settings: &SdkConfig) -> Limits {
    let timeouts = settings.timeout_config();
    Limits {
        connect: timeouts.and_then(TimeoutConfig::connect_timeout),
        read: timeouts.and_then(TimeoutConfig::read_timeout),
    }
}

fn client(
    operation: &Operation,
    input: &Map<String, Json>,
    settings: &SdkConfig,
    transport: SharedHttpClient,
    recorder: Recorder,
) -> SdkClient {
    let exact = exact::exact_values(operation, input).map(SharedInterceptor::new);
    let query = EndpointQuery::of(settings).map(SharedInterceptor::new);
    let parts = Parts {
        http_client: transport,
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
    attempts_allowed: u32,
) -> Result<Response> {
    let mut error = match attempts.last {
        // Below 200 is what a server wants to say before its reply, if none follows: the AWS CLI takes
        // that for success.
        Some(Ok(response)) if response.status < 300 => return Ok(response),
        Some(Ok(response)) => {
            let all_made = attempts.count >= attempts_allowed;
            let retries = all_made.then(|| attempts_allowed.saturating_sub(1));
            failure::of_response(operation, &response, retries)
        }
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
            let connection = Connection::default();
            let error = call(operation, &input, &settings, &connection, Way::Network)
                .expect_err("nobody listens there");
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
