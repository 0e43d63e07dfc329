//! JSON with lone surrogates (`\ud83d` by itself), which `serde_json` rejects. The real service is
//! written in Java, whose strings may contain them, so they are stored and returned as they are.
//! Within the service and its store, placeholders represent them, as [`surrogates`] describes.

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::python::surrogates;

/// Parses JSON.
pub(super) fn parse_json(bytes: &[u8]) -> Result<Json, String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        // It fails with the position.
        return serde_json::from_slice(bytes).map_err(|why| why.to_string());
    };
    serde_json::from_str(&with_placeholders(text)).map_err(|why| why.to_string())
}

/// Returns rendered JSON with escapes in place of placeholders, which occur only within its strings.
pub(super) fn with_escapes(json: &str) -> Cow<'_, str> {
    surrogates::escape(json)
}

/// Returns JSON with placeholders in place of the escapes of lone surrogates.
fn with_placeholders(json: &str) -> Cow<'_, str> {
    let has = |part: &[u8]| {
        json.as_bytes()
            .windows(part.len())
            .any(|window| window == part)
    };
    let has_escapes = json.contains('\\') && (has(b"\\ud") || has(b"\\uD"));
    if !has_escapes && !surrogates::contains_placeholders(json) {
        return Cow::Borrowed(json);
    }
    let mut result = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(character) = rest.chars().next() {
        let length = match (surrogate_escape(rest), character) {
            (Some(high), _) => match surrogate_escape(&rest[6..]) {
                Some(low) if high < 0xdc00 && low >= 0xdc00 => {
                    let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    let character = char::from_u32(code).unwrap_or_default();
                    surrogates::push_char(&mut result, character);
                    12
                }
                _ => {
                    result.extend(surrogates::placeholder(high));
                    6
                }
            },
            // The character behind it is escaped, and may be a backslash.
            (None, '\\') => {
                let escaped = rest[1..].chars().next().map_or(0, char::len_utf8);
                result.push_str(&rest[..1 + escaped]);
                1 + escaped
            }
            (None, character) => {
                surrogates::push_char(&mut result, character);
                character.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    Cow::Owned(result)
}

/// Returns the surrogate whose escape the text starts with.
fn surrogate_escape(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
    (0xd800..0xe000).contains(&code).then_some(code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Parses and renders JSON.
    fn round_trip(json: &str) -> Result<String, String> {
        let parsed = parse_json(json.as_bytes())?;
        Ok(with_escapes(&parsed.to_string()).into_owned())
    }

    #[test]
    fn keeps_lone_surrogates() {
        let table = [
            (r#"["\ud83d"]"#, r#"["\ud83d"]"#),
            (r#"["\uDE00x\uD83D"]"#, r#"["\ude00x\ud83d"]"#),
            (r#"["\ud83d\ude00"]"#, r#"["😀"]"#),
            (r#"["\ud83d\ud83d\ude00"]"#, r#"["\ud83d😀"]"#),
            (r#"["\\ud83d","\\\ud83d"]"#, r#"["\\ud83d","\\\ud83d"]"#),
            (r#"{"\ud83d":1}"#, r#"{"\ud83d":1}"#),
            // U+DD83D is the placeholder of U+D83D, and \udb36\udc3d its surrogates.
            ("[\"\u{dd83d}\\ud83d\"]", "[\"\u{dd83d}\\ud83d\"]"),
            (
                r#"["\udb36\udc3d","\udb36"]"#,
                "[\"\u{dd83d}\",\"\\udb36\"]",
            ),
        ];
        for (json, want) in table {
            assert_eq!(round_trip(json).as_deref(), Ok(want), "{json}");
        }
    }

    #[test]
    fn rejects_what_is_not_json() {
        for json in [
            r#"["\ud83"#,
            r#"["\ud83g"]"#,
            r"\ud83d",
            r#"["\ud83d"#,
            "[\"\\",
        ] {
            assert!(parse_json(json.as_bytes()).is_err(), "{json}");
        }
        assert!(parse_json(b"[\"\xed\xa0\xbd\"]").is_err());
    }

    proptest! {
        #[test]
        fn parses_other_json_as_serde_does(text in r#"(\\u[dD][89acdef][0-9a-f]{2}|\\|"|é|😀|u|d8){0,9}"#) {
            let json = format!("[\"{text}\"]");
            if let Ok(want) = serde_json::from_str::<Json>(&json) {
                prop_assert_eq!(parse_json(json.as_bytes()), Ok(want));
            }
        }
    }
}
