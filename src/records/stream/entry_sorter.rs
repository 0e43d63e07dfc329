//! Sorts more entries of streams than memory holds: sorted runs in temporary files, which are merged
//! at the end. Of the versions of a record, only the newest is kept.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::stream_entry::StreamEntry;
use crate::error::{Error, Result};

/// How much memory the entries of a run take.
const RUN_MEMORY: usize = 16 << 20;

/// How many runs are merged at once. An entry of each is in memory then.
const MAX_RUNS: usize = 16;

/// Collects entries.
pub(super) struct EntrySorter {
    /// The directory of the temporary files. They have no names, so that none is left behind.
    directory: PathBuf,
    entries: Vec<StreamEntry>,
    memory: usize,
    run_memory: usize,
    runs: Vec<File>,
}

/// The entries in order, without outdated versions.
pub(super) struct SortedEntries {
    directory: PathBuf,
    runs: Vec<EntryRun>,
    /// The next entry of each run, with the run's index.
    heads: BinaryHeap<Reverse<(StreamEntry, usize)>>,
    last: Option<StreamEntry>,
}

/// The remaining entries of a run.
enum EntryRun {
    Memory(std::vec::IntoIter<StreamEntry>),
    File {
        lines: BufReader<File>,
        line: Vec<u8>,
    },
}

impl EntrySorter {
    pub(super) fn new(directory: &Path) -> EntrySorter {
        EntrySorter::with_run_memory(directory, RUN_MEMORY)
    }

    fn with_run_memory(directory: &Path, run_memory: usize) -> EntrySorter {
        EntrySorter {
            directory: directory.to_path_buf(),
            entries: Vec::new(),
            memory: 0,
            run_memory,
            runs: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, entry: StreamEntry) -> Result<()> {
        self.memory += entry.memory();
        self.entries.push(entry);
        if self.memory < self.run_memory {
            return Ok(());
        }
        self.sort();
        let entries = std::mem::take(&mut self.entries);
        self.memory = 0;
        self.add_run(entries.into_iter().map(Ok))?;
        if self.runs.len() == MAX_RUNS {
            let runs = std::mem::take(&mut self.runs);
            let merged = SortedEntries::merge(&self.directory, Vec::new(), runs)?;
            self.add_run(merged)?;
        }
        Ok(())
    }

    /// Returns the entries in order.
    pub(super) fn finish(mut self) -> Result<SortedEntries> {
        self.sort();
        SortedEntries::merge(&self.directory, self.entries, self.runs)
    }

    fn sort(&mut self) {
        self.entries.sort_unstable();
        self.entries
            .dedup_by(|later, earlier| later.is_same(earlier));
    }

    fn add_run(&mut self, entries: impl Iterator<Item = Result<StreamEntry>>) -> Result<()> {
        let failed = |why: io::Error| temporary_file_error(&self.directory, &why);
        let file = tempfile::tempfile_in(&self.directory).map_err(failed)?;
        let mut run = BufWriter::with_capacity(256 << 10, file);
        for entry in entries {
            let entry = entry?;
            let line = serde_json::to_vec(&entry).map_err(|why| failed(why.into()))?;
            run.write_all(&line)
                .and_then(|()| run.write_all(b"\n"))
                .map_err(failed)?;
        }
        let file = run.into_inner().map_err(|why| failed(why.into_error()))?;
        self.runs.push(file);
        Ok(())
    }
}

impl SortedEntries {
    fn merge(
        directory: &Path,
        entries: Vec<StreamEntry>,
        files: Vec<File>,
    ) -> Result<SortedEntries> {
        let mut runs = vec![EntryRun::Memory(entries.into_iter())];
        for mut file in files {
            let start = file.seek(SeekFrom::Start(0));
            start.map_err(|why| temporary_file_error(directory, &why))?;
            runs.push(EntryRun::File {
                lines: BufReader::with_capacity(64 << 10, file),
                line: Vec::new(),
            });
        }
        let mut sorted = SortedEntries {
            directory: directory.to_path_buf(),
            runs,
            heads: BinaryHeap::new(),
            last: None,
        };
        for index in 0..sorted.runs.len() {
            sorted.advance(index)?;
        }
        Ok(sorted)
    }

