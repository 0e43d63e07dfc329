//! An HTTP client whose requests a [`Pacer`] paces: the adaptive retry mode around any other client.

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::attempts::Recorder;
use super::error_response::{error_code, is_rate_limit, is_throttling};
use super::pacing::Pacer;

/// The client, with every attempt paced.
#[derive(Debug)]
pub struct Paced {
    client: SharedHttpClient,
    pacer: Pacer,
    by: Codes,
}

/// Which error codes mean that a request was throttled.
#[derive(Debug, Clone, Copy)]
enum Codes {
    /// Those of botocore's adaptive retry mode.
    Botocore,
    /// Those of requests that succeed if they are sent more slowly.
    RateLimits,
}

impl Paced {
    /// Paces the requests of this client from its first throttling on.
    pub fn new(client: SharedHttpClient) -> Paced {
        Paced {
            client,
            pacer: Pacer::new(),
            by: Codes::Botocore,
        }
    }

    /// The same where only rate limits count as throttling, and the call's recorder is told of them.
    pub fn by_rate_limits(client: SharedHttpClient) -> Paced {
        Paced {
            by: Codes::RateLimits,
            ..Paced::new(client)
        }
    }
}

impl HttpClient for Paced {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            connector: self.client.http_connector(settings, components),
            pacer: self.pacer.clone(),
            by: self.by,
        })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.client.connector_metadata()
    }
}

#[derive(Debug)]
struct Connector {
    connector: SharedHttpConnector,
    pacer: Pacer,
    by: Codes,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (connector, pacer) = (self.connector.clone(), self.pacer.clone());
        let by = self.by;
        HttpConnectorFuture::new(async move {
            pacer.acquire().await;
            let outcome = connector.call(request).await;
            let code = outcome.as_ref().ok().and_then(error_code);
            let is_throttled = code.is_some_and(|code| match by {
                Codes::Botocore => is_throttling(&code),
                Codes::RateLimits => is_rate_limit(&code),
            });
            pacer.record(is_throttled);
            if let (true, Codes::RateLimits, Some(recorder)) =
                (is_throttled, by, Recorder::current())
            {
                recorder.throttled();
            }
            outcome
        })
    }
}
