//! An HTTP client that limits the request rate with a [`Pacer`].

use std::time::Duration;

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::attempts::AttemptRecorder;
use super::error_response::{error_code, is_rate_limit, is_throttling};
use super::pacing::{PacedOutcome, Pacer};

/// The longest pause that a service can ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// Wraps an HTTP client and paces every attempt.
#[derive(Debug)]
pub struct PacedClient {
    client: SharedHttpClient,
    pacer: Pacer,
    throttling_codes: ThrottlingCodes,
}

/// The error codes that count as throttling.
#[derive(Debug, Clone, Copy)]
enum ThrottlingCodes {
    /// The codes of botocore's adaptive retry mode.
    Botocore,
    /// Only codes of requests that succeed at a lower rate.
    RateLimits,
}

impl PacedClient {
    /// Paces the requests of this client after the first throttled one, as the adaptive retry mode.
    pub fn new(client: SharedHttpClient) -> PacedClient {
        PacedClient {
            client,
            pacer: Pacer::adaptive(),
            throttling_codes: ThrottlingCodes::Botocore,
        }
    }

    /// Paces the requests of calls that are retried until the service accepts them. Only rate limits
    /// count as throttling, and the call's recorder records them.
    pub fn until_accepted(client: SharedHttpClient) -> PacedClient {
        PacedClient {
            client,
            pacer: Pacer::until_accepted(),
            throttling_codes: ThrottlingCodes::RateLimits,
        }
    }
}

impl HttpClient for PacedClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(PacedConnector {
            connector: self.client.http_connector(settings, components),
            pacer: self.pacer.clone(),
            throttling_codes: self.throttling_codes,
        })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.client.connector_metadata()
    }
}

#[derive(Debug)]
struct PacedConnector {
    connector: SharedHttpConnector,
    pacer: Pacer,
    throttling_codes: ThrottlingCodes,
}

impl HttpConnector for PacedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (connector, pacer) = (self.connector.clone(), self.pacer.clone());
        let throttling_codes = self.throttling_codes;
        HttpConnectorFuture::new(async move {
            let permit = pacer.acquire().await;
            let outcome = connector.call(request).await;
            let code = outcome.as_ref().ok().and_then(error_code);
            let is_throttled = code.is_some_and(|code| match throttling_codes {
                ThrottlingCodes::Botocore => is_throttling(&code),
                ThrottlingCodes::RateLimits => is_rate_limit(&code),
            });
            let response = outcome.as_ref().ok().filter(|_| is_throttled);
            let paced_outcome = PacedOutcome {
                is_throttled,
                retry_after: response.and_then(retry_after),
            };
            pacer.record(permit, &paced_outcome);
            if let (true, ThrottlingCodes::RateLimits, Some(recorder)) =
                (is_throttled, throttling_codes, AttemptRecorder::current())
            {
                recorder.record_throttling();
            }
            outcome
        })
    }
}

/// Returns how long the service wants no further requests: `Retry-After` in seconds. Dates are
/// ignored, since the clocks may differ.
fn retry_after(response: &HttpResponse) -> Option<Duration> {
    let seconds = response.headers().get("retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(MAX_RETRY_AFTER))
}
