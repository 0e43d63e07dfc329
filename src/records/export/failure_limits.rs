//! How many identities may fail before an export ends.

use std::cell::Cell;

use crate::error::Error;

/// How many identities in a row may fail for reasons that pass, such as an interrupted connection.
/// After that, nothing would be read for some time.
const MAX_FAILURES: usize = 100;

/// Counts the identities that failed in a row for reasons that pass.
#[derive(Debug, Default)]
pub(super) struct FailuresInRow(Cell<usize>);

impl FailuresInRow {
    /// Starts again, since an identity was read.
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
        (count >= MAX_FAILURES).then_some(count)
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
