//! Classification of attempts for retries and their cost in the SDK's retry quota, by the rules of
//! AWS CLI 2.36.7 (`botocore/retries/standard.py`). The SDK's own rules differ: a 500 costs as much
//! as a timeout, and `x-amz-retry-after` is obeyed.

use std::time::Duration;

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority, RetryReason,
};
use aws_smithy_types::retry::{ErrorKind, RetryConfig, RetrySpec};

use crate::python;
use crate::transport::RETRY_AFTER;
use crate::transport::error_response::{error_code, is_rate_limit, is_retryable, is_throttling};

/// Returns whether the SDK uses the retries of AWS_NEW_RETRIES_2026, which obey [`RETRY_AFTER`].
pub(super) fn obeys_retry_after(retries: Option<&RetryConfig>) -> bool {
    retries
        .and_then(RetryConfig::retry_spec)
        .is_some_and(|spec| spec.is_at_least(RetrySpec::V2_1))
}

/// Classifies attempts after all of the SDK's classifiers.
#[derive(Debug, Clone)]
pub(super) struct RetryClassifier {
    /// Whether the caller retries rate-limited requests itself.
    pub(super) leaves_rate_limits: bool,
}

impl ClassifyRetry for RetryClassifier {
    fn name(&self) -> &'static str {
        "AWS CLI"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }

    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error = context.output_or_error().and_then(|outcome| outcome.err());
        match (context.response(), error) {
            (Some(response), _) => self.classify_response(response),
            (None, Some(error)) => classify_error(error),
            (None, None) => RetryAction::NoActionIndicated,
        }
    }
}

impl RetryClassifier {
    fn classify_response(&self, response: &HttpResponse) -> RetryAction {
        let status = response.status().as_u16();
        if status < 300 {
            return RetryAction::NoActionIndicated;
        }
        let code = error_code(response).unwrap_or_default();
        if self.leaves_rate_limits && is_rate_limit(&code) {
            return RetryAction::RetryForbidden;
        }
        let kind = match (is_throttling(&code), is_retryable(status, &code)) {
            (true, _) => ErrorKind::ThrottlingError,
            // Costs as much as every retry except after a timeout.
            (false, true) => ErrorKind::ServerError,
            (false, false) => return RetryAction::RetryForbidden,
        };
        let retry_after = response.headers().get(RETRY_AFTER).and_then(milliseconds);
        RetryAction::RetryIndicated(RetryReason::RetryableError { kind, retry_after })
    }
}

/// Classifies an attempt without a response. The SDK decides whether to retry it; only timeouts
/// cost more than other errors.
fn classify_error<E: std::fmt::Debug>(error: &OrchestratorError<E>) -> RetryAction {
    let is_retried = |error: &&ConnectorError| error.is_io() || error.as_other().is_some();
    match error.as_connector_error().filter(is_retried) {
        Some(_) => RetryAction::server_error(),
        None => RetryAction::NoActionIndicated,
    }
}

/// Parses a non-negative integer as Python does.
fn milliseconds(text: &str) -> Option<Duration> {
    let number = python::parse_int(text)?;
    (!number.starts_with('-')).then(|| Duration::from_millis(number.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::interceptors::context::{Error, Input, Output};
    use aws_smithy_types::body::SdkBody;

    use super::*;

    type SdkContext = InterceptorContext<Input, Output, Error>;

    fn response(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> HttpResponse {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let response = response.body(SdkBody::from(body)).expect("a response");
        HttpResponse::try_from(response).expect("a response of the SDK")
    }

    fn action(response: HttpResponse) -> RetryAction {
        let leaves_rate_limits = false;
        action_of(&RetryClassifier { leaves_rate_limits }, response)
    }

    fn action_of(classifier: &RetryClassifier, response: HttpResponse) -> RetryAction {
        let mut context = SdkContext::new(Input::doesnt_matter());
        context.enter_serialization_phase();
        context.set_response(response);
        classifier.classify_retry(&context)
    }

    #[test]
    fn leaves_rate_limits_to_caller() {
        let classifier = RetryClassifier {
            leaves_rate_limits: true,
        };
        let table = [
            ("TooManyRequestsException", RetryAction::RetryForbidden),
            ("Throttling", RetryAction::RetryForbidden),
            ("LimitExceededException", RetryAction::throttling_error()),
            ("RequestTimeout", RetryAction::server_error()),
        ];
        for (code, want) in table {
            let response = response(400, &[("x-amzn-errortype", code)], "{}");
            assert_eq!(action_of(&classifier, response), want, "{code}");
        }
    }

    #[test]
    fn retries_same_responses_as_botocore() {
        let throttled = RetryAction::throttling_error();
        let failed = RetryAction::server_error();
        let table = [
            (200, "{}", RetryAction::NoActionIndicated),
            (
                429,
                r#"{"__type":"TooManyRequestsException"}"#,
                throttled.clone(),
            ),
            (400, r#"{"code":"SlowDown"}"#, throttled.clone()),
            (500, r#"{"code":"Throttling"}"#, throttled),
            (408, r#"{"code":"RequestTimeoutException"}"#, failed.clone()),
            (503, "", failed.clone()),
            (500, "<html>", failed),
            (429, "{}", RetryAction::RetryForbidden),
            (501, "", RetryAction::RetryForbidden),
            (
                403,
                r#"{"code":"RequestTimeTooSkewed"}"#,
                RetryAction::RetryForbidden,
            ),
            (
                400,
                r#"{"code":"IDPCommunicationError"}"#,
                RetryAction::RetryForbidden,
            ),
        ];
        for (status, body, want) in table {
            assert_eq!(action(response(status, &[], body)), want, "{status} {body}");
        }
    }

    #[test]
    fn parses_retry_after_like_python() {
        let table = [
            ("1500", Some(1500)),
            (" +1_000 ", Some(1000)),
            ("-1", None),
            ("1.5", None),
            ("", None),
        ];
        for (text, want) in table {
            let action = action(response(500, &[(RETRY_AFTER, text)], ""));
            let want = want.map(Duration::from_millis);
            let want = RetryAction::RetryIndicated(RetryReason::RetryableError {
                kind: ErrorKind::ServerError,
                retry_after: want,
            });
            assert_eq!(action, want, "{text}");
        }
    }

    #[test]
    fn charges_timeouts_more_than_other_connection_errors() {
        let table = [
            (
                ConnectorError::timeout("late".into()),
                RetryAction::NoActionIndicated,
            ),
            (
                ConnectorError::user("no file".into()),
                RetryAction::NoActionIndicated,
            ),
            (
                ConnectorError::io("refused".into()),
                RetryAction::server_error(),
            ),
            (
                ConnectorError::other("closed".into(), Some(ErrorKind::TransientError)),
                RetryAction::server_error(),
            ),
            (
                ConnectorError::other("odd".into(), None),
                RetryAction::NoActionIndicated,
            ),
        ];
        for (error, want) in table {
            let shown = error.to_string();
            let error: OrchestratorError<Error> = OrchestratorError::connector(error);
            assert_eq!(classify_error(&error), want, "{shown}");
        }
    }
}
