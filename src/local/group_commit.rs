//! Group commit: one thread performs all writes, and commits those that arrive during a commit
//! together in the next transaction.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use tokio::sync::oneshot;

use super::operations::OperationOutput;
use super::service::{LocalService, WriteJob};
use super::service_error::ServiceError;
use super::store::LOCK_TIMEOUT;

/// The maximum number of jobs in a transaction.
const MAX_BATCH: usize = 256;

/// Receives the output of a job.
pub(super) type PendingOutput = oneshot::Receiver<Result<OperationOutput, ServiceError>>;

/// A job in the queue of the thread.
#[derive(Debug)]
struct QueuedJob {
    job: WriteJob,
    /// Until when the job waits for other programs that write to the store.
    deadline: Instant,
    reply_to: oneshot::Sender<Result<OperationOutput, ServiceError>>,
}

/// The thread that performs all writes.
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

    /// Queues a job.
    pub fn submit(&self, job: WriteJob) -> PendingOutput {
        let (reply_to, outcome) = oneshot::channel();
        // If the thread has ended, the receiver reports it.
        drop(self.jobs.send(QueuedJob {
            job,
            deadline: Instant::now() + LOCK_TIMEOUT,
            reply_to,
        }));
        outcome
    }

    /// Waits until all queued jobs are committed.
    pub fn finish(self) {
        drop(self.jobs);
        drop(self.thread.join());
    }
}

/// Returns the received output, or an error if the thread has ended.
pub(super) fn received_output(
    received: Result<Result<OperationOutput, ServiceError>, oneshot::error::RecvError>,
) -> Result<OperationOutput, ServiceError> {
    received.unwrap_or_else(|_| Err(service_ended()))
}

/// Returns the error for a call that the service did not finish before its shutdown.
pub(super) fn service_ended() -> ServiceError {
    ServiceError::internal("The service has ended.")
}

fn run(service: &LocalService, queue: &Receiver<QueuedJob>) {
    while let Ok(first) = queue.recv() {
        // The other jobs arrived later, so their deadlines are later.
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
            // The client may have disconnected.
            drop(reply_to.send(outcome));
        }
    }
}