    /// Takes the next entry of a run to the heads.
    fn advance(&mut self, index: usize) -> Result<()> {
        let next = self.runs[index].next();
        let next = next.map_err(|why| temporary_file_error(&self.directory, &why))?;
        self.heads.extend(next.map(|entry| Reverse((entry, index))));
        Ok(())
    }

    fn next_entry(&mut self) -> Result<Option<StreamEntry>> {
        while let Some(Reverse((entry, index))) = self.heads.pop() {
            self.advance(index)?;
            let is_outdated = self.last.as_ref().is_some_and(|last| last.is_same(&entry));
            if !is_outdated {
                self.last = Some(entry.clone());
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }
}

impl Iterator for SortedEntries {
    type Item = Result<StreamEntry>;

    fn next(&mut self) -> Option<Result<StreamEntry>> {
        self.next_entry().transpose()
    }
}

impl EntryRun {
    fn next(&mut self) -> io::Result<Option<StreamEntry>> {
        let (lines, line) = match self {
            EntryRun::Memory(entries) => return Ok(entries.next()),
            EntryRun::File { lines, line } => (lines, line),
        };
        line.clear();
        match lines.read_until(b'\n', line)? {
            0 => Ok(None),
            _ => Ok(Some(serde_json::from_slice(line)?)),
        }
    }
}

fn temporary_file_error(directory: &Path, why: &io::Error) -> Error {
    Error::general(format!(
        "Unable to sort in a temporary file in '{}': {why}",
        directory.display()
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::stream_entry::EntryVersion;
    use super::*;
    use crate::records::exported_record::tests::text;
    use crate::records::record_date::RecordDate;

    fn entry() -> impl Strategy<Value = StreamEntry> {
        let name = || prop::sample::select(vec!["a", "b"]).prop_map(str::to_string);
        let value = prop::option::of(prop_oneof![Just("v".to_string()), text()]);
        let date = prop::option::of((0..2_i64).prop_map(RecordDate::from_unix_millis));
        (
            name(),
            name(),
            name(),
            prop::option::of(name()),
            0..4_i64,
            date,
            value,
        )
            .prop_map(|(identity, pool, dataset, key, sync_count, date, value)| {
                StreamEntry {
                    identity_id: identity,
                    identity_pool_id: pool,
                    dataset_name: dataset,
                    key,
                    version: Reverse(EntryVersion {
                        sync_count,
                        last_modified_date: date,
                        device_last_modified_date: None,
                        value,
                    }),
                }
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn keeps_newest_versions_whatever_the_size_of_runs(
            entries in prop::collection::vec(entry(), 0..60),
            run_memory in prop::sample::select(vec![1, 500, 2000, 1 << 20]),
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let mut sorter = EntrySorter::with_run_memory(folder.path(), run_memory);
            for entry in &entries {
                sorter.push(entry.clone()).expect("pushed");
                prop_assert!(sorter.runs.len() < MAX_RUNS);
            }
            let sorted: Result<Vec<_>> = sorter.finish().expect("merged").collect();
            let mut want = entries;
            want.sort();
            want.dedup_by(|later, earlier| later.is_same(earlier));
            prop_assert_eq!(sorted.ok(), Some(want));
            let left = std::fs::read_dir(folder.path()).expect("a folder").count();
            prop_assert_eq!(left, 0, "no temporary file is left");
        }
    }

    #[test]
    fn names_directory_that_holds_no_temporary_file() {
        let mut sorter = EntrySorter::with_run_memory(Path::new("/absent"), 1);
        let version = EntryVersion {
            sync_count: 1,
            last_modified_date: None,
            device_last_modified_date: None,
            value: None,
        };
        let entry = StreamEntry {
            identity_id: "i".into(),
            identity_pool_id: "p".into(),
            dataset_name: "d".into(),
            key: None,
            version: Reverse(version),
        };
        let error = sorter.push(entry).expect_err("an error").message;
        assert!(
            error.starts_with("Unable to sort in a temporary file in '/absent': "),
            "{error}"
        );
    }
}
