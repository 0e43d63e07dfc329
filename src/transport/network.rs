//! Exchanges over the network. One connection is kept between requests to the same server.
//!
//! It replaces the SDK's own client, which loads the system's certificates even for plain HTTP, cannot
//! limit reads of the body, and spends tens of milliseconds on its random generator.

use std::sync::{Mutex, PoisonError};

use hyper::body::Bytes;

use super::config::{Proxies, Trust};
use super::dialer::{Dialer, Stream, Target};
use super::error::TransportError;
use super::exchange::{Exchange, Exchanged, Timeouts};
use super::http1::{self, ExchangeError, Request};
use super::proxy::Proxy;
use super::response::Response;

/// The network, as these settings connect to it.
pub struct Network {
    dialer: Dialer,
    proxies: Proxies,
    /// The connection of the last request, with the address it leads to.
    kept: Mutex<Option<(String, Box<dyn Stream>)>>,
}

impl Network {
    /// A network without connections yet.
    pub fn new(trust: Trust, proxies: Proxies) -> Network {
        Network {
            dialer: Dialer::new(trust),
            proxies,
            kept: Mutex::new(None),
        }
    }

    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeouts: Timeouts,
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
        let (mut stream, limit) = match self.kept(&target).await {
            Some(stream) => (stream, timeouts.read),
            None => {
                let stream = self.dialer.open(&target, proxy.as_ref(), timeouts.connect);
                (stream.await?, timeouts.connect)
            }
        };
        http1::send(&mut stream, &request, limit).await?;
        let received = http1::receive(&mut stream, timeouts.read).await;
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

    /// The kept connection, if it leads to this target and is still open.
    async fn kept(&self, target: &Target) -> Option<Box<dyn Stream>> {
        let kept = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.take()
        };
        let (_, mut stream) = kept.filter(|(address, _)| *address == target.address)?;
        http1::is_idle(&mut stream).await.then_some(stream)
    }
}

impl Exchange for Network {
    fn exchange(&self, request: http::Request<Bytes>, timeouts: Timeouts) -> Exchanged<'_> {
        Box::pin(self.send(request, timeouts))
    }
}
