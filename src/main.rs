//! The program: hands the process's words, environment and streams to the library.

use std::io::{IsTerminal, stderr, stdout};
use std::process::ExitCode;

use cognito_sync::{Environment, Streams, run};
use terminal_size::{Width, terminal_size_of};

fn main() -> ExitCode {
    let streams = Streams {
        stdout: &mut stdout().lock(),
        stderr: &mut stderr().lock(),
        terminal_width: terminal_size_of(stdout()).map(|(Width(columns), _)| columns.into()),
        stderr_is_terminal: stderr().is_terminal(),
    };
    ExitCode::from(run(
        std::env::args_os(),
        &Environment::of_process(),
        streams,
    ))
}
