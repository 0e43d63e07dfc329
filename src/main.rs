//! The program: hands the process's words, environment and streams to the library.

use std::fs::File;
use std::io::{IsTerminal, Write, sink, stderr, stdout};
use std::os::fd::AsFd;
use std::process::ExitCode;

use cognito_sync::{Environment, Streams, Terminal, prepare_for_interrupts, run};
use terminal_size::{Width, terminal_size_of};

fn main() -> ExitCode {
    prepare_for_interrupts();
    // A plain file, since the standard library would break output into lines.
    let mut stdout_file: Box<dyn Write> = match stdout().as_fd().try_clone_to_owned() {
        Ok(descriptor) => Box::new(File::from(descriptor)),
        // Whoever closes standard output does not want any.
        Err(_) => Box::new(sink()),
    };
    let environment = Environment::of_process();
    let streams = Streams {
        stdout: &mut stdout_file,
        stderr: &mut stderr().lock(),
        terminal: Terminal {
            is_one: stdout().is_terminal(),
            width: terminal_size_of(stdout()).map(|(Width(columns), _)| columns.into()),
            no_colour: environment.non_empty("NO_COLOR").is_some(),
        },
        stderr_is_terminal: stderr().is_terminal(),
    };
    ExitCode::from(run(
        std::env::args_os(),
        &Environment::of_process(),
        streams,
    ))
}
