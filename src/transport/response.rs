//! An HTTP response as it was received.
//!
//! The SDK's typed outputs lose what the AWS CLI prints (absent against zero, digits of timestamps,
//! members that its model lacks), so each response is kept byte by byte. What the bytes mean is for
//! `output` and `error_response`.

/// A response as it was received.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers with lower-case names, in the order received.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// A response with this head and body. Header values are read as Latin-1.
    pub(super) fn of(head: &http::response::Parts, body: Vec<u8>) -> Response {
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

    /// The first header of this name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}
