//! The CUBIC function of congestion control (`botocore/retries/throttling.py` of AWS CLI 2.36.7).

use super::FractionalSeconds;

const SCALE_CONSTANT: f64 = 0.4;
const BETA: f64 = 0.7;

/// Computes the request rate from the rate and the time of the last throttling.
#[derive(Debug)]
pub(super) struct CubicCalculator {
    w_max: f64,
    k: f64,
    last_throttled: FractionalSeconds,
}

impl CubicCalculator {
    /// Creates a calculator without any throttling.
    pub(super) fn new(now: FractionalSeconds) -> CubicCalculator {
        CubicCalculator {
            w_max: 0.0,
            k: 0.0,
            last_throttled: now,
        }
    }

    /// Returns the rate after a successful request: it grows back to the rate of the last
    /// throttling, then beyond.
    pub(super) fn rate_after_success(&self, now: FractionalSeconds) -> f64 {
        let elapsed = now - self.last_throttled;
        SCALE_CONSTANT * (elapsed - self.k).powi(3) + self.w_max
    }

    /// Returns the rate after a request that was throttled at `rate`.
    pub(super) fn rate_after_throttling(&mut self, rate: f64, now: FractionalSeconds) -> f64 {
        self.w_max = rate;
        self.k = (rate * (1.0 - BETA) / SCALE_CONSTANT).cbrt();
        self.last_throttled = now;
        rate * BETA
    }
}
