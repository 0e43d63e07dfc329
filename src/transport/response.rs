//! HTTP responses as received.
//!
//! The SDK's typed outputs lose information that the AWS CLI prints (absent members, digits of
//! timestamps, members that its model lacks), so the bytes of each response are kept. `output` and
//! `error_response` parse them.

/// The header by which the local service says that the first change makes the identity pool, which
/// does not exist yet. AWS does not send it.
pub const MADE_BY_CHANGE: &str = "x-cognito-sync-made-by-change";

/// An HTTP response as received.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers with lower-case names, in the order received.
    pub headers: Vec<(String, String)>,
    /// The complete body.
    pub body: Vec<u8>,
}

impl Response {
    /// Creates a response from a head and a body. Header values are decoded as Latin-1.
    pub(super) fn from_parts(head: &http::response::Parts, body: Vec<u8>) -> Response {
        let text = |v: &http::HeaderValue| v.as_bytes().iter().map(|b| char::from(*b)).collect();
        Response {
            status: head.status.as_u16(),
            headers: head
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect(),
            body,
        }
    }

    /// Returns the first header with this lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}
