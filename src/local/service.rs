//! The local service without a transport: validates requests, reads and writes the store, and
//! delivers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Request;
use hyper::body::Bytes;

use super::clock::{self, UnixMillis};
use super::delivery::Delivery;
use super::fault_injection::FaultInjector;
use super::operations::update::TriggerOutput;
use super::operations::{self, OperationCall, OperationContext, OperationInput, OperationOutput};
use super::outbox::Outbox;
use super::routing::RoutedRequest;
use super::service_error::ServiceError;
use super::session_token::SessionTokens;
use super::store::{
    IN_MEMORY, IntegrityCheck, LOCK_TIMEOUT, MissingDirectory, Store, Tables, WriteTransaction,
};
use super::{constraints, signature};
use crate::error::{Error, Result};
use crate::model::IDENTITY_POOL_ID;
use crate::serve_args::{AccessKey, ServeArgs};

/// The local service.
#[derive(Debug)]
pub(super) struct LocalService {
    pub(super) store: Store,
    pub(super) context: OperationContext,
    keys: Vec<AccessKey>,
    pub(super) strict: bool,
    faults: FaultInjector,
    pub(super) outbox: Option<Outbox>,
    pub(super) sync_trigger: Option<String>,
    clock_offset: UnixMillis,
}

/// The name of a store to open.
#[derive(Debug)]
pub(super) struct StoreLocation {
    pub name: String,
    /// What to do if its directory does not exist.
    pub directory: MissingDirectory,
}

impl StoreLocation {
    /// Returns the name as an absolute path.
    pub fn absolute(&self) -> String {
        match std::path::absolute(&self.name) {
            Ok(path) if self.name != IN_MEMORY => path.to_string_lossy().into_owned(),
            _ => self.name.clone(),
        }
    }
}

/// A stream that rejected a record.
struct StreamFailure<'a> {
    pool: &'a str,
    why: String,
    /// Whether the record was part of a bulk publish.
    in_bulk: bool,
}

/// A call that writes to the store.
#[derive(Debug)]
pub(super) struct WriteJob {
    pub call: Arc<OperationCall>,
    /// The output of the function for SyncTrigger; `None` if none was invoked.
    pub trigger_output: Option<TriggerOutput>,
}

impl LocalService {
    /// Opens the store and the outbox.
    pub fn open(
        store: &StoreLocation,
        integrity_check: IntegrityCheck,
        options: &ServeArgs,
    ) -> Result<LocalService> {
        let faults = FaultInjector::new(&options.faults)?;
        let opened = Store::open(&store.name, integrity_check, store.directory)?;
        let key = opened.read(|tables| tables.session_token_key());
        let key = key.map_err(|error| {
            Error::general(format!(
                "The store '{}' cannot be used: {}",
                store.name, error.message
            ))
        })?;
        let service = LocalService {
            store: opened,
            context: OperationContext {
                session_tokens: SessionTokens::new(&key, millis(options.token_lifetime)),
                bulk_publish_time: millis(options.bulk_publish_time),
                requires_known_pools: !options.pools.is_empty(),
            },
            keys: options.keys.clone(),
            strict: options.strict,
            faults,
            outbox: options.outbox.as_deref().map(Outbox::open).transpose()?,
            sync_trigger: options.sync_trigger.clone(),
            clock_offset: options.clock.0,
        };
        service.add_pools(&options.pools)?;
        Ok(service)
    }

    fn add_pools(&self, pools: &[String]) -> Result<()> {
        let add = |tables: Tables<'_>, pool: &String| tables.add_pool(pool, self.now());
        let added = self
            .store
            .write(pools, add)
            .into_iter()
            .collect::<Result<(), ServiceError>>();
        added.map_err(|error| Error::general(error.message))
    }

    fn now(&self) -> UnixMillis {
        clock::machine_now().saturating_add(self.clock_offset)
    }

    /// Validates a request: authenticates it, parses its input, checks constraints and credentials,
    /// and injects faults.
    pub fn prepare_call(
        &self,
        routing: RoutedRequest,
        request: &Request<Bytes>,
    ) -> Result<OperationCall, ServiceError> {
        // Signatures are checked by the machine's clock, so that clients keep working when the
        // service's clock is moved.
        let operation = routing.operation;
        let machine_now = clock::machine_now();
        let principal =
            signature::authenticate(&self.keys, operation.service, request, machine_now)?;
        let input = routing.input(request)?;
        constraints::validate(operation, &input)?;
        principal.authorize(operation, routing.path_value("IdentityId"), self.strict)?;
        self.faults.inject(operation.name)?;
        Ok(OperationCall {
            operation,
            input: OperationInput(input),
            principal,
            now: self.now(),
            machine_now: clock::machine_now(),
        })
    }

