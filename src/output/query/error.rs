//! The error of the JMESPath engine, carrying the text that `str()` of jmespath.py 1.0.1's exception
//! gives.
//!
//! It does not add what the AWS CLI prints around that text.

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
