//! What sources that ask a service need: the HTTP client, endpoints, region, patience; and the
//! errors of such calls in the AWS CLI's words.

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::provider_config::ProviderConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::cache::CredentialsCache;
use super::metadata_client::MetadataClient;
use crate::timestamp::LocalZone;
use crate::transport::{self, CertificateTrust, ProxySettings, RecordingConnector, RequestPurpose};

/// The way to the services that give credentials.
pub(in crate::settings) struct FetchContext {
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
    pub(in crate::settings) cache: CredentialsCache,
    /// In which the end of credentials is read.
    pub(in crate::settings) zone: LocalZone,
}

impl FetchContext {
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
    pub(super) fn provider_config(&self) -> ProviderConfig {
        ProviderConfig::without_region()
            .with_region(self.sts.region().cloned())
            .with_http_client(self.http.clone())
    }
}
