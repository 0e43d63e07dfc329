//! East Asian multibyte encodings: those of the WHATWG in `encoding_rs`, with the differences of
//! Python.

use std::collections::HashMap;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, SHIFT_JIS};

use super::multibyte_tables::{CodecDifferences, differences};

/// A byte sequence as a big-endian number.
type ByteSequence = u32;

/// A multibyte encoding.
pub(super) struct MultibyteCodec {
    codec: &'static str,
    whatwg: &'static encoding_rs::Encoding,
    differences: CodecDifferences,
    /// The sequences of up to three bytes by character.
    sequences: HashMap<char, ByteSequence>,
}

impl MultibyteCodec {
    pub(super) fn new(codec: &'static str) -> MultibyteCodec {
        let mut multibyte = MultibyteCodec {
            codec,
            whatwg: match codec {
                "cp932" | "shift_jis" => SHIFT_JIS,
                "euc_jp" => EUC_JP,
                "euc_kr" | "cp949" => EUC_KR,
                "big5" | "cp950" => BIG5,
                _ => GB18030,
            },
            differences: differences(codec),
            sequences: HashMap::new(),
        };
        multibyte.sequences = multibyte.by_character();
        multibyte
    }

    /// The codec's Python name.
    pub(super) fn codec(&self) -> &'static str {
        self.codec
    }

    /// Maps characters to sequences; the first of several sequences for a character counts.
    fn by_character(&self) -> HashMap<char, ByteSequence> {
        let ones = 0..=0xff;
        let twos = 0x8000..=0xffff;
        let threes = match self.codec {
            "euc_jp" => 0x8f_a1a1..0x8f_feff,
            _ => 0..0,
        };
        let mut sequences = HashMap::new();
        for sequence in ones.chain(twos).chain(threes) {
            if let Some(character) = self.character(sequence) {
                sequences.entry(character).or_insert(sequence);
            }
        }
        sequences.extend(self.differences.encoded.iter().copied());
        sequences
    }

    /// The character that a sequence encodes.
    fn character(&self, sequence: ByteSequence) -> Option<char> {
        for (first, characters) in self.differences.decoded {
            let at = sequence.checked_sub(*first).map(|at| at as usize);
            if let Some(character) = at.and_then(|at| characters.chars().nth(at)) {
                return Some(character);
            }
        }
        let unknown = |(first, last): &(u32, u32)| (*first..=*last).contains(&sequence);
        if self.differences.unknown.iter().any(unknown) {
            return None;
        }
        let bytes = sequence.to_be_bytes();
        let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(3);
        let text = self
            .whatwg
            .decode_without_bom_handling_and_without_replacement(&bytes[start..])?;
        let mut characters = text.chars();
        // Two characters come from two sequences.
        characters.next().filter(|_| characters.next().is_none())
    }

    pub(super) fn decode(&self, bytes: &[u8]) -> Option<String> {
        let mut text = String::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some(first) = rest.first() {
            let (character, length) = match first {
                0..0x80 => (char::from(*first), 1),
                _ => self.next(rest)?,
            };
            text.push(character);
            rest = &rest[length..];
        }
        Some(text)
    }

    /// Decodes the first character; also returns its length in bytes.
    fn next(&self, bytes: &[u8]) -> Option<(char, usize)> {
        if self.codec == "euc_kr" && bytes.starts_with(&hangul::FILLER) {
            return Some((hangul::decode(bytes.get(..8)?)?, 8));
        }
        (1..=bytes.len().min(self.longest())).find_map(|length| {
            let add = |number, byte: &u8| number << 8 | u32::from(*byte);
            let sequence = bytes[..length].iter().fold(0, add);
            Some((self.character(sequence)?, length))
        })
    }

    /// The maximum length of a sequence in bytes.
    fn longest(&self) -> usize {
        match self.codec {
            "gb18030" => 4,
            "euc_jp" => 3,
            // GBK and GB 2312 are decoded as subsets of GB 18030 without its four-byte sequences.
            _ => 2,
        }
    }

    /// Appends the character's bytes; returns `false` if it has none.
    pub(super) fn push(&self, character: char, bytes: &mut Vec<u8>) -> bool {
        if let Some(sequence) = self.sequences.get(&character) {
            let sequence = sequence.to_be_bytes();
            let start = sequence.iter().position(|byte| *byte != 0).unwrap_or(3);
            bytes.extend_from_slice(&sequence[start..]);
            return true;
        }
        match self.codec {
            "euc_kr" => hangul::encode(character, bytes),
            // All other characters have four bytes.
            "gb18030" => {
                let mut buffer = [0; 4];
                let text = character.encode_utf8(&mut buffer);
                let (encoded, _, lacks) = self.whatwg.encode(text);
                bytes.extend_from_slice(&encoded);
                !lacks
            }
            _ => false,
        }
    }
}

/// Syllables missing in KS X 1001, which EUC-KR writes as a filler followed by their letters.
mod hangul {
    pub(super) const FILLER: [u8; 2] = [0xa4, 0xd4];

    const FIRST: u32 = 0xac00;
    const VOWELS: u32 = 21;
    const ENDS: u32 = 28;

    /// The second bytes of the initial consonants.
    const CONSONANTS: [u8; 19] = [
        0xa1, 0xa2, 0xa4, 0xa7, 0xa8, 0xa9, 0xb1, 0xb2, 0xb3, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba,
        0xbb, 0xbc, 0xbd, 0xbe,
    ];

    /// The second byte of the first vowel; the other vowels follow.
    const FIRST_VOWEL: u8 = 0xbf;

    /// The second bytes of the final consonants, starting with the one for no consonant.
    const CONSONANT_ENDS: [u8; 28] = [
        0xd4, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf,
        0xb0, 0xb1, 0xb2, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xba, 0xbb, 0xbc, 0xbd, 0xbe,
    ];

    /// Decodes a syllable of eight bytes.
    pub(super) fn decode(bytes: &[u8]) -> Option<char> {
        let [0xa4, 0xd4, 0xa4, consonant, 0xa4, vowel, 0xa4, end] = bytes else {
            return None;
        };
        let consonant = CONSONANTS.iter().position(|own| own == consonant)? as u32;
        let vowel = u32::from(vowel.checked_sub(FIRST_VOWEL)?);
        let end = CONSONANT_ENDS.iter().position(|own| own == end)? as u32;
        if vowel >= VOWELS {
            return None;
        }
        char::from_u32(FIRST + (consonant * VOWELS + vowel) * ENDS + end)
    }

    pub(super) fn encode(character: char, bytes: &mut Vec<u8>) -> bool {
        let Some(number) = u32::from(character).checked_sub(FIRST) else {
            return false;
        };
        let (rest, end) = (number / ENDS, number % ENDS);
        let (consonant, vowel) = (rest / VOWELS, rest % VOWELS);
        let Some(consonant) = CONSONANTS.get(consonant as usize) else {
            return false;
        };
        let end = CONSONANT_ENDS[end as usize];
        bytes.extend(FILLER);
        bytes.extend([0xa4, *consonant, 0xa4, FIRST_VOWEL + vowel as u8, 0xa4, end]);
        true
    }
}
