//! The output of an export: one file, or numbered files of limited size.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::output_file::{OutputFile, failure};
use crate::error::Result;

/// The smallest size that files may be limited to: below it, the compressor's buffers would decide.
pub const MIN_SPLIT_SIZE: u64 = 1_000_000;

/// How the output is divided into files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// The most bytes of a file as it is written, compressed or not. Only a block that is larger
    /// makes a larger file.
    pub max_size: u64,
    /// How many files are filled at the same time, in turns.
    pub open_files: usize,
}

/// The committed length of a file of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePosition {
    /// The number of the file, from 1.
    pub file: u32,
    /// Its committed length in bytes.
    pub bytes: u64,
}

/// Open output files.
#[derive(Debug)]
pub struct SplitOutput {
    path: PathBuf,
    split: Option<Split>,
    /// The files that are being filled, with their numbers.
    open: Vec<(u32, OutputFile)>,
    /// The index of the one that gets the next block.
    next: usize,
    /// The number of the last file.
    last: u32,
    /// Files that were filled since the last commit.
    filled: Vec<FilePosition>,
    /// The positions of the open files that the last commit returned.
    reported: Vec<FilePosition>,
}

impl SplitOutput {
    /// Creates the first file. Returns an error if it exists.
    pub fn create(path: &Path, split: Option<Split>) -> Result<SplitOutput> {
        let mut output = SplitOutput::new(path, split);
        output.open_next()?;
        Ok(output)
    }

    /// Opens the files of an earlier run, whose last committed positions these are. Cuts off what
    /// was not committed, and removes files that were not.
    pub fn reopen(
        path: &Path,
        split: Option<Split>,
        positions: &[FilePosition],
    ) -> Result<SplitOutput> {
        let mut output = SplitOutput::new(path, split);
        let mut positions = positions.to_vec();
        positions.sort_unstable_by_key(|position| position.file);
        let numbers = positions.iter().map(|position| position.file);
        if !numbers.eq(1..=positions.len() as u32) {
            return Err(failure(
                "continue",
                path,
                "its journal names other files; start again with --restart",
            ));
        }
        output.last = positions.len() as u32;
        let first_open = positions.len().saturating_sub(output.open_files());
        for (index, position) in positions.into_iter().enumerate() {
            let file = OutputFile::reopen(&output.part_path(position.file), position.bytes)?;
            if index >= first_open {
                output.open.push((position.file, file));
                output.reported.push(position);
            }
        }
        if split.is_some() || output.last == 0 {
            remove_files(path, split.is_some(), output.last + 1)?;
        }
        if output.last == 0 {
            output.open_next()?;
        }
        Ok(output)
    }

    /// Removes the files, if the output is of no use.
    pub fn discard(self) -> Result<()> {
        remove_output(&self.path, self.split.is_some())
    }

    fn new(path: &Path, split: Option<Split>) -> SplitOutput {
        SplitOutput {
            path: path.to_path_buf(),
            split,
            open: Vec::new(),
            next: 0,
            last: 0,
            filled: Vec::new(),
            reported: Vec::new(),
        }
    }

    /// Appends a block to one of the files. Blocks are dealt to the open files in turns.
    pub fn write_block(&mut self, block: &[u8]) -> Result<()> {
        if self.open.len() < self.open_files() && self.open.iter().all(|(_, file)| !is_empty(file))
        {
            self.next = self.open_next()?;
        } else if self.is_full(self.next, block.len()) {
            let (number, mut file) = self.open.remove(self.next);
            let bytes = file.finish()?;
            self.filled.push(FilePosition {
                file: number,
                bytes,
            });
            let opened = self.open_next()?;
            self.open.swap(self.next, opened);
        }
        let (_, file) = &mut self.open[self.next];
        file.write(block)?;
        self.next = (self.next + 1) % self.open.len();
        Ok(())
    }

    /// Writes everything to the disk and returns the positions that have changed.
    pub fn commit(&mut self) -> Result<Vec<FilePosition>> {
        self.commit_with(OutputFile::commit)
    }

    /// Commits for the last time.
    pub fn finish(&mut self) -> Result<Vec<FilePosition>> {
        self.commit_with(OutputFile::finish)
    }

