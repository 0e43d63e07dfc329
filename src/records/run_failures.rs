//! Failures of calls that would come for every other dataset or identity, too.

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
