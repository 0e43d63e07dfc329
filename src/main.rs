//! The executable: calls the library with the arguments, environment and streams of the process.

mod stdout;

use std::io::{IsTerminal, stderr, stdout};
use std::os::fd::AsFd;
use std::process::ExitCode;

use cognito_sync::{
    Environment, Stderr, Stdin, Streams, Terminal, prepare_for_file_size_limit,
    prepare_for_interrupts, run,
};
use terminal_size::{Width, terminal_size_of};

fn main() -> ExitCode {
    prepare_for_interrupts();
    prepare_for_file_size_limit();
    let environment = Environment::from_process();
    let streams = Streams {
        stdin: Stdin::from_process(),
        stdout: &mut stdout::of_process(),
        stderr: Stderr::new(stderr()).with_terminal_width(|| width_of(stderr())),
        terminal: Terminal {
            is_terminal: stdout().is_terminal(),
            width: width_of(stdout()),
            no_color: environment.non_empty("NO_COLOR").is_some(),
        },
        stderr_is_terminal: stderr().is_terminal(),
        stdout_position: || stdout::position(stdout()),
        stderr_position: || stdout::position(stderr()),
    };
    ExitCode::from(run(std::env::args_os(), &environment, streams))
}

/// The width of a terminal in columns.
fn width_of(stream: impl AsFd) -> Option<usize> {
    terminal_size_of(stream).map(|(Width(columns), _)| columns.into())
}
