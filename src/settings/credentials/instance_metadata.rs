//! Credentials and region of an EC2 instance, from its metadata service. As in the AWS CLI, a token
//! is requested first (IMDSv2); without a token, requests are IMDSv1 unless that is disabled.
//! Timeouts are short, since most machines are no instances.

use std::net::Ipv6Addr;
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use serde_json::Value as Json;

use super::metadata_client::{MetadataClient, MetadataError};
use super::{expiry, new_credentials};
use crate::endpoint_url::percent_encode;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python;
use crate::python::urlsplit::urlsplit;
use crate::redaction::{Redaction, redact_url};
use crate::settings::shared_files::Profile;
use crate::timestamp::LocalZone;
use crate::transport::{RequestError, Response, TransportError};

const TOKEN_PATH: &str = "latest/api/token";
const ROLES_PATH: &str = "latest/meta-data/iam/security-credentials/";
const AVAILABILITY_ZONE_PATH: &str = "latest/meta-data/placement/availability-zone/";

/// How long expired credentials are used that the service does not refresh (botocore: 5 to 10
/// minutes).
const EXTENSION: Duration = Duration::from_secs(10 * 60);

/// The settings of the metadata service.
#[derive(Debug)]
pub(in crate::settings) struct InstanceMetadata {
    endpoint: String,
    pub(in crate::settings) timeout: Duration,
    attempts: u64,
    allows_imdsv1: bool,
}

