//! Credentials, and the region of an instance, from services that are asked only when it is certain that a
//! request will be sent.

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::credentials::{Cache, Ground, Metadata, MetadataClient, Network, Source};
use super::shared_files::Section;
use super::{Settings, debug_log, endpoint, no_credentials};
use crate::endpoint_url::EndpointUrl;
use crate::error::Result;
use crate::interrupt;
use crate::timestamp::LocalZone;
use crate::transport::{PacedClient, RecordingConnector, RequestPurpose};

/// A source of credentials that is not asked yet.
#[derive(Debug)]
pub(super) struct DeferredCredentials {
    source: Source,
    /// Hints for an error, in case it has no credentials.
    tried: Vec<String>,
    cache: Cache,
    zone: LocalZone,
    sts: Option<EndpointUrl>,
    sso: Option<EndpointUrl>,
    oidc: Option<EndpointUrl>,
}

impl DeferredCredentials {
    pub(super) fn new(
        source: Source,
        tried: Vec<String>,
        profile: &Section<'_>,
        ground: &Ground<'_>,
    ) -> Result<DeferredCredentials> {
        let configured = |service| match source.calls(service) {
            true => endpoint::of_provider(service, profile, ground.files, ground.environment),
            false => Ok(None),
        };
        let (sts, sso) = (configured("sts")?, configured("sso")?);
        let oidc = configured("sso_oidc")?;
        Ok(DeferredCredentials {
            source,
            tried,
            cache: Cache::of(ground.environment),
            zone: LocalZone::new(ground.environment),
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
        interrupt::block_on(self.ask(&self.network(settings)))?
    }

    /// Asks the source over this network.
    pub(super) async fn ask(&self, network: &Network) -> Result<Credentials> {
        let found = self.source.fetch(network).await?;
        let found = found.ok_or_else(|| no_credentials(&self.tried))?;
        let line = || {
            format!(
                "credentials: {}",
                debug_log::shown_keys(&found, self.source())
            )
        };
        network.connector.diagnostics.debug(line);
        Ok(found)
    }

    /// The network that asking takes.
    pub(super) fn network(&self, settings: &Settings) -> Network {
        let connector = connector(settings);
        let http = SharedHttpClient::new(connector.clone());
        let http = match settings.is_paced() {
            true => SharedHttpClient::new(PacedClient::new(http)),
            false => http,
        };
        let towards = |endpoint: &Option<EndpointUrl>| {
            let sdk = settings.towards(endpoint.as_ref()).into_builder();
            sdk.http_client(http.clone())
                .behavior_version(aws_config::BehaviorVersion::latest())
                .stalled_stream_protection(
                    aws_config::stalled_stream_protection::StalledStreamProtectionConfig::disabled(
                    ),
                )
                .time_source(aws_smithy_async::time::SystemTimeSource::new())
                .build()
        };
        Network {
            sts: towards(&self.sts),
            sso: towards(&self.sso),
            oidc: towards(&self.oidc),
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
    metadata: &Metadata,
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
        passes_retry_after: settings.retries.as_of_2026,
        diagnostics: settings.diagnostics.clone(),
    }
}
