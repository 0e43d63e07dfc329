//! The HTTP connector of the SDK's clients, over any [`HttpTransport`]: it records and logs every attempt. It also
//! sends the requests of credential providers that need no client of the SDK.

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

/// The connector; clones share its exchange. Attempts of a call are recorded by the current [`AttemptRecorder`].
#[derive(Clone)]
pub struct RecordingConnector {
    /// What sends the requests.
    pub transport: Arc<dyn HttpTransport>,
    /// Used where the SDK's client sets no timeouts.
    pub timeouts: Timeouts,
    /// What the requests are for.
    pub purpose: RequestPurpose,
    /// Whether the SDK sees the header [`RETRY_AFTER`].
    pub passes_retry_after: bool,
    /// Logs the attempts.
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
        let url = self.url_in_errors(&request);
        let outcome = self.attempt(request, &url, None).await;
        outcome.map_err(|error| RequestError { url, error })
    }

    /// Makes an attempt and logs it; `url` is the request's without what is secret in it.
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
            log.debug(|| debug_log::signed(&canonical));
        }
        log.debug(|| debug_log::request(self.purpose, &request));
        let number = recorder.map_or(1, |recorder| recorder.start(url.to_string()));
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
        log.debug(|| debug_log::outcome(self.purpose, number, &outcome, began.elapsed()));
        outcome
    }

    /// The request's URL without what is secret in it.
    fn url_in_errors(&self, request: &HttpRequest) -> String {
        redact_url(request.uri(), self.purpose.redaction_in_errors())
    }

    /// What the SDK needs of a response: without the body of a call's success, which it would only parse.
    fn for_sdk(&self, received: &Response) -> Result<HttpResponse, ConnectorError> {
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
            // Headers that the SDK's types cannot hold are left out.
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
                // Made within a call, whose own attempts they are not.
                _ => None,
            };
            let url = connector.url_in_errors(&request);
            let outcome = connector.attempt(request, &url, recorder.as_ref()).await;
            let answer = match &outcome {
                Ok(response) => connector.for_sdk(response),
                Err(error) => Err(connector_error(url, error.clone())),
            };
            if let Some(recorder) = recorder {
                recorder.end(outcome);
            }
            answer
        })
    }
}

/// The SDK's form of an error, by which it decides on retries.
fn connector_error(url: String, error: TransportError) -> ConnectorError {
    let make: fn(BoxError) -> ConnectorError = match &error {
        TransportError::Unreachable { .. }
        | TransportError::Proxy { .. }
        | TransportError::Tls(_) => ConnectorError::io,
        TransportError::ConnectTimeout | TransportError::ReadTimeout => ConnectorError::timeout,
        // Retrying with the same file is of no use.
        TransportError::CaBundle(_) => ConnectorError::user,
        TransportError::Closed(_) | TransportError::Unhandled(_) => {
            |cause| ConnectorError::other(cause, Some(ErrorKind::TransientError))
        }
    };
    make(Box::new(RequestError { url, error }))
}
