//! Proxies by botocore's rules: selection by host, authorization and tunnels. `dialer` connects to
//! them.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};

use super::connection_config::ProxySettings;
use super::error::TransportError;
use super::http1::{self, ResponseReader, StatusLine};
use crate::percent_encoding::decode;
use crate::redaction::{Redaction, redact_url};

/// An HTTP proxy.
#[derive(Clone)]
pub(super) struct Proxy {
    /// Whether to connect to it with TLS.
    pub(super) secure: bool,
    pub(super) host: String,
    pub(super) port: u16,
    /// The value of `Proxy-Authorization`.
    pub(super) authorization: Option<String>,
    /// Its URL, with user name and password redacted.
    pub(super) shown: String,
}

impl Proxy {
    /// Selects the proxy for a host and the port in its URL; `None` to connect directly.
    pub(super) fn select(
        proxies: &ProxySettings,
        secure: bool,
        host: &str,
        port: Option<u16>,
    ) -> Result<Option<Proxy>, TransportError> {
        let url = if secure {
            &proxies.https
        } else {
            &proxies.http
        };
        match url {
            Some(url) if !bypasses_proxy(proxies.no_proxy.as_deref(), host, port) => {
                Proxy::parse(url).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn parse(text: &str) -> Result<Proxy, TransportError> {
        let url = match text {
            url if url.starts_with("http:") || url.starts_with("https:") => url.to_string(),
            rest if rest.starts_with("//") => format!("http:{rest}"),
            rest => format!("http://{rest}"),
        };
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", ""));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (userinfo, address) = match authority.rsplit_once('@') {
            Some((userinfo, address)) => (Some(userinfo), address),
            None => (None, authority),
        };
        let (user, password) =
            userinfo.map_or((None, None), |userinfo| match userinfo.split_once(':') {
                Some((user, password)) => (Some(user), Some(password)),
                None => (Some(userinfo), None),
            });
        let shown = redact_url(&url, Redaction::AllButHost);
        let secure = scheme == "https";
        let (host, port) = host_and_port(address, if secure { 443 } else { 80 })
            .ok_or_else(|| proxy_error(&shown, "it names no host"))?;
        Ok(Proxy {
            secure,
            host,
            port,
            authorization: authorization(user, password)
                .ok_or_else(|| proxy_error(&shown, "its name and password must be ASCII"))?,
            shown,
        })
    }

    /// Opens a tunnel to `address` with `CONNECT`. Uses HTTP/1.0 as botocore does, so that a proxy
    /// that rejects the request closes the connection.
    pub(super) async fn tunnel<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        address: &str,
        limit: Option<Duration>,
    ) -> Result<(), TransportError> {
        let authorization = self.authorization.as_ref().map_or(String::new(), |value| {
            format!("Proxy-Authorization: {value}\r\n")
        });
        let head = format!("CONNECT {address} HTTP/1.0\r\n{authorization}\r\n");
        http1::send(stream, head.as_bytes(), limit).await?;
        // Must not read ahead into the bytes of the tunnel.
        let mut reader = ResponseReader::unbuffered(stream, limit);
        match StatusLine::parse(&reader.read_line().await?) {
            Some(StatusLine { status: 200, .. }) => {}
            Some(line) => {
                return Err(self.error(format!("it responded with status {}", line.status)));
            }
            None => {
                return Err(TransportError::Closed(
                    "the response of the proxy is not HTTP".into(),
                ));
            }
        }
        while !matches!(&*reader.read_line().await?, b"\r\n" | b"\n" | b"") {}
        Ok(())
    }

    /// Returns the error of a proxy that could not be used.
    pub(super) fn error(&self, why: impl Into<String>) -> TransportError {
        proxy_error(&self.shown, why)
    }
}

fn proxy_error(shown: &str, why: impl Into<String>) -> TransportError {
    TransportError::Proxy {
        url: shown.to_string(),
        why: why.into(),
        on_loopback: false,
    }
}

fn host_and_port(address: &str, default_port: u16) -> Option<(String, u16)> {
    let after_brackets = address.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match address[after_brackets..].split_once(':') {
        Some((start, port)) => {
            let host = &address[..after_brackets + start.len()];
            (
                host,
                if port.is_empty() {
                    default_port
                } else {
                    port.parse().ok()?
                },
            )
        }
        None => (address, default_port),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (!host.is_empty()).then(|| (host.to_string(), port))
}

/// Returns the header value for user name and password: `Some(None)` if one is missing, `None` if
/// they are not ASCII.
fn authorization(user: Option<&str>, password: Option<&str>) -> Option<Option<String>> {
    let (Some(user), Some(password)) = (user.map(decode), password.map(decode)) else {
        return Some(None);
    };
    if user.is_empty() || password.is_empty() {
        return Some(None);
    }
    let both = [user, b":".to_vec(), password].concat();
    let encoded = aws_smithy_types::base64::encode(&both);
    both.is_ascii().then(|| Some(format!("Basic {encoded}")))
}

/// Returns whether NO_PROXY contains the host or a parent domain, with or without the port. `*`
/// alone matches all hosts.
fn bypasses_proxy(no_proxy: Option<&str>, host: &str, port: Option<u16>) -> bool {
    let Some(names) = no_proxy else { return false };
    if names == "*" {
        return true;
    }
    let host = host.to_lowercase();
    // A default port that the URL omits does not match.
    let with_port = port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
    names.split(',').any(|name| {
        let name = name.trim().trim_start_matches('.').to_lowercase();
        let is_end_of = |host: &str| host == name || host.ends_with(&format!(".{name}"));
        !name.is_empty() && (is_end_of(&host) || is_end_of(&with_port))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_proxy_urls() {
        let table = [
            ("p:3128", Some((false, "p", 3128, None)), "http://p:3128"),
            ("//p", Some((false, "p", 80, None)), "http://p"),
            (
                "https://[::1]",
                Some((true, "::1", 443, None)),
                "https://[::1]",
            ),
            (
                "http://u:p%40w@h:1/x",
                Some((false, "h", 1, Some("Basic dTpwQHc="))),
                "http://***:***@h:1",
            ),
            ("http://u@h", Some((false, "h", 80, None)), "http://***@h"),
            (
                "socks5://u:hush@h:1",
                Some((false, "socks5", 80, None)),
                "http://***:***@h:1",
            ),
            ("http://a:b:c", None, "http://a:b:c"),
            ("http://", None, "http://"),
            ("http://ü:hush@h", None, "http://***:***@h"),
        ];
        for (text, want, shown) in table {
            match Proxy::parse(text) {
                Ok(proxy) => {
                    let authorization = proxy.authorization.as_deref();
                    let got = (proxy.secure, &*proxy.host, proxy.port, authorization);
                    assert_eq!((Some(got), &*proxy.shown), (want, shown), "{text}");
                }
                Err(TransportError::Proxy { url, .. }) => {
                    assert_eq!((None, &*url), (want, shown), "{text}");
                }
                Err(other) => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn bypasses_proxy_for_hosts_in_no_proxy() {
        let table = [
            ("*", true),
            ("*, x", false),
            ("x,.Example.com", true),
            ("b.example.com:1", true),
            ("ample.com", false),
            ("com:1", true),
            (" , ", false),
        ];
        for (names, want) in table {
            let got = bypasses_proxy(Some(names), "b.example.com", Some(1));
            assert_eq!(got, want, "{names}");
        }
        assert!(!bypasses_proxy(Some("h:80"), "h", None));
        assert!(!bypasses_proxy(Some("127.0.0.0/8"), "127.0.0.1", None));
        assert!(bypasses_proxy(Some("127.0.0.1"), "127.0.0.1", None));
    }
}
