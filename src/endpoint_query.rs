//! The query of an endpoint's URL. The SDK leaves it out; this interceptor puts it in front of each
//! request's own, before the request is signed, as the AWS CLI does.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// A query that every request begins its own with. `Debug` does not show it: it may hold a secret.
pub struct EndpointQuery(String);

impl EndpointQuery {
    /// That of the endpoint of these settings, if it has one.
    pub fn of(settings: &SdkConfig) -> Option<EndpointQuery> {
        let (_, query) = settings.endpoint_url()?.split_once('?')?;
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
            Some((path, own)) => format!("{path}?{query}&{own}"),
            None => format!("{}?{query}", request.uri()),
        };
        request.set_uri(uri)?;
        Ok(())
    }
}
