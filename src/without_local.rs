//! What stands in for the local service in a program that was built without it: it says so.

#[allow(
    dead_code,
    reason = "options are read and refused as ever, and then nobody wants them"
)]
#[path = "local/options.rs"]
pub mod options;
#[allow(dead_code, reason = "the same")]
#[path = "local/origin.rs"]
pub mod origin;

use std::io::Write;

use options::ServeArgs;

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::transport::Handler;

/// Refuses.
pub fn serve(_: &ServeArgs, _: &Environment, _: &mut dyn Write, _: bool) -> Result<u8> {
    Err(missing("serve"))
}

/// Refuses.
pub fn in_process(_: &Environment) -> Result<Handler> {
    Err(missing("--local"))
}

fn missing(what: &str) -> Error {
    Error::general(format!(
        "{what} is not there: this program was built without its local service. Build it with \
         the feature \"local\", which is on by default."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said() {
        let environment = Environment::default();
        let served = serve(&ServeArgs::default(), &environment, &mut Vec::new(), false);
        let message = served.expect_err("there is no service").message;
        assert!(message.starts_with("serve is not there: "), "{message}");
        let answering = in_process(&environment).err().expect("there is no service");
        assert!(answering.message.contains("the feature \"local\""));
    }
}
