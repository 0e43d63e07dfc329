//! What a command prints on standard error while it runs: warnings and, with `--debug`, the debug log.
//!
//! The log has no secrets: those who write to it mask them.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// Standard error. Clones write to the same stream, from any thread; what is written at once stays
/// together.
#[derive(Clone)]
pub struct Stderr(Arc<Mutex<dyn Write + Send>>);

impl Stderr {
    /// Standard error that is this stream, which should be unbuffered.
    pub fn new(stream: impl Write + Send + 'static) -> Stderr {
        Stderr(Arc::new(Mutex::new(stream)))
    }

    /// Writes all of these bytes. Errors are ignored: there is nowhere to report them.
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
    /// Whether there is a debug log.
    debug: bool,
}

impl Diagnostics {
    /// Diagnostics without a debug log.
    pub fn new(stderr: Stderr, hints: bool) -> Diagnostics {
        Diagnostics {
            stderr,
            hints,
            debug: false,
        }
    }

    /// The same, with a debug log if it is asked for.
    pub fn with_debug(&self, debug: bool) -> Diagnostics {
        Diagnostics {
            debug,
            ..self.clone()
        }
    }

    /// Whether there is a debug log.
    pub fn is_debug(&self) -> bool {
        self.debug
    }

    /// Logs what the closure returns, if there is a debug log.
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

    /// A stream that keeps what is written to it.
    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("not poisoned").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn prints_what_is_asked_for() {
        let table = [
            (false, false, "w\n"),
            (false, true, "debug: d\nw\n"),
            (true, false, "w\nwarning: h\n"),
            (true, true, "debug: d\nw\nwarning: h\n"),
        ];
        for (hints, debug, want) in table {
            let buffer = Buffer::default();
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
