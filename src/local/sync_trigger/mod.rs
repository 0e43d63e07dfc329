//! Updates of identity pools that have a function for SyncTrigger: it is asked before the update is made,
//! outside of any transaction, and again if the dataset has changed meanwhile. What it is shown and what
//! its answer means is in `event`, and how it is called in `program`.

mod event;
mod program;

use std::sync::Arc;

use serde_json::Value as Json;

use super::caller::Caller;
use super::delivery::Delivery;
use super::refusal::Ruled;
use super::rules::update::{self, Admitted, Patch, Triggered};
use super::rules::{Call, Done};
use super::service::{Job, Service};
use super::store::Record;

/// How often a function is asked for one update.
const ROUNDS: usize = 8;

/// An update that a function is to be asked about.
struct Question {
    /// ARN of the function.
    function: String,
    update: Admitted,
    /// All records of the dataset.
    stored: Vec<Record>,
}

impl Service {
    /// Whether a function may have to be asked about the call. It never is for a developer's; without
    /// a program that takes its place, only the outbox tells of it.
    pub fn may_have_function(&self, call: &Call) -> bool {
        let is_developer = match &call.caller {
            Caller::Developer => true,
            Caller::Anybody => self.strict,
            Caller::SomeIdentity | Caller::Identity(_) => false,
        };
        call.operation.name == "UpdateRecords"
            && !is_developer
            && (self.sync_trigger.is_some() || self.outbox.is_some())
    }

    /// Writes a call, after the function was asked if there is one.
    pub fn write_with_function(
        &self,
        call: &Arc<Call>,
        write: impl Fn(Job) -> Ruled<Done>,
    ) -> Ruled<Done> {
        let mut outcome = Err(update::stale());
        for _ in 0..ROUNDS {
            let triggered = match self.may_have_function(call) {
                true => self.ask_function(call)?,
                false => None,
            };
            let was_asked = triggered.is_some();
            outcome = write(Job {
                call: call.clone(),
                triggered,
            });
            let is_stale = matches!(&outcome, Err(refusal) if *refusal == update::stale());
            if !(was_asked && is_stale) {
                break;
            }
        }
        outcome
    }

    /// What the function makes of the update; nothing where there is none.
    fn ask_function(&self, call: &Call) -> Ruled<Option<Triggered>> {
        let Some(question) = self.question(call)? else {
            return Ok(None);
        };
        let event = event::shown(&question.update, &question.stored);
        let (outcome, patches) = match &self.sync_trigger {
            None => (None, None),
            Some(command) => {
                let (outcome, patches) = ask(command, &event, &question);
                (Some(outcome), Some(patches))
            }
        };
        self.deliver(&[Delivery::Lambda {
            function: question.function,
            event,
            outcome,
        }]);
        let sync_count = question.update.sync_count();
        let triggered = patches.map(|patches| {
            Ok(Triggered {
                sync_count,
                patches: patches?,
            })
        });
        triggered.transpose()
    }

    /// The update as it would be, if it may be and the pool has a function.
    fn question(&self, call: &Call) -> Ruled<Option<Question>> {
        self.store.read(|tables| {
            let pool = tables.find_pool(call.input.pool())?;
            let Some(function) = pool.and_then(|pool| pool.sync_trigger) else {
                return Ok(None);
            };
            let update = update::admit(call, &self.ground, tables)?;
            let stored = match &update.dataset {
                Some(dataset) => tables.records(dataset.number)?,
                None => Vec::new(),
            };
            let question = Question {
                function,
                update,
                stored,
            };
            Ok(Some(question).filter(|question| !question.update.patches.is_empty()))
        })
    }
}

/// What the program answers, for the outbox, and what that makes of the update.
fn ask(
    command: &str,
    event: &Json,
    question: &Question,
) -> (Result<Json, String>, Ruled<Vec<Patch>>) {
    let answer = program::call(command, event);
    let patches = answer
        .clone()
        .and_then(|answer| event::patches(event, &answer, &question.update, &question.stored));
    let outcome = match &patches {
        Ok(_) => answer.map_err(|refusal| refusal.message),
        Err(refusal) => Err(refusal.message.clone()),
    };
    (outcome, patches)
}
