//! The connector for a service within this process: a request is answered by a function. Signing and
//! retries are the SDK's, as for any call; there is no socket.

use std::fmt;

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use hyper::body::Bytes;

use super::reply::{Recorder, Reply};
use super::told::Purpose;
use super::transport::attempt;
use crate::interrupt;
use crate::local::Answering;
use crate::trace::Trace;

/// The connector.
#[derive(Clone)]
pub(super) struct InProcess {
    pub(super) answering: Answering,
    pub(super) recorder: Recorder,
    pub(super) trace: Trace,
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
        let answering = self.answering.clone();
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
                let reply = interrupt::at_once_during(|| answering(&request));
                let (head, body) = reply.into_parts();
                Ok(Reply::of(&head, body))
            },
        )
    }
}
