//! Failures of calls that would come for every other dataset or identity, too, and so end a run.

use std::cell::Cell;

use crate::error::{Error, ErrorKind};
use crate::output::error_report;

/// Codes of the service that are about the credentials: no call can be made with them.
const CREDENTIALS_CODES: [&str; 7] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
];

/// How many identities or datasets in a row may fail for reasons that pass, such as an interrupted
/// connection. After that, nothing would be read or written for some time.
const MAX_FAILURES_IN_ROW: usize = 100;

/// Whether an error is not about what was read or written, but would come for everything else.
pub fn concerns_every_call(error: &Error) -> bool {
    match &error.kind {
        ErrorKind::NoCredentials | ErrorKind::NoRegion | ErrorKind::Configuration => true,
        ErrorKind::Service { .. } => {
            CREDENTIALS_CODES.contains(&error_report::error_code(error).as_str())
        }
        _ => false,
    }
}

/// Counts what failed in a row for reasons that pass.
#[derive(Debug, Default)]
pub struct FailuresInRow(Cell<usize>);

impl FailuresInRow {
    /// Starts again, since something was read or written.
    pub fn reset(&self) {
        self.0.set(0);
    }

    /// Counts a failure. Returns the number of them if they are too many.
    pub fn count(&self, error: &Error) -> Option<usize> {
        let count = match error.context.retryable {
            Some(true) => self.0.get() + 1,
            _ => 0,
        };
        self.0.set(count);
        (count >= MAX_FAILURES_IN_ROW).then_some(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_failures_that_pass_until_one_does_not() {
        let error = |retryable| {
            let mut error = Error::general("e");
            error.context.retryable = retryable;
            error
        };
        let failures = FailuresInRow::default();
        let count = |times: usize, retryable| {
            let counts = (0..times).map(|_| failures.count(&error(retryable)));
            counts.flatten().last()
        };
        assert_eq!(count(99, Some(true)), None);
        assert_eq!(count(1, Some(false)), None);
        assert_eq!(count(99, Some(true)), None);
        failures.reset();
        assert_eq!(count(99, Some(true)), None);
        assert_eq!(count(1, Some(true)), Some(100));
        assert_eq!(count(1, None), None);
    }
}
