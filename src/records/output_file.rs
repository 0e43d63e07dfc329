//! A file that is only appended to, and that can go on after a crash: what is committed stays, and
//! what was written behind it is cut off when the file is opened again.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::file_sync::sync_data;
use crate::error::{Error, Result};

/// How many bytes are collected before they are written.
const BUFFER_SIZE: usize = 256 << 10;

/// The most bytes that the compressor holds back, with the end of the member.
const COMPRESSOR_RESERVE: u64 = 128 << 10;

/// An output file. A name that ends with `.gz` compresses it: each commit ends a member, so that a
/// committed length is the end of one, and members in a row are one file to every reader of gzip.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    file: File,
    is_gzip: bool,
    /// The open member of a compressed file.
    member: Option<GzEncoder<Vec<u8>>>,
    /// Bytes for the file that are not yet written.
    buffer: Vec<u8>,
    /// The length of the file.
    written: u64,
    committed: u64,
    /// Whether the directory entry is on disk.
    is_entry_synced: bool,
    /// Whether a write failed, so that the end of the file is unknown.
    has_failed: bool,
}

impl OutputFile {
    /// Creates the file. Returns an error if it exists.
    pub fn create(path: &Path) -> Result<OutputFile> {
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        let file = file.map_err(|why| match why.kind() {
            _ if path.is_dir() => failure("create", path, "it is a directory"),
            io::ErrorKind::AlreadyExists => failure("create", path, "it exists already"),
            _ => failure("create", path, why),
        })?;
        Ok(OutputFile::new(path, file, 0))
    }

    /// Opens the file of an earlier run and cuts off what was not committed. Returns an error if
    /// the file has become shorter than its committed length.
    pub fn reopen(path: &Path, committed: u64) -> Result<OutputFile> {
        let open = || -> io::Result<(File, u64)> {
            // Opening a FIFO would wait for a reader.
            if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
                return Err(io::Error::other("it is not a regular file"));
            }
            let mut options = OpenOptions::new();
            // Without a commit, not even the file may have reached the disk.
            let options = options.write(true).truncate(false).create(committed == 0);
            let mut file = options.open(path)?;
            let length = file.metadata()?.len();
            if length > committed {
                file.set_len(committed)?;
            }
            file.seek(SeekFrom::End(0))?;
            Ok((file, length))
        };
        let (file, length) = open().map_err(|why| match why.kind() {
            io::ErrorKind::NotFound => failure(
                "continue",
                path,
                "it is missing; start again with --restart",
            ),
            _ => failure("continue", path, why),
        })?;
        if length < committed {
            let why = format!(
                "it has {length} bytes, of the {committed} that were written; start again with \
                 --restart"
            );
            return Err(failure("continue", path, why));
        }
        Ok(OutputFile::new(path, file, committed))
    }

    fn new(path: &Path, file: File, committed: u64) -> OutputFile {
        OutputFile {
            path: path.to_path_buf(),
            file,
            is_gzip: path.extension().is_some_and(|extension| extension == "gz"),
            member: None,
            buffer: Vec::new(),
            written: committed,
            committed,
            is_entry_synced: committed > 0,
            has_failed: false,
        }
    }

    /// Appends bytes, which reach the disk with the next commit.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.is_gzip && self.member.is_none() {
            self.member = Some(GzEncoder::new(Vec::new(), Compression::default()));
        }
        for chunk in bytes.chunks(BUFFER_SIZE) {
            let Some(member) = &mut self.member else {
                self.buffer.extend_from_slice(chunk);
                self.write_buffer(BUFFER_SIZE)?;
                continue;
            };
            let compressed = member.write_all(chunk);
            self.buffer.append(member.get_mut());
            self.check(compressed)?;
            self.write_buffer(BUFFER_SIZE)?;
        }
        Ok(())
    }

    /// Writes everything to the disk and returns the file's length. A run that is continued there
    /// has neither a gap nor a duplicate.
    pub fn commit(&mut self) -> Result<u64> {
        if let Some(member) = self.member.take() {
            let finished = member
                .finish()
                .map(|mut rest| self.buffer.append(&mut rest));
            self.check(finished)?;
        }
        self.write_buffer(0)?;
        if self.written > self.committed || !self.is_entry_synced {
            let synced = self.sync();
            self.check(synced)?;
            self.committed = self.written;
        }
        Ok(self.committed)
    }

    /// Commits the file for the last time. A compressed file without content gets an empty member,
    /// as no bytes at all are not gzip.
    pub fn finish(&mut self) -> Result<u64> {
        if self.is_gzip && self.len_bound() == 0 {
            self.write(b"")?;
        }
        self.commit()
    }

    /// Returns the most bytes that the file can have after the next commit.
    pub fn len_bound(&self) -> u64 {
        let reserve = self.member.as_ref().map_or(0, |_| COMPRESSOR_RESERVE);
        self.written + self.buffer.len() as u64 + reserve
    }

    /// Writes the buffer if it is at least this long.
    fn write_buffer(&mut self, least: usize) -> Result<()> {
        if self.has_failed {
            return Err(failure("write", &self.path, "an earlier write failed"));
        }
        if self.buffer.len() < least || self.buffer.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(&self.buffer);
        self.check(written)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        sync_data(&self.file)?;
        if !self.is_entry_synced {
            sync_directory(&self.path);
            self.is_entry_synced = true;
        }
        Ok(())
    }

    /// Returns the error of a write, after which the file takes no more.
    fn check(&mut self, outcome: io::Result<()>) -> Result<()> {
        outcome.map_err(|why| {
            self.has_failed = true;
            failure("write", &self.path, why)
        })
    }
}

