//! The SDK's clients, one per service with the same configuration. They resolve endpoints and
//! build, sign and retry requests; `transport` sends them.

use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_cognitosync::config::SharedAsyncSleep;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;

use super::retry_classifier::RetryClassifier;
use crate::model::{Service, ServiceId};

/// The SDK's client of a service.
#[derive(Debug, Clone)]
pub(super) enum SdkClient {
    CognitoSync(aws_sdk_cognitosync::Client),
    CognitoIdentity(aws_sdk_cognitoidentity::Client),
}

/// Components of a client besides its settings.
#[derive(Clone)]
pub(super) struct SdkClientParts {
    pub(super) http_client: SharedHttpClient,
    /// Waits between attempts.
    pub(super) sleep: SharedAsyncSleep,
    pub(super) retry_classifier: RetryClassifier,
    /// Run in this order.
    pub(super) interceptors: Vec<SharedInterceptor>,
}

/// Builds the client of an SDK crate. All of them are generated alike, but share no trait.
macro_rules! client {
    ($sdk:ident, $settings:expr, $parts:expr) => {{
        let (settings, parts): (&SdkConfig, SdkClientParts) = ($settings, $parts);
        let mut builder = $sdk::config::Builder::from(settings)
            .behavior_version(BehaviorVersion::latest())
            .http_client(parts.http_client)
            .retry_classifier(parts.retry_classifier)
            .sleep_impl(parts.sleep)
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        if settings.credentials_provider().is_none() {
            builder = builder.allow_no_auth();
        }
        for interceptor in parts.interceptors {
            builder.push_interceptor(interceptor);
        }
        $sdk::Client::from_conf(builder.build())
    }};
}

impl SdkClient {
    /// Creates a client of the service. Without a credentials provider in `settings`, requests are
    /// not signed.
    pub(super) fn new(service: &Service, settings: &SdkConfig, parts: SdkClientParts) -> SdkClient {
        match service.id {
            ServiceId::CognitoSync => {
                SdkClient::CognitoSync(client!(aws_sdk_cognitosync, settings, parts))
            }
            ServiceId::CognitoIdentity => {
                SdkClient::CognitoIdentity(client!(aws_sdk_cognitoidentity, settings, parts))
            }
        }
    }

    /// Returns the client of Cognito Sync, or an error if it belongs to another service.
    pub(super) fn cognito_sync(&self) -> Result<&aws_sdk_cognitosync::Client, String> {
        match self {
            SdkClient::CognitoSync(client) => Ok(client),
            SdkClient::CognitoIdentity(_) => Err(wrong_service()),
        }
    }

    /// Returns the client of Cognito Identity, or an error if it belongs to another service.
    pub(super) fn cognito_identity(&self) -> Result<&aws_sdk_cognitoidentity::Client, String> {
        match self {
            SdkClient::CognitoIdentity(client) => Ok(client),
            SdkClient::CognitoSync(_) => Err(wrong_service()),
        }
    }
}

fn wrong_service() -> String {
    "the client belongs to another service".into()
}
