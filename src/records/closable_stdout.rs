//! Standard output whose reader may go away, which is no error.

use std::io::{self, Write};

use crate::error::{Error, Result};
use crate::interrupt;

/// Writes to standard output until its reader closes the pipe.
pub struct ClosableStdout<'w> {
    stream: &'w mut dyn Write,
    is_closed: bool,
}

impl<'w> ClosableStdout<'w> {
    /// Wraps standard output.
    pub fn new(stream: &'w mut dyn Write) -> Self {
        ClosableStdout {
            stream,
            is_closed: false,
        }
    }

    /// Whether the reader has gone, so that writing on is of no use.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Writes the bytes, or nothing if the reader has gone.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.try_to(|stream| stream.write_all(bytes))
    }

    /// Flushes, unless the reader has gone.
    pub fn flush(&mut self) -> Result<()> {
        self.try_to(|stream| stream.flush())
    }

    fn try_to(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        if self.is_closed {
            return Ok(());
        }
        // A reader that stands still must not hold up an interrupt.
        match interrupt::with_immediate_exit(|| write(self.stream)) {
            Err(why) if why.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            Err(why) => Err(Error::general(format!(
                "Unable to write to standard output: {why}"
            ))),
            Ok(()) => Ok(()),
        }
    }
}
