//! Groups of records that stand together in files, read by a thread of its own: the files may be
//! slow, and requests go on meanwhile.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::exported_record::ExportedRecord;
use super::input_file;
use super::output_file::failure;
use super::record_file::RecordFile;
use crate::error::{Error, Result};
use crate::stdin::Stdin;

/// How many groups are read ahead.
const QUEUE_LENGTH: usize = 4;

/// The size from which records of one dataset are divided into groups. A dataset of the service is
/// smaller, unless AWS has raised the limits of the account.
const MAX_GROUP_BYTES: usize = 16 << 20;

/// What a record takes beyond its data.
const RECORD_BYTES: usize = 512;

/// Files of records.
#[derive(Debug, Clone)]
pub struct RecordSource {
    /// Their paths; `-` is standard input.
    pub files: Vec<PathBuf>,
    /// Standard input.
    pub stdin: Stdin,
}

/// What a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// Records of one dataset. Many of them may be several groups.
    Dataset,
    /// Records of one identity.
    Identity,
}

/// Records that stand together.
#[derive(Debug)]
pub struct RecordGroup {
    /// The records, of which there is one at least.
    pub records: Vec<ExportedRecord>,
    /// Where the first one stands.
    pub start: GroupStart,
    /// Where the files go on behind the last one.
    pub end: FilesPosition,
}

/// Where a group stands: the index of its file, and how many lines of it stand before the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GroupStart(pub usize, pub u64);

/// A position in files, from which another run can go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FilesPosition {
    /// The index of the file.
    pub file: usize,
    /// How many lines of the file stand before it.
    pub lines: u64,
    /// Their bytes, without compression.
    pub bytes: u64,
    /// The SHA-256 of these bytes and of all files before.
    pub sha256: String,
}

/// Groups that a thread reads.
#[derive(Debug)]
pub struct RecordGroups {
    receiver: Receiver<Result<RecordGroup>>,
    unknown_members: Arc<Mutex<BTreeSet<String>>>,
}

impl RecordSource {
    /// Whether standard input is among the files.
    pub fn has_stdin(&self) -> bool {
        self.files.iter().any(|path| path.as_os_str() == "-")
    }

    /// Returns the first record of regular files; `None` if they have none.
    pub fn first_record(&self) -> Result<Option<ExportedRecord>> {
        for path in &self.files {
            if let Some(record) = RecordFile::open(path)?.next() {
                return record.map(Some);
            }
        }
        Ok(None)
    }

    /// Starts to read the groups behind a position.
    pub fn groups(&self, by: GroupBy, start: Option<FilesPosition>) -> Result<RecordGroups> {
        let (sender, receiver) = channel(QUEUE_LENGTH);
        let unknown_members = Arc::default();
        let reader = GroupReader {
            source: self.clone(),
            by,
            sender,
            unknown_members: Arc::clone(&unknown_members),
        };
        let thread = std::thread::Builder::new().name("records".to_string());
        let spawned = thread.spawn(move || reader.run(start));
        spawned.map_err(|why| Error::general(format!("Unable to start a thread: {why}")))?;
        Ok(RecordGroups {
            receiver,
            unknown_members,
        })
    }
}

/// Says that the files have no records.
pub fn without_records(files: &[PathBuf]) -> String {
    match files {
        [file] if file.as_os_str() == "-" => "Standard input has no records".to_string(),
        [file] => format!("'{}' has no records", file.display()),
        _ => "The files have no records".to_string(),
    }
}

impl RecordGroups {
    /// Returns the next group; `None` at the end of the files or behind an error.
    pub async fn next(&mut self) -> Option<Result<RecordGroup>> {
        self.receiver.recv().await
    }

    /// Waits for the next group on this thread, outside of a runtime.
    pub fn blocking_next(&mut self) -> Option<Result<RecordGroup>> {
        self.receiver.blocking_recv()
    }

