//! Service errors of the local service: code, HTTP status and message.

use crate::model::{COGNITO_SYNC, Protocol, Service};

/// Errors of the front end of AWS services, which the model does not list.
static FRONT_END_ERRORS: [(&str, u16); 18] = [
    ("AccessDeniedException", 403),
    ("BadRequest", 400),
    ("ExpiredTokenException", 403),
    ("IncompleteSignatureException", 403),
    ("InternalFailure", 500),
    ("InvalidSignatureException", 403),
    ("LambdaSocketTimeoutException", 400),
    ("MissingAuthenticationTokenException", 403),
    ("RequestEntityTooLargeException", 413),
    ("RequestHeaderFieldsTooLargeException", 431),
    ("RequestTimeoutException", 408),
    ("RequestUriTooLongException", 414),
    ("SerializationException", 400),
    ("ServiceUnavailableException", 503),
    ("ThrottlingException", 400),
    ("UnknownOperationException", 404),
    ("UnrecognizedClientException", 403),
    ("ValidationException", 400),
];

/// An error that the service responds with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServiceError {
    /// The error code, such as `ResourceNotFoundException`.
    pub code: &'static str,
    /// The HTTP status of the code over REST JSON.
    pub status: u16,
    /// The message in the response.
    pub message: String,
    /// Whether the first change makes the identity pool that was not found.
    pub is_made_by_change: bool,
}

impl ServiceError {
    /// Returns an error with this code; the status is 500 if the code is unknown.
    pub fn new(code: &'static str, message: impl Into<String>) -> ServiceError {
        ServiceError {
            code,
            status: find_code(code).map_or(500, |(_, status)| status),
            message: message.into(),
            is_made_by_change: false,
        }
    }

    /// Returns the HTTP status for the service's protocol. Over JSON 1.1, client errors are 400,
    /// except for those of HTTP itself.
    pub fn status_for(&self, service: &Service) -> u16 {
        let status = service.error_status(self.code).unwrap_or(self.status);
        match (service.protocol, status) {
            (Protocol::Json11 { .. }, 403 | 404) => 400,
            (_, status) => status,
        }
    }

    pub fn invalid(message: impl Into<String>) -> ServiceError {
        ServiceError::new("InvalidParameterException", message)
    }

    pub fn not_found(message: impl Into<String>) -> ServiceError {
        ServiceError::new("ResourceNotFoundException", message)
    }

    pub fn internal(message: impl Into<String>) -> ServiceError {
        ServiceError::new("InternalErrorException", message)
    }
}

impl From<rusqlite::Error> for ServiceError {
    fn from(error: rusqlite::Error) -> ServiceError {
        ServiceError::internal(format!("The store failed: {error}"))
    }
}

/// Returns a known error code and its status.
pub(super) fn find_code(code: &str) -> Option<(&'static str, u16)> {
    let of_model = COGNITO_SYNC.errors.iter();
    let of_model = of_model.map(|error| (error.code, error.status));
    of_model
        .chain(FRONT_END_ERRORS)
        .find(|(find_code, _)| *find_code == code)
}

/// Returns all known error codes in alphabetical order.
pub(super) fn all_codes() -> Vec<&'static str> {
    let of_model = COGNITO_SYNC.errors.iter().map(|error| error.code);
    let mut all: Vec<_> = of_model
        .chain(FRONT_END_ERRORS.iter().map(|(code, _)| *code))
        .collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::COGNITO_IDENTITY;

    #[test]
    fn maps_error_codes_to_statuses() {
        let table = [
            ("ResourceConflictException", 409),
            ("InvalidParameterException", 400),
            ("TooManyRequestsException", 429),
            ("LambdaSocketTimeoutException", 400),
            ("InvalidSignatureException", 403),
        ];
        for (code, status) in table {
            assert_eq!(ServiceError::new(code, "").status, status, "{code}");
        }
        let all = COGNITO_SYNC.errors.len() + FRONT_END_ERRORS.len();
        assert_eq!(all_codes().len(), all);
        for error in COGNITO_IDENTITY.errors {
            assert!(find_code(error.code).is_some(), "{}", error.code);
        }
    }

    #[test]
    fn sends_client_errors_of_json_11_with_400() {
        let table = [
            ("TooManyRequestsException", 400),
            ("ResourceNotFoundException", 400),
            ("ValidationException", 400),
            ("InvalidSignatureException", 400),
            ("UnknownOperationException", 400),
            ("RequestEntityTooLargeException", 413),
            ("InternalErrorException", 500),
            ("ServiceUnavailableException", 503),
        ];
        for (code, status) in table {
            let error = ServiceError::new(code, "");
            assert_eq!(error.status_for(&COGNITO_IDENTITY), status, "{code}");
            assert_eq!(error.status_for(&COGNITO_SYNC), error.status, "{code}");
        }
    }
}
