//! An HTTP client for the SDK's `LoginCredentialsProvider`, which panics on some malformed
//! responses: this client rejects every successful response that is not a complete renewal.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use serde_json::Value as Json;

/// Wraps the client so that it validates successful responses.
pub(super) fn validate_responses(client: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(ValidatedClient(client))
}

#[derive(Debug)]
struct ValidatedClient<T>(T);

impl HttpClient for ValidatedClient<SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(ValidatedClient(self.0.http_connector(settings, components)))
    }
}

impl HttpConnector for ValidatedClient<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let response = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let response = response.await?;
            let body = response.body().bytes().unwrap_or_default();
            if response.status().is_success() && !is_valid_renewal(body) {
                let why = "the response is no renewed session";
                return Err(ConnectorError::other(why.into(), None));
            }
            Ok(response)
        })
    }
}

/// Whether the body has credentials with a lifetime that the SDK can represent.
fn is_valid_renewal(body: &[u8]) -> bool {
    let Ok(Json::Object(response)) = serde_json::from_slice(body) else {
        return false;
    };
    let has_strings = |of: &serde_json::Map<String, Json>, names: &[&str]| {
        names
            .iter()
            .all(|name| of.get(*name).is_some_and(Json::is_string))
    };
    let credentials = response.get("accessToken").and_then(Json::as_object);
    let lifetime = response.get("expiresIn").and_then(Json::as_u64);
    let parts = ["accessKeyId", "secretAccessKey", "sessionToken"];
    credentials.is_some_and(|credentials| has_strings(credentials, &parts))
        && lifetime.is_some_and(|seconds| i32::try_from(seconds).is_ok())
        && has_strings(&response, &["refreshToken"])
}
