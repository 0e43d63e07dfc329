//! What `--debug` prints: lines on standard error, as things happen. What is told, and that no secret
//! is, is for those who tell it.
//!
//! They go to the process's standard error and not to the run's streams: the connector tells its part
//! from within the AWS SDK, where no borrowed stream can be.

use std::io::{IsTerminal, Write, stderr};

use crate::environment::Environment;
use crate::hints;

/// Whether steps are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trace {
    /// They are.
    pub on: bool,
}

impl Trace {
    /// Prints what the closure makes, if anything is to be printed.
    pub fn tell(self, line: impl FnOnce() -> String) {
        if self.on {
            print(&format!("debug: {}", line()));
        }
    }
}

/// Prints a line that is shown without being asked for.
pub fn warn(line: &str) {
    print(line);
}

/// Prints a warning where hints are shown, and nowhere else.
pub fn warn_person(line: &str, environment: &Environment) {
    if hints::are_shown(environment, stderr().is_terminal()) {
        print(&format!("warning: {line}"));
    }
}

fn print(line: &str) {
    // Nobody is left to tell if standard error fails.
    drop(writeln!(stderr(), "{line}"));
}

/// The last four characters of an identifier that is not to be shown whole; none of a short one.
pub fn end_of(id: &str) -> String {
    let characters: Vec<char> = id.chars().collect();
    let shown = if characters.len() > 8 {
        characters.len() - 4
    } else {
        characters.len()
    };
    let end: String = characters[shown..].iter().collect();
    format!("****{end}")
}
