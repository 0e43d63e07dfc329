//! `--dry-run`: the request as a document, without sending it.
//!
//! The SDK builds the request, as for any call, and a transport that sends nothing keeps it; so URL,
//! headers and body are those of a real call.

use std::sync::Arc;

use hyper::body::Bytes;
use serde_json::{Map, Value as Json, json};

use super::resolved_call::ResolvedCall;
use crate::clients;
use crate::error::{Error, Result};
use crate::model::{Location, Operation};
use crate::output::RenderedOutput;
use crate::python;
use crate::service::{self, Client, ThrottlingMode};
use crate::transport::RequestCapture;

/// Renders the request of the call.
// Not inlined, so that other calls do not have its stack frame.
#[inline(never)]
pub(super) fn run(mut resolved: ResolvedCall<'_>) -> Result<RenderedOutput> {
    let input = resolved.input.clone();
    let document = request_document(&mut resolved, Some(&input))?;
    resolved.render_document(&Json::Object(document))
}

/// Returns the document for the request with this input, and for its settings. Without an input,
/// which stands for no request, its members are null.
pub(super) fn request_document(
    resolved: &mut ResolvedCall<'_>,
    input: Option<&Map<String, Json>>,
) -> Result<Map<String, Json>> {
    let operation = resolved.call.operation;
    let request = input.map(|input| capture(resolved, input)).transpose()?;
    let settings = &resolved.settings;
    let mut document = Map::from_iter([("Operation".to_string(), json!(operation.name))]);
    let mut insert = |name: &str, value| document.insert(name.to_string(), value);
    insert(
        "Method",
        json!(request.as_ref().map(|request| request.method.as_str())),
    );
    insert("Url", json!(request.as_ref().map(|request| &request.url)));
    if let Some(request) = request
        .as_ref()
        .filter(|request| !request.headers.is_empty())
    {
        insert("Headers", Json::Object(request.headers.clone()));
    }
    insert("Body", request.map_or(Json::Null, |request| request.body));
    insert("Region", json!(settings.region()));
    insert("Credentials", json!(settings.credentials_source()));
    insert("DryRun", json!(true));
    Ok(document)
}

/// A request that was not sent.
struct CapturedRequest {
    method: String,
    /// The URL, with secrets redacted.
    url: String,
    /// The headers that are members of the input.
    headers: Map<String, Json>,
    /// The body; null if it is empty.
    body: Json,
}

/// Makes the call without sending its request.
fn capture(resolved: &mut ResolvedCall<'_>, input: &Map<String, Json>) -> Result<CapturedRequest> {
    let operation = resolved.call.operation;
    let settings = &mut resolved.settings;
    let sdk = settings.unsigned_sdk_config()?;
    let transport = Arc::new(RequestCapture::default());
    let endpoint = settings.endpoint.clone();
    let mut destination =
        clients::destination(settings, transport.clone(), endpoint, ThrottlingMode::Retry);
    // The log would tell of a request that was sent and of its response.
    destination.diagnostics = destination.diagnostics.with_debug(false);
    let client = Client::new(operation.service, sdk, destination);
    let url = service::call(&client, operation, input)?.url;
    let request = transport
        .take()
        .ok_or_else(|| Error::general("The request could not be made: nothing was sent"))?;
    Ok(CapturedRequest {
        method: request.method().to_string(),
        url,
        headers: input_headers(operation, &request),
        body: body(&request)?,
    })
}

/// The headers that are members of the input.
fn input_headers(operation: &Operation, request: &http::Request<Bytes>) -> Map<String, Json> {
    let headers = operation.input.aws_cli_members().filter_map(|member| {
        let Location::Header(name) = member.location else {
            return None;
        };
        let value = request.headers().get(name)?;
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        Some((name.to_string(), Json::from(value)))
    });
    headers.collect()
}

/// The body as a JSON value; null if there is none.
fn body(request: &http::Request<Bytes>) -> Result<Json> {
    if request.body().is_empty() {
        return Ok(Json::Null);
    }
    python::response::parse(request.body())
        .map_err(|why| Error::general(format!("The body of the request is not JSON: {why}")))
}
