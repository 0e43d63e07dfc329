//! What sources that ask a service need: the HTTP client, endpoints, region, patience; and the
//! errors of such calls in the AWS CLI's words.

use aws_config::SdkConfig;
use aws_config::provider_config::ProviderConfig;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::{Map, Value as Json};

use super::cache::Cache;
use crate::error::Error;

/// The way to the services that give credentials.
pub(in crate::settings) struct Network {
    /// Region, retries and the HTTP client of calls to STS, with its endpoint where one is set.
    pub(in crate::settings) sts: SdkConfig,
    /// The same for IAM Identity Center; its region is the profile's.
    pub(in crate::settings) sso: SdkConfig,
    /// The same for the service that renews its tokens.
    pub(in crate::settings) oidc: SdkConfig,
    pub(in crate::settings) http: SharedHttpClient,
    /// What leads to a container, without proxies.
    pub(in crate::settings) direct: SharedHttpConnector,
    pub(in crate::settings) cache: Cache,
}

impl Network {
    /// What the SDK's own providers want to know.
    pub(super) fn for_providers(&self) -> ProviderConfig {
        ProviderConfig::without_region()
            .with_region(self.sts.region().cloned())
            .with_http_client(self.http.clone())
    }
}

/// The error of a call to a service.
pub(super) fn failure<E>(
    operation: &str,
    config: &SdkConfig,
    error: SdkError<E, HttpResponse>,
) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match &error {
        SdkError::ServiceError(refusal) if !refusal.raw().status().is_success() => {
            let message = refusal.err().message().unwrap_or_default().to_string();
            let status = refusal.raw().status().as_u16();
            let code = refusal.err().code();
            let code = code.map_or_else(|| status.to_string(), str::to_string);
            let retries = exhausted(status, &code, config);
            let details = Map::from_iter([
                ("Message".to_string(), Json::from(message)),
                ("Code".to_string(), Json::from(code)),
            ]);
            let mut error = Error::refusal(operation, retries, details);
            error.facts.http_status = Some(status);
            error
        }
        SdkError::DispatchFailure(failure) => {
            let known = failure.as_connector_error().and_then(cause);
            let mut obstacle = Error::general(known.map_or_else(
                || format!("{operation} failed: {}", reasons(&error)),
                |known| known.message.clone(),
            ));
            obstacle.hints = known.map_or_else(Vec::new, |known| known.hints.clone());
            obstacle
                .hint(format!("{operation} was to give credentials"))
                .caused_by(error)
        }
        _ => Error::general(format!(
            "{operation}, which was to give credentials, failed: {}",
            reasons(&error)
        ))
        .caused_by(error),
    }
}

/// How often it was tried again, where the AWS CLI says that all attempts were made: those that bring another one by status or
/// code, and the first, where it was the only one.
fn exhausted(status: u16, code: &str, config: &SdkConfig) -> Option<u32> {
    let attempts = config
        .retry_config()
        .map_or(1, |retries| retries.max_attempts());
    let again = matches!(status, 500 | 502 | 503 | 504)
        || code.contains("Throttl")
        || matches!(code, "RequestLimitExceeded" | "SlowDown" | "RequestTimeout");
    (again || attempts == 1).then(|| attempts.saturating_sub(1))
}

/// What stood in the way, as the connector has worded it.
pub(super) fn cause(error: &ConnectorError) -> Option<&Error> {
    std::error::Error::source(error)?.downcast_ref()
}

/// The error with all that caused it.
pub(super) fn reasons(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let next = inner.to_string();
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        cause = inner.source();
    }
    text
}
