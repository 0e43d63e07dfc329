//! Single-byte encodings, which Python calls charmap codecs.

/// Placeholder in a table for a byte without a character.
const UNDEFINED: char = '\u{fffe}';

/// A single-byte encoding.
pub(super) struct Charmap {
    /// The character of each byte.
    characters: Vec<char>,
    /// Bytes by character, sorted.
    bytes: Vec<(char, u8)>,
}

impl Charmap {
    /// Builds the encoding from the characters of all bytes, or of the bytes from 0x80 on.
    pub(super) fn new(table: &str) -> Charmap {
        let table: Vec<char> = table.chars().collect();
        let ascii = (0..256 - table.len()).filter_map(|code| char::from_u32(code as u32));
        let characters: Vec<char> = ascii.chain(table).collect();
        let mut bytes: Vec<_> = (0..=u8::MAX)
            .zip(&characters)
            .filter(|(_, character)| **character != UNDEFINED)
            .map(|(byte, character)| (*character, byte))
            .collect();
        // Python encodes a character with several bytes as the last one.
        bytes.sort_by_key(|(character, byte)| (*character, u8::MAX - byte));
        bytes.dedup_by_key(|(character, _)| *character);
        Charmap { characters, bytes }
    }

    pub(super) fn decode(&self, bytes: &[u8]) -> Option<String> {
        let characters = bytes
            .iter()
            .map(|byte| self.characters.get(usize::from(*byte)));
        characters
            .map(|character| {
                character
                    .copied()
                    .filter(|character| *character != UNDEFINED)
            })
            .collect()
    }

    /// Appends the character's byte; returns `false` if it has none.
    pub(super) fn push(&self, character: char, bytes: &mut Vec<u8>) -> bool {
        let found = self.bytes.binary_search_by_key(&character, |(own, _)| *own);
        if let Ok(at) = found {
            bytes.push(self.bytes[at].1);
        }
        found.is_ok()
    }
}
