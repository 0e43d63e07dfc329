//! Which certificates to trust, in the AWS CLI's order. Files are opened only when a connection
//! needs them.

use super::SettingsArgs;
use super::shared_files::Profile;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::transport::CertificateTrust;

/// Which certificates to trust for calls.
pub(super) fn resolve(
    args: &SettingsArgs,
    profile: &Profile<'_>,
    environment: &Environment,
) -> Result<CertificateTrust> {
    match args.no_verify_ssl {
        true => Ok(CertificateTrust::AnyCertificate),
        false => resolve_verified(args, profile, environment),
    }
}

/// Which certificates to trust where `--no-verify-ssl` has no effect.
pub(super) fn resolve_verified(
    args: &SettingsArgs,
    profile: &Profile<'_>,
    environment: &Environment,
) -> Result<CertificateTrust> {
    let bundle = args
        .ca_bundle
        .as_deref()
        .or(environment.get("AWS_CA_BUNDLE"))
        .or(profile.get("ca_bundle"))
        .or(environment.get("REQUESTS_CA_BUNDLE"));
    match bundle {
        None => Ok(CertificateTrust::Default),
        Some(path) if path.trim().is_empty() => Err(Error::general(
            "Invalid CA bundle: the configured value (ca_bundle, AWS_CA_BUNDLE, \
             REQUESTS_CA_BUNDLE, or verify) resolved to an empty or whitespace-only string. \
             Provide a valid path to a CA bundle file.",
        )),
        // The AWS CLI expands `~` only, no variables.
        Some(path) => Ok(CertificateTrust::CaBundle(environment.expand_home(path))),
    }
}
