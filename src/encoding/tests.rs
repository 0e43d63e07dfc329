use proptest::prelude::*;

use super::digests::DIGESTS;
use super::*;

fn encoding(name: &str) -> Encoding {
    Encoding::from_name(name).expect("an encoding that is built in")
}

fn encoded(name: &str, text: &str) -> std::result::Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let outcome = encoding(name).encode(text, &mut bytes);
    outcome.map(|()| bytes).map_err(|error| error.to_string())
}

fn add(digest: &mut u64, bytes: &[u8]) {
    for byte in bytes {
        *digest = (*digest ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    }
}

#[test]
fn converts_every_byte_and_character_as_python() {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    for (codec, decoded, encoded) in DIGESTS {
        let encoding = encoding(codec);
        let pairs = match encoding.0 {
            Codec::Multibyte(_) => 0x8000..0x1_0000_u32,
            _ => 0..0,
        };
        let ones = (0..=0xff).map(|byte: u8| vec![byte]);
        let mut digest = START;
        for bytes in ones.chain(pairs.map(|pair| pair.to_be_bytes()[2..].to_vec())) {
            if let Ok(text) = encoding.decode(bytes.clone()) {
                add(&mut digest, &bytes);
                add(&mut digest, text.as_bytes());
            }
        }
        assert_eq!(digest, decoded, "{codec}");
        let mut digest = START;
        let mut bytes = Vec::new();
        for character in '\0'..='\u{ffff}' {
            let text = character.to_string();
            bytes.clear();
            if encoding.encode(&text, &mut bytes).is_ok() {
                add(&mut digest, text.as_bytes());
                add(&mut digest, &bytes);
            }
        }
        assert_eq!(digest, encoded, "{codec}");
    }
}

#[test]
fn encodes_texts_as_python() {
    let table: [(&str, &str, &[u8]); 15] = [
        ("utf-8-sig", "é", b"\xc3\xa9"),
        ("utf-16", "é😀", b"\xe9\0\x3d\xd8\0\xde"),
        ("utf-16-be", "é😀", b"\0\xe9\xd8\x3d\xde\0"),
        ("utf-32", "é", b"\xe9\0\0\0"),
        ("utf-32-be", "😀", b"\0\x01\xf6\0"),
        ("latin-1", "ÿ\u{80}", b"\xff\x80"),
        ("cp1252", "€", b"\x80"),
        ("shift_jis", "日¥", b"\x93\xfa\x5c"),
        ("cp932", "①\u{ff5e}", b"\x87\x40\x81\x60"),
        ("euc_jp", "丂", b"\x8f\xb0\xa1"),
        ("gb18030", "😀é", b"\x94\x39\xfc\x36\xa8\xa6"),
        ("gb18030", "\u{fe10}\u{e5e5}", b"\x84\x31\x82\x36\xa3\xa0"),
        ("big5", "日", b"\xa4\xe9"),
        (
            "euc_kr",
            "각갂",
            b"\xb0\xa2\xa4\xd4\xa4\xa1\xa4\xbf\xa4\xa2",
        ),
        ("cp037", "a\n", b"\x81\x25"),
    ];
    for (name, text, want) in table {
        assert_eq!(encoded(name, text).as_deref(), Ok(want), "{name}");
        let mut bytes = encoding(name).byte_order_mark(|| Some(0)).to_vec();
        bytes.extend_from_slice(want);
        let text = text.replace('¥', "\\");
        assert_eq!(encoding(name).decode(bytes), Ok(text), "{name}");
    }
}

#[test]
fn reports_unencodable_characters_as_python() {
    let table = [
        (
            "ascii",
            "aéè日b",
            "'ascii' codec can't encode characters in position 1-3: ordinal not in range(128)",
        ),
        (
            "L1",
            "日",
            "'latin-1' codec can't encode character '\\u65e5' in position 0: ordinal not in range(256)",
        ),
        (
            "ascii",
            "é",
            "'ascii' codec can't encode character '\\xe9' in position 0: ordinal not in range(128)",
        ),
        (
            "cp1252",
            "x😀",
            "'charmap' codec can't encode character '\\U0001f600' in position 1: character maps to \
             <undefined>",
        ),
        (
            "sjis",
            "日éè",
            "'shift_jis' codec can't encode character '\\xe9' in position 1: illegal multibyte \
             sequence",
        ),
    ];
    for (name, text, want) in table {
        assert_eq!(encoded(name, text), Err(want.to_string()), "{name}");
    }
}

#[test]
fn rejects_undecodable_bytes() {
    use DecodeError::{Invalid, NoByteOrderMark};
    let (wide, wider) = (
        NoByteOrderMark("UTF-16 stream does not start with BOM"),
        NoByteOrderMark("UTF-32 stream does not start with BOM"),
    );
    let table: [(&str, &[u8], std::result::Result<&str, DecodeError>); 19] = [
        ("utf-8", b"\xef\xbb\xbfa", Ok("\u{feff}a")),
        ("utf-8-sig", b"\xef\xbb\xbfa", Ok("a")),
        ("utf-8-sig", b"\xef\xbb", Ok("")),
        ("utf-8-sig", b"a\xef", Err(Invalid)),
        ("utf-16", b"", Ok("")),
        ("utf-16", b"\xff\xfea\0", Ok("a")),
        ("utf-16", b"\xfe\xff\0a", Ok("a")),
        ("utf-16", b"a\0", Err(wide)),
        ("utf-16", b"a\0b", Err(Invalid)),
        ("utf-16-le", b"\xff\xfea\0", Ok("\u{feff}a")),
        ("utf-16-le", b"\0\xd8", Err(Invalid)),
        ("utf-32", b"a\0\0\0", Err(wider)),
        ("utf-32", b"\xff\xfe\0\0\0\0\x11\0", Err(Invalid)),
        ("ascii", b"\x80", Err(Invalid)),
        ("cp1252", b"\x81", Err(Invalid)),
        ("shift_jis", b"a\x93", Err(Invalid)),
        ("euc_kr", b"\xa4\xd4\xa4\xa1", Err(Invalid)),
        ("gb2312", b"\x90\x30\x81\x30", Err(Invalid)),
        ("gbk", b"\x90\x30\x81\x30", Err(Invalid)),
    ];
    for (name, bytes, want) in table {
        let want = want.map(str::to_string);
        assert_eq!(encoding(name).decode(bytes.to_vec()), want, "{name}");
    }
}

#[test]
fn writes_byte_order_marks_as_python() {
    let table: [(&str, Option<u64>, &[u8]); 9] = [
        ("utf-8-sig", None, b"\xef\xbb\xbf"),
        ("utf-8-sig", Some(0), b"\xef\xbb\xbf"),
        ("utf-8-sig", Some(1), b""),
        ("utf-16", None, b""),
        ("utf-16", Some(0), b"\xff\xfe"),
        ("utf-16", Some(1), b""),
        ("utf-32", Some(0), b"\xff\xfe\0\0"),
        ("utf-16-be", Some(0), b""),
        ("utf-8", Some(0), b""),
    ];
    for (name, position, want) in table {
        assert_eq!(encoding(name).byte_order_mark(|| position), want, "{name}");
    }
}

#[test]
fn escapes_unencodable_characters() {
    let table: [(&str, &[u8]); 4] = [
        ("ascii", b"\\xe9-\\u65e5\\u672c \\U0001f600."),
        ("latin-1", b"\xe9-\\u65e5\\u672c \\U0001f600."),
        ("sjis", b"\\xe9-\x93\xfa\x96\x7b \\U0001f600."),
        (
            "utf-8-sig",
            b"\xc3\xa9-\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80.",
        ),
    ];
    for (name, want) in table {
        assert_eq!(
            encoding(name).encode_backslashreplace("é-日本 😀."),
            want,
            "{name}"
        );
    }
}

#[test]
fn round_trips_every_text_in_unicode_encodings() {
    const NAMES: [&str; 7] = [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "gb18030",
    ];
    let encodings = NAMES.map(encoding);
    proptest!(|(text in any::<String>())| {
        for (name, encoding) in NAMES.iter().zip(&encodings) {
            let mut bytes = encoding.byte_order_mark(|| Some(0)).to_vec();
            prop_assert_eq!(encoding.encode(&text, &mut bytes), Ok(()));
            prop_assert_eq!(encoding.decode(bytes), Ok(text.clone()), "{}", name);
        }
    });
}

#[test]
fn encodes_every_decoded_text() {
    let encodings = DIGESTS.map(|(codec, ..)| (codec, encoding(codec)));
    let bytes = prop::collection::vec(any::<u8>(), 0..12);
    proptest!(|(bytes in bytes)| {
        for (codec, encoding) in &encodings {
            if let Ok(text) = encoding.decode(bytes.clone()) {
                let mut again = Vec::new();
                prop_assert_eq!(encoding.encode(&text, &mut again), Ok(()), "{}", codec);
                prop_assert_eq!(encoding.decode(again), Ok(text), "{}", codec);
            }
        }
    });
}
