//! Reads all of an identity that is exported: its datasets, or those of the given names, as far as
//! they have changed since an earlier export.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::journal_entry::{DoneIdentity, JournaledDataset};
use super::previous_export::PreviousExport;
use crate::records::dataset_reader::{DatasetDescription, DatasetReader, ListedDataset};
use crate::records::exported_record::ExportedRecord;
use crate::service::CallError;

/// How many KiB of records may be in memory at the same time, by the sizes that the service gives.
/// A larger identity is read alone.
const MEMORY_KIB: u32 = 16 << 10;

/// What a record takes beyond its data.
const RECORD_BYTES: u64 = 512;

/// What an identity takes at least.
const MIN_KIB: u32 = 16;

/// Reads identities.
#[derive(Debug)]
pub struct IdentityReader {
    datasets: DatasetReader,
    /// The names of the datasets to export; empty for all.
    names: Vec<String>,
    include_deleted: bool,
    previous: Option<PreviousExport>,
    memory: Arc<Semaphore>,
}

/// An identity with what is to be written.
#[derive(Debug)]
pub struct ReadIdentity {
    /// What the journal gets.
    pub identity: DoneIdentity,
    /// The records of all its datasets.
    pub records: Vec<ExportedRecord>,
    /// The number of datasets that they are from.
    pub changed_datasets: u64,
    /// The memory that the records take.
    memory: Option<OwnedSemaphorePermit>,
}

impl IdentityReader {
    /// Creates a reader of these datasets, or of all for no name.
    pub fn new(
        datasets: DatasetReader,
        names: Vec<String>,
        include_deleted: bool,
        previous: Option<PreviousExport>,
    ) -> IdentityReader {
        IdentityReader {
            datasets,
            names,
            include_deleted,
            previous,
            memory: Arc::new(Semaphore::new(MEMORY_KIB as usize)),
        }
    }

    /// Reads an identity. Waits until there is memory for it.
    pub async fn read(&self, identity_id: &str) -> Result<ReadIdentity, CallError> {
        let mut read = ReadIdentity {
            identity: DoneIdentity {
                identity_id: identity_id.to_string(),
                datasets: BTreeMap::new(),
            },
            records: Vec::new(),
            changed_datasets: 0,
            memory: None,
        };
        let mut before = match &self.previous {
            Some(previous) => previous.datasets(identity_id)?,
            None => BTreeMap::new(),
        };
        let mut to_read = Vec::new();
        for dataset in self.list(identity_id).await? {
            match before.remove(&dataset.name) {
                Some(old) if old.is_described_by(&dataset.description) => {
                    read.identity.datasets.insert(dataset.name, old);
                }
                old => to_read.push((dataset, old)),
            }
        }
        let size = to_read
            .iter()
            .map(|(dataset, _)| memory_kib(&dataset.description));
        let size = size.fold(MIN_KIB, u32::saturating_add).min(MEMORY_KIB);
        // Fails only if the semaphore is closed, which it never is.
        read.memory = Arc::clone(&self.memory).acquire_many_owned(size).await.ok();
        for (dataset, old) in to_read {
            self.read_dataset(dataset, old, &mut read).await?;
        }
        Ok(read)
    }

    /// Lists the datasets to export. For a single name, reading it tells whether it exists.
    async fn list(&self, identity_id: &str) -> Result<Vec<ListedDataset>, CallError> {
        if let ([name], None) = (self.names.as_slice(), &self.previous) {
            return Ok(vec![ListedDataset {
                name: name.clone(),
                description: DatasetDescription::default(),
            }]);
        }
        let mut listed = self.datasets.list(identity_id).await?;
        if !self.names.is_empty() {
            listed.retain(|dataset| self.names.contains(&dataset.name));
        }
        Ok(listed)
    }

    async fn read_dataset(
        &self,
        dataset: ListedDataset,
        old: Option<JournaledDataset>,
        read: &mut ReadIdentity,
    ) -> Result<(), CallError> {
        let identity_id = &read.identity.identity_id;
        // A dataset that was deleted in the meantime is not part of the export.
        let Some(mut records) = self.datasets.read(identity_id, &dataset.name).await? else {
            return Ok(());
        };
        let version = JournaledDataset::new(&dataset.description, &records);
        if !old.is_some_and(|old| old.is_version_of(&records)) {
            records
                .records
                .retain(|record| self.include_deleted || record.value.is_some());
            read.records.append(&mut records.records);
            read.changed_datasets += 1;
        }
        read.identity.datasets.insert(dataset.name, version);
        Ok(())
    }
}

impl ReadIdentity {
    /// Returns the number of datasets that have not changed since the earlier export.
    pub fn unchanged_datasets(&self) -> u64 {
        self.identity.datasets.len() as u64 - self.changed_datasets
    }

    /// Returns the number of datasets whose pages had different sync counts.
    pub fn inconsistent_datasets(&self) -> u64 {
        let datasets = self.identity.datasets.values();
        datasets.filter(|dataset| dataset.inconsistent).count() as u64
    }
}

/// Estimates what a dataset takes in memory.
fn memory_kib(description: &DatasetDescription) -> u32 {
    let number = |number: Option<i64>| u64::try_from(number.unwrap_or(0)).unwrap_or(0);
    let records = number(description.num_records).saturating_mul(RECORD_BYTES);
    let bytes = number(description.data_storage).saturating_add(records);
    u32::try_from(bytes >> 10).unwrap_or(u32::MAX)
}
