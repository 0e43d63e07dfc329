//! The local service as a whole: from a request to what becomes of it. Requests are let in here,
//! reads and writes get to the store, and what is to be delivered goes out. It knows no sockets.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Request;
use hyper::body::Bytes;

use super::arrival::Arrival;
use super::delivery::Delivery;
use super::faults::Faults;
use super::moments::{self, Millis};
use super::outbox::Outbox;
use super::refusal::{Refusal, Ruled};
use super::rules::update::Triggered;
use super::rules::{self, Call, Done, Ground, Input};
use super::session::Sessions;
use super::store::{Folder, IN_MEMORY, Inspection, LOCK_LIMIT, Store, Tables, Transaction};
use super::{constraints, signature};
use crate::error::{Error, Result};
use crate::model::IDENTITY_POOL_ID;
use crate::serve_args::{AccessKey, ServeArgs};

/// The service.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) store: Store,
    pub(super) ground: Ground,
    keys: Vec<AccessKey>,
    pub(super) strict: bool,
    faults: Faults,
    pub(super) outbox: Option<Outbox>,
    pub(super) sync_trigger: Option<String>,
    clock: Millis,
}

/// A store as it was asked for.
#[derive(Debug)]
pub(super) struct StoreName {
    pub name: String,
    /// What happens where its folder is missing.
    pub folder: Folder,
}

impl StoreName {
    /// The name for any working folder.
    pub fn absolute(&self) -> String {
        match std::path::absolute(&self.name) {
            Ok(path) if self.name != IN_MEMORY => path.to_string_lossy().into_owned(),
            _ => self.name.clone(),
        }
    }
}

/// A stream that did not take a record.
struct Failure<'a> {
    pool: &'a str,
    why: String,
    /// Whether it was part of a bulk publish.
    in_bulk: bool,
}

/// A call that changes something.
#[derive(Debug)]
pub(super) struct Job {
    pub call: Arc<Call>,
    /// What a function for SyncTrigger made of it.
    pub triggered: Option<Triggered>,
}

impl Service {
    /// Opens store and outbox.
    pub fn open(store: &StoreName, inspection: Inspection, options: &ServeArgs) -> Result<Service> {
        let faults = Faults::of(&options.faults)?;
        let opened = Store::open(&store.name, inspection, store.folder)?;
        let key = opened.read(|tables| tables.session_token_key());
        let key = key.map_err(|refusal| {
            Error::general(format!(
                "The store '{}' cannot be used: {}",
                store.name, refusal.message
            ))
        })?;
        let service = Service {
            store: opened,
            ground: Ground {
                sessions: Sessions::new(&key, millis(options.token_lifetime)),
                bulk_publish_time: millis(options.bulk_publish_time),
                known_pools_only: !options.pools.is_empty(),
            },
            keys: options.keys.clone(),
            strict: options.strict,
            faults,
            outbox: options.outbox.as_deref().map(Outbox::open).transpose()?,
            sync_trigger: options.sync_trigger.clone(),
            clock: options.clock.0,
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
            .collect::<Ruled<()>>();
        added.map_err(|refusal| Error::general(refusal.message))
    }

    fn now(&self) -> Millis {
        moments::of_system().saturating_add(self.clock)
    }

    /// Lets a request in, or not: by signature, form, constraints and credentials.
    pub fn admit(&self, arrival: Arrival, request: &Request<Bytes>) -> Ruled<Call> {
        // Signatures are of the machine's time, so that clients go on working when the service's
        // own is moved.
        let operation = arrival.operation;
        let machine_now = moments::of_system();
        let caller = signature::caller(&self.keys, operation.service, request, machine_now)?;
        let input = arrival.input(request)?;
        constraints::check(operation, &input)?;
        caller.check(operation, arrival.of_path("IdentityId"), self.strict)?;
        self.faults.check(operation.name)?;
        Ok(Call {
            operation,
            input: Input(input),
            caller,
            now: self.now(),
            machine_now: moments::of_system(),
        })
    }

    /// Answers a call that changes nothing; nothing where it does.
    pub fn read(&self, call: &Call) -> Option<Ruled<Done>> {
        let read = |tables: Tables<'_>| match rules::writes(call, tables)? {
            true => Ok(None),
            false => rules::perform(call, None, &self.ground, tables).map(Some),
        };
        self.store.read(read).transpose()
    }

