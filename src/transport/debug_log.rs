//! The debug log of requests and responses, with secrets redacted: signatures, session tokens and
//! bodies.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::error::TransportError;
use super::response::Response;
use crate::redaction::{Redaction, redact_id, redact_query, redact_url};

/// Headers whose value is redacted.
const SECRET_HEADERS: [&str; 3] = [
    "x-amz-security-token",
    "proxy-authorization",
    "x-amz-client-context",
];

/// Zero-based index of the query's line in a canonical request.
const QUERY_LINE: usize = 2;

/// The purpose of a request, which determines how much of it is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestPurpose {
    /// The call of an operation.
    Call,
    /// Credentials.
    Credentials,
    /// Credentials of a container, whose URL has a secret path.
    Container,
}

impl RequestPurpose {
    /// Returns which part of its URL is redacted in errors.
    pub(super) fn redaction_in_errors(self) -> Redaction {
        match self {
            RequestPurpose::Call | RequestPurpose::Credentials => Redaction::SessionToken,
            RequestPurpose::Container => Redaction::Path,
        }
    }

    /// Returns which part of its URL is redacted in the debug log.
    fn redaction_in_debug_log(self) -> Redaction {
        match self {
            RequestPurpose::Call | RequestPurpose::Credentials => Redaction::QueryValues,
            RequestPurpose::Container => Redaction::Path,
        }
    }
}

/// Renders a request.
pub(super) fn render_request(purpose: RequestPurpose, request: &HttpRequest) -> String {
    let url = redact_url(request.uri(), purpose.redaction_in_debug_log());
    if purpose != RequestPurpose::Call {
        return format!("request for credentials: {} {url}", request.method());
    }
    let mut text = format!("request: {} {url}", request.method());
    for (name, value) in request.headers() {
        text += &format!("\ndebug:   {name}: {}", redact_header(name, value));
    }
    let length = request.body().content_length().unwrap_or_default();
    text + &format!("\ndebug:   body of {length} bytes")
}

/// Renders a canonical request, line by line.
pub(super) fn render_canonical_request(canonical: &str) -> String {
    let mut text = "canonical request:".to_string();
    for (number, line) in canonical.lines().enumerate() {
        let line = match line.split_once(':') {
            _ if number == QUERY_LINE => redact_query(line, Redaction::QueryValues),
            Some((name, _)) if is_secret(name) => format!("{name}:(redacted)"),
            _ => line.to_string(),
        };
        text += &format!("\ndebug:   {line}");
    }
    text
}

fn is_secret(name: &str) -> bool {
    SECRET_HEADERS
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret))
}

fn redact_header(name: &str, value: &str) -> String {
    if is_secret(name) {
        return "(redacted)".into();
    }
    if !name.eq_ignore_ascii_case("authorization") {
        return value.to_string();
    }
    let parts: Vec<_> = value.split(", ").map(redact_authorization_part).collect();
    parts.join(", ")
}

/// Redacts the signature and all but the end of the access key id.
fn redact_authorization_part(part: &str) -> String {
    if part.starts_with("Signature=") {
        return "Signature=(redacted)".into();
    }
    let credential = part
        .split_once("Credential=")
        .and_then(|(before, after)| Some((before, after.split_once('/')?)));
    match credential {
        Some((before, (id, scope))) => {
            let shown: String = redact_id(id);
            format!("{before}Credential={shown}/{scope}")
        }
        None if part.contains("SignedHeaders=") => part.to_string(),
        None => "(redacted)".into(),
    }
}

/// Renders the outcome of an attempt and its duration.
pub(super) fn render_outcome(
    purpose: RequestPurpose,
    number: u32,
    outcome: &Result<Response, TransportError>,
    took: Duration,
) -> String {
    let what = match purpose {
        RequestPurpose::Call => format!("attempt {number}"),
        RequestPurpose::Credentials | RequestPurpose::Container => {
            "request for credentials".to_string()
        }
    };
    let milliseconds = took.as_millis();
    match outcome {
        Ok(response) => {
            let id = response.header("x-amzn-requestid").unwrap_or("none");
            let (status, length) = (response.status, response.body.len());
            format!(
                "{what}: status {status} after {milliseconds} ms, body of {length} \
                 bytes, request id {id}"
            )
        }
        Err(error) => {
            let why = error_reason(error);
            format!("{what}: no response after {milliseconds} ms: {why}")
        }
    }
}

fn error_reason(error: &TransportError) -> String {
    match error {
        TransportError::Unreachable { why, .. }
        | TransportError::Tls(why)
        | TransportError::CaBundle(why) => why.clone(),
        TransportError::Proxy { url, why, .. } => format!("proxy {url}: {why}"),
        TransportError::ConnectTimeout => "connect timeout".into(),
        TransportError::ReadTimeout => "read timeout".into(),
        TransportError::Closed(why) => format!("the connection was closed: {why}"),
        TransportError::Unhandled(why) => format!("the response cannot be parsed: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_outcomes() {
        let response = Response {
            status: 200,
            headers: vec![("x-amzn-requestid".into(), "r".into())],
            body: b"{}".to_vec(),
        };
        let table = [
            (
                RequestPurpose::Call,
                Ok(response),
                "attempt 2: status 200 after 5 ms, body of 2 bytes, request id r",
            ),
            (
                RequestPurpose::Call,
                Err(TransportError::ReadTimeout),
                "attempt 2: no response after 5 ms: read timeout",
            ),
            (
                RequestPurpose::Call,
                Err(TransportError::Unhandled("x".into())),
                "attempt 2: no response after 5 ms: the response cannot be parsed: x",
            ),
            (
                RequestPurpose::Credentials,
                Err(TransportError::ConnectTimeout),
                "request for credentials: no response after 5 ms: connect timeout",
            ),
        ];
        for (purpose, outcome, want) in table {
            let got = render_outcome(purpose, 2, &outcome, Duration::from_millis(5));
            assert_eq!(got, want);
        }
    }

    #[test]
    fn redacts_secrets() {
        let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/r/s/aws4_request, \
                             SignedHeaders=host, Signature=abc";
        let want = "AWS4-HMAC-SHA256 Credential=****MPLE/20261123/r/s/aws4_request, \
                    SignedHeaders=host, Signature=(redacted)";
        assert_eq!(redact_header("Authorization", authorization), want);
        assert_eq!(redact_header("authorization", "Basic hush"), "(redacted)");
        assert_eq!(redact_header("x-amz-security-token", "hush"), "(redacted)");
        assert_eq!(redact_header("host", "h"), "h");
    }
}
