//! How requests are signed: with static, renewable or deferred credentials, or not at all.

use std::sync::Arc;

use super::credentials::{self, CredentialsProvider, ProviderContext, ResolvedCredentials};
use super::deferred_provider::DeferredProvider;
use super::shared_files::{Profile, SharedFiles};
use super::{SettingsArgs, selected_profile};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};

/// How requests are signed.
#[derive(Debug)]
pub(super) enum Signing {
    Static(ResolvedCredentials),
    /// Credentials that their provider can renew.
    Renewable(ResolvedCredentials, Arc<DeferredProvider>),
    Unsigned,
    /// Credentials that a service returns; fetched before the call.
    Deferred(Arc<DeferredProvider>),
    /// No provider has credentials, for these reasons.
    NoCredentials(Vec<String>),
}

/// Returns the credentials, or the provider to fetch them from.
pub(super) fn resolve(
    args: &SettingsArgs,
    files: &SharedFiles,
    profile: &Profile<'_>,
    environment: &Environment,
) -> Result<Signing> {
    let context = ProviderContext { files, environment };
    let name = selected_profile(args, environment);
    let (use_environment, runs_process) = (args.profile.is_none(), !args.sends_nothing);
    Ok(
        match credentials::resolve(&context, name, use_environment, runs_process)? {
            Ok(CredentialsProvider::Static(credentials)) => match &credentials.process {
                Some(line) => {
                    let source = CredentialsProvider::Process(line.clone());
                    let deferred = DeferredProvider::new(source, Vec::new(), profile, &context)?;
                    Signing::Renewable(credentials, Arc::new(deferred))
                }
                None => Signing::Static(credentials),
            },
            Ok(source) => {
                let name = name.unwrap_or("default");
                let reason = "instance metadata: no response";
                let unavailable =
                    credentials::unavailable_providers(name, args.profile.is_none(), reason);
                Signing::Deferred(Arc::new(DeferredProvider::new(
                    source,
                    unavailable,
                    profile,
                    &context,
                )?))
            }
            Err(unavailable) => Signing::NoCredentials(unavailable),
        },
    )
}

/// The error where no provider has credentials; each has its reason in a hint.
pub(super) fn no_credentials_error(unavailable: &[String]) -> Error {
    let error = Error::new(
        ErrorKind::NoCredentials,
        "Unable to locate credentials. You can configure credentials by running \"aws login\".",
    );
    let alternatives = match cfg!(feature = "local") {
        true => {
            "--local needs none: it calls a Cognito Sync within this program. --no-sign-request sends \
                 the request unsigned"
        }
        false => "--no-sign-request sends the request unsigned",
    };
    let reasons = unavailable.iter().map(String::as_str);
    reasons.chain([alternatives]).fold(error, Error::hint)
}
