//! Credentials from the environment and from static keys in the shared files.
//!
//! Profiles that get theirs in other ways (assumed roles, SSO, web identity, `aws login`,
//! processes) are refused with a clear message rather than passed over.

use aws_credential_types::Credentials as SdkCredentials;

use super::shared_files::{Section, SharedFiles};
use crate::environment::Environment;
use crate::error::{Error, Result};

/// Keys that sign a request. They never show in `Debug`.
#[derive(Clone)]
pub struct Credentials(SdkCredentials);

impl Credentials {
    /// The credentials in the SDK's form.
    pub fn for_sdk(&self) -> SdkCredentials {
        self.0.clone()
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Credentials({}, secret redacted)",
            self.0.access_key_id()
        )
    }
}

/// Profile keys of sources that are not supported, with the name of the source.
const UNSUPPORTED: [(&str, &str); 6] = [
    ("role_arn", "an assumed role"),
    ("web_identity_token_file", "a web identity"),
    ("sso_session", "IAM Identity Center"),
    ("sso_start_url", "IAM Identity Center"),
    ("login_session", "aws login"),
    ("credential_process", "a credential process"),
];

/// Finds credentials: of the environment (unless a profile was asked for by option), then of the
/// credentials file, then of the config file.
pub(super) fn resolve(
    files: &SharedFiles,
    profile: Option<&str>,
    keys_of_environment: bool,
    environment: &Environment,
) -> Result<Option<Credentials>> {
    if keys_of_environment && let Some(found) = of_environment(environment)? {
        return Ok(Some(found));
    }
    let section = files.profile(profile)?;
    let static_in_credentials_file = files
        .credentials(profile)
        .is_some_and(|v| v.contains_key("aws_access_key_id"));
    for (key, source) in UNSUPPORTED {
        // Of these, only the process comes after the keys of the credentials file.
        let shadowed =
            static_in_credentials_file && matches!(key, "credential_process" | "login_session");
        if section.get(key).is_some() && !shadowed {
            let name = profile.unwrap_or("default");
            return Err(Error::general(format!(
                "The profile {name} takes its credentials from {source} ({key}), which this \
                 version cannot do yet; give keys in the environment instead."
            )));
        }
    }
    of_profile(&section)
}

fn of_environment(environment: &Environment) -> Result<Option<Credentials>> {
    let Some(key) = environment.non_empty("AWS_ACCESS_KEY_ID") else {
        return Ok(None);
    };
    let secret = environment
        .non_empty("AWS_SECRET_ACCESS_KEY")
        .ok_or_else(|| partial("env", "AWS_SECRET_ACCESS_KEY"))?;
    let token = environment
        .non_empty("AWS_SECURITY_TOKEN")
        .or_else(|| environment.non_empty("AWS_SESSION_TOKEN"));
    Ok(Some(credentials(key, secret, token)))
}

fn of_profile(section: &Section<'_>) -> Result<Option<Credentials>> {
    let Some(key) = section.get("aws_access_key_id") else {
        return Ok(None);
    };
    let secret = section
        .get("aws_secret_access_key")
        .ok_or_else(|| partial("shared-credentials-file", "aws_secret_access_key"))?;
    let token = section
        .get("aws_security_token")
        .or(section.get("aws_session_token"));
    Ok(Some(credentials(key, secret, token)))
}

fn credentials(key: &str, secret: &str, token: Option<&str>) -> Credentials {
    let token = token.map(str::to_string);
    Credentials(SdkCredentials::new(
        key,
        secret,
        token,
        None,
        "cognito-sync",
    ))
}

fn partial(source: &str, missing: &str) -> Error {
    Error::general(format!(
        "Partial credentials found in {source}, missing: {missing}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show() {
        let shown = format!("{:?}", credentials("AKID", "hush", Some("token-hush")));
        assert_eq!(shown, "Credentials(AKID, secret redacted)");
    }

    #[test]
    fn the_environments_keys_must_be_whole() {
        let environment = Environment::from([("AWS_ACCESS_KEY_ID", "a")]);
        let error = of_environment(&environment).map_err(|e| e.message);
        let want = "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY";
        assert_eq!(error.err().as_deref(), Some(want));
        let none = Environment::from([("AWS_ACCESS_KEY_ID", "")]);
        assert!(matches!(of_environment(&none), Ok(None)));
    }
}
