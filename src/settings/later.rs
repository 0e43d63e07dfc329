//! What others give when they are asked: credentials, and the region of an instance. What was found out
//! about the source stays here until the request is certain to be sent.

use aws_config::timeout::TimeoutConfig;
use aws_credential_types::Credentials;

use super::credentials::{Cache, Ground, Metadata, Network, Source};
use super::shared_files::Section;
use super::{Asking, Settings, endpoint, no_credentials, told};
use crate::connection::Connection;
use crate::endpoint_url::EndpointUrl;
use crate::error::Result;
use crate::interrupt;
use crate::timestamp::LocalZone;

/// A source, and what asking it takes.
#[derive(Debug)]
pub(super) struct Later {
    source: Source,
    /// What to say where it gives nothing.
    tried: Vec<String>,
    cache: Cache,
    zone: LocalZone,
    sts: Option<EndpointUrl>,
    sso: Option<EndpointUrl>,
    oidc: Option<EndpointUrl>,
}

impl Later {
    pub(super) fn new(
        source: Source,
        tried: Vec<String>,
        profile: &Section<'_>,
        ground: &Ground<'_>,
    ) -> Result<Later> {
        let configured = |service| match source.calls(service) {
            true => endpoint::of_provider(service, profile, ground.files, ground.environment),
            false => Ok(None),
        };
        let (sts, sso) = (configured("sts")?, configured("sso")?);
        let oidc = configured("sso_oidc")?;
        Ok(Later {
            source,
            tried,
            cache: Cache::of(ground.environment),
            zone: LocalZone::new(ground.environment),
            sts,
            sso,
            oidc,
        })
    }

    /// What the source is called.
    pub(super) fn source(&self) -> &'static str {
        self.source.name()
    }

    /// Asks the source.
    pub(super) fn fetch(&self, settings: &Settings, asking: &Asking) -> Result<Credentials> {
        let http = (asking.client)(&settings.towards(None), &connection(settings));
        let towards = |endpoint: &Option<EndpointUrl>| {
            let sdk = settings.towards(endpoint.as_ref()).into_builder();
            sdk.http_client(http.clone())
                // The client has the time limits. The SDK would add them to the time of day for a
                // header, and panic behind the year 9999.
                .timeout_config(TimeoutConfig::disabled())
                .behavior_version(aws_config::BehaviorVersion::latest())
                .stalled_stream_protection(
                    aws_config::stalled_stream_protection::StalledStreamProtectionConfig::disabled(
                    ),
                )
                .time_source(aws_smithy_async::time::SystemTimeSource::new())
                .build()
        };
        let network = Network {
            sts: towards(&self.sts),
            sso: towards(&self.sso),
            oidc: towards(&self.oidc),
            cache: self.cache.clone(),
            zone: self.zone.clone(),
            http,
            connection: connection(settings),
            connector: asking.connector,
        };
        let found = interrupt::block_on(self.source.fetch(&network))?;
        let found = found?.ok_or_else(|| no_credentials(&self.tried))?;
        let trace = settings.connection.trace;
        trace.tell(|| format!("credentials: {}", told::keys_told(&found, self.source())));
        Ok(found)
    }
}

/// The region of the EC2 instance that this is, if it is one.
pub(super) fn region_of_instance(
    metadata: &Metadata,
    settings: &Settings,
    asking: &Asking,
) -> Result<Option<String>> {
    let connector = (asking.connector)(metadata.patience, &connection(settings));
    interrupt::block_on(metadata.region(&connector))?
}

/// How those who give credentials are reached: not without a look at their certificates, even where the
/// call itself is.
fn connection(settings: &Settings) -> Connection {
    Connection {
        endpoint: None,
        trust: settings.trust_of_others.clone(),
        ..settings.connection.clone()
    }
}
