//! The datasets that an import has failed for: their names, and their records in a file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::records::exported_record::ExportedRecord;
use crate::records::output_file::{failure, sync_directory};
use crate::records::record_file::RecordFile;
use crate::records::record_groups::RecordGroup;
use crate::records::record_writer::{OutputCommit, RecordFormat, RecordWriter};
use crate::records::split_output::{beside, remove};
use crate::records::text_set::TextSet;

/// Datasets of which a group has failed.
#[derive(Debug, Default)]
pub struct FailedDatasets {
    names: TextSet,
    /// Where their records are kept; `None` if nowhere.
    path: Option<PathBuf>,
    /// The file, once there is one.
    writer: Option<RecordWriter<'static>>,
}

impl FailedDatasets {
    /// Starts without any. Records will be kept in a new file.
    pub fn with_file(path: &Path) -> FailedDatasets {
        FailedDatasets {
            path: Some(path.to_path_buf()),
            ..FailedDatasets::default()
        }
    }

    /// Opens the file of an earlier run at its last commit; `None` if it had no file.
    pub fn reopen(path: &Path, commit: Option<&OutputCommit>) -> Result<FailedDatasets> {
        let mut failed = FailedDatasets::with_file(path);
        let Some(commit) = commit else {
            remove(path)?;
            return Ok(failed);
        };
        let writer = RecordWriter::reopen(path, RecordFormat::Ndjson, None, commit)?;
        failed.writer = Some(writer);
        for record in RecordFile::open(path)? {
            failed.names.insert(&dataset_key(&record?));
        }
        Ok(failed)
    }

    /// Whether an earlier group of the same dataset has failed.
    pub fn contains(&self, group: &RecordGroup) -> bool {
        self.names.contains(&dataset_key(&group.records[0]))
    }

    /// Adds a group that has failed.
    pub fn add(&mut self, group: &RecordGroup) -> Result<()> {
        self.names.insert(&dataset_key(&group.records[0]));
        let Some(path) = &self.path else {
            return Ok(());
        };
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let writer = RecordWriter::create(path, RecordFormat::Ndjson, None)?;
                self.writer.insert(writer)
            }
        };
        writer.write(&group.records)
    }

    /// Writes the records to the disk; `None` if there is no file.
    pub fn commit(&mut self) -> Result<Option<OutputCommit>> {
        let commit = self.writer.as_mut().map(RecordWriter::commit);
        commit.transpose()
    }

    /// Removes the file, of which nothing was used.
    pub fn discard(self) -> Result<()> {
        self.writer.map_or(Ok(()), RecordWriter::discard)
    }
}

/// Returns the path of the file that is to replace the one of failed datasets.
pub fn replacement_path(failed: &Path) -> PathBuf {
    beside(failed, ".tmp")
}

/// Puts the replacement in the place of the file, unless an earlier run has done so.
pub fn replace(failed: &Path) -> Result<()> {
    let replacement = replacement_path(failed);
    if replacement.symlink_metadata().is_err() {
        return Ok(());
    }
    fs::rename(&replacement, failed).map_err(|why| failure("replace", failed, why))?;
    sync_directory(failed);
    Ok(())
}

/// What stands for the dataset of a record.
fn dataset_key(record: &ExportedRecord) -> String {
    format!(
        "{}\n{}\n{}",
        record.identity_pool_id, record.identity_id, record.dataset_name
    )
}
