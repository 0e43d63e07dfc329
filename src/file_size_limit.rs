//! The limit of a file's size (`ulimit -f`): a write beyond it is an error like any other, and not
//! the end of the process that SIGXFSZ is by itself.

use std::sync::Arc;

use rustix::process::{Resource, getrlimit};
use signal_hook::consts::SIGXFSZ;

/// Takes the signal where there is a limit; the write that brought it then fails with `EFBIG`.
pub fn prepare() {
    if getrlimit(Resource::Fsize).current.is_some() {
        // Should it fail, the signal still ends the process. Nobody reads the flag.
        drop(signal_hook::flag::register(SIGXFSZ, Arc::default()));
    }
}
