//! A transport within this process: a function handles each request, without a socket.

use std::sync::Arc;

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use hyper::body::Bytes;

use super::attempts::AttemptRecorder;
use super::http_transport::{HttpTransport, ResponseFuture, Timeouts};
use super::response::Response;
use crate::interrupt;

/// Handles a request within this process and returns its response.
pub type RequestHandler =
    Arc<dyn Fn(&http::Request<Bytes>) -> http::Response<Vec<u8>> + Send + Sync>;

/// Sends requests to a [`RequestHandler`].
pub struct InProcessTransport {
    handler: RequestHandler,
}

impl InProcessTransport {
    /// Creates a transport whose requests `handler` handles.
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
            // The handler may block while another process writes to the store.
            let response = interrupt::with_immediate_exit(|| (self.handler)(&request));
            let (head, body) = response.into_parts();
            Ok(Response::from_parts(&head, body))
        })
    }

    fn metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("in-process", None))
    }
}
