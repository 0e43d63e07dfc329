//! Exchanges with a service within this process: a function answers the request, without a socket.

use std::sync::Arc;

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use hyper::body::Bytes;

use super::attempts::AttemptRecorder;
use super::http_transport::{HttpTransport, ResponseFuture, Timeouts};
use super::response::Response;
use crate::interrupt;

/// Answers requests within this process.
pub type RequestHandler =
    Arc<dyn Fn(&http::Request<Bytes>) -> http::Response<Vec<u8>> + Send + Sync>;

/// A service within this process.
pub struct InProcessTransport {
    handler: RequestHandler,
}

impl InProcessTransport {
    /// The service whose requests this function answers.
    pub fn new(handler: RequestHandler) -> InProcessTransport {
        InProcessTransport { handler }
    }
}

impl HttpTransport for InProcessTransport {
    fn send<'a>(
        &'a self,
        request: http::Request<Bytes>,
        _: Timeouts,
        _: Option<&'a AttemptRecorder>,
    ) -> ResponseFuture<'a> {
        Box::pin(async move {
            // A store that others write to may have to be waited for.
            let response = interrupt::with_immediate_exit(|| (self.handler)(&request));
            let (head, body) = response.into_parts();
            Ok(Response::of(&head, body))
        })
    }

    fn metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("in-process", None))
    }
}
