//! How requests are signed: with credentials that are at hand, with those of a source that is asked before the
//! call, or not at all.

use std::sync::Arc;

use super::credentials::{self, Ground, Keys, Source};
use super::deferred::DeferredCredentials;
use super::shared_files::{Section, SharedFiles};
use super::{SettingsArgs, chosen_profile};
use crate::environment::Environment;
use crate::error::{Error, Kind, Result};

/// How requests are signed.
#[derive(Debug)]
pub(super) enum Signing {
    With(Keys),
    /// With keys of a source that can be asked for new ones.
    WithRenewable(Keys, Arc<DeferredCredentials>),
    Unsigned,
    /// With credentials that a service gives when it is asked.
    Deferred(Arc<DeferredCredentials>),
    /// They should be signed, but there are no credentials, for these reasons.
    Impossible(Vec<String>),
}

/// Credentials that are at hand, or the source that gives them later.
pub(super) fn resolve(
    args: &SettingsArgs,
    files: &SharedFiles,
    profile: &Section<'_>,
    environment: &Environment,
) -> Result<Signing> {
    let ground = Ground { files, environment };
    let name = chosen_profile(args, environment);
    Ok(
        match credentials::resolve(&ground, name, args.profile.is_none())? {
            Ok(Source::Keys(keys)) => match &keys.process {
                Some(line) => {
                    let source = Source::Process(line.clone());
                    let deferred = DeferredCredentials::new(source, Vec::new(), profile, &ground)?;
                    Signing::WithRenewable(keys, Arc::new(deferred))
                }
                None => Signing::With(keys),
            },
            Ok(source) => {
                let name = name.unwrap_or("default");
                let none = "instance metadata: nobody answers";
                let tried = credentials::tried(name, args.profile.is_none(), none);
                Signing::Deferred(Arc::new(DeferredCredentials::new(
                    source, tried, profile, &ground,
                )?))
            }
            Err(tried) => Signing::Impossible(tried),
        },
    )
}

/// Nothing gives credentials; each source has its reason.
pub(super) fn no_credentials(tried: &[String]) -> Error {
    let error = Error::new(
        Kind::NoCredentials,
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