    fn commit_with(
        &mut self,
        commit: fn(&mut OutputFile) -> Result<u64>,
    ) -> Result<Vec<FilePosition>> {
        let mut positions = Vec::new();
        for (number, file) in &mut self.open {
            let bytes = commit(file)?;
            positions.push(FilePosition {
                file: *number,
                bytes,
            });
        }
        let mut changed = std::mem::take(&mut self.filled);
        let is_new = |position: &&FilePosition| !self.reported.contains(position);
        changed.extend(positions.iter().filter(is_new));
        self.reported = positions;
        Ok(changed)
    }

    /// Returns the number of files.
    pub fn file_count(&self) -> u32 {
        self.last
    }

    fn open_files(&self) -> usize {
        self.split.map_or(1, |split| split.open_files.max(1))
    }

    fn is_full(&self, index: usize, more: usize) -> bool {
        let (_, file) = &self.open[index];
        let bound = file.len_bound() + more as u64;
        self.split.is_some_and(|split| bound > split.max_size) && !is_empty(file)
    }

    /// Creates the next file and returns its index.
    fn open_next(&mut self) -> Result<usize> {
        let number = self.last + 1;
        let file = OutputFile::create(&self.part_path(number))?;
        self.last = number;
        self.open.push((number, file));
        Ok(self.open.len() - 1)
    }

    fn part_path(&self, number: u32) -> PathBuf {
        part_path(&self.path, self.split.is_some(), number)
    }
}

fn is_empty(file: &OutputFile) -> bool {
    file.len_bound() == 0
}

/// Returns the path of a file of the output: the path itself, or with a number before the
/// extension: `records-0001.ndjson.gz` for `records.ndjson.gz`.
fn part_path(path: &Path, is_split: bool, number: u32) -> PathBuf {
    if !is_split {
        return path.to_path_buf();
    }
    let is_gzip = path.extension() == Some(OsStr::new("gz"));
    let gzip = OsStr::new(if is_gzip { ".gz" } else { "" });
    let plain = if is_gzip {
        path.with_extension("")
    } else {
        path.to_path_buf()
    };
    let mut name = plain.file_stem().unwrap_or_default().to_os_string();
    name.push(format!("-{number:04}"));
    if let Some(extension) = plain.extension() {
        name.push(".");
        name.push(extension);
    }
    name.push(gzip);
    path.with_file_name(name)
}

/// Returns the first file of such an output.
pub fn first_file(path: &Path, is_split: bool) -> PathBuf {
    part_path(path, is_split, 1)
}

/// Removes the files of an output, so that it can be written again.
pub fn remove_output(path: &Path, is_split: bool) -> Result<()> {
    remove_files(path, is_split, 1)
}

/// Removes the files from this number on, as far as they have no gap: other files may be named
/// alike.
fn remove_files(path: &Path, is_split: bool, first: u32) -> Result<()> {
    let mut number = first;
    while remove(&part_path(path, is_split, number))? && is_split {
        number += 1;
    }
    Ok(())
}

/// Checks that nothing was appended to the files of a finished output, which reopening would cut off.
pub fn check_nothing_appended(
    path: &Path,
    is_split: bool,
    positions: &[FilePosition],
) -> Result<()> {
    for position in positions {
        let file = part_path(path, is_split, position.file);
        if fs::metadata(&file).is_ok_and(|metadata| metadata.len() > position.bytes) {
            let why = format!(
                "it has more than the {} bytes of the export, which is complete. Choose another file \
                 with --to, or start again with --restart",
                position.bytes
            );
            return Err(failure("continue", &file, why));
        }
    }
    Ok(())
}

/// Removes a file. Returns whether there was one. Anything but a file or a link stays.
pub(super) fn remove(path: &Path) -> Result<bool> {
    let is_file = |kind: fs::FileType| kind.is_file() || kind.is_symlink();
    if fs::symlink_metadata(path).is_ok_and(|metadata| !is_file(metadata.file_type())) {
        return Err(failure("remove", path, "it is not a regular file"));
    }
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(why) => Err(failure("remove", path, why)),
    }
}

