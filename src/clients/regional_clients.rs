//! The clients of a command that makes many calls, in one or several regions. They share settings,
//! credentials and connections.

use std::collections::HashMap;
use std::sync::Arc;

use super::{destination, transport};
use crate::diagnostics::Diagnostics;
use crate::environment::Environment;
use crate::error::Result;
use crate::model::{COGNITO_IDENTITY, COGNITO_SYNC, Service};
use crate::service::{Client, ThrottlingMode};
use crate::settings::{self, RenewingCredentials, Settings, SettingsArgs};
use crate::transport::HttpTransport;

/// Clients of services by region. Settings are resolved and credentials fetched for the first of
/// them.
pub struct RegionalClients<'a> {
    args: &'a SettingsArgs,
    environment: &'a Environment,
    diagnostics: &'a Diagnostics,
    /// The region of options, environment or profile; empty if they set an empty one.
    configured_region: Option<String>,
    shared: Option<SharedSettings>,
    sync_clients: HashMap<String, RegionalClient>,
    identity_clients: HashMap<String, RegionalClient>,
}

/// The client of a region.
#[derive(Debug, Clone)]
pub struct RegionalClient {
    /// The client.
    pub client: Client,
    /// A hint for failed calls, if the service is not known to exist in the region.
    pub region_hint: Option<String>,
}

/// What all clients have in common.
struct SharedSettings {
    settings: Settings,
    credentials: RenewingCredentials,
    transport: Arc<dyn HttpTransport>,
}

