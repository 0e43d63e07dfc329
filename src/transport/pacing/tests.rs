use std::time::{Duration, Instant};

use super::*;

const ACCEPTED: PacedOutcome = PacedOutcome {
    is_throttled: false,
    retry_after: None,
};

const THROTTLED: PacedOutcome = PacedOutcome {
    is_throttled: true,
    retry_after: None,
};

/// An event of a limiter.
#[derive(Debug, Clone, Copy)]
enum LimiterEvent {
    /// A request asks for a token. The value is the wait in seconds; 0 takes the token.
    Send,
    /// A request was not throttled. The value is the resulting rate.
    Succeeded,
    /// A request was throttled. The value is the resulting rate.
    Throttled,
}

/// Replays events at times after the start. The expected values come from botocore's classes of AWS
/// CLI 2.36.7, run with a clock that stands still between events.
#[track_caller]
fn check_events(start: f64, events: &[(f64, LimiterEvent, f64)]) {
    let mut limiter = AdaptiveLimiter::new(start);
    for (after, event, want) in events {
        let now = start + after;
        let got = match event {
            LimiterEvent::Send => limiter.try_acquire(now).err().unwrap_or_default(),
            LimiterEvent::Succeeded => {
                limiter.record(Permit::default(), &ACCEPTED, now);
                limiter.rate()
            }
            LimiterEvent::Throttled => {
                limiter.record(Permit::default(), &THROTTLED, now);
                limiter.rate()
            }
        };
        let close = (got - want).abs() < 1e-9;
        assert!(close, "{event:?} after {after} s: {got}, not {want}");
    }
}

#[test]
fn limits_like_botocore_when_throttled_within_half_a_second() {
    check_events(
        1000.125,
        &[
            (0.0, LimiterEvent::Send, 0.0),
            (0.0625, LimiterEvent::Throttled, 0.5),
            (0.5625, LimiterEvent::Send, 1.375),
            (2.0625, LimiterEvent::Send, 0.0),
            (2.125, LimiterEvent::Throttled, 0.5),
            (2.625, LimiterEvent::Send, 1.4375),
            (4.625, LimiterEvent::Send, 0.0),
            (4.6875, LimiterEvent::Succeeded, 0.96),
            (4.6875, LimiterEvent::Send, 1.009_114_583_333_333_3),
        ],
    );
}

#[test]
fn limits_like_botocore_when_throttled_across_seconds() {
    check_events(
        1000.875,
        &[
            (0.0, LimiterEvent::Send, 0.0),
            (0.25, LimiterEvent::Throttled, 0.56),
            (1.25, LimiterEvent::Send, 0.339_285_714_285_714_4),
            (2.25, LimiterEvent::Send, 0.0),
            (2.375, LimiterEvent::Throttled, 0.5),
            (4.375, LimiterEvent::Send, 0.0),
            (4.5, LimiterEvent::Succeeded, 1.024),
            (6.5, LimiterEvent::Succeeded, 1.0048),
            (10.5, LimiterEvent::Succeeded, 0.600_96),
        ],
    );
}

#[test]
fn limits_like_botocore_after_forty_quick_requests() {
    let mut events = Vec::new();
    for number in 0..40 {
        let sent = f64::from(number) / 32.0 + 1.0 / 64.0;
        let rate = match number {
            34 => 0.523_376_464_843_75,
            35 => 0.569_531_25,
            36 => 0.618_322_753_906_25,
            37 => 0.669_824_218_75,
            38 => 0.724_108_886_718_75,
            39 => 0.781_25,
            _ => 0.5,
        };
        events.push((sent, LimiterEvent::Send, 0.0));
        events.push((sent + 1.0 / 64.0, LimiterEvent::Succeeded, rate));
    }
    events.extend([
        (1.25, LimiterEvent::Send, 0.0),
        (1.5, LimiterEvent::Throttled, 14.3808),
        (1.5, LimiterEvent::Send, 0.010_093_398_024_147_758),
        (1.75, LimiterEvent::Send, 0.0),
        (1.875, LimiterEvent::Succeeded, 16.768_380_212_497_91),
        (2.375, LimiterEvent::Succeeded, 14.6176),
        (2.875, LimiterEvent::Succeeded, 6.123_52),
        (3.375, LimiterEvent::Throttled, 1.548_646_4),
        (3.375, LimiterEvent::Send, 0.0),
        (3.625, LimiterEvent::Succeeded, 1.886_572_591_516_148),
        (13.625, LimiterEvent::Succeeded, 0.976_988_16),
        (13.75, LimiterEvent::Succeeded, 0.976_988_16),
    ]);
    check_events(2000.0, &events);
}

