//! SyncTrigger: updates of identity pools with a Lambda function. The function is invoked once per
//! update, before the update and outside of any transaction; `update_queue` serializes the updates
//! of a dataset. If another process has changed a record meanwhile, the update fails with a
//! conflict. `event` builds the event and parses the output, and `program` runs the program that
//! replaces the function.

mod event;
mod program;
mod update_queue;

use serde_json::Value as Json;

pub(super) use update_queue::{QueueTurn, UpdateQueues};

use super::delivery::Delivery;
use super::operations::OperationCall;
use super::operations::update::{self, RecordPatch, TriggerOutput, ValidatedUpdate};
use super::principal::Principal;
use super::service::LocalService;
use super::service_error::ServiceError;
use super::store::Record;
use crate::model::OperationId;

/// The invocation of a function for an update.
struct TriggerInvocation {
    /// The ARN of the function.
    function: String,
    update: ValidatedUpdate,
    /// All records of the dataset.
    stored: Vec<Record>,
}

impl LocalService {
    /// Whether the call is an update that invokes a function. A developer's update never does.
    /// Without a program in the function's place, only the outbox records the invocation.
    pub fn has_sync_trigger(&self, call: &OperationCall) -> Result<bool, ServiceError> {
        let is_developer = match &call.principal {
            Principal::Developer => true,
            Principal::Unknown => self.strict,
            Principal::UnknownIdentity | Principal::Identity(_) => false,
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

    /// Invokes the function, and returns its output; `None` if there is no function, or no program
    /// in its place. Blocks as long as the program runs.
    pub fn invoke_sync_trigger(
        &self,
        call: &OperationCall,
    ) -> Result<Option<TriggerOutput>, ServiceError> {
        let Some(invocation) = self.invocation(call)? else {
            return Ok(None);
        };
        let event = event::build(&invocation.update, &invocation.stored);
        let (outcome, patches) = match &self.sync_trigger {
            None => (None, None),
            Some(command) => {
                let (outcome, patches) = run_program(command, &event, &invocation);
                (Some(outcome), Some(patches))
            }
        };
        self.deliver(&[Delivery::Lambda {
            function: invocation.function,
            event,
            outcome,
        }]);
        let sync_count = invocation.update.sync_count();
        let trigger_output = patches.map(|patches| {
            Ok(TriggerOutput {
                sync_count,
                patches: patches?,
            })
        });
        trigger_output.transpose()
    }

    /// Returns the invocation, if the update is valid and the pool has a function.
    fn invocation(&self, call: &OperationCall) -> Result<Option<TriggerInvocation>, ServiceError> {
        self.store.read(|tables| {
            let pool = tables.find_pool(call.input.pool())?;
            let Some(function) = pool.and_then(|pool| pool.sync_trigger) else {
                return Ok(None);
            };
            let update = update::validate(call, &self.context, tables)?;
            let stored = match &update.dataset {
                Some(dataset) => tables.records(dataset.number)?,
                None => Vec::new(),
            };
            let invocation = TriggerInvocation {
                function,
                update,
                stored,
            };
            Ok(Some(invocation).filter(|invocation| !invocation.update.patches.is_empty()))
        })
    }
}

/// Runs the program. Returns its output for the outbox, and the patches in it.
fn run_program(
    command: &str,
    event: &Json,
    invocation: &TriggerInvocation,
) -> (Result<Json, String>, Result<Vec<RecordPatch>, ServiceError>) {
    let output = program::invoke(command, event);
    let patches = output.clone().and_then(|output| {
        event::parse_output(event, &output, &invocation.update, &invocation.stored)
    });
    let outcome = match &patches {
        Ok(_) => output.map_err(|error| error.message),
        Err(error) => Err(error.message.clone()),
    };
    (outcome, patches)
}
