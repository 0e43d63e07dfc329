//! The settings of a call that is not sent (`--dry-run`). Its credentials are not fetched, but their
//! source is named, without secrets.

use aws_config::SdkConfig;

use super::Settings;
use super::credentials::{CredentialsProvider, ResolvedCredentials};
use super::signing::Signing;
use crate::error::Result;

impl Settings {
    /// Returns the SDK configuration of a call that is not sent: without credentials.
    pub fn unsigned_sdk_config(&mut self) -> Result<SdkConfig> {
        self.resolve_region()?;
        if let Some(url) = &self.endpoint {
            url.check_usable()?;
        }
        Ok(self.sdk_config_for(self.endpoint.as_ref()))
    }

    /// Returns the source of the credentials; `None` if requests are unsigned or no provider has
    /// credentials.
    pub fn credentials_source(&self) -> Option<String> {
        match &self.signing {
            Signing::Static(found) | Signing::Renewable(found, _) => {
                Some(self.static_source(found))
            }
            Signing::Deferred(deferred) => Some(self.provider_source(deferred.provider())),
            Signing::Unsigned | Signing::NoCredentials(_) => None,
        }
    }

    fn static_source(&self, found: &ResolvedCredentials) -> String {
        match (found.process.is_some(), found.source) {
            (true, _) => self.of_profile("credential_process"),
            (false, "AWS_ACCESS_KEY_ID") => "environment".to_string(),
            (false, "the credentials file") => self.of_profile("shared credentials file"),
            (false, "the config file") => self.of_profile("config file"),
            (false, other) => other.to_string(),
        }
    }

    fn provider_source(&self, provider: &CredentialsProvider) -> String {
        match provider {
            CredentialsProvider::Static(found) => self.static_source(found),
            CredentialsProvider::Process(_) => self.of_profile("credential_process"),
            CredentialsProvider::Role(chain) => self.of_profile(&format!("role {}", chain.role())),
            CredentialsProvider::Sso(_) | CredentialsProvider::Login(_) => {
                self.of_profile(provider.name())
            }
            CredentialsProvider::InstanceMetadata(_) => {
                "instance metadata (not queried)".to_string()
            }
            CredentialsProvider::WebIdentity(_) | CredentialsProvider::Container(_) => {
                provider.name().to_string()
            }
        }
    }

    fn of_profile(&self, what: &str) -> String {
        format!("profile {} ({what})", self.profile)
    }
}
