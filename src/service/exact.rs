//! Whole numbers that the SDK's types cannot hold. Python's have no limit, so the AWS CLI sends
//! whatever was typed and leaves it to the service; here they are put into the request as typed,
//! before it is signed.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::{Map, Value as Json};

use crate::model::{Kind, Location, Operation, Shape, Structure};

/// Puts query string and body in place of what the SDK made of them.
#[derive(Debug)]
pub(super) struct ExactNumbers {
    query: Option<String>,
    body: Option<String>,
}

/// What is needed for this input, if anything is.
pub(super) fn exact_numbers(
    operation: &Operation,
    input: &Map<String, Json>,
) -> Option<ExactNumbers> {
    if fits_structure(input, operation.input) {
        return None;
    }
    let in_query = |name: &str| match operation.input.member(name)?.location {
        Location::Query(wire) => Some(wire),
        _ => None,
    };
    let query: Vec<_> = input
        .iter()
        .filter_map(|(name, value)| Some((in_query(name)?, value)))
        .map(|(wire, value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_string);
            format!("{wire}={}", percent_encoded(&text))
        })
        .collect();
    let in_body = |name: &str| {
        operation
            .input
            .member(name)
            .is_some_and(|member| member.location == Location::Body)
    };
    let body: Map<_, _> = input
        .iter()
        .filter(|(name, _)| in_body(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Some(ExactNumbers {
        query: (!query.is_empty()).then(|| query.join("&")),
        body: (!body.is_empty()).then(|| Json::Object(body).to_string()),
    })
}

fn fits_structure(members: &Map<String, Json>, structure: &Structure) -> bool {
    members.iter().all(|(name, value)| {
        structure
            .member(name)
            .is_none_or(|member| fits(value, member.shape))
    })
}

fn fits(value: &Json, shape: &Shape) -> bool {
    match (&shape.kind, value) {
        (Kind::Integer, value) => value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        (Kind::Long, value) => value.as_i64().is_some(),
        (Kind::List(item), Json::Array(items)) => items.iter().all(|value| fits(value, item)),
        (Kind::Structure(structure), Json::Object(members)) => fits_structure(members, structure),
        _ => true,
    }
}

/// Everything but the characters that a URL never needs escaped.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match is_unreserved(byte) {
            true => encoded.push(byte as char),
            false => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The length of the text once it is percent-encoded.
pub(super) fn percent_encoded_length(text: &str) -> usize {
    let length = |byte| if is_unreserved(byte) { 1 } else { "%XX".len() };
    text.bytes().map(length).sum()
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for ExactNumbers {
    fn name(&self) -> &'static str {
        "ExactNumbers"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        if let Some(query) = &self.query {
            let path = request.uri().split('?').next().unwrap_or_default();
            let uri = format!("{path}?{query}");
            request.set_uri(uri)?;
        }
        if let Some(body) = &self.body {
            request
                .headers_mut()
                .insert("content-length", body.len().to_string());
            *request.body_mut() = SdkBody::from(body.as_str());
        }
        Ok(())
    }
}
