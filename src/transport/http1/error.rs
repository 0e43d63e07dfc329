//! Why an exchange brought no response, by the exceptions that botocore tells apart.

use std::io;

use super::super::error::TransportError;
use super::super::tls_error;

/// What the system says of an error, without its number.
pub(in super::super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_string()
}

/// Why an exchange brought no response.
#[derive(Debug)]
pub(in super::super) enum Http1Error {
    /// A read took longer than its limit.
    TimedOut,
    /// The connection was closed or reset before the response began (`ConnectionError`).
    Disconnected(String),
    /// The response is none, or the connection ended within it (`ProtocolError`).
    Closed(String),
    /// The TLS layer failed.
    Tls(String),
    /// What urllib3 refuses and botocore has no name for.
    Unhandled(String),
}

impl Http1Error {
    pub(super) fn of_read(error: io::Error) -> Self {
        match tls_error::failure(&error) {
            Some(why) => Http1Error::Tls(why),
            None => Http1Error::Disconnected(reason(&error)),
        }
    }

    pub(super) fn of_write(error: io::Error) -> Self {
        match tls_error::failure(&error) {
            Some(why) => Http1Error::Tls(why),
            None => Http1Error::Closed(reason(&error)),
        }
    }

    /// Once the head is there, it makes no difference how the connection ended.
    pub(super) fn in_body(self) -> Self {
        match self {
            Http1Error::Disconnected(why) => Http1Error::Closed(why),
            other => other,
        }
    }
}

impl From<Http1Error> for TransportError {
    fn from(error: Http1Error) -> Self {
        match error {
            Http1Error::TimedOut => TransportError::ReadTimeout,
            Http1Error::Disconnected(why) | Http1Error::Closed(why) => TransportError::Closed(why),
            Http1Error::Tls(why) => TransportError::Tls(why),
            Http1Error::Unhandled(why) => TransportError::Unhandled(why),
        }
    }
}
