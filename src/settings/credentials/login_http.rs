//! An HTTP client for the SDK's provider of `aws login` sessions, which panics on some replies: only
//! a renewal that it can take reaches it, and anything else is an error. Who is asked, and for what,
//! is not known here.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use serde_json::Value as Json;

/// The client, with its successful replies checked.
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
            if response.status().is_success() && !is_renewal(body) {
                let why = "the reply is no renewed session";
                return Err(ConnectorError::other(why.into(), None));
            }
            Ok(response)
        })
    }
}

/// Whether it has credentials that end at a time that there is.
fn is_renewal(body: &[u8]) -> bool {
    let Ok(Json::Object(reply)) = serde_json::from_slice(body) else {
        return false;
    };
    let texts = |of: &serde_json::Map<String, Json>, names: &[&str]| {
        names
            .iter()
            .all(|name| of.get(*name).is_some_and(Json::is_string))
    };
    let credentials = reply.get("accessToken").and_then(Json::as_object);
    let lasts = reply.get("expiresIn").and_then(Json::as_u64);
    let parts = ["accessKeyId", "secretAccessKey", "sessionToken"];
    credentials.is_some_and(|credentials| texts(credentials, &parts))
        && lasts.is_some_and(|seconds| i32::try_from(seconds).is_ok())
        && texts(&reply, &["refreshToken"])
}
