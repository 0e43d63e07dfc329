//! Shutdown signals: SIGTERM, SIGINT and SIGHUP. The second one stops the service without waiting
//! for requests in progress, and the third exits at once. With a command, `child_process` handles
//! signals.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::signal::unix::{Signal, SignalKind, signal};

use signal_hook::consts::{SIGHUP, SIGTERM};

use crate::error::{Error, Result};
use crate::interrupt;

/// The exit status of a process that SIGTERM ends: 128 plus the signal's number.
const SIGTERM_STATUS: i32 = 143;

/// Lets every further signal exit the process at once.
pub(super) fn exit_on_next_signal() {
    interrupt::enable_immediate_exit();
    let always = Arc::new(AtomicBool::new(true));
    // If it fails, the process exits when its threads have finished.
    drop(signal_hook::flag::register_conditional_shutdown(
        SIGTERM,
        SIGTERM_STATUS,
        always,
    ));
}

/// The signals that are watched.
#[derive(Debug)]
pub(super) struct ShutdownSignals {
    terminate: Signal,
    interrupt: Signal,
    /// `None` if SIGHUP is ignored, as under `nohup`.
    hangup: Option<Signal>,
}

impl ShutdownSignals {
    pub fn watch() -> Result<ShutdownSignals> {
        let unable = |why: std::io::Error| {
            Error::general(format!("The service cannot watch signals: {why}"))
        };
        let hangup = (!interrupt::is_ignored(SIGHUP)).then(|| signal(SignalKind::hangup()));
        let signals = ShutdownSignals {
            hangup: hangup.transpose().map_err(unable)?,
            terminate: signal(SignalKind::terminate()).map_err(unable)?,
            interrupt: signal(SignalKind::interrupt()).map_err(unable)?,
        };
        interrupt::disable_immediate_exit();
        Ok(signals)
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) {
        let hangup = async {
            match &mut self.hangup {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = hangup => {}
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
