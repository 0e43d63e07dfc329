//! The code of an MFA device, asked for on the controlling terminal without echo. Standard input
//! and standard output stay as they are: they may well be pipes.

use std::fs::File;
use std::io::ErrorKind;

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::error::{Error, Result};

/// Asks for the code; an error at once where there is no terminal. Whoever stops waiting for it finds
/// the terminal as it was.
pub(super) async fn ask(serial: &str) -> Result<String> {
    let _restored_in_the_end = Remembered::now();
    let prompt = format!("Enter MFA code for {serial}: ");
    let typed = tokio::task::spawn_blocking(|| rpassword::prompt_password(prompt)).await;
    let typed = typed.unwrap_or_else(|stopped| Err(stopped.into()));
    typed.map_err(|why| no_code(serial, why))
}

fn no_code(serial: &str, why: std::io::Error) -> Error {
    let needed = format!("The profile's role needs a code of the MFA device {serial}, and");
    match why.kind() {
        // What the key ^D does.
        ErrorKind::UnexpectedEof => Error::general(format!("{needed} no code was given.")),
        _ => Error::general(format!("{needed} there is no terminal to ask for it."))
            .hint("a call from a terminal stores credentials that later calls find"),
    }
}

/// How the terminal was; it is so again when this goes.
struct Remembered(Option<(File, Termios)>);

impl Remembered {
    fn now() -> Remembered {
        let terminal = File::open("/dev/tty").ok();
        Remembered(terminal.and_then(|terminal| {
            let was = tcgetattr(&terminal).ok()?;
            Some((terminal, was))
        }))
    }
}

impl Drop for Remembered {
    fn drop(&mut self) {
        if let Some((terminal, was)) = &self.0 {
            // Nothing more can be done for a terminal that has gone.
            let _ = tcsetattr(terminal, OptionalActions::Now, was);
        }
    }
}
