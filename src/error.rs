//! What can go wrong, as one type: a kind, a message and hints. What caused it is part of the message.
//!
//! The kind decides the exit status, in one function. How an error looks on a terminal or in a
//! pipe is not decided here but in `output::error_report`.

use std::fmt;

use serde_json::{Map, Value as Json};

use crate::python;

/// Exit status after an interrupt: 128 and the number of SIGINT.
pub const INTERRUPTED: u8 = 130;

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure that ends the command.
#[derive(Debug)]
pub struct Error {
    /// What sort of failure it is.
    pub kind: Kind,
    /// What happened and, where the user can mend it, how; no program name, no final newline.
    pub message: String,
    /// Further advice, shown only where hints are.
    pub hints: Vec<String>,
    /// What else is known of the failure.
    pub facts: Box<Facts>,
}

/// What is known of a failed command, for those who read errors with a program.
#[derive(Debug, Default)]
pub struct Facts {
    /// Name of the operation, such as `ListRecords`.
    pub operation: Option<&'static str>,
    /// Identifier that the service gave the last request.
    pub request_id: Option<String>,
    /// HTTP status of the last reply.
    pub http_status: Option<u16>,
    /// Requests that were sent, or tried to be.
    pub attempts: Option<u32>,
    /// Whether the same command may do better later.
    pub retryable: Option<bool>,
}

/// The sorts of failures, after the AWS CLI's (`awscli/errorhandler.py` of 2.36.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The command line cannot be understood; the usage is shown with the message.
    Usage,
    /// The command line has words that no option takes.
    UnknownOptions,
    /// A value on the command line or in an input document is not what the operation takes.
    Parameter,
    /// A setting has a value that means nothing.
    Configuration,
    /// Nothing says which region to use.
    NoRegion,
    /// Nothing gives credentials.
    NoCredentials,
    /// The service refused.
    Service {
        /// What it said, as a document: `Message`, `Code` and what the error's shape has.
        details: Box<Map<String, Json>>,
    },
    /// The user has interrupted the command.
    Interrupted,
    /// Another program could not be run for the user.
    #[cfg_attr(
        not(feature = "local"),
        allow(dead_code, reason = "only `serve` runs programs for users")
    )]
    NotRun {
        /// The status that shells have for it.
        status: u8,
    },
    /// Anything else: the connection, the file system, a reply that makes no sense.
    General,
}

impl Kind {
    /// The status that the process ends with.
    pub fn exit_status(&self) -> u8 {
        match self {
            Kind::Usage | Kind::UnknownOptions | Kind::Parameter => 252,
            Kind::Configuration | Kind::NoRegion | Kind::NoCredentials => 253,
            Kind::Service { .. } => 254,
            Kind::Interrupted => INTERRUPTED,
            Kind::NotRun { status } => *status,
            Kind::General => 255,
        }
    }
}

impl Error {
    /// A failure of this kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error {
            kind,
            message: message.into(),
            hints: Vec::new(),
            facts: Box::default(),
        }
    }

    /// A command line that cannot be understood.
    pub fn usage(message: impl Into<String>) -> Self {
        Error::new(Kind::Usage, message)
    }

    /// A value that the operation does not take.
    pub fn parameter(message: impl Into<String>) -> Self {
        Error::new(Kind::Parameter, message)
    }

    /// A value of this option that cannot be read.
    pub fn parsing(option: &str, message: impl fmt::Display) -> Self {
        Error::parameter(format!("Error parsing parameter '{option}': {message}"))
    }

    /// Anything that has no kind of its own.
    pub fn general(message: impl Into<String>) -> Self {
        Error::new(Kind::General, message)
    }

    /// A refusal, of which a service says these `details`, `Code` and `Message` among them; `retries`
    /// is given where all attempts that are allowed were made.
    pub fn refusal(operation: &str, retries: Option<u32>, details: Map<String, Json>) -> Self {
        let shown = |name| details.get(name).map(python::to_str).unwrap_or_default();
        let (code, message) = (shown("Code"), shown("Message"));
        let retries = retries.map_or(String::new(), |n| format!(" (reached max retries: {n})"));
        let text = format!(
            "An error occurred ({code}) when calling the {operation} operation{retries}: {message}"
        );
        let details = Box::new(details);
        Error::new(Kind::Service { details }, text)
    }

    /// Adds a piece of advice.
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
    fn each_kind_has_the_aws_clis_exit_status() {
        let table = [
            (Kind::Usage, 252),
            (Kind::UnknownOptions, 252),
            (Kind::Parameter, 252),
            (Kind::Configuration, 253),
            (Kind::NoRegion, 253),
            (Kind::NoCredentials, 253),
            (
                Kind::Service {
                    details: Box::default(),
                },
                254,
            ),
            (Kind::Interrupted, 130),
            (Kind::NotRun { status: 127 }, 127),
            (Kind::General, 255),
        ];
        for (kind, status) in table {
            assert_eq!(kind.exit_status(), status, "{kind:?}");
        }
    }
}
