//! The `json` output format: JSON as `json.dumps(indent=4, ensure_ascii=False)` of Python writes
//! it.

use serde_json::{Map, Value as Json};

use super::write_buffer::WriteBuffer;
use crate::python::{json_dumps, surrogates};

/// Renders a document, indented by four spaces, without a final newline.
pub fn render(document: &Json) -> WriteBuffer {
    let mut writer = JsonWriter::default();
    writer.value(document, 0);
    writer.into_buffer()
}

/// Renders an object whose first member is a list that comes in parts. The parts together are what
/// [`render`] returns for the whole object, with a final newline.
#[derive(Debug)]
pub struct JsonListParts {
    list: &'static str,
    /// The number of entries so far; `None` before the list is known to exist.
    count: Option<usize>,
}

impl JsonListParts {
    /// Begins an object whose first member is called `list`.
    pub fn new(list: &'static str) -> JsonListParts {
        JsonListParts { list, count: None }
    }

    /// Renders further entries, from where the part before ended.
    pub fn entries(&mut self, entries: &[Json]) -> WriteBuffer {
        let mut writer = JsonWriter::default();
        if self.count.is_none() {
            writer.text.push(b'{');
            writer.key(self.list, 1);
            writer.text.push(b'[');
        }
        let before = self.count.unwrap_or_default();
        for (number, entry) in (before..).zip(entries) {
            writer.entry(None, entry, number == 0, 2);
        }
        self.count = Some(before + entries.len());
        writer.into_buffer()
    }

    /// Renders the end of the object, which has these members behind the list.
    pub fn finish(&self, members: &Map<String, Json>) -> WriteBuffer {
        let mut writer = JsonWriter::default();
        match self.count {
            Some(count) => {
                if count > 0 {
                    new_line(1, &mut writer.text);
                }
                writer.text.push(b']');
            }
            None if members.is_empty() => return WriteBuffer::default(),
            None => writer.text.push(b'{'),
        }
        for (number, (key, value)) in members.iter().enumerate() {
            let is_first = self.count.is_none() && number == 0;
            writer.entry(Some(key), value, is_first, 1);
        }
        writer.text.extend_from_slice(b"\n}\n");
        writer.into_buffer()
    }
}

#[derive(Default)]
struct JsonWriter {
    text: Vec<u8>,
    /// The byte offsets of strings, which are writes of their own in Python. In a list, a write
    /// also holds the separator before the string.
    write_starts: Vec<usize>,
}

impl JsonWriter {
    fn value(&mut self, value: &Json, depth: usize) {
        match value {
            Json::Null => self.text.extend_from_slice(b"null"),
            Json::Bool(true) => self.text.extend_from_slice(b"true"),
            Json::Bool(false) => self.text.extend_from_slice(b"false"),
            Json::Number(number) => self
                .text
                .extend_from_slice(json_dumps::dumps_number(number).as_bytes()),
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

    /// Writes a string, with lone surrogates escaped.
    fn string(&mut self, string: &str) {
        if !surrogates::contains_placeholders(string) {
            return write_string(string, &mut self.text);
        }
        let mut written = Vec::new();
        write_string(string, &mut written);
        // Only ASCII has been added to the string.
        let written = String::from_utf8(written).unwrap_or_default();
        self.text
            .extend_from_slice(surrogates::escape(&written).as_bytes());
    }

    /// Writes an entry of a list or object, with the separator before it.
    fn entry(&mut self, key: Option<&str>, value: &Json, is_first: bool, depth: usize) {
        // The bracket before the first entry has been written.
        let mut start = self.text.len().saturating_sub(usize::from(is_first));
        if !is_first {
            self.text.push(b',');
        }
        match key {
            Some(key) => {
                self.key(key, depth);
                start = self.text.len();
            }
            None => new_line(depth, &mut self.text),
        }
        if value.is_string() {
            self.write_starts.push(start);
        }
        self.value(value, depth);
    }

    /// Writes the key of a member, on a line of its own.
    fn key(&mut self, key: &str, depth: usize) {
        new_line(depth, &mut self.text);
        self.write_starts.push(self.text.len());
        self.string(key);
        self.text.extend_from_slice(b": ");
    }

    fn into_buffer(self) -> WriteBuffer {
        // Strings are copied as UTF-8 and all else is ASCII, so the conversion is lossless.
        let text = String::from_utf8(self.text)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        WriteBuffer::new(text, self.write_starts)
    }

    fn entries<'a>(
        &mut self,
        [open, close]: [u8; 2],
        entries: impl Iterator<Item = (Option<&'a str>, &'a Json)>,
        depth: usize,
    ) {
        self.text.push(open);
        let mut empty = true;
        for (key, value) in entries {
            self.entry(key, value, empty, depth + 1);
            empty = false;
        }
        if !empty {
            new_line(depth, &mut self.text);
        }
        self.text.push(close);
    }
}

/// Starts a line, indented by four spaces per level of depth.
pub(super) fn new_line(depth: usize, text: &mut Vec<u8>) {
    text.push(b'\n');
    for _ in 0..depth {
        text.extend_from_slice(b"    ");
    }
}

/// Writes a string in quotes, with the escapes that JSON requires.
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

/// Returns the offset of the first byte that JSON must escape. Blocks without one are skipped as a
/// whole, with comparisons that the compiler vectorizes: this dominates the time of long strings.
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
    fn renders_documents_as_python_does() {
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
    fn starts_write_at_string_or_separator_before_it() {
        let document: Json =
            serde_json::from_str(r#"{"a":"x","b":["y",1,"z"],"c":[["w"]]}"#).expect("JSON");
        let writes = render(&document);
        let (text, write_starts) = (writes.as_str(), writes.starts());
        let ends = write_starts[1..].iter().copied().chain([text.len()]);
        let pieces: Vec<_> = write_starts
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
