//! HTTP/1.1 over one connection, with responses parsed as Python's `http.client` and urllib3 parse
//! them for the AWS CLI.
//!
//! hyper rejects many responses that these accept: folded headers, white space before a colon, a
//! `Content-Length` that is not a number, a close within the head. The request of a rejected
//! response is retried, so that a change that the service already made would be made twice.
//! `dialer` opens the connections.

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
pub(super) use error::{Http1Error, io_error_message};
pub(super) use request::OutgoingRequest;
use response_body::BodyFraming;
use response_head::ResponseHead;
pub(super) use response_head::StatusLine;
pub(super) use response_reader::ResponseReader;

/// A response, and whether the connection can be reused.
#[derive(Debug)]
pub(super) struct ReceivedResponse {
    pub(super) response: Response,
    pub(super) keep_open: bool,
}

/// Sends a complete request within `limit`.
///
/// A server may respond and close before it has read the whole request. So a closed connection is
/// not an error yet, and the response is read, as in urllib3.
pub(super) async fn send<S: AsyncWrite + Unpin>(
    stream: &mut S,
    request: &[u8],
    limit: Option<Duration>,
) -> Result<(), Http1Error> {
    let written = async {
        stream.write_all(request).await?;
        stream.flush().await
    };
    match with_timeout(limit, written).await {
        None => Err(Http1Error::Closed("sending the request timed out".into())),
        Some(Err(error)) if !is_close(error.kind()) => Err(Http1Error::from_write(error)),
        Some(_) => Ok(()),
    }
}

fn is_close(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::BrokenPipe | ErrorKind::ConnectionReset)
}

/// Receives a response, each read within `limit`.
pub(super) async fn receive<S: AsyncRead + Unpin>(
    stream: &mut S,
    limit: Option<Duration>,
) -> Result<ReceivedResponse, Http1Error> {
    let mut reader = ResponseReader::new(stream, limit);
    let head = ResponseHead::receive(&mut reader).await?;
    let framing = BodyFraming::new(&head)?;
    let body = response_body::receive(&mut reader, &framing).await;
    let body = body.map_err(Http1Error::into_body_error)?;
    Ok(ReceivedResponse {
        // Bytes left in the buffer belong to no request.
        keep_open: framing.keep_open && reader.is_empty(),
        response: Response {
            status: head.status,
            headers: head.fields.merged(),
            body,
        },
    })
}

/// Returns whether an idle connection can be reused: it is neither closed nor has it unsolicited
/// bytes.
pub(super) async fn is_reusable<S: AsyncRead + Unpin>(stream: &mut S) -> bool {
    // Lets the runtime poll its sockets first.
    tokio::task::yield_now().await;
    let mut byte = [0];
    let mut byte = ReadBuf::new(&mut byte);
    poll_fn(|context| {
        let read = Pin::new(&mut *stream).poll_read(context, &mut byte);
        Poll::Ready(read.is_pending())
    })
    .await
}

/// Awaits the future; `None` if it takes longer than `limit`.
pub(super) async fn with_timeout<F: Future>(
    limit: Option<Duration>,
    future: F,
) -> Option<F::Output> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, future).await.ok(),
        None => Some(future.await),
    }
}

#[cfg(test)]
mod tests;
