//! Listing records, which also begins a sync session.

use serde_json::{Value as Json, json};

use super::{Call, Done, Ground, document};
use crate::local::moments;
use crate::local::page;
use crate::local::refusal::{Refusal, Ruled};
use crate::local::session;
use crate::local::store::{Dataset, Record, Tables};

/// Most records that a page has where its length is asked for; without, it has all of them, since
/// some clients never ask for a second page.
const PAGE: usize = 1024;

pub(super) fn list(call: &Call, ground: &Ground, tables: Tables<'_>) -> Ruled<Done> {
    let (input, address) = (&call.input, call.input.dataset());
    // Otherwise there is such a pool: listing records of a new one is a change.
    if tables.are_writable() {
        tables.add_pool(&address.pool, call.now)?;
    }
    let token = match input.text("SyncSessionToken") {
        None => ground.sessions.begin(&address, call.clocks()),
        Some(token) => {
            let session = ground.sessions.of_token(token, &address, call.clocks())?;
            if tables.is_used(&session.id)? {
                return Err(session::unusable());
            }
            token.to_string()
        }
    };
    let dataset = tables.find_dataset(&address)?;
    let since = input.number("LastSyncCount").unwrap_or(0);
    let count = dataset.as_ref().map_or(0, |dataset| dataset.sync_count);
    check_sync_count(since, count)?;
    let length = page::length(input.number("MaxResults"), usize::MAX - 1, PAGE)?;
    let place = Place::of_token(input.text("NextToken"), count)?;
    let mut records = match &dataset {
        Some(dataset) => tables.records_behind(dataset.number, &place.key, since, length + 1)?,
        None => Vec::new(),
    };
    let more = page::cut(&mut records, length);
    let next = records
        .last()
        .filter(|_| more)
        .map(|last| place.behind(&last.key));
    let merged = tables.merged_names(&address)?;
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
        ("DatasetSyncCount", json!(place.count)),
        (
            "LastModifiedBy",
            json!(dataset.map(|dataset| dataset.last_modified_by)),
        ),
        (
            "MergedDatasetNames",
            json!((!merged.is_empty()).then_some(merged)),
        ),
        ("NextToken", json!(next)),
        ("Records", records.iter().map(shown).collect()),
        ("SyncSessionToken", json!(token)),
    ])
    .into())
}

/// Refuses a sync count that the dataset has not had, in the real service's words.
pub(super) fn check_sync_count(given: i64, current: i64) -> Ruled<()> {
    if (0..=current).contains(&given) {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "No such SyncCount: {given} exists for this Dataset"
    )))
}

/// Never so for 0: clients begin again with it after a deletion.
fn is_deleted_after(since: i64, dataset: Option<&Dataset>) -> bool {
    let deletion = dataset.and_then(|dataset| dataset.deletion_sync_count);
    deletion.is_some_and(|deletion| 0 < since && since < deletion)
}

/// Where a page begins. The sync count that the first page told is kept to the last one: what
/// changes meanwhile, perhaps on a page before, is then found by the next sync.
struct Place {
    count: i64,
    key: String,
}

impl Place {
    fn of_token(token: Option<&str>, current: i64) -> Ruled<Place> {
        let text = page::start(token)?;
        if text.is_empty() {
            return Ok(Place {
                count: current,
                key: text,
            });
        }
        let (count, key) = text.split_once(':').ok_or_else(page::unusable)?;
        // Whatever is no number is no count, and neither is one that the dataset has not had.
        let count = count.parse().unwrap_or(-1);
        if !(0..=current).contains(&count) {
            return Err(page::unusable());
        }
        Ok(Place {
            count,
            key: key.to_string(),
        })
    }

    fn behind(&self, key: &str) -> String {
        page::token(&format!("{}:{key}", self.count))
    }
}

pub(super) fn shown(record: &Record) -> Json {
    let device_moment = moments::to_json(record.device_last_modified);
    Json::Object(document([
        ("DeviceLastModifiedDate", device_moment),
        ("Key", json!(record.key)),
        ("LastModifiedBy", json!(record.last_modified_by)),
        ("LastModifiedDate", moments::to_json(record.last_modified)),
        ("SyncCount", json!(record.sync_count)),
        ("Value", json!(record.value)),
    ]))
}
