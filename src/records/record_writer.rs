//! The writer of an export: records in a format, to files or to standard output. Records that the
//! format cannot hold go to a file of their own.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::closable_stdout::ClosableStdout;
use super::dynamodb_json::{self, LeftOutReason};
use super::exported_record::ExportedRecord;
use super::output_file::OutputFile;
use super::split_output::{self, FilePosition, Split, SplitOutput};
use crate::error::Result;
use crate::python::surrogates;

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordFormat {
    /// One record a line, with the names of the API.
    Ndjson,
    /// One item of DynamoDB a line.
    DynamodbJson,
}

/// How many files `--split` fills at the same time in the format of DynamoDB, whose import slows
/// down on partitions that are written one after the other.
const DYNAMODB_OPEN_FILES: usize = 4;

/// The most memory of a block that is kept for the next one.
const MAX_KEPT_BLOCK: usize = 4 << 20;

/// How many of the records that were left out are named.
const MAX_NAMED: usize = 10;

impl RecordFormat {
    /// Returns how `--split` divides output of this format.
    pub fn split(self, max_size: u64) -> Split {
        Split {
            max_size,
            open_files: match self {
                RecordFormat::Ndjson => 1,
                RecordFormat::DynamodbJson => DYNAMODB_OPEN_FILES,
            },
        }
    }
}

/// What the output has, including what earlier runs wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenTotals {
    /// Records in the output.
    pub records: u64,
    /// Bytes of their keys and values.
    pub data_bytes: u64,
    /// Records in the file of those left out.
    pub left_out: u64,
}

/// The state of the output at a commit, for the journal. The files are only those that have changed
/// since the commit before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputCommit {
    /// Committed lengths.
    pub files: Vec<FilePosition>,
    /// Committed length of the file of records left out; absent as long as there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out_bytes: Option<u64>,
    /// What the output has.
    pub totals: WrittenTotals,
}

impl OutputCommit {
    /// Adds a later commit.
    pub fn merge(&mut self, later: OutputCommit) {
        for position in later.files {
            match self.files.iter_mut().find(|old| old.file == position.file) {
                Some(old) => *old = position,
                None => self.files.push(position),
            }
        }
        self.left_out_bytes = later.left_out_bytes.or(self.left_out_bytes);
        self.totals = later.totals;
    }
}

/// A record that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutRecord {
    pub identity_id: String,
    pub dataset_name: String,
    pub key: String,
    pub reason: LeftOutReason,
}

/// Writes the records of an export.
pub struct RecordWriter<'w> {
    format: RecordFormat,
    sink: RecordSink<'w>,
    totals: WrittenTotals,
    /// The first records that this run left out.
    left_out: Vec<LeftOutRecord>,
    block: Vec<u8>,
}

enum RecordSink<'w> {
    Files(Box<FileSink>),
    Stream(ClosableStdout<'w>),
}

/// The files of an output.
struct FileSink {
    output: SplitOutput,
    left_out_path: PathBuf,
    left_out: Option<OutputFile>,
}

/// Returns the path of the file of records that the format cannot hold.
pub fn left_out_path(path: &Path) -> PathBuf {
    split_output::beside(path, ".left-out.ndjson")
}

impl<'w> RecordWriter<'w> {
    /// Creates the output files. Returns an error if one exists.
    pub fn create(path: &Path, format: RecordFormat, split: Option<u64>) -> Result<Self> {
        let left_out_path = left_out_path(path);
        if left_out_path.symlink_metadata().is_ok() {
            let why = "it exists already";
            return Err(super::output_file::failure("create", &left_out_path, why));
        }
        let split = split.map(|size| format.split(size));
        let sink = RecordSink::Files(Box::new(FileSink {
            output: SplitOutput::create(path, split)?,
            left_out_path,
            left_out: None,
        }));
        Ok(RecordWriter::new(format, sink, WrittenTotals::default()))
    }

