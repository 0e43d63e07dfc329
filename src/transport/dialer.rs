//! Opening of connections: over TCP, through proxies and with TLS. TLS and proxies are set up only
//! when used.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::connection_config::CertificateTrust;
use super::error::TransportError;
use super::http1::{io_error_message, with_timeout};
use super::proxy_selection::Proxy;
use super::{tls, tls_error};
use crate::diagnostics::Diagnostics;

/// Opens connections with the configured trust.
pub(super) struct Dialer {
    trust: CertificateTrust,
    diagnostics: Diagnostics,
    /// Created for the first TLS connection, since it may load a CA bundle file.
    tls: OnceLock<TlsConnector>,
    /// Whether the warning about unverified connections was printed.
    warned: AtomicBool,
}

impl Dialer {
    pub(super) fn new(trust: CertificateTrust, diagnostics: Diagnostics) -> Dialer {
        Dialer {
            trust,
            diagnostics,
            tls: OnceLock::new(),
            warned: AtomicBool::new(false),
        }
    }

    /// Opens a connection to the target, through the proxy if there is one. Each step is limited to
    /// `limit`.
    pub(super) async fn open(
        &self,
        target: &ConnectionTarget,
        proxy: Option<&Proxy>,
        limit: Option<Duration>,
    ) -> Result<Box<dyn ConnectionStream>, TransportError> {
        let tls = self.tls(
            target.secure || proxy.is_some_and(|proxy| proxy.secure),
            target,
        )?;
        let Some(proxy) = proxy else {
            let stream = dial(&target.host, target.port, limit).await;
            let (stream, tls) = (
                stream.map_err(|error| error.into_host_error())?,
                tls.as_ref(),
            );
            return secure(Box::new(stream), tls, &target.host, limit).await;
        };
        let stream = dial(&proxy.host, proxy.port, limit).await;
        let mut stream: Box<dyn ConnectionStream> =
            Box::new(stream.map_err(|error| error.into_proxy_error(proxy))?);
        if proxy.secure {
            let secured = secure(stream, tls.as_ref(), &proxy.host, limit).await;
            stream = secured.map_err(|why| match why {
                TransportError::Tls(why) | TransportError::Closed(why) => proxy.error(why),
                other => other,
            })?;
        }
        if !target.secure {
            return Ok(stream);
        }
        let address = format!("{}:{}", target.bracketed, target.port);
        proxy.tunnel(&mut stream, &address, limit).await?;
        secure(stream, tls.as_ref(), &target.host, limit).await
    }

    /// Returns the TLS connector, or `None` if TLS is not needed.
    fn tls(
        &self,
        needed: bool,
        target: &ConnectionTarget,
    ) -> Result<Option<TlsConnector>, TransportError> {
        if !needed {
            return Ok(None);
        }
        let trust = &self.trust;
        if *trust == CertificateTrust::AnyCertificate && !self.warned.swap(true, Ordering::Relaxed)
        {
            self.diagnostics.warn(&format!(
                "InsecureRequestWarning: Unverified HTTPS request is being made to host '{}'. \
                 Adding certificate verification is strongly advised.",
                target.host
            ));
        }
        if let Some(made) = self.tls.get() {
            return Ok(Some(made.clone()));
        }
        let made = TlsConnector::from(Arc::new(tls::client_config(trust)?));
        Ok(Some(self.tls.get_or_init(|| made).clone()))
    }
}

/// Opens a TCP connection.
async fn dial(host: &str, port: u16, limit: Option<Duration>) -> Result<TcpStream, ConnectError> {
    let stream = with_timeout(limit, TcpStream::connect((host, port)))
        .await
        .ok_or(ConnectError::Timeout)?
        .map_err(|error| ConnectError::new(&error, host))?;
    // It only saves time. On macOS it fails once the other side has closed the connection, which the
    // request will report.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// Performs the TLS handshake if there is a TLS connector.
async fn secure(
    stream: Box<dyn ConnectionStream>,
    tls: Option<&TlsConnector>,
    host: &str,
    limit: Option<Duration>,
) -> Result<Box<dyn ConnectionStream>, TransportError> {
    let Some(tls) = tls else { return Ok(stream) };
    let name = host.trim_end_matches('.').to_string();
    let name = ServerName::try_from(name).map_err(|_| {
        TransportError::Tls(format!(
            "'{host}' is no name or address that a certificate can be for"
        ))
    })?;
    let secured = with_timeout(limit, tls.connect(name, stream))
        .await
        .ok_or(TransportError::ReadTimeout)?;
    match secured {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {
            Err(TransportError::Closed(io_error_message(&error)))
        }
        Err(error) => Err(TransportError::Tls(tls_error::handshake_message(
            &error, host,
        ))),
    }
}

/// A byte stream: TCP, TLS, or TLS within TLS.
pub(super) trait ConnectionStream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> ConnectionStream for S {}

/// Why a TCP connection could not be opened.
enum ConnectError {
    Timeout,
    Failed { why: String, on_loopback: bool },
}

impl ConnectError {
    fn new(error: &std::io::Error, host: &str) -> ConnectError {
        let address: Option<std::net::IpAddr> = host.parse().ok();
        let is_loopback = address.map_or(host == "localhost", |address| address.is_loopback());
        ConnectError::Failed {
            why: io_error_message(error),
            on_loopback: is_loopback && error.kind() == ErrorKind::ConnectionRefused,
        }
    }

    fn into_host_error(self) -> TransportError {
        match self {
            ConnectError::Timeout => TransportError::ConnectTimeout,
            ConnectError::Failed { why, on_loopback } => {
                TransportError::Unreachable { why, on_loopback }
            }
        }
    }

    fn into_proxy_error(self, proxy: &Proxy) -> TransportError {
        match self {
            ConnectError::Timeout => TransportError::ConnectTimeout,
            ConnectError::Failed { why, on_loopback } => TransportError::Proxy {
                url: proxy.shown.clone(),
                why,
                on_loopback,
            },
        }
    }
}

/// The server of a request, with what the request needs of its URL.
pub(super) struct ConnectionTarget {
    pub(super) secure: bool,
    pub(super) host: String,
    /// The host, with brackets around an IPv6 address as in the URL.
    bracketed: String,
    pub(super) port: u16,
    /// The port in the URL, if it has one.
    pub(super) named_port: Option<u16>,
    /// Scheme, host and port: the key for reusing connections.
    pub(super) address: String,
    pub(super) host_header: String,
    pub(super) path: String,
}

impl ConnectionTarget {
    pub(super) fn from_uri(uri: &http::Uri) -> Result<ConnectionTarget, TransportError> {
        let unusable = || TransportError::Unreachable {
            why: "the URL names no host".into(),
            on_loopback: false,
        };
        let secure = uri.scheme_str() == Some("https");
        let host = uri.host().ok_or_else(unusable)?;
        let default_port = if secure { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(default_port);
        let host_header = if port == default_port {
            host.to_string()
        } else {
            format!("{host}:{port}")
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(ConnectionTarget {
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
            path: path.to_string(),
        })
    }

    /// Returns the request target for a proxy: the whole URL without user name and password.
    pub(super) fn absolute_form(&self) -> String {
        format!("http://{}{}", self.host_header, self.path)
    }
}
