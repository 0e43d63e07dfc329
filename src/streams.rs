//! The standard streams of a run.

use std::io::Write;

use crate::diagnostics::Stderr;
use crate::stdin::Stdin;
use crate::terminal::Terminal;

/// The standard streams of a run, with their properties.
pub struct Streams<'a> {
    /// Standard input.
    pub stdin: Stdin,
    /// Standard output.
    pub stdout: &'a mut dyn Write,
    /// Standard error.
    pub stderr: Stderr,
    /// The terminal that standard output is connected to, if any.
    pub terminal: Terminal,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Returns the file offset of standard output, or `None` for a pipe or a terminal.
    pub stdout_position: fn() -> Option<u64>,
    /// Returns the file offset of standard error, or `None` for a pipe or a terminal.
    pub stderr_position: fn() -> Option<u64>,
}
