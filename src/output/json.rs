//! JSON as Python writes it with `json.dumps(indent=4, ensure_ascii=False)`, which is what the AWS
//! CLI prints.

use serde_json::Value as Json;

use super::writes::Writes;
use crate::python::{json_dumps, surrogates};

/// The document with an indent of four, without a final newline.
pub fn render(document: &Json) -> Writes {
    let mut writer = Writer::default();
    writer.value(document, 0);
    // Texts are written as they are and all else is ASCII, so nothing is lost here.
    let text = String::from_utf8(writer.text)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Writes::new(text, writer.starts)
}

#[derive(Default)]
struct Writer {
    text: Vec<u8>,
    /// Where texts begin. In a list, Python writes what comes before an entry with it.
    starts: Vec<usize>,
}

impl Writer {
    fn value(&mut self, value: &Json, depth: usize) {
        match value {
            Json::Null => self.text.extend_from_slice(b"null"),
            Json::Bool(true) => self.text.extend_from_slice(b"true"),
            Json::Bool(false) => self.text.extend_from_slice(b"false"),
            Json::Number(number) => self
                .text
                .extend_from_slice(json_dumps::number(number).as_bytes()),
            Json::String(string) => self.string(string),
            Json::Array(items) => {
                let entries = items.iter().map(|item| (None, item));
                self.entries([b'[', b']'], entries, depth);
            }
            Json::Object(members) => {
                let entries = members
                    .iter()
                    .map(|(key, value)| (Some(key.as_str()), value));
                self.entries([b'{', b'}'], entries, depth);
            }
        }
    }

    /// Writes a text, with halves of surrogate pairs escaped.
    fn string(&mut self, string: &str) {
        if !surrogates::are_in(string) {
            return write_string(string, &mut self.text);
        }
        let mut written = Vec::new();
        write_string(string, &mut written);
        // Only ASCII has been added to the text.
        let written = String::from_utf8(written).unwrap_or_default();
        self.text
            .extend_from_slice(surrogates::escaped(&written).as_bytes());
    }

    fn entries<'a>(
        &mut self,
        [open, close]: [u8; 2],
        entries: impl Iterator<Item = (Option<&'a str>, &'a Json)>,
        depth: usize,
    ) {
        let mut start = self.text.len();
        self.text.push(open);
        let mut empty = true;
        for (key, value) in entries {
            if !empty {
                start = self.text.len();
                self.text.push(b',');
            }
            empty = false;
            new_line(depth + 1, &mut self.text);
            if let Some(key) = key {
                self.starts.push(self.text.len());
                self.string(key);
                self.text.extend_from_slice(b": ");
                start = self.text.len();
            }
            if value.is_string() {
                self.starts.push(start);
            }
            self.value(value, depth + 1);
        }
        if !empty {
            new_line(depth, &mut self.text);
        }
        self.text.push(close);
    }
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
            assert_eq!(render(&document).as_str(), want);
        }
    }

    #[test]
    fn texts_are_written_by_themselves_but_for_what_goes_before_them_in_lists() {
        let document: Json =
            serde_json::from_str(r#"{"a":"x","b":["y",1,"z"],"c":[["w"]]}"#).expect("JSON");
        let writes = render(&document);
        let (text, starts) = (writes.as_str(), writes.starts());
        let ends = starts[1..].iter().copied().chain([text.len()]);
        let pieces: Vec<_> = starts
            .iter()
            .zip(ends)
            .map(|(at, end)| &text[*at..end])
            .collect();
        let begins = |piece: &&str| {
            piece
                .chars()
                .filter(|c| !c.is_whitespace())
                .take(4)
                .collect()
        };
        let begins: Vec<String> = pieces.iter().map(begins).collect();
        let want = [
            "\"a\":", "\"x\",", "\"b\":", "[\"y\"", ",\"z\"", "\"c\":", "[\"w\"",
        ];
        assert_eq!(begins, want);
    }
}
