//! The URL of an endpoint, checked and encoded as the AWS CLI does it: what Python's `urlsplit` takes, a
//! host of letters, digits and hyphens (`is_valid_endpoint_url` in `botocore/utils.py` of 2.36.7), and
//! percent signs for what no request line can hold (urllib3's rules).

use crate::error::{Error, Result};
use crate::masking::{Extent, masked_url};
use crate::python::urlsplit::{SplitUrl, is_ipv6, urlsplit};

/// A URL whose host can be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointUrl {
    /// As it was set.
    typed: String,
    /// Scheme, host, port and path as they were set; no name, no password and no slash at the end.
    base: String,
    /// Query and fragment as they were set.
    query: String,
    fragment: String,
    /// Everything but name, password and fragment, encoded; or what stands in the way of a request,
    /// though the host can be one.
    encoded: std::result::Result<String, String>,
}

impl EndpointUrl {
    /// Reads a URL. What is wrong with its scheme or port is told later, by [`EndpointUrl::check`].
    pub fn parse(url: &str) -> Result<EndpointUrl> {
        let invalid = || {
            let url = masked_url(url, Extent::Token);
            Error::general(format!("Invalid endpoint: {url}"))
        };
        if url.contains(['\t', '\r', '\n']) {
            return Err(invalid());
        }
        let split = urlsplit(url).map_err(Error::general)?;
        // A password with a delimiter in it, half of which the AWS CLI shows as the port.
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
            typed: url.to_string(),
            base: format!("{scheme}://{netloc}{path}"),
            query: split.query.to_string(),
            fragment: split.fragment.to_string(),
            encoded: encode(&split, &scheme, host),
        })
    }

    /// Refuses a URL that no request can be sent to. The AWS CLI notices only when it signs and sends.
    pub fn check(&self) -> Result<()> {
        match &self.encoded {
            Ok(_) => Ok(()),
            Err(why) => Err(Error::general(why.as_str())),
        }
    }

    /// As it was set, with name and password if it has some.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// The URL for requests, with its query: without name and password, which are for nobody, and without
    /// a fragment. It is empty where [`EndpointUrl::check`] refuses it.
    pub fn encoded(&self) -> &str {
        self.encoded.as_deref().unwrap_or_default()
    }

    /// The URL of a request to this endpoint, for messages: the endpoint's part of it as it was set.
    pub fn shown(&self, request: &str) -> String {
        let (base, query) = self
            .encoded()
            .split_once('?')
            .unwrap_or((self.encoded(), ""));
        let base = base.strip_suffix('/').unwrap_or(base);
        let Some(of_request) = request.strip_prefix(base) else {
            return request.to_string();
        };
        let (path, of_request) = of_request.split_once('?').unwrap_or((of_request, ""));
        let mut shown = format!("{}{path}", self.base);
        let of_request = of_request.strip_prefix(query).unwrap_or(of_request);
        if !self.query.is_empty() || !of_request.is_empty() {
            shown.push_str(&format!("?{}{of_request}", self.query));
        }
        if !self.fragment.is_empty() {
            shown.push_str(&format!("#{}", self.fragment));
        }
        shown
    }
}

/// The encoded URL, or why there is none.
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
    url.push_str(&percent_encoded(split.path));
    if !split.query.is_empty() {
        url.push('?');
        url.push_str(&percent_encoded(split.query));
    }
    match url.parse::<http::Uri>() {
        Ok(_) if has_plain_host(split) => Ok(url),
        _ => Err(format!(
            "An HTTP Client raised an unhandled exception: Failed to parse: {url}"
        )),
    }
}

/// Whether there is nothing around the brackets of an IPv6 address but a port, and nothing else in them.
fn has_plain_host(split: &SplitUrl<'_>) -> bool {
    let (_, host) = split.netloc.rsplit_once('@').unwrap_or(("", split.netloc));
    match host.split_once('[') {
        None => true,
        Some((before, bracketed)) => bracketed.split_once(']').is_some_and(|(host, port)| {
            before.is_empty() && is_ipv6(host) && (port.is_empty() || port.starts_with(':'))
        }),
    }
}

/// A path or query with percent signs for what no request line can hold (`_encode_invalid_chars` of
/// urllib3). Percent signs stay if each of them begins an encoded byte.
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    let is_encoded = |at: usize| {
        let digits = bytes.get(at + 1..at + 3);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let percent_signs = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    let all_encoded = percent_signs.clone().all(|(at, _)| is_encoded(at));
    let mut rest = bytes.iter().enumerate();
    while let Some((at, &byte)) = rest.next() {
        let stays = byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte);
        match byte {
            b'%' if is_encoded(at) && all_encoded => {
                encoded.push('%');
                for (_, digit) in rest.by_ref().take(2) {
                    encoded.push(digit.to_ascii_uppercase().into());
                }
            }
            byte if stays => encoded.push(byte.into()),
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Whether the text is labels of letters, digits and hyphens with dots between them.
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
        endpoint.check().map_err(|e| e.message)?;
        Ok(endpoint.encoded().to_string())
    }

    #[test]
    fn urls_are_encoded_as_urllib3_does() {
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
    fn requests_are_shown_with_the_endpoint_as_it_was_set() {
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
            assert_eq!(endpoint.shown(request), want, "{url}");
        }
    }

    #[test]
    fn hosts_that_cannot_be_are_refused() {
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
        // What may be a password is not shown.
        for (url, shown) in [
            ("http://u@/", "http://***@/"),
            ("http://u:p#1@h/", "http://***:***@h/"),
        ] {
            assert_eq!(encoded(url), Err(format!("Invalid endpoint: {shown}")));
        }
    }

    #[test]
    fn ports_and_schemes_that_cannot_be_are_refused_when_used() {
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
        /// Whatever is taken can be the URL of a request.
        #[test]
        fn encoded_urls_are_urls(url in "http://[a-z0-9.-]{1,9}(:[0-9]{1,5})?/(?s).{0,20}") {
            if let Ok(encoded) = encoded(&url) {
                proptest::prop_assert!(encoded.parse::<http::Uri>().is_ok(), "{}", encoded);
            }
        }
    }
}
