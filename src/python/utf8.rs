//! `bytes.decode("utf-8")` with the messages of Python's `UnicodeDecodeError`.

/// Returns the text, or the message of the error.
pub fn decode(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|error| {
        let start = error.valid_up_to();
        let rest = &bytes[start..];
        let count = error.error_len().unwrap_or(rest.len());
        let reason = match (error.error_len(), rest.first()) {
            (None, _) => "unexpected end of data",
            (Some(_), Some(0x80..=0xc1 | 0xf5..)) => "invalid start byte",
            (Some(_), _) => "invalid continuation byte",
        };
        match rest {
            [byte, ..] if count == 1 => format!(
                "'utf-8' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"
            ),
            _ => format!(
                "'utf-8' codec can't decode bytes in position {start}-{}: {reason}",
                start + count - 1
            ),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn describes_undecodable_bytes_as_python() {
        let table: [(&[u8], &str); 6] = [
            (b"\xff", "byte 0xff in position 0: invalid start byte"),
            (b"a\x80", "byte 0x80 in position 1: invalid start byte"),
            (
                b"{\xe9}",
                "byte 0xe9 in position 1: invalid continuation byte",
            ),
            (b"\xe2\x82", "bytes in position 0-1: unexpected end of data"),
            (b"a\xe2", "byte 0xe2 in position 1: unexpected end of data"),
            (
                b"\xf0\x9f\x98a",
                "bytes in position 0-2: invalid continuation byte",
            ),
        ];
        for (bytes, want) in table {
            let want = format!("'utf-8' codec can't decode {want}");
            assert_eq!(decode(bytes), Err(want));
        }
        assert_eq!(decode("é".as_bytes()), Ok("é"));
    }
}
