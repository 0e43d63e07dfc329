//! A transport over the network, which keeps connections for further requests to the same server.
//!
//! It replaces the SDK's HTTP client, which loads the system's certificates even for plain HTTP,
//! has no timeout for reads of the body, and takes tens of milliseconds to seed its random number
//! generator.

use std::time::Duration;

use hyper::body::Bytes;

use super::attempts::AttemptRecorder;
use super::connection_config::{CertificateTrust, ProxySettings};
use super::connection_pool::ConnectionPool;
use super::dialer::{ConnectionStream, ConnectionTarget, Dialer};
use super::error::TransportError;
use super::http_transport::{HttpTransport, ResponseFuture, Timeouts};
use super::http1::{self, Http1Error, OutgoingRequest, ReceivedResponse};
use super::proxy_selection::Proxy;
use super::response::Response;
use crate::diagnostics::Diagnostics;

/// Sends requests over connections that it opens and reuses.
pub struct NetworkTransport {
    dialer: Dialer,
    proxies: ProxySettings,
    pool: ConnectionPool<Box<dyn ConnectionStream>>,
}

impl NetworkTransport {
    /// Creates a transport without open connections.
    pub fn new(
        trust: CertificateTrust,
        proxies: ProxySettings,
        diagnostics: Diagnostics,
    ) -> NetworkTransport {
        NetworkTransport {
            dialer: Dialer::new(trust, diagnostics),
            proxies,
            pool: ConnectionPool::new(),
        }
    }

    async fn exchange(
        &self,
        request: http::Request<Bytes>,
        timeouts: Timeouts,
        recorder: Option<&AttemptRecorder>,
    ) -> Result<Response, TransportError> {
        let (parts, body) = request.into_parts();
        let target = ConnectionTarget::from_uri(&parts.uri)?;
        let proxy = Proxy::select(
            &self.proxies,
            target.secure,
            &target.host,
            target.named_port,
        )?;
        let forward_proxy = proxy.as_ref().filter(|_| !target.secure);
        let request = OutgoingRequest {
            target: &match forward_proxy {
                Some(_) => target.absolute_form(),
                None => target.path.clone(),
            },
            host: &target.host_header,
            proxy_authorization: forward_proxy.and_then(|proxy| proxy.authorization.as_deref()),
            parts: &parts,
            body: &body,
        };
        let request = request.to_bytes();
        let start_sending = || {
            if let Some(recorder) = recorder {
                recorder.start_sending();
            }
        };
        let mut received = None;
        if let Some(mut stream) = self.take_idle(&target).await {
            start_sending();
            let outcome =
                send_and_receive(&mut stream, &request, timeouts.read, timeouts.read).await;
            // The server may have closed the connection while the request was sent.
            let is_stale = matches!(outcome, Err(Http1Error::Disconnected(_)));
            if !(is_stale && recorder.is_some_and(AttemptRecorder::may_repeat_request)) {
                received = Some((outcome, stream));
            }
        }
        let (outcome, stream) = match received {
            Some(received) => received,
            None => {
                let stream = self.dialer.open(&target, proxy.as_ref(), timeouts.connect);
                let mut stream = stream.await?;
                start_sending();
                let outcome =
                    send_and_receive(&mut stream, &request, timeouts.connect, timeouts.read).await;
                (outcome, stream)
            }
        };
        let received = outcome.map_err(|reason| match (reason, forward_proxy) {
            (Http1Error::Disconnected(reason), Some(proxy)) => proxy.error(reason),
            (reason, _) => reason.into(),
        })?;
        if received.keep_open {
            self.pool.add(target.address, stream);
        }
        Ok(received.response)
    }

    /// Returns an idle connection to this target that is still open.
    async fn take_idle(&self, target: &ConnectionTarget) -> Option<Box<dyn ConnectionStream>> {
        while let Some(mut stream) = self.pool.take(&target.address) {
            if http1::is_reusable(&mut stream).await {
                return Some(stream);
            }
        }
        None
    }
}

/// Sends a request within `send_limit` and receives its response, each read within `read_limit`.
async fn send_and_receive(
    stream: &mut Box<dyn ConnectionStream>,
    request: &[u8],
    send_limit: Option<Duration>,
    read_limit: Option<Duration>,
) -> Result<ReceivedResponse, Http1Error> {
    http1::send(stream, request, send_limit).await?;
    http1::receive(stream, read_limit).await
}

impl HttpTransport for NetworkTransport {
    fn send<'a>(
        &'a self,
        request: http::Request<Bytes>,
        timeouts: Timeouts,
        recorder: Option<&'a AttemptRecorder>,
    ) -> ResponseFuture<'a> {
        Box::pin(self.exchange(request, timeouts, recorder))
    }
}
