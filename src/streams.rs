//! The output streams of a run.

use std::io::Write;

use crate::diagnostics::Stderr;
use crate::terminal::Terminal;

/// The streams that a run prints to, and what is known of them.
pub struct Streams<'a> {
    /// Standard output.
    pub stdout: &'a mut dyn Write,
    /// Standard error.
    pub stderr: Stderr,
    /// The terminal behind standard output.
    pub terminal: Terminal,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Returns the position of standard output; `None` for a pipe or a terminal.
    pub stdout_position: fn() -> Option<u64>,
    /// Returns the position of standard error likewise.
    pub stderr_position: fn() -> Option<u64>,
}
