//! The HTTP connector of the SDK's clients, over any [`HttpTransport`], which records and logs
//! every attempt. It also sends the requests of credentials providers that do not use a client of
//! the SDK.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use http::{HeaderName, HeaderValue};
use hyper::body::Bytes;

use super::RETRY_AFTER;
use super::attempts::AttemptRecorder;
use super::canonical_request::canonical_request;
use super::debug_log::{self, RequestPurpose};
use super::error::{RequestError, TransportError};
use super::http_transport::{HttpTransport, Timeouts};
use super::response::Response;
use crate::diagnostics::Diagnostics;
use crate::redaction::redact_url;

/// An HTTP connector whose attempts the current [`AttemptRecorder`] records. Clones share the
/// transport.
#[derive(Clone)]
pub struct RecordingConnector {
    /// Sends the requests.
    pub transport: Arc<dyn HttpTransport>,
    /// Timeouts for clients that set none.
    pub timeouts: Timeouts,
    /// The purpose of the requests.
    pub purpose: RequestPurpose,
    /// Whether responses to the SDK keep the header [`RETRY_AFTER`].
    pub passes_retry_after: bool,
    /// Receives the debug log.
    pub diagnostics: Diagnostics,
}

impl fmt::Debug for RecordingConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordingConnector")
    }
}

impl RecordingConnector {
    /// Sends a request and returns its response.
    pub async fn send(&self, request: HttpRequest) -> Result<Response, RequestError> {
        let url = self.redacted_url(&request);
        let outcome = self.attempt(request, &url, None).await;
        outcome.map_err(|error| RequestError { url, error })
    }

    /// Makes an attempt and logs it. `url` is the request's URL with secrets redacted.
    async fn attempt(
        &self,
        request: HttpRequest,
        url: &str,
        recorder: Option<&AttemptRecorder>,
    ) -> Result<Response, TransportError> {
        let log = &self.diagnostics;
        if log.is_debug()
            && let Some(canonical) = canonical_request(&request)
        {
            log.debug(|| debug_log::render_canonical_request(&canonical));
        }
        log.debug(|| debug_log::render_request(self.purpose, &request));
        let number = recorder.map_or(1, |recorder| recorder.start_attempt(url.to_string()));
        let began = Instant::now();
        let outcome = match request.try_into_http1x() {
            Ok(request) => {
                let bytes =
                    |body: SdkBody| Bytes::copy_from_slice(body.bytes().unwrap_or_default());
                let request = request.map(bytes);
                let sending = self.transport.send(request, self.timeouts, recorder);
                sending.await
            }
            Err(why) => Err(TransportError::Unhandled(why.to_string())),
        };
        log.debug(|| debug_log::render_outcome(self.purpose, number, &outcome, began.elapsed()));
        outcome
    }

    /// Returns the request's URL with secrets redacted.
    fn redacted_url(&self, request: &HttpRequest) -> String {
        redact_url(request.uri(), self.purpose.redaction_in_errors())
    }

    /// Returns the response for the SDK. The body of a successful call is left out, since the SDK
    /// would only parse it.
    fn sdk_response(&self, received: &Response) -> Result<HttpResponse, ConnectorError> {
        let body = match self.purpose {
            RequestPurpose::Call if received.status < 300 => b"{}".to_vec(),
            _ => received.body.clone(),
        };
        let mut response = http::Response::new(SdkBody::from(body));
        let unusable = |error| ConnectorError::other(Box::new(error), None);
        *response.status_mut() = http::StatusCode::from_u16(received.status).map_err(unusable)?;
        for (name, value) in &received.headers {
            let is_hidden = match name.as_str() {
                "content-length" | "transfer-encoding" => true,
                RETRY_AFTER => !self.passes_retry_after,
                _ => false,
            };
            // Skips headers that the SDK's types cannot hold.
            let name = HeaderName::try_from(name.as_str());
            if let (false, Ok(name), Ok(value)) =
                (is_hidden, name, HeaderValue::try_from(value.as_str()))
            {
                response.headers_mut().append(name, value);
            }
        }
        HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
    }
}

impl HttpClient for RecordingConnector {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(RecordingConnector {
            timeouts: Timeouts {
                connect: settings.connect_timeout().or(self.timeouts.connect),
                read: settings.read_timeout().or(self.timeouts.read),
            },
            ..self.clone()
        })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.transport.metadata()
    }
}

impl HttpConnector for RecordingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move {
            let recorder = match connector.purpose {
                RequestPurpose::Call => AttemptRecorder::current(),
                // Requests for credentials are not attempts of the call.
                _ => None,
            };
            let url = connector.redacted_url(&request);
            let outcome = connector.attempt(request, &url, recorder.as_ref()).await;
            let response = match &outcome {
                Ok(response) => connector.sdk_response(response),
                Err(error) => Err(connector_error(url, error.clone())),
            };
            if let Some(recorder) = recorder {
                recorder.end_attempt(outcome);
            }
            response
        })
    }
}

/// Converts an error to the SDK's type, which determines whether it is retried.
fn connector_error(url: String, error: TransportError) -> ConnectorError {
    let make: fn(BoxError) -> ConnectorError = match &error {
        TransportError::Unreachable { .. }
        | TransportError::Proxy { .. }
        | TransportError::Tls(_) => ConnectorError::io,
        TransportError::ConnectTimeout | TransportError::ReadTimeout => ConnectorError::timeout,
        // A retry would fail with the same file.
        TransportError::CaBundle(_) => ConnectorError::user,
        TransportError::Closed(_) | TransportError::Unhandled(_) => {
            |cause| ConnectorError::other(cause, Some(ErrorKind::TransientError))
        }
    };
    make(Box::new(RequestError { url, error }))
}
