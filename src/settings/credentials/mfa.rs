//! The code of an MFA device, asked for on the controlling terminal without echo. Standard input
//! and standard output stay as they are: they may well be pipes.

use crate::error::{Error, Result};

/// Asks for the code; an error at once where there is no terminal.
pub(super) fn ask(serial: &str) -> Result<String> {
    rpassword::prompt_password(format!("Enter MFA code for {serial}: ")).map_err(|why| {
        Error::general(format!(
            "The profile's role needs a code of the MFA device {serial}, and there is no terminal \
             to ask for it."
        ))
        .hint("a call from a terminal stores credentials that later calls find")
        .caused_by(why)
    })
}
