//! The attempts of a call: how many there were, where the last one went and how it ended.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::TransportError;
use super::response::Response;

/// The attempts of a call.
#[derive(Debug, Default)]
pub struct Attempts {
    /// Requests that were sent, or could not be.
    pub count: u32,
    /// How many of them the service throttled, where that is looked at.
    pub throttled: u32,
    /// URL of the last request, without what is secret in it.
    pub url: String,
    /// How the last attempt ended.
    pub last: Option<Result<Response, TransportError>>,
}

/// Records the attempts of a call while it runs; clones share the record.
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
    /// Whether a request is being sent, or its response waited for.
    is_sending: bool,
    was_throttled: bool,
}

tokio::task_local! {
    /// The recorder of the call that this task makes: the SDK, between caller and connector, hands nothing on.
    static CURRENT: AttemptRecorder;
}

impl AttemptRecorder {
    /// A recorder for one call, which may change what the service stores.
    pub fn new(is_change: bool) -> AttemptRecorder {
        AttemptRecorder(Arc::new(CallRecord {
            is_change,
            progress: Mutex::default(),
        }))
    }

    /// Records the attempts that the future makes.
    pub fn scope<F: Future>(&self, call: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self.clone(), call)
    }

    /// The recorder of the call that this task makes.
    pub(super) fn current() -> Option<AttemptRecorder> {
        CURRENT.try_with(AttemptRecorder::clone).ok()
    }

    /// Records the start of an attempt and returns its number, counted from 1.
    pub(super) fn start(&self, url: String) -> u32 {
        let mut progress = self.progress();
        progress.was_throttled = false;
        let attempts = &mut progress.attempts;
        attempts.count += 1;
        attempts.url = url;
        attempts.last = None;
        attempts.count
    }

    /// Records that the request is being sent from now on.
    pub fn start_sending(&self) {
        self.progress().is_sending = true;
    }

    /// Records the end of the attempt.
    pub(super) fn end(&self, outcome: Result<Response, TransportError>) {
        let mut progress = self.progress();
        progress.is_sending = false;
        progress.attempts.last = Some(outcome);
    }

    /// Records that the service throttled the last attempt.
    pub(super) fn throttled(&self) {
        let mut progress = self.progress();
        progress.was_throttled = true;
        progress.attempts.throttled += 1;
    }

    /// Whether the service throttled the last attempt, where that is looked at.
    pub fn was_throttled(&self) -> bool {
        self.progress().was_throttled
    }

    /// Whether a request is being sent, or its response waited for.
    pub fn is_sending(&self) -> bool {
        self.progress().is_sending
    }

    /// Whether the service may have made a change, though no response says so.
    pub fn may_be_made(&self) -> bool {
        let progress = self.progress();
        let leaves_doubt = matches!(&progress.attempts.last, Some(Err(why)) if why.leaves_doubt());
        self.0.is_change && (progress.is_sending || leaves_doubt)
    }

    /// Whether the request of this attempt may be sent again without anybody knowing: it is the call's
    /// first, and changes nothing.
    pub(super) fn may_repeat(&self) -> bool {
        !self.0.is_change && self.progress().attempts.count == 1
    }

    /// Whether the last attempt was refused by this machine itself.
    pub(super) fn was_refused_on_loopback(&self) -> bool {
        matches!(&self.progress().attempts.last, Some(Err(why)) if why.is_on_loopback())
    }

    /// Takes out what was recorded.
    pub fn take(&self) -> Attempts {
        std::mem::take(&mut self.progress().attempts)
    }

    fn progress(&self) -> MutexGuard<'_, CallProgress> {
        self.0
            .progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
