//! The interface of HTTP transports, over a network or within this process.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use hyper::body::Bytes;

use super::attempts::AttemptRecorder;
use super::error::TransportError;
use super::response::Response;

/// The timeouts of an HTTP request; `None` is unlimited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// Limit for each of: connecting, the TLS handshake, the proxy handshake, and sending the
    /// request.
    pub connect: Option<Duration>,
    /// Limit for each read of the response.
    pub read: Option<Duration>,
}

/// The future of a response.
pub type ResponseFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// Sends HTTP requests and receives their responses.
pub trait HttpTransport: Send + Sync {
    /// Sends the request and receives its response. Calls [`AttemptRecorder::start_sending`] of the
    /// call's recorder before the first byte is sent.
    fn send<'a>(
        &'a self,
        request: http::Request<Bytes>,
        timeouts: Timeouts,
        recorder: Option<&'a AttemptRecorder>,
    ) -> ResponseFuture<'a>;

    /// Returns the metadata for the SDK's `User-Agent` header, if any.
    fn metadata(&self) -> Option<ConnectorMetadata> {
        None
    }
}
