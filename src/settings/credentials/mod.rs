//! Credentials providers in the AWS CLI's order: environment, assumed role, web identity, IAM
//! Identity Center, credentials file, `aws login`, credential process, config file, legacy files,
//! container, instance metadata.
//!
//! [`resolve`] selects the provider and validates its settings; a provider that calls a service
//! does so only in [`CredentialsProvider::fetch`], once it is certain that a request will be sent.

mod assume_role;
mod cache;
mod container;
mod expiry;
mod fetch_context;
mod instance_metadata;
mod legacy_files;
mod login;
mod login_http;
mod metadata_client;
mod mfa;
mod process;
mod service_call_error;
mod sso;
mod static_credentials;
mod sts;
mod web_identity;

use std::fmt;

use aws_credential_types::Credentials;

use super::shared_files::{IniSection, Profile, SharedFiles};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python;
use crate::timestamp::LocalZone;
pub(super) use cache::CredentialsCache;
pub(super) use expiry::still_expired_error;
pub(super) use fetch_context::FetchContext;
pub(super) use instance_metadata::InstanceMetadata;
pub(super) use metadata_client::MetadataClient;

/// The sources that providers are configured from.
pub(super) struct ProviderContext<'a> {
    pub(super) files: &'a SharedFiles,
    pub(super) environment: &'a Environment,
}

/// Credentials that need no request, with their source.
#[derive(Debug, Clone)]
pub(super) struct ResolvedCredentials {
    pub(super) credentials: Credentials,
    /// The file, variable or provider that they come from.
    pub(super) source: &'static str,
    /// The command line of the `credential_process` that printed them.
    pub(super) process: Option<String>,
}

impl ResolvedCredentials {
    pub(super) fn new(credentials: Credentials, source: &'static str) -> Self {
        ResolvedCredentials {
            credentials,
            source,
            process: None,
        }
    }

    /// The credentials, or an error if they have expired.
    pub(super) fn unexpired(&self) -> Result<Credentials> {
        match self.credentials.expiry().map(expiry::seconds_left) {
            Some(left) if left <= 0 => Err(expiry::still_expired_error()
                .hint(format!("the credentials of {} have expired", self.source))),
            _ => Ok(self.credentials.clone()),
        }
    }
}

/// Removes the expiration, so that the SDK uses the credentials until the end of the call.
pub(super) fn without_expiry(mut credentials: Credentials) -> Credentials {
    *credentials.expiry_mut() = None;
    credentials
}

/// A credentials provider with its settings.
pub(super) enum CredentialsProvider {
    Static(ResolvedCredentials),
    Process(String),
    Role(Box<assume_role::RoleChain>),
    WebIdentity(web_identity::WebIdentityProvider),
    Sso(Box<sso::SsoProvider>),
    Login(login::LoginProvider),
    Container(container::ContainerProvider),
    InstanceMetadata(instance_metadata::InstanceMetadata),
}

impl fmt::Debug for CredentialsProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The selected provider, or why each provider is unavailable.
pub(super) type ProviderLookup = std::result::Result<CredentialsProvider, Vec<String>>;

/// Selects the credentials provider. The environment counts unless `--profile` is given.
/// `runs_process` says whether a credential process may be run now; it needs no network, and the
/// AWS CLI runs it at this point, too.
pub(super) fn resolve(
    context: &ProviderContext<'_>,
    profile: Option<&str>,
    use_environment: bool,
    runs_process: bool,
) -> Result<ProviderLookup> {
    let section = context.files.profile(profile)?;
    // The AWS CLI validates these settings even where it does not need them.
    let metadata = instance_metadata::resolve(&section, context.environment)?;
    if use_environment
        && let Some(found) = static_credentials::from_environment(context.environment)?
    {
        return Ok(Ok(CredentialsProvider::Static(found)));
    }
    let name = profile.unwrap_or("default");
    if assume_role::has_assumed_role(&section) {
        let chain = assume_role::resolve(name, &section, context)?;
        return Ok(Ok(CredentialsProvider::Role(Box::new(chain))));
    }
    match provider_of_profile(profile, &section, use_environment, context)? {
        Some(CredentialsProvider::Process(line)) if runs_process => {
            let keys = process::run(&line, &LocalZone::new(context.environment))?;
            let process = Some(line);
            return Ok(Ok(CredentialsProvider::Static(ResolvedCredentials {
                process,
                ..keys
            })));
        }
        Some(found) => return Ok(Ok(found)),
        None => {}
    }
    if let Some(found) = legacy_files::find(context.environment)? {
        return Ok(Ok(CredentialsProvider::Static(found)));
    }
    if let Some(found) = container_provider(context.environment)? {
        return Ok(Ok(found));
    }
    let last = "instance metadata: AWS_EC2_METADATA_DISABLED is set";
    Ok(match instance_metadata::is_disabled(context.environment) {
        false => Ok(CredentialsProvider::InstanceMetadata(metadata)),
        true => Err(unavailable_providers(name, use_environment, last)),
    })
}

