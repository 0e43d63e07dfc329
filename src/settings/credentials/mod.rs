//! Credentials from the environment and from static keys in the shared files.
//!
//! Profiles that get theirs in other ways (assumed roles, SSO, web identity, `aws login`,
//! processes) are refused with a clear message rather than passed over.

use aws_credential_types::Credentials;

use super::shared_files::{SharedFiles, Values};
use crate::environment::Environment;
use crate::error::{Error, Result};

/// Profile keys of sources that are not supported, with the name of the source.
const UNSUPPORTED: [(&str, &str); 6] = [
    ("role_arn", "an assumed role"),
    ("web_identity_token_file", "a web identity"),
    ("sso_account_id", "IAM Identity Center"),
    ("sso_role_name", "IAM Identity Center"),
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
    refuse_variable("AWS_WEB_IDENTITY_TOKEN_FILE", "a web identity", environment)?;
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
            return Err(unsupported(&format!("The profile {name}"), source, key));
        }
    }
    // Key, secret and token are never taken from different files.
    let layers = [
        (files.credentials(profile), "shared-credentials-file"),
        (files.config(profile), "config-file"),
    ];
    for (layer, source) in layers {
        if let Some(found) = layer.map_or(Ok(None), |values| of_file(values, source))? {
            return Ok(Some(found));
        }
    }
    for variable in [
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ] {
        refuse_variable(variable, "a container", environment)?;
    }
    Ok(None)
}

fn refuse_variable(variable: &str, source: &str, environment: &Environment) -> Result<()> {
    match environment.non_empty(variable) {
        Some(_) => Err(unsupported("The environment", source, variable)),
        None => Ok(()),
    }
}

fn unsupported(place: &str, source: &str, name: &str) -> Error {
    Error::general(format!(
        "{place} takes its credentials from {source} ({name}), which this version cannot do yet; \
         give keys in the environment instead."
    ))
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
    credentials("the environment", key, secret, token).map(Some)
}

fn of_file(values: &Values, source: &str) -> Result<Option<Credentials>> {
    let get = |key: &str| values.get(key).map(String::as_str);
    let Some(key) = get("aws_access_key_id") else {
        return Ok(None);
    };
    let secret =
        get("aws_secret_access_key").ok_or_else(|| partial(source, "aws_secret_access_key"))?;
    let token = get("aws_security_token").or(get("aws_session_token"));
    credentials(
        "the profile",
        key,
        secret,
        token.filter(|token| !token.is_empty()),
    )
    .map(Some)
}

/// Key and token become headers, so they must be able to; where they are not, the place is named
/// but not the value.
fn credentials(source: &str, key: &str, secret: &str, token: Option<&str>) -> Result<Credentials> {
    let unusable = |value: &&str| http::HeaderValue::from_str(value).is_err();
    if [key].iter().chain(&token).any(unusable) {
        return Err(Error::general(format!(
            "The access key or the session token of {source} has a character that no request can \
             hold, such as a line end."
        )));
    }
    let token = token.map(str::to_string);
    Ok(Credentials::new(key, secret, token, None, "cognito-sync"))
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
        let found = credentials("x", "AKID", "hush", Some("token-hush")).expect("usable");
        let shown = format!("{found:?}");
        assert!(shown.contains("AKID") && !shown.contains("hush"), "{shown}");
    }

    #[test]
    fn what_no_header_can_hold_is_refused_without_being_shown() {
        for (key, token) in [
            ("AK\r", None),
            ("A\nB", None),
            ("A", Some("t\n")),
            ("\x01", None),
        ] {
            let error = credentials("the environment", key, "s", token).map_err(|e| e.message);
            let message = error.err().unwrap_or_default();
            assert!(message.starts_with("The access key or the session token of the environment"));
        }
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
