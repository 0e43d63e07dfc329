//! Bodies of requests: read whole, within limits of size, time and memory.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Collected, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::service_error::ServiceError;

/// Most bytes of a body. A dataset holds 1 MiB, which JSON may write with six bytes for one.
pub(super) const MAX_BODY_BYTES: usize = 10 << 20;

/// Bodies up to this size are bounded by the number of connections alone.
const SMALL_BODY_BYTES: usize = 64 << 10;

/// Most bytes of all larger bodies at once; others wait.
const MAX_LARGE_BODIES_BYTES: usize = 64 << 20;

/// How long a body may take to arrive.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// How much of a body that is refused is read all the same, so that the client gets to read the reply
/// before its connection is closed.
const MAX_DRAIN_BYTES: usize = 64 << 20;
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// What all bodies share: the memory that they may take, in KiB.
#[derive(Debug, Clone)]
pub(super) struct BodyMemory(Arc<Semaphore>);

/// A body, and its share of the memory until this is dropped.
#[derive(Debug, Default)]
pub(super) struct ReceivedBody {
    pub bytes: Bytes,
    _memory: Option<OwnedSemaphorePermit>,
}

impl BodyMemory {
    pub fn new() -> BodyMemory {
        BodyMemory(Arc::new(Semaphore::new(MAX_LARGE_BODIES_BYTES >> 10)))
    }

    /// Reads the body. One that says to be too large is not waited for.
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
                format!("The body took over {} seconds.", READ_TIMEOUT.as_secs()),
            )),
        }
    }

    /// Waits for memory. The whole of it is reserved at once: bodies that held a part of theirs each
    /// might wait for each other.
    async fn reserve(&self, size: usize) -> Option<OwnedSemaphorePermit> {
        if size <= SMALL_BODY_BYTES {
            return None;
        }
        let kibibytes = u32::try_from(size.div_ceil(1 << 10)).unwrap_or(u32::MAX);
        // Fails only if the semaphore were closed, which nothing does.
        self.0.clone().acquire_many_owned(kibibytes).await.ok()
    }
}

/// Reads what is left of a body while the reply is already sent.
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
