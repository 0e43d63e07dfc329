//! The AWS CLI's adaptive retry mode: requests are not limited until the service throttles one; from
//! then on each takes a token from a bucket whose fill rate follows CUBIC (`ClientRateLimiter` of
//! `botocore/retries/adaptive.py`, AWS CLI 2.36.7).

use super::bucket::TokenBucket;
use super::cubic::CubicCalculator;
use super::rate::RateClocker;
use super::{FractionalSeconds, PacedOutcome, Permit, RateLimiter};

/// Maximum ratio of the allowed to the measured rate.
const MAX_RATE_ADJUST_SCALE: f64 = 2.0;

/// The rate limit of a client.
#[derive(Debug)]
pub(super) struct AdaptiveLimiter {
    /// Whether a request was throttled. Before that, no request is delayed.
    enabled: bool,
    bucket: TokenBucket,
    cubic: CubicCalculator,
    clocker: RateClocker,
}

impl AdaptiveLimiter {
    /// Creates a limiter that delays no requests yet.
    pub(super) fn new(now: FractionalSeconds) -> AdaptiveLimiter {
        AdaptiveLimiter {
            enabled: false,
            bucket: TokenBucket::new(1.0, now),
            cubic: CubicCalculator::new(now),
            clocker: RateClocker::new(now),
        }
    }

    /// Returns the allowed requests per second.
    #[cfg(test)]
    pub(super) fn rate(&self) -> f64 {
        self.bucket.rate()
    }
}

impl RateLimiter for AdaptiveLimiter {
    fn try_acquire(&mut self, now: FractionalSeconds) -> Result<Permit, FractionalSeconds> {
        if self.enabled {
            self.bucket.try_acquire(now)?;
        }
        Ok(Permit::default())
    }

    fn record(&mut self, _: Permit, outcome: &PacedOutcome, now: FractionalSeconds) {
        let measured = self.clocker.record(now);
        let rate = if outcome.is_throttled {
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
}
