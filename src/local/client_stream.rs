//! The stream that hyper reads a client's requests from and writes replies to. It holds back the replies
//! without a body by which hyper refuses what is no request, so that better ones can be sent in their
//! place, and gives up on a client that reads no more.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::connections::Activity;
use super::reply::REQUEST_ID;

/// How long a client may leave a reply unread.
const UNREAD: Duration = Duration::from_secs(30);

/// The stream.
pub(super) struct ClientStream {
    inner: TokioIo<TcpStream>,
    activity: Arc<Activity>,
    /// The status of hyper's reply that was held back.
    refused: Option<u16>,
    /// Ends when a client has left a reply unread for too long.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl ClientStream {
    pub fn new(stream: TcpStream, activity: Arc<Activity>) -> ClientStream {
        ClientStream {
            inner: TokioIo::new(stream),
            activity,
            refused: None,
            stalled: None,
        }
    }

    /// The stream itself, still open, and the status of the reply that was held back.
    pub fn into_parts(self) -> (TcpStream, Option<u16>) {
        (self.inner.into_inner(), self.refused)
    }

    fn written(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if outcome.is_ready() {
            self.stalled = None;
            self.activity.touch();
            return outcome;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(UNREAD)));
        match stalled.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// The status of a reply that is not the service's: it lacks the identifier that all of those have.
fn status_of_hyper(bytes: &[u8]) -> Option<u16> {
    let head = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?;
    let is_identifier = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case(REQUEST_ID)
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
        if let Some(status) = status_of_hyper(bytes) {
            self.refused = Some(status);
            return Poll::Ready(Ok(bytes.len()));
        }
        let outcome = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.written(context, outcome)
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
        self.written(context, outcome)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    /// Leaves the stream open, since more may have to be sent.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_hypers_replies_from_the_services() {
        let head = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n";
        let of_hyper = format!("{head}\r\n");
        assert_eq!(status_of_hyper(of_hyper.as_bytes()), Some(400));
        let of_service = format!("{head}X-Amzn-Requestid: 1\r\n\r\n");
        for other in [&of_service, head, "HTTP/1.1 100 Continue\r\n\r\n", "{}", ""] {
            assert_eq!(status_of_hyper(other.as_bytes()), None, "{other}");
        }
    }
}
