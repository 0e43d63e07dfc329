//! The connector for a service within this process: a function answers the request, without a socket.
//! Signing and retries are the SDK's, as for any call.

use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use hyper::body::Bytes;

use super::attempts::Recorder;
use super::debug_log::Purpose;
use super::network::attempt;
use super::response::Response;
use crate::interrupt;
use crate::trace::Trace;

/// Answers requests within this process.
pub type Handler = Arc<dyn Fn(&http::Request<Bytes>) -> http::Response<Vec<u8>> + Send + Sync>;

/// The connector.
#[derive(Clone)]
pub struct InProcess {
    pub handler: Handler,
    pub recorder: Recorder,
    pub trace: Trace,
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpClient for InProcess {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("in-process", None))
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let handler = self.handler.clone();
        let recorder = self.recorder.clone();
        attempt(
            Purpose::Call,
            recorder,
            self.trace,
            request,
            move |request| async move {
                let request =
                    request.map(|body| Bytes::copy_from_slice(body.bytes().unwrap_or_default()));
                // A store that others write to may have to be waited for.
                let response = interrupt::at_once_during(|| handler(&request));
                let (head, body) = response.into_parts();
                Ok(Response::of(&head, body))
            },
        )
    }
}
