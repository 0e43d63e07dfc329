//! Calls of AWS services: sends a validated input document through the SDK and returns the response
//! as received. `output` renders it.

mod client;
mod exact_values;
mod request_limits;
mod response_error;
mod retry_classifier;
mod sdk_calls;
mod sdk_client;
mod unfinished_changes;

use serde_json::{Map, Value as Json};

pub use aws_sdk_cognitosync::meta::PKG_VERSION as SDK_VERSION;
pub use client::{CallError, CallResponse, CallResult, Client, Destination, ThrottlingMode};

use crate::error::Result;
use crate::interrupt;
use crate::model::Operation;

/// Calls the operation and returns its successful response.
// Inlined, the futures of all operations would add nine pages to the caller's stack frame, even
// when it prints a skeleton instead of making a call.
#[inline(never)]
pub fn call(
    client: &Client,
    operation: &'static Operation,
    input: &Map<String, Json>,
) -> Result<CallResponse> {
    let called = interrupt::block_on(client.call(operation, input))?;
    called.map_err(CallError::into_error)
}
