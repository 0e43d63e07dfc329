//! Compares the datasets of an identity with those of an export.

use std::collections::{BTreeMap, BTreeSet};

use super::difference::{Difference, compare};
use super::export_selection::{ComparedIdentities, ExportSelection};
use crate::records::dataset_reader::DatasetReader;
use crate::records::exported_record::ExportedRecord;
use crate::service::CallError;

/// Compares identities of a pool.
#[derive(Debug)]
pub struct IdentityComparer {
    reader: DatasetReader,
    with_sync_counts: bool,
}

/// What comparing an identity has shown.
#[derive(Debug, Default)]
pub struct IdentityComparison {
    pub differences: Vec<Difference>,
    /// Datasets that were compared.
    pub datasets: u64,
    /// Records of the export that were compared.
    pub records: u64,
}

impl IdentityComparer {
    /// Creates a comparer.
    pub fn new(reader: DatasetReader, with_sync_counts: bool) -> IdentityComparer {
        IdentityComparer {
            reader,
            with_sync_counts,
        }
    }

    /// Compares an identity with its records in the export, which may have none of it.
    pub async fn compare(
        &self,
        identity_id: &str,
        exported: &[ExportedRecord],
        selection: &ExportSelection,
    ) -> Result<IdentityComparison, CallError> {
        let mut datasets: BTreeMap<&str, Vec<&ExportedRecord>> = BTreeMap::new();
        for record in exported {
            if selection.has_dataset(&record.dataset_name) {
                datasets
                    .entry(&record.dataset_name)
                    .or_default()
                    .push(record);
            }
        }
        let listed = self.list(identity_id, selection).await?;
        let names: BTreeSet<&str> = datasets
            .keys()
            .copied()
            .chain(listed.iter().map(String::as_str))
            .collect();
        let mut comparison = IdentityComparison::default();
        for name in names {
            let exported = datasets.remove(name).unwrap_or_default();
            let current = self.reader.read(identity_id, name).await?;
            comparison.datasets += u64::from(!exported.is_empty() || current.is_some());
            let current = current.map(|dataset| dataset.records).unwrap_or_default();
            let differences = compare(name, &exported, &current, self.with_sync_counts);
            comparison.differences.extend(differences);
            comparison.records += exported.len() as u64;
        }
        Ok(comparison)
    }

    /// Returns the datasets that may be additional. For a single name, reading it tells whether it
    /// exists.
    async fn list(
        &self,
        identity_id: &str,
        selection: &ExportSelection,
    ) -> Result<Vec<String>, CallError> {
        match (&selection.identities, selection.datasets.as_slice()) {
            (ComparedIdentities::Known, _) => Ok(Vec::new()),
            (_, [name]) => Ok(vec![name.clone()]),
            _ => {
                let listed = self.reader.list(identity_id).await?.into_iter();
                let listed = listed.map(|dataset| dataset.name);
                Ok(listed.filter(|name| selection.has_dataset(name)).collect())
            }
        }
    }
}
