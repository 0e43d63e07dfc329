//! Updates of identity pools that have a function for SyncTrigger. The function is called once for each,
//! before the update is made and outside of any transaction; `queue` has the updates of a dataset wait for
//! each other. Where another process has changed a record meanwhile, the update is refused as a conflict.
//! What the function is shown and what its answer means is in `event`, and how it is called in `program`.

mod event;
mod program;
mod queue;

use serde_json::Value as Json;

pub(super) use queue::{Queues, Turn};

use super::caller::Caller;
use super::delivery::Delivery;
use super::refusal::Ruled;
use super::rules::Call;
use super::rules::update::{self, Admitted, Patch, Triggered};
use super::service::Service;
use super::store::Record;
use crate::model::OperationId;

/// An update that a function is to be asked about.
struct Question {
    /// ARN of the function.
    function: String,
    update: Admitted,
    /// All records of the dataset.
    stored: Vec<Record>,
}

impl Service {
    /// Whether the call is an update for which a function is to be called. It never is for a
    /// developer's; without a program that takes its place, only the outbox tells of it.
    pub fn has_function(&self, call: &Call) -> Ruled<bool> {
        let is_developer = match &call.caller {
            Caller::Developer => true,
            Caller::Anybody => self.strict,
            Caller::SomeIdentity | Caller::Identity(_) => false,
        };
        let may_have_one = call.operation.id == OperationId::UpdateRecords
            && !is_developer
            && (self.sync_trigger.is_some() || self.outbox.is_some());
        if !may_have_one {
            return Ok(false);
        }
        self.store.read(|tables| {
            let pool = tables.find_pool(call.input.pool())?;
            Ok(pool.is_some_and(|pool| pool.sync_trigger.is_some()))
        })
    }

    /// Calls the function and returns what it makes of the update; `None` where there is no function
    /// or no program in its place. It takes as long as the program does.
    pub fn call_function(&self, call: &Call) -> Ruled<Option<Triggered>> {
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
