//! The HTTP connector under the SDK: HTTP/1.1 over TCP or TLS, one connection that is kept between
//! attempts, time limits on connecting and on every read.
//!
//! The SDK's own client loads the system's certificates even for plain HTTP, cannot limit reads of
//! the body, and spends tens of milliseconds on its random generator; so this one. Nothing is
//! set up for TLS (`tls`) or for a proxy (`proxy`) unless it is used. Retries, signing and endpoints
//! are the SDK's business.

use std::error::Error as StdError;
use std::future::Future;
use std::io::ErrorKind as ErrorKindOfIo;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::proxy::Proxy;
use super::reply::{Obstacle, Recorder, Reply};
use super::told::Purpose;
use super::{tls, told};
use crate::connection::{Connection, Trust, with_userinfo_as};
use crate::trace::{self, Trace};

/// Most that is set aside for a body before it has arrived.
const TRUSTED_LENGTH: u64 = 256 << 20;

/// How long connecting and each read may take.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Limits {
    pub(super) connect: Option<Duration>,
    pub(super) read: Option<Duration>,
}

/// The connector; clones share the connection.
#[derive(Clone)]
pub(super) struct Transport(Arc<Inner>);

struct Inner {
    purpose: Purpose,
    limits: Limits,
    connection: Connection,
    recorder: Recorder,
    /// Whether the warning of unverified connections was given.
    warned: AtomicBool,
    /// The connection of the last attempt, to the host it leads to.
    kept: Mutex<Option<(String, SendRequest<Full<Bytes>>)>>,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transport")
    }
}

impl Transport {
    pub(super) fn new(
        purpose: Purpose,
        limits: Limits,
        connection: Connection,
        recorder: Recorder,
    ) -> Self {
        Transport(Arc::new(Inner {
            purpose,
            limits,
            connection,
            recorder,
            warned: AtomicBool::new(false),
            kept: Mutex::new(None),
        }))
    }
}

impl HttpClient for Transport {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("hyper", None))
    }
}

impl HttpConnector for Transport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let inner = self.0.clone();
        let (purpose, trace) = (inner.purpose, inner.connection.trace);
        let recorder = inner.recorder.clone();
        attempt(purpose, recorder, trace, request, |request| async move {
            inner.exchange(request).await
        })
    }
}

/// An attempt: it is traced and recorded, and the SDK gets what it needs of the outcome.
pub(super) fn attempt<F>(
    purpose: Purpose,
    recorder: Recorder,
    trace: Trace,
    request: HttpRequest,
    exchange: impl FnOnce(http::Request<SdkBody>) -> F + Send + 'static,
) -> HttpConnectorFuture
where
    F: Future<Output = Result<Reply, Obstacle>> + Send,
{
    let url = with_userinfo_as("", request.uri());
    trace.tell(|| told::request(purpose, &request, &url));
    let number = recorder.attempt(url);
    let began = Instant::now();
    HttpConnectorFuture::new(async move {
        let request = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?;
        let outcome = exchange(request).await;
        trace.tell(|| told::outcome(purpose, number, &outcome, began.elapsed()));
        let answer = for_sdk(&outcome);
        recorder.end(outcome);
        answer
    })
}

impl Inner {
    async fn exchange(&self, request: http::Request<SdkBody>) -> Result<Reply, Obstacle> {
        let (parts, body) = request.into_parts();
        let body = Bytes::copy_from_slice(body.bytes().unwrap_or_default());
        let target = Target::of(&parts.uri)?;
        let proxies = &self.connection.proxies;
        let proxy = Proxy::to(proxies, target.secure, &target.host, target.named_port)?;
        let mut sender = self.sender(&target, proxy.as_ref()).await?;
        let mut request = http::Request::from_parts(parts, Full::new(body));
        if let Ok(host) = target.host_header.parse() {
            request.headers_mut().insert(http::header::HOST, host);
        }
        let forwarding = proxy.as_ref().filter(|_| !target.secure);
        *request.uri_mut() = match forwarding {
            Some(_) => target.whole()?,
            None => target.path.clone(),
        };
        if let Some(Ok(value)) = forwarding.and_then(|p| p.authorization.as_deref().map(str::parse))
        {
            request
                .headers_mut()
                .insert(http::header::PROXY_AUTHORIZATION, value);
        }
        let response = limited(self.limits.read, sender.send_request(request))
            .await
            .ok_or(Obstacle::ReadTimeout)?
            .map_err(|error| match forwarding {
                Some(proxy) => proxy.failed(innermost(&error)),
                None => closed(error),
            })?;
        let reply = self.receive(response).await?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((target.address, sender));
        Ok(reply)
    }

