//! Credentials of IAM Identity Center for the profile's account and role, through an `sso-session`
//! or the profile's own start URL. Uses the tokens that `aws sso login` has stored, and renews
//! those that expire soon, as the AWS CLI does. Signing in is left to the AWS CLI.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use aws_config::Region;
use aws_credential_types::Credentials;
use aws_sdk_sso::config::Builder;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Value as Json, json};

use super::cache;
use super::fetch_context::FetchContext;
use super::service_call_error::service_call_error;
use super::{ProviderContext, expiry};
use crate::endpoint_query::EndpointQuery;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python::{self, json_dumps};
use crate::regular_file;
use crate::settings::region;
use crate::settings::shared_files::{Profile, SharedFiles};

/// How long before its expiration a token is renewed, in seconds.
const REFRESH_WINDOW: i64 = 15 * 60;

/// The maximum length of role or account: both, percent-encoded, must fit into a URL.
const MAX_VALUE_BYTES: usize = 10_000;

/// A role of an account in IAM Identity Center.
pub(in crate::settings) struct SsoProvider {
    profile: String,
    /// The name of the `sso-session` section, if the profile has one.
    session: Option<String>,
    start_url: String,
    region: String,
    account: String,
    role: String,
    /// The folder of the stored tokens; `None` without HOME.
    token_folder: Option<PathBuf>,
}

/// Returns the SSO provider of the profile; `None` if it names neither account nor role.
pub(super) fn find(
    name: &str,
    profile: &Profile<'_>,
    context: &ProviderContext<'_>,
) -> Result<Option<SsoProvider>> {
    let required_keys = ["sso_role_name", "sso_account_id"];
    if required_keys.iter().all(|key| profile.get(key).is_none()) {
        return Ok(None);
    }
    let session = profile.get("sso_session");
    let section = match session {
        Some(session) => Some(context.files.sso_session(session).ok_or_else(|| {
            Error::general(format!(
                "The specified sso-session does not exist: \"{session}\""
            ))
        })?),
        None => None,
    };
    for (key, value) in section.into_iter().flatten() {
        if let Some(own) = profile.get(key).filter(|own| own != value) {
            return Err(Error::general(format!(
                "The value for {key} is inconsistent between profile ({own}) and sso-session \
                 ({value})."
            )));
        }
    }
    let of_session = |key: &str| {
        section
            .and_then(|values| values.get(key))
            .map(String::as_str)
    };
    let get = |key: &str| {
        profile
            .get(key)
            .or_else(|| of_session(key))
            .map(str::to_string)
    };
    let needed = [
        "sso_role_name",
        "sso_account_id",
        "sso_start_url",
        "sso_region",
    ];
    let [Some(role), Some(account), Some(start_url), Some(region)] = needed.map(get) else {
        let missing: Vec<_> = needed
            .into_iter()
            .filter(|key| get(key).is_none())
            .collect();
        return Err(Error::general(format!(
            "The profile \"{name}\" is configured to use SSO but is missing required \
             configuration: {}",
            missing.join(", ")
        )));
    };
    Ok(Some(SsoProvider {
        profile: name.to_string(),
        session: session.map(str::to_string),
        start_url,
        region,
        account,
        role,
        token_folder: token_folder(context.environment),
    }))
}

/// Rejects a profile whose `sso-session` is incomplete, as the AWS CLI does whichever provider is
/// selected.
pub(super) fn check_session(name: &str, profile: &Profile<'_>, files: &SharedFiles) -> Result<()> {
    let Some(session) = profile.get("sso_session") else {
        return Ok(());
    };
    let token_provider_error = |what: String| {
        Error::general(format!(
            "The profile \"{name}\" is configured to use the SSO token provider but {what}"
        ))
    };
    let section = files
        .sso_session(session)
        .filter(|values| !values.is_empty());
    let section = section.ok_or_else(|| {
        token_provider_error(format!(
            "the \"{session}\" sso_session configuration does not exist."
        ))
    })?;
    let missing: Vec<_> = ["sso_start_url", "sso_region"]
        .into_iter()
        .filter(|key| !section.contains_key(*key))
        .map(python::repr_str)
        .collect();
    match missing.as_slice() {
        [] => Ok(()),
        missing => Err(token_provider_error(format!(
            "is missing the following configuration: [{}].",
            missing.join(", ")
        ))),
    }
}

fn token_folder(environment: &Environment) -> Option<PathBuf> {
    let home = environment.non_empty("HOME")?;
    Some(PathBuf::from(home).join(".aws/sso/cache"))
}

impl SsoProvider {
    /// Fetches the role's credentials.
    pub(super) async fn fetch(&self, context: &FetchContext) -> Result<Credentials> {
        context
            .cache
            .get_or_fetch(&self.cache_key(), self.request_role_credentials(context))
            .await
    }

    /// The key of the credentials in the cache.
    fn cache_key(&self) -> String {
        let (name, value) = match &self.session {
            Some(session) => ("sessionName", session),
            None => ("startUrl", &self.start_url),
        };
        let arguments = json!({"accountId": self.account, "roleName": self.role, name: value});
        cache::cache_key(&json_dumps::dumps_compact(&arguments))
    }

