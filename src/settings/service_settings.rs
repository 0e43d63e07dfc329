//! The settings of clients that make many calls, to one or several services.

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

/// Timeout of a renewal of credentials. Some providers prompt the user; those over the network have
/// timeouts of their own.
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// The settings of a client of one service.
#[derive(Debug)]
pub struct ServiceSettings {
    /// Region, endpoint, retries and credentials, in the SDK's form.
    pub sdk: SdkConfig,
    /// The custom endpoint, if one is set.
    pub endpoint: Option<EndpointUrl>,
}

/// Credentials that clients share and renew before they expire; `None` for unsigned requests.
#[derive(Debug, Clone)]
pub struct RenewingCredentials(Option<SharedCredentialsProvider>);

impl Settings {
    /// Fetches the credentials for clients.
    ///
    /// # Errors
    /// Requests are signed, and no provider has credentials.
    pub fn renewing_credentials(&mut self) -> Result<RenewingCredentials> {
        self.resolve_region()?;
        Ok(RenewingCredentials(match &self.signing {
            Signing::Unsigned => None,
            Signing::NoCredentials(unavailable) => return Err(no_credentials_error(unavailable)),
            Signing::Static(resolved) => {
                let credentials = without_expiry(resolved.unexpired()?);
                Some(SharedCredentialsProvider::new(credentials))
            }
            Signing::Renewable(resolved, source) => {
                let provider = RenewingProvider::new(resolved.unexpired()?, source.clone(), self);
                Some(SharedCredentialsProvider::new(provider))
            }
            Signing::Deferred(source) => {
                let provider = RenewingProvider::new(source.fetch(self)?, source.clone(), self);
                Some(SharedCredentialsProvider::new(provider))
            }
        }))
    }

    /// Returns the settings of a client of this service.
    ///
    /// # Errors
    /// The custom endpoint of the service is invalid.
    pub fn service_settings(
        &self,
        service: &Service,
        credentials: &RenewingCredentials,
    ) -> Result<ServiceSettings> {
        let endpoint = self.endpoint_for(service)?;
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

    fn endpoint_for(&self, service: &Service) -> Result<Option<EndpointUrl>> {
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
