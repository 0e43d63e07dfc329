//! Sessions of `aws login`: the credentials that it has stored, renewed by the SDK's provider.
//! Signing in is not done here.

use aws_config::login::LoginCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};

use super::network::{Network, reasons};
use crate::error::{Error, Result};

/// The credentials of a session, which the profile names by its ARN.
pub(super) async fn fetch(session: &str, network: &Network) -> Result<Credentials> {
    let provider = LoginCredentialsProvider::builder(session)
        .configure(&network.for_providers())
        .build();
    provider
        .provide_credentials()
        .await
        .map_err(|why| failure(session, why))
}

fn failure(session: &str, why: CredentialsError) -> Error {
    Error::general(format!(
        "Error loading login session token: Unable to load a existing login session for session \
         {session}, Please reauthenticate with 'aws login'."
    ))
    .hint(reasons(&why))
    .caused_by(why)
}
