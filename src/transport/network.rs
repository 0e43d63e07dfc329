//! The HTTP connector under the SDK: keeps one connection between attempts, applies the timeouts, and
//! records and logs every attempt.
//!
//! It replaces the SDK's own client, which loads the system's certificates even for plain HTTP, cannot
//! limit reads of the body, and spends tens of milliseconds on its random generator.

use std::future::Future;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use http::{HeaderName, HeaderValue};

use super::attempts::Recorder;
use super::canonical_request::canonical_request;
use super::debug_log::{self, Purpose};
use super::dialer::{Dialer, Stream, Target};
use super::error::TransportError;
use super::http1::{self, ExchangeError, Request};
use super::proxy::Proxy;
use super::response::Response;
use crate::connection::Connection;
use crate::masking::masked_url;
use crate::trace::Trace;

/// How long connecting and each read may take; `None` is unlimited.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    pub connect: Option<Duration>,
    pub read: Option<Duration>,
}

/// The connector; clones share its connection.
#[derive(Clone)]
pub struct NetworkConnector(Arc<Inner>);

struct Inner {
    purpose: Purpose,
    limits: Limits,
    connection: Connection,
    recorder: Recorder,
    dialer: Dialer,
    /// The connection of the last attempt, with the address it leads to.
    kept: Mutex<Option<(String, Box<dyn Stream>)>>,
}

impl std::fmt::Debug for NetworkConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NetworkConnector")
    }
}

impl NetworkConnector {
    pub fn new(
        purpose: Purpose,
        limits: Limits,
        connection: Connection,
        recorder: Recorder,
    ) -> Self {
        let dialer = Dialer {
            trust: connection.trust.clone(),
            limit: limits.connect,
            warned: AtomicBool::new(false),
        };
        NetworkConnector(Arc::new(Inner {
            purpose,
            limits,
            connection,
            recorder,
            dialer,
            kept: Mutex::new(None),
        }))
    }
}

impl HttpClient for NetworkConnector {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for NetworkConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let inner = self.0.clone();
        let (purpose, trace) = (inner.purpose, inner.connection.trace);
        let recorder = inner.recorder.clone();
        attempt(purpose, recorder, trace, request, |request| async move {
            inner.exchange(request).await
        })
    }
}

/// Makes an attempt: logs and records it, and gives the SDK what it needs of the outcome.
pub(super) fn attempt<F>(
    purpose: Purpose,
    recorder: Recorder,
    trace: Trace,
    request: HttpRequest,
    exchange: impl FnOnce(http::Request<SdkBody>) -> F + Send + 'static,
) -> HttpConnectorFuture
where
    F: Future<Output = Result<Response, TransportError>> + Send,
{
    if trace.on
        && let Some(canonical) = canonical_request(&request)
    {
        trace.tell(|| debug_log::signed(&canonical));
    }
    trace.tell(|| debug_log::request(purpose, &request));
    let number = recorder.start(masked_url(request.uri(), purpose.extent_in_errors()));
    let began = Instant::now();
    HttpConnectorFuture::new(async move {
        let request = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?;
        let outcome = exchange(request).await;
        trace.tell(|| debug_log::outcome(purpose, number, &outcome, began.elapsed()));
        let answer = for_sdk(&outcome);
        recorder.end(outcome);
        answer
    })
}

impl Inner {
    async fn exchange(&self, request: http::Request<SdkBody>) -> Result<Response, TransportError> {
        let (parts, body) = request.into_parts();
        let target = Target::of(&parts.uri)?;
        let proxies = &self.connection.proxies;
        let proxy = Proxy::to(proxies, target.secure, &target.host, target.named_port)?;
        let forwarding = proxy.as_ref().filter(|_| !target.secure);
        let request = Request {
            target: &match forwarding {
                Some(_) => target.whole(),
                None => target.path.clone(),
            },
            host: &target.host_header,
            proxy_authorization: forwarding.and_then(|proxy| proxy.authorization.as_deref()),
            parts: &parts,
            body: body.bytes().unwrap_or_default(),
        };
        let request = request.to_bytes();
        let (mut stream, limit) = match self.kept(&target).await {
            Some(stream) => (stream, self.limits.read),
            None => {
                let stream = self.dialer.open(&target, proxy.as_ref()).await?;
                (stream, self.limits.connect)
            }
        };
        http1::send(&mut stream, &request, limit).await?;
        let received = http1::receive(&mut stream, self.limits.read).await;
        let received = received.map_err(|why| match (why, forwarding) {
            (ExchangeError::Disconnected(why), Some(proxy)) => proxy.failed(why),
            (why, _) => why.into(),
        })?;
        if received.keep_open {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            *kept = Some((target.address, stream));
        }
        Ok(received.response)
    }

    /// The connection of the last attempt, if it leads there and still stands.
    async fn kept(&self, target: &Target) -> Option<Box<dyn Stream>> {
        let kept = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.take()
        };
        let (_, mut stream) = kept.filter(|(address, _)| *address == target.address)?;
        http1::is_idle(&mut stream).await.then_some(stream)
    }
}

/// What the SDK needs of an outcome to decide on retries: without the body of a success, which it would
/// only parse.
fn for_sdk(outcome: &Result<Response, TransportError>) -> Result<HttpResponse, ConnectorError> {
    let received = match outcome {
        Ok(response) => response,
        Err(
            TransportError::Unreachable { why, .. }
            | TransportError::Proxy { why, .. }
            | TransportError::Tls(why),
        ) => {
            return Err(ConnectorError::io(why.clone().into()));
        }
        // Retrying with the same file is of no use.
        Err(TransportError::CaBundle(why)) => return Err(ConnectorError::user(why.clone().into())),
        Err(TransportError::ConnectTimeout) => {
            return Err(ConnectorError::timeout("connecting took too long".into()));
        }
        Err(TransportError::ReadTimeout) => {
            return Err(ConnectorError::timeout("reading took too long".into()));
        }
        Err(TransportError::Closed(why) | TransportError::Unhandled(why)) => {
            let kind = Some(ErrorKind::TransientError);
            return Err(ConnectorError::other(why.clone().into(), kind));
        }
    };
    let body = if received.status < 300 {
        b"{}".to_vec()
    } else {
        received.body.clone()
    };
    let mut response = http::Response::new(SdkBody::from(body));
    let unusable = |error| ConnectorError::other(Box::new(error), None);
    *response.status_mut() = http::StatusCode::from_u16(received.status).map_err(unusable)?;
    for (name, value) in &received.headers {
        if name == "content-length" || name == "transfer-encoding" {
            continue;
        }
        // Headers that the SDK's types cannot hold are left out.
        let name = HeaderName::try_from(name.as_str());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value.as_str())) {
            response.headers_mut().append(name, value);
        }
    }
    HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
}
