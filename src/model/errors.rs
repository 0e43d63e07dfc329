//! The error shapes of the service models, with their HTTP statuses.

/// The error codes of calls that IAM or the service does not permit.
const DENIALS: [&str; 4] = [
    "AccessDenied",
    "AccessDeniedException",
    "NotAuthorizedException",
    "UnauthorizedOperation",
];

/// Whether an error with this code means that the caller lacks a permission.
pub fn is_denial(code: &str) -> bool {
    DENIALS.contains(&code)
}

/// An error of a service.
#[derive(Debug)]
pub struct ErrorShape {
    /// Its code, such as `ResourceNotFoundException`.
    pub code: &'static str,
    /// HTTP status of the response.
    pub status: u16,
    /// Description in one or two sentences.
    pub doc: &'static str,
}

const fn error(code: &'static str, status: u16, doc: &'static str) -> ErrorShape {
    ErrorShape { code, status, doc }
}

/// The errors of Cognito Sync in alphabetical order.
pub static ERRORS: [ErrorShape; 13] = [
    error(
        "AlreadyStreamedException",
        400,
        "The last bulk publish succeeded less than 24 hours ago.",
    ),
    error(
        "ConcurrentModificationException",
        400,
        "The same configuration is being changed by another call. Read it again and retry.",
    ),
    error(
        "DuplicateRequestException",
        400,
        "A bulk publish of this identity pool is still going on.",
    ),
    error(
        "InternalErrorException",
        500,
        "Something is wrong on the service's side.",
    ),
    error(
        "InvalidConfigurationException",
        400,
        "The identity pool is not set up for this; see its push sync settings.",
    ),
    error(
        "InvalidLambdaFunctionOutputException",
        400,
        "The Lambda function of the event SyncTrigger returned something that the service does not take.",
    ),
    error(
        "InvalidParameterException",
        400,
        "The service does not take a value; the message says which or why.",
    ),
    error(
        "LambdaThrottledException",
        429,
        "The Lambda function of the event SyncTrigger is called too often.",
    ),
    error(
        "LimitExceededException",
        400,
        "The change would go beyond a limit on the number of datasets or records, or on their size.",
    ),
    error(
        "NotAuthorizedException",
        403,
        "The credentials do not allow this, or are of the wrong kind.",
    ),
    error(
        "ResourceConflictException",
        409,
        "The data has changed in the meantime, so that a sync count is out of date.",
    ),
    error(
        "ResourceNotFoundException",
        404,
        "What is named does not exist, or not in this region.",
    ),
    error(
        "TooManyRequestsException",
        429,
        "Requests come faster than the service allows.",
    ),
];

/// The errors of Cognito Identity in alphabetical order. Its model has no statuses: in JSON
/// protocols, client errors have status 400 and faults 500.
pub static IDENTITY_ERRORS: [ErrorShape; 5] = [
    error(
        "InternalErrorException",
        500,
        "Something is wrong on the service's side.",
    ),
    error(
        "InvalidParameterException",
        400,
        "The service does not take a value; the message says which or why.",
    ),
    error(
        "NotAuthorizedException",
        400,
        "The credentials do not allow this, or are of the wrong kind.",
    ),
    error(
        "ResourceNotFoundException",
        400,
        "What is named does not exist, or not in this region.",
    ),
    error(
        "TooManyRequestsException",
        400,
        "Requests come faster than the service allows.",
    ),
];
