//! Text for standard output, with the boundaries of the AWS CLI's write calls.
//!
//! The boundaries matter where the output encoding lacks a character: Python prints all writes
//! before the one that fails, and the error counts the position of the character from the start of
//! that write.

use std::fmt;

use crate::encoding::{EncodeError, Encoding};
use crate::python::surrogates;

/// A text and the boundaries of its writes.
#[derive(Debug, Default)]
pub struct WriteBuffer {
    text: String,
    /// The byte offsets of writes that may hold any character. Other writes are ASCII.
    starts: Vec<usize>,
    /// Whether the text is YAML, which libyaml writes in blocks.
    in_blocks: bool,
}

/// The size of libyaml's output buffer, in bytes.
const BLOCK: usize = 16 * 1024;

/// How many bytes libyaml keeps free for the next character.
const RESERVE: usize = 5;

impl WriteBuffer {
    /// Returns a buffer of this text, with writes that start at these byte offsets.
    pub fn new(text: String, starts: Vec<usize>) -> WriteBuffer {
        WriteBuffer {
            text,
            starts,
            in_blocks: false,
        }
    }

    /// Returns a buffer of this text, written in the blocks of libyaml.
    pub fn with_libyaml_blocks(text: String) -> WriteBuffer {
        WriteBuffer {
            text,
            starts: Vec::new(),
            in_blocks: true,
        }
    }

    /// Starts a write at the end of the text.
    pub fn begin_write(&mut self) {
        self.starts.push(self.text.len());
    }

    /// Appends a text, with lone surrogates escaped.
    pub fn push_str(&mut self, text: &str) {
        self.text.push_str(&surrogates::escape(text));
    }

    pub fn push(&mut self, character: char) {
        self.text.push(character);
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    #[cfg(test)]
    pub fn starts(&self) -> &[usize] {
        &self.starts
    }

    pub fn into_text(self) -> String {
        self.text
    }

    /// Encodes the text. If the encoding lacks a character, returns the bytes of the writes before
    /// the one that holds it, and the error.
    pub fn encode(&self, encoding: &Encoding) -> (Vec<u8>, Option<EncodeError>) {
        let mut bytes = Vec::new();
        let Err(error) = encoding.encode(&self.text, &mut bytes) else {
            return (bytes, None);
        };
        let at = self.text.char_indices().nth(error.start);
        let (start, end) = self.write_range(at.map_or(0, |(at, _)| at));
        // All text before that write can be encoded.
        drop(encoding.encode(&self.text[..start], &mut bytes));
        let error = encoding.encode(&self.text[start..end], &mut Vec::new());
        (bytes, error.err())
    }

    /// Returns the start and end of the write that holds the byte at `at`.
    fn write_range(&self, at: usize) -> (usize, usize) {
        let blocks;
        let starts = match self.in_blocks {
            true => {
                blocks = block_starts(&self.text);
                &blocks
            }
            false => &self.starts,
        };
        let next = starts.partition_point(|start| *start <= at);
        let start = next.checked_sub(1).map_or(0, |last| starts[last]);
        let end = starts.get(next).copied().unwrap_or(self.text.len());
        (start, end)
    }
}

/// Returns the byte offsets of libyaml's blocks: the buffer is written before a character that may
/// not fit.
fn block_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut start = 0;
    for (at, _) in text.char_indices() {
        if at - start >= BLOCK - RESERVE {
            start = at;
            starts.push(at);
        }
    }
    starts
}

impl fmt::Write for WriteBuffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latin_1() -> Encoding {
        Encoding::from_name("latin-1").expect("it is built in")
    }

    #[test]
    fn ends_before_write_that_cannot_be_encoded() {
        let mut buffer = WriteBuffer::default();
        for text in ["aé", "b", "c日語日é", "語"] {
            buffer.begin_write();
            buffer.push_str(text);
        }
        let (bytes, error) = buffer.encode(&latin_1());
        assert_eq!(bytes, b"a\xe9b");
        let message = error.map(|error| error.to_string());
        let want = "'latin-1' codec can't encode characters in position 1-3: ordinal not in \
                    range(256)";
        assert_eq!(message.as_deref(), Some(want));
        let buffer = WriteBuffer::new("aé".to_string(), Vec::new());
        assert_eq!(buffer.encode(&latin_1()), (b"a\xe9".to_vec(), None));
    }

    #[test]
    fn splits_yaml_into_blocks_of_libyaml() {
        let long = "x".repeat(16_378) + "éé" + &"y".repeat(20_000);
        assert_eq!(block_starts(&long), [0, 16_380, 32_759]);
        let buffer = WriteBuffer::with_libyaml_blocks("é".repeat(10_000) + "日");
        let (bytes, error) = buffer.encode(&latin_1());
        assert_eq!(bytes.len(), 8190);
        assert_eq!(error.map(|error| error.start), Some(1810));
    }
}
