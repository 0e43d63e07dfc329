//! An HTTP client whose requests a [`Pacer`] paces: the adaptive retry mode around any other client.

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::error_response::is_throttled;
use super::pacing::Pacer;

/// The client, with every attempt paced.
#[derive(Debug)]
pub struct Paced {
    client: SharedHttpClient,
    pacer: Pacer,
}

impl Paced {
    /// Paces the requests of this client from its first throttling on.
    pub fn new(client: SharedHttpClient) -> Paced {
        let pacer = Pacer::new();
        Paced { client, pacer }
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
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (connector, pacer) = (self.connector.clone(), self.pacer.clone());
        HttpConnectorFuture::new(async move {
            pacer.acquire().await;
            let outcome = connector.call(request).await;
            pacer.record(outcome.as_ref().is_ok_and(is_throttled));
            outcome
        })
    }
}
