//! The setting that turns hints and warnings on or off: COGNITO_SYNC_HINTS, and by default whether
//! standard error is a terminal. Their texts are in the modules that print them.

use crate::environment::Environment;

/// Environment variable: `always`, `never` or `auto`.
const HINTS_VARIABLE: &str = "COGNITO_SYNC_HINTS";

/// Whether hints are printed. `auto` and unknown values print them only on a terminal.
pub fn are_enabled(environment: &Environment, stderr_is_terminal: bool) -> bool {
    match environment.get(HINTS_VARIABLE) {
        Some("always") => true,
        Some("never") => false,
        _ => stderr_is_terminal,
    }
}
