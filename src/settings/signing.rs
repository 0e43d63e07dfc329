//! How requests are signed: with credentials that are at hand, with those of a source that is asked before the
//! call, or not at all.

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
    With(ResolvedCredentials),
    /// With keys of a source that can be asked for new ones.
    WithRenewable(ResolvedCredentials, Arc<DeferredProvider>),
    Unsigned,
    /// With credentials that a service gives when it is asked.
    Deferred(Arc<DeferredProvider>),
    /// They should be signed, but there are no credentials, for these reasons.
    Impossible(Vec<String>),
}

/// Credentials that are at hand, or the source that gives them later.
pub(super) fn resolve(
    args: &SettingsArgs,
    files: &SharedFiles,
    profile: &Profile<'_>,
    environment: &Environment,
) -> Result<Signing> {
    let context = ProviderContext { files, environment };
    let name = selected_profile(args, environment);
    Ok(
        match credentials::resolve(&context, name, args.profile.is_none())? {
            Ok(CredentialsProvider::Static(keys)) => match &keys.process {
                Some(line) => {
                    let source = CredentialsProvider::Process(line.clone());
                    let deferred = DeferredProvider::new(source, Vec::new(), profile, &context)?;
                    Signing::WithRenewable(keys, Arc::new(deferred))
                }
                None => Signing::With(keys),
            },
            Ok(source) => {
                let name = name.unwrap_or("default");
                let none = "instance metadata: nobody answers";
                let tried = credentials::unavailable_providers(name, args.profile.is_none(), none);
                Signing::Deferred(Arc::new(DeferredProvider::new(
                    source, tried, profile, &context,
                )?))
            }
            Err(tried) => Signing::Impossible(tried),
        },
    )
}

/// Nothing gives credentials; each source has its reason.
pub(super) fn no_credentials_error(tried: &[String]) -> Error {
    let error = Error::new(
        ErrorKind::NoCredentials,
        "Unable to locate credentials. You can configure credentials by running \"aws login\".",
    );
    let ways = match cfg!(feature = "local") {
        true => {
            "--local needs none: it calls a Cognito Sync within this program. --no-sign-request sends \
                 the request unsigned"
        }
        false => "--no-sign-request sends the request unsigned",
    };
    let reasons = tried.iter().map(String::as_str);
    reasons.chain([ways]).fold(error, Error::hint)
}
