//! How long to wait before the next attempt: as the SDK says, but hardly at all where this machine
//! itself has refused the connection. How often to try is not changed.

use std::time::Duration;

use aws_sdk_cognitosync::config::{AsyncSleep, Sleep};

use super::reply::Recorder;

/// All waiting for a server on this machine, together.
const ON_LOOPBACK: Duration = Duration::from_millis(500);

/// Sleeps between attempts.
#[derive(Debug)]
pub(super) struct Patience {
    recorder: Recorder,
    attempts: u32,
}

impl Patience {
    /// For a call of so many attempts.
    pub(super) fn new(recorder: Recorder, attempts: u32) -> Self {
        Patience { recorder, attempts }
    }
}

impl AsyncSleep for Patience {
    fn sleep(&self, duration: Duration) -> Sleep {
        let duration = match self.recorder.was_refused_on_loopback() {
            true => duration.min(ON_LOOPBACK / self.attempts.max(1)),
            false => duration,
        };
        Sleep::new(tokio::time::sleep(duration))
    }
}
