//! Changes whose calls were dropped before the response arrived, so that the service may have made
//! them.

use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value as Json};

use crate::model::Operation;
use crate::transport::AttemptRecorder;

/// A call that was dropped while the service may have been making its change.
#[derive(Debug)]
pub struct UnfinishedChange {
    /// The operation that was called.
    pub operation: &'static Operation,
    /// Its input document.
    pub input: Map<String, Json>,
}

/// The unfinished changes of a client.
#[derive(Debug, Default)]
pub(super) struct UnfinishedChanges(Mutex<Vec<UnfinishedChange>>);

impl UnfinishedChanges {
    /// Returns the list and empties it.
    pub(super) fn take(&self) -> Vec<UnfinishedChange> {
        let mut changes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *changes)
    }

    fn add(&self, change: UnfinishedChange) {
        let mut changes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        changes.push(change);
    }
}

/// Records a call as unfinished if the guard is dropped before [`ChangeGuard::disarm`].
pub(super) struct ChangeGuard<'a> {
    changes: Option<&'a UnfinishedChanges>,
    operation: &'static Operation,
    input: &'a Map<String, Json>,
    recorder: &'a AttemptRecorder,
}

impl<'a> ChangeGuard<'a> {
    /// Guards a call whose attempts `recorder` records.
    pub(super) fn new(
        changes: &'a UnfinishedChanges,
        operation: &'static Operation,
        input: &'a Map<String, Json>,
        recorder: &'a AttemptRecorder,
    ) -> ChangeGuard<'a> {
        ChangeGuard {
            changes: Some(changes),
            operation,
            input,
            recorder,
        }
    }

    /// Ends the guard of a call whose outcome is known.
    pub(super) fn disarm(mut self) {
        self.changes = None;
    }
}

impl Drop for ChangeGuard<'_> {
    fn drop(&mut self) {
        if let Some(changes) = self.changes
            && self.recorder.may_have_made_change()
        {
            changes.add(UnfinishedChange {
                operation: self.operation,
                input: self.input.clone(),
            });
        }
    }
}
