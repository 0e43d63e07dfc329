//! The local service in a build without the feature `local`: every call fails.

use std::io::Write;

use crate::diagnostics::Stderr;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::serve_args::ServeArgs;
use crate::transport::RequestHandler;

/// Fails, since this build lacks the local service.
pub fn serve(_: &ServeArgs, _: &Environment, _: &mut dyn Write, _: &Stderr, _: bool) -> Result<u8> {
    Err(missing("serve"))
}

/// Fails, since this build lacks the local service.
pub fn in_process(_: &Environment) -> Result<RequestHandler> {
    Err(missing("--local"))
}

fn missing(what: &str) -> Error {
    Error::general(format!(
        "{what} is not available: this program was built without its local service. Build it with \
         the feature \"local\", which is on by default."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_missing_service() {
        let environment = Environment::default();
        let served = serve(
            &ServeArgs::default(),
            &environment,
            &mut Vec::new(),
            &Stderr::new(std::io::sink()),
            false,
        );
        let message = served.expect_err("there is no service").message;
        assert!(message.starts_with("serve is not available: "), "{message}");
        let answering = in_process(&environment).err().expect("there is no service");
        assert!(answering.message.contains("the feature \"local\""));
    }
}
