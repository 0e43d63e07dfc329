//! Proxies by botocore's rules: which one a host is reached through, its authorization, and the tunnel
//! through it. Connecting to it, and TLS, are left to `dialer`.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};

use super::connection_config::ProxySettings;
use super::error::TransportError;
use super::http1::{self, ResponseReader, StatusLine};
use crate::percent_encoding::decode;
use crate::redaction::{Redaction, redact_url};

/// A proxy on the way to a host.
#[derive(Clone)]
pub(super) struct Proxy {
    /// Whether it is spoken to over TLS.
    pub(super) secure: bool,
    pub(super) host: String,
    pub(super) port: u16,
    /// What to send as `Proxy-Authorization`.
    pub(super) authorization: Option<String>,
    /// Its URL without name and password.
    pub(super) shown: String,
}

impl Proxy {
    /// The proxy for a host and the port that its URL names, if it is reached through one.
    pub(super) fn to(
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
            Some(url) if !is_reached_directly(proxies.no_proxy.as_deref(), host, port) => {
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
            .ok_or_else(|| unusable(&shown, "it names no host"))?;
        Ok(Proxy {
            secure,
            host,
            port,
            authorization: authorization(user, password)
                .ok_or_else(|| unusable(&shown, "its name and password must be ASCII"))?,
            shown,
        })
    }

    /// Asks for a tunnel, so that what follows reaches the host itself. As botocore does it: with
    /// HTTP/1.0, after which a proxy that refuses closes the connection.
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
        // Nothing of what the host says may be taken.
        let mut reader = ResponseReader::unbuffered(stream, limit);
        match StatusLine::parse(&reader.line().await?) {
            Some(StatusLine { status: 200, .. }) => {}
            Some(line) => {
                return Err(self.failed(format!("it answers with status {}", line.status)));
            }
            None => {
                return Err(TransportError::Closed(
                    "the proxy's answer is no HTTP".into(),
                ));
            }
        }
        while !matches!(&*reader.line().await?, b"\r\n" | b"\n" | b"") {}
        Ok(())
    }

    /// That it could not be used.
    pub(super) fn failed(&self, why: impl Into<String>) -> TransportError {
        unusable(&self.shown, why)
    }
}

fn unusable(shown: &str, why: impl Into<String>) -> TransportError {
    TransportError::Proxy {
        url: shown.to_string(),
        why: why.into(),
        on_loopback: false,
    }
}

fn host_and_port(address: &str, standard: u16) -> Option<(String, u16)> {
    let behind_brackets = address.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match address[behind_brackets..].split_once(':') {
        Some((start, port)) => {
            let host = &address[..behind_brackets + start.len()];
            (
                host,
                if port.is_empty() {
                    standard
                } else {
                    port.parse().ok()?
                },
            )
        }
        None => (address, standard),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (!host.is_empty()).then(|| (host.to_string(), port))
}

/// Name and password as a header; none where one of them is missing, and `None` where they cannot
/// be one.
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

/// Whether NO_PROXY names the host: by itself or as the end of it, with or without the port. `*`
/// stands for all hosts, if it stands alone.
fn is_reached_directly(no_proxy: Option<&str>, host: &str, port: Option<u16>) -> bool {
    let Some(names) = no_proxy else { return false };
    if names == "*" {
        return true;
    }
    let host = host.to_lowercase();
    // A port that goes without saying is not looked for.
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
    fn proxy_urls_are_taken_apart() {
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
    fn some_hosts_need_no_proxy() {
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
            let got = is_reached_directly(Some(names), "b.example.com", Some(1));
            assert_eq!(got, want, "{names}");
        }
        assert!(!is_reached_directly(Some("h:80"), "h", None));
        assert!(!is_reached_directly(Some("127.0.0.0/8"), "127.0.0.1", None));
        assert!(is_reached_directly(Some("127.0.0.1"), "127.0.0.1", None));
    }
}
