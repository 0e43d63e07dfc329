//! Read, compare, write: brings a group of sections to a desired configuration, and starts again
//! where another writer has changed it in between.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use serde_json::{Map, Value as Json};

use super::changes::{MemberChange, compare};
use super::live_configuration::LiveConfiguration;
use super::section::PoolConfiguration;
use super::section_group::SectionGroup;
use crate::cancellation::Cancellation;
use crate::error::{Error, ErrorKind};
use crate::service::{CallError, CallResponse, Client};

/// How often an update starts again after a concurrent modification.
const MAX_RETRIES: u32 = 5;

/// The longest delay before the first retry; each further one may be twice as long.
const FIRST_DELAY: Duration = Duration::from_millis(100);

/// The error of the service when another call changes the same configuration.
const CONCURRENT_MODIFICATION: &str = "ConcurrentModificationException";

/// Sections of an identity pool that are to be updated.
#[derive(Debug, Clone, Copy)]
pub struct UpdateTarget<'a> {
    /// The client that reads and writes.
    pub client: &'a Client,
    /// ID of the identity pool.
    pub pool: &'a str,
    /// The sections.
    pub group: SectionGroup,
    /// Cancels the update.
    pub cancellation: &'a Cancellation,
}

/// The writes that turn a live configuration into the desired one.
#[derive(Debug)]
pub struct UpdatePlan {
    /// What changes.
    pub changes: Vec<MemberChange>,
    /// The inputs of the calls that make the changes, in order; none if nothing changes.
    pub inputs: Vec<Map<String, Json>>,
}

/// What an update found or did.
#[derive(Debug)]
pub enum UpdateOutcome {
    /// The live configuration is as desired, and nothing was written.
    Unchanged(LiveConfiguration),
    /// The changes were made; the response is that of the last write.
    Changed(Vec<MemberChange>, CallResponse),
}

impl UpdateTarget<'_> {
    /// Reads the live configuration.
    pub async fn read(&self) -> Result<LiveConfiguration, CallError> {
        LiveConfiguration::read(self.client, self.group, self.pool, self.cancellation).await
    }

    /// Compares the live with the desired configuration.
    pub fn plan(&self, live: &PoolConfiguration, desired: &PoolConfiguration) -> UpdatePlan {
        let changes = compare(live, desired);
        let inputs = self.group.write_inputs(self.pool, live, desired, &changes);
        UpdatePlan { changes, inputs }
    }

    /// Reads the live configuration, computes the desired one from it and writes what differs.
    /// `before_write` gets the changes each time before they are written.
    ///
    /// # Errors
    /// Returns the error of the call that failed, which after [`MAX_RETRIES`] retries may be a
    /// concurrent modification.
    pub async fn update(
        &self,
        desired: impl Fn(&PoolConfiguration) -> PoolConfiguration,
        mut before_write: impl FnMut(&[MemberChange]),
    ) -> Result<UpdateOutcome, CallError> {
        let mut retries = 0;
        loop {
            let live = self.read().await?;
            let plan = self.plan(&live.sections, &desired(&live.sections));
            if plan.changes.is_empty() {
                return Ok(UpdateOutcome::Unchanged(live));
            }
            before_write(&plan.changes);
            match self.write(&plan).await {
                Ok(Some(response)) => return Ok(UpdateOutcome::Changed(plan.changes, response)),
                Ok(None) => return Ok(UpdateOutcome::Unchanged(live)),
                Err(CallError::Failed(error)) if is_concurrent_modification(&error) => {
                    if retries == MAX_RETRIES {
                        return Err(given_up(error).into());
                    }
                }
                Err(error) => return Err(error),
            }
            self.wait(retry_delay(retries)).await?;
            retries += 1;
        }
    }

    /// Makes the changes and returns the last response; `None` if there are none.
    async fn write(&self, plan: &UpdatePlan) -> Result<Option<CallResponse>, CallError> {
        let operation = self.group.write_operation();
        let mut response = None;
        for input in &plan.inputs {
            let called = self.client.call_until(operation, input, self.cancellation);
            response = Some(called.await?);
        }
        Ok(response)
    }

    async fn wait(&self, delay: Duration) -> Result<(), CallError> {
        match tokio::time::timeout(delay, self.cancellation.stopped()).await {
            Ok(()) => Err(CallError::Cancelled {
                may_have_made_change: false,
            }),
            Err(_) => Ok(()),
        }
    }
}

/// Returns whether the service rejected a write because another one was going on.
pub fn is_concurrent_modification(error: &Error) -> bool {
    match &error.kind {
        ErrorKind::Service { details } => {
            details.get("Code").and_then(Json::as_str) == Some(CONCURRENT_MODIFICATION)
        }
        _ => false,
    }
}

fn given_up(error: Error) -> Error {
    error.hint(format!(
        "others kept changing the identity pool: it was read again and the change tried again {MAX_RETRIES} \
         times"
    ))
}

/// Returns a random delay, so that two writers do not stay in step.
fn retry_delay(retries: u32) -> Duration {
    let longest = FIRST_DELAY * 2u32.pow(retries);
    // A hasher has random keys.
    let random = RandomState::new().build_hasher().finish();
    let milliseconds = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX) / 2;
    Duration::from_millis(milliseconds + random % (milliseconds + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_and_differ() {
        for retries in 0..MAX_RETRIES {
            let longest = FIRST_DELAY * 2u32.pow(retries);
            let delays: Vec<_> = (0..50).map(|_| retry_delay(retries)).collect();
            let within = |delay: &Duration| (longest / 2..=longest).contains(delay);
            assert!(delays.iter().all(within), "{delays:?}");
            assert!(delays.iter().any(|delay| *delay != delays[0]), "{delays:?}");
        }
    }

    #[test]
    fn finds_concurrent_modification_by_code() {
        let error = |code: &str| {
            let details = Map::from_iter([("Code".to_string(), Json::from(code))]);
            Error::service_error("SetCognitoEvents", None, details)
        };
        assert!(is_concurrent_modification(&error(CONCURRENT_MODIFICATION)));
        assert!(!is_concurrent_modification(&error(
            "TooManyRequestsException"
        )));
        assert!(!is_concurrent_modification(&Error::general(
            CONCURRENT_MODIFICATION
        )));
    }
}
