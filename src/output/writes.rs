//! Text for standard output, with the places where the AWS CLI begins a write of its own. They
//! matter where the output's encoding lacks a character: Python prints what it wrote before, and
//! counts the character's place from there.

use std::fmt;

use crate::encoding::{EncodeError, Encoding};
use crate::python::surrogates;

/// What the AWS CLI writes, write by write.
#[derive(Debug, Default)]
pub struct Writes {
    text: String,
    /// Where writes begin that may hold any character. Others are ASCII.
    starts: Vec<usize>,
    /// Whether libyaml has made the text, which writes it block by block.
    in_blocks: bool,
}

/// The size of libyaml's output buffer, and what it keeps free for the next character.
const BLOCK: usize = 16 * 1024;
const RESERVE: usize = 5;

impl Writes {
    /// A text with marks at these places.
    pub fn new(text: String, starts: Vec<usize>) -> Writes {
        Writes {
            text,
            starts,
            in_blocks: false,
        }
    }

    /// A text that libyaml writes.
    pub fn in_blocks(text: String) -> Writes {
        Writes {
            text,
            starts: Vec::new(),
            in_blocks: true,
        }
    }

    /// What follows is a write of its own.
    pub fn begin(&mut self) {
        self.starts.push(self.text.len());
    }

    /// Adds a text, with halves of surrogate pairs escaped.
    pub fn push_str(&mut self, text: &str) {
        self.text.push_str(&surrogates::escaped(text));
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

    /// The bytes, up to the write that holds a character that the encoding lacks.
    pub fn encode(&self, encoding: &Encoding) -> (Vec<u8>, Option<EncodeError>) {
        let mut bytes = Vec::new();
        let Err(lacking) = encoding.encode(&self.text, &mut bytes) else {
            return (bytes, None);
        };
        let at = self.text.char_indices().nth(lacking.start);
        let (start, end) = self.write_around(at.map_or(0, |(at, _)| at));
        // All before that write can be encoded.
        drop(encoding.encode(&self.text[..start], &mut bytes));
        let lacking = encoding.encode(&self.text[start..end], &mut Vec::new());
        (bytes, lacking.err())
    }

    /// Where the write that holds this byte begins and ends.
    fn write_around(&self, at: usize) -> (usize, usize) {
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

/// Where libyaml's blocks begin: its buffer is written before a character that may not fit.
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

impl fmt::Write for Writes {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latin_1() -> Encoding {
        Encoding::named("latin-1").expect("it is built in")
    }

    #[test]
    fn output_ends_before_the_write_that_cannot_be_encoded() {
        let mut writes = Writes::default();
        for text in ["aé", "b", "c日語日é", "語"] {
            writes.begin();
            writes.push_str(text);
        }
        let (bytes, lacking) = writes.encode(&latin_1());
        assert_eq!(bytes, b"a\xe9b");
        let message = lacking.map(|lacking| lacking.to_string());
        let want = "'latin-1' codec can't encode characters in position 1-3: ordinal not in \
                    range(256)";
        assert_eq!(message.as_deref(), Some(want));
        let writes = Writes::new("aé".to_string(), Vec::new());
        assert_eq!(writes.encode(&latin_1()), (b"a\xe9".to_vec(), None));
    }

    #[test]
    fn blocks_are_as_long_as_the_buffer_of_libyaml() {
        let long = "x".repeat(16_378) + "éé" + &"y".repeat(20_000);
        assert_eq!(block_starts(&long), [0, 16_380, 32_759]);
        let writes = Writes::in_blocks("é".repeat(10_000) + "日");
        let (bytes, lacking) = writes.encode(&latin_1());
        assert_eq!(bytes.len(), 8190);
        assert_eq!(lacking.map(|lacking| lacking.start), Some(1810));
    }
}
