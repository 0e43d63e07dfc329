//! HTTP/1.1 exchanges over one connection, with responses read as Python's `http.client` and urllib3
//! read them for the AWS CLI.
//!
//! hyper refuses many responses that these accept: folded headers, white space before a colon, a
//! `Content-Length` that is no number, a close within the head. A refused response is tried again, and
//! so a change that the service has made would be made twice. What connects is not known here.

mod body;
mod error;
mod head;
mod reader;
mod request;

use std::future::{Future, poll_fn};
use std::io::ErrorKind;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};

use super::response::Response;
use body::Framing;
pub(super) use error::{ExchangeError, reason};
use head::Head;
pub(super) use head::StatusLine;
pub(super) use reader::Reader;
pub(super) use request::Request;

/// A response, and whether the connection can carry another request.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) response: Response,
    pub(super) keep_open: bool,
}

/// Sends a whole request within this time.
///
/// A server may answer and close before it has read everything, so a connection that was closed is no
/// error yet: the response is read all the same, as urllib3 does.
pub(super) async fn send<S: AsyncWrite + Unpin>(
    stream: &mut S,
    request: &[u8],
    limit: Option<Duration>,
) -> Result<(), ExchangeError> {
    let written = async {
        stream.write_all(request).await?;
        stream.flush().await
    };
    match limited(limit, written).await {
        None => Err(ExchangeError::Closed(
            "the server did not take the request in time".into(),
        )),
        Some(Err(error)) if !is_close(error.kind()) => Err(ExchangeError::of_write(error)),
        Some(_) => Ok(()),
    }
}

fn is_close(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::BrokenPipe | ErrorKind::ConnectionReset)
}

/// Receives a response; each read may take this long.
pub(super) async fn receive<S: AsyncRead + Unpin>(
    stream: &mut S,
    limit: Option<Duration>,
) -> Result<Received, ExchangeError> {
    let mut reader = Reader::new(stream, limit);
    let head = Head::receive(&mut reader).await?;
    let framing = Framing::of(&head)?;
    let body = body::receive(&mut reader, &framing).await;
    let body = body.map_err(ExchangeError::in_body)?;
    Ok(Received {
        // What is left in the buffer belongs to no request.
        keep_open: framing.keep_open && reader.is_empty(),
        response: Response {
            status: head.status,
            headers: head.fields.merged(),
            body,
        },
    })
}

/// Whether a connection that waits for its next request still stands: one that has been closed, or on
/// which something has arrived that nobody asked for, does not.
pub(super) async fn is_idle<S: AsyncRead + Unpin>(stream: &mut S) -> bool {
    // Lets the runtime look at its sockets first.
    tokio::task::yield_now().await;
    let mut byte = [0];
    let mut byte = ReadBuf::new(&mut byte);
    poll_fn(|context| {
        let read = Pin::new(&mut *stream).poll_read(context, &mut byte);
        Poll::Ready(read.is_pending())
    })
    .await
}

/// Runs to its end, or to the limit: then there is nothing.
pub(super) async fn limited<F: Future>(limit: Option<Duration>, future: F) -> Option<F::Output> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, future).await.ok(),
        None => Some(future.await),
    }
}

#[cfg(test)]
mod tests;