/// Whether `AWS_EC2_METADATA_DISABLED` is set.
pub(super) fn is_disabled(environment: &Environment) -> bool {
    let disabled = environment.get("AWS_EC2_METADATA_DISABLED");
    disabled.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Resolves the settings of the metadata service.
pub(super) fn resolve(
    profile: &Profile<'_>,
    environment: &Environment,
) -> Result<InstanceMetadata> {
    let get = |variable: &str, key: &str| environment.get(variable).or(profile.get(key));
    let is_on = |variable: &str, key: &str| {
        get(variable, key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    };
    let number = |variable: &str, key: &str| match get(variable, key) {
        None => Ok(1),
        Some(text) => {
            parse_number(text).map_err(|error| error.hint(format!("{variable} or {key} is it")))
        }
    };
    let timeout = number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout")?;
    let attempts = number(
        "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
        "metadata_service_num_attempts",
    )?;
    let mode = get(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "ec2_metadata_service_endpoint_mode",
    );
    let by_ipv6 = match mode.map(str::to_lowercase).as_deref() {
        Some("ipv6") => true,
        Some("ipv4") => false,
        Some(_) => {
            return Err(Error::general(format!(
                "Invalid EC2 Instance Metadata endpoint mode: {} Valid endpoint modes \
                 (case-insensitive): ('ipv4', 'ipv6').",
                mode.unwrap_or_default()
            )));
        }
        None => is_on("AWS_IMDS_USE_IPV6", "imds_use_ipv6"),
    };
    let default = match by_ipv6 {
        true => "http://[fd00:ec2::254]",
        false => "http://169.254.169.254",
    };
    let endpoint = get(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "ec2_metadata_service_endpoint",
    );
    let endpoint = endpoint.filter(|url| !url.is_empty()).unwrap_or(default);
    if !has_valid_host(endpoint) {
        return Err(Error::general(format!(
            "Invalid endpoint EC2 Instance Metadata endpoint: {}",
            redact_url(endpoint, Redaction::SessionToken)
        )));
    }
    Ok(InstanceMetadata {
        endpoint: endpoint.trim_end_matches('/').to_string(),
        timeout: Duration::from_secs(timeout.max(1)),
        attempts,
        allows_imdsv1: !is_on("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled"),
    })
}

/// Parses an integer as Python does; a negative one counts as 0.
fn parse_number(text: &str) -> Result<u64> {
    match python::parse_int(text) {
        Some(digits) => Ok(digits.parse().unwrap_or(0)),
        None => Err(Error::general(python::invalid_int_message(
            &python::repr_str(text),
        ))),
    }
}

fn has_valid_host(url: &str) -> bool {
    let parsed: Option<http::Uri> = url.parse().ok();
    let has_port = urlsplit(url).is_ok_and(|url| url.port().is_ok());
    let parsed = parsed.filter(|url| url.scheme().is_some() && has_port);
    let host = parsed
        .as_ref()
        .and_then(http::Uri::host)
        .unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    bare.parse::<Ipv6Addr>().is_ok() || host.trim_end_matches('.').split('.').all(is_label)
}

/// Whether the AWS CLI extends this expiration, which it parses as `%Y-%m-%dT%H:%M:%SZ`.
fn can_be_extended(end: &str) -> bool {
    let Some(Some((date, time))) = end
        .strip_suffix(['Z', 'z'])
        .map(|end| end.split_once(['T', 't']))
    else {
        return false;
    };
    let has_numbers = |text: &str, separator: char, lengths: [RangeInclusive<usize>; 3]| {
        let numbers: Vec<_> = text.split(separator).collect();
        let is_number = |(number, length): (&&str, &RangeInclusive<usize>)| {
            length.contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit())
        };
        numbers.len() == 3 && numbers.iter().zip(&lengths).all(is_number)
    };
    has_numbers(date, '-', [4..=4, 1..=2, 1..=2]) && has_numbers(time, ':', [1..=2, 1..=2, 1..=2])
}

/// Why a lookup has no result.
enum LookupFailure {
    /// There is no metadata service, or it lacks the value.
    Unavailable,
    /// An error to report.
    Fatal(Error),
}

impl InstanceMetadata {
    /// Fetches the instance's credentials; `None` if they are unavailable. Expired credentials are
    /// accepted if their expiration has the service's own form: it keeps returning them while it
    /// cannot refresh them.
    pub(super) async fn credentials(
        &self,
        client: &MetadataClient,
        time_zone: &LocalZone,
    ) -> Result<Option<Credentials>> {
        let Some(document) = none_if_unavailable(self.document(client).await)? else {
            return Ok(None);
        };
        let get = |name: &str| document.get(name).and_then(Json::as_str);
        let needed = ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"];
        let [Some(key), Some(secret), Some(token), Some(end)] = needed.map(get) else {
            return Ok(None);
        };
        let mut expires = expiry::parse(end, time_zone)?;
        if expiry::seconds_left(expires) <= 0 {
            if !can_be_extended(end) {
                return Err(
                    expiry::still_expired_error().hint("the instance's credentials have expired")
                );
            }
            expires = SystemTime::now() + EXTENSION;
        }
        let mut credentials = new_credentials("the instance", key, secret, Some(token))?;
        *credentials.expiry_mut() = Some(expires);
        Ok(Some(credentials))
    }

    /// Fetches the region of the instance: the availability zone without its last letter, as in the
    /// AWS CLI. `None` if it is unavailable.
    pub(in crate::settings) async fn region(
        &self,
        client: &MetadataClient,
    ) -> Result<Option<String>> {
        let zone = none_if_unavailable(self.availability_zone(client).await)?;
        Ok(zone.and_then(|mut zone| zone.pop().map(|_| zone)))
    }

    async fn availability_zone(
        &self,
        client: &MetadataClient,
    ) -> std::result::Result<String, LookupFailure> {
        let token = self.token(client).await?;
        self.get(AVAILABILITY_ZONE_PATH, token.as_deref(), client, |_| true)
            .await
    }

    async fn document(&self, client: &MetadataClient) -> std::result::Result<Json, LookupFailure> {
        let token = self.token(client).await?;
        let token = token.as_deref();
        let role = self.get(ROLES_PATH, token, client, |_| true).await?;
        let is_json = |text: &str| serde_json::from_str::<Json>(text).is_ok();
        let path = format!("{ROLES_PATH}{}", role_path(&role));
        let text = self.get(&path, token, client, is_json).await?;
        serde_json::from_str(&text).map_err(|_| LookupFailure::Unavailable)
    }

    /// Requests a token; `None` if the service has none.
    async fn token(
        &self,
        client: &MetadataClient,
    ) -> std::result::Result<Option<String>, LookupFailure> {
        for _ in 0..self.attempts {
            let header = ("x-aws-ec2-metadata-token-ttl-seconds", "21600");
            match self.send("PUT", TOKEN_PATH, Some(header), client).await {
                Ok(response) => match response.status {
                    200 => return Ok(Some(text(&response))),
                    403..=405 => return Ok(None),
                    400 => return Err(LookupFailure::Unavailable),
                    _ => {}
                },
                Err(MetadataError::Request(RequestError { error, .. })) => match error {
                    TransportError::ReadTimeout => return Ok(None),
                    TransportError::Unreachable { .. } | TransportError::ConnectTimeout => {
                        return Err(LookupFailure::Unavailable);
                    }
                    _ => {}
                },
                Err(MetadataError::InvalidRequest) => {}
            }
        }
        Ok(None)
    }

    async fn get(
        &self,
        path: &str,
        token: Option<&str>,
        client: &MetadataClient,
        is_good: impl Fn(&str) -> bool,
    ) -> std::result::Result<String, LookupFailure> {
        let token = token.filter(|token| !token.is_empty());
        if token.is_none() && !self.allows_imdsv1 {
            return Err(LookupFailure::Fatal(Error::general(
                "Error retrieving metadata: Unable to retrieve token for use in IMDSv2 call and \
                 IMDSv1 has been disabled",
            )));
        }
        let header = token.map(|token| ("x-aws-ec2-metadata-token", token));
        for _ in 0..self.attempts {
            if let Ok(response) = self.send("GET", path, header, client).await
                && response.status == 200
            {
                let text = text(&response);
                if !text.is_empty() && is_good(&text) {
                    return Ok(text);
                }
            }
        }
        Err(LookupFailure::Unavailable)
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        header: Option<(&str, &str)>,
        client: &MetadataClient,
    ) -> std::result::Result<Response, MetadataError> {
        let url = format!("{}/{path}", self.endpoint);
        client.send(method, &url, header.as_slice()).await
    }
}

fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

/// Encodes a role name for the URL path by urllib's rules, without line ends: the response may end
/// with one.
fn role_path(role: &str) -> String {
    let role = role.replace(['\t', '\r', '\n'], "");
    percent_encode(role.split('#').next().unwrap_or_default())
}

fn none_if_unavailable<T>(outcome: std::result::Result<T, LookupFailure>) -> Result<Option<T>> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(LookupFailure::Unavailable) => Ok(None),
        Err(LookupFailure::Fatal(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_host_names_and_addresses() {
        for url in [
            "http://169.254.169.254",
            "http://[fd00:ec2::254]/",
            "https://a-b.c.:1/x",
        ] {
            assert!(has_valid_host(url), "{url}");
        }
        for url in ["", "x", "host:80", "http://", "http://a_b", "http://a b"] {
            assert!(!has_valid_host(url), "{url}");
        }
    }

    #[test]
    fn rejects_invalid_settings_like_aws_cli() {
        let message = |variable: &str, value: &str| {
            let environment = Environment::from([(variable, value)]);
            resolve(&Profile::default(), &environment)
                .map(|_| ())
                .map_err(|e| e.message)
        };
        let rejected = |text: &str| Err(text.to_string());
        let table = [
            ("AWS_METADATA_SERVICE_TIMEOUT", "5", Ok(())),
            (
                "AWS_METADATA_SERVICE_TIMEOUT",
                "x",
                rejected("invalid literal for int() with base 10: 'x'"),
            ),
            (
                "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
                "",
                rejected("invalid literal for int() with base 10: ''"),
            ),
            (
                "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                "x",
                rejected(
                    "Invalid EC2 Instance Metadata endpoint mode: x Valid endpoint modes \
                     (case-insensitive): ('ipv4', 'ipv6').",
                ),
            ),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "", Ok(())),
            (
                "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                "x",
                rejected("Invalid endpoint EC2 Instance Metadata endpoint: x"),
            ),
        ];
        for (variable, value, want) in table {
            assert_eq!(message(variable, value), want, "{variable}");
        }
    }

    #[test]
    fn selects_endpoint_by_mode() {
        let address = |variable: &str, value: &str| {
            let environment = Environment::from([(variable, value)]);
            let found = resolve(&Profile::default(), &environment);
            found.map(|metadata| metadata.endpoint).unwrap_or_default()
        };
        let six = "http://[fd00:ec2::254]";
        assert_eq!(address("X", ""), "http://169.254.169.254");
        assert_eq!(
            address("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"),
            six
        );
        assert_eq!(address("AWS_IMDS_USE_IPV6", "true"), six);
        assert_eq!(
            address("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://h/"),
            "http://h"
        );
    }
}
