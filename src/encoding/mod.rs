//! Text encodings under the names that Python gives them, for AWS_CLI_FILE_ENCODING and
//! AWS_CLI_OUTPUT_ENCODING. Names, tables and refusals are those of Python 3.11; a codec of
//! Python's that is not built in is named as such and never replaced by a similar one.
//!
//! What is read and written in which encoding is decided here ([`of_files`],
//! [`of_output`]): by two variables of the environment, and UTF-8 otherwise.

mod charmap;
mod charmap_tables;
mod multibyte;
mod multibyte_tables;
mod name_tables;
mod names;
mod unicode;

use std::fmt;

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python;
use charmap::Charmap;
use multibyte::Multibyte;
use unicode::{ByteOrder, Width};

/// An encoding, ready for use.
pub struct Encoding(Codec);

enum Codec {
    Utf8 {
        /// Whether a byte order mark is written, and dropped when read.
        signed: bool,
    },
    /// UTF-16 or UTF-32.
    Wide(Width, ByteOrder),
    Ascii,
    Latin1,
    Charmap(Charmap),
    Multibyte(Multibyte),
}

/// Why there is no encoding of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupError {
    /// Python has none either.
    Unknown,
    /// It turns bytes into bytes.
    NotText,
    /// Python has it, but this program does not.
    NotBuiltIn,
}

/// Why bytes are no text of an encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes mean nothing.
    Invalid,
    /// Nothing says what the byte order is; the message is Python's.
    NoByteOrderMark(&'static str),
}

/// Characters that an encoding does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError {
    /// Where they begin, in characters.
    pub start: usize,
    /// How many there are in a row.
    pub count: usize,
    /// The first of them.
    pub character: char,
    codec: &'static str,
    reason: &'static str,
}

/// The variable that names the encoding of text files that are read.
const OF_FILES: &str = "AWS_CLI_FILE_ENCODING";
/// The variable that names the encoding of what is printed.
const OF_OUTPUT: &str = "AWS_CLI_OUTPUT_ENCODING";

/// The encoding of text files that values of options name.
pub fn of_files(environment: &Environment) -> Result<Encoding> {
    let Some(name) = environment.get(OF_FILES) else {
        return Ok(Encoding::UTF_8);
    };
    Encoding::named(name).map_err(|why| match why {
        LookupError::Unknown => Error::general(format!("unknown encoding: {name}"))
            .hint(format!("it comes from {OF_FILES}; UTF-8 is called utf-8")),
        LookupError::NotText => Error::general(format!(
            "'{name}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
        ))
        .hint(format!("it comes from {OF_FILES}; UTF-8 is called utf-8")),
        LookupError::NotBuiltIn => not_built_in(name, OF_FILES),
    })
}

