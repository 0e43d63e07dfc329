//! Percent-encoding of URLs (RFC 3986, 2.1), by the strict rule of AWS Signature Version 4: every byte
//! but the unreserved ones is encoded. What urllib3 leaves as it is in URLs of users is for `endpoint_url`.

/// Encodes all bytes but the unreserved ones and those of `kept`.
pub fn encode(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match is_unreserved(byte) || kept.contains(&byte) {
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

/// Decodes `%41` to `A`; what is no escape stays.
pub fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let escaped = behind.get(..2).filter(|_| *first == b'%');
        let byte = escaped
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &behind[2..] } else { behind };
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
    fn decodes_nothing_but_escapes() {
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
        fn decodes_what_it_encodes(text in any::<String>()) {
            let encoded = encode(&text, b"");
            prop_assert_eq!(decode(&encoded), text.as_bytes());
            prop_assert_eq!(encoded.len(), encoded_length(&text));
        }
    }
}
