//! The program: hands the process's words, environment and streams to the library.

use std::io::{IsTerminal, stderr, stdout};
use std::process::ExitCode;

use cognito_sync::{Environment, Streams, run};

fn main() -> ExitCode {
    let streams = Streams {
        stdout: &mut stdout().lock(),
        stderr: &mut stderr().lock(),
        stderr_is_terminal: stderr().is_terminal(),
    };
    ExitCode::from(run(
        std::env::args_os(),
        &Environment::of_process(),
        streams,
    ))
}
