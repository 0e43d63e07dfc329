//! Client-side rate limiting, the AWS CLI's adaptive retry mode: requests are not limited until the
//! service throttles one; from then on each takes a token from a bucket whose fill rate follows
//! CUBIC (`botocore/retries/adaptive.py` of AWS CLI 2.36.7).
//!
//! Concurrent tasks may share a [`Pacer`]. The SDK determines the number of attempts and the
//! backoff.

mod bucket;
mod cubic;
mod limiter;
mod rate;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::{Mutex as AsyncMutex, Notify};

use limiter::ClientRateLimiter;

/// A time or duration in seconds.
type FractionalSeconds = f64;

/// Paces the requests of one client. Clones share the rate limit.
#[derive(Debug, Clone)]
pub(super) struct Pacer(Arc<PacerState>);

#[derive(Debug)]
struct PacerState {
    clock: MonotonicClock,
    limiter: Mutex<ClientRateLimiter>,
    /// Held by the task that waits for the next token, so that tasks are served in order.
    turn: AsyncMutex<()>,
    rate_changed: Notify,
}

impl Pacer {
    /// Creates a pacer that delays no requests yet.
    pub(super) fn new() -> Pacer {
        let clock = MonotonicClock::start();
        Pacer(Arc::new(PacerState {
            limiter: Mutex::new(ClientRateLimiter::new(clock.now())),
            clock,
            turn: AsyncMutex::new(()),
            rate_changed: Notify::new(),
        }))
    }

    /// Waits until a request may be sent. A task that is cancelled while it waits takes no token.
    pub(super) async fn acquire(&self) {
        let _turn = self.0.turn.lock().await;
        while let Err(wait) = self.try_acquire() {
            // A higher rate shortens the wait.
            let changed = self.0.rate_changed.notified();
            drop(tokio::time::timeout(wait, changed).await);
        }
    }

    /// Adjusts the rate to whether the service throttled a request.
    pub(super) fn record(&self, throttled: bool) {
        self.limiter().record(throttled, self.0.clock.now());
        self.0.rate_changed.notify_one();
    }

    fn try_acquire(&self) -> Result<(), Duration> {
        let wait = self.limiter().try_acquire(self.0.clock.now());
        wait.map_err(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }

    fn limiter(&self) -> MutexGuard<'_, ClientRateLimiter> {
        let limiter = self.0.limiter.lock();
        limiter.unwrap_or_else(PoisonError::into_inner)
    }
}

/// A monotonic clock that starts at the Unix time, since rates are measured over half seconds of
/// it.
#[derive(Debug)]
struct MonotonicClock {
    start: FractionalSeconds,
    since: Instant,
}

impl MonotonicClock {
    fn start() -> MonotonicClock {
        let start = SystemTime::now().duration_since(UNIX_EPOCH);
        MonotonicClock {
            start: start.unwrap_or_default().as_secs_f64(),
            since: Instant::now(),
        }
    }

    fn now(&self) -> FractionalSeconds {
        self.start + self.since.elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests;
