//! Many calls by concurrent workers, for the project's own benchmarks and tests. Not a public API:
//! it may change with any version.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::select;
use serde_json::{Map, Value as Json};

use crate::batch;
use crate::cancellation::Cancellation;
use crate::clients;
use crate::diagnostics::{Diagnostics, Stderr};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::model::{Operation, Service, all_operations};
use crate::service::{CallError, CallResult, Client, ThrottlingMode};
use crate::settings::{self, RenewingCredentials, Settings, SettingsArgs};
use crate::transport::HttpTransport;

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
    make_calls(calls, workers, environment).map_err(|error| error.message)
}

/// A call with its client.
struct PreparedCall {
    client: Client,
    operation: &'static Operation,
    input: Map<String, Json>,
}

/// The clients of the calls, one per service.
struct ServiceClients {
    settings: Settings,
    credentials: RenewingCredentials,
    transport: Arc<dyn HttpTransport>,
    throttling: ThrottlingMode,
    clients: HashMap<&'static str, Client>,
}

impl ServiceClients {
    fn new(workers: WorkerOptions, environment: &Environment) -> Result<ServiceClients> {
        // Callers need only the report.
        let diagnostics = Diagnostics::new(Stderr::new(std::io::sink()), false);
        let args = SettingsArgs::default();
        let mut settings = settings::resolve(&args, None, environment, &diagnostics)?;
        Ok(ServiceClients {
            credentials: settings.renewing_credentials()?,
            transport: clients::transport(&settings, environment)?,
            settings,
            throttling: match workers.until_accepted {
                true => ThrottlingMode::RetryUntilAccepted,
                false => ThrottlingMode::Retry,
            },
            clients: HashMap::new(),
        })
    }

    fn prepare(&mut self, call: BatchCall) -> Result<PreparedCall> {
        let operation = all_operations().find(|operation| operation.name == call.operation);
        let operation = operation.ok_or_else(|| Error::general("no such operation"))?;
        Ok(PreparedCall {
            client: self.client(operation.service)?,
            operation,
            input: call.input,
        })
    }

    fn client(&mut self, service: &'static Service) -> Result<Client> {
        if let Some(client) = self.clients.get(service.signing_name) {
            return Ok(client.clone());
        }
        let settings = &self.settings;
        let of_service = settings.service_settings(service, &self.credentials)?;
        let (transport, endpoint) = (self.transport.clone(), of_service.endpoint);
        let destination = clients::destination(settings, transport, endpoint, self.throttling);
        let client = Client::new(service, of_service.sdk, destination);
        self.clients.insert(service.signing_name, client.clone());
        Ok(client)
    }
}

fn make_calls(
    calls: Vec<BatchCall>,
    workers: WorkerOptions,
    environment: &Environment,
) -> Result<BatchReport> {
    let mut clients = ServiceClients::new(workers, environment)?;
    let calls = calls.into_iter().map(|call| clients.prepare(call));
    let mut calls = calls.collect::<Result<Vec<_>>>()?.into_iter();
    let mut report = BatchReport::default();
    let cancellation = Cancellation::default();
    // Calls that an interrupt drops are not cancelled.
    let of_calls = match workers.drop_on_interrupt {
        true => Cancellation::default(),
        false => cancellation.clone(),
    };
    let all = batch::for_each(
        &mut calls,
        workers.count,
        &of_calls,
        |call| call.send(&of_calls),
        |(call, result)| report.add(call, result),
    );
    let all = async {
        match workers.drop_on_interrupt {
            true => {
                select(pin!(all), pin!(cancellation.stopped())).await;
            }
            false => all.await,
        }
    };
    interrupt::block_on_cancellable(&cancellation, all)?;
    let unfinished = clients.clients.values().flat_map(Client::take_unfinished);
    let unfinished = unfinished.map(|change| BatchCall {
        operation: change.operation.name,
        input: change.input,
    });
    report.unfinished.extend(unfinished);
    report.not_started = calls.len();
    Ok(report)
}

impl PreparedCall {
    async fn send(self, cancellation: &Cancellation) -> (BatchCall, CallResult) {
        let called = self
            .client
            .call_until(self.operation, &self.input, cancellation);
        let result = called.await;
        let call = BatchCall {
            operation: self.operation.name,
            input: self.input,
        };
        (call, result)
    }
}

impl BatchReport {
    fn add(&mut self, call: BatchCall, result: CallResult) {
        match result {
            Ok(response) => self.responses.push(RecordedResponse {
                request_id: response.request_id().map(str::to_string),
                status: response.response.status,
                attempts: response.attempts,
                url: response.url,
                body: response.response.body,
            }),
            Err(CallError::Failed(error)) => self.failed.push(error.message),
            Err(CallError::Cancelled {
                may_have_made_change: true,
            }) => self.unfinished.push(call),
            Err(CallError::Cancelled {
                may_have_made_change: false,
            }) => self.cancelled += 1,
        }
    }
}
