//! Reads the records of an export, line by line.

use std::collections::BTreeSet;
use std::io::{BufRead, Read as _};
use std::path::Path;

use super::exported_record::ExportedRecord;
use super::input_file::{self, describe_read_error};
use crate::error::{Error, Result};

/// The most bytes of a line: several times those of a record whose every character is escaped.
const MAX_LINE: u64 = 64 << 20;

/// The most names of unknown members that are kept.
const MAX_UNKNOWN: usize = 100;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file of records that is being read; an iterator over its records. Blank lines are skipped.
pub struct RecordFile {
    name: String,
    reader: Box<dyn BufRead>,
    /// Number of the line that was read last.
    line: u64,
    buffer: Vec<u8>,
    unknown_members: BTreeSet<String>,
    has_failed: bool,
}

impl RecordFile {
    /// Opens the file, which may be compressed with gzip.
    pub fn open(path: &Path) -> Result<RecordFile> {
        let reader = input_file::open(path)?;
        Ok(RecordFile::from_reader(&path.display().to_string(), reader))
    }

    /// Reads from anything else, which `name` names in errors.
    pub fn from_reader(name: &str, reader: Box<dyn BufRead>) -> RecordFile {
        RecordFile {
            name: name.to_string(),
            reader,
            line: 0,
            buffer: Vec::new(),
            unknown_members: BTreeSet::new(),
            has_failed: false,
        }
    }

    /// Sets how many lines were read before.
    pub fn behind_line(mut self, line: u64) -> RecordFile {
        self.line = line;
        self
    }

    /// Returns the number of the line that was read last, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Returns the names of members that were ignored so far.
    pub fn unknown_members(&self) -> &BTreeSet<String> {
        &self.unknown_members
    }

    fn next_record(&mut self) -> Result<Option<ExportedRecord>> {
        while self.read_line()? {
            let mut line = self.buffer.as_slice();
            if self.line == 1 {
                line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let parsed = ExportedRecord::parse_line(line).map_err(|why| {
                Error::general(format!("'{}': line {}: {why}", self.name, self.line))
            })?;
            for name in parsed.unknown_members {
                if self.unknown_members.len() < MAX_UNKNOWN {
                    self.unknown_members.insert(name);
                }
            }
            return Ok(Some(parsed.record));
        }
        Ok(None)
    }

    /// Reads a line to the buffer. Returns whether there was one.
    fn read_line(&mut self) -> Result<bool> {
        self.buffer.clear();
        let mut reader = self.reader.by_ref().take(MAX_LINE);
        let read = reader.read_until(b'\n', &mut self.buffer);
        let failed = |line, why: &str| {
            Err(Error::general(format!(
                "'{}': line {line}: {why}",
                self.name
            )))
        };
        match read {
            Err(why) => failed(self.line + 1, &describe_read_error(&why)),
            Ok(0) => Ok(false),
            Ok(length) if length as u64 == MAX_LINE && !self.buffer.ends_with(b"\n") => {
                failed(self.line + 1, "longer than a record can be")
            }
            Ok(_) => {
                self.line += 1;
                Ok(true)
            }
        }
    }
}

impl Iterator for RecordFile {
    type Item = Result<ExportedRecord>;

    fn next(&mut self) -> Option<Result<ExportedRecord>> {
        if self.has_failed {
            return None;
        }
        let next = self.next_record().transpose();
        self.has_failed = matches!(next, Some(Err(_)));
        next
    }
}

impl std::fmt::Debug for RecordFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut fields = f.debug_struct("RecordFile");
        fields.field("name", &self.name);
        fields.field("line", &self.line).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::exported_record::tests::record;
    use super::*;

    fn file(text: impl Into<Vec<u8>>) -> RecordFile {
        let reader = Box::new(Cursor::new(text.into()));
        RecordFile::from_reader("in", reader)
    }

    fn line(record: &ExportedRecord) -> String {
        let mut line = Vec::new();
        record.write_line(&mut line);
        String::from_utf8(line).expect("UTF-8")
    }

    #[test]
    fn reads_lines_of_every_kind() {
        let (a, b) = (record("a", Some("1")), record("b", None));
        let (one, two) = (line(&a), line(&b));
        let windows = one.replace('\n', "\r\n");
        let table = [
            format!("{one}{two}"),
            format!("\u{feff}{windows}\n  \r\n{two}"),
            format!("{one}{}", two.trim_end()),
        ];
        for text in table {
            let records: Result<Vec<_>> = file(text.as_str()).collect();
            assert_eq!(records.ok(), Some(vec![a.clone(), b.clone()]), "{text}");
        }
        assert_eq!(file("").count(), 0);
    }

    #[test]
    fn stops_at_line_without_a_record() {
        let good = line(&record("a", Some("1")));
        let mut file = file(format!("{good}\n{{\"IdentityPoolId\":\n{good}"));
        assert!(file.next().is_some_and(|record| record.is_ok()));
        assert_eq!(file.line(), 1);
        let error = file
            .next()
            .and_then(|record| record.err())
            .map(|error| error.message);
        assert_eq!(
            error.as_deref(),
            Some("'in': line 3: column 19: Expecting value")
        );
        assert!(file.next().is_none());
    }

    #[test]
    fn names_ignored_members() {
        let text = line(&record("a", None)).replacen('{', "{\"Tenant\":1,", 1);
        let mut file = file(format!("{text}{text}"));
        assert_eq!(file.by_ref().filter(|record| record.is_ok()).count(), 2);
        let names: Vec<_> = file.unknown_members().iter().collect();
        assert_eq!(names, ["Tenant"]);
    }

    #[test]
    fn refuses_endless_line() {
        let endless = std::io::BufReader::new(std::io::repeat(b' '));
        let mut file = RecordFile::from_reader("in", Box::new(endless));
        let error = file
            .next()
            .and_then(|record| record.err())
            .map(|error| error.message);
        assert_eq!(
            error.as_deref(),
            Some("'in': line 1: longer than a record can be")
        );
    }
}
