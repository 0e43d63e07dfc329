//! Listing records, which also starts a sync session.

use serde_json::{Value as Json, json};

use super::{OperationCall, OperationContext, OperationOutput, document};
use crate::local::clock;
use crate::local::pagination;
use crate::local::service_error::ServiceError;
use crate::local::session_token;
use crate::local::store::{Dataset, Record, Tables};

/// The maximum page size. Without `MaxResults` a page has all records, since some clients never
/// request a second one.
const MAX_PAGE_SIZE: usize = 1024;

pub(super) fn list(
    call: &OperationCall,
    context: &OperationContext,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let (input, dataset_id) = (&call.input, call.input.dataset());
    // In a read the pool exists: listing the records of a new pool is a write.
    if tables.are_writable() {
        tables.add_pool(&dataset_id.pool, call.now)?;
    }
    let token = match input.text("SyncSessionToken") {
        None => context.session_tokens.issue(&dataset_id, call.clocks()),
        Some(token) => {
            let session = context
                .session_tokens
                .verify(token, &dataset_id, call.clocks())?;
            if tables.is_session_used(&session.id)? {
                return Err(session_token::invalid_token());
            }
            token.to_string()
        }
    };
    let dataset = tables.find_dataset(&dataset_id)?;
    let since = input.number("LastSyncCount").unwrap_or(0);
    let count = dataset.as_ref().map_or(0, |dataset| dataset.sync_count);
    check_sync_count(since, count)?;
    let length = pagination::page_size(input.number("MaxResults"), usize::MAX - 1, MAX_PAGE_SIZE)?;
    let position = PagePosition::parse(input.text("NextToken"), count)?;
    let mut records = match &dataset {
        Some(dataset) => tables.records_after(dataset.number, &position.key, since, length + 1)?,
        None => Vec::new(),
    };
    let has_more = pagination::truncate_page(&mut records, length);
    let next = records
        .last()
        .filter(|_| has_more)
        .map(|last| position.next_token(&last.key));
    let merged = tables.merged_dataset_names(&dataset_id)?;
    Ok(document([
        ("Count", json!(records.len())),
        (
            "DatasetDeletedAfterRequestedSyncCount",
            json!(is_deleted_after(since, dataset.as_ref())),
        ),
        (
            "DatasetExists",
            json!(dataset.as_ref().is_some_and(|dataset| !dataset.is_deleted)),
        ),
        ("DatasetSyncCount", json!(position.count)),
        (
            "LastModifiedBy",
            json!(dataset.map(|dataset| dataset.last_modified_by)),
        ),
        (
            "MergedDatasetNames",
            json!((!merged.is_empty()).then_some(merged)),
        ),
        ("NextToken", json!(next)),
        ("Records", records.iter().map(record_json).collect()),
        ("SyncSessionToken", json!(token)),
    ])
    .into())
}

/// Rejects a sync count that the dataset never had, with the real service's message.
pub(super) fn check_sync_count(given: i64, current: i64) -> Result<(), ServiceError> {
    if (0..=current).contains(&given) {
        return Ok(());
    }
    Err(ServiceError::invalid(format!(
        "No such SyncCount: {given} exists for this Dataset"
    )))
}

/// Whether the dataset was deleted after this sync count. Never for 0, with which clients start
/// again after a deletion.
fn is_deleted_after(since: i64, dataset: Option<&Dataset>) -> bool {
    let deletion = dataset.and_then(|dataset| dataset.deletion_sync_count);
    deletion.is_some_and(|deletion| 0 < since && since < deletion)
}

/// The position of a page. All pages report the sync count of the first: the next sync then finds
/// what changes meanwhile, even on an earlier page.
struct PagePosition {
    count: i64,
    key: String,
}

impl PagePosition {
    fn parse(token: Option<&str>, current: i64) -> Result<PagePosition, ServiceError> {
        let text = pagination::decode_token(token)?;
        if text.is_empty() {
            return Ok(PagePosition {
                count: current,
                key: text,
            });
        }
        let (count, key) = text.split_once(':').ok_or_else(pagination::invalid_token)?;
        // A count that is not a number is as invalid as one that the dataset never had.
        let count = count.parse().unwrap_or(-1);
        if !(0..=current).contains(&count) {
            return Err(pagination::invalid_token());
        }
        Ok(PagePosition {
            count,
            key: key.to_string(),
        })
    }

    fn next_token(&self, key: &str) -> String {
        pagination::encode_token(&format!("{}:{key}", self.count))
    }
}

pub(super) fn record_json(record: &Record) -> Json {
    let device_last_modified = clock::to_json_seconds(record.device_last_modified);
    Json::Object(document([
        ("DeviceLastModifiedDate", device_last_modified),
        ("Key", json!(record.key)),
        ("LastModifiedBy", json!(record.last_modified_by)),
        (
            "LastModifiedDate",
            clock::to_json_seconds(record.last_modified),
        ),
        ("SyncCount", json!(record.sync_count)),
        ("Value", json!(record.value)),
    ]))
}
