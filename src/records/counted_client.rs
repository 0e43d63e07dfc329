//! A client whose requests are counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value as Json};

use super::response_members::ResponseMembers;
use crate::cancellation::Cancellation;
use crate::model::Operation;
use crate::output::error_report;
use crate::service::{CallError, Client};

/// A client whose calls end once its cancellation is stopped. Clones count together.
#[derive(Debug, Clone)]
pub struct CountedClient {
    client: Client,
    cancellation: Cancellation,
    counts: Arc<RequestCounts>,
}

/// Numbers of requests.
#[derive(Debug, Default)]
pub struct RequestCounts {
    sent: AtomicU64,
    throttled: AtomicU64,
}

impl RequestCounts {
    /// Requests that were sent.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Those of them that the service rejected because of their rate.
    pub fn throttled(&self) -> u64 {
        self.throttled.load(Ordering::Relaxed)
    }
}

impl CountedClient {
    /// Counts the requests of a client.
    pub fn new(
        client: Client,
        cancellation: Cancellation,
        counts: Arc<RequestCounts>,
    ) -> CountedClient {
        CountedClient {
            client,
            cancellation,
            counts,
        }
    }

    /// Calls an operation and parses its response.
    pub async fn call(
        &self,
        operation: &'static Operation,
        input: &Map<String, Json>,
    ) -> Result<ResponseMembers, CallError> {
        let called = self
            .client
            .call_until(operation, input, &self.cancellation)
            .await;
        self.count(&called);
        let called = called.map_err(|error| error.of_operation(operation))?;
        let members = ResponseMembers::parse(&called.response.body, operation);
        members.map_err(|error| CallError::from(error).of_operation(operation))
    }

    fn count(&self, called: &crate::service::CallResult) {
        let (sent, throttled) = match called {
            Ok(called) => (called.attempts, called.throttled),
            Err(CallError::Failed(error)) => (error.context.attempts.unwrap_or(0), 0),
            Err(CallError::Cancelled { .. }) => (0, 0),
        };
        self.counts.sent.fetch_add(sent.into(), Ordering::Relaxed);
        self.counts
            .throttled
            .fetch_add(throttled.into(), Ordering::Relaxed);
    }
}

/// Whether a call failed with this error code of the service.
pub fn has_code(error: &CallError, code: &str) -> bool {
    matches!(error, CallError::Failed(error) if error_report::error_code(error) == code)
}
