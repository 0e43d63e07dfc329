//! Web origins and host names: parsing, and which of them belong to this machine.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The origin of a web page, normalised, so that equal origins compare equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Scheme, host and, where it is not the scheme's default, port.
    Page(String),
    /// `null`, the origin of files and of sandboxed frames.
    Opaque,
    /// `*`: every origin, the opaque one included.
    Any,
}

/// Parses a value of `--allow-origin`.
pub fn parse(text: &str) -> Result<Origin, String> {
    if text == "*" {
        return Ok(Origin::Any);
    }
    parse_header(text).ok_or_else(|| {
        "expected SCHEME://HOST or SCHEME://HOST:PORT, such as http://app.test:3000, without a \
         path; `null` for files, or `*` for every origin"
            .to_string()
    })
}

/// Parses the value of an `Origin` header.
pub fn parse_header(text: &str) -> Option<Origin> {
    if text == "null" {
        return Some(Origin::Opaque);
    }
    let (scheme, authority) = text.split_once("://")?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let (host, port) = split_authority(authority.strip_suffix('/').unwrap_or(authority))?;
    let scheme = scheme.to_ascii_lowercase();
    let host = host.to_ascii_lowercase();
    let port = match (scheme.as_str(), port) {
        (_, None) | ("http", Some(80)) | ("https", Some(443)) => String::new(),
        (_, Some(port)) => format!(":{port}"),
    };
    is_scheme.then(|| Origin::Page(format!("{scheme}://{host}{port}")))
}

impl Origin {
    /// Whether a page of this origin was served by this machine.
    pub fn is_loopback(&self) -> bool {
        let Origin::Page(page) = self else {
            return false;
        };
        let authority = page
            .strip_prefix("http://")
            .or_else(|| page.strip_prefix("https://"));
        authority.is_some_and(is_loopback)
    }

    /// Whether this entry of `--allow-origin` allows the other origin.
    pub fn allows(&self, other: &Origin) -> bool {
        *self == Origin::Any || self == other
    }
}

/// Whether the host of `HOST` or `HOST:PORT` is this machine by its name: `localhost` and names
/// below it, 127.0.0.0/8, and `[::1]`.
pub fn is_loopback(authority: &str) -> bool {
    let Some((host, _)) = split_authority(authority) else {
        return false;
    };
    if let Some(address) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        let address: Option<Ipv6Addr> = address.parse().ok();
        return address.is_some_and(|address| address.to_canonical().is_loopback());
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return address.is_loopback();
    }
    // A name may end with the dot of the root.
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Splits an authority into host (an IPv6 address keeps its brackets) and port. `None` for anything
/// else, such as user information.
fn split_authority(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(inner) => {
            let end = inner.find(']')? + 2;
            let port = &authority[end..];
            inner[..end - 2].parse::<Ipv6Addr>().ok()?;
            let port = match port.is_empty() {
                true => None,
                false => Some(port.strip_prefix(':')?),
            };
            (&authority[..end], port)
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    if host.is_empty() || !(host.starts_with('[') || host.bytes().all(is_name)) {
        return None;
    }
    let port = match port {
        Some(digits) => Some(parse_port(digits)?),
        None => None,
    };
    Some((host, port))
}

/// A port in digits alone.
pub(super) fn parse_port(digits: &str) -> Option<u16> {
    let are_digits = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| are_digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn distinguishes_loopback_hosts() {
        let loopback = [
            "localhost",
            "LocalHost:4585",
            "localhost.",
            "cognito.localhost:80",
            "127.0.0.1",
            "127.255.0.9:1",
            "[::1]",
            "[::1]:4585",
            "[0:0:0:0:0:0:0:1]:4585",
            "[::ffff:127.0.0.1]:4585",
        ];
        for host in loopback {
            assert!(is_loopback(host), "{host}");
        }
        let others = [
            "",
            ":4585",
            "example.com",
            "localhost.example.com",
            "notlocalhost",
            "localhost..",
            ".localhost.evil.test",
            "127.0.0.1.example.com",
            "127.0.0.1@example.com",
            "example.com#localhost",
            "localhost@example.com:4585",
            "localhost:4585@example.com",
            "localhost:",
            "localhost:x",
            "localhost:+80",
            "localhost:99999",
            "localhost, example.com",
            "localhost example.com",
            "localhost/",
            "0.0.0.0:4585",
            "128.0.0.1",
            "10.0.0.1",
            "::1",
            "[::1",
            "[::1]x",
            "[::2]:4585",
            "[::1%25eth0]",
            "[::ffff:10.0.0.1]",
            "2130706433",
            "host.docker.internal",
        ];
        for host in others {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn normalises_origins() {
        let table = [
            ("http://localhost:3000", Some("http://localhost:3000"), true),
            ("HTTP://LOCALHOST:80", Some("http://localhost"), true),
            ("https://127.0.0.1:443/", Some("https://127.0.0.1"), true),
            ("http://[::1]:3000", Some("http://[::1]:3000"), true),
            ("https://app.test", Some("https://app.test"), false),
            (
                "capacitor://localhost",
                Some("capacitor://localhost"),
                false,
            ),
            ("file://", None, false),
            ("file:///", None, false),
            ("localhost:3000", None, false),
            ("http://", None, false),
            ("http://app.test/page", None, false),
            ("http://app.test?x", None, false),
            ("http://me@app.test", None, false),
            ("http://localhost@app.test", None, false),
            ("1http://localhost", None, false),
            ("http://*.app.test", None, false),
            ("http://localhost http://app.test", None, false),
            ("", None, false),
        ];
        for (text, page, is_loopback) in table {
            let origin = parse_header(text);
            let want = page.map(|page| Origin::Page(page.to_string()));
            assert_eq!(origin, want, "{text}");
            assert_eq!(
                origin.is_some_and(|o| o.is_loopback()),
                is_loopback,
                "{text}"
            );
        }
    }

    #[test]
    fn parses_null_and_wildcard_of_allow_origin() {
        assert_eq!(parse("null"), Ok(Origin::Opaque));
        assert_eq!(parse("*"), Ok(Origin::Any));
        assert!(parse("app.test").is_err_and(|why| why.contains("SCHEME://HOST")));
        let page = parse_header("http://app.test").expect("an origin");
        assert!(Origin::Any.allows(&page) && Origin::Any.allows(&Origin::Opaque));
        assert!(page.allows(&page) && !page.allows(&Origin::Opaque));
        assert!(!Origin::Opaque.is_loopback());
    }

    proptest! {
        #[test]
        fn parsers_never_panic(text in "\\PC*", host in "[\\[\\]:@./a-z0-9-]{0,20}") {
            let _ = (parse_header(&text), is_loopback(&text), is_loopback(&host));
            let _ = parse_header(&format!("http://{host}"));
        }

        #[test]
        fn foreign_hosts_are_never_loopback(name in "[a-z0-9-]{1,9}(\\.[a-z0-9-]{1,9}){0,2}",
                                                port in 0u16..) {
            prop_assume!(!name.ends_with("localhost") && name.parse::<Ipv4Addr>().is_err());
            let host = format!("{name}:{port}");
            prop_assert!(!is_loopback(&host));
        }
    }
}