    /// Returns the names of members that were ignored in files that were read to their end.
    pub fn unknown_members(&self) -> BTreeSet<String> {
        let names = &self.unknown_members;
        names.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The reader of a thread.
struct GroupReader {
    source: RecordSource,
    by: GroupBy,
    sender: Sender<Result<RecordGroup>>,
    unknown_members: Arc<Mutex<BTreeSet<String>>>,
}

/// The receiver has gone.
struct Closed;

impl GroupReader {
    fn run(self, start: Option<FilesPosition>) {
        match self.read(start) {
            Err(ReadError::Failed(error)) => drop(self.sender.blocking_send(Err(error))),
            Ok(()) | Err(ReadError::Closed) => {}
        }
    }

    fn read(&self, start: Option<FilesPosition>) -> Result<(), ReadError> {
        let mut context = Context::new(&SHA256);
        for (index, path) in self.source.files.iter().enumerate() {
            let state = Rc::new(RefCell::new(HashState { bytes: 0, context }));
            let mut input = HashingReader {
                reader: self.open(path)?,
                state: Rc::clone(&state),
            };
            match &start {
                Some(start) if index < start.file => skip(&mut input, u64::MAX, path)?,
                Some(start) if index == start.file => {
                    skip(&mut input, start.bytes, path)?;
                    if position(&state, index, start.lines) != *start {
                        return Err(has_changed(path, start).into());
                    }
                    self.read_file((index, path), start.lines, input, &state)?;
                }
                _ => self.read_file((index, path), 0, input, &state)?,
            }
            context = state.borrow().context.clone();
        }
        Ok(())
    }

    fn open(&self, path: &Path) -> Result<Box<dyn BufRead>> {
        match path.as_os_str() == "-" {
            true => {
                let stdin = BufReader::new(self.source.stdin.clone());
                input_file::decompress(stdin)
                    .map_err(|why| Error::general(format!("Unable to read standard input: {why}")))
            }
            false => input_file::open(path),
        }
    }

    /// Reads the records behind so many lines.
    fn read_file(
        &self,
        (index, path): (usize, &Path),
        lines: u64,
        input: HashingReader,
        state: &RefCell<HashState>,
    ) -> Result<(), ReadError> {
        let name = path.display().to_string();
        let mut file = RecordFile::from_reader(&name, Box::new(input)).behind_line(lines);
        let mut pending: Option<PendingGroup> = None;
        loop {
            let (before, lines) = (state.borrow().clone(), file.line());
            let Some(record) = file.next().transpose()? else {
                break;
            };
            if let Some(group) = pending
                .as_mut()
                .filter(|group| group.takes(&record, self.by))
            {
                group.add(record);
                continue;
            }
            if let Some(group) = pending.take() {
                self.send(group, before.position(index, lines))?;
            }
            pending = Some(PendingGroup::new(GroupStart(index, lines), record));
        }
        self.add_unknown_members(&file);
        match pending {
            Some(group) => Ok(self.send(group, position(state, index, file.line()))?),
            None => Ok(()),
        }
    }

    fn add_unknown_members(&self, file: &RecordFile) {
        let names = self.unknown_members.lock();
        let mut names = names.unwrap_or_else(PoisonError::into_inner);
        names.extend(file.unknown_members().iter().cloned());
    }

    fn send(&self, group: PendingGroup, end: FilesPosition) -> Result<(), Closed> {
        let group = RecordGroup {
            records: group.records,
            start: group.start,
            end,
        };
        self.sender.blocking_send(Ok(group)).map_err(|_| Closed)
    }
}

/// Reads so many bytes, or all that are there, for their digest.
fn skip(input: &mut HashingReader, bytes: u64, path: &Path) -> Result<()> {
    let skipped = io::copy(&mut input.take(bytes), &mut io::sink());
    skipped.map(drop).map_err(|why| failure("read", path, why))
}

fn position(state: &RefCell<HashState>, file: usize, lines: u64) -> FilesPosition {
    state.borrow().clone().position(file, lines)
}

fn has_changed(path: &Path, start: &FilesPosition) -> Error {
    Error::parameter(format!(
        "'{}' has changed: its first {} lines, or the files before it, are not those that were read \
         before. Use --restart to begin with the first line again.",
        path.display(),
        start.lines
    ))
}

/// Why reading ended early.
enum ReadError {
    Failed(Error),
    Closed,
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        ReadError::Failed(error)
    }
}

impl From<Closed> for ReadError {
    fn from(_: Closed) -> Self {
        ReadError::Closed
    }
}

/// A group whose end was not yet read.
struct PendingGroup {
    records: Vec<ExportedRecord>,
    start: GroupStart,
    bytes: usize,
}

impl PendingGroup {
    fn new(start: GroupStart, first: ExportedRecord) -> PendingGroup {
        let mut group = PendingGroup {
            records: Vec::new(),
            start,
            bytes: 0,
        };
        group.add(first);
        group
    }

