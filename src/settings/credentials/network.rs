//! What sources that ask a service need: the HTTP client, endpoints, region, patience; and the
//! errors of such calls in the AWS CLI's words.

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::provider_config::ProviderConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::{Map, Value as Json};

use super::cache::Cache;
use super::metadata_client::MetadataClient;
use crate::error::Error;
use crate::error_chain::{deepest_cause, with_causes};
use crate::python;
use crate::timestamp::LocalZone;
use crate::transport::error_response::{is_retryable, reason_without_document};
use crate::transport::{
    self, CertificateTrust, ProxySettings, RecordingConnector, RequestError, RequestPurpose,
};

/// The way to the services that give credentials.
pub(in crate::settings) struct Network {
    /// Region, retries and the HTTP client of calls to STS, with its endpoint where one is set.
    pub(in crate::settings) sts: SdkConfig,
    /// The same for IAM Identity Center; its region is the profile's.
    pub(in crate::settings) sso: SdkConfig,
    /// The same for the service that renews its tokens.
    pub(in crate::settings) oidc: SdkConfig,
    /// The HTTP client of the SDK's own providers.
    pub(in crate::settings) http: SharedHttpClient,
    /// Sends the requests to metadata services.
    pub(in crate::settings) connector: RecordingConnector,
    /// Which certificates are accepted.
    pub(in crate::settings) trust: CertificateTrust,
    pub(in crate::settings) cache: Cache,
    /// In which the end of credentials is read.
    pub(in crate::settings) zone: LocalZone,
}

impl Network {
    /// The client for the metadata service of an EC2 instance.
    pub(super) fn metadata_client(&self, timeout: Duration) -> MetadataClient {
        MetadataClient::new(self.connector.clone(), timeout)
    }

    /// The client for a container's credentials: without proxies, and with paths that are secret.
    pub(super) fn container_client(&self, timeout: Duration) -> MetadataClient {
        let diagnostics = self.connector.diagnostics.clone();
        let trust = self.trust.clone();
        let direct = transport::NetworkTransport::new(trust, ProxySettings::default(), diagnostics);
        let connector = RecordingConnector {
            transport: Arc::new(direct),
            purpose: RequestPurpose::Container,
            ..self.connector.clone()
        };
        MetadataClient::new(connector, timeout)
    }

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
            let status = refusal.raw().status().as_u16();
            let body = refusal.raw().body().bytes().unwrap_or_default();
            refused(operation, status, body, refusal.err(), config)
        }
        SdkError::ServiceError(answer) => {
            let body = answer.raw().body().bytes().unwrap_or_default();
            match is_xml(operation) && !body.starts_with(b"<") {
                true => no_xml(body),
                false => Error::general(format!(
                    "The reply to {operation}, which was to give credentials, makes no sense."
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
            // Those of the call, which was not made.
            failed.facts = Box::default();
            failed.hint(format!("{operation} was to give credentials"))
        }
        _ => Error::general(format!(
            "{operation}, which was to give credentials, failed: {}",
            deepest_cause(&error)
        )),
    }
}

/// The error of a service that has said no, or nothing that makes sense.
fn refused(
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
        (None, None) if is_xml(operation) => return no_xml(body),
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
    // All attempts were made if they fail so, or if there was but one.
    let is_retried = is_retryable(status, &code) || code == "IDPCommunicationError";
    let all_made = is_retried || attempts == 1;
    let details = Map::from_iter([
        ("Message".to_string(), Json::from(message)),
        ("Code".to_string(), Json::from(code)),
    ]);
    let retries = all_made.then(|| attempts.saturating_sub(1));
    let mut error = Error::refusal(operation, retries, details);
    error.facts.http_status = Some(status);
    error
}

/// STS speaks XML, the others JSON.
fn is_xml(operation: &str) -> bool {
    operation != "GetRoleCredentials"
}

/// What the AWS CLI says of a reply that is no XML.
fn no_xml(body: &[u8]) -> Error {
    let why = match body.first() {
        None => "no element found",
        Some(first) if first.is_ascii_alphanumeric() => "syntax error",
        Some(_) => "not well-formed (invalid token)",
    };
    Error::general(format!(
        "Unable to parse response ({why}: line 1, column 0), invalid XML received. Further retries \
         may succeed:\n{}",
        python::quoted_bytes(body)
    ))
}

/// The request that failed, as the connector reports it.
fn request_error(error: &ConnectorError) -> Option<&RequestError> {
    std::error::Error::source(error)?.downcast_ref()
}
