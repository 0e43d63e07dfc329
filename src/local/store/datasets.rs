//! The table of datasets. A deleted dataset stays, without records, to keep its sync count.

use rusqlite::{OptionalExtension, Row, params};

use super::Tables;
use crate::local::clock::UnixMillis;
use crate::local::service_error::ServiceError;

/// The identifier of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetId {
    pub pool: String,
    pub identity: String,
    pub name: String,
}

/// A dataset, possibly deleted.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// The key in other tables.
    pub number: i64,
    pub identity: String,
    pub name: String,
    pub sync_count: i64,
    pub is_deleted: bool,
    /// The sync count of the last deletion.
    pub deletion_sync_count: Option<i64>,
    pub creation: UnixMillis,
    pub last_modified: UnixMillis,
    pub last_modified_by: String,
    /// The size of its records' keys and values, in bytes.
    pub data_storage: i64,
    pub num_records: i64,
}

const COLUMNS: &str = "dataset_number, identity_id, dataset_name, sync_count, is_deleted, \
     deletion_sync_count, creation_date, last_modified_date, last_modified_by, data_storage, \
     num_records";

fn dataset_from_row(row: &Row<'_>) -> rusqlite::Result<Dataset> {
    Ok(Dataset {
        number: row.get(0)?,
        identity: row.get(1)?,
        name: row.get(2)?,
        sync_count: row.get(3)?,
        is_deleted: row.get(4)?,
        deletion_sync_count: row.get(5)?,
        creation: row.get(6)?,
        last_modified: row.get(7)?,
        last_modified_by: row.get(8)?,
        data_storage: row.get(9)?,
        num_records: row.get(10)?,
    })
}

