//! The error type of the program: a kind, a message that includes the cause, and hints.
//!
//! The kind determines the exit status. `output::error_report` renders errors.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::python;

/// Exit status after an interrupt: 128 and the number of SIGINT.
pub const INTERRUPTED: u8 = 130;

/// A result with the program's error type.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error that ends the command.
#[derive(Debug)]
pub struct Error {
    /// The category, which determines the exit status.
    pub kind: ErrorKind,
    /// What is wrong and, where the user can fix it, the remedy. Without program name or trailing
    /// newline.
    pub message: String,
    /// Hints for a user at a terminal.
    pub hints: Vec<String>,
    /// Structured details for programs that read errors.
    pub context: Box<ErrorContext>,
}

/// Structured details of a failed command, for programs that read errors.
#[derive(Debug, Default)]
pub struct ErrorContext {
    /// Name of the operation, such as `ListRecords`.
    pub operation: Option<&'static str>,
    /// Request id that the service assigned to the last request.
    pub request_id: Option<String>,
    /// HTTP status of the last response.
    pub http_status: Option<u16>,
    /// Number of attempts, including those whose request could not be sent.
    pub attempts: Option<u32>,
    /// Whether the same command may succeed later.
    pub retryable: Option<bool>,
    /// The first mistakes in files that the message lists.
    pub mistakes: Vec<FileMistake>,
    /// Whether the first change makes the identity pool that does not exist yet, as it does in the
    /// local service.
    pub is_made_by_change: bool,
    /// Whether the service may have made the requested change all the same.
    pub may_have_made_change: bool,
}

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMistake {
    /// The file as it was named; `-` for standard input.
    pub file: Arc<str>,
    /// Line, and column in characters, both from 1; `None` for a file that cannot be read.
    pub position: Option<(usize, usize)>,
    /// What is wrong and, where the user can fix it, the remedy.
    pub message: String,
}

/// Categories of errors, as in the AWS CLI (`awscli/errorhandler.py` of 2.36.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line is invalid. The usage is printed with the message.
    Usage,
    /// The command line has unknown options or extra arguments.
    UnknownOptions,
    /// A value on the command line or in an input document is invalid for the operation.
    Parameter,
    /// A setting has an invalid value.
    Configuration,
    /// No source sets the region.
    NoRegion,
    /// No provider has credentials.
    NoCredentials,
    /// The service returned an error response.
    Service {
        /// The error document: `Message`, `Code` and the modeled members.
        details: Box<Map<String, Json>>,
    },
    /// The user interrupted the command.
    Interrupted,
    /// A program that the user named could not be started.
    #[cfg_attr(
        not(feature = "local"),
        allow(dead_code, reason = "only `serve` runs programs for users")
    )]
    NotRun {
        /// The exit status that shells use for it: 126 or 127.
        status: u8,
    },
    /// Any other error, such as of the connection, the file system or a malformed response.
    General,
}

impl ErrorKind {
    /// Returns the exit status of the process.
    pub fn exit_status(&self) -> u8 {
        match self {
            ErrorKind::Usage | ErrorKind::UnknownOptions | ErrorKind::Parameter => 252,
            ErrorKind::Configuration | ErrorKind::NoRegion | ErrorKind::NoCredentials => 253,
            ErrorKind::Service { .. } => 254,
            ErrorKind::Interrupted => INTERRUPTED,
            ErrorKind::NotRun { status } => *status,
            ErrorKind::General => 255,
        }
    }
}

impl Error {
    /// Creates an error of this kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error {
            kind,
            message: message.into(),
            hints: Vec::new(),
            context: Box::default(),
        }
    }

    /// Creates an error for an invalid command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Usage, message)
    }

    /// Creates an error for a value that is invalid for the operation.
    pub fn parameter(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Parameter, message)
    }

    /// Creates an error for a value of `option` that cannot be parsed.
    pub fn parsing(option: &str, message: impl fmt::Display) -> Self {
        Error::parameter(format!("Error parsing parameter '{option}': {message}"))
    }

    /// Creates an error of the kind [`ErrorKind::General`].
    pub fn general(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::General, message)
    }

    /// Creates the error for an error response. `details` has at least `Code` and `Message`;
    /// `retries` is the number of retries, if all allowed attempts were made.
    pub fn service_error(
        operation: &str,
        retries: Option<u32>,
        details: Map<String, Json>,
    ) -> Self {
        let shown = |name| details.get(name).map(python::to_str).unwrap_or_default();
        let (code, message) = (shown("Code"), shown("Message"));
        let retries = retries.map_or(String::new(), |n| format!(" (reached max retries: {n})"));
        let text = format!(
            "An error occurred ({code}) when calling the {operation} operation{retries}: {message}"
        );
        let details = Box::new(details);
        Error::new(ErrorKind::Service { details }, text)
    }

    /// Returns the code of a service error, such as `ResourceNotFoundException`.
    pub fn service_code(&self) -> Option<&str> {
        match &self.kind {
            ErrorKind::Service { details } => details.get("Code")?.as_str(),
            _ => None,
        }
    }

    /// Adds a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exits_with_status_of_aws_cli() {
        let table = [
            (ErrorKind::Usage, 252),
            (ErrorKind::UnknownOptions, 252),
            (ErrorKind::Parameter, 252),
            (ErrorKind::Configuration, 253),
            (ErrorKind::NoRegion, 253),
            (ErrorKind::NoCredentials, 253),
            (
                ErrorKind::Service {
                    details: Box::default(),
                },
                254,
            ),
            (ErrorKind::Interrupted, 130),
            (ErrorKind::NotRun { status: 127 }, 127),
            (ErrorKind::General, 255),
        ];
        for (kind, status) in table {
            assert_eq!(kind.exit_status(), status, "{kind:?}");
        }
    }
}
