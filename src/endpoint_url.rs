//! Endpoint URLs, validated and encoded as the AWS CLI does: split by Python's `urlsplit`, with a
//! host of letters, digits and hyphens (`is_valid_endpoint_url` in `botocore/utils.py` of 2.36.7),
//! and percent-encoded where a request line requires it (urllib3's rules).

use crate::error::{Error, Result};
use crate::python::urlsplit::{SplitUrl, is_ipv6, urlsplit};
use crate::redaction::{Redaction, redact_url};

/// An endpoint URL with a valid host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointUrl {
    /// The URL as configured.
    original: String,
    /// Scheme, host, port and path as configured, without user name, password and trailing slash.
    base: String,
    /// Query as configured.
    query: String,
    /// Fragment as configured.
    fragment: String,
    /// The encoded URL without user name, password and fragment; or the reason why no request can
    /// be sent to it although its host is valid.
    encoded: std::result::Result<String, String>,
}

impl EndpointUrl {
    /// Parses a URL. [`EndpointUrl::check_usable`] reports an invalid scheme or port later.
    pub fn parse(url: &str) -> Result<EndpointUrl> {
        let invalid = || {
            let url = redact_url(url, Redaction::SessionToken);
            Error::general(format!("Invalid endpoint: {url}"))
        };
        if url.contains(['\t', '\r', '\n']) {
            return Err(invalid());
        }
        let split = urlsplit(url).map_err(Error::general)?;
        // A password with a delimiter, part of which the AWS CLI would print as the port.
        if split.port().is_err() && url.contains('@') && !split.netloc.contains('@') {
            return Err(invalid());
        }
        let host = split
            .hostname()
            .filter(|host| is_host(host) || is_ipv6(host));
        let host = host.ok_or_else(invalid)?;
        let scheme = match split.scheme {
            "" => "http".to_string(),
            scheme => scheme.to_ascii_lowercase(),
        };
        let (_, netloc) = split.netloc.rsplit_once('@').unwrap_or(("", split.netloc));
        let path = split.path.strip_suffix('/').unwrap_or(split.path);
        Ok(EndpointUrl {
            original: url.to_string(),
            base: format!("{scheme}://{netloc}{path}"),
            query: split.query.to_string(),
            fragment: split.fragment.to_string(),
            encoded: encode(&split, &scheme, host),
        })
    }

    /// Returns `Err` if no request can be sent to the URL. The AWS CLI reports this only when it
    /// signs and sends a request.
    pub fn check_usable(&self) -> Result<()> {
        match &self.encoded {
            Ok(_) => Ok(()),
            Err(why) => Err(Error::general(why.as_str())),
        }
    }

    /// The URL as configured, with user name and password if it has them.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// The URL for requests, with its query but without user name, password and fragment. Empty if
    /// [`EndpointUrl::check_usable`] returns `Err`.
    pub fn encoded(&self) -> &str {
        self.encoded.as_deref().unwrap_or_default()
    }

    /// The URL of a request to this endpoint for messages, with the endpoint's part as configured.
    pub fn display_request_url(&self, request: &str) -> String {
        let (base, query) = self
            .encoded()
            .split_once('?')
            .unwrap_or((self.encoded(), ""));
        let base = base.strip_suffix('/').unwrap_or(base);
        let Some(suffix) = request.strip_prefix(base) else {
            return request.to_string();
        };
        let (path, request_query) = suffix.split_once('?').unwrap_or((suffix, ""));
        let mut url = format!("{}{path}", self.base);
        let request_query = request_query.strip_prefix(query).unwrap_or(request_query);
        if !self.query.is_empty() || !request_query.is_empty() {
            url.push_str(&format!("?{}{request_query}", self.query));
        }
        if !self.fragment.is_empty() {
            url.push_str(&format!("#{}", self.fragment));
        }
        url
    }
}

/// Returns the encoded URL, or the message of the error.
fn encode(split: &SplitUrl<'_>, scheme: &str, host: &str) -> std::result::Result<String, String> {
    let port = split.port()?;
    if !matches!(scheme, "http" | "https") {
        return Err(format!(
            "An HTTP Client raised an unhandled exception: Not supported URL scheme {scheme}"
        ));
    }
    let mut url = format!("{scheme}://");
    match host.contains(':') {
        true => url.push_str(&format!("[{host}]")),
        false => url.push_str(host),
    }
    if let Some(port) = port {
        url.push_str(&format!(":{port}"));
    }
    url.push_str(&percent_encode(split.path));
    if !split.query.is_empty() {
        url.push('?');
        url.push_str(&percent_encode(split.query));
    }
    match url.parse::<http::Uri>() {
        Ok(_) if has_plain_brackets(split) => Ok(url),
        _ => Err(format!(
            "An HTTP Client raised an unhandled exception: Failed to parse: {url}"
        )),
    }
}

/// Whether brackets, if any, contain only an IPv6 address and are followed by at most a port.
fn has_plain_brackets(split: &SplitUrl<'_>) -> bool {
    let (_, host) = split.netloc.rsplit_once('@').unwrap_or(("", split.netloc));
    match host.split_once('[') {
        None => true,
        Some((before, bracketed)) => bracketed.split_once(']').is_some_and(|(host, port)| {
            before.is_empty() && is_ipv6(host) && (port.is_empty() || port.starts_with(':'))
        }),
    }
}

