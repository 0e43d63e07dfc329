//! What an EC2 instance knows, by version 2 of its metadata service: credentials, and its region. The
//! SDK asks, with the AWS CLI's settings and patience.

use std::time::Duration;

use aws_config::imds::{self, credentials::ImdsCredentialsProvider};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::network::Network;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::settings::shared_files::Section;

/// Where the instance's zone is.
const ZONE: &str = "/latest/meta-data/placement/availability-zone/";

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

/// The instance's credentials; nothing where no metadata service answers with some.
pub(super) async fn of_instance(
    metadata: &Metadata,
    network: &Network,
) -> Result<Option<Credentials>> {
    let config = network.for_providers();
    let provider = ImdsCredentialsProvider::builder()
        .configure(&config)
        .imds_client(metadata.client(&config)?)
        .build();
    // What stands in the way does not matter: most machines are no instances.
    Ok(provider.provide_credentials().await.ok())
}

impl Metadata {
    /// The region of the instance: its zone without the last letter, as for the AWS CLI. Nothing
    /// where no metadata service answers.
    pub(in crate::settings) async fn region(
        &self,
        http: SharedHttpClient,
    ) -> Result<Option<String>> {
        let config = ProviderConfig::without_region().with_http_client(http);
        let zone = self.client(&config)?.get(ZONE).await;
        let zone = zone.ok().map(String::from);
        Ok(zone.and_then(|mut zone| zone.pop().map(|_| zone)))
    }

    fn client(&self, config: &ProviderConfig) -> Result<imds::Client> {
        let invalid =
            |why: String| Error::general(format!("Invalid endpoint: {}", self.endpoint)).hint(why);
        let rounds = self.attempts.saturating_mul(2);
        let client = imds::Client::builder()
            .configure(config)
            .endpoint(&self.endpoint)
            .map_err(|why| invalid(why.to_string()))?
            .max_attempts(self.attempts)
            .connect_timeout(self.patience)
            .read_timeout(self.patience)
            .operation_attempt_timeout(self.patience.saturating_mul(2))
            .operation_timeout(self.patience.saturating_mul(rounds))
            .build();
        Ok(client)
    }
}
