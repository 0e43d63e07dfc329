//! What commands that make many calls get of a run, and what they return.

use crate::batch::progress::{Progress, ProgressDisplay};
use crate::diagnostics::{Diagnostics, Stderr};
use crate::environment::Environment;
use crate::output::ColorChoice;
use crate::settings::SettingsArgs;
use crate::stdin::Stdin;
use crate::terminal::Terminal;

/// The parts of a run that the commands use.
pub struct CommandContext<'a> {
    /// Environment variables.
    pub environment: &'a Environment,
    /// Standard input.
    pub stdin: Stdin,
    /// The terminal of standard output, if any.
    pub terminal: Terminal,
    /// Standard error.
    pub stderr: Stderr,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Warnings and the debug log.
    pub diagnostics: Diagnostics,
}

/// The output of a command.
#[derive(Debug, Default)]
pub struct CommandReport {
    /// What is printed on standard output.
    pub stdout: String,
    /// The exit status.
    pub status: u8,
}

impl CommandContext<'_> {
    /// Whether standard output is coloured.
    pub fn colors_stdout(&self, choice: ColorChoice) -> bool {
        choice.is_on(self.terminal.is_terminal, self.terminal.no_color)
    }

    /// Whether standard error is coloured.
    pub fn colors_stderr(&self, choice: ColorChoice) -> bool {
        choice.is_on(self.stderr_is_terminal, self.terminal.no_color)
    }

    /// Returns the progress of a command on so many items, if their number is known.
    pub fn progress(
        &self,
        items: &'static str,
        total: Option<usize>,
        settings: &SettingsArgs,
    ) -> Progress {
        let display =
            ProgressDisplay::new(self.stderr_is_terminal, settings.debug, self.environment);
        Progress::new(items, total, display, self.stderr.clone())
    }
}
