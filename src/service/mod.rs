//! Calls of AWS services: a checked request document goes out through the SDK, and the response comes back
//! as it was received, or an error does. How responses are printed is left to `output`.

mod client;
mod exact;
mod failure;
mod request_limits;
mod requests;
mod retry;
mod sdk_client;
mod unfinished;

use serde_json::{Map, Value as Json};

pub use aws_sdk_cognitosync::meta::PKG_VERSION as SDK_VERSION;
pub use client::{CallError, CallResponse, Client, Destination, Throttling};

use crate::error::Result;
use crate::interrupt;
use crate::model::Operation;

/// Calls the operation once and returns the response of its success.
// The futures of all operations take a stack of nine pages, which the caller's own frame would
// otherwise hold even where it prints a skeleton in place of a call.
#[inline(never)]
pub fn call(
    client: &Client,
    operation: &'static Operation,
    input: &Map<String, Json>,
) -> Result<CallResponse> {
    let called = interrupt::block_on(client.call(operation, input))?;
    called.map_err(CallError::into_error)
}
