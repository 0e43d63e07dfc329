//! Assumed roles: what a profile with `role_arn` says, whose credentials ask for the role, and the
//! role's credentials from the cache or from STS. A chain of any length is followed without recursion.

use aws_credential_types::Credentials;
use serde_json::{Map, Value as Json};

use super::cache;
use super::fetch_context::FetchContext;
use super::sts::{self, AssumeRole, Parameter};
use super::{CredentialsProvider, ProviderContext, instance_metadata, mfa};
use crate::error::{Error, Result};
use crate::python::{self, json_dumps};
use crate::settings::shared_files::Profile;

/// The most roles of a chain: as many as the AWS CLI follows before Python's stack ends.
const MOST_ROLES: usize = 134;

/// Roles that are assumed one with the credentials of the next (role chaining).
pub(in crate::settings) struct RoleChain {
    /// The role of the profile itself first.
    roles: Vec<Role>,
    /// Whose credentials ask for the last role; itself no chain.
    source: CredentialsProvider,
    /// What to say where those have no credentials.
    missing: String,
}

/// A role that is to be assumed.
struct Role {
    arn: String,
    external_id: Option<String>,
    session_name: Option<String>,
    duration: Option<i32>,
    mfa_serial: Option<String>,
}

/// Whether the profile names a role that others assume for it.
pub(super) fn is_asked_for(profile: &Profile<'_>) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// Reads the roles of a profile, with all that they need.
pub(super) fn of_profile(
    name: &str,
    profile: &Profile<'_>,
    context: &ProviderContext<'_>,
) -> Result<RoleChain> {
    let mut roles = vec![Role::of_profile(profile)];
    let mut visited = vec![name.to_string()];
    let mut parent = asks_for_role(name, profile, &visited, context)?;
    loop {
        match parent {
            Parent::Role(name, profile) => {
                if roles.len() == MOST_ROLES {
                    return Err(too_many_roles());
                }
                roles.push(Role::of_profile(&profile));
                visited.push(name.to_string());
                parent = asks_for_role(name, &profile, &visited, context)?;
            }
            Parent::CredentialsProvider(source, missing) => {
                return Ok(RoleChain {
                    roles,
                    source,
                    missing,
                });
            }
        }
    }
}

fn too_many_roles() -> Error {
    Error::general("maximum recursion depth exceeded").hint(format!(
        "source_profile leads through more than {MOST_ROLES} profiles with a role_arn"
    ))
}

/// Who asks for a role.
enum Parent<'a> {
    /// A profile that has a role itself.
    Role(&'a str, Profile<'a>),
    /// A source of credentials, and what to say where it has none.
    CredentialsProvider(CredentialsProvider, String),
}

/// Credentials of a place that the profile names; the names are exact.
fn of_place(
    place: &str,
    profile: &str,
    context: &ProviderContext<'_>,
) -> Result<(CredentialsProvider, String)> {
    let none = format!("No credentials found in credential_source referenced in profile {profile}");
    let missing = super::retrieval_error(place, &none);
    let found = match place {
        "Environment" => {
            super::of_environment(context.environment)?.map(CredentialsProvider::Static)
        }
        "EcsContainer" => super::of_container(context.environment)?,
        "Ec2InstanceMetadata" => {
            let section = context.files.profile(Some(profile)).unwrap_or_default();
            let metadata = instance_metadata::settings(&section, context.environment)?;
            Some(CredentialsProvider::InstanceMetadata(metadata))
        }
        _ => {
            return Err(Error::general(format!(
                "The credential source \"{place}\" referenced in profile \"{profile}\" is not valid."
            ))
            .hint("it can be Environment, EcsContainer or Ec2InstanceMetadata"));
        }
    };
    let text = missing.message.clone();
    Ok((found.ok_or(missing)?, text))
}

/// The profile's `source_profile` or `credential_source`. `visited` are the profiles on the way here, this
/// one included.
fn asks_for_role<'a>(
    name: &str,
    profile: &Profile<'a>,
    visited: &[String],
    context: &ProviderContext<'a>,
) -> Result<Parent<'a>> {
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
        (None, Some(place)) => {
            let (source, missing) = of_place(place, name, context)?;
            Ok(Parent::CredentialsProvider(source, missing))
        }
        (Some(source), None) => of_other_profile(source, name, visited, context),
    }
}

