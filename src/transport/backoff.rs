//! Retry delays: the SDK's backoff, shortened for connections refused on loopback. The number of attempts
//! stays the SDK's.

use std::time::Duration;

use aws_sdk_cognitosync::config::{AsyncSleep, Sleep};

use super::attempts::Recorder;

/// Total delay of a call whose connections are refused on loopback.
const ON_LOOPBACK: Duration = Duration::from_millis(500);

/// Sleeps between the attempts of a call.
#[derive(Debug)]
pub struct Backoff {
    recorder: Recorder,
    attempts: u32,
}

impl Backoff {
    /// For a call with this many attempts.
    pub fn new(recorder: Recorder, attempts: u32) -> Self {
        Backoff { recorder, attempts }
    }
}

impl AsyncSleep for Backoff {
    fn sleep(&self, duration: Duration) -> Sleep {
        let duration = match self.recorder.was_refused_on_loopback() {
            true => duration.min(ON_LOOPBACK / self.attempts.max(1)),
            false => duration,
        };
        Sleep::new(tokio::time::sleep(duration))
    }
}
