//! Responses in the form of the real service: compact JSON with sorted members, the request ID, and
//! the error code in a header. `cors` adds what browsers need.

use std::borrow::Cow;
use std::io::{Result, Write};

use http::{HeaderValue, Response, header};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Map, Value as Json, json};

use super::lone_surrogates;
use super::service_error::ServiceError;
use crate::model::{Protocol, Service};
use crate::transport::MADE_BY_CHANGE;

/// The members of a response; `None` for a response without a body.
pub(super) type ResponseDocument = Option<Map<String, Json>>;

pub(super) const REQUEST_ID_HEADER: &str = "x-amzn-requestid";
pub(super) const ERROR_TYPE_HEADER: &str = "x-amzn-errortype";
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A response whose whole body is in memory.
pub(super) type BufferedResponse = Response<Vec<u8>>;

/// The message of an error, which a response carries for the log.
#[derive(Debug, Clone)]
pub(super) struct ErrorMessage(pub String);

/// Returns the response of a successful call.
pub(super) fn render_document(
    document: ResponseDocument,
    service: &Service,
    request_id: &str,
) -> BufferedResponse {
    let body = match document {
        None => Vec::new(),
        Some(members) => {
            let mut body = Json::Object(members);
            sort_and_remove_nulls(&mut body);
            serialize(&body)
        }
    };
    build(200, content_type(service), body, request_id)
}

/// Returns the response of an error.
pub(super) fn render_error(
    error: &ServiceError,
    service: &Service,
    request_id: &str,
) -> BufferedResponse {
    let body = match (service.protocol, error.code) {
        (Protocol::Json11 { .. }, code) => json!({"__type": code, "message": error.message}),
        // The real service rejects requests that its router cannot parse with another form of body.
        (_, code @ "BadRequest") => {
            json!({"code": code, "message": error.message, "type": "client"})
        }
        _ => json!({"message": error.message}),
    };
    let body = lone_surrogates::with_escapes(&body.to_string()).into_owned();
    let body = body.into_bytes();
    let status = error.status_for(service);
    let mut response = build(status, content_type(service), body, request_id);
    let code = HeaderValue::from_static(error.code);
    response.headers_mut().insert(ERROR_TYPE_HEADER, code);
    if error.is_made_by_change {
        let yes = HeaderValue::from_static("true");
        response.headers_mut().insert(MADE_BY_CHANGE, yes);
    }
    let message = ErrorMessage(error.message.clone());
    response.extensions_mut().insert(message);
    response
}

/// Returns the response to a health check: name and version of the program.
pub(super) fn render_health_check(request_id: &str) -> BufferedResponse {
    let body = json!({"name": "cognito-sync", "version": env!("CARGO_PKG_VERSION")});
    build(200, JSON, body.to_string().into_bytes(), request_id)
}

/// Returns the media type of the service's protocol.
fn content_type(service: &Service) -> HeaderValue {
    match service.protocol {
        Protocol::RestJson => JSON,
        Protocol::Json11 { .. } => HeaderValue::from_static("application/x-amz-json-1.1"),
    }
}

/// Returns the bytes of a response to a malformed request. Every page may read it, since its origin
/// is unknown.
pub(super) fn to_http1_bytes(mut response: BufferedResponse) -> Vec<u8> {
    let length = response.body().len().into();
    let headers = response.headers_mut();
    let any_origin = HeaderValue::from_static("*");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any_origin);
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    headers.insert(header::CONTENT_LENGTH, length);
    let mut bytes = format!("HTTP/1.1 {}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(response.body());
    bytes
}

fn build(
    status: u16,
    content_type: HeaderValue,
    body: Vec<u8>,
    request_id: &str,
) -> BufferedResponse {
    let mut response = Response::new(body);
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type);
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID_HEADER, id);
    }
    response
}

fn serialize(body: &Json) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    let mut serializer = Serializer::with_formatter(&mut bytes, JavaNumberFormatter);
    // Writing to memory cannot fail.
    let _ = body.serialize(&mut serializer);
    match std::str::from_utf8(&bytes).map(lone_surrogates::with_escapes) {
        Ok(Cow::Owned(escaped)) => escaped.into_bytes(),
        _ => bytes,
    }
}

/// Writes exponents as the service does: `1.412974057151E9`.
struct JavaNumberFormatter;

impl Formatter for JavaNumberFormatter {
    fn write_number_str<W: Write + ?Sized>(&mut self, out: &mut W, digits: &str) -> Result<()> {
        match digits.split_once("e+") {
            Some((significant, exponent)) => write!(out, "{significant}E{exponent}"),
            None => out.write_all(digits.as_bytes()),
        }
    }
}

/// Sorts members and removes null members, at every depth.
fn sort_and_remove_nulls(value: &mut Json) {
    match value {
        Json::Object(members) => {
            members.retain(|_, value| !value.is_null());
            members.sort_keys();
            members.values_mut().for_each(sort_and_remove_nulls);
        }
        Json::Array(items) => items.iter_mut().for_each(sort_and_remove_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::COGNITO_SYNC;

    #[test]
    fn renders_compact_sorted_bodies_without_nulls() {
        let timestamp = crate::local::clock::to_json_seconds(1_412_974_057_151);
        let Json::Object(members) =
            json!({"b": {"z": null, "y": [{"d": timestamp, "c": "é"}]}, "a": 2})
        else {
            panic!("it is an object")
        };
        let response = render_document(Some(members), &COGNITO_SYNC, "id");
        let want = r#"{"a":2,"b":{"y":[{"c":"é","d":1.412974057151E9}]}}"#;
        assert_eq!(String::from_utf8_lossy(response.body()), want);
        assert!(render_document(None, &COGNITO_SYNC, "id").body().is_empty());
    }
}
