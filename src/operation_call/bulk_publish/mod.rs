//! `bulk-publish`: explains rejected requests, and with `--wait` follows the publish to its end.

mod explanation;
mod publish_details;
mod wait;

use serde_json::{Map, Value as Json};

use super::resolved_call::ResolvedCall;
use crate::cli::WaitOptions;
use crate::error::{Error, Result};
use crate::output::{RenderedOutput, error_report};
use crate::service;
use publish_details::{PublishDetails, PublishStatus};
use wait::{Ending, PublishWait};

/// The error code of a publish while another one runs.
const DUPLICATE_REQUEST: &str = "DuplicateRequestException";

/// The error code of a publish within 24 hours after one that has succeeded.
const ALREADY_STREAMED: &str = "AlreadyStreamedException";

/// Makes the call and, with `wait`, waits for the end of the publish.
// Not inlined, so that other calls do not have its stack frame.
#[inline(never)]
pub(super) fn run(
    mut resolved: ResolvedCall<'_>,
    wait: Option<&WaitOptions>,
) -> Result<RenderedOutput> {
    let client = match wait {
        Some(_) => resolved.renewing_client()?,
        None => resolved.client()?,
    };
    let called = service::call(&client, resolved.call.operation, &resolved.input);
    let response = match called {
        Ok(response) => Some(response),
        Err(error) if wait.is_some() && has_code(&error, DUPLICATE_REQUEST) => None,
        Err(error) => {
            let error = explanation::explain(error, &resolved, &client);
            return Err(resolved.explain(error));
        }
    };
    match (wait, response) {
        (None, Some(response)) => resolved.render_response(response.response.body),
        (options, response) => {
            let diagnostics = &resolved.context.diagnostics;
            if response.is_none() {
                diagnostics.warn("a bulk publish is running already: waiting for its end");
            }
            let wait = PublishWait::new(&resolved, &client, options.cloned().unwrap_or_default());
            render(&resolved, wait.run()?)
        }
    }
}

/// Renders the last response, with an error unless the publish has succeeded.
fn render(resolved: &ResolvedCall<'_>, ending: Ending) -> Result<RenderedOutput> {
    let error = match ending.details.status {
        PublishStatus::Succeeded => None,
        PublishStatus::Failed(why) => Some(format!("The bulk publish failed: {why}")),
        PublishStatus::Running => Some(format!(
            "The bulk publish has not ended within {} seconds. It goes on: get-bulk-publish-details shows \
             how it ends.",
            ending.waited.as_secs()
        )),
    };
    let mut output =
        resolved.render_response_of(PublishDetails::operation(), ending.details.body)?;
    if output.error.is_none() {
        output.error = error.map(Error::general);
    }
    Ok(output)
}

/// The input of requests about the identity pool of the call.
fn pool_input(resolved: &ResolvedCall<'_>) -> Map<String, Json> {
    Map::from_iter([("IdentityPoolId".to_string(), resolved.pool().into())])
}

fn has_code(error: &Error, code: &str) -> bool {
    error_report::error_code(error) == code
}
