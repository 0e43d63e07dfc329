//! File size limit (`ulimit -f`): a write beyond it returns an error, instead of the default action
//! of SIGXFSZ, which terminates the process.

use std::sync::Arc;

use rustix::process::{Resource, getrlimit};
use signal_hook::consts::SIGXFSZ;

/// Handles SIGXFSZ if there is a limit, so that the write fails with `EFBIG`.
pub fn handle_signal() {
    if getrlimit(Resource::Fsize).current.is_some() {
        // If this fails, the signal still terminates the process. The flag itself is unused.
        drop(signal_hook::flag::register(SIGXFSZ, Arc::default()));
    }
}
