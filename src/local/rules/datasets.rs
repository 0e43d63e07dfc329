//! Datasets as a whole: listing, describing and deleting them. A deleted one keeps its sync count, so
//! that devices learn of the deletion and a new dataset of that name goes on counting.

use serde_json::{Map, Value as Json, json};

use super::{Call, Done, document, existing};
use crate::local::delivery::{self, Delivery};
use crate::local::moments;
use crate::local::page;
use crate::local::refusal::Ruled;
use crate::local::store::{Address, Dataset, Tables};

/// Datasets on a page, as official clients ask for them.
const PAGE: usize = 64;

pub(super) fn list(call: &Call, tables: Tables<'_>) -> Ruled<Done> {
    let length = page::length(call.input.number("MaxResults"), PAGE, PAGE)?;
    let start = Address {
        name: page::start(call.input.text("NextToken"))?,
        ..call.input.dataset()
    };
    let mut datasets = tables.datasets_behind(&start, length + 1)?;
    let more = page::cut(&mut datasets, length);
    let last = datasets.last().filter(|_| more);
    Ok(document([
        ("Count", json!(datasets.len())),
        ("NextToken", json!(last.map(|last| page::token(&last.name)))),
        ("Datasets", datasets.iter().map(shown).collect()),
    ])
    .into())
}

pub(super) fn describe(call: &Call, tables: Tables<'_>) -> Ruled<Done> {
    let dataset = existing(tables, &call.input.dataset())?;
    Ok(document([("Dataset", shown(&dataset))]).into())
}

pub(super) fn delete(call: &Call, tables: Tables<'_>) -> Ruled<Done> {
    let address = call.input.dataset();
    let before = existing(tables, &address)?;
    tables.remove_records(before.number)?;
    tables.unsubscribe_all(before.number)?;
    let count = before.sync_count + 1;
    let after = Dataset {
        sync_count: count,
        is_deleted: true,
        deletion_sync_count: Some(count),
        last_modified: call.now,
        last_modified_by: call.caller.shown_as(&address.identity, None),
        data_storage: 0,
        num_records: 0,
        ..before.clone()
    };
    tables.set_dataset(&after)?;
    tables.touch_identity(&address.pool, &address.identity, call.now)?;
    let pool = tables.pool(&address.pool)?;
    let deletion = Delivery::of_stream(&pool, || delivery::of_deletion(&address, &after));
    Ok(Done {
        document: Some(document([("Dataset", shown(&before))])),
        deliveries: deletion.into_iter().collect(),
    })
}

fn shown(dataset: &Dataset) -> Json {
    let members: Map<_, _> = document([
        ("CreationDate", moments::to_json(dataset.creation)),
        ("DataStorage", json!(dataset.data_storage)),
        ("DatasetName", json!(dataset.name)),
        ("IdentityId", json!(dataset.identity)),
        ("LastModifiedBy", json!(dataset.last_modified_by)),
        ("LastModifiedDate", moments::to_json(dataset.last_modified)),
        ("NumRecords", json!(dataset.num_records)),
    ]);
    Json::Object(members)
}
