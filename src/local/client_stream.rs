//! The stream between hyper and a client. It withholds the responses without a body by which hyper
//! rejects malformed requests, so that the service can send its own, and gives up on a client that
//! stops reading.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::connection_limit::ConnectionActivity;
use super::response::REQUEST_ID_HEADER;

/// How long writing to a client may block.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// A client's connection.
pub(super) struct ClientStream {
    inner: TokioIo<TcpStream>,
    activity: Arc<ConnectionActivity>,
    /// The status of hyper's response that was withheld.
    rejected_status: Option<u16>,
    /// Expires when a write has been blocked for too long.
    write_timeout: Option<Pin<Box<Sleep>>>,
}

impl ClientStream {
    pub fn new(stream: TcpStream, activity: Arc<ConnectionActivity>) -> ClientStream {
        ClientStream {
            inner: TokioIo::new(stream),
            activity,
            rejected_status: None,
            write_timeout: None,
        }
    }

    /// Returns the stream, still open, and the status of the response that was withheld.
    pub fn into_parts(self) -> (TcpStream, Option<u16>) {
        (self.inner.into_inner(), self.rejected_status)
    }

    fn after_write(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if outcome.is_ready() {
            self.write_timeout = None;
            self.activity.touch();
            return outcome;
        }
        let write_timeout = self
            .write_timeout
            .get_or_insert_with(|| Box::pin(sleep(WRITE_TIMEOUT)));
        match write_timeout.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Returns the status of a response of hyper's own: it lacks the request ID that all responses of
/// the service have.
fn hyper_error_status(bytes: &[u8]) -> Option<u16> {
    let head = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?;
    let is_identifier = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case(REQUEST_ID_HEADER)
    };
    match lines.any(is_identifier) {
        true => None,
        false => status.parse().ok().filter(|status| *status >= 400),
    }
}

impl Read for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl Write for ClientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Some(status) = hyper_error_status(bytes) {
            self.rejected_status = Some(status);
            return Poll::Ready(Ok(bytes.len()));
        }
        let outcome = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.after_write(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [piece] = pieces {
            return self.poll_write(context, piece);
        }
        let outcome = Pin::new(&mut self.inner).poll_write_vectored(context, pieces);
        self.after_write(context, outcome)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    /// Leaves the stream open, since the service may send a response of its own.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_responses_of_hyper_and_service() {
        let head = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n";
        let of_hyper = format!("{head}\r\n");
        assert_eq!(hyper_error_status(of_hyper.as_bytes()), Some(400));
        let of_service = format!("{head}X-Amzn-Requestid: 1\r\n\r\n");
        for other in [&of_service, head, "HTTP/1.1 100 Continue\r\n\r\n", "{}", ""] {
            assert_eq!(hyper_error_status(other.as_bytes()), None, "{other}");
        }
    }
}
