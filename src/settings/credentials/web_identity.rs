//! Roles that are assumed with a token of another identity provider: `AWS_WEB_IDENTITY_TOKEN_FILE`
//! with `AWS_ROLE_ARN`, or their keys in a profile. The token file is read for each call to STS.

use aws_credential_types::Credentials;
use serde_json::{Map, Value as Json};

use super::cache;
use super::fetch_context::FetchContext;
use super::process::python_os_error;
use super::sts::{self, StsParameter};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python::json_dumps;
use crate::regular_file;
use crate::settings::shared_files::Profile;

/// A role and the token file to assume it with.
pub(in crate::settings) struct WebIdentityProvider {
    token_file: String,
    arn: String,
    session_name: Option<String>,
}

/// Returns the web identity of the environment, if given, or else of the profile.
pub(super) fn find(
    profile: &Profile<'_>,
    environment: Option<&Environment>,
) -> Result<Option<WebIdentityProvider>> {
    let get = |variable: &str, key: &str| {
        let of_environment = environment.and_then(|e| e.get(variable));
        of_environment.or(profile.get(key)).map(str::to_string)
    };
    let is_set = |text: &String| !text.is_empty();
    let token_file = get("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    let Some(token_file) = token_file.filter(is_set) else {
        return Ok(None);
    };
    let arn = get("AWS_ROLE_ARN", "role_arn")
        .filter(is_set)
        .ok_or_else(|| {
            Error::general(
                "The provided profile or the current environment is configured to assume role with \
             web identity but has no role ARN configured. Ensure that the profile has the \
             role_arnconfiguration set or the AWS_ROLE_ARN env var is set.",
            )
        })?;
    let session_name = get("AWS_ROLE_SESSION_NAME", "role_session_name");
    Ok(Some(WebIdentityProvider {
        token_file,
        arn,
        session_name,
    }))
}

impl WebIdentityProvider {
    /// Fetches the role's credentials.
    pub(super) async fn fetch(&self, context: &FetchContext) -> Result<Credentials> {
        let name = self.session_name.as_deref().filter(|name| !name.is_empty());
        let mut arguments = Map::new();
        arguments.insert("RoleArn".into(), Json::from(self.arn.as_str()));
        if let Some(name) = name {
            arguments.insert("RoleSessionName".into(), Json::from(name));
        }
        let key = cache::cache_key(&json_dumps::dumps(&Json::Object(arguments)));
        context
            .cache
            .get_or_fetch(&key, self.request_credentials(name, context))
            .await
    }

    async fn request_credentials(
        &self,
        name: Option<&str>,
        context: &FetchContext,
    ) -> Result<Json> {
        let token = regular_file::read_to_string(&self.token_file).map_err(|why| {
            Error::general(python_os_error(&why, &self.token_file))
                .hint("AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file names this file")
        })?;
        sts::validate_parameters(&[
            StsParameter::Text("RoleSessionName", name, 2),
            StsParameter::Text("RoleArn", Some(&self.arn), 20),
            StsParameter::Text("WebIdentityToken", Some(&token), 4),
        ])?;
        sts::assume_role_with_web_identity(&self.arn, name, &token, context).await
    }
}
