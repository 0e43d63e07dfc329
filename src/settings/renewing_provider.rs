//! The SDK credentials provider of clients that make many calls. The SDK's cache queries it again
//! shortly before the credentials expire.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use tokio::sync::Mutex;

use super::Settings;
use super::credentials::{FetchContext, still_expired_error};
use super::deferred_provider::DeferredProvider;
use crate::error::Result;

/// How long before their expiration credentials are renewed; the SDK's cache queries no earlier.
const BUFFER: Duration = Duration::from_secs(10);

/// Credentials that their provider renews.
pub(super) struct RenewingProvider {
    provider: Arc<DeferredProvider>,
    context: FetchContext,
    /// Locked during a renewal, so that clients that share the provider renew once.
    current: Mutex<Credentials>,
}

impl fmt::Debug for RenewingProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RenewingProvider")
    }
}

impl RenewingProvider {
    /// Renews the credentials `first`, which come from this provider.
    pub(super) fn new(
        first: Credentials,
        provider: Arc<DeferredProvider>,
        settings: &Settings,
    ) -> Self {
        RenewingProvider {
            context: provider.fetch_context(settings),
            provider,
            current: Mutex::new(first),
        }
    }

    async fn current_credentials(&self) -> Result<Credentials> {
        let mut current = self.current.lock().await;
        let Some(end) = current
            .expiry()
            .filter(|end| *end < SystemTime::now() + BUFFER)
        else {
            return Ok(current.clone());
        };
        match self.provider.fetch_with(&self.context).await {
            Ok(renewed) => *current = renewed,
            // The old credentials are still valid.
            Err(_) if end > SystemTime::now() => {}
            Err(why) => return Err(why),
        }
        match current.expiry().is_some_and(|end| end <= SystemTime::now()) {
            true => Err(still_expired_error()),
            false => Ok(current.clone()),
        }
    }
}

impl ProvideCredentials for RenewingProvider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let current = self.current_credentials().await;
            current.map_err(CredentialsError::provider_error)
        })
    }
}
