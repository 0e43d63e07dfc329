//! Changes whose calls were dropped before their response came: the service may have made them.

use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value as Json};

use crate::model::Operation;
use crate::transport::AttemptRecorder;

/// A changing call that was dropped while the service may have been making the change.
#[derive(Debug)]
pub struct UnfinishedChange {
    /// The operation that was called.
    pub operation: &'static Operation,
    /// Its input.
    pub input: Map<String, Json>,
}

/// The unfinished changes of a client.
#[derive(Debug, Default)]
pub(super) struct UnfinishedChanges(Mutex<Vec<UnfinishedChange>>);

impl UnfinishedChanges {
    /// Takes out the list.
    pub(super) fn take(&self) -> Vec<UnfinishedChange> {
        let mut changes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *changes)
    }

    fn add(&self, change: UnfinishedChange) {
        let mut changes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        changes.push(change);
    }
}

/// Lists a call as unfinished if it is dropped in the meantime.
pub(super) struct ChangeGuard<'a> {
    changes: Option<&'a UnfinishedChanges>,
    operation: &'static Operation,
    input: &'a Map<String, Json>,
    recorder: &'a AttemptRecorder,
}

impl<'a> ChangeGuard<'a> {
    /// Guards a call, whose attempts the recorder records.
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

    /// Ends the guard of a call whose outcome is reported.
    pub(super) fn disarm(mut self) {
        self.changes = None;
    }
}

impl Drop for ChangeGuard<'_> {
    fn drop(&mut self) {
        if let Some(changes) = self.changes
            && self.recorder.may_be_made()
        {
            changes.add(UnfinishedChange {
                operation: self.operation,
                input: self.input.clone(),
            });
        }
    }
}
