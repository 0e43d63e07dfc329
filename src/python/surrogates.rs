//! Lone surrogates: surrogate code points that are not part of a pair. Python strings may contain
//! them, as JSON's `\ud83d` produces one; Rust strings cannot. Between parsing and sending or
//! printing, a placeholder of the unassigned plane 13 represents each: U+DD83D for U+D83D.
//!
//! Genuine characters of that block (U+DD800 to U+DDFFF) are represented by the placeholders of
//! their own two surrogates, so that the representation is unambiguous. No other pair of
//! placeholders is a character, since parsers have combined surrogate pairs already.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// Difference between a placeholder and its surrogate.
const OFFSET: u32 = 0xd_0000;

/// The first byte of the block's characters in UTF-8.
const LEAD: u8 = 0xf3;

/// The high surrogates of the block's own characters.
const BLOCK_HIGH_SURROGATES: std::ops::RangeInclusive<u32> = 0xdb36..=0xdb37;

/// The error of Python's `str.encode` for a text with lone surrogates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurrogatesNotAllowed {
    start: usize,
    count: usize,
    first: u32,
}

/// Returns the placeholder of a surrogate; `None` for other code points.
pub fn placeholder(half: u32) -> Option<char> {
    (0xd800..0xe000)
        .contains(&half)
        .then(|| char::from_u32(half + OFFSET))
        .flatten()
}

/// Returns the surrogate that a placeholder represents; `None` for other characters.
pub fn surrogate_of(character: char) -> Option<u32> {
    let code = u32::from(character).checked_sub(OFFSET)?;
    (0xd800..0xe000).contains(&code).then_some(code)
}

/// Whether the text contains characters of the placeholder block.
pub fn contains_placeholders(text: &str) -> bool {
    text.as_bytes().contains(&LEAD) && text.chars().any(|c| surrogate_of(c).is_some())
}

/// Appends a genuine character, which may be one of the placeholder block.
pub fn push_char(text: &mut String, character: char) {
    match surrogate_of(character) {
        None => text.push(character),
        Some(_) => {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            text.extend(
                units
                    .into_iter()
                    .filter_map(|unit| placeholder(unit.into())),
            );
        }
    }
}

/// Converts Unicode text to the representation with placeholders.
pub fn from_unicode(text: &str) -> Cow<'_, str> {
    if !contains_placeholders(text) {
        return Cow::Borrowed(text);
    }
    let mut held = String::with_capacity(text.len());
    text.chars().for_each(|c| push_char(&mut held, c));
    Cow::Owned(held)
}

/// Iterates over the code points that the text represents.
pub fn code_points(text: &str) -> impl Iterator<Item = u32> {
    let mut characters = text.chars().peekable();
    std::iter::from_fn(move || {
        let character = characters.next()?;
        let Some(high) =
            surrogate_of(character).filter(|high| BLOCK_HIGH_SURROGATES.contains(high))
        else {
            return Some(surrogate_of(character).unwrap_or_else(|| character.into()));
        };
        let low = characters.next_if(|next| surrogate_of(*next).is_some_and(|low| low >= 0xdc00));
        let low = low.and_then(surrogate_of);
        Some(low.map_or(high, |low| {
            0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)
        }))
    })
}

/// Builds the representation of a sequence of code points.
pub fn from_code_points(code_points: impl IntoIterator<Item = u32>) -> String {
    let mut text = String::new();
    for code in code_points {
        match char::from_u32(code) {
            Some(character) => push_char(&mut text, character),
            None => text.extend(placeholder(code)),
        }
    }
    text
}

/// Converts the representation to Unicode text; `Err` if it contains lone surrogates.
pub fn to_unicode(text: &str) -> Result<Cow<'_, str>, SurrogatesNotAllowed> {
    if !contains_placeholders(text) {
        return Ok(Cow::Borrowed(text));
    }
    let codes: Vec<u32> = code_points(text).collect();
    let is_surrogate = |code: &u32| char::from_u32(*code).is_none();
    match codes.iter().position(is_surrogate) {
        None => Ok(codes.into_iter().filter_map(char::from_u32).collect()),
        Some(start) => Err(SurrogatesNotAllowed {
            start,
            count: codes[start..]
                .iter()
                .take_while(|code| is_surrogate(code))
                .count(),
            first: codes[start],
        }),
    }
}

