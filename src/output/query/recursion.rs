//! The recursion limit of Python, which bounds how deep expressions and results may nest.

use super::error::QueryError;

/// How many of Python's 1000 stack frames an expression may use; the AWS CLI itself uses the rest.
pub(super) const MAX_FRAMES: usize = 970;

/// The text of Python's `RecursionError`.
pub(super) const TOO_DEEP: &str = "maximum recursion depth exceeded";

/// Python's `RecursionError`.
pub(super) fn too_deep() -> QueryError {
    QueryError::new(TOO_DEEP)
}
