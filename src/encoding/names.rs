//! Codec lookup by name, as in Python's `encodings` package: ignores case and punctuation, and
//! knows the aliases of codecs.

use super::LookupError;
use super::name_tables::{NOT_TEXT, SUPPORTED, UNSUPPORTED};

/// Returns the codec's canonical name (`latin_1`).
pub(super) fn find_codec(name: &str) -> Result<&'static str, LookupError> {
    let name = normalize(name);
    if let Some(codec) = find(SUPPORTED, &name) {
        return Ok(codec);
    }
    Err(if find(NOT_TEXT, &name).is_some() {
        LookupError::NotText
    } else if find(UNSUPPORTED, &name).is_some() {
        LookupError::NotBuiltIn
    } else {
        LookupError::Unknown
    })
}

/// Converts to lower case, with one underscore between runs of letters and digits.
fn normalize(name: &str) -> String {
    let mut normalized = String::with_capacity(name.len());
    let mut punctuation = false;
    for character in name.chars() {
        if !character.is_alphanumeric() && character != '.' {
            punctuation = true;
            continue;
        }
        if punctuation && !normalized.is_empty() {
            normalized.push('_');
        }
        punctuation = false;
        if character.is_ascii() {
            normalized.push(character.to_ascii_lowercase());
        }
    }
    normalized
}

/// Finds a codec in `lines`, each of which has a canonical name, which contains no dots, and the
/// aliases.
fn find(lines: &'static str, name: &str) -> Option<&'static str> {
    let without_points = name.replace('.', "_");
    lines.lines().find_map(|line| {
        let mut names = line.split(' ');
        let own = names.next()?;
        let is_other = |other: &str| other == name || other == without_points;
        (own == name || names.any(is_other)).then_some(own)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_names_as_python() {
        let table = [
            ("utf.8", Err(LookupError::Unknown)),
            ("UTF8", Ok("utf_8")),
            ("U8", Ok("utf_8")),
            ("utf  8", Ok("utf_8")),
            ("-utf-8-", Ok("utf_8")),
            ("utf-8-sig", Ok("utf_8_sig")),
            ("latin-1", Ok("latin_1")),
            ("ISO-8859-1", Ok("latin_1")),
            ("iso_8859-1:1987", Ok("latin_1")),
            ("l1", Ok("latin_1")),
            ("us-ascii", Ok("ascii")),
            ("ANSI_X3.4-1968", Ok("ascii")),
            ("ansi-x3-4.1968", Ok("ascii")),
            ("windows-1252", Ok("cp1252")),
            ("cp1252", Ok("cp1252")),
            ("Shift_JIS", Ok("shift_jis")),
            ("sjis", Ok("shift_jis")),
            ("MS932", Ok("cp932")),
            ("iso8859-15", Ok("iso8859_15")),
            ("latin9", Ok("iso8859_15")),
            ("koi8-r", Ok("koi8_r")),
            ("macintosh", Ok("mac_roman")),
            ("utf-16", Ok("utf_16")),
            ("UTF-16LE", Ok("utf_16_le")),
            ("utf-7", Err(LookupError::NotBuiltIn)),
            ("iso-2022-jp", Err(LookupError::NotBuiltIn)),
            ("base64", Err(LookupError::NotText)),
            ("hex", Err(LookupError::NotText)),
            ("", Err(LookupError::Unknown)),
            ("bogus", Err(LookupError::Unknown)),
            ("mbcs", Err(LookupError::Unknown)),
            ("utf.8", Err(LookupError::Unknown)),
            ("cp.1252", Err(LookupError::Unknown)),
        ];
        for (name, want) in table {
            assert_eq!(find_codec(name), want, "{name}");
        }
    }
}