    fn add(&mut self, record: ExportedRecord) {
        self.bytes += record.data_bytes() + RECORD_BYTES;
        self.records.push(record);
    }

    /// Whether a record belongs to the group.
    fn takes(&self, record: &ExportedRecord, by: GroupBy) -> bool {
        let first = &self.records[0];
        match by {
            GroupBy::Dataset => record.is_in_dataset_of(first) && self.bytes < MAX_GROUP_BYTES,
            GroupBy::Identity => {
                record.identity_id == first.identity_id
                    && record.identity_pool_id == first.identity_pool_id
            }
        }
    }
}

/// A file whose bytes are counted and hashed as they are consumed.
struct HashingReader {
    reader: Box<dyn BufRead>,
    state: Rc<RefCell<HashState>>,
}

/// What was consumed of a file.
#[derive(Clone)]
struct HashState {
    bytes: u64,
    context: Context,
}

impl BufRead for HashingReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is buffered already is returned without an error.
        if let Ok(buffer) = self.reader.fill_buf() {
            let mut state = self.state.borrow_mut();
            state.bytes += amount as u64;
            state.context.update(&buffer[..amount]);
        }
        self.reader.consume(amount);
    }
}

impl Read for HashingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl HashState {
    fn position(self, file: usize, lines: u64) -> FilesPosition {
        let mut sha256 = String::with_capacity(64);
        for byte in self.context.finish().as_ref() {
            // Writing to a String cannot fail.
            let _ = write!(sha256, "{byte:02x}");
        }
        FilesPosition {
            file,
            lines,
            bytes: self.bytes,
            sha256,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;
    use crate::records::exported_record::tests::record;

    /// Writes files whose lines are records of these datasets, by number, and blank lines for `None`.
    fn source(folder: &TempDir, files: &[Vec<Option<u8>>]) -> RecordSource {
        let files = files.iter().enumerate().map(|(index, lines)| {
            let mut content = Vec::new();
            for (number, dataset) in lines.iter().enumerate() {
                match dataset {
                    None => content.push(b'\n'),
                    Some(dataset) => line(*dataset, &number.to_string(), &mut content),
                }
            }
            let path = folder.path().join(index.to_string());
            fs::write(&path, content).expect("written");
            path
        });
        RecordSource {
            files: files.collect(),
            stdin: Stdin::empty(),
        }
    }

    /// The identity has two datasets.
    fn line(dataset: u8, key: &str, content: &mut Vec<u8>) {
        let mut record = record(key, Some("v"));
        record.identity_id = (dataset / 2).to_string();
        record.dataset_name = dataset.to_string();
        record.write_line(content);
    }

    fn read(source: &RecordSource, by: GroupBy, start: Option<FilesPosition>) -> Vec<RecordGroup> {
        let mut groups = source.groups(by, start).expect("a thread");
        let next = || groups.blocking_next().transpose().expect("records");
        std::iter::from_fn(next).collect()
    }

    fn datasets(groups: &[RecordGroup]) -> Vec<String> {
        let all = groups.iter().map(|group| {
            let keys: Vec<_> = group
                .records
                .iter()
                .map(|record| record.key.as_str())
                .collect();
            format!("{}: {}", group.records[0].dataset_name, keys.join(" "))
        });
        all.collect()
    }

    #[test]
    fn groups_what_stands_together() {
        let folder = tempfile::tempdir().expect("a folder");
        let lines = [0, 0, 1, 2, 0].map(Some).to_vec();
        let source = source(&folder, &[lines, vec![None, Some(0), None]]);
        let by_dataset = read(&source, GroupBy::Dataset, None);
        let want = ["0: 0 1", "1: 2", "2: 3", "0: 4", "0: 1"];
        assert_eq!(datasets(&by_dataset), want);
        let starts: Vec<_> = by_dataset.iter().map(|group| group.start).collect();
        let want = [(0, 0), (0, 2), (0, 3), (0, 4), (1, 0)];
        assert_eq!(starts, want.map(|(file, line)| GroupStart(file, line)));
        let by_identity = read(&source, GroupBy::Identity, None);
        assert_eq!(datasets(&by_identity), ["0: 0 1 2", "2: 3", "0: 4", "0: 1"]);
    }

    #[test]
    fn rejects_position_in_changed_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = source(&folder, &[vec![Some(0), Some(2)], vec![Some(4)]]);
        let ends: Vec<_> = read(&source, GroupBy::Dataset, None)
            .into_iter()
            .map(|group| group.end)
            .collect();
        let mut changed = Vec::new();
        line(6, "other", &mut changed);
        line(2, "1", &mut changed);
        fs::write(&source.files[0], changed).expect("written");
        for end in ends {
            let mut groups = source
                .groups(GroupBy::Dataset, Some(end))
                .expect("a thread");
            let error = groups
                .blocking_next()
                .expect("an error")
                .expect_err("changed");
            assert!(error.message.contains("has changed"), "{error}");
        }
    }

    #[test]
    fn names_line_of_mistake_and_unknown_members() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = source(&folder, &[vec![Some(0), Some(2)]]);
        let path = &source.files[0];
        let content = fs::read_to_string(path).expect("text");
        fs::write(path, content.replace("\"SyncCount\"", "\"Count\"")).expect("written");
        let mut groups = source.groups(GroupBy::Dataset, None).expect("a thread");
        while groups
            .blocking_next()
            .transpose()
            .expect("records")
            .is_some()
        {}
        assert_eq!(
            groups.unknown_members().into_iter().collect::<Vec<_>>(),
            ["Count"]
        );
        fs::write(path, content.clone() + "{\"x\":}\n").expect("written");
        let ends = {
            let mut groups = source.groups(GroupBy::Dataset, None).expect("a thread");
            let first = groups
                .blocking_next()
                .expect("a group")
                .expect("records")
                .end;
            let error = std::iter::from_fn(|| groups.blocking_next()).find_map(Result::err);
            let error = error.expect("the line is none");
            assert!(error.message.contains("line 3: column 6"), "{error}");
            first
        };
        // The number of the line is that of the file, wherever reading begins.
        let mut groups = source
            .groups(GroupBy::Dataset, Some(ends))
            .expect("a thread");
        let error = std::iter::from_fn(|| groups.blocking_next()).find_map(Result::err);
        assert!(error.is_some_and(|error| error.message.contains("line 3: column 6")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// From the end of any group, the others follow as they did before.
        #[test]
        fn continues_from_end_of_any_group(
            files in prop::collection::vec(
                prop::collection::vec(prop::option::weighted(0.8, 0..4_u8), 0..8),
                1..4,
            ),
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let source = source(&folder, &files);
            let all = read(&source, GroupBy::Dataset, None);
            let (whole, starts) = (
                datasets(&all),
                all.iter().map(|group| group.start).collect::<Vec<_>>(),
            );
            for (index, group) in all.into_iter().enumerate() {
                let rest = read(&source, GroupBy::Dataset, Some(group.end));
                prop_assert_eq!(&datasets(&rest), &whole[index + 1..]);
                let rest: Vec<_> = rest.into_iter().map(|group| group.start).collect();
                prop_assert_eq!(&rest[..], &starts[index + 1..]);
            }
        }
    }
}
