//! Errors of an HTTP/1.1 exchange, by the exceptions that botocore distinguishes.

use std::io;

use super::super::error::TransportError;
use super::super::tls_error;

/// Returns the system's message for an error, without its number.
pub(in super::super) fn io_error_message(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_string()
}

/// An error of an HTTP/1.1 exchange.
#[derive(Debug)]
pub(in super::super) enum Http1Error {
    /// A read took longer than its limit.
    TimedOut,
    /// The connection was closed or reset before the response began (`ConnectionError`).
    Disconnected(String),
    /// The response is malformed or incomplete (`ProtocolError`).
    Closed(String),
    /// The TLS layer failed.
    Tls(String),
    /// urllib3 rejects the response with an error that botocore does not map.
    Unhandled(String),
}

impl Http1Error {
    pub(super) fn from_read(error: io::Error) -> Self {
        match tls_error::io_message(&error) {
            Some(why) => Http1Error::Tls(why),
            None => Http1Error::Disconnected(io_error_message(&error)),
        }
    }

    pub(super) fn from_write(error: io::Error) -> Self {
        match tls_error::io_message(&error) {
            Some(why) => Http1Error::Tls(why),
            None => Http1Error::Closed(io_error_message(&error)),
        }
    }

    /// Converts an error within the body, where a disconnect is an incomplete response.
    pub(super) fn into_body_error(self) -> Self {
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
