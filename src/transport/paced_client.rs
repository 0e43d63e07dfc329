//! An HTTP client that limits the request rate with a [`Pacer`]: the adaptive retry mode for any
//! client.

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::attempts::AttemptRecorder;
use super::error_response::{error_code, is_rate_limit, is_throttling};
use super::pacing::Pacer;

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
    /// Paces the requests of this client after the first throttled one.
    pub fn new(client: SharedHttpClient) -> PacedClient {
        PacedClient {
            client,
            pacer: Pacer::new(),
            throttling_codes: ThrottlingCodes::Botocore,
        }
    }

    /// Paces likewise, but only rate limits count as throttling, and the call's recorder records
    /// them.
    pub fn for_rate_limits(client: SharedHttpClient) -> PacedClient {
        PacedClient {
            throttling_codes: ThrottlingCodes::RateLimits,
            ..PacedClient::new(client)
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
            pacer.acquire().await;
            let outcome = connector.call(request).await;
            let code = outcome.as_ref().ok().and_then(error_code);
            let is_throttled = code.is_some_and(|code| match throttling_codes {
                ThrottlingCodes::Botocore => is_throttling(&code),
                ThrottlingCodes::RateLimits => is_rate_limit(&code),
            });
            pacer.record(is_throttled);
            if let (true, ThrottlingCodes::RateLimits, Some(recorder)) =
                (is_throttled, throttling_codes, AttemptRecorder::current())
            {
                recorder.record_throttling();
            }
            outcome
        })
    }
}
