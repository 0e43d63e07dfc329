//! The lines of `--debug` about settings: each with its source, without secrets.

use std::time::Duration;

use aws_credential_types::Credentials;

use super::region::RegionSource;
use super::shared_files::Profile;
use super::{Settings, SettingsArgs, Signing};
use crate::environment::Environment;
use crate::redaction::{Redaction, redact_id, redact_url};
use crate::transport::CertificateTrust;

/// Logs the settings.
pub(super) fn log_settings(
    settings: &Settings,
    args: &SettingsArgs,
    profile: &Profile<'_>,
    environment: &Environment,
) {
    let log = &settings.diagnostics;
    let sources = Sources {
        profile,
        environment,
    };
    log.debug(|| {
        let name = super::selected_profile(args, environment).unwrap_or("default");
        let variables = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
        let source = sources.of(args.profile.as_deref(), &variables, "");
        format!("profile: {name} (from {source})")
    });
    log.debug(|| match &settings.place {
        RegionSource::Known(region) => format!("region: {} (from {})", region.name, region.source),
        RegionSource::InstanceMetadata(_) => {
            "region: not set; the instance is asked for its own".into()
        }
    });
    log.debug(|| endpoint(settings, args, environment));
    log.debug(|| format!("credentials: {}", credentials(settings)));
    log.debug(|| {
        let source = sources.of(None, &["AWS_MAX_ATTEMPTS"], "max_attempts");
        let (attempts, mode) = (settings.retries.attempts, settings.retries.mode);
        format!("attempts: {attempts} (from {source}), retry mode: {mode:?}")
    });
    log.debug(|| {
        let shown = |limit: Option<Duration>| {
            limit.map_or("none".to_string(), |limit| format!("{} s", limit.as_secs()))
        };
        let connect = shown(settings.timeouts.connect);
        let read = shown(settings.timeouts.read);
        format!("time limits: connect {connect}, read {read}")
    });
    log.debug(|| trust(settings, args, &sources));
    log.debug(|| proxies(settings));
}

/// Where settings come from.
struct Sources<'a> {
    profile: &'a Profile<'a>,
    environment: &'a Environment,
}

impl Sources<'_> {
    /// The first of the option, the variables and the profile's key that is set.
    fn of(&self, option: Option<&str>, variables: &[&str], key: &str) -> String {
        if option.is_some() {
            return "the command line".into();
        }
        let mut variables = variables.iter();
        match variables.find(|name| self.environment.get(name).is_some()) {
            Some(name) => (*name).to_string(),
            None if self.profile.get(key).is_some() => format!("{key} of the profile"),
            None => "the default".into(),
        }
    }
}

fn trust(settings: &Settings, args: &SettingsArgs, sources: &Sources<'_>) -> String {
    match &settings.trust {
        CertificateTrust::Default => "trust: Mozilla's roots, then the system's".into(),
        CertificateTrust::AnyCertificate => "trust: any certificate (from --no-verify-ssl)".into(),
        CertificateTrust::CaBundle(path) => {
            let of_profile = sources.profile.get("ca_bundle").is_some();
            let variables: &[&str] = match of_profile {
                true => &["AWS_CA_BUNDLE"],
                false => &["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"],
            };
            let source = sources.of(args.ca_bundle.as_deref(), variables, "ca_bundle");
            format!("trust: {path} (from {source})")
        }
    }
}

fn endpoint(settings: &Settings, args: &SettingsArgs, environment: &Environment) -> String {
    let Some(url) = &settings.endpoint else {
        return "endpoint: the service's own".into();
    };
    let source = if args.endpoint_url.is_some() {
        "the command line"
    } else {
        ["AWS_ENDPOINT_URL_COGNITO_SYNC", "AWS_ENDPOINT_URL"]
            .into_iter()
            .find(|name| environment.non_empty(name).is_some())
            .unwrap_or("the profile")
    };
    format!(
        "endpoint: {} (from {source})",
        redact_url(url.original(), Redaction::QueryValues)
    )
}

fn credentials(settings: &Settings) -> String {
    match &settings.signing {
        Signing::With(keys) | Signing::WithRenewable(keys, _) => {
            describe_credentials(&keys.credentials, keys.from)
        }
        Signing::Unsigned => "none, since requests are not to be signed".into(),
        Signing::Deferred(deferred) => format!("of {}, asked before the call", deferred.source()),
        Signing::Impossible(_) => "none found".into(),
    }
}

/// Credentials without their secrets.
pub(super) fn describe_credentials(found: &Credentials, from: &str) -> String {
    let token = match found.session_token() {
        Some(_) => ", with a session token",
        None => "",
    };
    let key = redact_id(found.access_key_id());
    format!("access key {key}{token} (from {from})")
}

fn proxies(settings: &Settings) -> String {
    let proxies = &settings.proxies;
    let shown = |url: &Option<String>| {
        let url = url.as_deref();
        url.map_or("none".into(), |url| redact_url(url, Redaction::AllButHost))
    };
    let (http, https) = (shown(&proxies.http), shown(&proxies.https));
    let no_proxy = proxies.no_proxy.as_deref().unwrap_or("no host");
    format!("proxy: for http {http}, for https {https}; for {no_proxy}, none")
}
