//! Listing, describing and deleting datasets. A deleted dataset keeps its sync count, so that
//! devices learn of the deletion and a new dataset of that name continues the count.

use serde_json::{Map, Value as Json, json};

use super::{OperationCall, OperationOutput, document, find_existing_dataset};
use crate::local::clock;
use crate::local::delivery::{self, Delivery};
use crate::local::pagination;
use crate::local::service_error::ServiceError;
use crate::local::store::{Dataset, DatasetId, Tables};

/// The maximum page size, which official clients request.
const MAX_PAGE_SIZE: usize = 64;

pub(super) fn list(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let read_after = |name, limit| {
        let start = DatasetId {
            name,
            ..call.input.dataset()
        };
        tables.datasets_after(&start, limit)
    };
    let page = pagination::read_page(&call.input, MAX_PAGE_SIZE, read_after, |last| &last.name)?;
    Ok(document([
        ("Count", json!(page.items.len())),
        ("NextToken", json!(page.next_token)),
        ("Datasets", page.items.iter().map(dataset_json).collect()),
    ])
    .into())
}

pub(super) fn describe(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let dataset = find_existing_dataset(tables, &call.input.dataset())?;
    Ok(document([("Dataset", dataset_json(&dataset))]).into())
}

pub(super) fn delete(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let dataset_id = call.input.dataset();
    let before = find_existing_dataset(tables, &dataset_id)?;
    tables.remove_records(before.number)?;
    tables.unsubscribe_all(before.number)?;
    let count = before.sync_count + 1;
    let after = Dataset {
        sync_count: count,
        is_deleted: true,
        deletion_sync_count: Some(count),
        last_modified: call.now,
        last_modified_by: call.principal.last_modified_by(&dataset_id.identity, None),
        data_storage: 0,
        num_records: 0,
        ..before.clone()
    };
    tables.set_dataset(&after)?;
    tables.touch_identity(&dataset_id.pool, &dataset_id.identity, call.now)?;
    let pool = tables.pool(&dataset_id.pool)?;
    let deletion = Delivery::to_stream(&pool, || delivery::deletion_record(&dataset_id, &after));
    Ok(OperationOutput {
        document: Some(document([("Dataset", dataset_json(&before))])),
        deliveries: deletion.into_iter().collect(),
    })
}

fn dataset_json(dataset: &Dataset) -> Json {
    let members: Map<_, _> = document([
        ("CreationDate", clock::to_json_seconds(dataset.creation)),
        ("DataStorage", json!(dataset.data_storage)),
        ("DatasetName", json!(dataset.name)),
        ("IdentityId", json!(dataset.identity)),
        ("LastModifiedBy", json!(dataset.last_modified_by)),
        (
            "LastModifiedDate",
            clock::to_json_seconds(dataset.last_modified),
        ),
        ("NumRecords", json!(dataset.num_records)),
    ]);
    Json::Object(members)
}
