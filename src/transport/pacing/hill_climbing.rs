//! The limiter of calls that are retried until the service accepts them: it looks for the rate at
//! which the service accepts the most requests with few throttled ones.
//!
//! Requests are not limited until the service throttles one. From then on, time is divided into
//! rounds with one rate each. A round at another rate is a trial; it is adopted if its utility
//! (accepted minus throttled requests per second) is higher. Where the service has a fixed limit, a
//! rate above it adds nothing but throttled requests, so the rate settles at the limit. Where
//! requests are throttled at random, a lower rate has no smaller share of them, so the rate stays
//! as high as the workers make it. (PCC, the congestion control by utility, works like this;
//! CUBIC, which lowers the rate at each throttling, comes to a standstill at a share of 20 %.)

use super::bucket::TokenBucket;
use super::{FractionalSeconds, PacedOutcome, Permit, RateLimiter};

/// Minimum requests per second.
const MIN_RATE: f64 = 1.0;

/// Length of a round, if there are enough outcomes. It ends sooner if most are throttled.
const ROUND: FractionalSeconds = 0.5;
const ROUND_OUTCOMES: u32 = 30;
const HIGH_SHARE: f64 = 0.75;

/// Shortest period in which a rate is measured.
const MIN_ELAPSED: FractionalSeconds = 0.001;

/// Length of a round with few outcomes.
const LONG_ROUND: FractionalSeconds = 2.5;
const LONG_ROUND_OUTCOMES: u32 = 4;

/// Ratio of the higher rate of a trial to that before it.
const STEP: f64 = 1.25;

/// The same as long as no limit of the service is known and no request is throttled.
const START_STEP: f64 = 2.0;

/// The lowest ratio of a rate to that before it.
const MAX_DECREASE: f64 = 0.25;

/// Share of throttled requests at which the rate decreases without a trial.
const MAX_SHARE: f64 = 0.5;

/// Share of throttled requests that is no reason for a trial at a lower rate.
const SMALL_SHARE: f64 = 0.05;

/// Seconds, and rounds, between trials at a higher rate once the service's limit is known.
const MAX_HOLD: FractionalSeconds = 5.0;
const HOLD_ROUNDS: u32 = 4;

/// The share of the allowed rate below which it is not what limits the requests.
const MIN_USE: f64 = 0.6;

/// Requests that may be sent at once after a pause, in seconds of the rate.
const BURST: FractionalSeconds = 0.02;

/// The rate limit of a client.
#[derive(Debug)]
pub(super) struct HillClimbingLimiter {
    /// `None` until a request is throttled.
    bucket: Option<TokenBucket>,
    round: Round,
    phase: Phase,
    /// Seconds between trials at a higher rate.
    hold: FractionalSeconds,
    /// Whether the service accepted nothing for a round, and has throttled requests since.
    is_outage: bool,
    /// Share of requests that is throttled at lower rates, too.
    usual_share: f64,
    /// Requests per second of the round before the first throttling.
    unlimited_rate: f64,
    /// The service accepts no requests before.
    paused_until: FractionalSeconds,
}

/// What the requests of a round measure.
#[derive(Debug, Clone, Copy)]
enum Phase {
    /// The rate that was adopted last.
    Steady(Steady),
    /// A higher or lower rate.
    Trial(Trial),
}

#[derive(Debug, Clone, Copy)]
struct Steady {
    since: FractionalSeconds,
    rounds: u32,
}

#[derive(Debug, Clone, Copy)]
struct Trial {
    is_higher: bool,
    /// The rate before, and what was measured at it.
    previous_rate: f64,
    previous: Measurement,
}

/// A period with one rate. Only its own requests count.
#[derive(Debug, Default)]
struct Round {
    number: u64,
    start: FractionalSeconds,
    sent: u32,
    accepted: u32,
    throttled: u32,
}

/// The result of a round.
#[derive(Debug, Clone, Copy)]
struct Measurement {
    /// Requests per second.
    sent_rate: f64,
    /// Share of them that was throttled.
    throttled_share: f64,
}

