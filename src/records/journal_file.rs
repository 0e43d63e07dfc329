//! A journal: a file that says how far a run came, so that a run that was cut off, even by SIGKILL,
//! can be continued.
//!
//! Lines are only appended, and written to the disk after what they describe. The lock on the file
//! keeps two runs from doing the same work.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::file_sync::sync_data;
use super::output_file::failure;
use crate::error::{Error, Result};

/// The longest line that is read.
const MAX_LINE: u64 = 64 << 20;

/// A line of a journal: a JSON object with one member, whose name is the kind of the line. The first
/// one has the options of the run, under the name `started`.
pub trait JournalLine: Serialize + DeserializeOwned {
    /// The messages about journals with such lines.
    const MESSAGES: JournalMessages;

    /// Returns the first line.
    fn started(options: Map<String, Json>) -> Self;

    /// Returns the options of the first line; `None` for other lines.
    fn options(&self) -> Option<&Map<String, Json>>;

    /// Whether everything before this line counts.
    fn is_commit(&self) -> bool;
}

/// What errors about a journal say.
#[derive(Debug)]
pub struct JournalMessages {
    /// Another run has the lock, and the remedy.
    pub in_use: &'static str,
    /// The file is no such journal, and the remedy.
    pub foreign: &'static str,
    /// What a run is: `an export`.
    pub run: &'static str,
    /// What may be done about other options.
    pub other_options: &'static str,
}

/// The journal of a run, which holds its lock.
#[derive(Debug)]
pub struct JournalFile<L> {
    path: PathBuf,
    file: File,
    /// Lines that are not yet written.
    buffer: Vec<u8>,
    line: PhantomData<L>,
}

impl<L: JournalLine> JournalFile<L> {
    /// Opens and locks the journal, or creates it. Returns an error if another run has the lock.
    pub fn open(path: &Path) -> Result<JournalFile<L>> {
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let file = file.map_err(|why| failure("open", path, why))?;
        match file.try_lock() {
            Ok(()) => Ok(JournalFile {
                path: path.to_path_buf(),
                file,
                buffer: Vec::new(),
                line: PhantomData,
            }),
            Err(TryLockError::WouldBlock) => Err(failure("use", path, L::MESSAGES.in_use)),
            Err(TryLockError::Error(why)) => Err(failure("lock", path, why)),
        }
    }

    /// Reads the lines of earlier runs up to the last commit, and removes what stands behind it.
    /// Returns `false` if the journal is new, and an error if it belongs to a run with other options.
    pub fn read_lines(
        &mut self,
        options: &Map<String, Json>,
        mut on_line: impl FnMut(L),
    ) -> Result<bool> {
        let mut started = None;
        let read = read_journal(&self.file, |_, line: L| match line.options() {
            Some(options) => started = Some(options.clone()),
            None => on_line(line),
        });
        let committed = read.map_err(|why| failure("read", &self.path, why))?;
        match started {
            Some(started) => check_options(&self.path, &started, options, &L::MESSAGES)?,
            // A run that was cut off before its first line had no output.
            None if self.length()? == 0 || self.is_torn_start()? => {
                self.truncate(0)?;
                return Ok(false);
            }
            None => return Err(failure("continue", &self.path, L::MESSAGES.foreign)),
        }
        self.truncate(committed)?;
        Ok(true)
    }

    /// Returns the options of the first line, if there is one.
    pub fn started(&self) -> Result<Option<Map<String, Json>>> {
        match read_entry::<L>(&self.file, 0) {
            Ok(line) => Ok(line.options().cloned()),
            Err(_) if self.length()? == 0 || self.is_torn_start()? => Ok(None),
            Err(_) => Err(failure("restart", &self.path, L::MESSAGES.foreign)),
        }
    }

    /// Removes all lines.
    pub fn clear(&mut self) -> Result<()> {
        self.truncate(0)
    }

    /// Writes the first line.
    pub fn start(&mut self, options: &Map<String, Json>) -> Result<()> {
        self.append(&L::started(options.clone()));
        self.write()
    }

    /// Removes the file, of which nothing was used.
    pub fn discard(self) -> Result<()> {
        fs::remove_file(&self.path).map_err(|why| failure("remove", &self.path, why))
    }

    /// Appends a line, which reaches the disk with the next [`JournalFile::write`].
    pub fn append(&mut self, line: &L) {
        // Lines are made of strings and numbers, which can always be serialized.
        let line = serde_json::to_string(line).unwrap_or_default();
        self.buffer.extend_from_slice(line.as_bytes());
        self.buffer.push(b'\n');
    }

