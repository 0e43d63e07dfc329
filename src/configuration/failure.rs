//! Failures of pools from errors of calls.

use super::outcome::PoolFailure;
use crate::error::{Error, ErrorKind};
use crate::output::error_report;
use crate::python;
use crate::service::CallError;

impl PoolFailure {
    /// Returns the failure for an error.
    pub fn from_error(error: &Error) -> PoolFailure {
        PoolFailure {
            code: error_report::error_code(error),
            operation: error.context.operation,
            message: message(error),
            exit_status: error.kind.exit_status(),
            planned: Vec::new(),
            may_have_changed: error.context.may_have_made_change,
        }
    }

    /// Returns the failure for a failed or cancelled call. `region_hint` says that the service is
    /// not known to exist in the region.
    pub fn from_call(error: CallError, region_hint: Option<&str>) -> PoolFailure {
        let error = error.into_error();
        let mut failure = PoolFailure::from_error(&error);
        let is_about_region = !matches!(
            error.kind,
            ErrorKind::Service { .. } | ErrorKind::Interrupted
        );
        if let Some(hint) = region_hint.filter(|_| is_about_region) {
            failure.message.push_str(&format!("; {hint}"));
        }
        failure
    }
}

/// The message without the code, which the AWS CLI's message repeats.
fn message(error: &Error) -> String {
    let ErrorKind::Service { details } = &error.kind else {
        return error.message.clone();
    };
    let message = details.get("Message").map(python::to_str);
    let attempts = error.context.attempts.filter(|attempts| *attempts > 1);
    let attempts = attempts.map_or(String::new(), |n| format!(" (after {n} attempts)"));
    format!("{}{attempts}", message.unwrap_or_default())
}