    /// Opens the output files of an earlier run at its last commit, into which all of its commits
    /// were merged.
    pub fn reopen(
        path: &Path,
        format: RecordFormat,
        split: Option<u64>,
        commit: &OutputCommit,
    ) -> Result<Self> {
        let left_out_path = left_out_path(path);
        let split = split.map(|size| format.split(size));
        let output = SplitOutput::reopen(path, split, &commit.files)?;
        let left_out = match commit.left_out_bytes {
            Some(bytes) => Some(OutputFile::reopen(&left_out_path, bytes)?),
            None => {
                split_output::remove(&left_out_path)?;
                None
            }
        };
        let sink = RecordSink::Files(Box::new(FileSink {
            output,
            left_out_path,
            left_out,
        }));
        Ok(RecordWriter::new(format, sink, commit.totals))
    }

    /// Writes to standard output. Records that the format cannot hold are only counted and named.
    pub fn to_stream(stream: &'w mut dyn Write, format: RecordFormat) -> Self {
        let sink = RecordSink::Stream(ClosableStdout::new(stream));
        RecordWriter::new(format, sink, WrittenTotals::default())
    }

    fn new(format: RecordFormat, sink: RecordSink<'w>, totals: WrittenTotals) -> Self {
        RecordWriter {
            format,
            sink,
            totals,
            left_out: Vec::new(),
            block: Vec::new(),
        }
    }

    /// Appends records, which stay together in one file.
    pub fn write(&mut self, records: &[ExportedRecord]) -> Result<()> {
        self.block.clear();
        self.block.shrink_to(MAX_KEPT_BLOCK);
        for record in records {
            self.add_line(record)?;
        }
        match &mut self.sink {
            _ if self.block.is_empty() => Ok(()),
            RecordSink::Files(files) => files.output.write_block(&self.block),
            RecordSink::Stream(stream) => stream.write(&self.block),
        }
    }

    fn add_line(&mut self, record: &ExportedRecord) -> Result<()> {
        match self.format {
            RecordFormat::Ndjson => record.write_line(&mut self.block),
            RecordFormat::DynamodbJson => {
                if let Err(reason) = dynamodb_json::write_item(record, &mut self.block) {
                    return self.leave_out(record, reason);
                }
            }
        }
        self.totals.records += 1;
        self.totals.data_bytes += record.data_bytes() as u64;
        Ok(())
    }

    fn leave_out(&mut self, record: &ExportedRecord, reason: LeftOutReason) -> Result<()> {
        if let RecordSink::Files(files) = &mut self.sink {
            let mut line = Vec::new();
            record.write_line_with(Some(("Reason", &reason.to_string())), &mut line);
            let file = match &mut files.left_out {
                Some(file) => file,
                None => files
                    .left_out
                    .insert(OutputFile::create(&files.left_out_path)?),
            };
            file.write(&line)?;
        }
        self.totals.left_out += 1;
        if self.left_out.len() < MAX_NAMED {
            self.left_out.push(LeftOutRecord {
                identity_id: record.identity_id.clone(),
                dataset_name: record.dataset_name.clone(),
                key: record.key.clone(),
                reason,
            });
        }
        Ok(())
    }

    /// Writes everything to the disk and returns what the journal needs to continue from here. From
    /// standard output, nothing can be continued.
    pub fn commit(&mut self) -> Result<OutputCommit> {
        self.commit_with(SplitOutput::commit)
    }

    /// Commits for the last time.
    pub fn finish(&mut self) -> Result<OutputCommit> {
        self.commit_with(SplitOutput::finish)
    }

    fn commit_with(
        &mut self,
        commit: fn(&mut SplitOutput) -> Result<Vec<FilePosition>>,
    ) -> Result<OutputCommit> {
        let (files, left_out_bytes) = match &mut self.sink {
            RecordSink::Stream(stream) => {
                stream.flush()?;
                (Vec::new(), None)
            }
            RecordSink::Files(files) => {
                let left_out = files.left_out.as_mut().map(OutputFile::commit);
                (commit(&mut files.output)?, left_out.transpose()?)
            }
        };
        Ok(OutputCommit {
            files,
            left_out_bytes,
            totals: self.totals,
        })
    }

