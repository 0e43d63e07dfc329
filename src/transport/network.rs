//! Exchanges over the network. Connections are kept for further requests to the same server.
//!
//! It replaces the SDK's own client, which loads the system's certificates even for plain HTTP, cannot
//! limit reads of the body, and spends tens of milliseconds on its random generator.

use std::time::Duration;

use hyper::body::Bytes;

use super::attempts::AttemptRecorder;
use super::connection_config::{CertificateTrust, ProxySettings};
use super::connection_pool::ConnectionPool;
use super::dialer::{ConnectionStream, ConnectionTarget, Dialer};
use super::error::TransportError;
use super::http_transport::{HttpTransport, ResponseFuture, Timeouts};
use super::http1::{self, Http1Error, OutgoingRequest, ReceivedResponse};
use super::proxy::Proxy;
use super::response::Response;
use crate::diagnostics::Diagnostics;

/// The network, as these settings connect to it.
pub struct NetworkTransport {
    dialer: Dialer,
    proxies: ProxySettings,
    pool: ConnectionPool<Box<dyn ConnectionStream>>,
}

impl NetworkTransport {
    /// A network without connections yet.
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
        let target = ConnectionTarget::of(&parts.uri)?;
        let proxy = Proxy::to(
            &self.proxies,
            target.secure,
            &target.host,
            target.named_port,
        )?;
        let forwarding = proxy.as_ref().filter(|_| !target.secure);
        let request = OutgoingRequest {
            target: &match forwarding {
                Some(_) => target.whole(),
                None => target.path.clone(),
            },
            host: &target.host_header,
            proxy_authorization: forwarding.and_then(|proxy| proxy.authorization.as_deref()),
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
        if let Some(mut stream) = self.idle(&target).await {
            start_sending();
            let outcome =
                send_and_receive(&mut stream, &request, timeouts.read, timeouts.read).await;
            // The server may have closed the connection while the request was on its way.
            let is_stale = matches!(outcome, Err(Http1Error::Disconnected(_)));
            if !(is_stale && recorder.is_some_and(AttemptRecorder::may_repeat)) {
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
        let received = outcome.map_err(|why| match (why, forwarding) {
            (Http1Error::Disconnected(why), Some(proxy)) => proxy.failed(why),
            (why, _) => why.into(),
        })?;
        if received.keep_open {
            self.pool.put(target.address, stream);
        }
        Ok(received.response)
    }

    /// An idle connection to this target that is still open.
    async fn idle(&self, target: &ConnectionTarget) -> Option<Box<dyn ConnectionStream>> {
        while let Some(mut stream) = self.pool.take(&target.address) {
            if http1::is_idle(&mut stream).await {
                return Some(stream);
            }
        }
        None
    }
}

/// Sends a request within a time and receives its response, whose every read may take a time.
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
