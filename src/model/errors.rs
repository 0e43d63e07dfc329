//! The errors of the service model, with the HTTP status that each is sent with.

/// Error codes of the service with their HTTP status, in alphabetical order.
pub static ERRORS: [(&str, u16); 13] = [
    ("AlreadyStreamedException", 400),
    ("ConcurrentModificationException", 400),
    ("DuplicateRequestException", 400),
    ("InternalErrorException", 500),
    ("InvalidConfigurationException", 400),
    ("InvalidLambdaFunctionOutputException", 400),
    ("InvalidParameterException", 400),
    ("LambdaThrottledException", 429),
    ("LimitExceededException", 400),
    ("NotAuthorizedException", 403),
    ("ResourceConflictException", 409),
    ("ResourceNotFoundException", 404),
    ("TooManyRequestsException", 429),
];
