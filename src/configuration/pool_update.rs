//! Comparing a pool with its desired configuration, and bringing it there: reads, writes what
//! differs, reads back and verifies.

use std::time::Duration;

use super::changes::{MemberChange, compare};
use super::desired_pool::DesiredPool;
use super::live_configuration::LiveConfiguration;
use super::outcome::{PoolFailure, PoolResult};
use super::section::PoolConfiguration;
use super::section_group::SectionGroup;
use super::update::{
    UpdateFailure, UpdateOutcome, UpdateTarget, is_concurrent_modification, retries_text,
};
use crate::cancellation::Cancellation;
use crate::clients::RegionalClient;
use crate::service::CallError;

/// How long to wait before a changed pool is read back again, if what was read first is not as
/// desired: AWS does not say how soon a change can be read.
const VERIFICATION_DELAYS: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(1000),
    Duration::from_millis(2000),
];

/// A pool to compare or update.
#[derive(Debug, Clone, Copy)]
pub struct PoolUpdate<'a> {
    /// The pool with its desired configuration.
    pub pool: &'a DesiredPool,
    /// The client of its region.
    pub client: &'a RegionalClient,
    /// Cancels the update.
    pub cancellation: &'a Cancellation,
}

/// The sections of one group: live and desired.
struct GroupUpdate<'a> {
    target: UpdateTarget<'a>,
    live: LiveConfiguration,
    desired: PoolConfiguration,
}

impl<'a> PoolUpdate<'a> {
    /// Compares the live with the desired configuration.
    pub async fn compare(self) -> PoolResult {
        match self.read().await {
            Ok(groups) => match changes(&groups) {
                changes if changes.is_empty() => PoolResult::Unchanged,
                changes => PoolResult::Different(changes),
            },
            Err(failure) => PoolResult::Failed(failure),
        }
    }

    /// Writes what differs and verifies it. Everything is read before anything is written, so that
    /// a pool that cannot be read is left as it is.
    pub async fn apply(self) -> PoolResult {
        let groups = match self.read().await {
            Ok(groups) => groups,
            Err(failure) => return PoolResult::Failed(failure),
        };
        let planned = changes(&groups);
        let mut made = Vec::new();
        for group in groups {
            if let Err(failure) = self.apply_group(group, &mut made).await {
                return PoolResult::Failed(with_progress(failure, planned, &made));
            }
        }
        match made.is_empty() {
            true => PoolResult::Unchanged,
            false => PoolResult::Changed(made),
        }
    }

    /// Reads each group that the desired configuration has sections of.
    async fn read(self) -> Result<Vec<GroupUpdate<'a>>, PoolFailure> {
        let mut groups = Vec::new();
        for group in SectionGroup::ALL {
            let desired = group.of(&self.pool.configuration.unpack());
            if desired.is_empty() {
                continue;
            }
            let target = UpdateTarget {
                client: &self.client.client,
                pool: &self.pool.id,
                group,
                cancellation: self.cancellation,
            };
            groups.push(GroupUpdate {
                live: target.read().await.map_err(|error| self.failure(error))?,
                target,
                desired,
            });
        }
        Ok(groups)
    }

    /// Writes what differs in a group, verifies it and adds it to `made`.
    async fn apply_group(
        self,
        group: GroupUpdate<'_>,
        made: &mut Vec<MemberChange>,
    ) -> Result<(), PoolFailure> {
        let GroupUpdate {
            target,
            live,
            desired,
        } = group;
        let updated = target.update_from(live, |_| desired.clone(), |_| {}).await;
        match updated {
            Ok(UpdateOutcome::Unchanged(_)) => Ok(()),
            Ok(UpdateOutcome::Changed(changes, _)) => {
                self.verify(&target, &desired).await?;
                made.extend(changes);
                Ok(())
            }
            Err(UpdateFailure {
                error,
                may_have_changed,
            }) => {
                let is_given_up =
                    matches!(&error, CallError::Failed(error) if is_concurrent_modification(error));
                let mut failure = self.failure(error);
                if is_given_up {
                    failure.message.push_str(&format!(" ({})", retries_text()));
                }
                failure.may_have_changed = may_have_changed;
                Err(failure)
            }
        }
    }

    /// Reads the group back until it is as desired, a few times.
    async fn verify(
        self,
        target: &UpdateTarget<'_>,
        desired: &PoolConfiguration,
    ) -> Result<(), PoolFailure> {
        let not_read = |error| {
            let failure = self.failure(error);
            PoolFailure {
                message: format!(
                    "The change was accepted, but could not be verified: {}",
                    failure.message
                ),
                may_have_changed: true,
                ..failure
            }
        };
        let mut delays = VERIFICATION_DELAYS.iter();
        loop {
            let live = target.read().await.map_err(not_read)?;
            let differences = compare(&live.sections, desired);
            if differences.is_empty() {
                return Ok(());
            }
            match delays.next() {
                Some(delay) => target.wait(*delay).await.map_err(not_read)?,
                None => return Err(not_verified(&differences, target.group)),
            }
        }
    }

    fn failure(self, error: CallError) -> PoolFailure {
        PoolFailure::from_call(error, self.client.region_hint.as_deref())
    }
}

fn changes(groups: &[GroupUpdate<'_>]) -> Vec<MemberChange> {
    let groups = groups.iter();
    groups
        .flat_map(|group| compare(&group.live.sections, &group.desired))
        .collect()
}

/// The failure of a change that was accepted, but is not what is read back.
fn not_verified(differences: &[MemberChange], group: SectionGroup) -> PoolFailure {
    let members: Vec<_> = differences.iter().map(MemberChange::path).collect();
    PoolFailure {
        code: "NotVerified".to_string(),
        operation: Some(group.write_operation().name),
        message: format!(
            "The change was accepted, but other values than the desired ones are read back: {}.",
            members.join(", ")
        ),
        exit_status: 254,
        planned: Vec::new(),
        may_have_changed: true,
    }
}

/// Adds to a failure what was planned and which changes had been made before.
fn with_progress(
    mut failure: PoolFailure,
    planned: Vec<MemberChange>,
    made: &[MemberChange],
) -> PoolFailure {
    if !made.is_empty() {
        let made: Vec<_> = made.iter().map(MemberChange::path).collect();
        let made = made.join(", ");
        failure
            .message
            .push_str(&format!(" (changed before: {made})"));
        failure.may_have_changed = true;
    }
    failure.planned = planned;
    failure
}
