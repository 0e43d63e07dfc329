//! One thread that writes for all: what has come in while a transaction was made durable goes into the
//! next one, together. What is written is not known here.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use tokio::sync::oneshot;

use super::operations::OperationOutput;
use super::service::{LocalService, WriteJob};
use super::service_error::ServiceError;
use super::store::LOCK_TIMEOUT;

/// Most jobs of one transaction.
const MAX_BATCH: usize = 256;

/// What a job comes to, in time.
pub(super) type PendingOutput = oneshot::Receiver<Result<OperationOutput, ServiceError>>;

/// A job with who asked for it.
#[derive(Debug)]
struct QueuedJob {
    job: WriteJob,
    /// Until when it waits for other programs that write to the store.
    deadline: Instant,
    reply_to: oneshot::Sender<Result<OperationOutput, ServiceError>>,
}

/// The writing thread.
#[derive(Debug)]
pub(super) struct WriterThread {
    jobs: Sender<QueuedJob>,
    thread: JoinHandle<()>,
}

impl WriterThread {
    pub fn start(service: Arc<LocalService>) -> WriterThread {
        let (jobs, queue) = mpsc::channel();
        let thread = thread::spawn(move || run(&service, &queue));
        WriterThread { jobs, thread }
    }

    /// Hands over a job.
    pub fn submit(&self, job: WriteJob) -> PendingOutput {
        let (reply_to, outcome) = oneshot::channel();
        // Should the thread have gone, the outcome says so.
        drop(self.jobs.send(QueuedJob {
            job,
            deadline: Instant::now() + LOCK_TIMEOUT,
            reply_to,
        }));
        outcome
    }

    /// Waits for what is still to be written.
    pub fn finish(self) {
        drop(self.jobs);
        drop(self.thread.join());
    }
}

/// The outcome, or that there is none.
pub(super) fn received_output(
    received: Result<Result<OperationOutput, ServiceError>, oneshot::error::RecvError>,
) -> Result<OperationOutput, ServiceError> {
    received.unwrap_or_else(|_| Err(service_ended()))
}

/// Refuses a call that the service has not finished before its own end.
pub(super) fn service_ended() -> ServiceError {
    ServiceError::internal("The service has ended.")
}

fn run(service: &LocalService, queue: &Receiver<QueuedJob>) {
    while let Ok(first) = queue.recv() {
        // The others may wait longer, as they have come later.
        let transaction = match service.begin_write(first.deadline) {
            Ok(transaction) => transaction,
            Err(error) => {
                drop(first.reply_to.send(Err(error)));
                continue;
            }
        };
        let more = queue.try_iter().take(MAX_BATCH - 1);
        let (jobs, receivers): (Vec<_>, Vec<_>) = std::iter::once(first)
            .chain(more)
            .map(|queue| (queue.job, queue.reply_to))
            .unzip();
        let outcomes = service.write(transaction, &jobs);
        for (outcome, reply_to) in outcomes.into_iter().zip(receivers) {
            // Whoever asked may have gone.
            drop(reply_to.send(outcome));
        }
    }
}
