//! Credentials that the machine has: of a container, and of an EC2 instance by version 2 of its
//! metadata service. Both are the SDK's providers, with the AWS CLI's settings and patience.

use std::net::IpAddr;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::{self, credentials::ImdsCredentialsProvider};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;

use super::network::{Network, reasons};
use super::retrieval;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::settings::shared_files::Section;

/// The AWS CLI's name for containers.
const CONTAINER: &str = "container-role";

/// How the metadata service is asked.
#[derive(Debug)]
pub(in crate::settings) struct Metadata {
    endpoint: String,
    patience: Duration,
    attempts: u32,
}

/// What environment and profile say of the metadata service.
pub(super) fn settings(profile: &Section<'_>, environment: &Environment) -> Result<Metadata> {
    let get = |variable: &str, key: &str| {
        let value = environment.non_empty(variable).or(profile.get(key));
        value.map(str::trim).filter(|value| !value.is_empty())
    };
    let number = |variable: &str, key: &str| get(variable, key).and_then(|n| n.parse::<u32>().ok());
    let mode = get(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "ec2_metadata_service_endpoint_mode",
    );
    let standard = match mode.map(str::to_lowercase).as_deref() {
        Some("ipv6") => "http://[fd00:ec2::254]",
        Some("ipv4") | None => "http://169.254.169.254",
        Some(_) => {
            let mode = mode.unwrap_or_default();
            return Err(Error::general(format!(
                "Invalid EC2 instance metadata endpoint mode: {mode}"
            )));
        }
    };
    let endpoint = get(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "ec2_metadata_service_endpoint",
    );
    let seconds = number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout");
    let attempts = number(
        "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
        "metadata_service_num_attempts",
    );
    Ok(Metadata {
        endpoint: endpoint.unwrap_or(standard).to_string(),
        patience: Duration::from_secs(seconds.unwrap_or(1).max(1).into()),
        attempts: attempts.unwrap_or(1).max(1),
    })
}

/// Whether the metadata service is not to be asked.
pub(super) fn is_disabled(environment: &Environment) -> bool {
    let disabled = environment.get("AWS_EC2_METADATA_DISABLED");
    disabled.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Hosts that may give a container its credentials, beside those of the machine itself.
const CONTAINER_HOSTS: [&str; 4] = [
    "169.254.170.2",
    "169.254.170.23",
    "fd00:ec2::23",
    "localhost",
];

/// Whether the container's variables are set; an error where they lead elsewhere, since the token
/// would go there, too.
pub(super) fn is_in_container(environment: &Environment) -> Result<bool> {
    if let Some(path) = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
        return match path.starts_with('/') {
            true => Ok(true),
            false => Err(retrieval(
                CONTAINER,
                &format!("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path: {path}"),
            )),
        };
    }
    let Some(url) = environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI") else {
        return Ok(false);
    };
    let url: Option<http::Uri> = url
        .parse()
        .ok()
        .filter(|url: &http::Uri| url.scheme().is_some());
    let host = url.as_ref().and_then(http::Uri::host).unwrap_or("None");
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_here = bare
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback());
    match is_here || CONTAINER_HOSTS.contains(&bare) {
        true => Ok(true),
        false => Err(Error::general(format!(
            "Unsupported host '{bare}'.  Can only retrieve metadata from a loopback address or \
             one of these hosts: {}",
            CONTAINER_HOSTS.join(", ")
        ))),
    }
}

/// The container's credentials; its variables were found to be set.
pub(super) async fn of_container(network: &Network) -> Result<Credentials> {
    let provider = EcsCredentialsProvider::builder()
        .configure(&network.for_providers())
        .build();
    provider.provide_credentials().await.map_err(|why| {
        let text = format!("Error retrieving metadata: {}", reasons(&why));
        retrieval(CONTAINER, &text).caused_by(why)
    })
}

/// The instance's credentials; nothing where no metadata service answers with some.
pub(super) async fn of_instance(
    metadata: &Metadata,
    network: &Network,
) -> Result<Option<Credentials>> {
    let invalid =
        |why| Error::general(format!("Invalid endpoint: {}", metadata.endpoint)).hint(why);
    let rounds = metadata
        .patience
        .saturating_mul(metadata.attempts.saturating_mul(2));
    let client = imds::Client::builder()
        .configure(&network.for_providers())
        .endpoint(&metadata.endpoint)
        .map_err(|why| invalid(why.to_string()))?
        .max_attempts(metadata.attempts)
        .connect_timeout(metadata.patience)
        .read_timeout(metadata.patience)
        .operation_attempt_timeout(metadata.patience.saturating_mul(2))
        .operation_timeout(rounds)
        .build();
    let provider = ImdsCredentialsProvider::builder()
        .configure(&network.for_providers())
        .imds_client(client)
        .build();
    // What stands in the way does not matter: most machines are no instances.
    Ok(provider.provide_credentials().await.ok())
}
