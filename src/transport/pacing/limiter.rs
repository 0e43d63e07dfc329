//! The rate limiter of token bucket, CUBIC and measured rate (`ClientRateLimiter` of
//! `botocore/retries/adaptive.py`, AWS CLI 2.36.7). Callers pass the time.

use super::FractionalSeconds;
use super::bucket::TokenBucket;
use super::cubic::CubicCalculator;
use super::rate::RateClocker;

/// Maximum ratio of the allowed to the measured rate.
const MAX_RATE_ADJUST_SCALE: f64 = 2.0;

/// The rate limit of a client.
#[derive(Debug)]
pub(super) struct ClientRateLimiter {
    /// Whether a request was throttled. Before that, no request is delayed.
    enabled: bool,
    bucket: TokenBucket,
    cubic: CubicCalculator,
    clocker: RateClocker,
}

impl ClientRateLimiter {
    /// Creates a limiter that delays no requests yet.
    pub(super) fn new(now: FractionalSeconds) -> ClientRateLimiter {
        ClientRateLimiter {
            enabled: false,
            bucket: TokenBucket::new(1.0, now),
            cubic: CubicCalculator::new(now),
            clocker: RateClocker::new(now),
        }
    }

    /// Takes the token of a request, or returns the seconds after which to try again.
    pub(super) fn try_acquire(&mut self, now: FractionalSeconds) -> Result<(), FractionalSeconds> {
        match self.enabled {
            true => self.bucket.try_acquire(now),
            false => Ok(()),
        }
    }

    /// Adjusts the rate to the outcome of a request.
    pub(super) fn record(&mut self, throttled: bool, now: FractionalSeconds) {
        let measured = self.clocker.record(now);
        let rate = if throttled {
            let limit = match self.enabled {
                true => self.bucket.rate(),
                false => f64::INFINITY,
            };
            self.enabled = true;
            self.cubic.rate_after_throttling(measured.min(limit), now)
        } else {
            self.cubic.rate_after_success(now)
        };
        let highest = MAX_RATE_ADJUST_SCALE * measured;
        self.bucket.set_rate(rate.min(highest), now);
    }

    /// Returns the allowed requests per second.
    #[cfg(test)]
    pub(super) fn rate(&self) -> f64 {
        self.bucket.rate()
    }

    /// Sets the allowed requests per second.
    #[cfg(test)]
    pub(super) fn set_rate(&mut self, rate: f64, now: FractionalSeconds) {
        self.bucket.set_rate(rate, now);
    }
}
