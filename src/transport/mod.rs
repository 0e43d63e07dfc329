//! HTTP transports: HTTP/1.1 over TCP, proxies and TLS, and a transport within this process. Every
//! attempt is recorded and, with `--debug`, logged.
//!
//! The AWS SDK resolves endpoints, signs and retries requests, and calls these transports.

mod attempts;
mod canonical_request;
mod certificate_path;
mod connection_config;
mod connection_pool;
mod debug_log;
mod dialer;
mod error;
pub mod error_response;
mod http1;
mod http_transport;
mod in_process;
mod network;
mod paced_client;
mod pacing;
mod proxy_selection;
mod recording_connector;
mod request_capture;
mod response;
mod retry_sleep;
mod tls;
mod tls_error;
mod trust_anchor;

pub use attempts::{AttemptRecorder, Attempts};
pub use connection_config::{CertificateTrust, ProxySettings};
pub use debug_log::RequestPurpose;
pub use error::{RequestError, TransportError};
#[cfg(test)]
pub use http_transport::ResponseFuture;
pub use http_transport::{HttpTransport, Timeouts};
pub use in_process::{InProcessTransport, RequestHandler};
pub use network::NetworkTransport;
pub use paced_client::PacedClient;
pub use recording_connector::RecordingConnector;
pub use request_capture::RequestCapture;
pub use response::{MADE_BY_CHANGE, Response};
pub use retry_sleep::RetrySleep;

/// The response header with the delay before the next attempt, in milliseconds.
pub const RETRY_AFTER: &str = "x-amz-retry-after";
