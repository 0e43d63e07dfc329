//! Construction of `!!binary` scalars: base64 as Python's `base64.decodebytes` reads it.

use crate::python::value::Value;

use super::scalar::ScalarError;

/// The value of a text tagged `!!binary`. Characters outside of the alphabet are skipped.
pub(super) fn binary(text: &str) -> Result<Value, ScalarError> {
    if !text.is_ascii() {
        let message = "base64 data holds a character that is not ASCII";
        return Err(ScalarError::Yaml(message.to_string()));
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    // The last six bits, their place in the group of four, and the padding seen since.
    let (mut last, mut place, mut padding) = (0u8, 0, 0);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            // Padding too early in a group counts as any other stray character.
            b'=' if place >= 2 => {
                padding += 1;
                if place + padding >= 4 {
                    return Ok(Value::Bytes(bytes));
                }
                continue;
            }
            _ => continue,
        };
        padding = 0;
        match place {
            0 => {}
            1 => bytes.push((last << 2) | (six >> 4)),
            2 => bytes.push((last << 4) | (six >> 2)),
            _ => bytes.push((last << 6) | six),
        }
        last = six;
        place = (place + 1) % 4;
    }
    match place {
        0 => Ok(Value::Bytes(bytes)),
        _ => Err(ScalarError::Yaml("base64 data ends too early".to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_base64_as_python_does() {
        let table: [(&str, Option<&[u8]>); 9] = [
            ("", Some(b"")),
            ("aGk=", Some(b"hi")),
            ("aG\n k=", Some(b"hi")),
            ("YQ==", Some(b"a")),
            ("Y=Q==", Some(b"a")),
            ("aGk=aGk=", Some(b"hi")),
            ("aGk", None),
            ("a", None),
            ("é", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|bytes| Value::Bytes(bytes.to_vec()));
            assert_eq!(binary(text).ok(), expected, "{text:?}");
        }
    }
}