/// Escapes lone surrogates as JSON, YAML and Python do: `\\ud83d`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !contains_placeholders(text) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for code in code_points(text) {
        // Writing to a String cannot fail.
        let _ = match char::from_u32(code) {
            Some(character) => escaped.write_char(character),
            None => write!(escaped, "\\u{code:04x}"),
        };
    }
    Cow::Owned(escaped)
}

impl fmt::Display for SurrogatesNotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SurrogatesNotAllowed {
            start,
            count,
            first,
        } = self;
        f.write_str("'utf-8' codec can't encode ")?;
        match count {
            1 => write!(f, "character '\\u{first:04x}' in position {start}")?,
            _ => write!(f, "characters in position {start}-{}", start + count - 1)?,
        }
        f.write_str(": surrogates not allowed")
    }
}

impl std::error::Error for SurrogatesNotAllowed {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Builds a text from a notation in which `<d83d>` is a lone surrogate.
    fn text(shown: &str) -> String {
        let mut text = String::new();
        let mut parts = shown.split('<');
        text.extend(from_unicode(parts.next().unwrap_or_default()).chars());
        for part in parts {
            let (code, rest) = part.split_once('>').expect("a half has an end");
            text.extend(placeholder(u32::from_str_radix(code, 16).expect("a code")));
            text.push_str(&from_unicode(rest));
        }
        text
    }

    #[test]
    fn distinguishes_surrogates_from_characters() {
        let table: [(&str, &[u32]); 6] = [
            ("aé😀", &[0x61, 0xe9, 0x1f600]),
            ("<d83d>x", &[0xd83d, 0x78]),
            ("<de00><d83d>", &[0xde00, 0xd83d]),
            ("\u{dd83d}", &[0xdd83d]),
            ("<db36>\u{dd83d}<dc3d>", &[0xdb36, 0xdd83d, 0xdc3d]),
            ("\u{ddfff}<dfff>", &[0xddfff, 0xdfff]),
        ];
        for (shown, codes) in table {
            let text = text(shown);
            assert_eq!(code_points(&text).collect::<Vec<_>>(), codes, "{shown}");
            assert_eq!(from_code_points(codes.iter().copied()), text, "{shown}");
        }
    }

    #[test]
    fn rejects_lone_surrogates_in_unicode() {
        let table = [
            ("a\u{dd83d}", Ok("a\u{dd83d}")),
            (
                "a<d83d>",
                Err(
                    "'utf-8' codec can't encode character '\\ud83d' in position 1: surrogates \
                     not allowed",
                ),
            ),
            (
                "\u{dd83d}<de00><d83d>b<d83d>",
                Err(
                    "'utf-8' codec can't encode characters in position 1-2: surrogates not \
                     allowed",
                ),
            ),
        ];
        for (shown, want) in table {
            let text = text(shown);
            let got = to_unicode(&text).map_err(|why| why.to_string());
            assert_eq!(got.as_deref().map_err(String::as_str), want);
        }
        assert_eq!(escape(&text("<d83d>é\u{dd83d}")), "\\ud83dé\u{dd83d}");
    }

    proptest! {
        #[test]
        fn round_trips_unicode_text(text in "[a\u{dd7ff}-\u{de000}\u{1f600}]*") {
            let held = from_unicode(&text);
            let released = to_unicode(&held);
            prop_assert_eq!(released.as_deref(), Ok(text.as_str()));
        }

        #[test]
        fn round_trips_code_points(codes in prop::collection::vec(0..0x11_0000_u32, 0..8)) {
            // Parsers have combined a high surrogate followed by a low one.
            let pairs = codes.windows(2).any(|two| {
                (0xd800..0xdc00).contains(&two[0]) && (0xdc00..0xe000).contains(&two[1])
            });
            prop_assume!(!pairs);
            let text = from_code_points(codes.iter().copied());
            prop_assert_eq!(code_points(&text).collect::<Vec<_>>(), codes);
        }
    }
}
