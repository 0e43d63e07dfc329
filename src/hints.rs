//! Whether hints and warnings are shown: where a person looks at standard error, or as
//! COGNITO_SYNC_HINTS says. What they say is for those who have something to say.

use crate::environment::Environment;

/// Turns them on or off.
const VARIABLE: &str = "COGNITO_SYNC_HINTS";

/// Whether hints are shown; `auto`, and any other value that is not known, leaves it to the terminal.
pub fn are_shown(environment: &Environment, stderr_is_terminal: bool) -> bool {
    match environment.get(VARIABLE) {
        Some("always") => true,
        Some("never") => false,
        _ => stderr_is_terminal,
    }
}
