//! The endpoint that takes the service's place: `--endpoint-url`, AWS_ENDPOINT_URL_COGNITO_SYNC,
//! AWS_ENDPOINT_URL, the profile's `services` section, the profile's `endpoint_url`. Where none is
//! set, the SDK's rules find the service's own.

use super::Asked;
use super::config_file::{is_nested, nested};
use super::shared_files::{Section, SharedFiles};
use crate::environment::Environment;
use crate::error::{Error, Result};

pub(super) fn resolve(
    asked: &Asked,
    profile: &Section<'_>,
    files: &SharedFiles,
    environment: &Environment,
) -> Result<Option<String>> {
    match &asked.endpoint_url {
        Some(url) => Ok(Some(url.clone())),
        None => configured("cognito_sync", profile, files, environment),
    }
}

/// The endpoint that environment or profile set for a service, by the service's name in the
/// `services` section.
pub(super) fn configured(
    service: &str,
    profile: &Section<'_>,
    files: &SharedFiles,
    environment: &Environment,
) -> Result<Option<String>> {
    let ignored = environment
        .get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .or(profile.get("ignore_configured_endpoint_urls"))
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if ignored {
        return Ok(None);
    }
    let variable = format!("AWS_ENDPOINT_URL_{}", service.to_uppercase());
    let of_environment = environment
        .non_empty(&variable)
        .or_else(|| environment.non_empty("AWS_ENDPOINT_URL"));
    if let Some(url) = of_environment {
        return Ok(Some(url.to_string()));
    }
    let of_service = match profile.get("services") {
        Some(section) => of_services_section(section, service, files)?,
        None => None,
    };
    let url = of_service.or(profile.get("endpoint_url"));
    Ok(url.filter(|url| !url.is_empty()).map(str::to_string))
}

/// The endpoint of a service in the `services` section of this name, unless it is empty.
fn of_services_section<'a>(
    section: &str,
    service: &str,
    files: &'a SharedFiles,
) -> Result<Option<&'a str>> {
    let values = files.services(section).filter(|values| !values.is_empty());
    let values = values.ok_or_else(|| {
        Error::general(format!(
            "The profile is configured to use the services section but the \"{section}\" services \
             configuration does not exist."
        ))
    })?;
    let Some(block) = values.get(service) else {
        return Ok(None);
    };
    if !is_nested(block) {
        let message = "'str' object has no attribute 'get'";
        return Err(Error::general(message).hint(format!(
            "{service} in [services {section}] must be followed by indented lines, such as \
             endpoint_url = URL"
        )));
    }
    let pairs = nested(block).unwrap_or_default();
    let mut urls = pairs.iter().rev().filter(|(key, _)| *key == "endpoint_url");
    Ok(urls
        .next()
        .map(|(_, url)| *url)
        .filter(|url| !url.is_empty()))
}

/// Refuses what no request could be sent to.
pub(super) fn check(url: &str) -> Result<()> {
    let invalid = || Error::general(format!("Invalid endpoint: {url}"));
    let (scheme, rest) = url.split_once("://").ok_or_else(invalid)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_uri = url.parse::<http::Uri>().is_ok();
    if host.is_empty() || host.starts_with(':') || !is_uri || !port_is_usable(host) {
        return Err(invalid());
    }
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return Err(Error::general(format!(
            "An HTTP Client raised an unhandled exception: Not supported URL scheme {scheme}"
        )));
    }
    Ok(())
}

/// Whether the port, if there is one, is a port; `http::Uri` would go on without it.
fn port_is_usable(host: &str) -> bool {
    let behind_address = host.rsplit(']').next().unwrap_or(host);
    match behind_address.rsplit_once(':') {
        Some((_, port)) => port.parse::<u16>().is_ok(),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_with_a_host_are_taken() {
        for url in [
            "http://127.0.0.1:1/base/",
            "https://host",
            "HTTP://[::1]:8080",
        ] {
            assert!(check(url).is_ok(), "{url}");
        }
        let table = [
            ("foo", "Invalid endpoint: foo"),
            ("http://", "Invalid endpoint: http://"),
            ("http://:80", "Invalid endpoint: http://:80"),
            ("http://a:65616", "Invalid endpoint: http://a:65616"),
            ("http://a b", "Invalid endpoint: http://a b"),
            (
                "ftp://host/",
                "An HTTP Client raised an unhandled exception: Not supported URL scheme ftp",
            ),
        ];
        for (url, want) in table {
            assert_eq!(check(url).map_err(|e| e.message), Err(want.to_string()));
        }
    }
}