    /// The kept connection, if it leads there and still stands, or a new one.
    async fn sender(
        &self,
        target: &Target,
        proxy: Option<&Proxy>,
    ) -> Result<SendRequest<Full<Bytes>>, Obstacle> {
        let kept = self
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some((address, mut sender)) = kept
            && address == target.address
            && sender.ready().await.is_ok()
        {
            return Ok(sender);
        }
        handshake(self.wire(target, proxy).await?).await
    }

    /// A new connection that leads to the target, through the proxy if there is one.
    async fn wire(
        &self,
        target: &Target,
        proxy: Option<&Proxy>,
    ) -> Result<Box<dyn Wire>, Obstacle> {
        let tls = self.tls(
            target.secure || proxy.is_some_and(|proxy| proxy.secure),
            target,
        )?;
        let Some(proxy) = proxy else {
            let stream = self.dial(&target.host, target.port).await;
            let (stream, tls) = (stream.map_err(|refusal| refusal.of_host())?, tls.as_ref());
            return self.secured(Box::new(stream), tls, &target.host).await;
        };
        let stream = self.dial(&proxy.host, proxy.port).await;
        let mut stream: Box<dyn Wire> =
            Box::new(stream.map_err(|refusal| refusal.of_proxy(proxy))?);
        if proxy.secure {
            let secured = self.secured(stream, tls.as_ref(), &proxy.host).await;
            stream = secured.map_err(|why| match why {
                Obstacle::Tls(why) | Obstacle::Closed(why) => proxy.failed(why),
                other => other,
            })?;
        }
        if !target.secure {
            return Ok(stream);
        }
        let address = format!("{}:{}", target.bracketed, target.port);
        limited(self.limits.connect, proxy.tunnel(&mut stream, &address))
            .await
            .ok_or(Obstacle::ReadTimeout)??;
        self.secured(stream, tls.as_ref(), &target.host).await
    }

    /// What TLS needs, if it is needed.
    fn tls(&self, needed: bool, target: &Target) -> Result<Option<TlsConnector>, Obstacle> {
        if !needed {
            return Ok(None);
        }
        let trust = &self.connection.trust;
        if *trust == Trust::Anything && !self.warned.swap(true, Ordering::Relaxed) {
            trace::warn(&format!(
                "InsecureRequestWarning: Unverified HTTPS request is being made to host '{}'. \
                 Adding certificate verification is strongly advised.",
                target.host
            ));
        }
        Ok(Some(TlsConnector::from(Arc::new(tls::settings(trust)?))))
    }

    async fn dial(&self, host: &str, port: u16) -> Result<TcpStream, Refusal> {
        let stream = limited(self.limits.connect, TcpStream::connect((host, port)))
            .await
            .ok_or(Refusal::Timeout)?
            .map_err(|error| Refusal::of(&error, host))?;
        stream
            .set_nodelay(true)
            .map_err(|error| Refusal::of(&error, host))?;
        Ok(stream)
    }

    async fn secured(
        &self,
        stream: Box<dyn Wire>,
        tls: Option<&TlsConnector>,
        host: &str,
    ) -> Result<Box<dyn Wire>, Obstacle> {
        let Some(tls) = tls else { return Ok(stream) };
        let name = ServerName::try_from(host.to_string())
            .map_err(|error| Obstacle::Tls(error.to_string()))?;
        let secured = limited(self.limits.connect, tls.connect(name, stream))
            .await
            .ok_or(Obstacle::ReadTimeout)?;
        match secured {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) if error.kind() == ErrorKindOfIo::ConnectionReset => {
                Err(Obstacle::Closed(error.to_string()))
            }
            Err(error) => Err(Obstacle::Tls(tls::why(&error, host))),
        }
    }

    async fn receive(
        &self,
        response: http::Response<hyper::body::Incoming>,
    ) -> Result<Reply, Obstacle> {
        let (parts, mut body) = response.into_parts();
        let expected = body.size_hint().exact().unwrap_or(0).min(TRUSTED_LENGTH);
        let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0));
        loop {
            let frame = limited(self.limits.read, body.frame()).await;
            match frame.ok_or(Obstacle::ReadTimeout)? {
                None => break,
                Some(frame) => {
                    if let Some(data) = frame.map_err(closed)?.data_ref() {
                        bytes.extend_from_slice(data);
                    }
                }
            }
        }
        Ok(Reply::of(&parts, bytes))
    }
}

