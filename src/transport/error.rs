//! Errors of HTTP requests without a usable response, and their messages to the user.

use std::fmt;

use crate::error::Error;

/// Why a request has no usable response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransportError {
    /// The host name did not resolve, or the host refused the connection.
    Unreachable {
        /// The system's message.
        why: String,
        /// Whether the host is on loopback, where waiting hardly helps.
        on_loopback: bool,
    },
    /// The proxy could not be reached or did not forward the request.
    Proxy {
        /// Its URL, with user name and password redacted.
        url: String,
        /// The system's or the proxy's message.
        why: String,
        /// Whether the proxy is on loopback.
        on_loopback: bool,
    },
    /// Connecting took longer than the connect timeout.
    ConnectTimeout,
    /// A read took longer than the read timeout.
    ReadTimeout,
    /// The connection was closed before the response was complete, or the response is not HTTP.
    Closed(String),
    /// urllib3 rejects the response with an error that botocore does not map.
    Unhandled(String),
    /// The TLS handshake or connection failed.
    Tls(String),
    /// The CA bundle file cannot be used.
    CaBundle(String),
}

impl TransportError {
    /// Returns whether the service may have processed the request.
    pub fn leaves_doubt(&self) -> bool {
        matches!(
            self,
            TransportError::Closed(_) | TransportError::Unhandled(_) | TransportError::ReadTimeout
        )
    }

    /// Returns whether the connection was refused on loopback.
    pub fn is_on_loopback(&self) -> bool {
        matches!(
            self,
            TransportError::Unreachable {
                on_loopback: true,
                ..
            } | TransportError::Proxy {
                on_loopback: true,
                ..
            }
        )
    }

    /// Returns the error to report to the user, with the AWS CLI's message for a request to `url`.
    pub fn to_error(&self, url: &str) -> Error {
        let mut error = self.with_message(url);
        error.context.retryable = Some(!matches!(self, TransportError::CaBundle(_)));
        error
    }

    fn with_message(&self, url: &str) -> Error {
        match self {
            TransportError::Unreachable { why, .. } => {
                Error::general(format!("Could not connect to the endpoint URL: \"{url}\""))
                    .hint(why)
                    .hint(ADDRESS_HINT)
            }
            TransportError::ConnectTimeout => {
                Error::general(format!("Connect timeout on endpoint URL: \"{url}\""))
                    .hint("--cli-connect-timeout SECONDS waits longer")
                    .hint(ADDRESS_HINT)
            }
            TransportError::ReadTimeout => {
                Error::general(format!("Read timeout on endpoint URL: \"{url}\""))
                    .hint("--cli-read-timeout SECONDS waits longer")
            }
            TransportError::Closed(why) => Error::general(format!(
                "Connection was closed before we received a valid response from endpoint URL: \
                 \"{url}\"."
            ))
            .hint(why),
            TransportError::Unhandled(why) => Error::general(format!(
                "An HTTP Client raised an unhandled exception: {why}"
            )),
            TransportError::Proxy { url, why, .. } => {
                Error::general(format!("Failed to connect to proxy URL: \"{url}\""))
                    .hint(why)
                    .hint("HTTP_PROXY and HTTPS_PROXY name proxies, NO_PROXY hosts that need none")
            }
            TransportError::Tls(why) => {
                Error::general(format!("SSL validation failed for {url} {why}")).hint(tls_hint(why))
            }
            TransportError::CaBundle(why) => Error::general(format!(
                "SSL validation failed for {url} {why}"
            ))
            .hint("--ca-bundle, AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE or ca_bundle names this file"),
        }
    }
}

/// The error of a request, with its URL.
#[derive(Debug, Clone)]
pub struct RequestError {
    /// The URL, with secrets redacted.
    pub url: String,
    /// Why the request has no usable response.
    pub error: TransportError,
}

impl RequestError {
    /// Returns the error to report to the user.
    pub fn to_error(&self) -> Error {
        self.error.to_error(&self.url)
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_error().message)
    }
}

impl std::error::Error for RequestError {}

/// Hint for an address that cannot be reached.
const ADDRESS_HINT: &str = "--endpoint-url and AWS_ENDPOINT_URL set another address, HTTPS_PROXY and \
                           HTTP_PROXY a proxy on the way";

/// Returns the hint for a TLS error with this message.
fn tls_hint(why: &str) -> &'static str {
    let is_about = |part| why.contains(part);
    if is_about("doesn't match") {
        "the server shows the certificate of another host; is the address, or a proxy, the right one?"
    } else if is_about("subjectAltName") {
        "the certificate names no host, or only as its common name, which does not count: the server \
         needs one with a subjectAltName"
    } else if is_about("expired") || is_about("not yet valid") {
        "the server needs another certificate, unless the clock of this machine is wrong"
    } else if is_about("issuer certificate") || is_about("self-signed") {
        "--ca-bundle FILE or AWS_CA_BUNDLE trusts the authorities of a file"
    } else if is_about("VERIFY_FAILED") {
        "the server needs another certificate"
    } else if is_about("client certificate") {
        "there is no setting for client certificates, as in the AWS CLI; the server, or a proxy before it, \
         must do without"
    } else if is_about("ALERT") {
        "the server ended the connection; its own log may say more"
    } else {
        "there may be something else than TLS behind this address; http:// speaks without"
    }
}
