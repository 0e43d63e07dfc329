//! The error of the JMESPath engine, with the text of jmespath.py's exception.

use std::fmt;

/// A failed query; its `Display` is the text of Python's exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    message: String,
}

impl QueryError {
    pub(super) fn new(message: impl Into<String>) -> QueryError {
        QueryError {
            message: message.into(),
        }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for QueryError {}
