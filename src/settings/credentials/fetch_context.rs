//! The clients, endpoints and cache that providers fetch credentials with.

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::provider_config::ProviderConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::cache::CredentialsCache;
use super::metadata_client::MetadataClient;
use crate::timestamp::LocalZone;
use crate::transport::{self, CertificateTrust, ProxySettings, RecordingConnector, RequestPurpose};

/// Everything that a credentials provider needs to call a service.
pub(in crate::settings) struct FetchContext {
    /// Region, retries and the HTTP client of calls to STS, with its endpoint where one is set.
    pub(in crate::settings) sts: SdkConfig,
    /// The same for IAM Identity Center; its region is the profile's.
    pub(in crate::settings) sso: SdkConfig,
    /// The same for the OIDC service, which renews SSO tokens.
    pub(in crate::settings) oidc: SdkConfig,
    /// The HTTP client of the SDK's providers.
    pub(in crate::settings) http: SharedHttpClient,
    /// Sends the requests to metadata services.
    pub(in crate::settings) connector: RecordingConnector,
    /// Which certificates to trust.
    pub(in crate::settings) trust: CertificateTrust,
    pub(in crate::settings) cache: CredentialsCache,
    /// The time zone that expirations are parsed in.
    pub(in crate::settings) time_zone: LocalZone,
}

impl FetchContext {
    /// The client for the metadata service of an EC2 instance.
    pub(super) fn metadata_client(&self, timeout: Duration) -> MetadataClient {
        MetadataClient::new(self.connector.clone(), timeout)
    }

    /// The client for container credentials, without proxies; paths are redacted.
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

    /// The configuration of the SDK's providers.
    pub(super) fn provider_config(&self) -> ProviderConfig {
        ProviderConfig::without_region()
            .with_region(self.sts.region().cloned())
            .with_http_client(self.http.clone())
    }
}
