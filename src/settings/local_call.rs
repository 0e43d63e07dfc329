//! The settings of a `--local` call. Output and retry settings are resolved and validated as usual;
//! profile, region, endpoint and credentials that are set for other calls have no effect.

use aws_credential_types::Credentials;

use super::credentials::ResolvedCredentials;
use super::region::{self, RegionSource};
use super::retry::RetrySettings;
use super::shared_files::SharedFiles;
use super::{Settings, SettingsArgs, Signing};
use crate::diagnostics::Diagnostics;
use crate::endpoint_url::EndpointUrl;
use crate::environment::Environment;
use crate::error::Result;
use crate::transport::{CertificateTrust, ProxySettings, Timeouts};

/// Placeholder endpoints: a request must have a host.
const ENDPOINT: &str = "http://cognito-sync.local";
const IDENTITY_ENDPOINT: &str = "http://cognito-identity.local";

/// Resolves the settings. An unknown profile is an error only if `--profile` names it.
pub(super) fn resolve(
    args: &SettingsArgs,
    pool: Option<&str>,
    environment: &Environment,
    diagnostics: Diagnostics,
) -> Result<Settings> {
    let files = SharedFiles::load(environment)?;
    let name = super::selected_profile(args, environment);
    let profile = match files.profile(name) {
        Err(_) if args.profile.is_none() => files.profile(None),
        found => found,
    }?;
    super::sdk_environment::check(environment)?;
    let retries = without_retries(super::retry::resolve(&profile, environment)?);
    diagnostics.debug(|| "the call is answered within this process (from --local)".into());
    Ok(Settings {
        output: super::resolve_output_format(args, environment, &profile),
        wire_timestamps: super::resolve_wire_timestamps(&profile)?,
        endpoint: Some(EndpointUrl::parse(ENDPOINT)?),
        identity_endpoint: Ok(Some(IDENTITY_ENDPOINT.to_string())),
        timeouts: Timeouts::default(),
        is_local: true,
        diagnostics,
        profile: name.unwrap_or("default").to_string(),
        trust: CertificateTrust::default(),
        trust_for_credentials: CertificateTrust::default(),
        proxies: ProxySettings::default(),
        region_source: RegionSource::Known(region::for_local(pool)),
        use_fips: false,
        use_dual_stack: false,
        signing: match args.unsigned {
            true => Signing::Unsigned,
            false => Signing::Static(placeholder_credentials()),
        },
        retries,
    })
}

/// Limits a `--local` call to one attempt: a retry would give the same result, and the store has
/// already waited for locks of other processes. Invalid retry settings are still rejected.
fn without_retries(retries: RetrySettings) -> RetrySettings {
    RetrySettings {
        attempts: 1,
        ..retries
    }
}

/// Credentials for a signature that is not verified.
fn placeholder_credentials() -> ResolvedCredentials {
    let credentials = Credentials::new("LOCAL", "local", None, None, "--local");
    ResolvedCredentials::new(credentials, "--local")
}
