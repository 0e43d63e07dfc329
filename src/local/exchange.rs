//! One request and its response, however the call between them is performed.

use http::Request;
use hyper::body::Bytes;

use super::arrival;
use super::refusal::Ruled;
use super::reply::{self, Reply};
use super::rules::{Call, Done};
use super::service::Service;
use crate::model;

/// A request whose call is being performed.
pub(super) struct Exchange {
    /// The name of the operation; `None` if the request names none.
    pub operation: Option<&'static str>,
    /// The AWS service that the request is for.
    service: &'static model::Service,
    request_id: String,
}

impl Exchange {
    /// Routes a request and admits its call, or returns the refusal to respond with.
    pub fn begin(
        service: &Service,
        request: &Request<Bytes>,
        request_id: String,
    ) -> (Exchange, Ruled<Call>) {
        let routed = arrival::route(request);
        let exchange = Exchange {
            operation: routed.as_ref().ok().map(|routed| routed.operation.name),
            service: arrival::service_of(request),
            request_id,
        };
        let call = routed.and_then(|routed| service.admit(routed, request));
        (exchange, call)
    }

    /// The response with the outcome of the call.
    pub fn respond(&self, outcome: Ruled<Done>) -> Reply {
        match outcome {
            Ok(done) => reply::of_document(done.document, self.service, &self.request_id),
            Err(refusal) => reply::of_refusal(&refusal, self.service, &self.request_id),
        }
    }
}
