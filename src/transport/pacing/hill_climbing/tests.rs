//! Simulations with workers, a service and a clock of their own.

use std::collections::VecDeque;
use std::time::Duration;

use super::*;

/// Decides whether the service throttles a request at a time.
type Service<'a> = dyn FnMut(FractionalSeconds) -> PacedOutcome + 'a;

/// What a period of a simulation counted.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    accepted: u32,
    throttled: u32,
    seconds: FractionalSeconds,
}

impl Counts {
    fn accepted_rate(self) -> f64 {
        f64::from(self.accepted) / self.seconds
    }

    fn throttled_share(self) -> f64 {
        f64::from(self.throttled) / f64::from(self.accepted + self.throttled)
    }
}

/// Workers that send one request after the other.
struct Simulation {
    limiter: HillClimbingLimiter,
    now: FractionalSeconds,
    workers: usize,
    latency: FractionalSeconds,
    /// Requests under way: time of the response, permit and outcome.
    pending: VecDeque<(FractionalSeconds, Permit, PacedOutcome)>,
}

impl Simulation {
    fn new(workers: u32, latency: FractionalSeconds) -> Simulation {
        Simulation {
            limiter: HillClimbingLimiter::new(0.0),
            now: 0.0,
            workers: workers as usize,
            latency,
            pending: VecDeque::new(),
        }
    }

    /// Goes on for so many seconds and counts the outcomes.
    fn run(&mut self, seconds: FractionalSeconds, service: &mut Service<'_>) -> Counts {
        let end = self.now + seconds;
        let mut counts = Counts {
            seconds,
            ..Counts::default()
        };
        while self.now < end {
            let mut next = end;
            while self.pending.len() < self.workers {
                match self.limiter.try_acquire(self.now) {
                    Ok(permit) => {
                        let outcome = service(self.now);
                        let done = self.now + self.latency;
                        self.pending.push_back((done, permit, outcome));
                    }
                    Err(wait) => {
                        // A timer has a resolution of one millisecond.
                        next = next.min(self.now + wait.max(0.001));
                        break;
                    }
                }
            }
            if let Some((done, ..)) = self.pending.front() {
                next = next.min(*done);
            }
            self.now = next;
            while let Some((done, permit, outcome)) = self.pending.front().copied() {
                if done > self.now {
                    break;
                }
                self.pending.pop_front();
                self.limiter.record(permit, &outcome, self.now);
                match outcome.is_throttled {
                    true => counts.throttled += 1,
                    false => counts.accepted += 1,
                }
            }
        }
        counts
    }
}

/// A service that accepts so many requests per second, and after a pause those of `burst` seconds at
/// once.
fn limited_to(
    rate: f64,
    burst: FractionalSeconds,
) -> impl FnMut(FractionalSeconds) -> PacedOutcome {
    let mut bucket = TokenBucket::with_fill_time(burst, rate, -burst);
    move |now| PacedOutcome {
        is_throttled: bucket.try_acquire(now).is_err(),
        retry_after: None,
    }
}

/// A service that throttles a share of the requests at random.
fn throttling_at_random(share: f64, seed: u64) -> impl FnMut(FractionalSeconds) -> PacedOutcome {
    let mut state = seed;
    move |_| {
        // Knuth's linear congruential generator.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        PacedOutcome {
            is_throttled: f64::from((state >> 40) as u32) < share * f64::from(1 << 24),
            retry_after: None,
        }
    }
}

/// Numbers of workers and latencies.
const WORKERS: [(u32, FractionalSeconds); 5] =
    [(1, 0.01), (4, 0.01), (32, 0.01), (32, 0.1), (256, 0.3)];

#[test]
fn settles_at_limit_of_service_with_few_throttled_requests() {
    for (limit, burst) in [
        (5.0, 1.0),
        (20.0, 1.0),
        (50.0, 0.1),
        (300.0, 0.1),
        (300.0, 5.0),
    ] {
        let workers = WORKERS.into_iter();
        for (workers, latency) in
            workers.filter(|(workers, latency)| f64::from(*workers) / latency > limit)
        {
            let mut simulation = Simulation::new(workers, latency);
            let mut service = limited_to(limit, burst);
            let first = simulation.run(30.0, &mut service);
            let then = simulation.run(120.0, &mut service);
            let case = format!("{limit}/s, burst of {burst} s, {workers} workers, {latency} s");
            assert!(first.accepted_rate() > 0.9 * limit, "{case}: {first:?}");
            assert!(then.accepted_rate() > 0.95 * limit, "{case}: {then:?}");
            assert!(then.throttled_share() < 0.1, "{case}: {then:?}");
            // At first, all workers send a request before the first of them is throttled.
            let at_first = 150 + 3 * workers;
            assert!(
                f64::from(first.throttled) < f64::from(at_first) + 6.0 * limit,
                "{case}: {first:?}"
            );
        }
    }
}

