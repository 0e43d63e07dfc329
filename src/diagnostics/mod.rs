//! Messages that a command prints on standard error while it runs: warnings and, with `--debug`,
//! the debug log.
//!
//! Callers redact secrets before they log.

mod stderr;

#[cfg(test)]
pub use stderr::SharedBuffer;
pub use stderr::{HiddenStatusLine, Stderr};

/// Prints warnings and the debug log of a command.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    stderr: Stderr,
    /// Whether hints are shown.
    hints: bool,
    /// Whether the debug log is on.
    debug: bool,
}

impl Diagnostics {
    /// Creates diagnostics without a debug log. `hints` says whether hints are shown.
    pub fn new(stderr: Stderr, hints: bool) -> Diagnostics {
        Diagnostics {
            stderr,
            hints,
            debug: false,
        }
    }

    /// Returns a copy with the debug log turned on or off.
    pub fn with_debug(&self, debug: bool) -> Diagnostics {
        Diagnostics {
            debug,
            ..self.clone()
        }
    }

    /// Whether the debug log is on.
    pub fn is_debug(&self) -> bool {
        self.debug
    }

    /// Hides the progress of the command until the guard is dropped, for a prompt on the terminal.
    pub fn hide_status_line(&self) -> HiddenStatusLine {
        self.stderr.hide_status_line()
    }

    /// Shows what the command waits for below what it prints, on a terminal. An empty line removes it.
    pub fn set_status_line(&self, line: &str) {
        self.stderr.set_status_line(line);
    }

    /// Logs the line that the closure returns, if the debug log is on.
    pub fn debug(&self, line: impl FnOnce() -> String) {
        if self.debug {
            self.stderr.write_line(&format!("debug: {}", line()));
        }
    }

    /// Prints text as it is.
    pub fn print(&self, text: &str) {
        self.stderr.write(text.as_bytes());
    }

    /// Prints a warning.
    pub fn warn(&self, line: &str) {
        self.stderr.write_line(line);
    }

    /// Whether hints are shown.
    pub fn shows_hints(&self) -> bool {
        self.hints
    }

    /// Prints a hint if hints are shown.
    pub fn hint(&self, line: &str) {
        if self.hints {
            self.stderr.write_line(&format!("hint: {line}"));
        }
    }

    /// Prints a warning if hints are shown.
    pub fn warn_with_hints(&self, line: &str) {
        if self.hints {
            self.stderr.write_line(&format!("warning: {line}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_enabled_messages() {
        let table = [
            (false, false, "w\n"),
            (false, true, "debug: d\nw\n"),
            (true, false, "w\nwarning: h\nhint: i\n"),
            (true, true, "debug: d\nw\nwarning: h\nhint: i\n"),
        ];
        for (hints, debug, want) in table {
            let buffer = SharedBuffer::default();
            let diagnostics = Diagnostics::new(Stderr::new(buffer.clone()), hints);
            let diagnostics = diagnostics.with_debug(debug);
            diagnostics.debug(|| "d".into());
            diagnostics.warn("w");
            diagnostics.warn_with_hints("h");
            diagnostics.hint("i");
            assert_eq!(buffer.take(), want, "{hints} {debug}");
        }
    }
}
