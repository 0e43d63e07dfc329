//! Credentials in the AWS CLI's order: environment, assumed role, web identity, IAM Identity Center,
//! keys of the credentials file, `aws login`, credential process, keys of the config file, files of
//! older tools, container, instance metadata.
//!
//! [`resolve`] finds the source and what is wrong with its settings; a source that asks a service
//! does so only in [`Source::fetch`], once it is certain that something will be sent.

mod cache;
mod container;
mod expiry;
mod login;
mod metadata;
mod metadata_client;
mod mfa;
mod network;
mod older;
mod process;
mod renewal;
mod role;
mod sso;
mod sts;
mod web_identity;

use std::fmt;

use aws_credential_types::Credentials;

use super::shared_files::{Section, SharedFiles, Values};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python;
use crate::timestamp::LocalZone;
pub(super) use cache::Cache;
pub(super) use expiry::still_expired;
pub(super) use metadata::Metadata;
pub(super) use metadata_client::MetadataClient;
pub(super) use network::Network;

/// Where settings are read from.
pub(super) struct Ground<'a> {
    pub(super) files: &'a SharedFiles,
    pub(super) environment: &'a Environment,
}

/// Keys that are at hand.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    pub(super) credentials: Credentials,
    /// Where they were found.
    pub(super) from: &'static str,
    /// The command line of the program that has printed them.
    pub(super) process: Option<String>,
}