/// Runs to the end, or to the limit: then there is nothing.
async fn limited<F: Future>(limit: Option<Duration>, future: F) -> Option<F::Output> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, future).await.ok(),
        None => Some(future.await),
    }
}

fn closed(error: hyper::Error) -> Obstacle {
    Obstacle::Closed(innermost(&error))
}

/// The text of the deepest cause.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// What bytes travel over: TCP or TLS, or TLS within TLS.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire for S {}

/// Why no connection came about.
enum Refusal {
    Timeout,
    Error { why: String, on_loopback: bool },
}

impl Refusal {
    fn of(error: &std::io::Error, host: &str) -> Refusal {
        let address: Option<std::net::IpAddr> = host.parse().ok();
        let is_loopback = address.map_or(host == "localhost", |address| address.is_loopback());
        Refusal::Error {
            why: error.to_string(),
            on_loopback: is_loopback && error.kind() == ErrorKindOfIo::ConnectionRefused,
        }
    }

    fn of_host(self) -> Obstacle {
        match self {
            Refusal::Timeout => Obstacle::ConnectTimeout,
            Refusal::Error { why, on_loopback } => Obstacle::Unreachable { why, on_loopback },
        }
    }

    fn of_proxy(self, proxy: &Proxy) -> Obstacle {
        match self {
            Refusal::Timeout => Obstacle::ConnectTimeout,
            Refusal::Error { why, on_loopback } => Obstacle::Proxy {
                url: proxy.shown.clone(),
                why,
                on_loopback,
            },
        }
    }
}

/// Where a request goes.
struct Target {
    secure: bool,
    host: String,
    /// The host with the brackets that a URL has around an IPv6 address.
    bracketed: String,
    port: u16,
    /// The port that the URL names.
    named_port: Option<u16>,
    /// Scheme, host and port, to tell connections apart.
    address: String,
    host_header: String,
    path: http::Uri,
}

impl Target {
    fn of(uri: &http::Uri) -> Result<Target, Obstacle> {
        let unusable = || Obstacle::Unreachable {
            why: "the URL names no host".into(),
            on_loopback: false,
        };
        let secure = uri.scheme_str() == Some("https");
        let host = uri.host().ok_or_else(unusable)?;
        let standard = if secure { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(standard);
        let host_header = if port == standard {
            host.to_string()
        } else {
            format!("{host}:{port}")
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Target {
            secure,
            bracketed: host.to_string(),
            host: host
                .trim_start_matches('[')
                .trim_end_matches(']')
                .to_string(),
            port,
            named_port: uri.port_u16(),
            address: format!("{secure} {host_header}"),
            host_header,
            path: path.parse().map_err(|_| unusable())?,
        })
    }

    /// The whole URL, as a proxy wants it, without name and password.
    fn whole(&self) -> Result<http::Uri, Obstacle> {
        let whole = format!("http://{}{}", self.host_header, self.path);
        whole
            .parse()
            .map_err(|error: http::uri::InvalidUri| Obstacle::Closed(error.to_string()))
    }
}

async fn handshake(stream: Box<dyn Wire>) -> Result<SendRequest<Full<Bytes>>, Obstacle> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(closed)?;
    // Its end shows in the sender, too.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

/// What the SDK needs of an outcome to decide about retries. It gets no body of a success: it
/// would only parse what is read from the record.
fn for_sdk(outcome: &Result<Reply, Obstacle>) -> Result<HttpResponse, ConnectorError> {
    let reply = match outcome {
        Ok(reply) => reply,
        Err(
            Obstacle::Unreachable { why, .. } | Obstacle::Proxy { why, .. } | Obstacle::Tls(why),
        ) => {
            return Err(ConnectorError::io(why.clone().into()));
        }
        // The same file will not do better a moment later.
        Err(Obstacle::Bundle(why)) => return Err(ConnectorError::user(why.clone().into())),
        Err(Obstacle::ConnectTimeout) => {
            return Err(ConnectorError::timeout("connecting took too long".into()));
        }
        Err(Obstacle::ReadTimeout) => {
            return Err(ConnectorError::timeout("reading took too long".into()));
        }
        Err(Obstacle::Closed(why)) => {
            let kind = Some(ErrorKind::TransientError);
            return Err(ConnectorError::other(why.clone().into(), kind));
        }
    };
    let body = if reply.status < 300 {
        b"{}".to_vec()
    } else {
        reply.body.clone()
    };
    let mut response = http::Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        if name != "content-length" && name != "transfer-encoding" {
            response = response.header(name, value);
        }
    }
    let response = response
        .body(SdkBody::from(body))
        .map_err(|error| ConnectorError::other(error.into(), None))?;
    HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
}