    /// Removes the files that were created, if the output is of no use.
    pub fn discard(self) -> Result<()> {
        if let RecordSink::Files(files) = self.sink {
            files.output.discard()?;
            if files.left_out.is_some() {
                split_output::remove(&files.left_out_path)?;
            }
        }
        Ok(())
    }

    /// Returns what the output has.
    pub fn totals(&self) -> WrittenTotals {
        self.totals
    }

    /// Returns the first records that this run left out.
    pub fn left_out(&self) -> &[LeftOutRecord] {
        &self.left_out
    }

    /// Returns the number of output files.
    pub fn file_count(&self) -> u32 {
        match &self.sink {
            RecordSink::Files(files) => files.output.file_count(),
            RecordSink::Stream(_) => 0,
        }
    }

    /// Whether the reader of standard output has gone, so that writing on is of no use.
    pub fn is_closed(&self) -> bool {
        matches!(&self.sink, RecordSink::Stream(stream) if stream.is_closed())
    }
}

impl std::fmt::Debug for RecordWriter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut fields = f.debug_struct("RecordWriter");
        fields.field("format", &self.format);
        fields.field("totals", &self.totals).finish_non_exhaustive()
    }
}

impl std::fmt::Display for LeftOutRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Debug escapes what a terminal obeys.
        let key = format!("{:?}", surrogates::escape(&self.key));
        write!(
            f,
            "{} {} {key}: {}",
            self.identity_id.escape_debug(),
            self.dataset_name.escape_debug(),
            self.reason
        )
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;

    use super::super::exported_record::tests::record;
    use super::super::input_file;
    use super::*;

    fn lines(path: &Path) -> Vec<String> {
        let bytes = input_file::read_all(path).expect("read");
        let text = String::from_utf8(bytes).expect("UTF-8");
        text.lines().map(str::to_string).collect()
    }

    fn large() -> ExportedRecord {
        record("large", Some(&"v".repeat(409_600)))
    }

    #[test]
    fn keeps_what_dynamodb_cannot_hold() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out.json.gz");
        let mut writer =
            RecordWriter::create(&path, RecordFormat::DynamodbJson, None).expect("created");
        let records = [record("a", Some("1")), large(), record("b", None)];
        writer.write(&records).expect("written");
        let commit = writer.finish().expect("finished");
        assert_eq!(lines(&path).len(), 2);
        let left_out = lines(&left_out_path(&path));
        assert_eq!(left_out.len(), 1);
        let line = left_out[0].as_bytes();
        let parsed = ExportedRecord::parse_line(line).expect("a record");
        assert_eq!(
            (parsed.record, parsed.unknown_members),
            (large(), vec!["Reason".to_string()])
        );
        let reason =
            "\"Reason\":\"the item has 409795 bytes, of the 409600 that DynamoDB allows\"}";
        assert!(left_out[0].ends_with(reason), "{}", &left_out[0][409_600..]);
        let totals = WrittenTotals {
            records: 2,
            data_bytes: 3,
            left_out: 1,
        };
        assert_eq!((commit.totals, writer.totals()), (totals, totals));
        assert_eq!(commit.left_out_bytes, Some(line.len() as u64 + 1));
        let named: Vec<_> = writer.left_out().iter().map(ToString::to_string).collect();
        assert_eq!(
            named,
            [
                "us-east-1:identity settings \"large\": the item has 409795 bytes, of the 409600 that \
              DynamoDB allows"
            ]
        );
    }

    #[test]
    fn continues_all_files_at_last_commit() {
        for split in [None, Some(1 << 20)] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("out.json");
            let format = RecordFormat::DynamodbJson;
            let mut writer = RecordWriter::create(&path, format, split).expect("created");
            let mut journal = OutputCommit::default();
            writer.write(&[record("a", Some("1"))]).expect("written");
            journal.merge(writer.commit().expect("committed"));
            assert_eq!(journal.left_out_bytes, None);
            writer
                .write(&[large(), record("b", Some("2"))])
                .expect("written");
            writer.commit().expect("committed, but not in the journal");
            drop(writer);

            let mut writer = RecordWriter::reopen(&path, format, split, &journal).expect("opened");
            assert!(!left_out_path(&path).exists(), "it was not committed");
            writer
                .write(&[large(), record("b", Some("2"))])
                .expect("written");
            journal.merge(writer.commit().expect("committed"));
            writer.write(&[large(), large()]).expect("written");
            drop(writer);

            let mut writer = RecordWriter::reopen(&path, format, split, &journal).expect("opened");
            writer.write(&[record("c", Some("3"))]).expect("written");
            journal.merge(writer.finish().expect("finished"));
            let totals = WrittenTotals {
                records: 3,
                data_bytes: 6,
                left_out: 1,
            };
            assert_eq!(journal.totals, totals);
            assert_eq!(lines(&left_out_path(&path)).len(), 1);
            let files = match split {
                None => vec![path.clone()],
                Some(_) => (1..=writer.file_count())
                    .map(|number| folder.path().join(format!("out-{number:04}.json")))
                    .collect(),
            };
            let count: usize = files.iter().map(|path| lines(path).len()).sum();
            assert_eq!(count, 3);
            let json = serde_json::to_string(&journal).expect("JSON");
            assert_eq!(
                serde_json::from_str::<OutputCommit>(&json).ok(),
                Some(journal)
            );
        }
    }

    #[test]
    fn discards_its_files_only() {
        for split in [None, Some(1 << 20)] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("out.json");
            let theirs = folder.path().join("out-2025.json");
            fs::write(&theirs, "").expect("written");
            let mut writer =
                RecordWriter::create(&path, RecordFormat::DynamodbJson, split).expect("created");
            for _ in 0..4 {
                writer
                    .write(&[large(), record("b", Some("2"))])
                    .expect("written");
            }
            writer.discard().expect("discarded");
            let left: Vec<_> = fs::read_dir(folder.path())
                .expect("a folder")
                .map(|entry| entry.expect("an entry").path())
                .collect();
            assert_eq!(left, [theirs]);
        }
    }

    #[test]
    fn refuses_existing_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out");
        let refused = |existing: &Path, split| {
            fs::write(existing, "theirs").expect("written");
            let created = RecordWriter::create(&path, RecordFormat::Ndjson, split);
            let message = created.expect_err("a file exists").message;
            let want = format!(
                "Unable to create '{}': it exists already",
                existing.display()
            );
            assert_eq!(message, want);
            assert_eq!(
                fs::read(existing).ok().as_deref(),
                Some(b"theirs".as_slice())
            );
            fs::remove_file(existing).expect("removed");
        };
        refused(&path, None);
        refused(&left_out_path(&path), None);
        assert!(!path.exists(), "nothing is created");
        refused(&folder.path().join("out-0001"), Some(1 << 20));
    }

    #[test]
    fn writes_to_stream_until_it_is_closed() {
        struct Pipe(Vec<u8>);
        impl Write for Pipe {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                match self.0.is_empty() {
                    true => self.0.extend_from_slice(bytes),
                    false => return Err(io::ErrorKind::BrokenPipe.into()),
                }
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut pipe = Pipe(Vec::new());
        let mut writer = RecordWriter::to_stream(&mut pipe, RecordFormat::Ndjson);
        writer.write(&[record("a", Some("1"))]).expect("written");
        assert!(!writer.is_closed());
        writer.write(&[record("b", Some("2"))]).expect("ignored");
        writer.write(&[record("c", Some("3"))]).expect("ignored");
        assert!(writer.is_closed());
        assert_eq!(writer.finish().expect("finished").files, []);
        assert!(pipe.0.ends_with(b"}\n"));
    }
}