impl Keys {
    /// The keys, unless their time has ended.
    pub(super) fn current(&self) -> Result<Credentials> {
        match self.credentials.expiry().map(expiry::seconds_left) {
            Some(left) if left <= 0 => Err(expiry::still_expired().hint(format!(
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
pub(super) enum Source {
    Keys(Keys),
    Process(String),
    Role(Box<role::RoleChain>),
    WebIdentity(web_identity::WebIdentity),
    Sso(Box<sso::Sso>),
    Login(login::Login),
    Container(container::Container),
    InstanceMetadata(metadata::Metadata),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What was found: a source, or why each of them gives nothing.
pub(super) type Found = std::result::Result<Source, Vec<String>>;

/// Finds the source of credentials; those of the environment count unless a profile was asked for
/// by option.
pub(super) fn resolve(
    ground: &Ground<'_>,
    profile: Option<&str>,
    of_environment_too: bool,
) -> Result<Found> {
    let section = ground.files.profile(profile)?;
    // The AWS CLI looks at these settings even where it will not need them.
    let metadata = metadata::settings(&section, ground.environment)?;
    if of_environment_too && let Some(found) = of_environment(ground.environment)? {
        return Ok(Ok(Source::Keys(found)));
    }
    let name = profile.unwrap_or("default");
    if role::is_asked_for(&section) {
        let chain = role::of_profile(name, &section, ground)?;
        return Ok(Ok(Source::Role(Box::new(chain))));
    }
    match self::of_profile(profile, &section, of_environment_too, ground)? {
        // This one needs no network, and the AWS CLI does not wait for the request either.
        Some(Source::Process(line)) => {
            let keys = process::run(&line, &LocalZone::new(ground.environment))?;
            let process = Some(line);
            return Ok(Ok(Source::Keys(Keys { process, ..keys })));
        }
        Some(found) => return Ok(Ok(found)),
        None => {}
    }
    if let Some(found) = older::find(ground.environment)? {
        return Ok(Ok(Source::Keys(found)));
    }
    if let Some(found) = of_container(ground.environment)? {
        return Ok(Ok(found));
    }
    let last = "instance metadata: AWS_EC2_METADATA_DISABLED is set";
    Ok(match metadata::is_disabled(ground.environment) {
        false => Ok(Source::InstanceMetadata(metadata)),
        true => Err(tried(name, of_environment_too, last)),
    })
}

/// How the metadata service of an EC2 instance is asked, unless it is not to be.
pub(super) fn instance(
    profile: &Section<'_>,
    environment: &Environment,
) -> Result<Option<Metadata>> {
    match metadata::is_disabled(environment) {
        true => Ok(None),
        false => metadata::settings(profile, environment).map(Some),
    }
}

/// Refuses settings of a profile that the AWS CLI does not let pass, wherever credentials come from.
pub(super) fn check(name: &str, profile: &Section<'_>, files: &SharedFiles) -> Result<()> {
    sso::check_session(name, profile, files)
}

/// Every source with the reason why it gives nothing, for a person who wonders.
pub(super) fn tried(profile: &str, of_environment_too: bool, last: &str) -> Vec<String> {
    let environment = match of_environment_too {
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
    section: &Section<'_>,
    of_environment_too: bool,
    ground: &Ground<'_>,
) -> Result<Option<Source>> {
    let environment = of_environment_too.then_some(ground.environment);
    if let Some(found) = web_identity::find(section, environment)? {
        return Ok(Some(Source::WebIdentity(found)));
    }
    if let Some(found) = sso::find(profile.unwrap_or("default"), section, ground)? {
        return Ok(Some(Source::Sso(Box::new(found))));
    }
    // Key, secret and token are never taken from different files.
    let keys = |layer: Option<&Values>, source, from| {
        layer.map_or(Ok(None), |values| of_file(values, source, from))
    };
    let of_credentials = ground.files.credentials(profile);
    let (source, from) = ("shared-credentials-file", "the credentials file");
    if let Some(found) = keys(of_credentials, source, from)? {
        return Ok(Some(Source::Keys(found)));
    }
    if let Some(session) = section.get("login_session") {
        let login = login::Login::new(session, ground.environment)?;
        return Ok(Some(Source::Login(login)));
    }
    if let Some(line) = section.get("credential_process") {
        return Ok(Some(Source::Process(line.to_string())));
    }
    let of_config = ground.files.config(profile);
    let found = keys(of_config, "config-file", "the config file")?;
    Ok(found.map(Source::Keys))
}

/// The container's credentials, if there are any.
fn of_container(environment: &Environment) -> Result<Option<Source>> {
    let found = container::find(environment)?;
    Ok(found.map(Source::Container))
}

impl Source {
    /// The credentials; nothing where a source that need not be there is not.
    pub(super) async fn fetch(&self, network: &Network) -> Result<Option<Credentials>> {
        let found = match self {
            Source::Keys(found) => found.current().map(Some),
            Source::Process(line) => process::wait_for(line, &network.zone)
                .await?
                .current()
                .map(Some),
            Source::Role(chain) => chain.fetch(network).await.map(Some),
            Source::WebIdentity(identity) => identity.fetch(network).await.map(Some),
            Source::Sso(sso) => sso.fetch(network).await.map(Some),
            Source::Login(login) => login.fetch(network).await.map(Some),
            Source::Container(container) => container.fetch(network).await.map(Some),
            Source::InstanceMetadata(metadata) => {
                metadata
                    .credentials(&network.metadata_client(metadata.timeout), &network.zone)
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
            (Source::Role(chain), _) => service == "sts" || chain.source().calls(service),
            (Source::WebIdentity(_), "sts") | (Source::Sso(_), "sso" | "sso_oidc") => true,
            _ => false,
        }
    }

    /// What it is called; nothing of what it holds.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Source::Keys(_) => "keys",
            Source::Process(_) => "process",
            Source::Role(_) => "assumed role",
            Source::WebIdentity(_) => "web identity",
            Source::Sso(_) => "IAM Identity Center",
            Source::Login(_) => "aws login",
            Source::Container(_) => "container",
            Source::InstanceMetadata(_) => "instance metadata",
        }
    }
}

fn of_environment(environment: &Environment) -> Result<Option<Keys>> {
    let Some(key) = environment.non_empty("AWS_ACCESS_KEY_ID") else {
        return Ok(None);
    };
    let secret = environment
        .non_empty("AWS_SECRET_ACCESS_KEY")
        .ok_or_else(|| partial("env", "AWS_SECRET_ACCESS_KEY"))?;
    let token = environment
        .non_empty("AWS_SECURITY_TOKEN")
        .or_else(|| environment.non_empty("AWS_SESSION_TOKEN"));
    let mut credentials = usable("the environment", key, secret, token)?;
    if let Some(end) = environment.non_empty("AWS_CREDENTIAL_EXPIRATION") {
        let end = expiry::parse(end, &LocalZone::new(environment));
        let end = end.map_err(|e| e.hint("it is AWS_CREDENTIAL_EXPIRATION"))?;
        *credentials.expiry_mut() = Some(end);
    }
    let from = "AWS_ACCESS_KEY_ID";
    Ok(Some(Keys {
        credentials,
        from,
        process: None,
    }))
}

/// The keys among a section's values; `source` is the AWS CLI's name for the file.
fn of_file(values: &Values, source: &str, from: &'static str) -> Result<Option<Keys>> {
    let get = |key: &str| values.get(key).map(String::as_str);
    let Some(key) = get("aws_access_key_id") else {
        return Ok(None);
    };
    let secret =
        get("aws_secret_access_key").ok_or_else(|| partial(source, "aws_secret_access_key"))?;
    let token = get("aws_security_token").or(get("aws_session_token"));
    let credentials = usable(from, key, secret, token)?;
    Ok(Some(Keys {
        credentials,
        from,
        process: None,
    }))
}

/// A source that should have given credentials, but did not.
fn retrieval(source: &str, why: &str) -> Error {
    Error::general(format!(
        "Error when retrieving credentials from {source}: {why}"
    ))
}

/// Credentials with which a request can be signed.
fn usable(source: &str, key: &str, secret: &str, token: Option<&str>) -> Result<Credentials> {
    check_characters(source, key, token)?;
    // An empty token is none: it would be sent as an empty header.
    let token = token.filter(|token| !token.is_empty());
    let token = token.map(str::to_string);
    Ok(Credentials::new(key, secret, token, None, "cognito-sync"))
}

/// The text of a member of the document that a source gives. The AWS CLI fails on other types, too, when
/// it signs the request.
fn text_of<'d>(source: &str, key: &str, value: &'d serde_json::Value) -> Result<&'d str> {
    value.as_str().ok_or_else(|| {
        let kind = python::type_name(value);
        retrieval(
            source,
            &format!("'{key}' must be a string, but is of type {kind}"),
        )
    })
}

/// The token of such a document; whatever is false in Python is none.
fn token_of<'d>(source: &str, key: &str, value: &'d serde_json::Value) -> Result<Option<&'d str>> {
    match python::is_falsy(value) {
        true => Ok(None),
        false => text_of(source, key, value).map(Some),
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

fn partial(source: &str, missing: &str) -> Error {
    Error::general(format!(
        "Partial credentials found in {source}, missing: {missing}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show() {
        let found = usable("x", "AKID", "hush", Some("token-hush")).expect("usable");
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
            let error = usable("the environment", key, "s", token).map_err(|e| e.message);
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
