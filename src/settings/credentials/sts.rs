//! Calls to STS, with responses in the form of the AWS CLI's cache.

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

/// A client whose calls are signed with these credentials; `None` for unsigned calls.
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
pub(super) struct AssumeRoleInput<'a> {
    pub(super) role_arn: &'a str,
    pub(super) session_name: Option<&'a str>,
    pub(super) external_id: Option<&'a str>,
    /// In seconds.
    pub(super) duration: Option<i32>,
    /// The serial number or ARN of the MFA device.
    pub(super) serial_number: Option<&'a str>,
    /// The code of the MFA device.
    pub(super) token_code: Option<String>,
}

/// Calls AssumeRole, signed with these credentials.
pub(super) async fn assume_role(
    parameters: AssumeRoleInput<'_>,
    credentials: Credentials,
    context: &FetchContext,
) -> Result<Json> {
    let (client, config) = client(context, Some(credentials));
    let response = client
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
    cache_entry(response.credentials(), response.assumed_role_user())
}

/// Calls AssumeRoleWithWebIdentity, unsigned.
pub(super) async fn assume_role_with_web_identity(
    arn: &str,
    name: Option<&str>,
    token: &str,
    context: &FetchContext,
) -> Result<Json> {
    let (client, config) = client(context, None);
    let response = client
        .assume_role_with_web_identity()
        .role_arn(arn)
        .role_session_name(session_name(name))
        .web_identity_token(token)
        .send()
        .await
        .map_err(|error| service_call_error("AssumeRoleWithWebIdentity", &config, error))?;
    cache_entry(response.credentials(), response.assumed_role_user())
}

/// A parameter of a call to STS with its minimum.
pub(super) enum StsParameter<'a> {
    /// Name, value and minimum length in code points.
    Text(&'static str, Option<&'a str>, usize),
    /// Name, value and minimum value.
    Number(&'static str, Option<i32>, i32),
}

impl StsParameter<'_> {
    /// The AWS CLI's message if the value is below the minimum.
    fn validation_error(&self) -> Option<String> {
        match *self {
            StsParameter::Text(name, text, min) => {
                let length = text?.chars().count();
                (length < min).then(|| {
                    format!("Invalid length for parameter {name}, value: {length}, valid min length: {min}")
                })
            }
            StsParameter::Number(name, number, min) => {
                let number = number?;
                (number < min).then(|| {
                    format!("Invalid value for parameter {name}, value: {number}, valid min value: {min}")
                })
            }
        }
    }
}

/// Rejects invalid parameters before the request, as the AWS CLI does.
pub(super) fn validate_parameters(parameters: &[StsParameter<'_>]) -> Result<()> {
    let errors: Vec<_> = parameters
        .iter()
        .filter_map(StsParameter::validation_error)
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Error::parameter(format!(
        "Parameter validation failed:\n{}",
        errors.join("\n")
    ))
    .hint("the profile or the environment sets these parameters of a call to STS"))
}

/// The role session name: the profile's, or botocore's default with the current Unix time.
fn session_name(from_profile: Option<&str>) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = now.map_or(0, |since| since.as_secs());
    from_profile.map_or_else(|| format!("botocore-session-{seconds}"), str::to_string)
}

/// The cache entry of a response, with the AWS CLI's members.
fn cache_entry(
    credentials: Option<&aws_sdk_sts::types::Credentials>,
    user: Option<&AssumedRoleUser>,
) -> Result<Json> {
    let unusable = || Error::general("The response of STS has no credentials.");
    let found = credentials.ok_or_else(unusable)?;
    let end = found
        .expiration()
        .fmt(Format::DateTime)
        .map_err(|_| unusable())?;
    let end = end.replace('Z', "+00:00");
    let mut cached = Map::new();
    cached.insert("AccessKeyId".into(), found.access_key_id().into());
    cached.insert("SecretAccessKey".into(), found.secret_access_key().into());
    cached.insert("SessionToken".into(), found.session_token().into());
    cached.insert("Expiration".into(), end.into());
    let mut entry = Map::new();
    if let Some(user) = user {
        if let Some(account) = user.arn().split(':').nth(4) {
            cached.insert("AccountId".into(), account.into());
        }
        let user = json!({"AssumedRoleId": user.assumed_role_id(), "Arn": user.arn()});
        entry.insert("AssumedRoleUser".into(), user);
    }
    entry.insert("Credentials".into(), Json::Object(cached));
    entry.insert(
        "ResponseMetadata".into(),
        json!({"HTTPStatusCode": 200, "RetryAttempts": 0}),
    );
    Ok(Json::Object(entry))
}
