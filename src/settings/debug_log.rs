//! The `--debug` lines about settings, each with its source and without secrets.

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
    let sources = SettingSources {
        profile,
        environment,
    };
    log.debug(|| {
        let name = super::selected_profile(args, environment).unwrap_or("default");
        let variables = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
        let source = sources.source_name(args.profile.as_deref(), &variables, "");
        format!("profile: {name} (from {source})")
    });
    log.debug(|| match &settings.region_source {
        RegionSource::Known(region) => format!("region: {} (from {})", region.name, region.source),
        RegionSource::InstanceMetadata(_) => {
            "region: not set; read from the instance metadata before the call".into()
        }
    });
    log.debug(|| endpoint_line(settings, args, environment));
    log.debug(|| format!("credentials: {}", describe_signing(settings)));
    log.debug(|| {
        let source = sources.source_name(None, &["AWS_MAX_ATTEMPTS"], "max_attempts");
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
    log.debug(|| trust_line(settings, args, &sources));
    log.debug(|| proxies_line(settings));
}

/// The sources of settings besides options.
struct SettingSources<'a> {
    profile: &'a Profile<'a>,
    environment: &'a Environment,
}

impl SettingSources<'_> {
    /// Names the first of the option, the variables and the profile's key that is set.
    fn source_name(&self, option: Option<&str>, variables: &[&str], key: &str) -> String {
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

fn trust_line(settings: &Settings, args: &SettingsArgs, sources: &SettingSources<'_>) -> String {
    match &settings.trust {
        CertificateTrust::Default => "trust: Mozilla's roots, then the system's".into(),
        CertificateTrust::AnyCertificate => "trust: any certificate (from --no-verify-ssl)".into(),
        CertificateTrust::CaBundle(path) => {
            let of_profile = sources.profile.get("ca_bundle").is_some();
            let variables: &[&str] = match of_profile {
                true => &["AWS_CA_BUNDLE"],
                false => &["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"],
            };
            let source = sources.source_name(args.ca_bundle.as_deref(), variables, "ca_bundle");
            format!("trust: {path} (from {source})")
        }
    }
}

fn endpoint_line(settings: &Settings, args: &SettingsArgs, environment: &Environment) -> String {
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

fn describe_signing(settings: &Settings) -> String {
    match &settings.signing {
        Signing::Static(resolved) | Signing::Renewable(resolved, _) => {
            describe_credentials(&resolved.credentials, resolved.source)
        }
        Signing::Unsigned => "none, since requests are not to be signed".into(),
        Signing::Deferred(deferred) => {
            format!("from {}, fetched before the call", deferred.provider_name())
        }
        Signing::NoCredentials(_) => "none found".into(),
    }
}

/// Describes credentials without their secrets.
pub(super) fn describe_credentials(found: &Credentials, from: &str) -> String {
    let token = match found.session_token() {
        Some(_) => ", with a session token",
        None => "",
    };
    let key = redact_id(found.access_key_id());
    format!("access key {key}{token} (from {from})")
}

fn proxies_line(settings: &Settings) -> String {
    let proxies = &settings.proxies;
    let shown = |url: &Option<String>| {
        let url = url.as_deref();
        url.map_or("none".into(), |url| redact_url(url, Redaction::AllButHost))
    };
    let (http, https) = (shown(&proxies.http), shown(&proxies.https));
    let no_proxy = proxies.no_proxy.as_deref().unwrap_or("no host");
    format!("proxy: for http {http}, for https {https}; for {no_proxy}, none")
}