/// The settings of the EC2 metadata service, unless it is disabled.
pub(super) fn instance_metadata(
    profile: &Profile<'_>,
    environment: &Environment,
) -> Result<Option<InstanceMetadata>> {
    match instance_metadata::is_disabled(environment) {
        true => Ok(None),
        false => instance_metadata::resolve(profile, environment).map(Some),
    }
}

/// Rejects a profile with an incomplete `sso-session`, whichever provider is selected.
pub(super) fn check_sso_session(
    name: &str,
    profile: &Profile<'_>,
    files: &SharedFiles,
) -> Result<()> {
    sso::check_session(name, profile, files)
}

/// Every provider with the reason why it is unavailable: hints for an error.
pub(super) fn unavailable_providers(
    profile: &str,
    use_environment: bool,
    last: &str,
) -> Vec<String> {
    let environment = match use_environment {
        true => "AWS_ACCESS_KEY_ID is not set",
        false => "ignored, since --profile is given",
    };
    let lines = [
        ("environment", environment),
        ("assumed role", "the profile has no role_arn"),
        (
            "web identity",
            "no AWS_WEB_IDENTITY_TOKEN_FILE and no web_identity_token_file",
        ),
        (
            "IAM Identity Center",
            "the profile has no sso_account_id and no sso_role_name",
        ),
        (
            "credentials file",
            "the profile has no aws_access_key_id there",
        ),
        ("aws login", "the profile has no login_session"),
        ("process", "the profile has no credential_process"),
        ("config file", "the profile has no aws_access_key_id there"),
        (
            "oldest tools",
            "AWS_CREDENTIAL_FILE is not set, or its file has no AWSAccessKeyId",
        ),
        (
            "boto",
            "no aws_access_key_id in BOTO_CONFIG or /etc/boto.cfg and ~/.boto",
        ),
        (
            "container",
            "no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and none of _FULL_URI",
        ),
    ];
    let mut shown = vec![format!("the profile is {profile}")];
    shown.extend(lines.iter().map(|(source, why)| format!("{source}: {why}")));
    shown.push(last.to_string());
    shown
}

/// The provider that the profile configures, apart from assumed roles.
fn provider_of_profile(
    profile: Option<&str>,
    section: &Profile<'_>,
    use_environment: bool,
    context: &ProviderContext<'_>,
) -> Result<Option<CredentialsProvider>> {
    let environment = use_environment.then_some(context.environment);
    if let Some(found) = web_identity::find(section, environment)? {
        return Ok(Some(CredentialsProvider::WebIdentity(found)));
    }
    if let Some(found) = sso::find(profile.unwrap_or("default"), section, context)? {
        return Ok(Some(CredentialsProvider::Sso(Box::new(found))));
    }
    // Access key, secret key and session token always come from the same file.
    let keys = |layer: Option<&IniSection>, source, from| {
        layer.map_or(Ok(None), |values| {
            static_credentials::from_section(values, source, from)
        })
    };
    let of_credentials = context.files.credentials(profile);
    let (source, from) = ("shared-credentials-file", "the credentials file");
    if let Some(found) = keys(of_credentials, source, from)? {
        return Ok(Some(CredentialsProvider::Static(found)));
    }
    if let Some(session) = section.get("login_session") {
        let login = login::LoginProvider::new(session, context.environment)?;
        return Ok(Some(CredentialsProvider::Login(login)));
    }
    if let Some(line) = section.get("credential_process") {
        return Ok(Some(CredentialsProvider::Process(line.to_string())));
    }
    let of_config = context.files.config(profile);
    let found = keys(of_config, "config-file", "the config file")?;
    Ok(found.map(CredentialsProvider::Static))
}

/// The container provider, if its variables are set.
fn container_provider(environment: &Environment) -> Result<Option<CredentialsProvider>> {
    let found = container::find(environment)?;
    Ok(found.map(CredentialsProvider::Container))
}

