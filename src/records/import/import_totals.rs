//! What an import has done.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// Numbers of records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RecordCounts {
    /// Records that the dataset did not have.
    pub added: u64,
    /// Those that got another value.
    pub replaced: u64,
    /// Those that were removed.
    pub removed: u64,
    /// Those that were as in the file already.
    pub unchanged: u64,
    /// Those that differ and stay as they are.
    pub kept: u64,
}

/// Numbers of an import, with those of the runs that it continues.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ImportTotals {
    /// Datasets that were imported.
    pub datasets: u64,
    /// Their records.
    pub records: RecordCounts,
    /// Datasets that failed.
    pub failed_datasets: u64,
    /// Their records.
    pub failed_records: u64,
    /// Those of them that differ from records of the dataset.
    pub conflicting_records: u64,
}

impl ImportTotals {
    /// Adds what came of importing all datasets again that have failed.
    pub fn add_retry(&mut self, retry: &ImportTotals) {
        let mut records = self.records;
        records += retry.records;
        *self = ImportTotals {
            datasets: self.datasets + retry.datasets,
            records,
            ..*retry
        };
    }
}

impl RecordCounts {
    /// Returns the number of records.
    pub fn total(&self) -> u64 {
        self.added + self.replaced + self.removed + self.unchanged + self.kept
    }
}

impl AddAssign for RecordCounts {
    fn add_assign(&mut self, other: RecordCounts) {
        self.added += other.added;
        self.replaced += other.replaced;
        self.removed += other.removed;
        self.unchanged += other.unchanged;
        self.kept += other.kept;
    }
}
