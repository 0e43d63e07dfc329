//! A credentials provider, and the region of an instance, that are fetched only when it is certain
//! that a request will be sent.

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::credentials::{
    CredentialsCache, CredentialsProvider, FetchContext, InstanceMetadata, MetadataClient,
    ProviderContext,
};
use super::shared_files::Profile;
use super::{Settings, debug_log, endpoint, no_credentials_error};
use crate::endpoint_url::EndpointUrl;
use crate::error::Result;
use crate::interrupt;
use crate::timestamp::LocalZone;
use crate::transport::{PacedClient, RecordingConnector, RequestPurpose};

/// A credentials provider whose request is not sent yet.
#[derive(Debug)]
pub(super) struct DeferredProvider {
    provider: CredentialsProvider,
    /// Why the other providers have no credentials: hints for an error.
    unavailable: Vec<String>,
    cache: CredentialsCache,
    time_zone: LocalZone,
    sts: Option<EndpointUrl>,
    sso: Option<EndpointUrl>,
    oidc: Option<EndpointUrl>,
}

impl DeferredProvider {
    pub(super) fn new(
        provider: CredentialsProvider,
        unavailable: Vec<String>,
        profile: &Profile<'_>,
        context: &ProviderContext<'_>,
    ) -> Result<DeferredProvider> {
        let configured = |service| match provider.calls(service) {
            true => {
                endpoint::resolve_for_provider(service, profile, context.files, context.environment)
            }
            false => Ok(None),
        };
        let (sts, sso) = (configured("sts")?, configured("sso")?);
        let oidc = configured("sso_oidc")?;
        Ok(DeferredProvider {
            provider,
            unavailable,
            cache: CredentialsCache::new(context.environment),
            time_zone: LocalZone::new(context.environment),
            sts,
            sso,
            oidc,
        })
    }

    /// The provider.
    pub(super) fn provider(&self) -> &CredentialsProvider {
        &self.provider
    }

    /// The name of the provider.
    pub(super) fn provider_name(&self) -> &'static str {
        self.provider.name()
    }

    /// Fetches the credentials, blocking.
    pub(super) fn fetch(&self, settings: &Settings) -> Result<Credentials> {
        interrupt::block_on(self.fetch_with(&self.fetch_context(settings)))?
    }

    /// Fetches the credentials with these clients.
    pub(super) async fn fetch_with(&self, context: &FetchContext) -> Result<Credentials> {
        let found = self.provider.fetch(context).await?;
        let found = found.ok_or_else(|| no_credentials_error(&self.unavailable))?;
        let line = || {
            format!(
                "credentials: {}",
                debug_log::describe_credentials(&found, self.provider_name())
            )
        };
        context.connector.diagnostics.debug(line);
        Ok(found)
    }

    /// The clients, endpoints and cache that the provider fetches with.
    pub(super) fn fetch_context(&self, settings: &Settings) -> FetchContext {
        let connector = connector(settings);
        let http = SharedHttpClient::new(connector.clone());
        let http = match settings.is_paced() {
            true => SharedHttpClient::new(PacedClient::new(http)),
            false => http,
        };
        let sdk_config_for = |endpoint: &Option<EndpointUrl>| {
            let sdk = settings.sdk_config_for(endpoint.as_ref()).into_builder();
            sdk.http_client(http.clone())
                .behavior_version(aws_config::BehaviorVersion::latest())
                .stalled_stream_protection(
                    aws_config::stalled_stream_protection::StalledStreamProtectionConfig::disabled(
                    ),
                )
                .time_source(aws_smithy_async::time::SystemTimeSource::new())
                .build()
        };
        FetchContext {
            sts: sdk_config_for(&self.sts),
            sso: sdk_config_for(&self.sso),
            oidc: sdk_config_for(&self.oidc),
            cache: self.cache.clone(),
            time_zone: self.time_zone.clone(),
            http,
            connector,
            trust: settings.trust_for_credentials.clone(),
        }
    }
}

/// The region of this EC2 instance; `None` if there is no metadata service.
pub(super) fn region_of_instance(
    metadata: &InstanceMetadata,
    settings: &Settings,
) -> Result<Option<String>> {
    let client = MetadataClient::new(connector(settings), metadata.timeout);
    interrupt::block_on(metadata.region(&client))?
}

/// The connector of credentials requests. It verifies certificates even with `--no-verify-ssl`.
fn connector(settings: &Settings) -> RecordingConnector {
    RecordingConnector {
        transport: Arc::new(settings.transport(&settings.trust_for_credentials)),
        timeouts: settings.timeouts,
        purpose: RequestPurpose::Credentials,
        passes_retry_after: settings.retries.new_retries_2026,
        diagnostics: settings.diagnostics.clone(),
    }
}
