//! Sessions of `aws login`: the credentials that it has stored, renewed by the SDK's provider.
//! Signing in is not done here.

use aws_config::login::LoginCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};

use super::network::{Network, reasons};
use super::renewal;
use crate::error::{Error, Result};

/// The credentials of a session, which the profile names by its ARN.
pub(super) async fn fetch(session: &str, network: &Network) -> Result<Credentials> {
    let config = network
        .for_providers()
        .with_http_client(renewal::checked(network.http.clone()));
    let provider = LoginCredentialsProvider::builder(session)
        .configure(&config)
        .build();
    let found = provider.provide_credentials().await;
    let found = found.map_err(|why| failure(session, why))?;
    match found.access_key_id() {
        "" => Err(unloadable("the stored session has no access key")),
        _ => Ok(found),
    }
}

fn failure(session: &str, why: CredentialsError) -> Error {
    let reasons = reasons(&why);
    let has = |part| reasons.contains(part);
    let error = if has("session has expired") || has("token is expired") {
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
        unloadable(
            "Failed to load access token from token cache, missing one or more required fields.",
        )
    } else if has("No such file") {
        unloadable(&format!(
            "Unable to load a existing login session for session {session}, Please reauthenticate \
             with 'aws login'."
        ))
    } else {
        unloadable(&reasons)
    };
    error.caused_by(why)
}

fn unloadable(why: &str) -> Error {
    Error::general(format!("Error loading login session token: {why}"))
        .hint("run: aws login --profile NAME, with the name of the profile")
}
