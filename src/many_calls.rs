//! Many calls by several workers at once, as the project's own benches and tests make them. Not an interface
//! for others: it may change with any version.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value as Json};

use crate::cancellation::Cancellation;
use crate::diagnostics::{Diagnostics, Stderr};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::model::{Operation, all_operations};
use crate::service::{CallError, Client, Destination, Throttling};
use crate::settings::{self, SettingsArgs};

/// A call to make.
#[derive(Debug, Clone)]
pub struct Call {
    /// Name of the operation in the API.
    pub operation: &'static str,
    /// Its input.
    pub input: Map<String, Json>,
}

/// How the calls are made.
#[derive(Debug, Clone, Copy)]
pub struct Workers {
    /// How many calls are under way at once.
    pub count: usize,
    /// Whether requests beyond a rate limit are sent again until the service accepts them.
    pub until_accepted: bool,
    /// Whether the workers are dropped at an interrupt, in place of being cancelled.
    pub are_dropped: bool,
}

/// What the calls came to.
#[derive(Debug, Default)]
pub struct Report {
    /// The responses in the order in which they came.
    pub responses: Vec<Answer>,
    /// Messages of the calls that failed.
    pub failed: Vec<String>,
    /// How many calls were cancelled without a change.
    pub cancelled: usize,
    /// The changing calls that were cancelled or dropped while the service may have been making the change.
    pub unfinished: Vec<Call>,
    /// How many calls were not begun.
    pub left: usize,
}

/// A response with what is known of it.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// How many requests were sent.
    pub attempts: u32,
    /// URL of the last request.
    pub url: String,
    /// The identifier that the service gave it.
    pub request_id: Option<String>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Makes the calls with the settings of the environment; an interrupt cancels them.
///
/// # Errors
/// The message of what keeps all of them from being made.
pub fn make(
    calls: Vec<Call>,
    workers: Workers,
    environment: &Environment,
) -> std::result::Result<Report, String> {
    Run::new(calls, workers, environment)
        .and_then(Run::finish)
        .map_err(|error| error.message)
}

struct Run {
    calls: Vec<(&'static Operation, Map<String, Json>)>,
    workers: Workers,
    clients: HashMap<&'static str, Client>,
    next: AtomicUsize,
    report: Mutex<Report>,
    cancellation: Cancellation,
}

impl Run {
    fn new(calls: Vec<Call>, workers: Workers, environment: &Environment) -> Result<Run> {
        // The report is all that is wanted of a run.
        let diagnostics = Diagnostics::new(Stderr::new(std::io::sink()), false);
        let args = SettingsArgs::default();
        let mut settings = settings::resolve(&args, None, environment, &diagnostics)?;
        let credentials = settings.renewing_credentials()?;
        let transport = Arc::new(settings.network_for_calls());
        let throttling = match workers.until_accepted {
            true => Throttling::SentUntilAccepted,
            false => Throttling::Retried,
        };
        let mut clients = HashMap::new();
        let mut found = Vec::with_capacity(calls.len());
        for call in calls {
            let operation = all_operations().find(|operation| operation.name == call.operation);
            let operation = operation.ok_or_else(|| Error::general("no such operation"))?;
            let service = operation.service;
            if !clients.contains_key(service.signing_name) {
                let settings_of = settings.service_settings(service, &credentials)?;
                let destination = Destination {
                    transport: transport.clone(),
                    timeouts: settings.timeouts,
                    endpoint: settings_of.endpoint,
                    throttling,
                    reports_retries: true,
                    diagnostics: diagnostics.clone(),
                };
                let client = Client::new(service, settings_of.sdk, destination);
                clients.insert(service.signing_name, client);
            }
            found.push((operation, call.input));
        }
        Ok(Run {
            calls: found,
            workers,
            clients,
            next: AtomicUsize::new(0),
            report: Mutex::default(),
            cancellation: Cancellation::default(),
        })
    }

    fn finish(self) -> Result<Report> {
        let run = Arc::new(self);
        let all = async {
            let work = || tokio::spawn(run.clone().work());
            let workers: Vec<_> = (0..run.workers.count).map(|_| work()).collect();
            if run.workers.are_dropped {
                run.cancellation.stopped().await;
                workers.iter().for_each(tokio::task::JoinHandle::abort);
            }
            for worker in workers {
                // Fails where the worker was dropped.
                drop(worker.await);
            }
        };
        interrupt::block_on_cancellable(&run.cancellation, all)?;
        let mut report = run.report.lock().unwrap_or_else(PoisonError::into_inner);
        let mut report = std::mem::take(&mut *report);
        let unfinished = run.clients.values().flat_map(Client::take_unfinished);
        let unfinished = unfinished.map(|change| Call {
            operation: change.operation.name,
            input: change.input,
        });
        report.unfinished.extend(unfinished);
        report.left = run
            .calls
            .len()
            .saturating_sub(run.next.load(Ordering::SeqCst));
        Ok(report)
    }

    async fn work(self: Arc<Self>) {
        // With workers that are dropped, the client is not told of the interrupt.
        let cancellation = match self.workers.are_dropped {
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
                Ok(answer) => report.responses.push(Answer {
                    request_id: answer.request_id().map(str::to_string),
                    status: answer.response.status,
                    attempts: answer.attempts,
                    url: answer.url,
                    body: answer.response.body,
                }),
                Err(CallError::Failed(error)) => report.failed.push(error.message),
                Err(CallError::Cancelled { may_be_made: true }) => {
                    report.unfinished.push(Call {
                        operation: operation.name,
                        input: input.clone(),
                    });
                }
                Err(CallError::Cancelled { may_be_made: false }) => report.cancelled += 1,
            }
        }
    }
}
