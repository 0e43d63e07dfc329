//! The attempts of a call: how many there were, where the last one went and how it ended.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::TransportError;
use super::response::Response;

/// The attempts of a call.
#[derive(Debug, Default)]
pub struct Attempts {
    /// Requests that were sent, or could not be.
    pub count: u32,
    /// URL of the last request, without what is secret in it.
    pub url: String,
    /// How the last attempt ended.
    pub last: Option<Result<Response, TransportError>>,
}

/// Records the attempts of a call while it runs; clones share the record.
#[derive(Debug, Clone, Default)]
pub struct Recorder(Arc<Mutex<Attempts>>);

impl Recorder {
    /// Records the start of an attempt and returns its number, counted from 1.
    pub(super) fn start(&self, url: String) -> u32 {
        let mut attempts = self.attempts();
        attempts.count += 1;
        attempts.url = url;
        attempts.last = None;
        attempts.count
    }

    /// Records the end of the attempt.
    pub(super) fn end(&self, outcome: Result<Response, TransportError>) {
        self.attempts().last = Some(outcome);
    }

    /// Whether the last attempt was refused by this machine itself.
    pub(super) fn was_refused_on_loopback(&self) -> bool {
        matches!(&self.attempts().last, Some(Err(why)) if why.is_on_loopback())
    }

    /// Takes out what was recorded.
    pub fn take(&self) -> Attempts {
        std::mem::take(&mut *self.attempts())
    }

    fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
