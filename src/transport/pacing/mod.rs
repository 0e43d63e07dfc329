//! Client-side rate limiting. Concurrent tasks may share a [`Pacer`]; its limiter says when the next
//! request may be sent:
//! - `adaptive`, the AWS CLI's adaptive retry mode, for single calls. The SDK determines the number
//!   of attempts and the backoff.
//! - `hill_climbing`, for many calls, each of which is retried until the service accepts it.

mod adaptive;
mod bucket;
mod cubic;
mod hill_climbing;
mod rate;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::{Mutex as AsyncMutex, Notify};

use adaptive::AdaptiveLimiter;
use hill_climbing::HillClimbingLimiter;

/// A time or duration in seconds.
type FractionalSeconds = f64;

/// Limits the rate of requests. Callers pass the time.
trait RateLimiter: fmt::Debug + Send {
    /// Allows a request, or returns the seconds after which to ask again.
    fn try_acquire(&mut self, now: FractionalSeconds) -> Result<Permit, FractionalSeconds>;

    /// Adjusts the rate to the outcome of an allowed request.
    fn record(&mut self, permit: Permit, outcome: &PacedOutcome, now: FractionalSeconds);
}

/// Permission to send one request. It names the period that its outcome counts for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Permit(u64);

/// The outcome of a request.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PacedOutcome {
    /// Whether the service throttled it.
    pub is_throttled: bool,
    /// How long the service wants no further requests.
    pub retry_after: Option<Duration>,
}

/// Paces the requests of one client. Clones share the rate limit.
#[derive(Debug, Clone)]
pub(super) struct Pacer(Arc<PacerState>);

#[derive(Debug)]
struct PacerState {
    clock: MonotonicClock,
    limiter: Mutex<Box<dyn RateLimiter>>,
    /// Held by the task that waits for the next token, so that tasks are served in order.
    turn: AsyncMutex<()>,
    rate_changed: Notify,
}

impl Pacer {
    /// Creates a pacer of the adaptive retry mode. It delays no requests yet.
    pub(super) fn adaptive() -> Pacer {
        Pacer::new(|now| Box::new(AdaptiveLimiter::new(now)))
    }

    /// Creates a pacer of requests that are sent again until the service accepts them. It delays
    /// none yet.
    pub(super) fn until_accepted() -> Pacer {
        Pacer::new(|now| Box::new(HillClimbingLimiter::new(now)))
    }

    fn new(limiter: impl FnOnce(FractionalSeconds) -> Box<dyn RateLimiter>) -> Pacer {
        let clock = MonotonicClock::start();
        Pacer(Arc::new(PacerState {
            limiter: Mutex::new(limiter(clock.now())),
            clock,
            turn: AsyncMutex::new(()),
            rate_changed: Notify::new(),
        }))
    }

    /// Waits until a request may be sent. A task that is cancelled while it waits takes no token.
    pub(super) async fn acquire(&self) -> Permit {
        let _turn = self.0.turn.lock().await;
        loop {
            let wait = match self.try_acquire() {
                Ok(permit) => return permit,
                Err(wait) => wait,
            };
            // A higher rate shortens the wait.
            let changed = self.0.rate_changed.notified();
            drop(tokio::time::timeout(wait, changed).await);
        }
    }

    /// Adjusts the rate to the outcome of a request.
    pub(super) fn record(&self, permit: Permit, outcome: &PacedOutcome) {
        let now = self.0.clock.now();
        self.limiter().record(permit, outcome, now);
        self.0.rate_changed.notify_one();
    }

    fn try_acquire(&self) -> Result<Permit, Duration> {
        let wait = self.limiter().try_acquire(self.0.clock.now());
        wait.map_err(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }

    fn limiter(&self) -> MutexGuard<'_, Box<dyn RateLimiter>> {
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