    /// Writes the lines to the disk. The output that they describe must be there already.
    pub fn write(&mut self) -> Result<()> {
        let written = self
            .file
            .write_all(&self.buffer)
            .and_then(|()| sync_data(&self.file));
        written.map_err(|why| failure("write", &self.path, why))?;
        self.buffer.clear();
        Ok(())
    }

    /// Returns the length of the file in bytes.
    pub fn length(&self) -> Result<u64> {
        let metadata = self.file.metadata();
        metadata
            .map(|file| file.len())
            .map_err(|why| failure("read", &self.path, why))
    }

    /// Whether the file has nothing but a first line that was cut off.
    fn is_torn_start(&self) -> Result<bool> {
        const START: &[u8] = b"{\"started\":";
        let mut line = Vec::new();
        let read = rewound(&self.file, 0).and_then(|mut file| file.read_until(b'\n', &mut line));
        read.map_err(|why| failure("read", &self.path, why))?;
        let common = line.len().min(START.len());
        Ok(line[..common] == START[..common] && !line.ends_with(b"\n"))
    }

    fn truncate(&mut self, length: u64) -> Result<()> {
        let truncated = self
            .file
            .set_len(length)
            .and_then(|()| self.file.seek(SeekFrom::End(0)));
        truncated
            .map(drop)
            .map_err(|why| failure("write", &self.path, why))
    }
}

/// Reads a journal up to its last commit and passes on its entries, each with the offset of its
/// line. Returns the length up to there. A line that cannot be read ends the journal: the output is
/// then continued from the commit before it.
pub fn read_journal<L: JournalLine>(
    file: &File,
    mut on_entry: impl FnMut(u64, L),
) -> io::Result<u64> {
    let mut reader = rewound(file, 0)?;
    let (mut offset, mut committed) = (0, 0);
    let (mut line, mut uncommitted) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        let length = read_line(&mut reader, &mut line)?;
        let Some(entry) = parse_line::<L>(&line) else {
            return Ok(committed);
        };
        if entry.options().is_some() != (offset == 0) {
            return Ok(committed);
        }
        let is_commit = entry.is_commit() || entry.options().is_some();
        uncommitted.push((offset, entry));
        offset += length;
        if is_commit {
            committed = offset;
            for (offset, entry) in uncommitted.drain(..) {
                on_entry(offset, entry);
            }
        }
    }
}

/// Reads the entry at an offset.
pub fn read_entry<L: JournalLine>(file: &File, offset: u64) -> io::Result<L> {
    let mut line = Vec::new();
    read_line(&mut rewound(file, offset)?, &mut line)?;
    parse_line(&line).ok_or_else(|| io::Error::other("the file has changed"))
}

fn rewound(mut file: &File, offset: u64) -> io::Result<BufReader<&File>> {
    file.seek(SeekFrom::Start(offset))?;
    Ok(BufReader::new(file))
}

fn read_line(reader: impl BufRead, line: &mut Vec<u8>) -> io::Result<u64> {
    let length = reader.take(MAX_LINE).read_until(b'\n', line)?;
    Ok(length as u64)
}

/// Parses a line with its end.
fn parse_line<L: JournalLine>(line: &[u8]) -> Option<L> {
    let line = line.strip_suffix(b"\n")?;
    serde_json::from_slice(line).ok()
}

/// Rejects options other than those of the runs before.
fn check_options(
    path: &Path,
    started: &Map<String, Json>,
    options: &Map<String, Json>,
    messages: &JournalMessages,
) -> Result<()> {
    let names = started
        .keys()
        .chain(options.keys().filter(|name| !started.contains_key(*name)));
    let shown = |value: Option<&Json>| match value {
        None | Some(Json::Null | Json::Bool(false)) => "not given".to_string(),
        Some(Json::Bool(true)) => "given".to_string(),
        Some(Json::String(text)) => text.clone(),
        Some(Json::Array(items)) if items.is_empty() => "not given".to_string(),
        Some(other) => other.to_string(),
    };
    let differences: Vec<_> = names
        .map(|name| (name, shown(started.get(name)), shown(options.get(name))))
        .filter(|(_, before, now)| before != now)
        .map(|(name, before, now)| format!("{name} was {before}, and is {now} now"))
        .collect();
    if differences.is_empty() {
        return Ok(());
    }
    Err(Error::parameter(format!(
        "'{}' belongs to {} with other options: {}. Use the same options to continue it, {}.",
        path.display(),
        messages.run,
        differences.join("; "),
        messages.other_options
    )))
}