#[test]
fn keeps_rate_of_workers_if_requests_are_throttled_at_random() {
    for share in [0.02, 0.1, 0.2, 0.3] {
        for (workers, latency) in WORKERS {
            for seed in 1..10 {
                let mut simulation = Simulation::new(workers, latency);
                let counts = simulation.run(60.0, &mut throttling_at_random(share, seed));
                let max = f64::from(workers) / latency * (1.0 - share);
                let case = format!("{share} of {workers} workers, {latency} s, seed {seed}");
                assert!(counts.accepted_rate() > 0.6 * max, "{case}: {counts:?}");
            }
        }
    }
}

#[test]
fn keeps_rate_of_workers_if_every_fifth_request_is_throttled() {
    for (workers, latency) in WORKERS {
        let mut simulation = Simulation::new(workers, latency);
        let mut number = 0;
        let counts = simulation.run(30.0, &mut |_| {
            number += 1;
            PacedOutcome {
                is_throttled: number % 5 == 0,
                retry_after: None,
            }
        });
        let max = f64::from(workers) / latency * 0.8;
        assert!(
            counts.accepted_rate() > 0.85 * max,
            "{workers} {latency}: {counts:?}"
        );
    }
}

#[test]
fn follows_limit_that_changes() {
    let mut simulation = Simulation::new(32, 0.05);
    for limit in [200.0, 20.0, 100.0, 30.0, 200.0] {
        let mut service = limited_to(limit, 0.5);
        simulation.run(30.0, &mut service);
        let counts = simulation.run(30.0, &mut service);
        assert!(counts.accepted_rate() > 0.95 * limit, "{limit}: {counts:?}");
        assert!(counts.throttled_share() < 0.1, "{limit}: {counts:?}");
    }
}

#[test]
fn recovers_after_service_accepted_nothing() {
    let mut simulation = Simulation::new(32, 0.05);
    simulation.run(30.0, &mut limited_to(400.0, 0.5));
    let outage = simulation.run(60.0, &mut |_| PacedOutcome {
        is_throttled: true,
        retry_after: None,
    });
    // About one a second.
    assert!(outage.throttled < 600, "{outage:?}");
    assert!(simulation.limiter.rate() < 2.0);
    let mut service = limited_to(400.0, 0.5);
    simulation.run(25.0, &mut service);
    let counts = simulation.run(10.0, &mut service);
    assert!(counts.accepted_rate() > 380.0, "{counts:?}");
}

#[test]
fn starts_from_rate_within_first_half_second() {
    let mut limiter = HillClimbingLimiter::new(0.0);
    for number in 0..20 {
        let now = f64::from(number) * 0.01;
        let permit = limiter.try_acquire(now).expect("there is no limit yet");
        let outcome = PacedOutcome {
            is_throttled: number == 19,
            retry_after: None,
        };
        limiter.record(permit, &outcome, now);
    }
    assert!((80.0..120.0).contains(&limiter.rate()), "{limiter:?}");
}

#[test]
fn sends_nothing_before_time_that_service_names() {
    let mut limiter = HillClimbingLimiter::new(0.0);
    let permit = limiter.try_acquire(0.0).expect("there is no limit yet");
    let outcome = PacedOutcome {
        is_throttled: true,
        retry_after: Some(Duration::from_secs(3)),
    };
    limiter.record(permit, &outcome, 0.1);
    let wait = limiter.try_acquire(1.1).expect_err("it is too early");
    assert!((wait - 2.0).abs() < 1e-9, "{wait}");
    assert!(limiter.try_acquire(3.2).is_ok());
    // The pauses are no part of the rate.
    let mut simulation = Simulation::new(8, 0.01);
    let mut service = limited_to(20.0, 1.0);
    let counts = simulation.run(120.0, &mut |now| {
        let outcome = service(now);
        PacedOutcome {
            retry_after: outcome.is_throttled.then_some(Duration::from_secs(1)),
            ..outcome
        }
    });
    assert!(counts.accepted_rate() > 15.0, "{counts:?}");
    // At each pause, those under way are throttled, too.
    assert!(counts.throttled_share() < 0.2, "{counts:?}");
}
