//! The exchange of one HTTP request for its response, over a network or within this process.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use hyper::body::Bytes;

use super::attempts::AttemptRecorder;
use super::error::TransportError;
use super::response::Response;

/// How long steps of an exchange may take; `None` is unlimited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// For connecting: the connection, the handshakes of TLS and proxies, and sending the request, each.
    pub connect: Option<Duration>,
    /// For each read of the response.
    pub read: Option<Duration>,
}

/// The outcome of an exchange, in the future.
pub type ResponseFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// Exchanges requests for responses.
pub trait HttpTransport: Send + Sync {
    /// Sends the request and receives its response. The recorder of the call that it is part of is told when
    /// the request is being sent.
    fn send<'a>(
        &'a self,
        request: http::Request<Bytes>,
        timeouts: Timeouts,
        recorder: Option<&'a AttemptRecorder>,
    ) -> ResponseFuture<'a>;

    /// What the SDK's `User-Agent` header says of it, if anything.
    fn metadata(&self) -> Option<ConnectorMetadata> {
        None
    }
}
