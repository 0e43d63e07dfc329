//! Messages that a command prints on standard error while it runs: warnings and, with `--debug`,
//! the debug log.
//!
//! Callers redact secrets before they log.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// Standard error. Clones write to the same stream from any thread, and writes do not interleave.
#[derive(Clone)]
pub struct Stderr(Arc<Mutex<dyn Write + Send>>);

impl Stderr {
    /// Creates a standard error that writes to `stream`, which should be unbuffered.
    pub fn new(stream: impl Write + Send + 'static) -> Stderr {
        Stderr(Arc::new(Mutex::new(stream)))
    }

    /// Writes all bytes. Errors are ignored: there is nowhere to report them.
    pub(crate) fn write(&self, bytes: &[u8]) {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = stream.write_all(bytes).and_then(|()| stream.flush());
    }

    /// Writes a line.
    pub(crate) fn write_line(&self, line: &str) {
        self.write(format!("{line}\n").as_bytes());
    }
}

impl fmt::Debug for Stderr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stderr")
    }
}

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

    /// Logs the line that the closure returns, if the debug log is on.
    pub fn debug(&self, line: impl FnOnce() -> String) {
        if self.debug {
            self.stderr.write_line(&format!("debug: {}", line()));
        }
    }

    /// Prints a warning.
    pub fn warn(&self, line: &str) {
        self.stderr.write_line(line);
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

    /// A stream that stores the bytes written to it.
    #[derive(Clone, Default)]
    struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

    impl Write for SharedBuffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("not poisoned").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn prints_enabled_messages() {
        let table = [
            (false, false, "w\n"),
            (false, true, "debug: d\nw\n"),
            (true, false, "w\nwarning: h\n"),
            (true, true, "debug: d\nw\nwarning: h\n"),
        ];
        for (hints, debug, want) in table {
            let buffer = SharedBuffer::default();
            let diagnostics = Diagnostics::new(Stderr::new(buffer.clone()), hints);
            let diagnostics = diagnostics.with_debug(debug);
            diagnostics.debug(|| "d".into());
            diagnostics.warn("w");
            diagnostics.warn_with_hints("h");
            let printed = buffer.0.lock().expect("not poisoned").clone();
            assert_eq!(String::from_utf8_lossy(&printed), want, "{hints} {debug}");
        }
    }
}
