//! The outcome of comparing or applying the desired configuration of a pool. Exit status and
//! reports are derived from it.

use std::sync::Arc;

use super::changes::MemberChange;
use super::desired_pool::DesiredPool;
use crate::error::INTERRUPTED;

/// The outcome for one pool.
#[derive(Debug)]
pub struct PoolOutcome {
    /// The pool with its desired configuration.
    pub pool: Arc<DesiredPool>,
    /// The region of the pool.
    pub region: String,
    /// What was found or done.
    pub result: PoolResult,
}

/// What was found or done for a pool.
#[derive(Debug)]
pub enum PoolResult {
    /// The live configuration is as desired.
    Unchanged,
    /// The live configuration differs, and nothing was sent to change it.
    Different(Vec<MemberChange>),
    /// The live configuration was changed to the desired one, which was verified.
    Changed(Vec<MemberChange>),
    /// The pool could not be read, changed or verified.
    Failed(PoolFailure),
    /// An interrupt came before the pool was looked at.
    NotStarted,
}

/// Why a pool could not be read, changed or verified.
#[derive(Debug)]
pub struct PoolFailure {
    /// The code of the service, such as `ResourceNotFoundException`, or that of this program.
    pub code: String,
    /// Name of the operation that failed, such as `GetIdentityPoolConfiguration`, if one was called.
    pub operation: Option<&'static str>,
    /// What went wrong and, where the user can fix it, the remedy.
    pub message: String,
    /// Exit status of a command with this failure alone.
    pub exit_status: u8,
    /// The changes that were to be made, if the pool could be read.
    pub planned: Vec<MemberChange>,
    /// Whether the service may have made a part of the changes.
    pub may_have_changed: bool,
}

/// Exit status of `diff` if pools differ.
const DIFFERENT: u8 = 1;

/// Exit status of `apply` if a pool failed.
const FAILED: u8 = 254;

/// Returns the exit status of `diff`: the highest one of failures, or else whether pools differ.
pub fn diff_status(outcomes: &[PoolOutcome], exit_zero: bool) -> u8 {
    let of_outcome = |outcome: &PoolOutcome| match &outcome.result {
        PoolResult::Failed(failure) => failure.exit_status,
        PoolResult::Different(_) if !exit_zero => DIFFERENT,
        _ => 0,
    };
    outcomes.iter().map(of_outcome).max().unwrap_or(0)
}

/// Returns the exit status of `apply`.
pub fn apply_status(outcomes: &[PoolOutcome], was_interrupted: bool) -> u8 {
    let is_failed = |outcome: &PoolOutcome| matches!(outcome.result, PoolResult::Failed(_));
    match outcomes.iter().any(is_failed) {
        _ if was_interrupted => INTERRUPTED,
        true => FAILED,
        false => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::desired_pool::{
        MemberLocations, PackedConfiguration, SourceLocation,
    };

    fn outcomes(results: Vec<PoolResult>) -> Vec<PoolOutcome> {
        let pool = Arc::new(DesiredPool {
            id: "us-east-1:1".to_string(),
            region: None,
            configuration: PackedConfiguration::default(),
            location: SourceLocation {
                file: "pools.yaml".into(),
                line: 1,
                column: 1,
            },
            member_locations: MemberLocations::default(),
        });
        let outcome = |result| PoolOutcome {
            pool: pool.clone(),
            region: "us-east-1".to_string(),
            result,
        };
        results.into_iter().map(outcome).collect()
    }

    fn failed(exit_status: u8) -> PoolResult {
        PoolResult::Failed(PoolFailure {
            code: "Code".to_string(),
            operation: None,
            message: String::new(),
            exit_status,
            planned: Vec::new(),
            may_have_changed: false,
        })
    }

    #[test]
    fn derives_exit_statuses() {
        use PoolResult::{Changed, Different, NotStarted, Unchanged};
        let (different, changed) = (|| Different(Vec::new()), || Changed(Vec::new()));
        // Results with the statuses of `diff`, with `--exit-zero`, and of `apply`.
        let table = [
            (vec![], 0, 0, 0),
            (vec![Unchanged, changed(), NotStarted], 0, 0, 0),
            (vec![Unchanged, different()], 1, 0, 0),
            (vec![different(), failed(254)], 254, 254, 254),
            (vec![failed(253), failed(255), failed(254)], 255, 255, 254),
        ];
        for (results, diff, exit_zero, apply) in table {
            let outcomes = outcomes(results);
            let statuses = (
                diff_status(&outcomes, false),
                diff_status(&outcomes, true),
                apply_status(&outcomes, false),
            );
            assert_eq!(statuses, (diff, exit_zero, apply), "{outcomes:?}");
            assert_eq!(apply_status(&outcomes, true), INTERRUPTED);
        }
    }
}
