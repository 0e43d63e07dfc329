//! Assumed roles: profiles with `role_arn`, the provider of their source credentials, and the
//! role's credentials from the cache or from STS. Role chains are followed without recursion.

use aws_credential_types::Credentials;
use serde_json::{Map, Value as Json};

use super::cache;
use super::fetch_context::FetchContext;
use super::sts::{self, AssumeRoleInput, StsParameter};
use super::{CredentialsProvider, ProviderContext, instance_metadata, mfa};
use crate::error::{Error, Result};
use crate::python::{self, json_dumps};
use crate::settings::shared_files::Profile;

/// The maximum length of a role chain: what the AWS CLI follows before Python's recursion limit.
const MAX_ROLES: usize = 134;

/// Roles each of which is assumed with the credentials of the next (role chaining).
pub(in crate::settings) struct RoleChain {
    /// The profile's own role comes first.
    roles: Vec<Role>,
    /// The provider of the credentials that assume the last role; not a chain itself.
    source: CredentialsProvider,
    /// The error message if that provider has no credentials.
    no_credentials_message: String,
}

/// A role to assume.
struct Role {
    arn: String,
    external_id: Option<String>,
    session_name: Option<String>,
    duration: Option<i32>,
    mfa_serial: Option<String>,
}

/// Whether the profile names a role to assume without web identity.
pub(super) fn has_assumed_role(profile: &Profile<'_>) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// Resolves the role chain of a profile.
pub(super) fn resolve(
    name: &str,
    profile: &Profile<'_>,
    context: &ProviderContext<'_>,
) -> Result<RoleChain> {
    let mut roles = vec![Role::from_profile(profile)];
    let mut visited = vec![name.to_string()];
    let mut parent = role_source(name, profile, &visited, context)?;
    loop {
        match parent {
            RoleSource::Role(name, profile) => {
                if roles.len() == MAX_ROLES {
                    return Err(too_many_roles_error());
                }
                roles.push(Role::from_profile(&profile));
                visited.push(name.to_string());
                parent = role_source(name, &profile, &visited, context)?;
            }
            RoleSource::Provider(source, missing) => {
                return Ok(RoleChain {
                    roles,
                    source,
                    no_credentials_message: missing,
                });
            }
        }
    }
}

fn too_many_roles_error() -> Error {
    Error::general("maximum recursion depth exceeded").hint(format!(
        "source_profile leads through more than {MAX_ROLES} profiles with a role_arn"
    ))
}

/// Where the credentials that assume a role come from.
enum RoleSource<'a> {
    /// A profile that assumes a role itself.
    Role(&'a str, Profile<'a>),
    /// A provider, and the error message if it has no credentials.
    Provider(CredentialsProvider, String),
}

/// The provider of a `credential_source`; its names are case-sensitive.
fn provider_of_credential_source(
    credential_source: &str,
    profile: &str,
    context: &ProviderContext<'_>,
) -> Result<(CredentialsProvider, String)> {
    let none = format!("No credentials found in credential_source referenced in profile {profile}");
    let missing = super::retrieval_error(credential_source, &none);
    let found = match credential_source {
        "Environment" => super::static_credentials::from_environment(context.environment)?
            .map(CredentialsProvider::Static),
        "EcsContainer" => super::container_provider(context.environment)?,
        "Ec2InstanceMetadata" => {
            let section = context.files.profile(Some(profile)).unwrap_or_default();
            let metadata = instance_metadata::resolve(&section, context.environment)?;
            Some(CredentialsProvider::InstanceMetadata(metadata))
        }
        _ => {
            return Err(Error::general(format!(
                "The credential source \"{credential_source}\" referenced in profile \"{profile}\" is not valid."
            ))
            .hint("it can be Environment, EcsContainer or Ec2InstanceMetadata"));
        }
    };
    let text = missing.message.clone();
    Ok((found.ok_or(missing)?, text))
}

/// Resolves the profile's `source_profile` or `credential_source`. `visited` holds the profiles so
/// far, including this one.
fn role_source<'a>(
    name: &str,
    profile: &Profile<'a>,
    visited: &[String],
    context: &ProviderContext<'a>,
) -> Result<RoleSource<'a>> {
    match (
        profile.get("source_profile"),
        profile.get("credential_source"),
    ) {
        (Some(_), Some(_)) => Err(Error::general(format!(
            "The profile \"{name}\" contains both source_profile and credential_source."
        ))),
        (None, None) => Err(super::partial_credentials_error(
            "assume-role",
            "source_profile or credential_source",
        )),
        (None, Some(credential_source)) => {
            let (source, missing) =
                provider_of_credential_source(credential_source, name, context)?;
            Ok(RoleSource::Provider(source, missing))
        }
        (Some(source), None) => source_profile(source, name, visited, context),
    }
}