    /// Returns the stored token, renewed if it expires soon.
    async fn token(&self, context: &FetchContext) -> Result<String> {
        let name = self.session.as_ref().unwrap_or(&self.start_url);
        let file = format!("{}.json", cache::cache_key(name));
        let stored = self
            .token_folder
            .as_ref()
            .and_then(|folder| regular_file::read(folder.join(&file)).ok());
        let token: Json = stored
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| {
                self.sign_in_error(format!(
                    "Error loading SSO Token: Token for {name} does not exist"
                ))
            })?;
        let (Some(access), Some(end)) =
            (token["accessToken"].as_str(), token["expiresAt"].as_str())
        else {
            let text = format!(
                "Error loading SSO Token: Token for {} is invalid",
                self.start_url
            );
            return Err(self.sign_in_error(text));
        };
        let end = expiry::parse(end, &context.time_zone).map_err(|error| {
            self.sign_in_error(error.message)
                .hint("the stored token's expiresAt is malformed")
        })?;
        let left = expiry::seconds_left(end);
        if self.session.is_some()
            && left < REFRESH_WINDOW
            && let Some(renewed) = self.renew(&token, &file, context).await
        {
            return Ok(renewed);
        }
        match (left, &self.session) {
            (1.., _) => Ok(access.to_string()),
            (_, None) => Err(self.expired_session_error()),
            (_, Some(_)) => Err(self.sign_in_error(
                "Error when retrieving token from sso: Token has expired and refresh failed".into(),
            )),
        }
    }

    /// Renews the token, stores it and returns it; `None` if it cannot be renewed.
    ///
    /// The SDK's `SsoTokenProvider` does the same, but its builder links aws-config's whole default
    /// chain, whose tables every command would have to relocate at start.
    async fn renew(&self, token: &Json, file: &str, context: &FetchContext) -> Option<String> {
        let text = |key: &str| token[key].as_str();
        let registration_end = text("registrationExpiresAt")?;
        let registration_end = expiry::parse(registration_end, &context.time_zone).ok()?;
        if expiry::seconds_left(registration_end) <= 0 {
            return None;
        }
        let config = context.oidc.clone().into_builder();
        let config = config.region(self.region()).build();
        let request = aws_sdk_ssooidc::Client::new(&config)
            .create_token()
            .grant_type("refresh_token")
            .client_id(text("clientId")?)
            .client_secret(text("clientSecret")?)
            .refresh_token(text("refreshToken")?);
        let response = request.send().await.ok()?;
        let lifetime = Duration::from_secs(response.expires_in().try_into().ok()?);
        let end = DateTime::from(SystemTime::now().checked_add(lifetime)?).secs();
        let mut renewed = token.clone();
        renewed["startUrl"] = json!(self.start_url);
        renewed["region"] = json!(self.region);
        renewed["accessToken"] = json!(response.access_token()?);
        renewed["expiresAt"] = json!(DateTime::from_secs(end).fmt(Format::DateTime).ok()?);
        if let Some(refresh_token) = response.refresh_token() {
            renewed["refreshToken"] = json!(refresh_token);
        }
        let text = json_dumps::dumps(&renewed);
        cache::write_atomically(self.token_folder.as_ref()?, file, &text).ok()?;
        response.access_token
    }

    /// Calls GetRoleCredentials and returns the cache entry of its response.
    async fn request_role_credentials(&self, context: &FetchContext) -> Result<Json> {
        self.check_lengths()?;
        let token = self.token(context).await?;
        if http::HeaderValue::from_str(&token).is_err() {
            return Err(self.sign_in_error(format!(
                "Error loading SSO Token: Token for {} has a character that no request can hold.",
                self.start_url
            )));
        }
        let config = context
            .sso
            .clone()
            .into_builder()
            .region(self.region())
            .build();
        let mut builder = Builder::from(&config);
        if let Some(query) = EndpointQuery::from_sdk_config(&config) {
            builder = builder.interceptor(query);
        }
        let client = aws_sdk_sso::Client::from_conf(builder.build());
        let result = client
            .get_role_credentials()
            .role_name(&self.role)
            .account_id(&self.account)
            .access_token(token)
            .send()
            .await;
        let response = result.map_err(|error| {
            let is_unauthorized = error
                .as_service_error()
                .is_some_and(|e| e.is_unauthorized_exception());
            match is_unauthorized {
                true => self.expired_session_error(),
                false => service_call_error("GetRoleCredentials", &config, error),
            }
        })?;
        let unusable = || Error::general("The response of IAM Identity Center has no credentials.");
        let found = response.role_credentials().ok_or_else(unusable)?;
        let end = DateTime::from_secs(found.expiration().div_euclid(1000));
        Ok(json!({
            "ProviderType": "sso",
            "Credentials": {
                "AccessKeyId": found.access_key_id().ok_or_else(unusable)?,
                "SecretAccessKey": found.secret_access_key().ok_or_else(unusable)?,
                "SessionToken": found.session_token().ok_or_else(unusable)?,
                "Expiration": end.fmt(Format::DateTime).map_err(|_| unusable())?,
                "AccountId": self.account,
            },
        }))
    }

    /// Rejects values that the SDK would panic on: role and account are part of the URL.
    fn check_lengths(&self) -> Result<()> {
        let keys = [
            ("sso_role_name", &self.role),
            ("sso_account_id", &self.account),
        ];
        match keys
            .into_iter()
            .find(|(_, value)| value.len() > MAX_VALUE_BYTES)
        {
            None => region::validate(&self.region),
            Some((key, value)) => Err(Error::general(format!(
                "{key} of the profile {}: the value has {} bytes, which is more than the {MAX_VALUE_BYTES} \
                 that can be sent; shorten it.",
                self.profile,
                value.len()
            ))),
        }
    }

    fn region(&self) -> Region {
        Region::new(self.region.clone())
    }

    fn expired_session_error(&self) -> Error {
        self.sign_in_error(
            "The SSO session associated with this profile has expired or is otherwise invalid. To \
             refresh this SSO session run aws sso login with the corresponding profile."
                .into(),
        )
    }

    fn sign_in_error(&self, message: String) -> Error {
        Error::general(message).hint(format!("run: aws sso login --profile {}", self.profile))
    }
}
