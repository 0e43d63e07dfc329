//! The settings of a call within this process (`--local`), which needs none of those that lead to an
//! account: what shapes output and attempts counts as ever, and a profile, a region or an endpoint that is
//! set for other calls is in nobody's way.

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

/// What the request names, since it must name something.
const ENDPOINT: &str = "http://cognito-sync.local";
const IDENTITY_ENDPOINT: &str = "http://cognito-identity.local";

/// Settles the settings. A profile that does not exist is an error only where it was typed.
pub(super) fn resolve(
    args: &SettingsArgs,
    pool: Option<&str>,
    environment: &Environment,
    diagnostics: Diagnostics,
) -> Result<Settings> {
    let files = SharedFiles::load(environment)?;
    let chosen = super::selected_profile(args, environment);
    let profile = match files.profile(chosen) {
        Err(_) if args.profile.is_none() => files.profile(None),
        found => found,
    }?;
    super::sdk_environment::check(environment)?;
    let retries = once(super::retry::resolve(&profile, environment)?);
    diagnostics.debug(|| "the call is answered within this process (from --local)".into());
    Ok(Settings {
        output: super::resolve_output_format(args, environment, &profile),
        wire_timestamps: super::wire_timestamps(&profile)?,
        endpoint: Some(EndpointUrl::parse(ENDPOINT)?),
        identity_endpoint: Ok(Some(IDENTITY_ENDPOINT.to_string())),
        timeouts: Timeouts::default(),
        diagnostics,
        trust: CertificateTrust::default(),
        trust_for_credentials: CertificateTrust::default(),
        proxies: ProxySettings::default(),
        place: RegionSource::Known(region::of_no_account(pool)),
        use_fips: false,
        use_dual_stack: false,
        signing: match args.unsigned {
            true => Signing::Unsigned,
            false => Signing::With(keys()),
        },
        retries,
    })
}

/// Nothing within this process does better at a second attempt, and a store that another program has locked
/// was waited for already. What is set for other calls is still refused where it means nothing.
fn once(retries: RetrySettings) -> RetrySettings {
    RetrySettings {
        attempts: 1,
        ..retries
    }
}

/// Keys that nobody looks at.
fn keys() -> ResolvedCredentials {
    ResolvedCredentials {
        credentials: Credentials::new("LOCAL", "local", None, None, "--local"),
        from: "--local",
        process: None,
    }
}
