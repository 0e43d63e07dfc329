//! A transport that sends nothing: it keeps the request for `--dry-run`.

use std::sync::{Mutex, PoisonError};

use hyper::body::Bytes;

use super::attempts::AttemptRecorder;
use super::http_transport::{HttpTransport, ResponseFuture, Timeouts};
use super::response::Response;

/// Keeps the last request and returns an empty response of status 200.
#[derive(Default)]
pub struct RequestCapture(Mutex<Option<http::Request<Bytes>>>);

impl RequestCapture {
    /// Returns the request, if there was one.
    pub fn take(&self) -> Option<http::Request<Bytes>> {
        let mut request = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        request.take()
    }
}

impl HttpTransport for RequestCapture {
    fn send<'a>(
        &'a self,
        request: http::Request<Bytes>,
        _: Timeouts,
        _: Option<&'a AttemptRecorder>,
    ) -> ResponseFuture<'a> {
        let mut captured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *captured = Some(request);
        Box::pin(async {
            Ok(Response {
                status: 200,
                ..Response::default()
            })
        })
    }
}
