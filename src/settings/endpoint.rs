//! Custom endpoints of a service: `--endpoint-url`, AWS_ENDPOINT_URL_COGNITO_SYNC or
//! AWS_ENDPOINT_URL_COGNITO_IDENTITY, AWS_ENDPOINT_URL, the profile's `services` section, the
//! profile's `endpoint_url`. Where none is set, the SDK's endpoint rules apply.

use super::SettingsArgs;
use super::config_file::{is_nested, parse_nested};
use super::shared_files::{Profile, SharedFiles};
use crate::endpoint_url::EndpointUrl;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::model::Service;

/// Returns the custom endpoint of a service that commands call.
pub(super) fn resolve(
    args: &SettingsArgs,
    service: &Service,
    profile: &Profile<'_>,
    files: &SharedFiles,
    environment: &Environment,
) -> Result<Option<String>> {
    match &args.endpoint_url {
        Some(url) => Ok(Some(url.clone())),
        None => configured_url(service.endpoint_key, profile, files, environment),
    }
}

/// Returns the custom endpoint of a credentials service, validated.
pub(super) fn resolve_for_provider(
    service: &str,
    profile: &Profile<'_>,
    files: &SharedFiles,
    environment: &Environment,
) -> Result<Option<EndpointUrl>> {
    let Some(url) = configured_url(service, profile, files, environment)? else {
        return Ok(None);
    };
    let url = EndpointUrl::parse(&url)?;
    url.check_usable()?;
    Ok(Some(url))
}

/// Returns the endpoint that environment or profile set for a service, by its name in the
/// `services` section.
fn configured_url(
    service: &str,
    profile: &Profile<'_>,
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
        Some(section) => url_in_services_section(section, service, files)?,
        None => None,
    };
    let url = of_service.or(profile.get("endpoint_url"));
    Ok(url.filter(|url| !url.is_empty()).map(str::to_string))
}

/// Returns the endpoint of a service in the `services` section of this name, unless it is empty.
fn url_in_services_section<'a>(
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
    let pairs = parse_nested(block).unwrap_or_default();
    let mut urls = pairs.iter().rev().filter(|(key, _)| *key == "endpoint_url");
    Ok(urls
        .next()
        .map(|(_, url)| *url)
        .filter(|url| !url.is_empty()))
}
