//! One connection of `serve`: requests one after another, until the client or the service closes
//! it.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use super::client_stream::ClientStream;
use super::connection_limit::ConnectionSlot;

/// The maximum size of a request's line and headers, and the maximum number of headers.
pub(super) const MAX_HEAD_BYTES: usize = 64 << 10;
pub(super) const MAX_HEADERS: usize = 100;

/// How long a request's head may take, and how long a connection may wait for its next request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a client has to read a response and close its side after the service has closed its
/// own.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);

/// Why a request is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MalformedRequest {
    pub code: &'static str,
    pub message: &'static str,
}

/// Serves the connection. `respond` handles each request; `reject` returns the bytes of the
/// response to a malformed one.
pub(super) async fn serve<A, F>(
    stream: TcpStream,
    slot: ConnectionSlot,
    mut ending: watch::Receiver<bool>,
    respond: A,
    reject: impl FnOnce(MalformedRequest) -> Vec<u8>,
) where
    A: Fn(Request<Incoming>) -> F,
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    let activity = &slot.activity;
    let service = service_fn(|request| {
        activity.begin_request();
        let (activity, respond) = (activity.clone(), respond(request));
        Box::pin(async move {
            let respond = respond.await;
            activity.end_request();
            Ok::<_, Infallible>(respond)
        })
    });
    let mut connection = http1::Builder::new()
        .title_case_headers(true)
        .half_close(true)
        .max_header_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS)
        .header_read_timeout(HEAD_TIMEOUT)
        .timer(TokioTimer::new())
        .serve_connection(ClientStream::new(stream, activity.clone()), service);
    let mut is_ending = false;
    let outcome = loop {
        tokio::select! {
            outcome = &mut connection => break outcome,
            _ = ending.changed(), if !is_ending => {
                is_ending = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
            () = activity.evicted() => return,
        }
    };
    let parts = connection.into_parts();
    let (stream, status) = parts.io.into_parts();
    let is_late = outcome.is_err_and(|why| why.is_timeout()) && !parts.read_buf.is_empty();
    let malformed = match status {
        Some(status) => Some(malformed(status)),
        None => is_late.then_some(HEAD_TIMED_OUT),
    };
    let last = malformed.map(reject).unwrap_or_default();
    tokio::select! {
        () = close(stream, &last) => {}
        _ = ending.changed(), if !is_ending => {}
    }
}

const HEAD_TIMED_OUT: MalformedRequest = MalformedRequest {
    code: "RequestTimeoutException",
    message: "The head of the request took too long.",
};

fn malformed(status: u16) -> MalformedRequest {
    let (code, message) = match status {
        414 => (
            "RequestUriTooLongException",
            "The path of the request is too long.",
        ),
        431 => (
            "RequestHeaderFieldsTooLargeException",
            "The head of a request may not have more than 65536 bytes and 100 headers.",
        ),
        _ => ("BadRequest", "The request is not valid HTTP/1.1."),
    };
    MalformedRequest { code, message }
}

/// Sends the last bytes, and closes the connection after the client has read them: closing it while
/// the client still sends would discard them.
async fn close(mut stream: TcpStream, last: &[u8]) {
    let closing = async {
        stream.write_all(last).await?;
        stream.shutdown().await?;
        let mut unread = [0; 8 << 10];
        while stream.read(&mut unread).await? > 0 {}
        io::Result::Ok(())
    };
    // A client that disconnects early, or never, is not an error of the service.
    drop(timeout(LINGER_TIMEOUT, closing).await);
}
