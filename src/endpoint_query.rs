//! The query of an endpoint URL. The SDK drops it; this interceptor prepends it to the query of
//! each request before signing, as the AWS CLI does.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// An interceptor that prepends a query to every request's. `Debug` omits it, since it may contain
/// a secret.
pub struct EndpointQuery(String);

impl EndpointQuery {
    /// Returns the interceptor for the configured endpoint URL, if the URL has a query.
    pub fn from_sdk_config(config: &SdkConfig) -> Option<EndpointQuery> {
        let (_, query) = config.endpoint_url()?.split_once('?')?;
        Some(EndpointQuery(query.to_string()))
    }
}

impl std::fmt::Debug for EndpointQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EndpointQuery")
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for EndpointQuery {
    fn name(&self) -> &'static str {
        "EndpointQuery"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let query = &self.0;
        let uri = match request.uri().split_once('?') {
            Some((path, request_query)) => format!("{path}?{query}&{request_query}"),
            None => format!("{}?{query}", request.uri()),
        };
        request.set_uri(uri)?;
        Ok(())
    }
}
