//! Text encodings by their Python names, for AWS_CLI_FILE_ENCODING and AWS_CLI_OUTPUT_ENCODING.
//! Names, tables and errors are those of Python 3.11; a codec of Python that is not built in is an
//! error and never replaced by a similar one.
//!
//! [`file_encoding`] and [`output_encoding`] choose the encoding by these environment variables,
//! with UTF-8 as default.

mod charmap;
mod charmap_tables;
mod multibyte;
mod multibyte_tables;
mod name_tables;
mod names;
mod utf16_utf32;

use std::fmt;

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python;
use charmap::Charmap;
use multibyte::MultibyteCodec;
use utf16_utf32::{ByteOrder, CodeUnitWidth};

/// A text encoding.
pub struct Encoding(Codec);

enum Codec {
    Utf8 {
        /// Whether it writes a byte order mark, and drops it when decoding.
        signed: bool,
    },
    /// UTF-16 or UTF-32.
    Utf16Or32(CodeUnitWidth, ByteOrder),
    Ascii,
    Latin1,
    Charmap(Charmap),
    Multibyte(MultibyteCodec),
}

/// Why a name has no encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupError {
    /// Python does not know the name, either.
    Unknown,
    /// The codec converts bytes to bytes.
    NotText,
    /// Python has the codec, but this program does not.
    NotBuiltIn,
}

/// Why bytes cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes are invalid.
    Invalid,
    /// The byte order mark is missing; the message is Python's.
    NoByteOrderMark(&'static str),
}

/// Characters that an encoding cannot represent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError {
    /// Index of the first of them, in characters.
    pub start: usize,
    /// The number of consecutive ones.
    pub count: usize,
    /// The first of them.
    pub character: char,
    codec: &'static str,
    reason: &'static str,
}

/// Environment variable with the encoding of text files.
const FILE_ENCODING_VARIABLE: &str = "AWS_CLI_FILE_ENCODING";
/// Environment variable with the encoding of the output.
const OUTPUT_ENCODING_VARIABLE: &str = "AWS_CLI_OUTPUT_ENCODING";

/// The encoding of text files that option values name.
pub fn file_encoding(environment: &Environment) -> Result<Encoding> {
    let Some(name) = environment.get(FILE_ENCODING_VARIABLE) else {
        return Ok(Encoding::UTF_8);
    };
    Encoding::from_name(name).map_err(|why| match why {
        LookupError::Unknown => Error::general(format!("unknown encoding: {name}")).hint(format!(
            "it comes from {FILE_ENCODING_VARIABLE}; UTF-8 is called utf-8"
        )),
        LookupError::NotText => Error::general(format!(
            "'{name}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
        ))
        .hint(format!(
            "it comes from {FILE_ENCODING_VARIABLE}; UTF-8 is called utf-8"
        )),
        LookupError::NotBuiltIn => not_built_in(name, FILE_ENCODING_VARIABLE),
    })
}

/// The encoding of output and messages.
pub fn output_encoding(environment: &Environment) -> Result<Encoding> {
    let Some(name) = environment.get(OUTPUT_ENCODING_VARIABLE) else {
        return Ok(Encoding::UTF_8);
    };
    Encoding::from_name(name).map_err(|why| match why {
        LookupError::NotBuiltIn => not_built_in(name, OUTPUT_ENCODING_VARIABLE),
        LookupError::Unknown | LookupError::NotText => Error::general(format!(
            "Unknown codec `{name}` specified for {OUTPUT_ENCODING_VARIABLE}."
        )),
    })
}

fn not_built_in(name: &str, variable: &str) -> Error {
    Error::general(format!(
        "{variable}: the encoding '{name}' is not built into this program; utf-8, utf-16 and the \
         code pages are."
    ))
}

impl Encoding {
    /// UTF-8 without a byte order mark.
    pub const UTF_8: Encoding = Encoding(Codec::Utf8 { signed: false });

