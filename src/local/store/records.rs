//! The records of datasets. A removed record stays, without a value, to keep its sync count.

use rusqlite::{OptionalExtension, Row, params};

use super::{Dataset, Tables};
use crate::local::clock::UnixMillis;
use crate::local::service_error::ServiceError;

/// A record, possibly removed.
#[derive(Debug, Clone)]
pub struct Record {
    pub key: String,
    /// `None` for a removed record.
    pub value: Option<String>,
    pub sync_count: i64,
    pub last_modified: UnixMillis,
    pub last_modified_by: String,
    pub device_last_modified: UnixMillis,
}

impl Record {
    /// Returns the size of key and value in bytes; 0 for a removed record.
    pub fn storage(&self) -> i64 {
        let value = self.value.as_ref();
        value.map_or(0, |value| (self.key.len() + value.len()) as i64)
    }
}

const COLUMNS: &str = "record_key, record_value, sync_count, last_modified_date, \
     last_modified_by, device_last_modified_date";

fn record_from_row(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        key: row.get(0)?,
        value: row.get(1)?,
        sync_count: row.get(2)?,
        last_modified: row.get(3)?,
        last_modified_by: row.get(4)?,
        device_last_modified: row.get(5)?,
    })
}

impl Tables<'_> {
    /// Returns the record, removed or not.
    pub fn find_record(&self, dataset: i64, key: &str) -> Result<Option<Record>, ServiceError> {
        let find =
            format!("SELECT {COLUMNS} FROM record WHERE dataset_number = ? AND record_key = ?");
        let mut find = self.connection.prepare_cached(&find)?;
        Ok(find
            .query_row(params![dataset, key], record_from_row)
            .optional()?)
    }

    /// Returns up to `limit` records after this key, in order, that have changed since the sync
    /// count, including removed ones.
    pub fn records_after(
        &self,
        dataset: i64,
        key: &str,
        since: i64,
        limit: usize,
    ) -> Result<Vec<Record>, ServiceError> {
        let find = format!(
            "SELECT {COLUMNS} FROM record WHERE dataset_number = ? AND record_key > ? \
             AND sync_count > ? ORDER BY record_key LIMIT ?"
        );
        let mut find = self.connection.prepare_cached(&find)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = find.query_map(params![dataset, key, since, limit], record_from_row)?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns all records of the dataset, including removed ones.
    pub fn records(&self, dataset: i64) -> Result<Vec<Record>, ServiceError> {
        self.records_after(dataset, "", -1, usize::MAX)
    }

    /// Checks that the dataset's records agree with their index and with the dataset's record
    /// count, if the store was not checked completely.
    pub fn check_records(&self, dataset: &Dataset) -> Result<(), ServiceError> {
        // The first of the two reads the index alone, the second the table.
        let compare = "SELECT count(record.record_value), ifnull(sum(record.record_key IS NOT \
             entry.record_key OR record.dataset_number IS NOT entry.dataset_number), 0) \
             FROM record AS entry LEFT JOIN record ON record.rowid = entry.rowid \
             WHERE entry.dataset_number = ?";
        let mut compare = self.connection.prepare_cached(compare)?;
        let (found, wrong): (i64, i64) =
            compare.query_row([dataset.number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if wrong == 0 && found == dataset.num_records {
            return Ok(());
        }
        Err(ServiceError::internal(format!(
            "The store is damaged: the records of dataset '{}' and their index disagree. Put a \
             backup in its place, or let SQLite's command REINDEX rebuild its indexes.",
            dataset.name
        )))
    }

    /// Inserts or replaces the record.
    pub fn set_record(&self, dataset: i64, record: &Record) -> Result<(), ServiceError> {
        let set = "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?)";
        self.connection.prepare_cached(set)?.execute(params![
            dataset,
            record.key,
            record.value,
            record.sync_count,
            record.last_modified,
            record.last_modified_by,
            record.device_last_modified,
        ])?;
        Ok(())
    }

    /// Deletes all records of the dataset.
    pub fn remove_records(&self, dataset: i64) -> Result<(), ServiceError> {
        let remove = "DELETE FROM record WHERE dataset_number = ?";
        self.connection.prepare_cached(remove)?.execute([dataset])?;
        Ok(())
    }
}
