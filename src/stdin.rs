//! Standard input of a run. Nothing opens, reads or examines it before a command asks for it.

use std::fmt;
use std::io::{self, IsTerminal, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// Standard input. Clones read the same stream.
#[derive(Clone)]
pub struct Stdin {
    stream: Arc<Mutex<Stream<dyn Read + Send>>>,
    is_terminal: fn() -> bool,
}

/// A stream that ends once. A terminal would be read again after its end (Ctrl-D).
struct Stream<R: ?Sized> {
    has_ended: bool,
    reader: R,
}

impl Stdin {
    /// Creates a standard input that reads from `stream`. `is_terminal` is called when a command
    /// needs to know.
    pub fn new(stream: impl Read + Send + 'static, is_terminal: fn() -> bool) -> Stdin {
        Stdin {
            stream: Arc::new(Mutex::new(Stream {
                has_ended: false,
                reader: stream,
            })),
            is_terminal,
        }
    }

    /// The standard input of the process.
    pub fn from_process() -> Stdin {
        Stdin::new(ProcessStdin, || io::stdin().is_terminal())
    }

    /// Creates a standard input without content.
    pub fn empty() -> Stdin {
        Stdin::new(io::empty(), || false)
    }

    /// Whether standard input is a terminal, at which a person can answer questions.
    pub fn is_terminal(&self) -> bool {
        (self.is_terminal)()
    }
}

impl Read for Stdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        if stream.has_ended {
            return Ok(0);
        }
        let length = stream.reader.read(buffer)?;
        stream.has_ended = length == 0 && !buffer.is_empty();
        Ok(length)
    }
}

/// The standard input of the process. Its buffer is allocated at the first read.
struct ProcessStdin;

impl Read for ProcessStdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        io::stdin().read(buffer)
    }
}

impl fmt::Debug for Stdin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stdin")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A terminal at which these lines are typed, the last one first. An empty one is Ctrl-D.
    struct Terminal(Vec<&'static str>);

    impl Read for Terminal {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let line = self.0.pop().expect("nothing is read after the end");
            line.as_bytes().read(buffer)
        }
    }

    #[test]
    fn reads_nothing_after_the_end() {
        let mut stdin = Stdin::new(Terminal(vec!["", "line\n"]), || true);
        let mut text = String::new();
        assert_eq!(stdin.read_to_string(&mut text).ok(), Some(5));
        assert_eq!(stdin.read(&mut [0; 4]).ok(), Some(0));
    }

    #[test]
    fn clones_share_a_stream() {
        let mut first = Stdin::new(&b"one two"[..], || true);
        let mut second = first.clone();
        let mut buffer = [0; 4];
        assert_eq!(first.read(&mut buffer).ok(), Some(4));
        let mut rest = String::new();
        assert_eq!(second.read_to_string(&mut rest).ok(), Some(3));
        assert_eq!((&buffer, rest.as_str()), (b"one ", "two"));
        assert!(second.is_terminal() && !Stdin::empty().is_terminal());
        assert_eq!(Stdin::empty().read(&mut buffer).ok(), Some(0));
    }
}
