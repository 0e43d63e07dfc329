//! Standard error, shared by everything that writes to it, with a status line below what is
//! written.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Goes to the start of the terminal's line and erases the line.
const ERASE_LINE: &[u8] = b"\r\x1b[K";

/// Standard error. Clones write to the same stream from any thread, and writes do not interleave.
#[derive(Clone)]
pub struct Stderr {
    stream: Arc<Mutex<StderrStream<dyn Write + Send>>>,
    terminal_width: fn() -> Option<usize>,
}

struct StderrStream<W: ?Sized> {
    /// The status line that the terminal shows; empty for none.
    status_line: String,
    /// How many things keep the status line hidden.
    hidden_by: usize,
    /// Whether the last write ended its line.
    is_at_line_start: bool,
    writer: W,
}

impl Stderr {
    /// Creates a standard error that writes to `stream`, which should be unbuffered.
    pub fn new(stream: impl Write + Send + 'static) -> Stderr {
        Stderr {
            stream: Arc::new(Mutex::new(StderrStream {
                status_line: String::new(),
                hidden_by: 0,
                is_at_line_start: true,
                writer: stream,
            })),
            terminal_width: || None,
        }
    }

    /// Sets the function that returns the width of the terminal, if the stream is connected to one.
    #[must_use]
    pub fn with_terminal_width(self, terminal_width: fn() -> Option<usize>) -> Stderr {
        Stderr {
            terminal_width,
            ..self
        }
    }

    /// The present width of the terminal in columns, if known.
    pub(crate) fn terminal_width(&self) -> Option<usize> {
        (self.terminal_width)()
    }

    /// Writes all bytes. Errors are ignored: there is nowhere to report them.
    pub(crate) fn write(&self, bytes: &[u8]) {
        let mut stream = self.lock();
        stream.is_at_line_start = bytes.ends_with(b"\n");
        if stream.status_line.is_empty() {
            stream.write(bytes);
            return;
        }
        let status_line = match stream.is_at_line_start {
            true => stream.status_line.clone(),
            false => String::new(),
        };
        stream.write(&[ERASE_LINE, bytes, status_line.as_bytes()].concat());
        stream.status_line = status_line;
    }

    /// Writes a line.
    pub(crate) fn write_line(&self, line: &str) {
        self.write(format!("{line}\n").as_bytes());
    }

    /// Shows this line, which must fit into the terminal, in place of the last one, unless it would
    /// overwrite a line that has not ended. An empty line removes it.
    pub(crate) fn set_status_line(&self, line: &str) {
        let mut stream = self.lock();
        let can_show = stream.hidden_by == 0 && stream.is_at_line_start;
        if can_show && stream.status_line != line {
            stream.write(&[ERASE_LINE, line.as_bytes()].concat());
            stream.status_line = line.to_string();
        }
    }

    /// Removes the status line, and shows none until the guard is dropped: while something else
    /// writes to the terminal.
    pub(crate) fn hide_status_line(&self) -> HiddenStatusLine {
        self.set_status_line("");
        self.lock().hidden_by += 1;
        HiddenStatusLine(self.clone())
    }

    fn lock(&self) -> MutexGuard<'_, StderrStream<dyn Write + Send>> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StderrStream<dyn Write + Send> {
    fn write(&mut self, bytes: &[u8]) {
        let writer = &mut self.writer;
        let _ = writer.write_all(bytes).and_then(|()| writer.flush());
    }
}

impl fmt::Debug for Stderr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stderr")
    }
}

/// Keeps the status line hidden until it is dropped.
#[derive(Debug)]
pub struct HiddenStatusLine(Stderr);

impl Drop for HiddenStatusLine {
    fn drop(&mut self) {
        self.0.lock().hidden_by -= 1;
    }
}

/// A stream that stores the bytes written to it.
#[cfg(test)]
#[derive(Clone, Default)]
pub struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

#[cfg(test)]
impl SharedBuffer {
    /// What was written since the last call.
    pub fn take(&self) -> String {
        let written = std::mem::take(&mut *self.0.lock().expect("not poisoned"));
        String::from_utf8(written).expect("text")
    }
}

#[cfg(test)]
impl Write for SharedBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_status_line_below_what_is_written() {
        let buffer = SharedBuffer::default();
        let stderr = Stderr::new(buffer.clone());
        stderr.write_line("a");
        assert_eq!(buffer.take(), "a\n");
        stderr.set_status_line("1 of 2");
        assert_eq!(buffer.take(), "\r\x1b[K1 of 2");
        stderr.set_status_line("1 of 2");
        assert_eq!(buffer.take(), "");
        stderr.write_line("b");
        assert_eq!(buffer.take(), "\r\x1b[Kb\n1 of 2");
        stderr.set_status_line("2 of 2");
        assert_eq!(buffer.take(), "\r\x1b[K2 of 2");
        stderr.set_status_line("");
        assert_eq!(buffer.take(), "\r\x1b[K");
        stderr.set_status_line("");
        stderr.write_line("c");
        assert_eq!(buffer.take(), "c\n");
    }

    #[test]
    fn drops_status_line_behind_partial_line() {
        let buffer = SharedBuffer::default();
        let stderr = Stderr::new(buffer.clone());
        stderr.set_status_line("1 of 2");
        stderr.write(b"a");
        stderr.set_status_line("2 of 2");
        stderr.write(b"b\n");
        assert_eq!(buffer.take(), "\r\x1b[K1 of 2\r\x1b[Kab\n");
        stderr.set_status_line("2 of 2");
        assert_eq!(buffer.take(), "\r\x1b[K2 of 2");
    }

    #[test]
    fn hides_status_line_while_guard_exists() {
        let buffer = SharedBuffer::default();
        let stderr = Stderr::new(buffer.clone());
        stderr.set_status_line("1 of 2");
        let hidden = stderr.hide_status_line();
        stderr.set_status_line("2 of 2");
        stderr.write_line("a");
        assert_eq!(buffer.take(), "\r\x1b[K1 of 2\r\x1b[Ka\n");
        drop(hidden);
        stderr.set_status_line("2 of 2");
        assert_eq!(buffer.take(), "\r\x1b[K2 of 2");
    }
}
