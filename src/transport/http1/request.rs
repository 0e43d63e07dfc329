//! Serialization of HTTP/1.1 requests.

use http::request::Parts;
use http::{Method, header};

/// A request to send.
pub(in super::super) struct OutgoingRequest<'a> {
    /// The request target: a path or, for a proxy, the whole URL.
    pub(in super::super) target: &'a str,
    pub(in super::super) host: &'a str,
    pub(in super::super) proxy_authorization: Option<&'a str>,
    pub(in super::super) parts: &'a Parts,
    pub(in super::super) body: &'a [u8],
}

impl OutgoingRequest<'_> {
    /// Returns head and body in one buffer, so that one write can send them. Requests whose method
    /// allows a body have a `content-length` even if the body is empty, as in botocore.
    pub(in super::super) fn to_bytes(&self) -> Vec<u8> {
        let (method, headers) = (&self.parts.method, &self.parts.headers);
        let mut bytes = format!("{method} {} HTTP/1.1\r\n", self.target).into_bytes();
        push(&mut bytes, "host", self.host.as_bytes());
        if let Some(authorization) = self.proxy_authorization {
            push(&mut bytes, "proxy-authorization", authorization.as_bytes());
        }
        for (name, value) in headers {
            if *name != header::HOST {
                push(&mut bytes, name.as_str(), value.as_bytes());
            }
        }
        let has_body =
            ![Method::GET, Method::HEAD, Method::OPTIONS].contains(method) || !self.body.is_empty();
        if has_body && !headers.contains_key(header::CONTENT_LENGTH) {
            let length = self.body.len().to_string();
            push(&mut bytes, "content-length", length.as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(self.body);
        bytes
    }
}

fn push(head: &mut Vec<u8>, name: &str, value: &[u8]) {
    head.extend_from_slice(name.as_bytes());
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serialize(method: Method, proxy_authorization: Option<&str>, body: &[u8]) -> String {
        let request = http::Request::builder()
            .method(method)
            .header("a", "b")
            .header("host", "the SDK's");
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        let request = OutgoingRequest {
            target: "/p?q",
            host: "h:1",
            proxy_authorization,
            parts: &parts,
            body,
        };
        String::from_utf8(request.to_bytes()).expect("text")
    }

    #[test]
    fn serializes_requests() {
        let head = "/p?q HTTP/1.1\r\nhost: h:1\r\na: b\r\n";
        let table = [
            (Method::GET, &b""[..], format!("GET {head}\r\n")),
            (
                Method::POST,
                b"",
                format!("POST {head}content-length: 0\r\n\r\n"),
            ),
            (
                Method::POST,
                b"{}",
                format!("POST {head}content-length: 2\r\n\r\n{{}}"),
            ),
        ];
        for (method, body, want) in table {
            assert_eq!(serialize(method, None, body), want);
        }
        let proxied = serialize(Method::GET, Some("Basic x"), b"");
        let want = "GET /p?q HTTP/1.1\r\nhost: h:1\r\nproxy-authorization: Basic x\r\na: b\r\n\r\n";
        assert_eq!(proxied, want);
    }
}