    /// Returns the encoding with this Python name.
    pub fn from_name(name: &str) -> std::result::Result<Encoding, LookupError> {
        let codec = names::find_codec(name)?;
        Ok(Encoding(match codec {
            "utf_8" => Codec::Utf8 { signed: false },
            "utf_8_sig" => Codec::Utf8 { signed: true },
            "utf_16" => Codec::Utf16Or32(CodeUnitWidth::Two, ByteOrder::Marked),
            "utf_16_le" => Codec::Utf16Or32(CodeUnitWidth::Two, ByteOrder::Little),
            "utf_16_be" => Codec::Utf16Or32(CodeUnitWidth::Two, ByteOrder::Big),
            "utf_32" => Codec::Utf16Or32(CodeUnitWidth::Four, ByteOrder::Marked),
            "utf_32_le" => Codec::Utf16Or32(CodeUnitWidth::Four, ByteOrder::Little),
            "utf_32_be" => Codec::Utf16Or32(CodeUnitWidth::Four, ByteOrder::Big),
            "ascii" => Codec::Ascii,
            "latin_1" => Codec::Latin1,
            _ => match charmap_tables::characters(codec) {
                Some(characters) => Codec::Charmap(Charmap::new(characters)),
                None => Codec::Multibyte(MultibyteCodec::new(codec)),
            },
        }))
    }

    /// Whether the encoded bytes are those of the string.
    pub fn is_plain_utf8(&self) -> bool {
        matches!(self.0, Codec::Utf8 { signed: false })
    }

    /// Decodes bytes.
    pub fn decode(&self, bytes: Vec<u8>) -> std::result::Result<String, DecodeError> {
        let invalid = DecodeError::Invalid;
        match &self.0 {
            // Python reads nothing from a file that ends within the mark.
            Codec::Utf8 { signed: true } if matches!(&bytes[..], b"\xef" | b"\xef\xbb") => {
                Ok(String::new())
            }
            Codec::Utf8 { signed } => {
                let text = String::from_utf8(bytes).map_err(|_| DecodeError::Invalid)?;
                match text.strip_prefix('\u{feff}') {
                    Some(unsigned) if *signed => Ok(unsigned.to_string()),
                    _ => Ok(text),
                }
            }
            Codec::Utf16Or32(width, order) => utf16_utf32::decode(*width, *order, &bytes),
            Codec::Ascii if bytes.is_ascii() => String::from_utf8(bytes).map_err(|_| invalid),
            Codec::Ascii => Err(invalid),
            Codec::Latin1 => Ok(bytes.into_iter().map(char::from).collect()),
            Codec::Charmap(charmap) => charmap.decode(&bytes).ok_or(invalid),
            Codec::Multibyte(multibyte) => multibyte.decode(&bytes).ok_or(invalid),
        }
    }