/// Returns the path with something appended to its name.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.file_name().unwrap_or_default().to_os_string();
    name.push(suffix);
    path.with_file_name(name)
}

/// Parses the size of `--split`: bytes, or with a unit: `500MB`, `1GiB`. The error describes the
/// expected form.
pub fn parse_split_size(text: &str) -> Result<u64, &'static str> {
    const INVALID: &str =
        "expected bytes, or a number with KB, MB, GB, KiB, MiB or GiB, of at least 1MB";
    let unit_at = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(unit_at);
    let factor = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(INVALID),
    };
    let size = digits
        .parse()
        .ok()
        .and_then(|number: u64| number.checked_mul(factor));
    size.filter(|size| *size >= MIN_SPLIT_SIZE).ok_or(INVALID)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::super::input_file;
    use super::*;

    fn folder() -> TempDir {
        tempfile::tempdir().expect("a folder")
    }

    /// The names of the files with their content, in order.
    fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut contents: Vec<_> = entries
            .map(|entry| {
                let path = entry.expect("an entry").path();
                let name = path
                    .file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned();
                (name, input_file::read_all(&path).expect("read"))
            })
            .collect();
        contents.sort();
        contents
    }

    fn split(max_size: u64, open_files: usize) -> Option<Split> {
        Some(Split {
            max_size,
            open_files,
        })
    }

    #[test]
    fn numbers_files_before_their_extension() {
        let table = [
            ("a/records.ndjson", "a/records-0001.ndjson"),
            ("records.ndjson.gz", "records-0001.ndjson.gz"),
            ("records.2026.json", "records.2026-0001.json"),
            ("records", "records-0001"),
            ("records.gz", "records-0001.gz"),
            (".hidden", ".hidden-0001"),
        ];
        for (path, want) in table {
            assert_eq!(first_file(Path::new(path), true), Path::new(want));
            assert_eq!(first_file(Path::new(path), false), Path::new(path));
        }
        let many = part_path(Path::new("a.b"), true, 12345);
        assert_eq!(many, Path::new("a-12345.b"));
    }

    #[test]
    fn parses_sizes_with_units() {
        let table = [
            ("1048576", Some(1 << 20)),
            ("1MiB", Some(1 << 20)),
            ("500MB", Some(500_000_000)),
            ("2 GB", Some(2_000_000_000)),
            ("5gib", Some(5 << 30)),
            ("1MB", Some(1_000_000)),
            ("999999", None),
            ("", None),
            ("MB", None),
            ("-1", None),
            ("1.5GB", None),
            ("5TB", None),
            ("99999999999999999999", None),
            ("9999999999999GB", None),
        ];
        for (text, want) in table {
            assert_eq!(parse_split_size(text).ok(), want, "{text}");
        }
    }

    #[test]
    fn deals_blocks_to_files_of_limited_size() {
        let folder = folder();
        let path = folder.path().join("out.ndjson");
        let mut output = SplitOutput::create(&path, split(4, 2)).expect("created");
        for block in ["a\n", "b\n", "c\n", "d\n", "e\n", "larger\n", "f\n"] {
            output.write_block(block.as_bytes()).expect("written");
        }
        assert_eq!(output.finish().expect("finished").len(), 4);
        let got = contents(folder.path());
        let want = [
            ("out-0001.ndjson", "a\nc\n"),
            ("out-0002.ndjson", "b\nd\n"),
            ("out-0003.ndjson", "e\nf\n"),
            ("out-0004.ndjson", "larger\n"),
        ];
        let got: Vec<_> = got
            .iter()
            .map(|(name, content)| (name.as_str(), std::str::from_utf8(content).expect("UTF-8")))
            .collect();
        assert_eq!(got, want);
    }

    #[test]
    fn reports_only_changed_positions() {
        let folder = folder();
        let mut output = SplitOutput::create(&folder.path().join("out"), None).expect("created");
        let position = |bytes| vec![FilePosition { file: 1, bytes }];
        assert_eq!(output.commit().ok(), Some(position(0)));
        assert_eq!(output.commit().ok(), Some(Vec::new()));
        output.write_block(b"a\n").expect("written");
        assert_eq!(output.commit().ok(), Some(position(2)));
        assert_eq!(output.finish().ok(), Some(Vec::new()));
    }

    #[test]
    fn removes_only_files_of_the_output() {
        let folder = folder();
        let path = folder.path().join("out.ndjson");
        let names = [
            "out-0001.ndjson",
            "out-0002.ndjson",
            "out-0004.ndjson",
            "out.ndjson",
        ];
        for name in names {
            fs::write(folder.path().join(name), "").expect("written");
        }
        remove_output(&path, true).expect("removed");
        let left = |folder: &Path| contents(folder).into_iter().map(|(name, _)| name).collect();
        let names: Vec<String> = left(folder.path());
        assert_eq!(names, ["out-0004.ndjson", "out.ndjson"]);
        remove_output(&path, false).expect("removed");
        let names: Vec<String> = left(folder.path());
        assert_eq!(names, ["out-0004.ndjson"]);
    }

    #[test]
    fn rejects_positions_of_other_files() {
        let folder = folder();
        let positions = [FilePosition { file: 2, bytes: 0 }];
        let path = folder.path().join("out");
        let error = SplitOutput::reopen(&path, None, &positions).expect_err("an error");
        let want = format!(
            "Unable to continue '{}': its journal names other files; start again with --restart",
            path.display()
        );
        assert_eq!(error.message, want);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// A run that is killed after any commit and continued loses no block and repeats none.
        #[test]
        fn continues_after_crash_without_gap_or_duplicate(
            lengths in prop::collection::vec(1..9_usize, 1..20),
            commit_after in 0..20_usize,
            is_split in any::<bool>(),
            open_files in 1..4_usize,
            compress in any::<bool>(),
            cut in any::<prop::sample::Index>(),
        ) {
            let folder = folder();
            let path = folder.path().join(if compress { "out.gz" } else { "out" });
            // Compressed files are split by their upper bound, so at every block here.
            let split = is_split.then_some(Split { max_size: 20, open_files });
            let block = |index: usize, length: &usize| format!("{index:02}{}\n", "x".repeat(*length));
            let blocks: Vec<String> =
                lengths.iter().enumerate().map(|(index, length)| block(index, length)).collect();
            let commit_after = commit_after.min(blocks.len());
            let mut positions: Vec<FilePosition> = Vec::new();
            let mut output = SplitOutput::create(&path, split).expect("created");
            let mut journal = |changed: Vec<FilePosition>| for new in changed {
                positions.retain(|old| old.file != new.file);
                positions.push(new);
            };
            for block in &blocks[..commit_after] {
                output.write_block(block.as_bytes()).expect("written");
            }
            journal(output.commit().expect("committed"));
            for block in &blocks[commit_after..] {
                output.write_block(block.as_bytes()).expect("written");
            }
            output.commit().expect("committed, but not in the journal");
            // The crash may have come at any byte before.
            for number in 1..=output.file_count() {
                let path = part_path(&path, is_split, number);
                let committed = positions.iter().find(|position| position.file == number);
                let committed = committed.map_or(0, |position| position.bytes);
                let file = fs::OpenOptions::new().write(true).open(path).expect("opened");
                let uncommitted = file.metadata().expect("a file").len() - committed;
                let left = cut.index(uncommitted as usize + 1) as u64;
                file.set_len(committed + left).expect("truncated");
            }
            let mut output = SplitOutput::reopen(&path, split, &positions).expect("opened");
            for block in &blocks[commit_after..] {
                output.write_block(block.as_bytes()).expect("written");
            }
            output.finish().expect("finished");
            let files = contents(folder.path());
            prop_assert_eq!(files.len(), output.file_count() as usize);
            let mut lines: Vec<String> = Vec::new();
            for (_, content) in files {
                let text = String::from_utf8(content).expect("UTF-8");
                prop_assert!(compress || !is_split || text.len() <= 20);
                lines.extend(text.split_inclusive('\n').map(str::to_string));
            }
            lines.sort();
            prop_assert_eq!(lines, blocks);
        }
    }
}
