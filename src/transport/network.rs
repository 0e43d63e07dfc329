//! Exchanges over the network. Connections are kept for further requests to the same server.
//!
//! It replaces the SDK's own client, which loads the system's certificates even for plain HTTP, cannot
//! limit reads of the body, and spends tens of milliseconds on its random generator.

use std::time::Duration;

use hyper::body::Bytes;

use super::attempts::Recorder;
use super::config::{Proxies, Trust};
use super::dialer::{Dialer, Stream, Target};
use super::error::TransportError;
use super::exchange::{Exchange, Exchanged, Timeouts};
use super::http1::{self, ExchangeError, Received, Request};
use super::pool::Pool;
use super::proxy::Proxy;
use super::response::Response;
use crate::diagnostics::Diagnostics;

/// The network, as these settings connect to it.
pub struct Network {
    dialer: Dialer,
    proxies: Proxies,
    pool: Pool<Box<dyn Stream>>,
}

impl Network {
    /// A network without connections yet.
    pub fn new(trust: Trust, proxies: Proxies, diagnostics: Diagnostics) -> Network {
        Network {
            dialer: Dialer::new(trust, diagnostics),
            proxies,
            pool: Pool::new(),
        }
    }

    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeouts: Timeouts,
        recorder: Option<&Recorder>,
    ) -> Result<Response, TransportError> {
        let (parts, body) = request.into_parts();
        let target = Target::of(&parts.uri)?;
        let proxy = Proxy::to(
            &self.proxies,
            target.secure,
            &target.host,
            target.named_port,
        )?;
        let forwarding = proxy.as_ref().filter(|_| !target.secure);
        let request = Request {
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
            let outcome = exchange(&mut stream, &request, timeouts.read, timeouts.read).await;
            // The server may have closed the connection while the request was on its way.
            let is_stale = matches!(outcome, Err(ExchangeError::Disconnected(_)));
            if !(is_stale && recorder.is_some_and(Recorder::may_repeat)) {
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
                    exchange(&mut stream, &request, timeouts.connect, timeouts.read).await;
                (outcome, stream)
            }
        };
        let received = outcome.map_err(|why| match (why, forwarding) {
            (ExchangeError::Disconnected(why), Some(proxy)) => proxy.failed(why),
            (why, _) => why.into(),
        })?;
        if received.keep_open {
            self.pool.put(target.address, stream);
        }
        Ok(received.response)
    }

    /// An idle connection to this target that is still open.
    async fn idle(&self, target: &Target) -> Option<Box<dyn Stream>> {
        while let Some(mut stream) = self.pool.take(&target.address) {
            if http1::is_idle(&mut stream).await {
                return Some(stream);
            }
        }
        None
    }
}

/// Sends a request within a time and receives its response, whose every read may take a time.
async fn exchange(
    stream: &mut Box<dyn Stream>,
    request: &[u8],
    send_limit: Option<Duration>,
    read_limit: Option<Duration>,
) -> Result<Received, ExchangeError> {
    http1::send(stream, request, send_limit).await?;
    http1::receive(stream, read_limit).await
}

impl Exchange for Network {
    fn exchange<'a>(
        &'a self,
        request: http::Request<Bytes>,
        timeouts: Timeouts,
        recorder: Option<&'a Recorder>,
    ) -> Exchanged<'a> {
        Box::pin(self.send(request, timeouts, recorder))
    }
}
