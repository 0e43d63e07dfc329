//! The encoding of a document: that of one read as bytes (`fileb://`), which Python's `json` and
//! `ruamel.yaml` each detect by rules of their own, and that of a text in the wrong one.

use crate::python::surrogates;
use crate::source_excerpt::TextPosition;

/// Describes why the bytes of `name` are not UTF-8: their encoding, if they look like UTF-16 or
/// UTF-32, or the first wrong byte.
pub(super) fn describe_invalid_utf8(name: &str, bytes: &[u8]) -> String {
    if let Some(wide) = WideEncoding::detect(bytes) {
        return wide.describe(name);
    }
    let valid = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let position = TextPosition::at(valid, valid.len());
    let byte = bytes.get(valid.len()).copied().unwrap_or_default();
    format!(
        "{name}, {position}: the byte 0x{byte:02X} is not valid in UTF-8; save the text as UTF-8"
    )
}

/// UTF-16 or UTF-32, by name and Python codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WideEncoding {
    name: &'static str,
    codec: &'static str,
}

impl WideEncoding {
    /// Detects the encoding by the byte order mark, and without one by the zero bytes among the
    /// first four, of which JSON and YAML have none.
    pub(super) fn detect(bytes: &[u8]) -> Option<WideEncoding> {
        let (name, codec) = match bytes {
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => ("UTF-32", "utf-32"),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("UTF-16", "utf-16"),
            [0, 0, 0, 1..=255, ..] => ("UTF-32", "utf-32-be"),
            [1..=255, 0, 0, 0, ..] => ("UTF-32", "utf-32-le"),
            [0, 1..=255, 0, 1..=255, ..] => ("UTF-16", "utf-16-be"),
            [1..=255, 0, 1..=255, 0, ..] => ("UTF-16", "utf-16-le"),
            _ => return None,
        };
        Some(WideEncoding { name, codec })
    }

    /// Says that the text of `name` is in this encoding, and what to do about it.
    pub(super) fn describe(self, name: &str) -> String {
        let WideEncoding {
            name: encoding,
            codec,
        } = self;
        let writer = match encoding {
            "UTF-16" => ", as Windows PowerShell's > writes it",
            _ => "",
        };
        format!(
            "{name} is {encoding}{writer}: save it as UTF-8, or set AWS_CLI_FILE_ENCODING={codec}"
        )
    }
}

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

    #[test]
    fn names_wide_encoding() {
        let name = |bytes: &[u8]| WideEncoding::detect(bytes).map(|wide| wide.codec);
        let encoded = |text: &str| {
            [
                utf16_bytes(text, u16::to_le_bytes),
                utf16_bytes(text, u16::to_be_bytes),
                utf32_bytes(text, u32::to_le_bytes),
                utf32_bytes(text, u32::to_be_bytes),
            ]
        };
        let marked = encoded("\u{feff}{}").map(|bytes| name(&bytes));
        assert_eq!(marked, ["utf-16", "utf-16", "utf-32", "utf-32"].map(Some));
        let unmarked = encoded("{}").map(|bytes| name(&bytes));
        let codecs = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"];
        assert_eq!(unmarked, codecs.map(Some));
        for bytes in [
            &b""[..],
            b"{}",
            b"{\0",
            b"\0\0\0\0",
            b"a: \0",
            b"\xef\xbb\xbf{}",
        ] {
            assert_eq!(name(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn names_first_invalid_byte() {
        let table = [
            (
                &b"{\n \"a\": \"\xe9\"}"[..],
                "f, line 2, column 8: the byte 0xE9 is not",
            ),
            (b"ab\xc3", "f, line 1, column 3: the byte 0xC3 is not"),
            (
                b"\xff\xfe{\0",
                "f is UTF-16, as Windows PowerShell's > writes it",
            ),
            (b"\xff", "f, line 1, column 1: the byte 0xFF is not"),
        ];
        for (bytes, want) in table {
            let why = describe_invalid_utf8("f", bytes);
            assert!(why.starts_with(want), "{why}");
        }
    }
}
