//! Calls to STS, and its replies as the AWS CLI keeps them in its cache.

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::config::Builder;
use aws_sdk_sts::types::AssumedRoleUser;
use aws_smithy_types::date_time::Format;
use serde_json::{Map, Value as Json, json};

use super::fetch_context::FetchContext;
use super::service_call_error::service_call_error;
use super::without_expiry;
use crate::endpoint_query::EndpointQuery;
use crate::error::{Error, Result};

/// The client for calls that are signed with these credentials, or are not signed.
fn client(
    context: &FetchContext,
    credentials: Option<Credentials>,
) -> (aws_sdk_sts::Client, SdkConfig) {
    let config = context.sts.clone().into_builder();
    let config = match credentials {
        Some(found) => {
            config.credentials_provider(SharedCredentialsProvider::new(without_expiry(found)))
        }
        None => config,
    };
    let config = config.build();
    let mut builder = Builder::from(&config);
    if let Some(query) = EndpointQuery::from_sdk_config(&config) {
        builder = builder.interceptor(query);
    }
    let client = aws_sdk_sts::Client::from_conf(builder.build());
    (client, config)
}

/// The parameters of AssumeRole.
pub(super) struct AssumeRole<'a> {
    pub(super) role_arn: &'a str,
    pub(super) session_name: Option<&'a str>,
    pub(super) external_id: Option<&'a str>,
    /// In seconds.
    pub(super) duration: Option<i32>,
    /// Of the MFA device.
    pub(super) serial_number: Option<&'a str>,
    /// Of the MFA device.
    pub(super) token_code: Option<String>,
}

/// Calls AssumeRole, signed with these credentials.
pub(super) async fn assume_role(
    parameters: AssumeRole<'_>,
    credentials: Credentials,
    context: &FetchContext,
) -> Result<Json> {
    let (client, config) = client(context, Some(credentials));
    let reply = client
        .assume_role()
        .role_arn(parameters.role_arn)
        .role_session_name(session_name(parameters.session_name))
        .set_external_id(parameters.external_id.map(str::to_string))
        .set_duration_seconds(parameters.duration)
        .set_serial_number(parameters.serial_number.map(str::to_string))
        .set_token_code(parameters.token_code)
        .send()
        .await
        .map_err(|error| service_call_error("AssumeRole", &config, error))?;
    entry(reply.credentials(), reply.assumed_role_user())
}

/// Asks for a role's credentials with a token of another identity provider.
pub(super) async fn assume_role_with_web_identity(
    arn: &str,
    name: Option<&str>,
    token: &str,
    context: &FetchContext,
) -> Result<Json> {
    let (client, config) = client(context, None);
    let reply = client
        .assume_role_with_web_identity()
        .role_arn(arn)
        .role_session_name(session_name(name))
        .web_identity_token(token)
        .send()
        .await
        .map_err(|error| service_call_error("AssumeRoleWithWebIdentity", &config, error))?;
    entry(reply.credentials(), reply.assumed_role_user())
}

/// A parameter of a call to STS, with what it is to have at least.
pub(super) enum Parameter<'a> {
    /// A text, and its least length.
    Text(&'static str, Option<&'a str>, usize),
    /// A number, and the least of it.
    Number(&'static str, Option<i32>, i32),
}

impl Parameter<'_> {
    /// What is wrong with it.
    fn finding(&self) -> Option<String> {
        match *self {
            Parameter::Text(name, text, min) => {
                let length = text?.chars().count();
                (length < min).then(|| {
                    format!("Invalid length for parameter {name}, value: {length}, valid min length: {min}")
                })
            }
            Parameter::Number(name, number, min) => {
                let number = number?;
                (number < min).then(|| {
                    format!("Invalid value for parameter {name}, value: {number}, valid min value: {min}")
                })
            }
        }
    }
}

/// Refuses parameters that STS would refuse, as the AWS CLI does before it asks.
pub(super) fn check(parameters: &[Parameter<'_>]) -> Result<()> {
    let findings: Vec<_> = parameters.iter().filter_map(Parameter::finding).collect();
    if findings.is_empty() {
        return Ok(());
    }
    Err(Error::parameter(format!(
        "Parameter validation failed:\n{}",
        findings.join("\n")
    ))
    .hint("these are parameters of a call to STS; the profile or the environment sets them"))
}

/// The session's name: the profile's, or one that tells when it began.
fn session_name(of_profile: Option<&str>) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = now.map_or(0, |since| since.as_secs());
    of_profile.map_or_else(|| format!("botocore-session-{seconds}"), str::to_string)
}

/// The reply as the AWS CLI keeps it.
fn entry(
    credentials: Option<&aws_sdk_sts::types::Credentials>,
    user: Option<&AssumedRoleUser>,
) -> Result<Json> {
    let unusable = || Error::general("STS answered without credentials.");
    let found = credentials.ok_or_else(unusable)?;
    let end = found
        .expiration()
        .fmt(Format::DateTime)
        .map_err(|_| unusable())?;
    let end = end.replace('Z', "+00:00");
    let mut kept = Map::new();
    kept.insert("AccessKeyId".into(), found.access_key_id().into());
    kept.insert("SecretAccessKey".into(), found.secret_access_key().into());
    kept.insert("SessionToken".into(), found.session_token().into());
    kept.insert("Expiration".into(), end.into());
    let mut entry = Map::new();
    if let Some(user) = user {
        if let Some(account) = user.arn().split(':').nth(4) {
            kept.insert("AccountId".into(), account.into());
        }
        let user = json!({"AssumedRoleId": user.assumed_role_id(), "Arn": user.arn()});
        entry.insert("AssumedRoleUser".into(), user);
    }
    entry.insert("Credentials".into(), Json::Object(kept));
    entry.insert(
        "ResponseMetadata".into(),
        json!({"HTTPStatusCode": 200, "RetryAttempts": 0}),
    );
    Ok(Json::Object(entry))
}
