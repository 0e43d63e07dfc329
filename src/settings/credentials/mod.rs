//! Credentials in the AWS CLI's order: environment, assumed role, web identity, IAM Identity Center,
//! keys of the credentials file, `aws login`, credential process, keys of the config file, files of
//! older tools, container, instance metadata.
//!
//! [`resolve`] finds the source and what is wrong with its settings; a source that asks a service
//! does so only in [`Source::fetch`], once it is certain that something will be sent.

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

/// Where settings are read from.
pub(super) struct ProviderContext<'a> {
    pub(super) files: &'a SharedFiles,
    pub(super) environment: &'a Environment,
}

/// Keys that are at hand.
#[derive(Debug, Clone)]
pub(super) struct ResolvedCredentials {
    pub(super) credentials: Credentials,
    /// Where they were found.
    pub(super) from: &'static str,
    /// The command line of the program that has printed them.
    pub(super) process: Option<String>,
}

impl ResolvedCredentials {
    /// The keys, unless their time has ended.
    pub(super) fn current(&self) -> Result<Credentials> {
        match self.credentials.expiry().map(expiry::seconds_left) {
            Some(left) if left <= 0 => Err(expiry::still_expired_error().hint(format!(
                "the time of the credentials of {} has ended",
                self.from
            ))),
            _ => Ok(self.credentials.clone()),
        }
    }
}

/// Credentials that the SDK uses until the end of the call, however soon they expire.
pub(super) fn without_expiry(mut credentials: Credentials) -> Credentials {
    *credentials.expiry_mut() = None;
    credentials
}

/// A source of credentials.
pub(super) enum CredentialsProvider {
    Static(ResolvedCredentials),
    Process(String),
    Role(Box<assume_role::RoleChain>),
    WebIdentity(web_identity::WebIdentity),
    Sso(Box<sso::Sso>),
    Login(login::Login),
    Container(container::Container),
    InstanceMetadata(instance_metadata::InstanceMetadata),
}

impl fmt::Debug for CredentialsProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What was found: a source, or why each of them gives nothing.
pub(super) type ProviderLookup = std::result::Result<CredentialsProvider, Vec<String>>;

