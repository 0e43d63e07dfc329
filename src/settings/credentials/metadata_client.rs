//! The HTTP client for metadata services, of EC2 instances and of containers.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use crate::transport::{RecordingConnector, RequestError, Response, Timeouts};

/// Sends requests without a body; connecting and reading have the same timeout.
pub(in crate::settings) struct MetadataClient(RecordingConnector);

/// Why a request has no response.
pub(super) enum MetadataError {
    /// The URL or a header value is invalid.
    InvalidRequest,
    /// The exchange failed.
    Request(RequestError),
}

impl MetadataClient {
    /// A client over this connector.
    pub(in crate::settings) fn new(
        connector: RecordingConnector,
        timeout: Duration,
    ) -> MetadataClient {
        let limit = Some(timeout);
        MetadataClient(RecordingConnector {
            timeouts: Timeouts {
                connect: limit,
                read: limit,
            },
            ..connector
        })
    }

    /// Sends a request and returns its response.
    pub(super) async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
    ) -> Result<Response, MetadataError> {
        let mut request = http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(SdkBody::empty()).ok();
        let request = request.and_then(|request| HttpRequest::try_from(request).ok());
        let request = request.ok_or(MetadataError::InvalidRequest)?;
        self.0.send(request).await.map_err(MetadataError::Request)
    }
}
