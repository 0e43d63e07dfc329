//! HTTP/1.1 exchanges over one connection, with responses read as Python's `http.client` and urllib3
//! read them for the AWS CLI.
//!
//! hyper refuses many responses that these accept: folded headers, white space before a colon, a
//! `Content-Length` that is no number, a close within the head. A refused response is tried again, and
//! so a change that the service has made would be made twice. What connects is not known here.

mod error;
mod request;
mod response_body;
mod response_head;
mod response_reader;

use std::future::{Future, poll_fn};
use std::io::ErrorKind;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};

use super::response::Response;
pub(super) use error::{Http1Error, reason};
pub(super) use request::OutgoingRequest;
use response_body::BodyFraming;
use response_head::ResponseHead;
pub(super) use response_head::StatusLine;
pub(super) use response_reader::ResponseReader;

/// A response, and whether the connection can carry another request.
#[derive(Debug)]
pub(super) struct ReceivedResponse {
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
) -> Result<(), Http1Error> {
    let written = async {
        stream.write_all(request).await?;
        stream.flush().await
    };
    match limited(limit, written).await {
        None => Err(Http1Error::Closed(
            "the server did not take the request in time".into(),
        )),
        Some(Err(error)) if !is_close(error.kind()) => Err(Http1Error::of_write(error)),
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
) -> Result<ReceivedResponse, Http1Error> {
    let mut reader = ResponseReader::new(stream, limit);
    let head = ResponseHead::receive(&mut reader).await?;
    let framing = BodyFraming::of(&head)?;
    let body = response_body::receive(&mut reader, &framing).await;
    let body = body.map_err(Http1Error::in_body)?;
    Ok(ReceivedResponse {
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
