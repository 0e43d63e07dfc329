//! Python's `int()` of text and of bytes.

/// How many digits `int` accepts at most.
pub const MAX_DIGITS: usize = 4300;

/// The zeros of the decimal digits of Unicode 14; each is followed by its script's digits up to 9.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50,
    0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// `int(text)`, as decimal digits with a leading `-` if negative. White space around the numeral, a
/// sign, the digits of any script and single underscores between them are allowed.
pub fn integer(text: &str) -> Option<String> {
    digits(trim_numeral(text))
}

/// The text without the white space that `int` and `float` allow around a numeral: that of Unicode,
/// without the four separators of ASCII that `str.strip` also removes.
pub(super) fn trim_numeral(text: &str) -> &str {
    text.trim_matches(char::is_whitespace)
}

/// `int(bytes)`. The bytes must be ASCII.
pub fn integer_of_bytes(bytes: &[u8]) -> Option<String> {
    let is_space = |b: &u8| matches!(b, b'\t'..=b'\r' | b' ');
    let start = bytes.iter().take_while(|b| is_space(b)).count();
    let end = bytes.len() - bytes.iter().rev().take_while(|b| is_space(b)).count();
    let trimmed = bytes.get(start..end).filter(|bytes| bytes.is_ascii())?;
    digits(std::str::from_utf8(trimmed).ok()?)
}

fn digits(text: &str) -> Option<String> {
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
            digits.push(ascii_digit(character)?);
        }
    }
    if digits.len() > MAX_DIGITS {
        return None;
    }
    match digits.trim_start_matches('0') {
        "" => Some("0".into()),
        digits if negative => Some(format!("-{digits}")),
        digits => Some(digits.to_string()),
    }
}

/// The digit of any script as one of ASCII.
pub fn ascii_digit(character: char) -> Option<char> {
    let code = u32::from(character);
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= code)].last()?;
    char::from_digit(code - zero, 10)
}

/// What `int` says of a value that it cannot read, which is given as `repr` shows it.
pub fn no_integer(shown: &str) -> String {
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
            assert_eq!(integer(text).as_deref(), want, "{text}");
        }
        assert!(integer(&"9".repeat(MAX_DIGITS)).is_some());
        assert!(integer(&"9".repeat(MAX_DIGITS + 1)).is_none());
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
            assert_eq!(integer_of_bytes(bytes).as_deref(), want, "{bytes:?}");
        }
    }
}
