//! Runs of the library within the test's own process.

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use cognito_sync::{Environment, Stderr, Stdin, Streams, Terminal};

/// A stream that keeps what is written to it; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    /// What was written so far.
    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8(bytes.clone()).expect("UTF-8 is printed")
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a run has printed, and its status.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) status: u8,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a command line without a terminal.
pub(crate) fn run(args: &[&str], environment: &Environment) -> Printed {
    run_with(args, environment, Terminal::default(), &Buffer::default())
}

/// Runs a command line that prints to this terminal, and to this standard error, which is none.
pub(crate) fn run_with(
    args: &[&str],
    environment: &Environment,
    terminal: Terminal,
    stderr: &Buffer,
) -> Printed {
    run_with_streams(args, environment, Stdin::empty(), terminal, stderr)
}

/// Runs a command line with this standard input, without a terminal or settings.
pub(crate) fn run_with_stdin(args: &[&str], stdin: impl Into<Vec<u8>>) -> Printed {
    let (environment, terminal) = (Environment::default(), Terminal::default());
    let stdin = Stdin::new(io::Cursor::new(stdin.into()), || false);
    run_with_streams(args, &environment, stdin, terminal, &Buffer::default())
}

fn run_with_streams(
    args: &[&str],
    environment: &Environment,
    stdin: Stdin,
    terminal: Terminal,
    stderr: &Buffer,
) -> Printed {
    let mut stdout = Vec::new();
    let streams = Streams {
        stdin,
        stdout: &mut stdout,
        stderr: Stderr::new(stderr.clone()),
        terminal,
        stderr_is_terminal: false,
        stdout_position: || None,
        stderr_position: || None,
    };
    let args = ["cognito-sync"].iter().chain(args).map(OsString::from);
    let status = cognito_sync::run(args, environment, streams);
    Printed {
        status,
        stdout: String::from_utf8(stdout).expect("UTF-8 is printed"),
        stderr: stderr.text(),
    }
}
