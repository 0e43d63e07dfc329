//! Token bucket, CUBIC and measured rate put together (`ClientRateLimiter` of
//! `botocore/retries/adaptive.py`, AWS CLI 2.36.7), without a clock of its own.

use super::FractionalSeconds;
use super::bucket::TokenBucket;
use super::cubic::CubicCalculator;
use super::rate::RateClocker;

/// How far the allowed rate may exceed the measured one.
const MAX_RATE_ADJUST_SCALE: f64 = 2.0;

/// The rate limit of a client.
#[derive(Debug)]
pub(super) struct ClientRateLimiter {
    /// Whether a request was ever throttled; before that, none is delayed.
    enabled: bool,
    bucket: TokenBucket,
    cubic: CubicCalculator,
    clocker: RateClocker,
}

impl ClientRateLimiter {
    /// A limiter that delays nothing yet.
    pub(super) fn new(now: FractionalSeconds) -> ClientRateLimiter {
        ClientRateLimiter {
            enabled: false,
            bucket: TokenBucket::new(1.0, now),
            cubic: CubicCalculator::new(now),
            clocker: RateClocker::new(now),
        }
    }

    /// Takes what a request needs; or else returns the seconds after which to try again.
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

    /// Allowed requests a second.
    #[cfg(test)]
    pub(super) fn rate(&self) -> f64 {
        self.bucket.rate()
    }

    /// Allows this many requests a second.
    #[cfg(test)]
    pub(super) fn set_rate(&mut self, rate: f64, now: FractionalSeconds) {
        self.bucket.set_rate(rate, now);
    }
}
