//! Many calls by concurrent workers, for the project's own benchmarks and tests. Not a public API:
//! it may change with any version.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value as Json};

use crate::cancellation::Cancellation;
use crate::clients;
use crate::diagnostics::{Diagnostics, Stderr};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::model::{Operation, all_operations};
use crate::service::{CallError, Client, ThrottlingMode};
use crate::settings::{self, SettingsArgs};

/// A call to make.
#[derive(Debug, Clone)]
pub struct BatchCall {
    /// Name of the operation in the API.
    pub operation: &'static str,
    /// Its input document.
    pub input: Map<String, Json>,
}

/// How the workers make the calls.
#[derive(Debug, Clone, Copy)]
pub struct WorkerOptions {
    /// Number of concurrent calls.
    pub count: usize,
    /// Whether rate-limited requests are retried until the service accepts them.
    pub until_accepted: bool,
    /// Whether an interrupt drops the workers instead of cancelling their calls.
    pub drop_on_interrupt: bool,
}

/// The outcomes of a batch of calls.
#[derive(Debug, Default)]
pub struct BatchReport {
    /// The responses, in the order received.
    pub responses: Vec<RecordedResponse>,
    /// Error messages of the failed calls.
    pub failed: Vec<String>,
    /// Number of calls that were cancelled without making a change.
    pub cancelled: usize,
    /// Calls that were cancelled or dropped while the service may have been making their change.
    pub unfinished: Vec<BatchCall>,
    /// Number of calls that were not started.
    pub not_started: usize,
}

/// A response and the attempts that it took.
#[derive(Debug)]
pub struct RecordedResponse {
    /// HTTP status.
    pub status: u16,
    /// Number of requests that were sent.
    pub attempts: u32,
    /// URL of the last request.
    pub url: String,
    /// Request id that the service assigned.
    pub request_id: Option<String>,
    /// The complete body.
    pub body: Vec<u8>,
}

/// Makes the calls with the settings of `environment`. An interrupt cancels them.
///
/// # Errors
/// Returns a message if no call can be made, for example because of invalid settings.
pub fn run_batch(
    calls: Vec<BatchCall>,
    workers: WorkerOptions,
    environment: &Environment,
) -> std::result::Result<BatchReport, String> {
    Batch::new(calls, workers, environment)
        .and_then(Batch::finish)
        .map_err(|error| error.message)
}

struct Batch {
    calls: Vec<(&'static Operation, Map<String, Json>)>,
    workers: WorkerOptions,
    clients: HashMap<&'static str, Client>,
    next: AtomicUsize,
    report: Mutex<BatchReport>,
    cancellation: Cancellation,
}

impl Batch {
    fn new(
        calls: Vec<BatchCall>,
        workers: WorkerOptions,
        environment: &Environment,
    ) -> Result<Batch> {
        // Callers need only the report.
        let diagnostics = Diagnostics::new(Stderr::new(std::io::sink()), false);
        let args = SettingsArgs::default();
        let mut settings = settings::resolve(&args, None, environment, &diagnostics)?;
        let credentials = settings.renewing_credentials()?;
        let transport = clients::transport(&settings, environment)?;
        let throttling = match workers.until_accepted {
            true => ThrottlingMode::RetryUntilAccepted,
            false => ThrottlingMode::Retry,
        };
        let mut clients = HashMap::new();
        let mut found = Vec::with_capacity(calls.len());
        for call in calls {
            let operation = all_operations().find(|operation| operation.name == call.operation);
            let operation = operation.ok_or_else(|| Error::general("no such operation"))?;
            let service = operation.service;
            if !clients.contains_key(service.signing_name) {
                let settings_of = settings.service_settings(service, &credentials)?;
                let (transport, endpoint) = (transport.clone(), settings_of.endpoint);
                let destination = clients::destination(&settings, transport, endpoint, throttling);
                let client = Client::new(service, settings_of.sdk, destination);
                clients.insert(service.signing_name, client);
            }
            found.push((operation, call.input));
        }
        Ok(Batch {
            calls: found,
            workers,
            clients,
            next: AtomicUsize::new(0),
            report: Mutex::default(),
            cancellation: Cancellation::default(),
        })
    }

    fn finish(self) -> Result<BatchReport> {
        let run = Arc::new(self);
        let all = async {
            let work = || tokio::spawn(run.clone().work());
            let workers: Vec<_> = (0..run.workers.count).map(|_| work()).collect();
            if run.workers.drop_on_interrupt {
                run.cancellation.stopped().await;
                workers.iter().for_each(tokio::task::JoinHandle::abort);
            }
            for worker in workers {
                // Fails if the worker was aborted.
                drop(worker.await);
            }
        };
        interrupt::block_on_cancellable(&run.cancellation, all)?;
        let mut report = run.report.lock().unwrap_or_else(PoisonError::into_inner);
        let mut report = std::mem::take(&mut *report);
        let unfinished = run.clients.values().flat_map(Client::take_unfinished);
        let unfinished = unfinished.map(|change| BatchCall {
            operation: change.operation.name,
            input: change.input,
        });
        report.unfinished.extend(unfinished);
        report.not_started = run
            .calls
            .len()
            .saturating_sub(run.next.load(Ordering::SeqCst));
        Ok(report)
    }

    async fn work(self: Arc<Self>) {
        // Workers that an interrupt drops do not cancel their calls.
        let cancellation = match self.workers.drop_on_interrupt {
            true => Cancellation::default(),
            false => self.cancellation.clone(),
        };
        while !cancellation.is_stopped() {
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            let Some((operation, input)) = self.calls.get(number) else {
                break;
            };
            let client = &self.clients[operation.service.signing_name];
            let called = client.call_until(operation, input, &cancellation).await;
            let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
            match called {
                Ok(response) => report.responses.push(RecordedResponse {
                    request_id: response.request_id().map(str::to_string),
                    status: response.response.status,
                    attempts: response.attempts,
                    url: response.url,
                    body: response.response.body,
                }),
                Err(CallError::Failed(error)) => report.failed.push(error.message),
                Err(CallError::Cancelled {
                    may_have_made_change: true,
                }) => {
                    report.unfinished.push(BatchCall {
                        operation: operation.name,
                        input: input.clone(),
                    });
                }
                Err(CallError::Cancelled {
                    may_have_made_change: false,
                }) => report.cancelled += 1,
            }
        }
    }
}
