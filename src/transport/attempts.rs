//! The attempts of a call: their number, and URL and outcome of the last one.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::TransportError;
use super::response::Response;

/// The attempts of a call.
#[derive(Debug, Default)]
pub struct Attempts {
    /// Number of attempts, including those whose request could not be sent.
    pub count: u32,
    /// Number of throttled attempts, if a [`PacedClient`](super::PacedClient) counts them.
    pub throttled: u32,
    /// URL of the last request, with secrets redacted.
    pub url: String,
    /// Outcome of the last attempt.
    pub last: Option<Result<Response, TransportError>>,
}

/// Records the attempts of a running call. Clones share the record.
#[derive(Debug, Clone)]
pub struct AttemptRecorder(Arc<CallRecord>);

#[derive(Debug)]
struct CallRecord {
    is_change: bool,
    progress: Mutex<CallProgress>,
}

#[derive(Debug, Default)]
struct CallProgress {
    attempts: Attempts,
    /// Whether a request is being sent or its response awaited.
    is_sending: bool,
    was_throttled: bool,
}

tokio::task_local! {
    /// The recorder of the current task's call. It is task-local since the SDK passes no values
    /// from the caller to the connector.
    static CURRENT: AttemptRecorder;
}

impl AttemptRecorder {
    /// Creates a recorder for one call. `is_change` says whether the call changes data of the
    /// service.
    pub fn new(is_change: bool) -> AttemptRecorder {
        AttemptRecorder(Arc::new(CallRecord {
            is_change,
            progress: Mutex::default(),
        }))
    }

    /// Runs the future and records its attempts.
    pub fn scope<F: Future>(&self, call: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self.clone(), call)
    }

    /// Returns the recorder of the current task's call.
    pub(super) fn current() -> Option<AttemptRecorder> {
        CURRENT.try_with(AttemptRecorder::clone).ok()
    }

    /// Records the start of an attempt and returns its one-based number.
    pub(super) fn start_attempt(&self, url: String) -> u32 {
        let mut progress = self.lock();
        progress.was_throttled = false;
        let attempts = &mut progress.attempts;
        attempts.count += 1;
        attempts.url = url;
        attempts.last = None;
        attempts.count
    }

    /// Records that sending the request starts.
    pub fn start_sending(&self) {
        self.lock().is_sending = true;
    }

    /// Records the end of the attempt.
    pub(super) fn end_attempt(&self, outcome: Result<Response, TransportError>) {
        let mut progress = self.lock();
        progress.is_sending = false;
        progress.attempts.last = Some(outcome);
    }

    /// Records that the service throttled the last attempt.
    pub(super) fn record_throttling(&self) {
        let mut progress = self.lock();
        progress.was_throttled = true;
        progress.attempts.throttled += 1;
    }

    /// Returns whether the service throttled the last attempt.
    pub fn was_throttled(&self) -> bool {
        self.lock().was_throttled
    }

    /// Whether a request is being sent or its response awaited.
    pub fn is_sending(&self) -> bool {
        self.lock().is_sending
    }

    /// Returns whether the service may have made a change without a response that confirms it.
    pub fn may_have_made_change(&self) -> bool {
        let progress = self.lock();
        let leaves_doubt = matches!(&progress.attempts.last, Some(Err(why)) if why.leaves_doubt());
        self.0.is_change && (progress.is_sending || leaves_doubt)
    }

    /// Returns whether this attempt may repeat its request: it is the call's first and changes
    /// nothing.
    pub(super) fn may_repeat_request(&self) -> bool {
        !self.0.is_change && self.lock().attempts.count == 1
    }

    /// Returns whether the last connection was refused on loopback.
    pub(super) fn was_refused_on_loopback(&self) -> bool {
        matches!(&self.lock().attempts.last, Some(Err(why)) if why.is_on_loopback())
    }

    /// Returns the recorded attempts and resets the record.
    pub fn take(&self) -> Attempts {
        std::mem::take(&mut self.lock().attempts)
    }

    fn lock(&self) -> MutexGuard<'_, CallProgress> {
        self.0
            .progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
