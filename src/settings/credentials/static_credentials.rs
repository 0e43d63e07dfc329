//! Static credentials: access keys in environment variables and in sections of the shared files.

use super::{ResolvedCredentials, expiry, new_credentials, partial_credentials_error};
use crate::environment::Environment;
use crate::error::Result;
use crate::settings::shared_files::IniSection;
use crate::timestamp::LocalZone;

/// Returns the credentials of AWS_ACCESS_KEY_ID and its companions, if it is set.
pub(super) fn from_environment(environment: &Environment) -> Result<Option<ResolvedCredentials>> {
    let Some(key) = environment.non_empty("AWS_ACCESS_KEY_ID") else {
        return Ok(None);
    };
    let secret = environment
        .non_empty("AWS_SECRET_ACCESS_KEY")
        .ok_or_else(|| partial_credentials_error("env", "AWS_SECRET_ACCESS_KEY"))?;
    let token = environment
        .non_empty("AWS_SECURITY_TOKEN")
        .or_else(|| environment.non_empty("AWS_SESSION_TOKEN"));
    let mut credentials = new_credentials("the environment", key, secret, token)?;
    if let Some(end) = environment.non_empty("AWS_CREDENTIAL_EXPIRATION") {
        let end = expiry::parse(end, &LocalZone::new(environment));
        let end = end.map_err(|e| e.hint("it is AWS_CREDENTIAL_EXPIRATION"))?;
        *credentials.expiry_mut() = Some(end);
    }
    let from = "AWS_ACCESS_KEY_ID";
    Ok(Some(ResolvedCredentials::new(credentials, from)))
}

/// The credentials of a section; `source` is the AWS CLI's name of the file.
pub(super) fn from_section(
    values: &IniSection,
    source: &str,
    from: &'static str,
) -> Result<Option<ResolvedCredentials>> {
    let get = |key: &str| values.get(key).map(String::as_str);
    let Some(key) = get("aws_access_key_id") else {
        return Ok(None);
    };
    let secret = get("aws_secret_access_key")
        .ok_or_else(|| partial_credentials_error(source, "aws_secret_access_key"))?;
    let token = get("aws_security_token").or(get("aws_session_token"));
    let credentials = new_credentials(from, key, secret, token)?;
    Ok(Some(ResolvedCredentials::new(credentials, from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_partial_environment_credentials() {
        let environment = Environment::from([("AWS_ACCESS_KEY_ID", "a")]);
        let error = from_environment(&environment).map_err(|e| e.message);
        let want = "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY";
        assert_eq!(error.err().as_deref(), Some(want));
        let none = Environment::from([("AWS_ACCESS_KEY_ID", "")]);
        assert!(matches!(from_environment(&none), Ok(None)));
    }
}