impl<'a> RegionalClients<'a> {
    /// Creates clients with the settings of `args` and `environment`.
    pub fn new(
        args: &'a SettingsArgs,
        environment: &'a Environment,
        diagnostics: &'a Diagnostics,
    ) -> Result<RegionalClients<'a>> {
        Ok(RegionalClients {
            args,
            environment,
            diagnostics,
            configured_region: settings::configured_region(args, environment)?,
            shared: None,
            sync_clients: HashMap::new(),
            identity_clients: HashMap::new(),
        })
    }

    /// Returns the region of an identity pool, from the prefix of its id or else from the settings.
    pub fn region_of_pool<'p>(&'p self, pool: &'p str) -> Option<&'p str> {
        settings::region_of_pool(pool).or(self.configured_region())
    }

    /// Returns the region of calls without an identity pool: that of the settings or else of the
    /// EC2 instance.
    pub fn default_region(&mut self) -> Result<String> {
        if let Some(region) = self.configured_region() {
            return Ok(region.to_string());
        }
        let mut settings = self.resolve_settings(self.args, None)?;
        settings.resolve_region()?;
        Ok(settings.region().unwrap_or_default().to_string())
    }

    /// Returns the client of Cognito Sync in a region with a valid name.
    pub fn client(&mut self, region: &str) -> Result<RegionalClient> {
        if let Some(client) = self.sync_clients.get(region) {
            return Ok(client.clone());
        }
        let client = self.new_client(&COGNITO_SYNC, region)?;
        self.sync_clients.insert(region.to_string(), client.clone());
        Ok(client)
    }

    /// Returns the client of Cognito Identity in a region with a valid name. Its request rate is
    /// limited apart from that of Cognito Sync.
    pub fn identity_client(&mut self, region: &str) -> Result<RegionalClient> {
        if let Some(client) = self.identity_clients.get(region) {
            return Ok(client.clone());
        }
        let client = self.new_client(&COGNITO_IDENTITY, region)?;
        self.identity_clients
            .insert(region.to_string(), client.clone());
        Ok(client)
    }

    fn new_client(&mut self, service: &'static Service, region: &str) -> Result<RegionalClient> {
        let shared = match &mut self.shared {
            Some(shared) => shared,
            None => self.shared.insert(self.shared_settings(region)?),
        };
        shared.settings.set_region(region, "the identity pool");
        let settings = &shared.settings;
        let of_service = settings.service_settings(service, &shared.credentials)?;
        let (transport, endpoint) = (shared.transport.clone(), of_service.endpoint);
        let throttling = ThrottlingMode::RetryUntilAccepted;
        let destination = destination(settings, transport, endpoint, throttling);
        Ok(RegionalClient {
            client: Client::new(service, of_service.sdk, destination),
            region_hint: shared.settings.region_hint(),
        })
    }

    /// Resolves the settings and fetches the credentials. `region` is the region of credentials
    /// services where no setting names one.
    fn shared_settings(&self, region: &str) -> Result<SharedSettings> {
        // Only the region of an id has a source that the debug log can name.
        let pool = format!("{region}:");
        let mut settings = match &self.configured_region {
            Some(configured) if !configured.is_empty() => self.resolve_settings(self.args, None)?,
            None if settings::region_of_pool(&pool).is_some() => {
                self.resolve_settings(self.args, Some(&pool))?
            }
            _ => {
                let args = SettingsArgs {
                    region: Some(region.to_string()),
                    ..self.args.clone()
                };
                self.resolve_settings(&args, None)?
            }
        };
        Ok(SharedSettings {
            credentials: settings.renewing_credentials()?,
            transport: transport(&settings, self.environment)?,
            settings,
        })
    }

    fn configured_region(&self) -> Option<&str> {
        let region = self.configured_region.as_deref();
        region.filter(|region| !region.is_empty())
    }

    fn resolve_settings(&self, args: &SettingsArgs, pool: Option<&str>) -> Result<Settings> {
        settings::resolve(args, pool, self.environment, self.diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Stderr;
    use crate::error::ErrorKind;

    fn with_clients<T>(
        variables: &[(&str, &str)],
        region: Option<&str>,
        check: impl FnOnce(RegionalClients<'_>) -> T,
    ) -> T {
        let args = SettingsArgs {
            region: region.map(str::to_string),
            ..SettingsArgs::default()
        };
        let common = [
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("HOME", "/nonexistent"),
        ];
        let variables = common.iter().chain(variables).copied();
        let environment = Environment::from_iter(variables);
        let diagnostics = Diagnostics::new(Stderr::new(std::io::sink()), false);
        check(RegionalClients::new(&args, &environment, &diagnostics).expect("valid settings"))
    }

    #[test]
    fn prefers_region_of_pool_to_that_of_settings() {
        let pools = ["us-west-2:1", "pool"];
        let table: [(&[_], _, _); 4] = [
            (&[], None, [Some("us-west-2"), None]),
            (
                &[],
                Some("eu-west-1"),
                [Some("us-west-2"), Some("eu-west-1")],
            ),
            (
                &[("AWS_REGION", "eu-west-2")],
                None,
                [Some("us-west-2"), Some("eu-west-2")],
            ),
            // An empty region counts as none.
            (&[("AWS_REGION", "")], None, [Some("us-west-2"), None]),
        ];
        for (variables, region, want) in table {
            with_clients(variables, region, |clients| {
                assert_eq!(pools.map(|pool| clients.region_of_pool(pool)), want);
            });
        }
    }

    #[test]
    fn requires_region_for_calls_without_pool() {
        with_clients(&[], None, |mut clients| {
            let error = clients.default_region().expect_err("no region is set");
            assert_eq!(error.kind, ErrorKind::NoRegion);
        });
        with_clients(
            &[("AWS_DEFAULT_REGION", "eu-west-3")],
            None,
            |mut clients| {
                assert_eq!(clients.default_region().ok().as_deref(), Some("eu-west-3"));
            },
        );
    }

    #[test]
    fn hints_at_region_without_service() {
        with_clients(&[("AWS_REGION", "")], None, |mut clients| {
            let mut hint = |region| clients.client(region).expect("valid settings").region_hint;
            assert_eq!(hint("eu-west-1"), None);
            let hint = hint("eu-north-1").unwrap_or_default();
            assert!(hint.contains("not known to be in eu-north-1"), "{hint}");
        });
    }
}