    /// Performs a call that only reads; `None` if it writes.
    pub fn read(&self, call: &OperationCall) -> Option<Result<OperationOutput, ServiceError>> {
        let read = |tables: Tables<'_>| match operations::is_write(call, tables)? {
            true => Ok(None),
            false => operations::perform(call, None, &self.context, tables).map(Some),
        };
        self.store.read(read).transpose()
    }

    /// Begins a transaction. Waits until the deadline for other programs that write to the store.
    pub fn begin_write(&self, deadline: Instant) -> Result<WriteTransaction<'_>, ServiceError> {
        self.store.begin(deadline)
    }

    /// Performs jobs in one durable transaction, and delivers what results from them.
    pub fn write(
        &self,
        transaction: WriteTransaction<'_>,
        jobs: &[WriteJob],
    ) -> Vec<Result<OperationOutput, ServiceError>> {
        let work = |tables: Tables<'_>, job: &WriteJob| {
            operations::perform(
                &job.call,
                job.trigger_output.as_ref(),
                &self.context,
                tables,
            )
        };
        let outcomes = transaction.perform(jobs, work);
        let done = outcomes.iter().flatten();
        self.deliver(done.flat_map(|done| &done.deliveries));
        outcomes
    }

    /// Sends deliveries. A stream that rejects a record is disabled, and a bulk publish to it
    /// fails; the changes that led to the delivery stand.
    pub fn deliver<'a>(&self, deliveries: impl IntoIterator<Item = &'a Delivery>) {
        let mut failures: Vec<StreamFailure<'a>> = Vec::new();
        for delivery in deliveries {
            let Delivery::Stream { pool, in_bulk, .. } = delivery else {
                // A failure has no effect on the caller.
                drop(self.write_to_outbox(delivery));
                continue;
            };
            if let Some(failure) = failures.iter_mut().find(|failure| failure.pool == pool) {
                failure.in_bulk |= in_bulk;
            } else if let Err(why) = self.deliver_to_stream(delivery) {
                failures.push(StreamFailure {
                    pool,
                    why,
                    in_bulk: *in_bulk,
                });
            }
        }
        let note = |tables: Tables<'_>, failure: &StreamFailure<'_>| {
            if failure.in_bulk {
                operations::fail_bulk_publish(failure.pool, &failure.why, tables)?;
            }
            operations::disable_streaming(failure.pool, &failure.why, tables)
        };
        drop(self.store.write(&failures, note));
    }

    fn deliver_to_stream(&self, delivery: &Delivery) -> std::result::Result<(), String> {
        match delivery {
            Delivery::Stream { stream: None, .. } => Err("No stream is named.".to_string()),
            _ => match self.faults.stream_fault() {
                Some(why) => Err(why),
                None => self.write_to_outbox(delivery),
            },
        }
    }

    fn write_to_outbox(&self, delivery: &Delivery) -> std::result::Result<(), String> {
        let added = self.outbox.as_ref().map(|outbox| outbox.add(delivery));
        added
            .unwrap_or(Ok(()))
            .map_err(|why| format!("The outbox is not writable: {why}"))
    }

    /// Performs a call on this thread, without invoking functions.
    pub fn perform(&self, call: OperationCall) -> Result<OperationOutput, ServiceError> {
        match self.read(&call) {
            Some(outcome) => outcome,
            None => self.write_one(WriteJob {
                call: Arc::new(call),
                trigger_output: None,
            }),
        }
    }

    fn write_one(&self, job: WriteJob) -> Result<OperationOutput, ServiceError> {
        let nothing = || Err(ServiceError::internal("The store performed no job."));
        let transaction = self.begin_write(Instant::now() + LOCK_TIMEOUT)?;
        let outcome = self.write(transaction, &[job]).pop();
        outcome.unwrap_or_else(nothing)
    }

    /// Closes the store.
    pub fn close(&self) {
        self.store.close();
    }
}

/// Rejects invalid options before anything is created.
pub(super) fn validate_args(options: &ServeArgs) -> Result<()> {
    FaultInjector::new(&options.faults)?;
    for pool in &options.pools {
        let sound = constraints::validate_text(&IDENTITY_POOL_ID, "--pool", pool);
        sound.map_err(|error| Error::parameter(error.message))?;
    }
    Ok(())
}

fn millis(duration: Duration) -> UnixMillis {
    UnixMillis::try_from(duration.as_millis()).unwrap_or(UnixMillis::MAX)
}
