//! Halves of surrogate pairs. A text of Python's may hold one by itself, as JSON's `\ud83d` gives
//! it; a text of Rust's cannot. From reading to sending or printing it is held here as a character
//! of plane 13, in which Unicode has none: U+DD83D for U+D83D.
//!
//! Genuine characters of that block (U+DD800 to U+DDFFF) are held as the two halves of their own
//! pairs, so that the one is never taken for the other. No other pair of halves is a character:
//! whoever reads a text has joined them already.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// From a half to the character that it is held as.
const OFFSET: u32 = 0xd_0000;

/// The first byte of the block's characters in UTF-8.
const LEAD: u8 = 0xf3;

/// The high halves of the block's own characters.
const OWN_HIGHS: std::ops::RangeInclusive<u32> = 0xdb36..=0xdb37;

/// What `str.encode` says of a text with a half of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAllowed {
    start: usize,
    count: usize,
    first: u32,
}

/// The character that this half of a pair is held as.
pub fn held(half: u32) -> Option<char> {
    (0xd800..0xe000)
        .contains(&half)
        .then(|| char::from_u32(half + OFFSET))
        .flatten()
}

/// The half of a pair that this character holds.
pub fn half(character: char) -> Option<u32> {
    let code = u32::from(character).checked_sub(OFFSET)?;
    (0xd800..0xe000).contains(&code).then_some(code)
}

/// Whether halves of pairs are in the text, or characters that are held as such.
pub fn are_in(text: &str) -> bool {
    text.as_bytes().contains(&LEAD) && text.chars().any(|c| half(c).is_some())
}

/// Adds a character that was read, which may be one of the block.
pub fn push_read(text: &mut String, character: char) {
    match half(character) {
        None => text.push(character),
        Some(_) => {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            text.extend(units.into_iter().filter_map(|unit| held(unit.into())));
        }
    }
}

/// A text that was read, in the form in which it is held.
pub fn hold(text: &str) -> Cow<'_, str> {
    if !are_in(text) {
        return Cow::Borrowed(text);
    }
    let mut held = String::with_capacity(text.len());
    text.chars().for_each(|c| push_read(&mut held, c));
    Cow::Owned(held)
}

/// The code points of a text that is held, as Python has them.
pub fn code_points(text: &str) -> impl Iterator<Item = u32> {
    let mut characters = text.chars().peekable();
    std::iter::from_fn(move || {
        let character = characters.next()?;
        let Some(high) = half(character).filter(|high| OWN_HIGHS.contains(high)) else {
            return Some(half(character).unwrap_or_else(|| character.into()));
        };
        let low = characters.next_if(|next| half(*next).is_some_and(|low| low >= 0xdc00));
        let low = low.and_then(half);
        Some(low.map_or(high, |low| {
            0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)
        }))
    })
}

/// A text made of code points, in the form in which it is held.
pub fn of_code_points(code_points: impl IntoIterator<Item = u32>) -> String {
    let mut text = String::new();
    for code in code_points {
        match char::from_u32(code) {
            Some(character) => push_read(&mut text, character),
            None => text.extend(held(code)),
        }
    }
    text
}

/// The text as it is in truth, which has no halves of pairs.
pub fn release(text: &str) -> Result<Cow<'_, str>, NotAllowed> {
    if !are_in(text) {
        return Ok(Cow::Borrowed(text));
    }
    let codes: Vec<u32> = code_points(text).collect();
    let is_half = |code: &u32| char::from_u32(*code).is_none();
    match codes.iter().position(is_half) {
        None => Ok(codes.into_iter().filter_map(char::from_u32).collect()),
        Some(start) => Err(NotAllowed {
            start,
            count: codes[start..]
                .iter()
                .take_while(|code| is_half(code))
                .count(),
            first: codes[start],
        }),
    }
}

/// The text with halves of pairs as JSON, YAML and Python escape them: `\\ud83d`.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !are_in(text) {
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

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NotAllowed {
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

impl std::error::Error for NotAllowed {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text in which halves are written `<d83d>`.
    fn text(shown: &str) -> String {
        let mut text = String::new();
        let mut parts = shown.split('<');
        text.extend(hold(parts.next().unwrap_or_default()).chars());
        for part in parts {
            let (code, rest) = part.split_once('>').expect("a half has an end");
            text.extend(held(u32::from_str_radix(code, 16).expect("a code")));
            text.push_str(&hold(rest));
        }
        text
    }

    #[test]
    fn halves_are_told_from_characters() {
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
            assert_eq!(of_code_points(codes.iter().copied()), text, "{shown}");
        }
    }

    #[test]
    fn texts_with_halves_cannot_be_encoded() {
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
            let got = release(&text).map_err(|why| why.to_string());
            assert_eq!(got.as_deref().map_err(String::as_str), want);
        }
        assert_eq!(escaped(&text("<d83d>é\u{dd83d}")), "\\ud83dé\u{dd83d}");
    }

    proptest! {
        #[test]
        fn what_is_held_is_released(text in "[a\u{dd7ff}-\u{de000}\u{1f600}]*") {
            let held = hold(&text);
            let released = release(&held);
            prop_assert_eq!(released.as_deref(), Ok(text.as_str()));
        }

        #[test]
        fn code_points_are_kept(codes in prop::collection::vec(0..0x11_0000_u32, 0..8)) {
            // A high half and a low one are a pair, which whoever reads has joined.
            let pairs = codes.windows(2).any(|two| {
                (0xd800..0xdc00).contains(&two[0]) && (0xdc00..0xe000).contains(&two[1])
            });
            prop_assume!(!pairs);
            let text = of_code_points(codes.iter().copied());
            prop_assert_eq!(code_points(&text).collect::<Vec<_>>(), codes);
        }
    }
}
