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
use crate::error::Error;
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

/// Why an update failed.
#[derive(Debug)]
pub struct UpdateFailure {
    /// The error of the call that failed.
    pub error: CallError,
    /// Whether the service may have made a part of the changes.
    pub may_have_changed: bool,
}

impl UpdateTarget<'_> {
    /// Reads the live configuration.
    pub async fn read(&self) -> Result<LiveConfiguration, CallError> {
        let (client, cancellation) = (self.client, self.cancellation);
        LiveConfiguration::read_to_write(client, self.group, self.pool, cancellation).await
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
        before_write: impl FnMut(&[MemberChange]),
    ) -> Result<UpdateOutcome, CallError> {
        let live = self.read().await?;
        let updated = self.update_from(live, desired, before_write).await;
        updated.map_err(|failure| failure.error)
    }

    /// Does the same with a live configuration that was just read.
    pub async fn update_from(
        &self,
        mut live: LiveConfiguration,
        desired: impl Fn(&PoolConfiguration) -> PoolConfiguration,
        mut before_write: impl FnMut(&[MemberChange]),
    ) -> Result<UpdateOutcome, UpdateFailure> {
        let (mut retries, mut may_have_changed) = (0, false);
        loop {
            let plan = self.plan(&live.sections, &desired(&live.sections));
            if plan.changes.is_empty() {
                return Ok(UpdateOutcome::Unchanged(live));
            }
            before_write(&plan.changes);
            let failure = match self.write(&plan).await {
                Ok(Some(response)) => return Ok(UpdateOutcome::Changed(plan.changes, response)),
                Ok(None) => return Ok(UpdateOutcome::Unchanged(live)),
                Err(failure) => failure,
            };
            may_have_changed |= failure.may_have_changed;
            let failed = |error| UpdateFailure {
                error,
                may_have_changed,
            };
            match failure.error {
                CallError::Failed(error) if is_concurrent_modification(&error) => {
                    if retries == MAX_RETRIES {
                        return Err(failed(given_up(error).into()));
                    }
                }
                error => return Err(failed(error)),
            }
            self.wait(retry_delay(retries)).await.map_err(failed)?;
            retries += 1;
            live = self.read().await.map_err(failed)?;
        }
    }

    /// Makes the changes and returns the last response; `None` if there are none.
    async fn write(&self, plan: &UpdatePlan) -> Result<Option<CallResponse>, UpdateFailure> {
        let operation = self.group.write_operation();
        let mut response = None;
        for input in &plan.inputs {
            let called = self.client.call_until(operation, input, self.cancellation);
            let called = called.await.map_err(|error| UpdateFailure {
                may_have_changed: response.is_some() || may_have_made_change(&error),
                error: error.of_operation(operation),
            });
            response = Some(called?);
        }
        Ok(response)
    }

    /// Waits for this time, unless the update is cancelled.
    pub async fn wait(&self, delay: Duration) -> Result<(), CallError> {
        match tokio::time::timeout(delay, self.cancellation.stopped()).await {
            Ok(()) => Err(CallError::Cancelled {
                may_have_made_change: false,
            }),
            Err(_) => Ok(()),
        }
    }
}

fn may_have_made_change(error: &CallError) -> bool {
    match error {
        CallError::Failed(error) => error.context.may_have_made_change,
        CallError::Cancelled {
            may_have_made_change,
        } => *may_have_made_change,
    }
}

/// Returns whether the service rejected a write because another one was going on.
pub fn is_concurrent_modification(error: &Error) -> bool {
    error.service_code() == Some(CONCURRENT_MODIFICATION)
}

fn given_up(error: Error) -> Error {
    error.hint(retries_text())
}

/// What was done before an update is given up because of concurrent modifications.
pub fn retries_text() -> String {
    format!(
        "others kept changing the identity pool: it was read again and the change tried again {MAX_RETRIES} \
         times"
    )
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
