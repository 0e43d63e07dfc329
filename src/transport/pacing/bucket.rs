//! A token bucket (`botocore/retries/bucket.py` of AWS CLI 2.36.7).

use super::FractionalSeconds;

/// Slowest fill rate, in tokens a second.
const MIN_RATE: f64 = 0.5;

/// Smallest capacity.
const MIN_CAPACITY: f64 = 1.0;

/// Tokens that accrue at a rate which may change.
#[derive(Debug)]
pub(super) struct TokenBucket {
    fill_rate: f64,
    max_capacity: f64,
    capacity: f64,
    last_refill: FractionalSeconds,
}

impl TokenBucket {
    /// An empty bucket.
    pub(super) fn new(rate: f64, now: FractionalSeconds) -> TokenBucket {
        TokenBucket {
            fill_rate: rate.max(MIN_RATE),
            max_capacity: rate.max(MIN_CAPACITY),
            capacity: 0.0,
            last_refill: now,
        }
    }

    /// Tokens a second.
    pub(super) fn rate(&self) -> f64 {
        self.fill_rate
    }

    /// Changes the rate from now on; the capacity follows it.
    pub(super) fn set_rate(&mut self, rate: f64, now: FractionalSeconds) {
        self.refill(now);
        self.fill_rate = rate.max(MIN_RATE);
        self.max_capacity = rate.max(MIN_CAPACITY);
        self.capacity = self.capacity.min(self.max_capacity);
    }

    /// Takes a token; or else returns the seconds until there is one at this rate.
    pub(super) fn try_acquire(&mut self, now: FractionalSeconds) -> Result<(), FractionalSeconds> {
        self.refill(now);
        if self.capacity < 1.0 {
            return Err((1.0 - self.capacity) / self.fill_rate);
        }
        self.capacity -= 1.0;
        Ok(())
    }

    fn refill(&mut self, now: FractionalSeconds) {
        let fill = (now - self.last_refill) * self.fill_rate;
        self.capacity = (self.capacity + fill).min(self.max_capacity);
        self.last_refill = now;
    }
}