/// The encoding of results and messages.
pub fn of_output(environment: &Environment) -> Result<Encoding> {
    let Some(name) = environment.get(OF_OUTPUT) else {
        return Ok(Encoding::UTF_8);
    };
    Encoding::named(name).map_err(|why| match why {
        LookupError::NotBuiltIn => not_built_in(name, OF_OUTPUT),
        LookupError::Unknown | LookupError::NotText => {
            Error::general(format!("Unknown codec `{name}` specified for {OF_OUTPUT}."))
        }
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

    /// The encoding that Python knows by this name.
    pub fn named(name: &str) -> std::result::Result<Encoding, LookupError> {
        let codec = names::codec(name)?;
        Ok(Encoding(match codec {
            "utf_8" => Codec::Utf8 { signed: false },
            "utf_8_sig" => Codec::Utf8 { signed: true },
            "utf_16" => Codec::Wide(Width::Two, ByteOrder::Marked),
            "utf_16_le" => Codec::Wide(Width::Two, ByteOrder::Little),
            "utf_16_be" => Codec::Wide(Width::Two, ByteOrder::Big),
            "utf_32" => Codec::Wide(Width::Four, ByteOrder::Marked),
            "utf_32_le" => Codec::Wide(Width::Four, ByteOrder::Little),
            "utf_32_be" => Codec::Wide(Width::Four, ByteOrder::Big),
            "ascii" => Codec::Ascii,
            "latin_1" => Codec::Latin1,
            _ => match charmap_tables::characters(codec) {
                Some(characters) => Codec::Charmap(Charmap::new(characters)),
                None => Codec::Multibyte(Multibyte::new(codec)),
            },
        }))
    }

    /// Whether text is written as it is held.
    pub fn is_plain_utf8(&self) -> bool {
        matches!(self.0, Codec::Utf8 { signed: false })
    }

    /// The text that the bytes stand for.
    pub fn decode(&self, bytes: Vec<u8>) -> std::result::Result<String, DecodeError> {
        let invalid = DecodeError::Invalid;
        match &self.0 {
            // Of a file that ends within the mark Python reads nothing.
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
            Codec::Wide(width, order) => unicode::decode(*width, *order, &bytes),
            Codec::Ascii if bytes.is_ascii() => String::from_utf8(bytes).map_err(|_| invalid),
            Codec::Ascii => Err(invalid),
            Codec::Latin1 => Ok(bytes.into_iter().map(char::from).collect()),
            Codec::Charmap(charmap) => charmap.decode(&bytes).ok_or(invalid),
            Codec::Multibyte(multibyte) => multibyte.decode(&bytes).ok_or(invalid),
        }
    }

    /// What Python puts before the first text that it writes to a stream at this position; pipes and
    /// terminals have none. Other than UTF-8's, the marks of UTF-16 and UTF-32 are not written there.
    pub fn byte_order_mark(&self, position: impl Fn() -> Option<u64>) -> &'static [u8] {
        match &self.0 {
            Codec::Utf8 { signed: true } if position().is_none_or(|at| at == 0) => b"\xef\xbb\xbf",
            Codec::Wide(width, order) if position() == Some(0) => {
                unicode::byte_order_mark(*width, *order)
            }
            _ => b"",
        }
    }

    /// Writes the text, without a byte order mark. Of a text that cannot be encoded nothing is
    /// written.
    pub fn encode(&self, text: &str, bytes: &mut Vec<u8>) -> std::result::Result<(), EncodeError> {
        let before = bytes.len();
        let encoded = match &self.0 {
            Codec::Utf8 { .. } => {
                bytes.extend_from_slice(text.as_bytes());
                Ok(())
            }
            Codec::Wide(width, order) => {
                unicode::encode(*width, *order, text, bytes);
                Ok(())
            }
            Codec::Ascii => each(text, bytes, |c, bytes| push_below(c, 0x80, bytes)),
            Codec::Latin1 => each(text, bytes, |c, bytes| push_below(c, 0x100, bytes)),
            Codec::Charmap(charmap) => each(text, bytes, |c, bytes| charmap.push(c, bytes)),
            Codec::Multibyte(multibyte) => each(text, bytes, |c, bytes| multibyte.push(c, bytes)),
        };
        encoded.map_err(|(start, run)| {
            bytes.truncate(before);
            self.encode_error(start, run)
        })
    }

    /// The text with `\\u65e5` in place of a character that the encoding does not have: for messages,
    /// which must not get lost.
    pub fn encode_escaped(&self, text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Err(lacking) = self.encode(rest, &mut bytes) {
            let at = |place| {
                rest.char_indices()
                    .nth(place)
                    .map_or(rest.len(), |(at, _)| at)
            };
            let (before, after) = rest.split_at(at(lacking.start));
            // Neither can fail: all that comes before is there, and so is ASCII.
            drop(self.encode(before, &mut bytes));
            let escape = python::escape(lacking.character.into());
            drop(self.encode(&escape, &mut bytes));
            rest = &after[lacking.character.len_utf8()..];
        }
        bytes
    }

    /// `run` begins with what cannot be encoded.
    fn encode_error(&self, start: usize, run: &str) -> EncodeError {
        let (codec, reason) = match &self.0 {
            Codec::Ascii => ("ascii", "ordinal not in range(128)"),
            Codec::Latin1 => ("latin-1", "ordinal not in range(256)"),
            Codec::Multibyte(multibyte) => (multibyte.codec(), "illegal multibyte sequence"),
            _ => ("charmap", "character maps to <undefined>"),
        };
        let mut spare = Vec::new();
        let mut lacks = |c: &char| match &self.0 {
            Codec::Ascii => !push_below(*c, 0x80, &mut spare),
            Codec::Latin1 => !push_below(*c, 0x100, &mut spare),
            Codec::Charmap(charmap) => !charmap.push(*c, &mut spare),
            _ => false,
        };
        // Codecs of several bytes give up at the first character.
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

/// Encodes character by character; the error is where one cannot be, and the text from there on.
fn each<'t>(
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

fn push_below(character: char, limit: u32, bytes: &mut Vec<u8>) -> bool {
    match u8::try_from(u32::from(character)) {
        Ok(byte) if u32::from(byte) < limit => {
            bytes.push(byte);
            true
        }
        _ => false,
    }
}

/// As Python's `UnicodeEncodeError`.
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
