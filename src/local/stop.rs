//! The signals that ask the service to end: SIGTERM and SIGINT. A second one means that
//! requests under way are not to be waited for.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::error::{Error, Result};
use crate::interrupt;

/// The signals, watched for.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub fn watch() -> Result<Signals> {
        let unable = |why: std::io::Error| {
            Error::general(format!("Signals cannot be watched for: {why}")).caused_by(why)
        };
        let signals = Signals {
            terminate: signal(SignalKind::terminate()).map_err(unable)?,
            interrupt: signal(SignalKind::interrupt()).map_err(unable)?,
        };
        interrupt::leave_to_others();
        Ok(signals)
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
