//! Retry delays: the SDK's backoff, shortened for connections refused on loopback. The number of attempts
//! stays the SDK's.

use std::time::Duration;

use aws_sdk_cognitosync::config::{AsyncSleep, Sleep};

use super::attempts::AttemptRecorder;

/// Total delay of a call whose connections are refused on loopback.
const ON_LOOPBACK: Duration = Duration::from_millis(500);

/// Sleeps between the attempts of calls.
#[derive(Debug)]
pub struct Backoff {
    attempts: u32,
}

impl Backoff {
    /// For calls with this many attempts each.
    pub fn new(attempts: u32) -> Self {
        Backoff { attempts }
    }
}

impl AsyncSleep for Backoff {
    fn sleep(&self, duration: Duration) -> Sleep {
        let current = AttemptRecorder::current();
        let duration = match current.is_some_and(|call| call.was_refused_on_loopback()) {
            true => duration.min(ON_LOOPBACK / self.attempts.max(1)),
            false => duration,
        };
        Sleep::new(tokio::time::sleep(duration))
    }
}
