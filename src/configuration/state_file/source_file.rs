//! The text of a state file, with its name as the user gave it.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use crate::file_read_error;
use crate::python::surrogates;
use crate::source_excerpt::{self, TextPosition};
use crate::yaml::Position;

/// The name of standard input.
const STDIN: &str = "-";

/// More than any state file has. A device may be endless.
const MAX_BYTES: u64 = 128 << 20;

/// The file ending of JSON.
const JSON_ENDING: &str = ".json";

/// The file endings of YAML.
const YAML_ENDINGS: [&str; 2] = [".yaml", ".yml"];

/// A state file.
#[derive(Debug)]
pub(super) struct SourceFile {
    /// Its name, `-` for standard input.
    pub(super) name: Arc<str>,
    /// Its text without byte order mark, in the representation of `surrogates`.
    pub(super) text: String,
}

/// Why a file has no text.
#[derive(Debug, PartialEq)]
pub(super) struct UnreadableFile {
    /// Where it is no text; `None` if it could not be read at all.
    pub(super) position: Option<TextPosition>,
    pub(super) message: String,
}

impl SourceFile {
    /// Reads a file once, which may be a FIFO. `-` is standard input.
    pub(super) fn read(name: &str, stdin: &mut dyn Read) -> Result<SourceFile, UnreadableFile> {
        let bytes = match name {
            STDIN => read_all(stdin),
            path => open(path).and_then(|mut file| read_all(&mut file)),
        };
        let text = bytes.and_then(decode)?;
        Ok(SourceFile {
            name: name.into(),
            text,
        })
    }

    /// Whether it is JSON: by its name, and where that does not tell, by its first character.
    pub(super) fn is_json(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        if YAML_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            return false;
        }
        name.ends_with(JSON_ENDING) || self.text.trim_start().starts_with(['{', '['])
    }

    /// The line at a position, with a caret below.
    pub(super) fn excerpt(&self, Position { line, column }: Position) -> String {
        source_excerpt::render(&self.text, TextPosition { line, column })
    }
}

fn open(path: &str) -> Result<File, UnreadableFile> {
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    match file.metadata() {
        Ok(metadata) if metadata.is_dir() => Err(no_position(
            "is a directory; name the state files in it, as with *.yaml",
        )),
        Ok(_) => Ok(file),
        Err(error) => Err(unreadable(&error)),
    }
}

fn read_all(reader: &mut dyn Read) -> Result<Vec<u8>, UnreadableFile> {
    let mut bytes = Vec::new();
    let mut limited = reader.take(MAX_BYTES + 1);
    limited
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    match bytes.len() as u64 > MAX_BYTES {
        true => Err(no_position(
            "is larger than 128 MiB; split it into several files",
        )),
        false => Ok(bytes),
    }
}

fn unreadable(error: &io::Error) -> UnreadableFile {
    no_position(file_read_error::describe(error))
}

fn no_position(message: impl Into<String>) -> UnreadableFile {
    UnreadableFile {
        position: None,
        message: message.into(),
    }
}

/// Decodes UTF-8, with or without byte order mark.
fn decode(mut bytes: Vec<u8>) -> Result<String, UnreadableFile> {
    const SAVE: &str = "save it as UTF-8 (in PowerShell: Out-File -Encoding utf8)";
    match bytes[..] {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            return Err(no_position(format!("is UTF-16; {SAVE}")));
        }
        [0, _, 0, _, ..] | [_, 0, _, 0, ..] => {
            return Err(no_position(format!("looks like UTF-16; {SAVE}")));
        }
        [0xef, 0xbb, 0xbf, ..] => drop(bytes.drain(..3)),
        _ => {}
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let (at, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
        let before = String::from_utf8_lossy(&bytes[..at]);
        let byte = bytes.get(at).copied().unwrap_or_default();
        UnreadableFile {
            position: Some(TextPosition::at(&before, before.len())),
            message: format!("the byte 0x{byte:02x} is not UTF-8; name a text file in UTF-8"),
        }
    })?;
    if let Some(at) = text.find('\0') {
        return Err(UnreadableFile {
            position: Some(TextPosition::at(&text, at)),
            message: "the file is binary, with a NUL; name a text file".to_string(),
        });
    }
    Ok(match surrogates::contains_placeholders(&text) {
        true => surrogates::from_unicode(&text).into_owned(),
        false => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_stdin(mut bytes: &[u8]) -> Result<SourceFile, UnreadableFile> {
        SourceFile::read("-", &mut bytes)
    }

    #[test]
    fn decodes_utf8_with_or_without_mark() {
        for bytes in ["pools: é".as_bytes(), "\u{feff}pools: é".as_bytes()] {
            let file = from_stdin(bytes).expect("text");
            assert_eq!(file.text, "pools: é");
        }
    }

    #[test]
    fn reports_what_is_no_text() {
        let table: [(&[u8], &str); 7] = [
            (b"\xff\xfep\0", "is UTF-16; save"),
            (b"\xfe\xff\0p", "is UTF-16; save"),
            (b"p\0o\0", "looks like UTF-16; save"),
            (b"\0p\0o", "looks like UTF-16; save"),
            (b"a\n\xc3\xa9\xff", "2:2 the byte 0xff is not UTF-8; name"),
            (b"\x1f\x8b\x08", "1:2 the byte 0x8b is not UTF-8; name"),
            (b"abc\0", "1:4 the file is binary, with a NUL; name"),
        ];
        for (bytes, want) in table {
            let error = from_stdin(bytes).expect_err("no text");
            let position = error.position.map(|p| format!("{}:{} ", p.line, p.column));
            let found = position.unwrap_or_default() + &error.message;
            assert!(found.starts_with(want), "{found}");
        }
    }

    #[test]
    fn detects_json_by_name_or_start() {
        let table = [
            ("a.json", "pools: []", true),
            ("A.JSON", "", true),
            ("a.yaml", "{}", false),
            ("a.yml", "[]", false),
            ("-", " \r\n\t{", true),
            ("a.txt", "[", true),
            ("a", "pools: []", false),
            ("a", "", false),
        ];
        for (name, text, is_json) in table {
            let (name, text) = (name.into(), text.to_string());
            let file = SourceFile { name, text };
            assert_eq!(file.is_json(), is_json, "{file:?}");
        }
    }
}
