//! What `--debug` tells of requests and replies, without what is secret in them: the signature, the
//! session token, and whatever is in bodies.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::reply::{Obstacle, Reply};

/// Headers of which only the name is told.
const SECRET: [&str; 3] = [
    "x-amz-security-token",
    "proxy-authorization",
    "x-amz-client-context",
];

/// What a request is for, and so how much of it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It is the call itself.
    Call,
    /// It is to bring credentials: even its query may be secret.
    Credentials,
}

/// A request, with its URL already without name and password.
pub(super) fn request(purpose: Purpose, request: &HttpRequest, url: &str) -> String {
    if purpose == Purpose::Credentials {
        let url = without_secrets(url);
        return format!("request for credentials: {} {url}", request.method());
    }
    let url = without_token(url);
    let mut told = format!("request: {} {url}", request.method());
    for (name, value) in request.headers() {
        told += &format!("\ndebug:   {name}: {}", shown(name, value));
    }
    let length = request.body().content_length().unwrap_or_default();
    told + &format!("\ndebug:   body of {length} bytes")
}

/// The canonical request that was signed, line by line.
pub(super) fn signed(canonical: &str) -> String {
    let mut told = "canonical request:".to_string();
    for line in canonical.lines() {
        let line = match line.split_once(':') {
            Some((name, _)) if is_secret(name) => format!("{name}:(redacted)"),
            _ => without_token(line),
        };
        told += &format!("\ndebug:   {line}");
    }
    told
}

/// The address of a request for credentials, without its query; and without the path for a container's
/// host, where whoever knows it gets the credentials.
fn without_secrets(url: &str) -> String {
    const CONTAINER: &str = "http://169.254.170.2/";
    match url.starts_with(CONTAINER) {
        true => format!("{CONTAINER}(redacted)"),
        false => url.split(['?', '#']).next().unwrap_or_default().to_string(),
    }
}

/// The text of a query, without the token of a sync session that it may hold.
fn without_token(text: &str) -> String {
    let Some((before, token)) = text.split_once("syncSessionToken=") else {
        return text.to_string();
    };
    let rest = token.find('&').map_or("", |end| &token[end..]);
    format!("{before}syncSessionToken=(redacted){rest}")
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
            let shown: String = crate::trace::end_of(id);
            format!("{before}Credential={shown}/{scope}")
        }
        None if part.contains("SignedHeaders=") => part.to_string(),
        None => "(redacted)".into(),
    }
}

/// How an attempt ended, and after what time.
pub(super) fn outcome(
    purpose: Purpose,
    number: u32,
    outcome: &Result<Reply, Obstacle>,
    took: Duration,
) -> String {
    let what = match purpose {
        Purpose::Call => format!("attempt {number}"),
        Purpose::Credentials => "request for credentials".to_string(),
    };
    let milliseconds = took.as_millis();
    match outcome {
        Ok(reply) => {
            let id = reply.header("x-amzn-requestid").unwrap_or("none");
            let (status, length) = (reply.status, reply.body.len());
            format!(
                "{what}: status {status} after {milliseconds} ms, body of {length} \
                 bytes, request id {id}"
            )
        }
        Err(obstacle) => {
            let why = why(obstacle);
            format!("{what}: no reply after {milliseconds} ms: {why}")
        }
    }
}

fn why(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::Unreachable { why, .. } | Obstacle::Tls(why) | Obstacle::Bundle(why) => {
            why.clone()
        }
        Obstacle::Proxy { url, why, .. } => format!("proxy {url}: {why}"),
        Obstacle::ConnectTimeout => "connecting took too long".into(),
        Obstacle::ReadTimeout => "waiting for the reply took too long".into(),
        Obstacle::Closed(why) => format!("the connection was closed: {why}"),
        Obstacle::Unhandled(why) => format!("the reply cannot be read: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_told() {
        let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/r/s/aws4_request, \
                             SignedHeaders=host, Signature=abc";
        let want = "AWS4-HMAC-SHA256 Credential=****MPLE/20261123/r/s/aws4_request, \
                    SignedHeaders=host, Signature=(redacted)";
        assert_eq!(shown("Authorization", authorization), want);
        assert_eq!(shown("authorization", "Basic hush"), "(redacted)");
        assert_eq!(shown("x-amz-security-token", "hush"), "(redacted)");
        assert_eq!(shown("host", "h"), "h");
        assert_eq!(without_secrets("http://h/p?hush#hush"), "http://h/p");
        let container = without_secrets("http://169.254.170.2/v2/credentials/hush");
        assert_eq!(container, "http://169.254.170.2/(redacted)");
        let url = "http://h/p?lastSyncCount=1&syncSessionToken=hush&x=1";
        let want = "http://h/p?lastSyncCount=1&syncSessionToken=(redacted)&x=1";
        assert_eq!(without_token(url), want);
        assert_eq!(
            without_token("h?syncSessionToken="),
            "h?syncSessionToken=(redacted)"
        );
    }
}
