//! HTTP exchanges: connections over TCP, proxies and TLS, HTTP/1.1, and requests answered within this
//! process. Every attempt is recorded and, with `--debug`, logged.
//!
//! Endpoints, signing and retries are left to the AWS SDK, which calls these connectors.

mod attempts;
mod backoff;
mod canonical_request;
mod certificate_path;
mod config;
mod connector;
mod debug_log;
mod dialer;
mod error;
pub mod error_response;
mod exchange;
mod http1;
mod in_process;
mod network;
mod paced;
mod pacing;
mod pool;
mod proxy;
mod response;
mod tls;
mod tls_error;
mod trust_anchor;

pub use attempts::{Attempts, Recorder};
pub use backoff::Backoff;
pub use config::{Proxies, Trust};
pub use connector::Connector;
pub use debug_log::Purpose;
pub use error::{RequestError, TransportError};
#[cfg(test)]
pub use exchange::Exchanged;
pub use exchange::{Exchange, Timeouts};
pub use in_process::{Handler, InProcess};
pub use network::Network;
pub use paced::Paced;
pub use response::Response;

/// The header with which a service asks for a delay before the next attempt, in milliseconds.
pub const RETRY_AFTER: &str = "x-amz-retry-after";