/// Credentials of another profile, which may have to assume a role itself.
fn of_other_profile<'a>(
    name: &'a str,
    parent: &str,
    visited: &[String],
    context: &ProviderContext<'a>,
) -> Result<Parent<'a>> {
    let profile = context.files.profile(Some(name)).map_err(|_| {
        Error::general(format!(
            "The source_profile \"{name}\" referenced in the profile \"{parent}\" does not exist."
        ))
    })?;
    let static_keys = ["aws_secret_access_key", "aws_access_key_id"]
        .iter()
        .any(|key| profile.get(key).is_some());
    // A profile may name itself where it has keys of its own.
    if visited.iter().any(|seen| seen == name) && !(name == parent && static_keys) {
        let shown: Vec<_> = visited.iter().map(|seen| python::repr_str(seen)).collect();
        return Err(Error::general(format!(
            "Infinite loop in credential configuration detected. Attempting to load from profile \
             {name} which has already been visited. Visited profiles: [{}]",
            shown.join(", ")
        )));
    }
    if !static_keys && is_asked_for(&profile) {
        return Ok(Parent::Role(name, profile));
    }
    let missing = format!("The source profile \"{name}\" must have credentials.");
    match super::of_profile(Some(name), &profile, false, context)? {
        Some(source) => Ok(Parent::CredentialsProvider(source, missing)),
        None => Err(Error::general(missing)),
    }
}

impl RoleChain {
    /// Whose credentials ask for the last role.
    pub(super) fn source(&self) -> &CredentialsProvider {
        &self.source
    }

    /// The credentials of the profile's own role.
    pub(super) async fn fetch(&self, context: &FetchContext) -> Result<Credentials> {
        let mut cached = self.roles.iter().enumerate();
        let cached = cached.find_map(|(at, role)| Some((at, context.cache.read(&role.key())?)));
        let (not_cached, mut credentials) = match cached {
            Some((at, credentials)) => (&self.roles[..at], credentials),
            None => (
                self.roles.as_slice(),
                self.source_credentials(context).await?,
            ),
        };
        for role in not_cached.iter().rev() {
            let asked = role.ask(credentials, context);
            credentials = context.cache.get_or_fetch(&role.key(), asked).await?;
        }
        Ok(credentials)
    }

    async fn source_credentials(&self, context: &FetchContext) -> Result<Credentials> {
        // In a box, since a source may be a chain as far as its type goes.
        let found = Box::pin(self.source.fetch(context)).await?;
        found.ok_or_else(|| Error::general(self.missing.clone()))
    }
}

impl Role {
    fn of_profile(profile: &Profile<'_>) -> Role {
        let own = |key: &str| profile.get(key).map(str::to_string);
        Role {
            arn: own("role_arn").unwrap_or_default(),
            external_id: own("external_id"),
            session_name: own("role_session_name").filter(|name| !name.is_empty()),
            // What is no number is passed over, as the AWS CLI does.
            duration: profile
                .get("duration_seconds")
                .and_then(python::parse_int)
                .and_then(|seconds| seconds.parse().ok()),
            mfa_serial: own("mfa_serial"),
        }
    }

    /// Asks STS for the role with these credentials.
    async fn ask(&self, source: Credentials, context: &FetchContext) -> Result<Json> {
        // In the AWS CLI's order.
        sts::check(&[
            Parameter::Text("RoleSessionName", self.session_name.as_deref(), 2),
            Parameter::Text("ExternalId", self.external_id.as_deref(), 2),
            Parameter::Text("SerialNumber", self.mfa_serial.as_deref(), 9),
            Parameter::Number("DurationSeconds", self.duration, 900),
            Parameter::Text("RoleArn", Some(&self.arn), 20),
        ])?;
        let code = match &self.mfa_serial {
            Some(serial) => Some(mfa::ask(serial).await?),
            None => None,
        };
        sts::check(&[Parameter::Text("TokenCode", code.as_deref(), 6)])?;
        let parameters = AssumeRole {
            role_arn: &self.arn,
            session_name: self.session_name.as_deref(),
            external_id: self.external_id.as_deref(),
            duration: self.duration,
            serial_number: self.mfa_serial.as_deref(),
            token_code: code,
        };
        sts::assume_role(parameters, source, context).await
    }

    /// The cache's name for it; who asks for the role makes no difference.
    fn key(&self) -> String {
        let optional = [
            ("DurationSeconds", self.duration.map(Json::from)),
            ("ExternalId", self.external_id.clone().map(Json::from)),
            ("RoleArn", Some(Json::from(self.arn.clone()))),
            ("RoleSessionName", self.session_name.clone().map(Json::from)),
            ("SerialNumber", self.mfa_serial.clone().map(Json::from)),
        ];
        // In this order: the AWS CLI sorts them.
        let arguments: Map<_, _> = optional
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_string(), value?)))
            .collect();
        cache::key(&json_dumps::dumps(&Json::Object(arguments)))
    }
}
