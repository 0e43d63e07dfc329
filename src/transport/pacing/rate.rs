//! Measurement of the request rate (`RateClocker` of `botocore/retries/adaptive.py`, AWS CLI
//! 2.36.7).

use super::FractionalSeconds;

/// Weight of the newest measurement.
const SMOOTHING: f64 = 0.8;

/// Measurements per second.
const BUCKETS_PER_SECOND: f64 = 2.0;

/// Measures requests per second, smoothed over periods of half a second.
#[derive(Debug)]
pub(super) struct RateClocker {
    rate: f64,
    last_bucket: FractionalSeconds,
    count: f64,
}

impl RateClocker {
    /// Creates a clocker with a rate of 0.
    pub(super) fn new(now: FractionalSeconds) -> RateClocker {
        RateClocker {
            rate: 0.0,
            last_bucket: now.floor(),
            count: 0.0,
        }
    }

    /// Counts a request and returns the rate in requests per second.
    pub(super) fn record(&mut self, now: FractionalSeconds) -> f64 {
        let bucket = (now * BUCKETS_PER_SECOND).floor() / BUCKETS_PER_SECOND;
        self.count += 1.0;
        if bucket > self.last_bucket {
            let current = self.count / (bucket - self.last_bucket);
            self.rate = current * SMOOTHING + self.rate * (1.0 - SMOOTHING);
            self.count = 0.0;
            self.last_bucket = bucket;
        }
        self.rate
    }
}
