//! What an EC2 instance knows, by its metadata service: credentials, and its region. As by the AWS CLI,
//! a token is asked for first (version 2); a service that gives none is asked without (version 1),
//! unless that is switched off. Time-outs are short: most machines are no instances.

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

const TOKEN: &str = "latest/api/token";
const ROLES: &str = "latest/meta-data/iam/security-credentials/";
const ZONE: &str = "latest/meta-data/placement/availability-zone/";

/// How long credentials are used whose end the service lets pass (botocore: 5 to 10 minutes).
const EXTENSION: Duration = Duration::from_secs(10 * 60);

/// How the metadata service is asked.
#[derive(Debug)]
pub(in crate::settings) struct InstanceMetadata {
    endpoint: String,
    pub(in crate::settings) timeout: Duration,
    attempts: u64,
    version_1: bool,
}

/// Whether the metadata service is not to be asked.
pub(super) fn is_disabled(environment: &Environment) -> bool {
    let disabled = environment.get("AWS_EC2_METADATA_DISABLED");
    disabled.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// What environment and profile say of the metadata service.
pub(super) fn settings(
    profile: &Profile<'_>,
    environment: &Environment,
) -> Result<InstanceMetadata> {
    let get = |variable: &str, key: &str| environment.get(variable).or(profile.get(key));
    let is_on = |variable: &str, key: &str| {
        get(variable, key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    };
    let number = |variable: &str, key: &str| match get(variable, key) {
        None => Ok(1),
        Some(text) => whole(text).map_err(|error| error.hint(format!("{variable} or {key} is it"))),
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
    let standard = match by_ipv6 {
        true => "http://[fd00:ec2::254]",
        false => "http://169.254.169.254",
    };
    let endpoint = get(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "ec2_metadata_service_endpoint",
    );
    let endpoint = endpoint.filter(|url| !url.is_empty()).unwrap_or(standard);
    if !names_a_host(endpoint) {
        return Err(Error::general(format!(
            "Invalid endpoint EC2 Instance Metadata endpoint: {}",
            redact_url(endpoint, Redaction::SessionToken)
        )));
    }
    Ok(InstanceMetadata {
        endpoint: endpoint.trim_end_matches('/').to_string(),
        timeout: Duration::from_secs(timeout.max(1)),
        attempts,
        version_1: !is_on("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled"),
    })
}

/// A number as Python reads it; one below zero counts as none.
fn whole(text: &str) -> Result<u64> {
    match python::parse_int(text) {
        Some(digits) => Ok(digits.parse().unwrap_or(0)),
        None => Err(Error::general(python::invalid_int_message(
            &python::repr_str(text),
        ))),
    }
}

fn names_a_host(url: &str) -> bool {
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

/// Whether the AWS CLI, which reads `%Y-%m-%dT%H:%M:%SZ` here, puts the end off where it is near.
fn is_extensible(end: &str) -> bool {
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

/// Why the service gives nothing.
enum Nothing {
    /// It is not there, or has nothing to give.
    Silence,
    /// This is to be told.
    Refusal(Error),
}

impl InstanceMetadata {
    /// The instance's credentials; nothing where no service gives any. Those that have ended are
    /// taken if their end is written as the service writes it: it goes on with them where it
    /// cannot get new ones.
    pub(super) async fn credentials(
        &self,
        client: &MetadataClient,
        zone: &LocalZone,
    ) -> Result<Option<Credentials>> {
        let Some(document) = told(self.document(client).await)? else {
            return Ok(None);
        };
        let get = |name: &str| document.get(name).and_then(Json::as_str);
        let needed = ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"];
        let [Some(key), Some(secret), Some(token), Some(end)] = needed.map(get) else {
            return Ok(None);
        };
        let mut expires = expiry::parse(end, zone)?;
        if expiry::seconds_left(expires) <= 0 {
            if !is_extensible(end) {
                return Err(expiry::still_expired_error()
                    .hint("the time of the instance's credentials has ended"));
            }
            expires = SystemTime::now() + EXTENSION;
        }
        let mut credentials = new_credentials("the instance", key, secret, Some(token))?;
        *credentials.expiry_mut() = Some(expires);
        Ok(Some(credentials))
    }

    /// The region of the instance: its zone without the last letter, as for the AWS CLI. Nothing
    /// where no service tells it.
    pub(in crate::settings) async fn region(
        &self,
        client: &MetadataClient,
    ) -> Result<Option<String>> {
        let zone = told(self.zone(client).await)?;
        Ok(zone.and_then(|mut zone| zone.pop().map(|_| zone)))
    }

    async fn zone(&self, client: &MetadataClient) -> std::result::Result<String, Nothing> {
        let token = self.token(client).await?;
        self.get(ZONE, token.as_deref(), client, |_| true).await
    }

    async fn document(&self, client: &MetadataClient) -> std::result::Result<Json, Nothing> {
        let token = self.token(client).await?;
        let token = token.as_deref();
        let role = self.get(ROLES, token, client, |_| true).await?;
        let is_json = |text: &str| serde_json::from_str::<Json>(text).is_ok();
        let path = format!("{ROLES}{}", path_of_role(&role));
        let text = self.get(&path, token, client, is_json).await?;
        serde_json::from_str(&text).map_err(|_| Nothing::Silence)
    }

    /// A token; none where the service is there, but has none.
    async fn token(&self, client: &MetadataClient) -> std::result::Result<Option<String>, Nothing> {
        for _ in 0..self.attempts {
            let header = ("x-aws-ec2-metadata-token-ttl-seconds", "21600");
            match self.send("PUT", TOKEN, Some(header), client).await {
                Ok(response) => match response.status {
                    200 => return Ok(Some(text(&response))),
                    403..=405 => return Ok(None),
                    400 => return Err(Nothing::Silence),
                    _ => {}
                },
                Err(MetadataError::Request(RequestError { error, .. })) => match error {
                    TransportError::ReadTimeout => return Ok(None),
                    TransportError::Unreachable { .. } | TransportError::ConnectTimeout => {
                        return Err(Nothing::Silence);
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
    ) -> std::result::Result<String, Nothing> {
        let token = token.filter(|token| !token.is_empty());
        if token.is_none() && !self.version_1 {
            return Err(Nothing::Refusal(Error::general(
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
        Err(Nothing::Silence)
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

/// The name of a role as the end of a URL, by urllib's rules: without line ends, of which it may have one
/// behind it.
fn path_of_role(role: &str) -> String {
    let role = role.replace(['\t', '\r', '\n'], "");
    percent_encode(role.split('#').next().unwrap_or_default())
}

fn told<T>(outcome: std::result::Result<T, Nothing>) -> Result<Option<T>> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(Nothing::Silence) => Ok(None),
        Err(Nothing::Refusal(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses() {
        for url in [
            "http://169.254.169.254",
            "http://[fd00:ec2::254]/",
            "https://a-b.c.:1/x",
        ] {
            assert!(names_a_host(url), "{url}");
        }
        for url in ["", "x", "host:80", "http://", "http://a_b", "http://a b"] {
            assert!(!names_a_host(url), "{url}");
        }
    }

    #[test]
    fn settings_that_make_no_sense_are_refused_in_the_aws_clis_words() {
        let message = |variable: &str, value: &str| {
            let environment = Environment::from([(variable, value)]);
            settings(&Profile::default(), &environment)
                .map(|_| ())
                .map_err(|e| e.message)
        };
        let refused = |text: &str| Err(text.to_string());
        let table = [
            ("AWS_METADATA_SERVICE_TIMEOUT", "5", Ok(())),
            (
                "AWS_METADATA_SERVICE_TIMEOUT",
                "x",
                refused("invalid literal for int() with base 10: 'x'"),
            ),
            (
                "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
                "",
                refused("invalid literal for int() with base 10: ''"),
            ),
            (
                "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                "x",
                refused(
                    "Invalid EC2 Instance Metadata endpoint mode: x Valid endpoint modes \
                     (case-insensitive): ('ipv4', 'ipv6').",
                ),
            ),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "", Ok(())),
            (
                "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                "x",
                refused("Invalid endpoint EC2 Instance Metadata endpoint: x"),
            ),
        ];
        for (variable, value, want) in table {
            assert_eq!(message(variable, value), want, "{variable}");
        }
    }

    #[test]
    fn the_address_follows_the_mode() {
        let address = |variable: &str, value: &str| {
            let environment = Environment::from([(variable, value)]);
            let found = settings(&Profile::default(), &environment);
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