/// Returns a pacer that allows some hundred requests per second, and its rate.
fn throttled_pacer() -> (Pacer, f64) {
    let mut rate = 0.0;
    let pacer = Pacer::new(|now| {
        let mut limiter = AdaptiveLimiter::new(now - 0.6);
        for _ in 0..200 {
            limiter.record(Permit::default(), &ACCEPTED, now - 0.6);
        }
        limiter.record(Permit::default(), &THROTTLED, now);
        rate = limiter.rate();
        Box::new(limiter)
    });
    (pacer, rate)
}

fn block_on<F: Future>(work: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a runtime").block_on(work)
}

#[test]
fn delays_no_requests_before_first_throttling() {
    for pacer in [Pacer::adaptive(), Pacer::until_accepted()] {
        let began = Instant::now();
        block_on(async {
            for _ in 0..1000 {
                let permit = pacer.acquire().await;
                pacer.record(permit, &ACCEPTED);
            }
        });
        assert!(began.elapsed() < Duration::from_millis(500));
    }
}

#[test]
fn limits_concurrent_tasks_to_rate() {
    const TASKS: u32 = 10;
    const REQUESTS: u32 = 5;
    let (pacer, rate) = throttled_pacer();
    let began = Instant::now();
    block_on(async {
        let task = || {
            let pacer = pacer.clone();
            tokio::spawn(async move {
                for _ in 0..REQUESTS {
                    pacer.acquire().await;
                }
            })
        };
        let tasks: Vec<_> = (0..TASKS).map(|_| task()).collect();
        for task in tasks {
            task.await.expect("the task ends");
        }
    });
    // One token may be available at the start.
    let least = f64::from(TASKS * REQUESTS - 1) / rate;
    let took = began.elapsed().as_secs_f64();
    assert!(took >= least, "{took} s, less than {least} s");
}

#[test]
fn cancelled_tasks_take_no_token() {
    let (pacer, rate) = throttled_pacer();
    block_on(async {
        // The first may find a token; the others do not within this time.
        pacer.acquire().await;
        let tasks: Vec<_> = (0..1000)
            .map(|_| {
                let pacer = pacer.clone();
                tokio::spawn(async move { pacer.acquire().await })
            })
            .collect();
        tokio::task::yield_now().await;
        for task in &tasks {
            task.abort();
        }
        let began = Instant::now();
        pacer.acquire().await;
        let took = began.elapsed().as_secs_f64();
        // A thousand tokens would take this many times as long.
        assert!(took < 500.0 / rate, "{took} s at {rate} a second");
    });
}

/// A limiter that allows no request before an outcome is recorded.
#[derive(Debug)]
struct ClosedLimiter {
    is_open: bool,
}

impl RateLimiter for ClosedLimiter {
    fn try_acquire(&mut self, _: FractionalSeconds) -> Result<Permit, FractionalSeconds> {
        match self.is_open {
            true => Ok(Permit::default()),
            false => Err(1000.0),
        }
    }

    fn record(&mut self, _: Permit, _: &PacedOutcome, _: FractionalSeconds) {
        self.is_open = true;
    }
}

#[test]
fn shortens_pending_wait_at_higher_rate() {
    let pacer = Pacer::new(|_| Box::new(ClosedLimiter { is_open: false }));
    block_on(async {
        let waiting = tokio::spawn({
            let pacer = pacer.clone();
            async move { pacer.acquire().await }
        });
        tokio::task::yield_now().await;
        let began = Instant::now();
        pacer.record(Permit::default(), &ACCEPTED);
        waiting.await.expect("the task ends");
        assert!(began.elapsed() < Duration::from_secs(1));
    });
}
