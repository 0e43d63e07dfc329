//! The prompt for an MFA code, on the controlling terminal without echo. Standard input and output
//! are not used, since they may be pipes.

use std::fs::File;
use std::io::ErrorKind;

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::error::{Error, Result};

/// Prompts for the code. Returns an error without a terminal. Dropping the future restores the
/// terminal settings.
pub(super) async fn prompt_code(serial: &str) -> Result<String> {
    let _guard = TerminalGuard::new();
    let prompt = format!("Enter MFA code for {serial}: ");
    let code = tokio::task::spawn_blocking(|| rpassword::prompt_password(prompt)).await;
    let code = code.unwrap_or_else(|stopped| Err(stopped.into()));
    code.map_err(|why| no_code_error(serial, why))
}

fn no_code_error(serial: &str, why: std::io::Error) -> Error {
    let needed = format!("The profile's role needs a code of the MFA device {serial}, and");
    match why.kind() {
        // Ctrl-D.
        ErrorKind::UnexpectedEof => Error::general(format!("{needed} no code was given.")),
        _ => Error::general(format!("{needed} there is no terminal to ask for it."))
            .hint("a call from a terminal stores credentials that later calls find"),
    }
}

/// Restores the terminal settings on drop.
struct TerminalGuard(Option<(File, Termios)>);

impl TerminalGuard {
    fn new() -> TerminalGuard {
        let terminal = File::open("/dev/tty").ok();
        TerminalGuard(terminal.and_then(|terminal| {
            let saved = tcgetattr(&terminal).ok()?;
            Some((terminal, saved))
        }))
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        if let Some((terminal, saved)) = &self.0 {
            // The terminal may be gone, which cannot be helped.
            let _ = tcsetattr(terminal, OptionalActions::Now, saved);
        }
    }
}
