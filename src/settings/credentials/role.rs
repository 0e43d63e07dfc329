//! Assumed roles: what a profile with `role_arn` says, whose credentials ask for the role, and the
//! role's credentials from the cache or from STS.

use aws_credential_types::Credentials;
use serde_json::{Map, Value as Json};

use super::cache::{self, python_json};
use super::network::Network;
use super::sts::{self, Parameter};
use super::{Ground, Source, metadata, mfa};
use crate::error::{Error, Result};
use crate::python;
use crate::settings::shared_files::Section;

/// A role that is to be assumed.
pub(in crate::settings) struct Role {
    pub(super) arn: String,
    pub(super) external_id: Option<String>,
    pub(super) session_name: Option<String>,
    pub(super) duration: Option<i32>,
    pub(super) mfa_serial: Option<String>,
    /// Who asks for it.
    source: Source,
    /// What to say where those have no credentials.
    missing: String,
}

/// Whether the profile names a role that others assume for it.
pub(super) fn is_asked_for(profile: &Section<'_>) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// Reads the role of a profile, with all that it needs. `visited` are the profiles on the way here,
/// this one included.
pub(super) fn of_profile(
    name: &str,
    profile: &Section<'_>,
    visited: &mut Vec<String>,
    ground: &Ground<'_>,
) -> Result<Role> {
    let own = |key: &str| profile.get(key).map(str::to_string);
    let (source, missing) = match (
        profile.get("source_profile"),
        profile.get("credential_source"),
    ) {
        (Some(_), Some(_)) => {
            return Err(Error::general(format!(
                "The profile \"{name}\" contains both source_profile and credential_source."
            )));
        }
        (None, None) => {
            return Err(super::partial(
                "assume-role",
                "source_profile or credential_source",
            ));
        }
        (None, Some(source)) => of_place(source, name, ground)?,
        (Some(source), None) => {
            let missing = format!("The source profile \"{source}\" must have credentials.");
            let found = of_other_profile(source, name, visited, ground)?;
            (
                found.ok_or_else(|| Error::general(missing.clone()))?,
                missing,
            )
        }
    };
    Ok(Role {
        arn: own("role_arn").unwrap_or_default(),
        external_id: own("external_id"),
        session_name: own("role_session_name").filter(|name| !name.is_empty()),
        // What is no number is passed over, as the AWS CLI does.
        duration: profile
            .get("duration_seconds")
            .and_then(python::integer)
            .and_then(|seconds| seconds.parse().ok()),
        mfa_serial: own("mfa_serial"),
        source,
        missing,
    })
}

/// Credentials of a place that the profile names; the names are exact.
fn of_place(place: &str, profile: &str, ground: &Ground<'_>) -> Result<(Source, String)> {
    let none = format!("No credentials found in credential_source referenced in profile {profile}");
    let missing = super::retrieval(place, &none);
    let found = match place {
        "Environment" => super::of_environment(ground.environment)?.map(Source::Keys),
        "EcsContainer" => super::of_container(ground.environment)?,
        "Ec2InstanceMetadata" => {
            let section = ground.files.profile(Some(profile)).unwrap_or_default();
            let metadata = metadata::settings(&section, ground.environment)?;
            Some(Source::InstanceMetadata(metadata))
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

/// Credentials of another profile, which may have to assume a role itself.
fn of_other_profile(
    name: &str,
    parent: &str,
    visited: &mut Vec<String>,
    ground: &Ground<'_>,
) -> Result<Option<Source>> {
    let profile = ground.files.profile(Some(name)).map_err(|_| {
        Error::general(format!(
            "The source_profile \"{name}\" referenced in the profile \"{parent}\" does not exist."
        ))
    })?;
    let static_keys = ["aws_secret_access_key", "aws_access_key_id"]
        .iter()
        .any(|key| profile.get(key).is_some());
    // A profile may name itself where it has keys of its own.
    if visited.iter().any(|seen| seen == name) && !(name == parent && static_keys) {
        let shown: Vec<_> = visited.iter().map(|seen| python::quoted(seen)).collect();
        return Err(Error::general(format!(
            "Infinite loop in credential configuration detected. Attempting to load from profile \
             {name} which has already been visited. Visited profiles: [{}]",
            shown.join(", ")
        )));
    }
    visited.push(name.to_string());
    if !static_keys && is_asked_for(&profile) {
        let role = of_profile(name, &profile, visited, ground)?;
        return Ok(Some(Source::Role(Box::new(role))));
    }
    super::of_profile(Some(name), &profile, false, ground)
}

impl Role {
    /// The role's credentials.
    pub(super) async fn fetch(&self, network: &Network) -> Result<Credentials> {
        network.cache.or_ask(&self.key(), self.ask(network)).await
    }

    async fn ask(&self, network: &Network) -> Result<Json> {
        // In a box, since the source may be such a role itself.
        let source = Box::pin(self.source.fetch(network)).await?;
        let source = source.ok_or_else(|| Error::general(self.missing.clone()))?;
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
        sts::assume_role(self, code, source, network).await
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
        cache::key(&python_json(&Json::Object(arguments)))
    }
}
