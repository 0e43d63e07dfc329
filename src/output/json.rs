//! JSON as Python writes it with `json.dumps(indent=4, ensure_ascii=False)`, which is what the AWS
//! CLI prints.

use serde_json::{Number, Value as Json};

use crate::python;

/// The document with an indent of four, without a final newline.
pub fn render(document: &Json) -> String {
    let mut text = Vec::new();
    write_value(document, 0, &mut text);
    // Texts are written as they are and all else is ASCII, so nothing is lost here.
    String::from_utf8(text)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn write_value(value: &Json, depth: usize, text: &mut Vec<u8>) {
    match value {
        Json::Null => text.extend_from_slice(b"null"),
        Json::Bool(flag) => text.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Json::Number(number) => text.extend_from_slice(number_text(number).as_bytes()),
        Json::String(string) => write_string(string, text),
        Json::Array(items) => {
            let entries = items.iter().map(|item| (None, item));
            write_entries([b'[', b']'], entries, depth, text);
        }
        Json::Object(members) => {
            let entries = members
                .iter()
                .map(|(key, value)| (Some(key.as_str()), value));
            write_entries([b'{', b'}'], entries, depth, text);
        }
    }
}

fn write_entries<'a>(
    [open, close]: [u8; 2],
    entries: impl Iterator<Item = (Option<&'a str>, &'a Json)>,
    depth: usize,
    text: &mut Vec<u8>,
) {
    text.push(open);
    let mut empty = true;
    for (key, value) in entries {
        if !empty {
            text.push(b',');
        }
        empty = false;
        new_line(depth + 1, text);
        if let Some(key) = key {
            write_string(key, text);
            text.extend_from_slice(b": ");
        }
        write_value(value, depth + 1, text);
    }
    if !empty {
        new_line(depth, text);
    }
    text.push(close);
}

/// Begins a line at this depth.
pub(super) fn new_line(depth: usize, text: &mut Vec<u8>) {
    text.push(b'\n');
    for _ in 0..depth {
        text.extend_from_slice(b"    ");
    }
}

/// Writes a text with quotes and with what JSON must escape.
pub(super) fn write_string(string: &str, text: &mut Vec<u8>) {
    text.push(b'"');
    let mut rest = string.as_bytes();
    while let Some(at) = first_to_escape(rest) {
        text.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'"' => text.extend_from_slice(b"\\\""),
            b'\\' => text.extend_from_slice(b"\\\\"),
            b'\n' => text.extend_from_slice(b"\\n"),
            b'\r' => text.extend_from_slice(b"\\r"),
            b'\t' => text.extend_from_slice(b"\\t"),
            0x08 => text.extend_from_slice(b"\\b"),
            0x0c => text.extend_from_slice(b"\\f"),
            other => text.extend_from_slice(format!("\\u{other:04x}").as_bytes()),
        }
        rest = &rest[at + 1..];
    }
    text.extend_from_slice(rest);
    text.push(b'"');
}

/// Where the first byte is that JSON must escape. Blocks without one are passed over whole: their
/// bytes are compared at once, which is what long texts take their time from.
fn first_to_escape(text: &[u8]) -> Option<usize> {
    const BLOCK: usize = 32;
    let escaped = |b: u8| (b < b' ') | (b == b'"') | (b == b'\\');
    let plain = text
        .chunks_exact(BLOCK)
        .take_while(|block| !block.iter().fold(false, |any, b| any | escaped(*b)))
        .count()
        * BLOCK;
    let at = text[plain..].iter().position(|b| escaped(*b))?;
    Some(plain + at)
}

fn number_text(number: &Number) -> String {
    match &*python::number_text(number) {
        "inf" => "Infinity".into(),
        "-inf" => "-Infinity".into(),
        "nan" => "NaN".into(),
        text => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_written_as_python_does() {
        let table = [
            ("{}", "{}"),
            ("[]", "[]"),
            (
                r#"{"a":[],"b":{"c":[1,null]}}"#,
                "{\n    \"a\": [],\n    \"b\": {\n        \"c\": [\n            1,\n            null\n        ]\n    }\n}",
            ),
            (
                r#""\u0007\b\f\n\r\t\"\\\u007fé☃😀\u2028""#,
                "\"\\u0007\\b\\f\\n\\r\\t\\\"\\\\\u{7f}é☃😀\u{2028}\"",
            ),
            (
                "[1.50,1e400,-1E400,1e3,-0,12345678901234567890123]",
                "[\n    1.5,\n    Infinity,\n    -Infinity,\n    1000.0,\n    0,\n    12345678901234567890123\n]",
            ),
        ];
        for (document, want) in table {
            let document: Json = serde_json::from_str(document).expect("JSON");
            assert_eq!(render(&document), want);
        }
    }
}
