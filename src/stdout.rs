//! Standard output as a plain file, since the standard library's own would break it into lines; a
//! pipe is made to hold more before the first large write. What is written is not known here.

use std::fs::File;
use std::io::{Result, Seek, Write, sink, stdout};
use std::os::fd::AsFd;

/// What a pipe holds by itself on Linux: beyond that, writer and reader wait for each other.
#[cfg(target_os = "linux")]
const PIPE: usize = 64 << 10;

/// Most that a pipe may hold without privileges, if the system was not told otherwise.
#[cfg(target_os = "linux")]
const WIDE_PIPE: usize = 1 << 20;

/// The process's standard output; whoever has closed it does not want any.
pub fn of_process() -> Box<dyn Write> {
    match stdout().as_fd().try_clone_to_owned() {
        Ok(descriptor) => Box::new(Stdout {
            file: File::from(descriptor),
            is_widened: false,
        }),
        Err(_) => Box::new(sink()),
    }
}

/// Where an open file stands; pipes and terminals have no position.
pub fn position(stream: impl AsFd) -> Option<u64> {
    let descriptor = stream.as_fd().try_clone_to_owned().ok()?;
    File::from(descriptor).stream_position().ok()
}

struct Stdout {
    file: File,
    is_widened: bool,
}

impl Stdout {
    #[cfg(target_os = "linux")]
    fn widen_for(&mut self, bytes: usize) {
        if bytes >= PIPE && !self.is_widened {
            self.is_widened = true;
            // Only a pipe can be widened; whatever else it is, writing goes on as before.
            let _ = rustix::pipe::fcntl_setpipe_size(&self.file, WIDE_PIPE);
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn widen_for(&mut self, _: usize) {
        self.is_widened = true;
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.widen_for(bytes.len());
        self.file.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush()
    }
}
