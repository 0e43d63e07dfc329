//! Credentials, and the region of an instance, from services that are asked only when it is certain that a
//! request will be sent.

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

/// A source of credentials that is not asked yet.
#[derive(Debug)]
pub(super) struct DeferredProvider {
    source: CredentialsProvider,
    /// Hints for an error, in case it has no credentials.
    tried: Vec<String>,
    cache: CredentialsCache,
    zone: LocalZone,
    sts: Option<EndpointUrl>,
    sso: Option<EndpointUrl>,
    oidc: Option<EndpointUrl>,
}

impl DeferredProvider {
    pub(super) fn new(
        source: CredentialsProvider,
        tried: Vec<String>,
        profile: &Profile<'_>,
        context: &ProviderContext<'_>,
    ) -> Result<DeferredProvider> {
        let configured = |service| match source.calls(service) {
            true => {
                endpoint::resolve_for_provider(service, profile, context.files, context.environment)
            }
            false => Ok(None),
        };
        let (sts, sso) = (configured("sts")?, configured("sso")?);
        let oidc = configured("sso_oidc")?;
        Ok(DeferredProvider {
            source,
            tried,
            cache: CredentialsCache::new(context.environment),
            zone: LocalZone::new(context.environment),
            sts,
            sso,
            oidc,
        })
    }

    /// The name of the source.
    pub(super) fn source(&self) -> &'static str {
        self.source.name()
    }

    /// Asks the source, and waits for the credentials.
    pub(super) fn fetch(&self, settings: &Settings) -> Result<Credentials> {
        interrupt::block_on(self.ask(&self.fetch_context(settings)))?
    }

    /// Asks the source over this network.
    pub(super) async fn ask(&self, context: &FetchContext) -> Result<Credentials> {
        let found = self.source.fetch(context).await?;
        let found = found.ok_or_else(|| no_credentials_error(&self.tried))?;
        let line = || {
            format!(
                "credentials: {}",
                debug_log::describe_credentials(&found, self.source())
            )
        };
        context.connector.diagnostics.debug(line);
        Ok(found)
    }

    /// The network that asking takes.
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
            zone: self.zone.clone(),
            http,
            connector,
            trust: settings.trust_for_credentials.clone(),
        }
    }
}

/// The region of the EC2 instance that this is, if it is one.
pub(super) fn region_of_instance(
    metadata: &InstanceMetadata,
    settings: &Settings,
) -> Result<Option<String>> {
    let client = MetadataClient::new(connector(settings), metadata.timeout);
    interrupt::block_on(metadata.region(&client))?
}

/// What sends the requests for credentials. It verifies certificates even where those of the service are not
/// verified.
fn connector(settings: &Settings) -> RecordingConnector {
    RecordingConnector {
        transport: Arc::new(settings.network(&settings.trust_for_credentials)),
        timeouts: settings.timeouts,
        purpose: RequestPurpose::Credentials,
        passes_retry_after: settings.retries.new_retries_2026,
        diagnostics: settings.diagnostics.clone(),
    }
}
