//! Errors of calls to STS and IAM Identity Center, with the AWS CLI's messages.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::{Map, Value as Json};

use crate::error::Error;
use crate::error_chain::{deepest_cause, with_causes};
use crate::python;
use crate::transport::RequestError;
use crate::transport::error_response::{is_retryable, reason_without_document};

/// The error of a call to STS or IAM Identity Center.
pub(super) fn service_call_error<E>(
    operation: &str,
    config: &SdkConfig,
    error: SdkError<E, HttpResponse>,
) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match &error {
        SdkError::ServiceError(response) if !response.raw().status().is_success() => {
            let status = response.raw().status().as_u16();
            let body = response.raw().body().bytes().unwrap_or_default();
            error_response(operation, status, body, response.err(), config)
        }
        SdkError::ServiceError(response) => {
            let body = response.raw().body().bytes().unwrap_or_default();
            match has_xml_response(operation) && !body.starts_with(b"<") {
                true => invalid_xml_error(body),
                false => Error::general(format!(
                    "The response to {operation}, a request for credentials, is malformed."
                ))
                .hint(with_causes(&error)),
            }
        }
        SdkError::DispatchFailure(failure) => {
            let known = failure.as_connector_error().and_then(request_error);
            let mut failed = known.map_or_else(
                || Error::general(format!("{operation} failed: {}", deepest_cause(&error))),
                RequestError::to_error,
            );
            // The context describes the call itself, which was not made.
            failed.context = Box::default();
            failed.hint(format!("{operation} is a request for credentials"))
        }
        _ => Error::general(format!(
            "{operation}, a request for credentials, failed: {}",
            deepest_cause(&error)
        )),
    }
}

/// The error of a response with an error status, well-formed or not.
fn error_response(
    operation: &str,
    status: u16,
    body: &[u8],
    error: &impl ProvideErrorMetadata,
    config: &SdkConfig,
) -> Error {
    let in_json = || {
        let body: Json = serde_json::from_slice(body).ok()?;
        let message = body.get("message").or(body.get("Message"))?.as_str();
        message.map(str::to_string)
    };
    let (code, message) = match (error.code(), reason_without_document(status, body)) {
        (_, Some(reason)) => (status.to_string(), reason.to_string()),
        (None, None) if has_xml_response(operation) => return invalid_xml_error(body),
        (code, None) => (
            code.map_or_else(|| status.to_string(), str::to_string),
            error
                .message()
                .map(str::to_string)
                .or_else(in_json)
                .unwrap_or_default(),
        ),
    };
    let attempts = config
        .retry_config()
        .map_or(1, |retries| retries.max_attempts());
    // All attempts were made if the error is retryable, or if there is only one.
    let is_retried = is_retryable(status, &code) || code == "IDPCommunicationError";
    let all_made = is_retried || attempts == 1;
    let details = Map::from_iter([
        ("Message".to_string(), Json::from(message)),
        ("Code".to_string(), Json::from(code)),
    ]);
    let retries = all_made.then(|| attempts.saturating_sub(1));
    let mut error = Error::service_error(operation, retries, details);
    error.context.http_status = Some(status);
    error
}

/// Whether responses are XML (STS) rather than JSON.
fn has_xml_response(operation: &str) -> bool {
    operation != "GetRoleCredentials"
}

/// The AWS CLI's error for a response that is not XML.
fn invalid_xml_error(body: &[u8]) -> Error {
    let why = match body.first() {
        None => "no element found",
        Some(first) if first.is_ascii_alphanumeric() => "syntax error",
        Some(_) => "not well-formed (invalid token)",
    };
    Error::general(format!(
        "Unable to parse response ({why}: line 1, column 0), invalid XML received. Further retries \
         may succeed:\n{}",
        python::repr_bytes(body)
    ))
}

/// The request that failed, as the connector reports it.
fn request_error(error: &ConnectorError) -> Option<&RequestError> {
    std::error::Error::source(error)?.downcast_ref()
}
