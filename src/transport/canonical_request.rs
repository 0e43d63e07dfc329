//! The canonical request of AWS Signature Version 4, for the debug log: with it, a signature that a
//! service rejects can be compared.
//!
//! It is derived from the signed request. The SDK's signer exposes its own only through `tracing`,
//! which is compiled out: its events and their formatting take 330 KB and 3,600 relocations.

use std::fmt::Write as _;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use ring::digest::{SHA256, digest};

use crate::percent_encoding;

/// Returns the canonical request, or `None` for a request without a signature.
pub(super) fn canonical_request(request: &HttpRequest) -> Option<String> {
    let authorization = request.headers().get("authorization")?;
    let signed = authorization.split("SignedHeaders=").nth(1)?;
    let signed = signed.split(',').next()?;
    let (host, path, query) = split_url(request.uri());
    let mut canonical = format!(
        "{}\n{}\n{}\n",
        request.method(),
        percent_encoding::encode(&normalize(path), b"/"),
        canonical_query(query)
    );
    for name in signed.split(';') {
        let value = match (name, header_value(request, name)) {
            ("host", None) => host.to_string(),
            (_, value) => value.unwrap_or_default(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(canonical, "{name}:{value}");
    }
    let body = request.body().bytes().unwrap_or_default();
    let _ = write!(canonical, "\n{signed}\n");
    for byte in digest(&SHA256, body).as_ref() {
        let _ = write!(canonical, "{byte:02x}");
    }
    Some(canonical)
}

/// Splits a URL into host, path and query. The host has its port unless it is the scheme's default.
fn split_url(url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default();
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    (host.strip_suffix(default_port).unwrap_or(host), path, query)
}

/// Returns all values of a header, each with its spaces collapsed.
fn header_value(request: &HttpRequest, name: &str) -> Option<String> {
    let values = request.headers().get_all(name).map(|value| {
        let words = value.split(' ').filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    });
    let values: Vec<_> = values.collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// Removes `.`, `..` and empty segments from a path (RFC 3986, 5.2.4).
fn normalize(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let is_folder = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    let end = if is_folder && !segments.is_empty() {
        "/"
    } else {
        ""
    };
    format!("/{}{end}", segments.join("/"))
}

/// Decodes the pairs of a query, encodes them by the rules of the signature, and sorts them.
fn canonical_query(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // In form encoding, `+` is a space. Invalid UTF-8 is replaced.
            let canonical = |text: &str| {
                let decoded = percent_encoding::decode(&text.replace('+', " "));
                percent_encoding::encode(&String::from_utf8_lossy(&decoded), b"")
            };
            (canonical(name), canonical(value))
        })
        .collect();
    pairs.sort();
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_canonical_request() {
        let authorization = "AWS4-HMAC-SHA256 Credential=A/20261126/r/s/aws4_request, \
                             SignedHeaders=host;x-amz-date, Signature=s";
        let mut request = HttpRequest::empty();
        let url = "http://u:p@127.0.0.1:80/base//a/../us%3A1/?b=%2F&a=x+y&a";
        request.set_uri(url).expect("a URL");
        let headers = request.headers_mut();
        headers.insert("authorization", authorization);
        headers.insert("x-amz-date", " 20261126T080000Z  x ");
        let want = "GET\n/base/us%253A1/\na=&a=x%20y&b=%2F\nhost:127.0.0.1\n\
                    x-amz-date:20261126T080000Z x\n\nhost;x-amz-date\n\
                    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(canonical_request(&request).as_deref(), Some(want));
    }

    #[test]
    fn returns_none_for_unsigned_requests() {
        assert_eq!(canonical_request(&HttpRequest::empty()), None);
    }

    #[test]
    fn normalizes_paths() {
        let table = [
            ("", "/"),
            ("/", "/"),
            ("/a", "/a"),
            ("/a/", "/a/"),
            ("/a/.", "/a/"),
            ("/a/b/..", "/a/"),
            ("//a///b", "/a/b"),
            ("/../a", "/a"),
        ];
        for (path, want) in table {
            assert_eq!(normalize(path), want, "{path}");
        }
    }
}