impl HillClimbingLimiter {
    /// Creates a limiter that delays no requests yet.
    pub(super) fn new(now: FractionalSeconds) -> HillClimbingLimiter {
        HillClimbingLimiter {
            bucket: None,
            round: Round {
                start: now,
                ..Round::default()
            },
            phase: Phase::steady(now),
            hold: 0.0,
            is_outage: false,
            usual_share: 0.0,
            unlimited_rate: 0.0,
            paused_until: now,
        }
    }

    /// Starts to limit requests: to the rate at which they were sent.
    fn enable(&mut self, now: FractionalSeconds) {
        let rate = self.unlimited_rate.max(self.round.sent_rate(now));
        self.bucket = Some(TokenBucket::with_fill_time(BURST, rate.max(MIN_RATE), now));
        self.start_round(now);
    }

    fn start_round(&mut self, now: FractionalSeconds) {
        self.round = Round {
            number: self.round.number + 1,
            start: now.max(self.paused_until),
            ..Round::default()
        };
    }

    /// Allows no request before this time. The round does not include the pause.
    fn pause_until(&mut self, end: FractionalSeconds, now: FractionalSeconds) {
        let start = self.paused_until.max(now);
        if end > start {
            self.round.start += end - start;
            self.paused_until = end;
        }
    }

    /// Starts the next round after one with this result.
    fn next_round(&mut self, result: Measurement, now: FractionalSeconds) {
        let Some(rate) = self.bucket.as_ref().map(TokenBucket::rate) else {
            self.unlimited_rate = result.sent_rate;
            self.start_round(now);
            return;
        };
        let rate = match self.phase {
            _ if result.throttled_share > MAX_SHARE => self.lower(rate, result, now),
            Phase::Trial(trial) if trial.succeeds(rate, result) => {
                self.adopt(trial, rate, result, now)
            }
            Phase::Trial(trial) => self.reject(trial, result, now),
            Phase::Steady(steady) => self.continue_steady(steady, rate, result, now),
        };
        if let Some(bucket) = &mut self.bucket {
            bucket.set_rate(rate.max(MIN_RATE), now);
        }
        self.start_round(now);
    }

    /// Lowers the rate without a trial. Returns the next rate.
    fn lower(&mut self, rate: f64, result: Measurement, now: FractionalSeconds) -> f64 {
        self.is_outage |= result.throttled_share == 1.0;
        self.hold = MAX_HOLD;
        self.usual_share = 0.0;
        self.phase = Phase::steady(now);
        lower_rate(rate, result)
    }

    /// Adopts the rate of a trial. Returns the next rate.
    fn adopt(
        &mut self,
        trial: Trial,
        rate: f64,
        result: Measurement,
        now: FractionalSeconds,
    ) -> f64 {
        self.phase = Phase::steady(now);
        if !trial.is_higher {
            self.hold = MAX_HOLD;
            self.usual_share = result.throttled_share;
            return rate;
        }
        self.hold /= 2.0;
        match self.hold < ROUND && result.uses(rate) {
            true => self.try_higher(rate, result),
            false => rate,
        }
    }

    /// Returns to the rate before the trial, or tries a higher one if a lower one is of no use.
    fn reject(&mut self, trial: Trial, result: Measurement, now: FractionalSeconds) -> f64 {
        if !trial.is_higher {
            self.usual_share = trial.previous.throttled_share;
            return self.try_higher(trial.previous_rate, trial.previous);
        }
        // The share depends on the rate.
        self.usual_share = 0.0;
        self.hold = MAX_HOLD;
        self.phase = Phase::steady(now);
        trial.previous_rate.max(result.accepted_rate())
    }

    fn continue_steady(
        &mut self,
        steady: Steady,
        rate: f64,
        result: Measurement,
        now: FractionalSeconds,
    ) -> f64 {
        let share = result.throttled_share;
        if share > SMALL_SHARE + 1.5 * self.usual_share {
            self.phase = Phase::Trial(Trial {
                is_higher: false,
                previous_rate: rate,
                previous: result,
            });
            return lower_rate(rate, result);
        }
        if self.is_outage && share == 0.0 {
            // It says nothing about the service's limit.
            self.is_outage = false;
            self.hold = 0.0;
        }
        self.usual_share += (share - self.usual_share) / 10.0;
        let rounds = steady.rounds + 1;
        let is_over = now - steady.since >= self.hold
            && (rounds >= HOLD_ROUNDS || self.hold < MAX_HOLD)
            && result.uses(rate);
        if is_over {
            return self.try_higher(rate, result);
        }
        self.phase = Phase::Steady(Steady { rounds, ..steady });
        rate
    }

