//! Percent-encoding of URLs (RFC 3986, 2.1) by the strict rule of AWS Signature Version 4: every
//! byte except the unreserved ones is encoded. `endpoint_url` implements urllib3's rules for URLs
//! of users.

/// Encodes all bytes except the unreserved ones and those in `safe`.
pub fn encode(text: &str, safe: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match is_unreserved(byte) || safe.contains(&byte) {
            true => encoded.push(char::from(byte)),
            false => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The length of the encoded text.
pub fn encoded_length(text: &str) -> usize {
    let length = |byte| if is_unreserved(byte) { 1 } else { "%XX".len() };
    text.bytes().map(length).sum()
}

/// Decodes escapes such as `%41`; invalid escapes stay unchanged.
pub fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, following)) = rest.split_first() {
        let escaped = following.get(..2).filter(|_| *first == b'%');
        let byte = escaped
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = match byte {
            Some(_) => &following[2..],
            None => following,
        };
    }
    bytes
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decodes_only_valid_escapes() {
        let table: [(&str, &[u8]); 6] = [
            ("a%41%7e", b"aA~"),
            ("%", b"%"),
            ("%4", b"%4"),
            ("%+1", b"%+1"),
            ("%zz", b"%zz"),
            ("%ff", b"\xff"),
        ];
        for (text, want) in table {
            assert_eq!(decode(text), want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn round_trips_every_text(text in any::<String>()) {
            let encoded = encode(&text, b"");
            prop_assert_eq!(decode(&encoded), text.as_bytes());
            prop_assert_eq!(encoded.len(), encoded_length(&text));
        }
    }
}