    /// Begins a write; until the deadline, it waits for other programs that write to the store.
    pub fn begin_write(&self, deadline: Instant) -> Ruled<Transaction<'_>> {
        self.store.begin(deadline)
    }

    /// Does jobs that change something, all of them durable at once, and delivers what they lead
    /// to.
    pub fn write(&self, transaction: Transaction<'_>, jobs: &[Job]) -> Vec<Ruled<Done>> {
        let work = |tables: Tables<'_>, job: &Job| {
            rules::perform(&job.call, job.triggered.as_ref(), &self.ground, tables)
        };
        let outcomes = transaction.perform(jobs, work);
        let done = outcomes.iter().flatten();
        self.deliver(done.flat_map(|done| &done.deliveries));
        outcomes
    }

    /// Sends what is to be sent. A stream that takes nothing is switched off, and a bulk publish
    /// that wanted to write to it has failed; the changes that led to it stand.
    pub fn deliver<'a>(&self, deliveries: impl IntoIterator<Item = &'a Delivery>) {
        let mut failures: Vec<Failure<'a>> = Vec::new();
        for delivery in deliveries {
            let Delivery::Stream { pool, in_bulk, .. } = delivery else {
                // Nobody waits for it.
                drop(self.send(delivery));
                continue;
            };
            if let Some(failure) = failures.iter_mut().find(|failure| failure.pool == pool) {
                failure.in_bulk |= in_bulk;
            } else if let Err(why) = self.stream(delivery) {
                failures.push(Failure {
                    pool,
                    why,
                    in_bulk: *in_bulk,
                });
            }
        }
        let note = |tables: Tables<'_>, failure: &Failure<'_>| {
            if failure.in_bulk {
                rules::fail_bulk_publish(failure.pool, &failure.why, tables)?;
            }
            rules::switch_streaming_off(failure.pool, &failure.why, tables)
        };
        drop(self.store.write(&failures, note));
    }

    fn stream(&self, delivery: &Delivery) -> std::result::Result<(), String> {
        match delivery {
            Delivery::Stream { stream: None, .. } => Err("No stream is named.".to_string()),
            _ => match self.faults.of_stream() {
                Some(why) => Err(why),
                None => self.send(delivery),
            },
        }
    }

    fn send(&self, delivery: &Delivery) -> std::result::Result<(), String> {
        let added = self.outbox.as_ref().map(|outbox| outbox.add(delivery));
        added
            .unwrap_or(Ok(()))
            .map_err(|why| format!("The outbox cannot be written: {why}"))
    }

    /// Performs a call on this thread, without functions.
    pub fn perform(&self, call: Call) -> Ruled<Done> {
        match self.read(&call) {
            Some(outcome) => outcome,
            None => self.write_alone(Job {
                call: Arc::new(call),
                triggered: None,
            }),
        }
    }

    fn write_alone(&self, job: Job) -> Ruled<Done> {
        let nothing = || Err(Refusal::internal("Nothing was done."));
        let transaction = self.begin_write(Instant::now() + LOCK_LIMIT)?;
        let outcome = self.write(transaction, &[job]).pop();
        outcome.unwrap_or_else(nothing)
    }

    /// Ends the use of the store in good order.
    pub fn close(&self) {
        self.store.close();
    }
}

/// Rejects options that make no sense, before anything is made for them.
pub(super) fn check_options(options: &ServeArgs) -> Result<()> {
    Faults::of(&options.faults)?;
    for pool in &options.pools {
        let sound = constraints::check_text(&IDENTITY_POOL_ID, "--pool", pool);
        sound.map_err(|refusal| Error::parameter(refusal.message))?;
    }
    Ok(())
}

fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}
