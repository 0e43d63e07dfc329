//! Request bodies: read whole, within limits of size, time and memory.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Collected, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::service_error::ServiceError;

/// The maximum size of a body. A dataset holds 1 MiB, and JSON may need six bytes for one.
pub(super) const MAX_BODY_BYTES: usize = 10 << 20;

/// Bodies up to this size are limited by the number of connections alone.
const SMALL_BODY_BYTES: usize = 64 << 10;

/// The maximum total size of all larger bodies; further ones wait.
const MAX_LARGE_BODIES_BYTES: usize = 64 << 20;

/// How long reading a body may take.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// How much of a rejected body is read and discarded, so that the client can read the response
/// before the connection closes.
const MAX_DRAIN_BYTES: usize = 64 << 20;
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// The memory that all bodies share, in KiB.
#[derive(Debug, Clone)]
pub(super) struct BodyMemory(Arc<Semaphore>);

/// A body with its share of the memory, which dropping it releases.
#[derive(Debug, Default)]
pub(super) struct ReceivedBody {
    pub bytes: Bytes,
    _memory: Option<OwnedSemaphorePermit>,
}

impl BodyMemory {
    pub fn new() -> BodyMemory {
        BodyMemory(Arc::new(Semaphore::new(MAX_LARGE_BODIES_BYTES >> 10)))
    }

    /// Reads the body. Rejects it without reading if its declared size is too large.
    pub async fn receive(&self, mut body: Incoming) -> Result<ReceivedBody, ServiceError> {
        let hint = body.size_hint();
        if hint.lower() > MAX_BODY_BYTES as u64 {
            drain(body);
            return Err(too_large());
        }
        let size = hint.exact().and_then(|size| usize::try_from(size).ok());
        let reading = async {
            let memory = self.reserve(size.unwrap_or(MAX_BODY_BYTES)).await;
            (
                memory,
                Limited::new(&mut body, MAX_BODY_BYTES).collect().await,
            )
        };
        match timeout(READ_TIMEOUT, reading).await {
            Ok((memory, Ok(collected))) => Ok(ReceivedBody {
                bytes: Collected::to_bytes(collected),
                _memory: memory,
            }),
            Ok((_, Err(why))) if why.is::<LengthLimitError>() => {
                drain(body);
                Err(too_large())
            }
            Ok((_, Err(why))) => Err(ServiceError::new(
                "SerializationException",
                format!("The body cannot be read: {why}"),
            )),
            Err(_) => Err(ServiceError::new(
                "RequestTimeoutException",
                format!(
                    "The body took more than {} seconds.",
                    READ_TIMEOUT.as_secs()
                ),
            )),
        }
    }

    /// Waits for memory. It is reserved all at once: bodies that each held a part could deadlock.
    async fn reserve(&self, size: usize) -> Option<OwnedSemaphorePermit> {
        if size <= SMALL_BODY_BYTES {
            return None;
        }
        let kibibytes = u32::try_from(size.div_ceil(1 << 10)).unwrap_or(u32::MAX);
        // Fails only if the semaphore is closed, which never happens.
        self.0.clone().acquire_many_owned(kibibytes).await.ok()
    }
}

/// Reads and discards the rest of a body in the background, while the response is sent.
pub(super) fn drain(mut body: Incoming) {
    if body.is_end_stream() {
        return;
    }
    tokio::spawn(timeout(DRAIN_TIMEOUT, async move {
        let mut left = MAX_DRAIN_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                break;
            }
        }
    }));
}

fn too_large() -> ServiceError {
    let message = format!("A request may not have more than {MAX_BODY_BYTES} bytes.");
    ServiceError::new("RequestEntityTooLargeException", message)
}