    fn try_higher(&mut self, rate: f64, result: Measurement) -> f64 {
        self.phase = Phase::Trial(Trial {
            is_higher: true,
            previous_rate: rate,
            previous: result,
        });
        match self.hold == 0.0 && result.throttled_share == 0.0 {
            true => START_STEP * rate,
            false => STEP * rate,
        }
    }

    /// Returns the allowed requests per second.
    #[cfg(test)]
    fn rate(&self) -> f64 {
        self.bucket
            .as_ref()
            .map_or(f64::INFINITY, TokenBucket::rate)
    }
}

impl RateLimiter for HillClimbingLimiter {
    fn try_acquire(&mut self, now: FractionalSeconds) -> Result<Permit, FractionalSeconds> {
        if now < self.paused_until {
            return Err(self.paused_until - now);
        }
        if let Some(bucket) = &mut self.bucket {
            bucket.try_acquire(now)?;
        }
        self.round.sent += 1;
        Ok(Permit(self.round.number))
    }

    fn record(&mut self, permit: Permit, outcome: &PacedOutcome, now: FractionalSeconds) {
        if permit.0 == self.round.number {
            match outcome.is_throttled {
                true => self.round.throttled += 1,
                false => self.round.accepted += 1,
            }
        }
        if outcome.is_throttled && self.bucket.is_none() {
            self.enable(now);
        } else if self.round.is_over(now) {
            self.next_round(self.round.measure(now), now);
        }
        if let Some(pause) = outcome.retry_after {
            self.pause_until(now + pause.as_secs_f64(), now);
        }
    }
}

impl Phase {
    fn steady(since: FractionalSeconds) -> Phase {
        Phase::Steady(Steady { since, rounds: 0 })
    }
}

impl Trial {
    /// Whether the rate of the trial is to be kept: a higher one if the share of throttled requests
    /// is hardly higher, a lower one if it is much lower.
    fn succeeds(self, rate: f64, result: Measurement) -> bool {
        let previous_share = self.previous.throttled_share;
        // What is added at a limit of the service is throttled.
        let added = 1.0 - self.previous_rate / rate;
        match self.is_higher {
            true => result.throttled_share < previous_share + added / 2.0,
            false => result.throttled_share < previous_share / 2.0,
        }
    }
}

impl Round {
    fn is_over(&self, now: FractionalSeconds) -> bool {
        let outcomes = self.accepted + self.throttled;
        let elapsed = now - self.start;
        let is_mostly_throttled =
            elapsed > 0.0 && f64::from(self.throttled) > HIGH_SHARE * f64::from(outcomes);
        (outcomes >= ROUND_OUTCOMES && (elapsed >= ROUND || is_mostly_throttled))
            || (elapsed >= LONG_ROUND && outcomes >= LONG_ROUND_OUTCOMES)
    }

    fn sent_rate(&self, now: FractionalSeconds) -> f64 {
        f64::from(self.sent) / (now - self.start).max(MIN_ELAPSED)
    }

    fn measure(&self, now: FractionalSeconds) -> Measurement {
        let outcomes = self.accepted + self.throttled;
        Measurement {
            sent_rate: self.sent_rate(now),
            throttled_share: f64::from(self.throttled) / f64::from(outcomes.max(1)),
        }
    }
}

impl Measurement {
    /// Whether the requests were as many as this rate allowed.
    fn uses(self, rate: f64) -> bool {
        self.sent_rate >= MIN_USE * rate
    }

    fn accepted_rate(self) -> f64 {
        self.sent_rate * (1.0 - self.throttled_share)
    }
}

/// Returns the rate at which the service accepted requests, but not much less than the present one.
fn lower_rate(rate: f64, result: Measurement) -> f64 {
    result.accepted_rate().max(MAX_DECREASE * rate)
}

#[cfg(test)]
mod tests;
