//! Splits a file into JSON objects that follow each other, with or without white space between.

use std::io::BufRead;

use super::input_file::describe_read_error;

/// The most bytes of an object: several times those of the largest response of Kinesis.
const MAX_VALUE: usize = 64 << 20;

/// The objects of a file.
pub(super) struct JsonValues<R> {
    reader: R,
    /// The text of the object that was read last.
    text: Vec<u8>,
    /// The position of that text.
    start: ValuePosition,
    /// The position behind it.
    position: ValuePosition,
}

/// A position in the decompressed content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ValuePosition {
    /// Bytes before it.
    pub offset: u64,
    /// Number of its line, from 1.
    pub line: u64,
}

/// Why a file has no further object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct JsonValuesError {
    pub position: ValuePosition,
    pub message: String,
}

/// The state of the scanner within an object.
#[derive(Default)]
struct ObjectScanner {
    /// How many brackets are open.
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
}

impl<R: BufRead> JsonValues<R> {
    pub(super) fn new(reader: R) -> JsonValues<R> {
        let start = ValuePosition { offset: 0, line: 1 };
        JsonValues {
            reader,
            text: Vec::new(),
            start,
            position: start,
        }
    }

    /// Reads the text of the next object, whose brackets match. Returns `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(&[u8], ValuePosition)>, JsonValuesError> {
        if !self.skip_to_object()? {
            return Ok(None);
        }
        self.start = self.position;
        self.text.clear();
        let mut scanner = ObjectScanner::default();
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok([]) => return Err(self.error("the file ends within this object", self.start)),
                Ok(chunk) => chunk,
                Err(why) => return Err(self.error(describe_read_error(&why), self.position)),
            };
            let (mut length, mut newlines) = (0, 0);
            let mut outcome = Ok(false);
            for byte in chunk {
                outcome = scanner.accept(*byte);
                if outcome.is_err() {
                    break;
                }
                length += 1;
                newlines += u64::from(*byte == b'\n');
                if outcome == Ok(true) {
                    break;
                }
            }
            self.text.extend_from_slice(&chunk[..length]);
            self.reader.consume(length);
            self.position.offset += length as u64;
            self.position.line += newlines;
            match outcome {
                Err(message) => return Err(self.error(message, self.position)),
                Ok(true) => return Ok(Some((&self.text, self.start))),
                Ok(false) if self.text.len() > MAX_VALUE => {
                    return Err(self.error("this object is too large", self.start));
                }
                Ok(false) => {}
            }
        }
    }

    /// Skips white space, and a byte order mark at the start. Returns whether an object follows.
    fn skip_to_object(&mut self) -> Result<bool, JsonValuesError> {
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(why) => return Err(self.error(describe_read_error(&why), self.position)),
            };
            let length = match chunk {
                [] => return Ok(false),
                [b'{', ..] => return Ok(true),
                [b' ' | b'\t' | b'\r' | b'\n', ..] => 1,
                [0xef, 0xbb, 0xbf, ..] if self.position.offset == 0 => 3,
                _ => return Err(self.error("expected a JSON object", self.position)),
            };
            self.position.line += u64::from(chunk[0] == b'\n');
            self.position.offset += length as u64;
            self.reader.consume(length);
        }
    }

    fn error(&self, message: impl Into<String>, position: ValuePosition) -> JsonValuesError {
        JsonValuesError {
            position,
            message: message.into(),
        }
    }
}

impl ObjectScanner {
    /// Takes the next byte. Returns whether the object ends with it.
    fn accept(&mut self, byte: u8) -> Result<bool, &'static str> {
        match (self.is_in_string, byte) {
            // Ends the search early where a line was cut off.
            (true, b'\n') => return Err("the line ends within a string"),
            (true, _) if self.is_escaped => self.is_escaped = false,
            (true, b'\\') => self.is_escaped = true,
            (_, b'"') => self.is_in_string = !self.is_in_string,
            (false, b'{' | b'[') => self.depth += 1,
            (false, b'}' | b']') => {
                self.depth -= 1;
                return Ok(self.depth == 0);
            }
            _ => {}
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    /// The objects with their offsets and lines, and the error after them.
    fn split(text: &[u8], buffer: usize) -> (Vec<(String, u64, u64)>, Option<String>) {
        let mut values = JsonValues::new(BufReader::with_capacity(buffer, text));
        let mut found = Vec::new();
        loop {
            match values.next() {
                Ok(None) => return (found, None),
                Ok(Some((text, at))) => {
                    let text = String::from_utf8_lossy(text).into_owned();
                    found.push((text, at.offset, at.line));
                }
                Err(error) => {
                    let JsonValuesError { position, message } = error;
                    let ValuePosition { offset, line } = position;
                    return (found, Some(format!("{line}/{offset} {message}")));
                }
            }
        }
    }

    #[test]
    fn splits_objects_wherever_they_end() {
        let text = "\u{feff}{\"a\":\"}{\\\"\\\\\"}{\"b\":[{}]}\r\n \t{\n}\n";
        for buffer in [3, 4, 7, 100] {
            let (found, error) = split(text.as_bytes(), buffer);
            let found: Vec<_> = found.iter().map(|(t, o, l)| (t.as_str(), *o, *l)).collect();
            let want = [
                ("{\"a\":\"}{\\\"\\\\\"}", 3, 1),
                ("{\"b\":[{}]}", 17, 1),
                ("{\n}", 31, 2),
            ];
            assert_eq!((found.as_slice(), error), (want.as_slice(), None));
        }
    }

    #[test]
    fn points_at_damage() {
        let table = [
            ("{}\nx", "2/3 expected a JSON object"),
            ("{}\n[]", "2/3 expected a JSON object"),
            ("{}\n {\"a\":\n", "2/4 the file ends within this object"),
            ("{\"a\":\"b\n{}", "1/7 the line ends within a string"),
            ("{}}", "1/2 expected a JSON object"),
        ];
        for (text, want) in table {
            assert_eq!(split(text.as_bytes(), 4).1.as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn refuses_endless_object() {
        let endless = std::io::Read::chain(&b"{"[..], std::io::repeat(b' '));
        let mut values = JsonValues::new(BufReader::new(endless));
        let error = values.next().map(|_| ()).expect_err("an error");
        assert_eq!(error.message, "this object is too large");
    }

    proptest! {
        #[test]
        fn takes_any_bytes_without_panic(
            text in prop::collection::vec(prop::sample::select(b"{}[]\"\\ \na\xef".to_vec()), 0..30),
            buffer in 1..9_usize,
        ) {
            let (found, error) = split(&text, buffer);
            let length: usize = found.iter().map(|(text, _, _)| text.chars().count()).sum();
            prop_assert!(length <= text.len());
            let rest: Vec<_> = text.iter().filter(|byte| !b" \n".contains(byte)).collect();
            prop_assert!(error.is_some() || length > 0 || rest.is_empty());
        }
    }
}
