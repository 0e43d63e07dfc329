//! The outcome of comparing or applying the desired configuration of a pool. Exit status and
//! reports are derived from it.

use std::sync::Arc;

use super::changes::MemberChange;
use super::desired_pool::DesiredPool;

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
