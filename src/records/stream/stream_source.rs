//! The records of an export from files of what a Kinesis stream delivered, without a call of the
//! service. The highest sync count of a record wins, whatever the order of delivery.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::entry_sorter::{EntrySorter, SortedEntries};
pub use super::stream_entry::UnreadPayload;
use super::stream_entry::{StreamContent, StreamEntry};
use crate::error::{Error, Result};
use crate::records::exported_record::{ExportedRecord, parse_json};
use crate::records::input_file;
use crate::records::json_values::{JsonValues, JsonValuesError, ValuePosition};

/// How many of the payloads that were not read are named.
const MAX_NAMED: usize = 10;

/// What was read from the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamSummary {
    /// Records of the stream, each of which has changes of one dataset.
    pub deliveries: u64,
    /// Changes of records, outdated ones and removals of datasets among them.
    pub changes: u64,
    /// Lines of an outbox that went to devices and functions.
    pub others: u64,
    /// Deliveries whose records are behind a URL. If there are any, the export is not whole.
    pub unread: u64,
    /// The first of them.
    pub unread_payloads: Vec<UnreadPayload>,
}

/// The newest versions of all records in order of identity, dataset and key. Removed records are
/// among them, without a value; those of removed datasets are not.
pub struct StreamRecords {
    entries: SortedEntries,
    /// The last removal of a dataset, which is the first of its entries.
    removal: Option<StreamEntry>,
}

/// Reads all files, and so finds out whether one of them is damaged before anything is written.
/// What does not fit in memory is sorted in temporary files in `directory`.
pub fn read_streams(files: &[PathBuf], directory: &Path) -> Result<(StreamRecords, StreamSummary)> {
    let mut sorter = EntrySorter::new(directory);
    let mut summary = StreamSummary::default();
    for file in files {
        read_file(file, &mut sorter, &mut summary)?;
    }
    let records = StreamRecords {
        entries: sorter.finish()?,
        removal: None,
    };
    Ok((records, summary))
}

fn read_file(path: &Path, sorter: &mut EntrySorter, summary: &mut StreamSummary) -> Result<()> {
    let mut values = JsonValues::new(input_file::open_or_pipe(path)?);
    let failed = |position: ValuePosition, why: &str| {
        let (file, ValuePosition { offset, line }) = (path.display(), position);
        Error::general(format!("'{file}': line {line}, byte {offset}: {why}"))
    };
    loop {
        let (text, position) = match values.next() {
            Ok(Some(value)) => value,
            Ok(None) => return Ok(()),
            Err(JsonValuesError { position, message }) => return Err(failed(position, &message)),
        };
        let document = parse_json(text).map_err(|(offset, why)| {
            let newlines = text[..offset].iter().filter(|byte| **byte == b'\n').count();
            let position = ValuePosition {
                offset: position.offset + offset as u64,
                line: position.line + newlines as u64,
            };
            failed(position, why)
        })?;
        let content = match document {
            Json::Object(object) => StreamContent::parse(object),
            _ => Err("expected a JSON object".to_string()),
        };
        let content = content.map_err(|why| failed(position, &why))?;
        summary.add(&content);
        for entry in content.entries {
            sorter.push(entry)?;
        }
    }
}

impl StreamSummary {
    fn add(&mut self, content: &StreamContent) {
        self.deliveries += content.deliveries;
        self.changes += content.entries.len() as u64;
        self.others += content.others;
        self.unread += content.unread.len() as u64;
        let room = MAX_NAMED - self.unread_payloads.len();
        let named = content.unread.iter().take(room).cloned();
        self.unread_payloads.extend(named);
    }
}

impl StreamRecords {
    fn next_record(&mut self) -> Result<Option<ExportedRecord>> {
        while let Some(entry) = self.entries.next().transpose()? {
            if entry.key.is_none() {
                self.removal = Some(entry);
                continue;
            }
            let is_removed = self.removal.as_ref().is_some_and(|removal| {
                removal.is_same_dataset(&entry)
                    && entry.version.0.sync_count <= removal.version.0.sync_count
            });
            if !is_removed {
                return Ok(entry.into_record());
            }
        }
        Ok(None)
    }
}

impl Iterator for StreamRecords {
    type Item = Result<ExportedRecord>;

    fn next(&mut self) -> Option<Result<ExportedRecord>> {
        self.next_record().transpose()
    }
}

#[cfg(test)]
mod tests;