    /// The byte order mark that Python writes first to a stream at this position, `None` for pipes
    /// and terminals. Only the mark of UTF-8 is written to pipes and terminals.
    pub fn byte_order_mark(&self, position: impl Fn() -> Option<u64>) -> &'static [u8] {
        match &self.0 {
            Codec::Utf8 { signed: true } if position().is_none_or(|at| at == 0) => b"\xef\xbb\xbf",
            Codec::Utf16Or32(width, order) if position() == Some(0) => {
                utf16_utf32::byte_order_mark(*width, *order)
            }
            _ => b"",
        }
    }

    /// Appends the encoded text without a byte order mark. Appends nothing if the text cannot be
    /// encoded.
    pub fn encode(&self, text: &str, bytes: &mut Vec<u8>) -> std::result::Result<(), EncodeError> {
        let before = bytes.len();
        let encoded = match &self.0 {
            Codec::Utf8 { .. } => {
                bytes.extend_from_slice(text.as_bytes());
                Ok(())
            }
            Codec::Utf16Or32(width, order) => {
                utf16_utf32::encode(*width, *order, text, bytes);
                Ok(())
            }
            Codec::Ascii => encode_chars(text, bytes, |c, bytes| push_byte_below(c, 0x80, bytes)),
            Codec::Latin1 => encode_chars(text, bytes, |c, bytes| push_byte_below(c, 0x100, bytes)),
            Codec::Charmap(charmap) => encode_chars(text, bytes, |c, bytes| charmap.push(c, bytes)),
            Codec::Multibyte(multibyte) => {
                encode_chars(text, bytes, |c, bytes| multibyte.push(c, bytes))
            }
        };
        encoded.map_err(|(start, run)| {
            bytes.truncate(before);
            self.encode_error(start, run)
        })
    }

    /// Encodes with escapes such as `\\u65e5` for characters that the encoding cannot represent, as
    /// Python's error handler `backslashreplace` does: for messages, which must not get lost.
    pub fn encode_backslashreplace(&self, text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Err(lacking) = self.encode(rest, &mut bytes) {
            let at = |place| {
                rest.char_indices()
                    .nth(place)
                    .map_or(rest.len(), |(at, _)| at)
            };
            let (before, after) = rest.split_at(at(lacking.start));
            // Neither fails: the text before the character can be encoded, and every encoding has
            // ASCII.
            drop(self.encode(before, &mut bytes));
            let escape = python::escape(lacking.character.into());
            drop(self.encode(&escape, &mut bytes));
            rest = &after[lacking.character.len_utf8()..];
        }
        bytes
    }

    /// Builds the error; `run` starts with the character that cannot be encoded.
    fn encode_error(&self, start: usize, run: &str) -> EncodeError {
        let (codec, reason) = match &self.0 {
            Codec::Ascii => ("ascii", "ordinal not in range(128)"),
            Codec::Latin1 => ("latin-1", "ordinal not in range(256)"),
            Codec::Multibyte(multibyte) => (multibyte.codec(), "illegal multibyte sequence"),
            _ => ("charmap", "character maps to <undefined>"),
        };
        let mut spare = Vec::new();
        let mut lacks = |c: &char| match &self.0 {
            Codec::Ascii => !push_byte_below(*c, 0x80, &mut spare),
            Codec::Latin1 => !push_byte_below(*c, 0x100, &mut spare),
            Codec::Charmap(charmap) => !charmap.push(*c, &mut spare),
            _ => false,
        };
        // Multibyte codecs report only the first character.
        let count = run.chars().take_while(&mut lacks).count().max(1);
        EncodeError {
            start,
            count,
            character: run.chars().next().unwrap_or_default(),
            codec,
            reason,
        }
    }
}

/// Encodes character by character; `Err` is the index of the first character that cannot be
/// encoded, and the text from there.
fn encode_chars<'t>(
    text: &'t str,
    bytes: &mut Vec<u8>,
    mut push: impl FnMut(char, &mut Vec<u8>) -> bool,
) -> std::result::Result<(), (usize, &'t str)> {
    for (place, (at, character)) in text.char_indices().enumerate() {
        if !push(character, bytes) {
            return Err((place, &text[at..]));
        }
    }
    Ok(())
}

fn push_byte_below(character: char, limit: u32, bytes: &mut Vec<u8>) -> bool {
    match u8::try_from(u32::from(character)) {
        Ok(byte) if u32::from(byte) < limit => {
            bytes.push(byte);
            true
        }
        _ => false,
    }
}

/// Formats as Python's `UnicodeEncodeError`.
impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EncodeError {
            start,
            count,
            codec,
            reason,
            ..
        } = self;
        if *count > 1 {
            let last = start + count - 1;
            return write!(
                f,
                "'{codec}' codec can't encode characters in position {start}-{last}: {reason}"
            );
        }
        let shown = python::escape(self.character.into());
        write!(
            f,
            "'{codec}' codec can't encode character '{shown}' in position {start}: {reason}"
        )
    }
}

impl std::error::Error for EncodeError {}

#[cfg(test)]
mod digests;
#[cfg(test)]
mod tests;
