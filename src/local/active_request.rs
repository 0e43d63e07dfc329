//! A request whose call is being performed, from routing to the response.

use http::Request;
use hyper::body::Bytes;

use super::operations::{OperationCall, OperationOutput};
use super::response::{self, BufferedResponse};
use super::routing;
use super::service::LocalService;
use super::service_error::ServiceError;
use crate::model;

/// A request whose call is being performed.
pub(super) struct ActiveRequest {
    /// The name of the operation; `None` if the request names none.
    pub operation: Option<&'static str>,
    /// The AWS service that the request is for.
    service: &'static model::Service,
    request_id: String,
}

impl ActiveRequest {
    /// Routes a request and validates its call. Returns the call to perform, or the error to
    /// respond with.
    pub fn begin(
        service: &LocalService,
        request: &Request<Bytes>,
        request_id: String,
    ) -> (ActiveRequest, Result<OperationCall, ServiceError>) {
        let routed = routing::route(request);
        let active = ActiveRequest {
            operation: routed.as_ref().ok().map(|routed| routed.operation.name),
            service: routing::route_service(request),
            request_id,
        };
        let call = routed.and_then(|routed| service.prepare_call(routed, request));
        (active, call)
    }

    /// Returns the response for the outcome of the call.
    pub fn response(&self, outcome: Result<OperationOutput, ServiceError>) -> BufferedResponse {
        match outcome {
            Ok(done) => response::render_document(done.document, self.service, &self.request_id),
            Err(error) => response::render_error(&error, self.service, &self.request_id),
        }
    }
}
