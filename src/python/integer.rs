//! Python's `int()` of strings and bytes.

/// The maximum number of digits that `int()` accepts.
pub const MAX_INT_DIGITS: usize = 4300;

/// The zeros of the decimal digits of Unicode 14; each is followed by the digits of its script up
/// to 9.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50,
    0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// `int(text)`, as decimal digits with a leading `-` if negative. Allows white space around the
/// number, a sign, digits of any script and single underscores between digits.
pub fn parse_int(text: &str) -> Option<String> {
    parse_digits(trim_numeral(text))
}

/// Removes the white space that `int` and `float` allow around a number: that of Unicode, but not
/// the four ASCII separators that `str.strip` also removes.
pub(super) fn trim_numeral(text: &str) -> &str {
    text.trim_matches(char::is_whitespace)
}

/// `int(bytes)`. The bytes must be ASCII.
pub fn parse_int_bytes(bytes: &[u8]) -> Option<String> {
    let is_space = |b: &u8| matches!(b, b'\t'..=b'\r' | b' ');
    let start = bytes.iter().take_while(|b| is_space(b)).count();
    let end = bytes.len() - bytes.iter().rev().take_while(|b| is_space(b)).count();
    let trimmed = bytes.get(start..end).filter(|bytes| bytes.is_ascii())?;
    parse_digits(std::str::from_utf8(trimmed).ok()?)
}

fn parse_digits(text: &str) -> Option<String> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut digits = String::with_capacity(text.len());
    for group in text.split('_') {
        if group.is_empty() {
            return None;
        }
        for character in group.chars() {
            digits.push(to_ascii_digit(character)?);
        }
    }
    if digits.len() > MAX_INT_DIGITS {
        return None;
    }
    match digits.trim_start_matches('0') {
        "" => Some("0".into()),
        digits if negative => Some(format!("-{digits}")),
        digits => Some(digits.to_string()),
    }
}

/// Converts a digit of any script to ASCII.
pub fn to_ascii_digit(character: char) -> Option<char> {
    let code = u32::from(character);
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= code)].last()?;
    char::from_digit(code - zero, 10)
}

/// The message of `int()` for a value that is not an integer; `repr` is the value's Python `repr`.
pub fn invalid_int_message(shown: &str) -> String {
    format!("invalid literal for int() with base 10: {shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_text_as_int() {
        let table = [
            ("7", Some("7")),
            (" +1_000\n", Some("1000")),
            ("-007", Some("-7")),
            ("-0", Some("0")),
            ("99999999999999999999", Some("99999999999999999999")),
            ("\u{665}\u{ff10}\u{1d7ff}", Some("509")),
            ("\u{a0}\u{3000}1\x0b", Some("1")),
            ("\x1c1", None),
            ("\u{a0}1\x1f", None),
            ("", None),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("1.0", None),
            ("0x1", None),
            ("one", None),
            ("\u{b2}", None),
            ("5\0", None),
        ];
        for (text, want) in table {
            assert_eq!(parse_int(text).as_deref(), want, "{text}");
        }
        assert!(parse_int(&"9".repeat(MAX_INT_DIGITS)).is_some());
        assert!(parse_int(&"9".repeat(MAX_INT_DIGITS + 1)).is_none());
    }

    #[test]
    fn parses_bytes_as_int() {
        let table: [(&[u8], Option<&str>); 6] = [
            (b"5", Some("5")),
            (b" \x0b-1_0\r\n", Some("-10")),
            (b"", None),
            (b"\x1c5", None),
            (b"\xd9\xa5", None),
            (b"5\0", None),
        ];
        for (bytes, want) in table {
            assert_eq!(parse_int_bytes(bytes).as_deref(), want, "{bytes:?}");
        }
    }
}
