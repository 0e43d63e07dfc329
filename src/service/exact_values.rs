//! Values that the SDK's types cannot hold: integers out of range, and strings with lone
//! surrogates. The AWS CLI sends the values as given and lets the service validate them, so an
//! interceptor writes them to the request before it is signed.

use std::borrow::Cow;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::{Map, Value as Json};

use crate::error::{Error, Result};
use crate::model::{Location, Operation, Shape, ShapeKind, Structure};
use crate::percent_encoding;
use crate::python::surrogates;

/// Replaces the query string and the body that the SDK serialized.
#[derive(Debug)]
pub(super) struct ExactValues {
    query: Option<String>,
    body: Option<String>,
}

/// Returns the input with strings that can be encoded in URL and headers. These are UTF-8, which
/// does not allow lone surrogates.
pub(super) fn encodable<'a>(
    operation: &Operation,
    input: &'a Map<String, Json>,
) -> Result<Cow<'a, Map<String, Json>>> {
    let mut encodable = Cow::Borrowed(input);
    for member in operation.input.aws_cli_members() {
        let text = input.get(member.name).and_then(Json::as_str);
        let Some(text) = text.filter(|text| surrogates::contains_placeholders(text)) else {
            continue;
        };
        if member.location != Location::Body {
            let text = surrogates::to_unicode(text).map_err(|why| {
                Error::general(why.to_string()).hint(format!(
                    "{} has a lone surrogate, which cannot be sent",
                    member.name
                ))
            })?;
            encodable
                .to_mut()
                .insert(member.name.to_string(), text.into());
        }
    }
    Ok(encodable)
}

/// Returns the replacement for this input, or `None` if the SDK's types can hold it.
pub(super) fn exact_values(
    operation: &Operation,
    input: &Map<String, Json>,
) -> Option<ExactValues> {
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
            format!("{wire}={}", percent_encoding::encode(&text, b""))
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
    Some(ExactValues {
        query: (!query.is_empty()).then(|| query.join("&")),
        body: (!body.is_empty())
            .then(|| surrogates::escape(&Json::Object(body).to_string()).into_owned()),
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
        (ShapeKind::Integer, value) => value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        (ShapeKind::Long, value) => value.as_i64().is_some(),
        (ShapeKind::String { .. }, Json::String(text)) => !surrogates::contains_placeholders(text),
        (ShapeKind::Map { value: shape, .. }, Json::Object(members)) => members
            .iter()
            .all(|(key, value)| !surrogates::contains_placeholders(key) && fits(value, shape)),
        (ShapeKind::List(item), Json::Array(items)) => items.iter().all(|value| fits(value, item)),
        (ShapeKind::Structure(structure), Json::Object(members)) => {
            fits_structure(members, structure)
        }
        _ => true,
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for ExactValues {
    fn name(&self) -> &'static str {
        "ExactValues"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
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
