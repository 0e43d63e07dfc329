//! The lines of `--debug` about requests and responses, without secrets: signatures, session tokens and
//! bodies.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::error::TransportError;
use super::response::Response;
use crate::redaction::{Redaction, redact_id, redact_query, redact_url};

/// Headers that are logged without their value.
const SECRET: [&str; 3] = [
    "x-amz-security-token",
    "proxy-authorization",
    "x-amz-client-context",
];

/// The line of a canonical request that is the query, counted from 0.
const QUERY_LINE: usize = 2;

/// What a request is for, which decides how much of it is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestPurpose {
    /// The call itself.
    Call,
    /// Credentials.
    Credentials,
    /// A container's credentials, whose URL has a secret path.
    Container,
}

impl RequestPurpose {
    /// What is masked of its URL in errors.
    pub(super) fn redaction_in_errors(self) -> Redaction {
        match self {
            RequestPurpose::Call | RequestPurpose::Credentials => Redaction::SessionToken,
            RequestPurpose::Container => Redaction::Path,
        }
    }

    /// What is masked of its URL by `--debug`.
    fn extent_in_debug_log(self) -> Redaction {
        match self {
            RequestPurpose::Call | RequestPurpose::Credentials => Redaction::QueryValues,
            RequestPurpose::Container => Redaction::Path,
        }
    }
}

/// A request.
pub(super) fn request(purpose: RequestPurpose, request: &HttpRequest) -> String {
    let url = redact_url(request.uri(), purpose.extent_in_debug_log());
    if purpose != RequestPurpose::Call {
        return format!("request for credentials: {} {url}", request.method());
    }
    let mut text = format!("request: {} {url}", request.method());
    for (name, value) in request.headers() {
        text += &format!("\ndebug:   {name}: {}", shown(name, value));
    }
    let length = request.body().content_length().unwrap_or_default();
    text + &format!("\ndebug:   body of {length} bytes")
}

/// The canonical request that was signed, line by line.
pub(super) fn signed(canonical: &str) -> String {
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
    SECRET
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret))
}

fn shown(name: &str, value: &str) -> String {
    if is_secret(name) {
        return "(redacted)".into();
    }
    if !name.eq_ignore_ascii_case("authorization") {
        return value.to_string();
    }
    let parts: Vec<_> = value.split(", ").map(part_of_authorization).collect();
    parts.join(", ")
}

/// The signature is not shown, and of the access key's id but its end.
fn part_of_authorization(part: &str) -> String {
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

/// How an attempt ended, and after what time.
pub(super) fn outcome(
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
            let why = why(error);
            format!("{what}: no reply after {milliseconds} ms: {why}")
        }
    }
}

fn why(error: &TransportError) -> String {
    match error {
        TransportError::Unreachable { why, .. }
        | TransportError::Tls(why)
        | TransportError::CaBundle(why) => why.clone(),
        TransportError::Proxy { url, why, .. } => format!("proxy {url}: {why}"),
        TransportError::ConnectTimeout => "connecting took too long".into(),
        TransportError::ReadTimeout => "waiting for the reply took too long".into(),
        TransportError::Closed(why) => format!("the connection was closed: {why}"),
        TransportError::Unhandled(why) => format!("the reply cannot be read: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_no_secret() {
        let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/r/s/aws4_request, \
                             SignedHeaders=host, Signature=abc";
        let want = "AWS4-HMAC-SHA256 Credential=****MPLE/20261123/r/s/aws4_request, \
                    SignedHeaders=host, Signature=(redacted)";
        assert_eq!(shown("Authorization", authorization), want);
        assert_eq!(shown("authorization", "Basic hush"), "(redacted)");
        assert_eq!(shown("x-amz-security-token", "hush"), "(redacted)");
        assert_eq!(shown("host", "h"), "h");
    }
}
