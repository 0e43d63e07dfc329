//! Error responses of AWS services: the error code as botocore finds it (`botocore/parsers.py` of
//! AWS CLI 2.36.7), and whether to retry.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use serde_json::{Map, Value as Json};

use super::response::Response;
use crate::error::{Error, Result};
use crate::python;

/// Returns whether the AWS CLI retries an error response with this status and error code.
pub fn is_retryable(status: u16, code: &str) -> bool {
    matches!(status, 500 | 502 | 503 | 504)
        || matches!(code, "RequestTimeout" | "RequestTimeoutException")
        || is_throttling(code)
}

/// Returns whether botocore treats the error code as throttling.
pub fn is_throttling(code: &str) -> bool {
    const CODES: [&str; 14] = [
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    ];
    CODES.contains(&code)
}

/// Returns whether the error code means that the request succeeds at a lower rate.
/// `LimitExceededException`, which botocore treats as throttling, limits how much Cognito Sync
/// stores.
pub fn is_rate_limit(code: &str) -> bool {
    match code {
        "LimitExceededException" => false,
        "LambdaThrottledException" => true,
        code => is_throttling(code),
    }
}

/// Returns the reason phrase of a 5xx status whose body has no error document: it is empty or HTML
/// of a load balancer.
pub fn reason_without_document(status: u16, body: &[u8]) -> Option<&'static str> {
    let body = body.trim_ascii();
    if status < 500 || !(body.is_empty() || body.starts_with(b"<html>")) {
        return None;
    }
    let status = http::StatusCode::from_u16(status).ok()?;
    Some(status.canonical_reason().unwrap_or_default())
}

/// Parses the members of the body. A body that is not JSON becomes the message.
///
/// # Errors
/// Returns an error if the JSON document is not an object or is nested too deeply.
pub fn parse_members(response: &Response) -> Result<Map<String, Json>> {
    if response.body.is_empty() {
        return Ok(Map::new());
    }
    match python::response::parse(&response.body) {
        Ok(Json::Object(members)) => Ok(members),
        Err(why) if why.is_too_deep() => Err(Error::general(why.to_string())),
        Ok(_) => Err(Error::general(format!(
            "The service responded with status {} and a JSON document that is not an object.",
            response.status
        ))),
        Err(_) => {
            let text = String::from_utf8_lossy(&response.body).into_owned();
            Ok(Map::from_iter([(
                "message".to_string(),
                Json::String(text),
            )]))
        }
    }
}

/// Returns the error code: from its header, the body's `code`, the header of query-compatible
/// services, or the body's `__type`, in this order.
pub fn find_code(response: &Response, members: &Map<String, Json>) -> Option<String> {
    if let Some(header) = response.header("x-amzn-errortype") {
        return Some(strip_code(header));
    }
    if let Some(code) = members
        .get("code")
        .or(members.get("Code"))
        .filter(|c| !c.is_null())
    {
        return Some(
            code.as_str()
                .map_or_else(|| python::to_str(code), strip_code),
        );
    }
    let query_error = response.header("x-amzn-query-error").and_then(|header| {
        let (code, kind) = header.split_once(';')?;
        (!code.is_empty() && !kind.contains(';')).then_some(code)
    });
    query_error
        .map(strip_code)
        .or_else(|| members.get("__type").and_then(Json::as_str).map(strip_code))
}

/// Strips namespace and URL: `namespace#Code:http://…` is `Code`.
fn strip_code(code: &str) -> String {
    let code = code.split(':').next().unwrap_or(code);
    code.rsplit('#').next().unwrap_or(code).to_string()
}

/// Returns the error code of a response in JSON or, from STS, XML; `None` for a success or a
/// response without a code.
pub fn error_code(response: &HttpResponse) -> Option<String> {
    let status = response.status().as_u16();
    let body = response.body().bytes().unwrap_or_default();
    if status < 300 || reason_without_document(status, body).is_some() {
        return None;
    }
    if body.starts_with(b"<") {
        let text = String::from_utf8_lossy(body);
        let (_, code) = text.split_once("<Code>")?;
        return code.split_once("</Code>").map(|(code, _)| code.to_string());
    }
    let headers = response.headers().iter();
    let response = Response {
        status,
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_string()))
            .collect(),
        body: body.to_vec(),
    };
    find_code(&response, &parse_members(&response).ok()?)
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    #[test]
    fn finds_throttling_in_json_and_xml() {
        let table = [
            (
                "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>",
                true,
            ),
            (
                "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>",
                false,
            ),
            (r#"{"__type":"ThrottlingException"}"#, true),
            (r#"{"__type":"InternalError"}"#, false),
            ("[]", false),
        ];
        for (body, want) in table {
            let response = http::Response::builder().status(400);
            let response = response.body(SdkBody::from(body)).expect("a response");
            let response = HttpResponse::try_from(response).expect("a response of the SDK");
            let code = error_code(&response);
            let is_throttled = code.is_some_and(|code| is_throttling(&code));
            assert_eq!(is_throttled, want, "{body}");
        }
    }

    #[test]
    fn distinguishes_rate_limits_from_other_throttling() {
        let table = [
            ("TooManyRequestsException", true),
            ("ThrottlingException", true),
            ("SlowDown", true),
            ("LambdaThrottledException", true),
            ("LimitExceededException", false),
            ("InternalErrorException", false),
        ];
        for (code, want) in table {
            assert_eq!(is_rate_limit(code), want, "{code}");
        }
    }
}