impl Tables<'_> {
    /// Returns the dataset, deleted or not.
    pub fn find_dataset(&self, dataset_id: &DatasetId) -> Result<Option<Dataset>, ServiceError> {
        let find = format!(
            "SELECT {COLUMNS} FROM dataset \
             WHERE identity_pool_id = ? AND identity_id = ? AND dataset_name = ?"
        );
        let mut find = self.connection.prepare_cached(&find)?;
        let values = [&dataset_id.pool, &dataset_id.identity, &dataset_id.name];
        let found = find.query_row(values, dataset_from_row).optional()?;
        if let (Some(dataset), false) = (&found, self.is_fully_checked) {
            self.check_records(dataset)?;
        }
        Ok(found)
    }

    /// Returns up to `limit` of the identity's datasets after this name, in order, without deleted
    /// ones.
    pub fn datasets_after(
        &self,
        dataset_id: &DatasetId,
        limit: usize,
    ) -> Result<Vec<Dataset>, ServiceError> {
        let find = format!(
            "SELECT {COLUMNS} FROM dataset WHERE identity_pool_id = ? AND identity_id = ? \
             AND dataset_name > ? AND NOT is_deleted ORDER BY dataset_name LIMIT ?"
        );
        let mut find = self.connection.prepare_cached(&find)?;
        let (pool, identity) = (&dataset_id.pool, &dataset_id.identity);
        let values = params![pool, identity, dataset_id.name, limit as i64];
        let found = find.query_map(values, dataset_from_row)?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns all datasets of the identity pool, without deleted ones.
    pub fn pool_datasets(&self, pool: &str) -> Result<Vec<Dataset>, ServiceError> {
        let find = format!(
            "SELECT {COLUMNS} FROM dataset WHERE identity_pool_id = ? AND NOT is_deleted \
             ORDER BY identity_id, dataset_name"
        );
        let mut find = self.connection.prepare_cached(&find)?;
        let found = find.query_map([pool], dataset_from_row)?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the names of datasets that a merge of identities created from the dataset of this
    /// name: `NAME.` and the other identity's id.
    pub fn merged_dataset_names(
        &self,
        dataset_id: &DatasetId,
    ) -> Result<Vec<String>, ServiceError> {
        // The slash is the character after the dot.
        let find = "SELECT dataset_name FROM dataset WHERE identity_pool_id = ?1 \
             AND identity_id = ?2 AND dataset_name > ?3 || '.' AND dataset_name < ?3 || '/' \
             AND NOT is_deleted ORDER BY dataset_name";
        let mut find = self.connection.prepare_cached(find)?;
        let values = [&dataset_id.pool, &dataset_id.identity, &dataset_id.name];
        let found = find.query_map(values, |row| row.get(0))?;
        let mut names: Vec<String> = found.collect::<rusqlite::Result<_>>()?;
        names.retain(|name| is_identity_id(&name[dataset_id.name.len() + 1..]));
        Ok(names)
    }

    /// Returns the number of the identity's datasets, and their size in bytes.
    pub fn identity_usage(&self, pool: &str, identity: &str) -> Result<(i64, i64), ServiceError> {
        let sum = "SELECT count(*), ifnull(sum(data_storage), 0) FROM dataset \
             WHERE identity_pool_id = ? AND identity_id = ? AND NOT is_deleted";
        let mut sum = self.connection.prepare_cached(sum)?;
        Ok(sum.query_row([pool, identity], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Returns the size of the identity pool's datasets in bytes.
    pub fn pool_usage(&self, pool: &str) -> Result<i64, ServiceError> {
        let sum = "SELECT ifnull(sum(data_storage), 0) FROM dataset \
             WHERE identity_pool_id = ? AND NOT is_deleted";
        let mut sum = self.connection.prepare_cached(sum)?;
        Ok(sum.query_row([pool], |row| row.get(0))?)
    }

    /// Adds an empty dataset that was never synchronized.
    pub fn add_dataset(
        &self,
        dataset_id: &DatasetId,
        by: &str,
        now: UnixMillis,
    ) -> Result<Dataset, ServiceError> {
        let add = "INSERT INTO dataset (identity_pool_id, identity_id, dataset_name, sync_count, \
             is_deleted, creation_date, last_modified_date, last_modified_by, data_storage, \
             num_records) VALUES (?, ?, ?, 0, 0, ?4, ?4, ?5, 0, 0)";
        let mut add = self.connection.prepare_cached(add)?;
        let (pool, identity, name) = (&dataset_id.pool, &dataset_id.identity, &dataset_id.name);
        let number = add.insert(params![pool, identity, name, now, by])?;
        Ok(Dataset {
            number,
            identity: identity.clone(),
            name: name.clone(),
            sync_count: 0,
            is_deleted: false,
            deletion_sync_count: None,
            creation: now,
            last_modified: now,
            last_modified_by: by.to_string(),
            data_storage: 0,
            num_records: 0,
        })
    }

    /// Updates the dataset, except for its id.
    pub fn set_dataset(&self, dataset: &Dataset) -> Result<(), ServiceError> {
        let set = "UPDATE dataset SET sync_count = ?2, is_deleted = ?3, deletion_sync_count = ?4, \
             creation_date = ?5, last_modified_date = ?6, last_modified_by = ?7, \
             data_storage = ?8, num_records = ?9 WHERE dataset_number = ?1";
        self.connection.prepare_cached(set)?.execute(params![
            dataset.number,
            dataset.sync_count,
            dataset.is_deleted,
            dataset.deletion_sync_count,
            dataset.creation,
            dataset.last_modified,
            dataset.last_modified_by,
            dataset.data_storage,
            dataset.num_records,
        ])?;
        Ok(())
    }
}

/// Whether the text has the form of an identity id, `REGION:UUID`.
fn is_identity_id(text: &str) -> bool {
    let Some((region, id)) = text.split_once(':') else {
        return false;
    };
    let of_region = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let groups: Vec<_> = id.split('-').map(str::len).collect();
    !region.is_empty()
        && region.chars().all(of_region)
        && groups == [8, 4, 4, 4, 12]
        && id.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}
