//! Retry delays: the SDK's backoff, shortened for connections refused on loopback. The SDK
//! determines the number of attempts.

use std::time::Duration;

use aws_sdk_cognitosync::config::{AsyncSleep, Sleep};

use super::attempts::AttemptRecorder;

/// Total delay of a call whose connections are refused on loopback.
const LOOPBACK_DELAY: Duration = Duration::from_millis(500);

/// Sleeps between the attempts of a call.
#[derive(Debug)]
pub struct RetrySleep {
    attempts: u32,
}

impl RetrySleep {
    /// Creates the sleep for calls with at most this many attempts.
    pub fn new(attempts: u32) -> Self {
        RetrySleep { attempts }
    }
}

impl AsyncSleep for RetrySleep {
    fn sleep(&self, duration: Duration) -> Sleep {
        let current = AttemptRecorder::current();
        let duration = match current.is_some_and(|call| call.was_refused_on_loopback()) {
            true => duration.min(LOOPBACK_DELAY / self.attempts.max(1)),
            false => duration,
        };
        Sleep::new(tokio::time::sleep(duration))
    }
}