/// Finds the source of credentials; those of the environment count unless a profile was asked for
/// by option.
pub(super) fn resolve(
    context: &ProviderContext<'_>,
    profile: Option<&str>,
    use_environment: bool,
) -> Result<ProviderLookup> {
    let section = context.files.profile(profile)?;
    // The AWS CLI looks at these settings even where it will not need them.
    let metadata = instance_metadata::settings(&section, context.environment)?;
    if use_environment && let Some(found) = of_environment(context.environment)? {
        return Ok(Ok(CredentialsProvider::Static(found)));
    }
    let name = profile.unwrap_or("default");
    if assume_role::is_asked_for(&section) {
        let chain = assume_role::of_profile(name, &section, context)?;
        return Ok(Ok(CredentialsProvider::Role(Box::new(chain))));
    }
    match self::of_profile(profile, &section, use_environment, context)? {
        // This one needs no network, and the AWS CLI does not wait for the request either.
        Some(CredentialsProvider::Process(line)) => {
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
    if let Some(found) = of_container(context.environment)? {
        return Ok(Ok(found));
    }
    let last = "instance metadata: AWS_EC2_METADATA_DISABLED is set";
    Ok(match instance_metadata::is_disabled(context.environment) {
        false => Ok(CredentialsProvider::InstanceMetadata(metadata)),
        true => Err(unavailable_providers(name, use_environment, last)),
    })
}

/// How the metadata service of an EC2 instance is asked, unless it is not to be.
pub(super) fn instance(
    profile: &Profile<'_>,
    environment: &Environment,
) -> Result<Option<InstanceMetadata>> {
    match instance_metadata::is_disabled(environment) {
        true => Ok(None),
        false => instance_metadata::settings(profile, environment).map(Some),
    }
}

/// Refuses settings of a profile that the AWS CLI does not let pass, wherever credentials come from.
pub(super) fn check(name: &str, profile: &Profile<'_>, files: &SharedFiles) -> Result<()> {
    sso::check_session(name, profile, files)
}

/// Every source with the reason why it gives nothing, for a person who wonders.
pub(super) fn unavailable_providers(
    profile: &str,
    use_environment: bool,
    last: &str,
) -> Vec<String> {
    let environment = match use_environment {
        true => "AWS_ACCESS_KEY_ID is not set",
        false => "not looked at, since --profile is given",
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

/// The sources that a profile has beside a role that others assume for it.
fn of_profile(
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
    // Key, secret and token are never taken from different files.
    let keys = |layer: Option<&IniSection>, source, from| {
        layer.map_or(Ok(None), |values| of_file(values, source, from))
    };
    let of_credentials = context.files.credentials(profile);
    let (source, from) = ("shared-credentials-file", "the credentials file");
    if let Some(found) = keys(of_credentials, source, from)? {
        return Ok(Some(CredentialsProvider::Static(found)));
    }
    if let Some(session) = section.get("login_session") {
        let login = login::Login::new(session, context.environment)?;
        return Ok(Some(CredentialsProvider::Login(login)));
    }
    if let Some(line) = section.get("credential_process") {
        return Ok(Some(CredentialsProvider::Process(line.to_string())));
    }
    let of_config = context.files.config(profile);
    let found = keys(of_config, "config-file", "the config file")?;
    Ok(found.map(CredentialsProvider::Static))
}

/// The container's credentials, if there are any.
fn of_container(environment: &Environment) -> Result<Option<CredentialsProvider>> {
    let found = container::find(environment)?;
    Ok(found.map(CredentialsProvider::Container))
}

impl CredentialsProvider {
    /// The credentials; nothing where a source that need not be there is not.
    pub(super) async fn fetch(&self, context: &FetchContext) -> Result<Option<Credentials>> {
        let found = match self {
            CredentialsProvider::Static(found) => found.current().map(Some),
            CredentialsProvider::Process(line) => process::wait_for(line, &context.zone)
                .await?
                .current()
                .map(Some),
            CredentialsProvider::Role(chain) => chain.fetch(context).await.map(Some),
            CredentialsProvider::WebIdentity(identity) => identity.fetch(context).await.map(Some),
            CredentialsProvider::Sso(sso) => sso.fetch(context).await.map(Some),
            CredentialsProvider::Login(login) => login.fetch(context).await.map(Some),
            CredentialsProvider::Container(container) => container.fetch(context).await.map(Some),
            CredentialsProvider::InstanceMetadata(metadata) => {
                metadata
                    .credentials(&context.metadata_client(metadata.timeout), &context.zone)
                    .await
            }
        }?;
        if let Some(found) = &found {
            check_characters(self.name(), found.access_key_id(), found.session_token())?;
        }
        Ok(found)
    }

    /// Whether it may call this service, by the service's name in the `services` section.
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

    /// What it is called; nothing of what it holds.
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

fn of_environment(environment: &Environment) -> Result<Option<ResolvedCredentials>> {
    let Some(key) = environment.non_empty("AWS_ACCESS_KEY_ID") else {
        return Ok(None);
    };
    let secret = environment
        .non_empty("AWS_SECRET_ACCESS_KEY")
        .ok_or_else(|| partial_credentials_error("env", "AWS_SECRET_ACCESS_KEY"))?;
    let token = environment
        .non_empty("AWS_SECURITY_TOKEN")
        .or_else(|| environment.non_empty("AWS_SESSION_TOKEN"));
    let mut credentials = new_credentials("the environment", key, secret, token)?;
    if let Some(end) = environment.non_empty("AWS_CREDENTIAL_EXPIRATION") {
        let end = expiry::parse(end, &LocalZone::new(environment));
        let end = end.map_err(|e| e.hint("it is AWS_CREDENTIAL_EXPIRATION"))?;
        *credentials.expiry_mut() = Some(end);
    }
    let from = "AWS_ACCESS_KEY_ID";
    Ok(Some(ResolvedCredentials {
        credentials,
        from,
        process: None,
    }))
}

/// The keys among a section's values; `source` is the AWS CLI's name for the file.
fn of_file(
    values: &IniSection,
    source: &str,
    from: &'static str,
) -> Result<Option<ResolvedCredentials>> {
    let get = |key: &str| values.get(key).map(String::as_str);
    let Some(key) = get("aws_access_key_id") else {
        return Ok(None);
    };
    let secret = get("aws_secret_access_key")
        .ok_or_else(|| partial_credentials_error(source, "aws_secret_access_key"))?;
    let token = get("aws_security_token").or(get("aws_session_token"));
    let credentials = new_credentials(from, key, secret, token)?;
    Ok(Some(ResolvedCredentials {
        credentials,
        from,
        process: None,
    }))
}

/// A source that should have given credentials, but did not.
fn retrieval_error(source: &str, why: &str) -> Error {
    Error::general(format!(
        "Error when retrieving credentials from {source}: {why}"
    ))
}

/// Credentials with which a request can be signed.
fn new_credentials(
    source: &str,
    key: &str,
    secret: &str,
    token: Option<&str>,
) -> Result<Credentials> {
    check_characters(source, key, token)?;
    // An empty token is none: it would be sent as an empty header.
    let token = token.filter(|token| !token.is_empty());
    let token = token.map(str::to_string);
    Ok(Credentials::new(key, secret, token, None, "cognito-sync"))
}

/// The text of a member of the document that a source gives. The AWS CLI fails on other types, too, when
/// it signs the request.
fn require_string<'d>(source: &str, key: &str, value: &'d serde_json::Value) -> Result<&'d str> {
    value.as_str().ok_or_else(|| {
        let kind = python::type_name(value);
        retrieval_error(
            source,
            &format!("'{key}' must be a string, but is of type {kind}"),
        )
    })
}

/// The token of such a document; whatever is false in Python is none.
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

/// Key and token become headers, so they must be able to; where they are not, the place is named
/// but not the value.
fn check_characters(source: &str, key: &str, token: Option<&str>) -> Result<()> {
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
    fn secrets_do_not_show() {
        let found = new_credentials("x", "AKID", "hush", Some("token-hush")).expect("usable");
        let shown = format!("{found:?}");
        assert!(shown.contains("AKID") && !shown.contains("hush"), "{shown}");
    }

    #[test]
    fn what_no_header_can_hold_is_refused_without_being_shown() {
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

    #[test]
    fn the_environments_keys_must_be_whole() {
        let environment = Environment::from([("AWS_ACCESS_KEY_ID", "a")]);
        let error = of_environment(&environment).map_err(|e| e.message);
        let want = "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY";
        assert_eq!(error.err().as_deref(), Some(want));
        let none = Environment::from([("AWS_ACCESS_KEY_ID", "")]);
        assert!(matches!(of_environment(&none), Ok(None)));
    }
}
