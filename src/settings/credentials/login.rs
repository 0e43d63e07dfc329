//! Credentials of stored `aws login` sessions, renewed by the SDK's `LoginCredentialsProvider`.
//! Signing in is left to the AWS CLI.

use std::io::ErrorKind;
use std::path::PathBuf;

use aws_config::login::LoginCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};

use ring::digest::{SHA256, digest};

use super::fetch_context::FetchContext;
use super::login_http;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::error_chain::with_causes;
use crate::regular_file;

/// A stored session, which the profile names by its ARN.
pub(in crate::settings) struct LoginProvider(String);

impl LoginProvider {
    /// Checks that the session is stored, which the AWS CLI does before it resolves other settings.
    pub(super) fn new(session: &str, environment: &Environment) -> Result<LoginProvider> {
        let stored = session_file(session, environment).map(regular_file::ensure_regular);
        match stored {
            Some(Err(why)) if why.kind() == ErrorKind::NotFound => {
                Err(missing_session_error(session))
            }
            Some(Err(why)) if why.kind() == ErrorKind::InvalidInput => Err(session_token_error(
                "the stored session is not a regular file",
            )),
            _ => Ok(LoginProvider(session.to_string())),
        }
    }

    /// Fetches the session's credentials.
    pub(super) async fn fetch(&self, context: &FetchContext) -> Result<Credentials> {
        fetch(&self.0, context).await
    }
}

/// The file from which the SDK's provider reads the session.
fn session_file(session: &str, environment: &Environment) -> Option<PathBuf> {
    let folder = match environment.get("AWS_LOGIN_CACHE_DIRECTORY") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(environment.non_empty("HOME")?).join(".aws/login/cache"),
    };
    let hash = digest(&SHA256, session.trim().as_bytes());
    let name: String = hash.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    Some(folder.join(format!("{name}.json")))
}

async fn fetch(session: &str, context: &FetchContext) -> Result<Credentials> {
    let config = context
        .provider_config()
        .with_http_client(login_http::validate_responses(context.http.clone()));
    let provider = LoginCredentialsProvider::builder(session)
        .configure(&config)
        .build();
    let found = provider.provide_credentials().await;
    let found = found.map_err(|why| provider_error(session, why))?;
    match found.access_key_id() {
        "" => Err(session_token_error("the stored session has no access key")),
        _ => Ok(found),
    }
}

fn provider_error(session: &str, why: CredentialsError) -> Error {
    let reasons = with_causes(&why);
    let has = |part| reasons.contains(part);
    if has("session has expired") || has("token is expired") {
        Error::general("Your session has expired. Please reauthenticate using 'aws login'.")
    } else if has("change in your password") {
        Error::general(
            "Unable to refresh login credentials because of a change in your password. Please \
             reauthenticate with your new password using 'aws login'.",
        )
    } else if has("insufficient permissions") {
        Error::general(
            "Unable to create or refresh login credentials due to insufficient permissions. You may \
             be missing permission for the 'signin:CreateOAuth2Token' action.",
        )
    } else if has("missing field") {
        session_token_error(
            "Failed to load access token from token cache, missing one or more required fields.",
        )
    } else if has("No such file") {
        missing_session_error(session)
    } else {
        session_token_error(&reasons)
    }
}

fn missing_session_error(session: &str) -> Error {
    session_token_error(&format!(
        "Unable to load a existing login session for session {session}, Please reauthenticate with \
         'aws login'."
    ))
}

fn session_token_error(why: &str) -> Error {
    Error::general(format!("Error loading login session token: {why}"))
        .hint("run: aws login --profile NAME, with the name of the profile")
}