/// Writes the entry of a new file to the disk, where the system can: a directory may be readable to
/// others only, and some file systems have no such call.
pub(super) fn sync_directory(path: &Path) {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let directory = File::open(directory.unwrap_or(Path::new(".")));
    let _ = directory.and_then(|directory| directory.sync_all());
}

/// Returns the error of an action on a file.
pub(super) fn failure(action: &str, path: &Path, why: impl std::fmt::Display) -> Error {
    Error::general(format!("Unable to {action} '{}': {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read as _;

    use flate2::read::MultiGzDecoder;
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;

    fn folder() -> TempDir {
        tempfile::tempdir().expect("a folder")
    }

    fn content(path: &Path) -> Vec<u8> {
        let bytes = fs::read(path).expect("read");
        if path.extension().is_none_or(|extension| extension != "gz") {
            return bytes;
        }
        let mut content = Vec::new();
        let decoded = MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut content);
        decoded.expect("gzip");
        content
    }

    #[test]
    fn appends_until_finished() {
        for name in ["out.ndjson", "out.ndjson.gz"] {
            let folder = folder();
            let path = folder.path().join(name);
            let mut file = OutputFile::create(&path).expect("created");
            file.write(b"a\n").expect("written");
            assert_eq!(fs::metadata(&path).expect("a file").len(), 0, "buffered");
            let first = file.commit().expect("committed");
            assert_eq!(fs::metadata(&path).expect("a file").len(), first);
            assert_eq!(file.commit().ok(), Some(first), "nothing is new");
            file.write(b"b\n").expect("written");
            assert!(file.finish().expect("finished") > first);
            assert_eq!(content(&path), b"a\nb\n", "{name}");
        }
    }

    #[test]
    fn finishes_empty_file_as_valid_gzip() {
        let folder = folder();
        for (name, is_empty) in [("a", true), ("a.gz", false)] {
            let path = folder.path().join(name);
            let length = OutputFile::create(&path).and_then(|mut file| file.finish());
            assert_eq!(length.expect("finished") == 0, is_empty);
            assert_eq!(content(&path), b"");
        }
    }

    #[test]
    fn names_file_and_cause_of_failure() {
        let folder = folder();
        let path = folder.path().join("out");
        fs::write(&path, "ab").expect("written");
        let shown = |path: &Path| path.display().to_string();
        let absent = folder.path().join("absent");
        let error = |outcome: Result<OutputFile>| outcome.expect_err("an error").message;
        let table = [
            (
                error(OutputFile::create(&path)),
                format!("Unable to create '{}': it exists already", shown(&path)),
            ),
            (
                error(OutputFile::create(folder.path())),
                format!(
                    "Unable to create '{}': it is a directory",
                    shown(folder.path())
                ),
            ),
            (
                error(OutputFile::create(&absent.join("out"))),
                format!(
                    "Unable to create '{}': No such file or directory (os error 2)",
                    shown(&absent.join("out"))
                ),
            ),
            (
                error(OutputFile::reopen(&path, 3)),
                format!(
                    "Unable to continue '{}': it has 2 bytes, of the 3 that were written; start \
                     again with --restart",
                    shown(&path)
                ),
            ),
            (
                error(OutputFile::reopen(&absent, 3)),
                format!(
                    "Unable to continue '{}': it is missing; start again with --restart",
                    shown(&absent)
                ),
            ),
        ];
        for (message, want) in table {
            assert_eq!(message, want);
        }
        assert_eq!(fs::read(&path).ok().as_deref(), Some(b"ab".as_slice()));
    }

    #[test]
    fn continues_only_regular_files() {
        let folder = folder();
        let fifo = folder.path().join("fifo");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.is_ok_and(|status| status.success()));
        for path in [fifo.as_path(), folder.path()] {
            let error = OutputFile::reopen(path, 0).expect_err("an error").message;
            assert!(error.ends_with("': it is not a regular file"), "{error}");
        }
    }

    /// Only Linux has a device that is always full.
    #[cfg(target_os = "linux")]
    #[test]
    fn takes_nothing_after_full_disk() {
        for name in ["/dev/full", "/dev/full.gz"] {
            let full = OpenOptions::new().write(true).open("/dev/full");
            let mut file = OutputFile::new(Path::new(name), full.expect("a device"), 0);
            file.write(b"a\n").expect("buffered");
            let error = file.commit().expect_err("the disk is full").message;
            let why = "No space left on device (os error 28)";
            assert_eq!(error, format!("Unable to write '{name}': {why}"));
            for again in [
                file.write(b"b\n").and_then(|()| file.commit().map(drop)),
                file.commit().map(drop),
            ] {
                let error = again.expect_err("the file has failed").message;
                assert_eq!(
                    error,
                    format!("Unable to write '{name}': an earlier write failed")
                );
            }
            assert_eq!(file.committed, 0);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// A run that is killed anywhere and continued writes the file of one that is not.
        #[test]
        fn continues_after_truncation_at_any_byte(
            blocks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..6),
            committed_blocks in 0..6_usize,
            compress in any::<bool>(),
        ) {
            let folder = folder();
            let path = folder.path().join(if compress { "out.gz" } else { "out" });
            let committed_blocks = committed_blocks.min(blocks.len());
            let mut file = OutputFile::create(&path).expect("created");
            for block in &blocks[..committed_blocks] {
                file.write(block).expect("written");
            }
            let committed = file.commit().expect("committed");
            for block in &blocks[committed_blocks..] {
                file.write(block).expect("written");
            }
            file.commit().expect("committed");
            drop(file);
            let whole = fs::read(&path).expect("read");
            for length in committed as usize..=whole.len() {
                fs::write(&path, &whole[..length]).expect("written");
                let mut file = OutputFile::reopen(&path, committed).expect("opened");
                for block in &blocks[committed_blocks..] {
                    file.write(block).expect("written");
                }
                file.finish().expect("finished");
                prop_assert_eq!(content(&path), blocks.concat());
            }
        }

        #[test]
        fn never_exceeds_bound_of_length(
            blocks in prop::collection::vec((any::<u8>(), 1..300_000_usize), 1..4),
            compress in any::<bool>(),
            is_random in any::<bool>(),
        ) {
            let folder = folder();
            let path = folder.path().join(if compress { "out.gz" } else { "out" });
            let mut file = OutputFile::create(&path).expect("created");
            let mut state = 1_u64;
            for (byte, length) in blocks {
                let mut next = || {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    if is_random { (state >> 56) as u8 } else { byte }
                };
                let block: Vec<u8> = (0..length).map(|_| next()).collect();
                let before = file.len_bound();
                file.write(&block).expect("written");
                prop_assert!(file.len_bound() <= before + length as u64 + 2 * COMPRESSOR_RESERVE);
            }
            let bound = file.len_bound();
            let committed = file.commit().expect("committed");
            prop_assert!(committed <= bound, "{} > {}", committed, bound);
            prop_assert_eq!(file.len_bound(), committed);
        }
    }
}
