//! Encodings of one byte a character.

/// Stands in a table for a byte without a character.
const NONE: char = '\u{fffe}';

/// Such an encoding.
pub(super) struct Charmap {
    /// The character of each byte.
    characters: Vec<char>,
    /// Characters that are not ASCII's own bytes, in order, with their bytes.
    bytes: Vec<(char, u8)>,
}

impl Charmap {
    /// From the characters of the bytes from 0x80 on, or of all.
    pub(super) fn new(table: &str) -> Charmap {
        let table: Vec<char> = table.chars().collect();
        let ascii = (0..256 - table.len()).filter_map(|code| char::from_u32(code as u32));
        let characters: Vec<char> = ascii.chain(table).collect();
        let mut bytes: Vec<_> = (0..=u8::MAX)
            .zip(&characters)
            .filter(|(_, character)| **character != NONE)
            .map(|(byte, character)| (*character, byte))
            .collect();
        // Of several bytes for a character, Python writes the last one.
        bytes.sort_by_key(|(character, byte)| (*character, u8::MAX - byte));
        bytes.dedup_by_key(|(character, _)| *character);
        Charmap { characters, bytes }
    }

    pub(super) fn decode(&self, bytes: &[u8]) -> Option<String> {
        let characters = bytes
            .iter()
            .map(|byte| self.characters.get(usize::from(*byte)));
        characters
            .map(|character| character.copied().filter(|character| *character != NONE))
            .collect()
    }

    /// Writes the character's byte, if it has one.
    pub(super) fn push(&self, character: char, bytes: &mut Vec<u8>) -> bool {
        let found = self.bytes.binary_search_by_key(&character, |(own, _)| *own);
        if let Ok(at) = found {
            bytes.push(self.bytes[at].1);
        }
        found.is_ok()
    }
}