/// Resolves a `source_profile`, which may assume a role itself.
fn source_profile<'a>(
    name: &'a str,
    parent: &str,
    visited: &[String],
    context: &ProviderContext<'a>,
) -> Result<RoleSource<'a>> {
    let profile = context.files.profile(Some(name)).map_err(|_| {
        Error::general(format!(
            "The source_profile \"{name}\" referenced in the profile \"{parent}\" does not exist."
        ))
    })?;
    let static_keys = ["aws_secret_access_key", "aws_access_key_id"]
        .iter()
        .any(|key| profile.get(key).is_some());
    // A profile may name itself if it has static credentials.
    if visited.iter().any(|seen| seen == name) && !(name == parent && static_keys) {
        let shown: Vec<_> = visited.iter().map(|seen| python::repr_str(seen)).collect();
        return Err(Error::general(format!(
            "Infinite loop in credential configuration detected. Attempting to load from profile \
             {name} which has already been visited. Visited profiles: [{}]",
            shown.join(", ")
        )));
    }
    if !static_keys && has_assumed_role(&profile) {
        return Ok(RoleSource::Role(name, profile));
    }
    let missing = format!("The source profile \"{name}\" must have credentials.");
    match super::provider_of_profile(Some(name), &profile, false, context)? {
        Some(source) => Ok(RoleSource::Provider(source, missing)),
        None => Err(Error::general(missing)),
    }
}

impl RoleChain {
    /// The provider of the credentials that assume the last role.
    pub(super) fn source(&self) -> &CredentialsProvider {
        &self.source
    }

    /// The ARN of the profile's own role.
    pub(in crate::settings) fn role(&self) -> &str {
        self.roles.first().map_or("", |role| &role.arn)
    }

    /// Returns the credentials of the profile's own role.
    pub(super) async fn fetch(&self, context: &FetchContext) -> Result<Credentials> {
        let mut cached = self.roles.iter().enumerate();
        let cached =
            cached.find_map(|(at, role)| Some((at, context.cache.read(&role.cache_key())?)));
        let (not_cached, mut credentials) = match cached {
            Some((at, credentials)) => (&self.roles[..at], credentials),
            None => (
                self.roles.as_slice(),
                self.source_credentials(context).await?,
            ),
        };
        for role in not_cached.iter().rev() {
            let request = role.request_credentials(credentials, context);
            credentials = context
                .cache
                .get_or_fetch(&role.cache_key(), request)
                .await?;
        }
        Ok(credentials)
    }

    async fn source_credentials(&self, context: &FetchContext) -> Result<Credentials> {
        // Boxed, since the provider's type includes role chains.
        let found = Box::pin(self.source.fetch(context)).await?;
        found.ok_or_else(|| Error::general(self.no_credentials_message.clone()))
    }
}

impl Role {
    fn from_profile(profile: &Profile<'_>) -> Role {
        let own = |key: &str| profile.get(key).map(str::to_string);
        Role {
            arn: own("role_arn").unwrap_or_default(),
            external_id: own("external_id"),
            session_name: own("role_session_name").filter(|name| !name.is_empty()),
            // The AWS CLI ignores a value that is no integer, too.
            duration: profile
                .get("duration_seconds")
                .and_then(python::parse_int)
                .and_then(|seconds| seconds.parse().ok()),
            mfa_serial: own("mfa_serial"),
        }
    }

    /// Calls AssumeRole with these credentials.
    async fn request_credentials(
        &self,
        source: Credentials,
        context: &FetchContext,
    ) -> Result<Json> {
        // In the AWS CLI's order of errors.
        sts::validate_parameters(&[
            StsParameter::Text("RoleSessionName", self.session_name.as_deref(), 2),
            StsParameter::Text("ExternalId", self.external_id.as_deref(), 2),
            StsParameter::Text("SerialNumber", self.mfa_serial.as_deref(), 9),
            StsParameter::Number("DurationSeconds", self.duration, 900),
            StsParameter::Text("RoleArn", Some(&self.arn), 20),
        ])?;
        let code = match &self.mfa_serial {
            Some(serial) => {
                let _hidden = context.connector.diagnostics.hide_status_line();
                Some(mfa::prompt_code(serial).await?)
            }
            None => None,
        };
        sts::validate_parameters(&[StsParameter::Text("TokenCode", code.as_deref(), 6)])?;
        let parameters = AssumeRoleInput {
            role_arn: &self.arn,
            session_name: self.session_name.as_deref(),
            external_id: self.external_id.as_deref(),
            duration: self.duration,
            serial_number: self.mfa_serial.as_deref(),
            token_code: code,
        };
        sts::assume_role(parameters, source, context).await
    }

    /// The key of the role in the cache; the source credentials are not part of it.
    fn cache_key(&self) -> String {
        let optional = [
            ("DurationSeconds", self.duration.map(Json::from)),
            ("ExternalId", self.external_id.clone().map(Json::from)),
            ("RoleArn", Some(Json::from(self.arn.clone()))),
            ("RoleSessionName", self.session_name.clone().map(Json::from)),
            ("SerialNumber", self.mfa_serial.clone().map(Json::from)),
        ];
        // Sorted, as in the AWS CLI.
        let arguments: Map<_, _> = optional
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_string(), value?)))
            .collect();
        cache::cache_key(&json_dumps::dumps(&Json::Object(arguments)))
    }
}
