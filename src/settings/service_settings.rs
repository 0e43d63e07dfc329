//! The settings of clients that make many calls, to one service or several.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::identity::IdentityCache;
use aws_credential_types::provider::SharedCredentialsProvider;

use super::credentials::without_expiry;
use super::renewing_provider::RenewingProvider;
use super::{Settings, Signing, no_credentials_error};
use crate::endpoint_url::EndpointUrl;
use crate::error::{Error, Result};
use crate::model::{Service, ServiceId};

/// How long renewing credentials may take. Some sources wait for a person; those over the network have
/// timeouts of their own.
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// What a client of a service needs to know.
#[derive(Debug)]
pub struct ServiceSettings {
    /// Region, endpoint, retries and credentials, in the SDK's form.
    pub sdk: SdkConfig,
    /// The endpoint, unless it is the service's own.
    pub endpoint: Option<EndpointUrl>,
}

/// Credentials that clients share, and renew before they expire; `None` where requests are not signed.
#[derive(Debug, Clone)]
pub struct RenewingCredentials(Option<SharedCredentialsProvider>);

impl Settings {
    /// The credentials for clients. Their source is asked now.
    ///
    /// # Errors
    /// Requests are to be signed, and no source has credentials.
    pub fn renewing_credentials(&mut self) -> Result<RenewingCredentials> {
        self.resolve_region()?;
        Ok(RenewingCredentials(match &self.signing {
            Signing::Unsigned => None,
            Signing::Impossible(tried) => return Err(no_credentials_error(tried)),
            Signing::With(keys) => {
                let keys = without_expiry(keys.current()?);
                Some(SharedCredentialsProvider::new(keys))
            }
            Signing::WithRenewable(keys, source) => {
                let provider = RenewingProvider::new(keys.current()?, source.clone(), self);
                Some(SharedCredentialsProvider::new(provider))
            }
            Signing::Deferred(source) => {
                let provider = RenewingProvider::new(source.fetch(self)?, source.clone(), self);
                Some(SharedCredentialsProvider::new(provider))
            }
        }))
    }

    /// The settings of a client of this service.
    ///
    /// # Errors
    /// The endpoint that is set for it cannot be used.
    pub fn service_settings(
        &self,
        service: &Service,
        credentials: &RenewingCredentials,
    ) -> Result<ServiceSettings> {
        let endpoint = self.endpoint_of(service)?;
        if let Some(url) = &endpoint {
            url.check_usable()?;
        }
        let cache = IdentityCache::lazy().load_timeout(RENEWAL_TIMEOUT);
        let mut sdk = self
            .sdk_config_for(endpoint.as_ref())
            .into_builder()
            .identity_cache(cache.build());
        sdk.set_credentials_provider(credentials.0.clone());
        Ok(ServiceSettings {
            sdk: sdk.build(),
            endpoint,
        })
    }

    fn endpoint_of(&self, service: &Service) -> Result<Option<EndpointUrl>> {
        match (service.id, &self.identity_endpoint) {
            (ServiceId::CognitoSync, _) => Ok(self.endpoint.clone()),
            (ServiceId::CognitoIdentity, Ok(url)) => {
                url.as_deref().map(EndpointUrl::parse).transpose()
            }
            (ServiceId::CognitoIdentity, Err(why)) => {
                let error = Error::new(why.kind.clone(), why.message.clone());
                Err(why.hints.iter().fold(error, Error::hint))
            }
        }
    }
}
