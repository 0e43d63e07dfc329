//! One thread that writes for all: what has come in while a transaction was made durable goes into the
//! next one, together. What is written is not known here.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use tokio::sync::oneshot;

use super::refusal::{Refusal, Ruled};
use super::rules::Done;
use super::service::{Job, Service};
use super::store::LOCK_LIMIT;

/// Most jobs of one transaction.
const BATCH: usize = 256;

/// What a job comes to, in time.
pub(super) type Outcome = oneshot::Receiver<Ruled<Done>>;

/// A job with who asked for it.
#[derive(Debug)]
struct Waiting {
    job: Job,
    /// Until when it waits for other programs that write to the store.
    deadline: Instant,
    answer: oneshot::Sender<Ruled<Done>>,
}

/// The writing thread.
#[derive(Debug)]
pub(super) struct Committer {
    jobs: Sender<Waiting>,
    thread: JoinHandle<()>,
}

impl Committer {
    pub fn start(service: Arc<Service>) -> Committer {
        let (jobs, waiting) = mpsc::channel();
        let thread = thread::spawn(move || work(&service, &waiting));
        Committer { jobs, thread }
    }

    /// Hands over a job.
    pub fn submit(&self, job: Job) -> Outcome {
        let (answer, outcome) = oneshot::channel();
        // Should the thread have gone, the outcome says so.
        drop(self.jobs.send(Waiting {
            job,
            deadline: Instant::now() + LOCK_LIMIT,
            answer,
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
pub(super) fn outcome_of(received: Result<Ruled<Done>, oneshot::error::RecvError>) -> Ruled<Done> {
    received.unwrap_or_else(|_| Err(has_ended()))
}

/// Refuses a call that the service has not finished before its own end.
pub(super) fn has_ended() -> Refusal {
    Refusal::internal("The service has ended.")
}

fn work(service: &Service, waiting: &Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        // The others may wait longer, as they have come later.
        let transaction = match service.begin_write(first.deadline) {
            Ok(transaction) => transaction,
            Err(refusal) => {
                drop(first.answer.send(Err(refusal)));
                continue;
            }
        };
        let more = waiting.try_iter().take(BATCH - 1);
        let (jobs, answers): (Vec<_>, Vec<_>) = std::iter::once(first)
            .chain(more)
            .map(|waiting| (waiting.job, waiting.answer))
            .unzip();
        let outcomes = service.write(transaction, &jobs);
        for (outcome, answer) in outcomes.into_iter().zip(answers) {
            // Whoever asked may have gone.
            drop(answer.send(outcome));
        }
    }
}