/// Percent-encodes the characters of a path or query that a request line cannot contain
/// (`_encode_invalid_chars` of urllib3). Percent signs stay if each of them starts a valid escape.
pub fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    let is_escape = |index: usize| {
        let digits = bytes.get(index + 1..index + 3);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let percent_signs = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    let all_escapes = percent_signs.clone().all(|(index, _)| is_escape(index));
    let mut rest = bytes.iter().enumerate();
    while let Some((index, &byte)) = rest.next() {
        let is_allowed = byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte);
        match byte {
            b'%' if is_escape(index) && all_escapes => {
                encoded.push('%');
                for (_, digit) in rest.by_ref().take(2) {
                    encoded.push(digit.to_ascii_uppercase().into());
                }
            }
            byte if is_allowed => encoded.push(byte.into()),
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Whether the text is a host name: labels of letters, digits and hyphens, separated by dots.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.len() <= 255
        && text
            .strip_suffix('.')
            .unwrap_or(text)
            .split('.')
            .all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(url: &str) -> std::result::Result<String, String> {
        let endpoint = EndpointUrl::parse(url).map_err(|e| e.message)?;
        endpoint.check_usable().map_err(|e| e.message)?;
        Ok(endpoint.encoded().to_string())
    }

    #[test]
    fn encodes_urls_as_urllib3() {
        let table = [
            ("http://127.0.0.1:1/base/", "http://127.0.0.1:1/base/"),
            ("https://host", "https://host"),
            ("HTTP://[::1]:8080", "http://[::1]:8080"),
            (" http://Host:080", "http://Host:80"),
            ("//h:", "http://h"),
            ("http://u:p@w@h/", "http://h/"),
            ("http://h?q", "http://h?q"),
            ("http://h/?#f", "http://h/"),
            ("http://h/s # x", "http://h/s%20"),
            ("http://h/é/%c3%a9", "http://h/%C3%A9/%C3%A9"),
            ("http://h/%zz%41", "http://h/%25zz%2541"),
            (
                "http://h/a?x=a b&y='\"[]/?",
                "http://h/a?x=a%20b&y='%22%5B%5D/?",
            ),
            (
                "http://h/;a:b@c,d!$&'()*+=~{|}",
                "http://h/;a:b@c,d!$&'()*+=~%7B%7C%7D",
            ),
        ];
        for (url, want) in table {
            assert_eq!(encoded(url).as_deref(), Ok(want), "{url}");
        }
    }

    #[test]
    fn displays_request_urls_with_configured_endpoint() {
        let table = [
            ("http://h/", "http://h/x?a=1", "http://h/x?a=1"),
            (
                "http://u:p@h:080/%zz/",
                "http://h:80/%25zz/x",
                "http://h:080/%zz/x",
            ),
            (
                "HTTP://H/s x?é#f",
                "http://H/s%20x/x?%C3%A9&a=1",
                "http://H/s x/x?é&a=1#f",
            ),
            ("http://h/?q", "http://h/x?q", "http://h/x?q"),
            ("http://h/", "https://other/x", "https://other/x"),
        ];
        for (url, request, want) in table {
            let endpoint = EndpointUrl::parse(url).expect("an endpoint");
            assert_eq!(endpoint.display_request_url(request), want, "{url}");
        }
    }

    #[test]
    fn rejects_invalid_hosts() {
        let long = format!("http://{}/", "a".repeat(64));
        for url in [
            "foo",
            "http://",
            "http://:80",
            "http://a b",
            "http://é/",
            "http://-a",
            "http://a-.b",
            "http://a..b",
            "http:/h",
            "http://h/a\tb",
            "http://a%20b/",
            "  ",
            &*long,
        ] {
            assert_eq!(encoded(url), Err(format!("Invalid endpoint: {url}")));
        }
        assert_eq!(encoded("http://[::1/"), Err("Invalid IPv6 URL".into()));
        // A possible password is redacted.
        for (url, redacted) in [
            ("http://u@/", "http://***@/"),
            ("http://u:p#1@h/", "http://***:***@h/"),
        ] {
            assert_eq!(encoded(url), Err(format!("Invalid endpoint: {redacted}")));
        }
    }

    #[test]
    fn rejects_invalid_ports_and_schemes_on_use() {
        let client = "An HTTP Client raised an unhandled exception: ";
        let table = [
            ("http://a:65536", "Port out of range 0-65535".to_string()),
            (
                "http://a:x",
                "Port could not be cast to integer value as 'x'".into(),
            ),
            (
                "FTP://host/",
                format!("{client}Not supported URL scheme ftp"),
            ),
            (
                "http://a[::1]:1/",
                format!("{client}Failed to parse: http://[::1]:1/"),
            ),
        ];
        for (url, want) in table {
            assert!(EndpointUrl::parse(url).is_ok(), "{url}");
            assert_eq!(encoded(url), Err(want));
        }
    }

    proptest::proptest! {
        /// Every accepted URL is valid as the URL of a request.
        #[test]
        fn encodes_accepted_urls_to_valid_urls(url in "http://[a-z0-9.-]{1,9}(:[0-9]{1,5})?/(?s).{0,20}") {
            if let Ok(encoded) = encoded(&url) {
                proptest::prop_assert!(encoded.parse::<http::Uri>().is_ok(), "{}", encoded);
            }
        }
    }
}