impl CredentialsProvider {
    /// Fetches the credentials; `None` if there is no metadata service.
    pub(super) async fn fetch(&self, context: &FetchContext) -> Result<Option<Credentials>> {
        let found = match self {
            CredentialsProvider::Static(found) => found.unexpired().map(Some),
            CredentialsProvider::Process(line) => process::fetch(line, &context.time_zone)
                .await?
                .unexpired()
                .map(Some),
            CredentialsProvider::Role(chain) => chain.fetch(context).await.map(Some),
            CredentialsProvider::WebIdentity(identity) => identity.fetch(context).await.map(Some),
            CredentialsProvider::Sso(sso) => sso.fetch(context).await.map(Some),
            CredentialsProvider::Login(login) => login.fetch(context).await.map(Some),
            CredentialsProvider::Container(container) => container.fetch(context).await.map(Some),
            CredentialsProvider::InstanceMetadata(metadata) => {
                metadata
                    .credentials(
                        &context.metadata_client(metadata.timeout),
                        &context.time_zone,
                    )
                    .await
            }
        }?;
        if let Some(found) = &found {
            check_header_characters(self.name(), found.access_key_id(), found.session_token())?;
        }
        Ok(found)
    }

    /// Whether the provider may call this service, by its name in the `services` section.
    pub(super) fn calls(&self, service: &str) -> bool {
        match (self, service) {
            (CredentialsProvider::Role(chain), _) => {
                service == "sts" || chain.source().calls(service)
            }
            (CredentialsProvider::WebIdentity(_), "sts")
            | (CredentialsProvider::Sso(_), "sso" | "sso_oidc") => true,
            _ => false,
        }
    }

    /// The name of the provider, without secrets.
    pub(super) fn name(&self) -> &'static str {
        match self {
            CredentialsProvider::Static(_) => "keys",
            CredentialsProvider::Process(_) => "process",
            CredentialsProvider::Role(_) => "assumed role",
            CredentialsProvider::WebIdentity(_) => "web identity",
            CredentialsProvider::Sso(_) => "IAM Identity Center",
            CredentialsProvider::Login(_) => "aws login",
            CredentialsProvider::Container(_) => "container",
            CredentialsProvider::InstanceMetadata(_) => "instance metadata",
        }
    }
}

/// The error of a provider that failed to return credentials.
fn retrieval_error(source: &str, why: &str) -> Error {
    Error::general(format!(
        "Error when retrieving credentials from {source}: {why}"
    ))
}

/// Creates credentials, validated for use in headers.
fn new_credentials(
    source: &str,
    key: &str,
    secret: &str,
    token: Option<&str>,
) -> Result<Credentials> {
    check_header_characters(source, key, token)?;
    // An empty token counts as absent: it would be sent as an empty header.
    let token = token.filter(|token| !token.is_empty());
    let token = token.map(str::to_string);
    Ok(Credentials::new(key, secret, token, None, "cognito-sync"))
}

/// Returns a string member of a credentials document, or an error for another type. The AWS CLI
/// fails on other types, too, when it signs the request.
fn require_string<'d>(source: &str, key: &str, value: &'d serde_json::Value) -> Result<&'d str> {
    value.as_str().ok_or_else(|| {
        let kind = python::type_name(value);
        retrieval_error(
            source,
            &format!("'{key}' must be a string, but is of type {kind}"),
        )
    })
}

/// Returns the session token of such a document; a value that is falsy in Python counts as absent.
fn optional_token<'d>(
    source: &str,
    key: &str,
    value: &'d serde_json::Value,
) -> Result<Option<&'d str>> {
    match python::is_falsy(value) {
        true => Ok(None),
        false => require_string(source, key, value).map(Some),
    }
}

/// Rejects an access key or a session token that is invalid in a header. The error names the
/// source, not the value.
fn check_header_characters(source: &str, key: &str, token: Option<&str>) -> Result<()> {
    let unusable = |value: &&str| http::HeaderValue::from_str(value).is_err();
    match [key].iter().chain(&token).any(unusable) {
        false => Ok(()),
        true => Err(Error::general(format!(
            "The access key or the session token of {source} has a character that no request can \
             hold, such as a line end."
        ))),
    }
}

fn partial_credentials_error(source: &str, missing: &str) -> Error {
    Error::general(format!(
        "Partial credentials found in {source}, missing: {missing}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redacts_secrets_in_debug_output() {
        let found = new_credentials("x", "AKID", "hush", Some("token-hush")).expect("usable");
        let shown = format!("{found:?}");
        assert!(shown.contains("AKID") && !shown.contains("hush"), "{shown}");
    }

    #[test]
    fn rejects_credentials_invalid_in_header() {
        for (key, token) in [
            ("AK\r", None),
            ("A\nB", None),
            ("A", Some("t\n")),
            ("\x01", None),
        ] {
            let error = new_credentials("the environment", key, "s", token).map_err(|e| e.message);
            let message = error.err().unwrap_or_default();
            assert!(message.starts_with("The access key or the session token of the environment"));
        }
    }
}
