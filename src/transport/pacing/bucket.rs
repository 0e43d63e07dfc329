//! A token bucket (`botocore/retries/bucket.py` of AWS CLI 2.36.7).

use super::FractionalSeconds;

/// Minimum fill rate, in tokens per second.
const MIN_RATE: f64 = 0.5;

/// Seconds in which a bucket becomes full, in botocore.
const FILL_TIME: FractionalSeconds = 1.0;

/// Minimum capacity, in tokens.
const MIN_CAPACITY: f64 = 1.0;

/// A token bucket with an adjustable fill rate.
#[derive(Debug)]
pub(super) struct TokenBucket {
    fill_rate: f64,
    fill_time: FractionalSeconds,
    max_capacity: f64,
    capacity: f64,
    last_refill: FractionalSeconds,
}

impl TokenBucket {
    /// Creates an empty bucket.
    pub(super) fn new(rate: f64, now: FractionalSeconds) -> TokenBucket {
        TokenBucket::with_fill_time(FILL_TIME, rate, now)
    }

    /// Creates an empty bucket that becomes full within this time, as far as it holds a token.
    pub(super) fn with_fill_time(
        fill_time: FractionalSeconds,
        rate: f64,
        now: FractionalSeconds,
    ) -> TokenBucket {
        TokenBucket {
            fill_rate: rate.max(MIN_RATE),
            fill_time,
            max_capacity: (rate * fill_time).max(MIN_CAPACITY),
            capacity: 0.0,
            last_refill: now,
        }
    }

    /// Returns the fill rate in tokens per second.
    pub(super) fn rate(&self) -> f64 {
        self.fill_rate
    }

    /// Sets the fill rate and the capacity.
    pub(super) fn set_rate(&mut self, rate: f64, now: FractionalSeconds) {
        self.refill(now);
        self.fill_rate = rate.max(MIN_RATE);
        self.max_capacity = (rate * self.fill_time).max(MIN_CAPACITY);
        self.capacity = self.capacity.min(self.max_capacity);
    }

    /// Takes a token, or returns the seconds until one is available at the current rate.
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
