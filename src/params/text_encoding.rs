//! The encoding of a document that was read as bytes (`fileb://`), which Python's `json` and
//! `ruamel.yaml` each detect by rules of their own.

use crate::python::surrogates;

/// Decodes a JSON document as `json.loads` does: by its byte order mark, and without one by the
/// zero bytes among the first four. `None` if it is not in that encoding.
pub(super) fn decode_json(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0, 0, 0xfe, 0xff, rest @ ..] => utf32(rest, u32::from_be_bytes),
        [0xff, 0xfe, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16_with_surrogates(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16_with_surrogates(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [0, 0, _, _, ..] => utf32(bytes, u32::from_be_bytes),
        [0, _, _, _, ..] | [0, _] => utf16_with_surrogates(bytes, u16::from_be_bytes),
        [_, 0, 0, 0, ..] => utf32(bytes, u32::from_le_bytes),
        [_, 0, _, _, ..] | [_, 0] => utf16_with_surrogates(bytes, u16::from_le_bytes),
        _ => utf8(bytes),
    }
}

/// Decodes a YAML document as `ruamel.yaml` does: UTF-16 where its byte order mark comes first,
/// UTF-8 otherwise. The mark stays in the text. `None` if it is not in that encoding.
pub(super) fn decode_yaml(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0xfe, 0xff, ..] => utf16(bytes, u16::from_be_bytes),
        [0xff, 0xfe, ..] => utf16(bytes, u16::from_le_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some(surrogates::from_unicode(text).into_owned())
}

fn units(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<impl Iterator<Item = u16>> {
    let (pairs, rest) = bytes.as_chunks();
    rest.is_empty()
        .then(|| pairs.iter().map(move |pair| unit(*pair)))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let text: Result<String, _> = char::decode_utf16(units(bytes, unit)?).collect();
    Some(surrogates::from_unicode(&text.ok()?).into_owned())
}

/// UTF-16 in which a surrogate may stand alone.
fn utf16_with_surrogates(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let code_points = char::decode_utf16(units(bytes, unit)?).map(|decoded| match decoded {
        Ok(character) => u32::from(character),
        Err(alone) => u32::from(alone.unpaired_surrogate()),
    });
    Some(surrogates::from_code_points(code_points))
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Option<String> {
    let (units, rest) = bytes.as_chunks();
    let code_points: Vec<u32> = units.iter().map(|bytes| unit(*bytes)).collect();
    let is_valid = rest.is_empty() && code_points.iter().all(|code| *code <= u32::from(char::MAX));
    is_valid.then(|| surrogates::from_code_points(code_points))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn utf32_bytes(text: &str, bytes: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().map(u32::from).flat_map(bytes).collect()
    }

    #[test]
    fn detects_encoding_of_json() {
        for text in ["{\"a\": \"é😀\"}", "{}", "1"] {
            let marked = format!("\u{feff}{text}");
            for written in [text, &marked] {
                let encoded = [
                    written.as_bytes().to_vec(),
                    utf16_bytes(written, u16::to_le_bytes),
                    utf16_bytes(written, u16::to_be_bytes),
                    utf32_bytes(written, u32::to_le_bytes),
                    utf32_bytes(written, u32::to_be_bytes),
                ];
                for bytes in encoded {
                    assert_eq!(decode_json(&bytes).as_deref(), Some(text), "{bytes:?}");
                }
            }
        }
        for bytes in [
            &b"\xff"[..],
            b"\xff\xfe{\0}",
            b"{\0\0\0}\0",
            b"{\0\0\0\0\0\x11\0",
        ] {
            assert_eq!(decode_json(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn detects_encoding_of_yaml() {
        let text = "\u{feff}a: é😀";
        let encoded = [
            text.as_bytes().to_vec(),
            utf16_bytes(text, u16::to_le_bytes),
            utf16_bytes(text, u16::to_be_bytes),
        ];
        for bytes in encoded {
            assert_eq!(decode_yaml(&bytes).as_deref(), Some(text), "{bytes:?}");
        }
        for bytes in [&b"\xff"[..], b"\xff\xfea\0b", b"\xff\xfe\0\xd8"] {
            assert_eq!(decode_yaml(bytes), None, "{bytes:?}");
        }
    }
}
