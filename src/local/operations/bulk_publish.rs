//! Bulk publishes: all datasets of an identity pool go to its stream, one publish at a time and one
//! success in 24 hours.

use serde_json::json;

use super::{OperationCall, OperationContext, OperationOutput, document};
use crate::local::clock::{self, DAY, UnixMillis};
use crate::local::delivery::{self, Delivery};
use crate::local::service_error::ServiceError;
use crate::local::store::{BulkPublish, DatasetId, IdentityPool, Tables};

/// The status of a bulk publish.
enum BulkPublishStatus {
    InProgress,
    Failed(String),
    Succeeded,
}

impl BulkPublish {
    fn status(&self, now: UnixMillis) -> BulkPublishStatus {
        match &self.failure {
            _ if now < self.complete => BulkPublishStatus::InProgress,
            Some(why) => BulkPublishStatus::Failed(why.clone()),
            None => BulkPublishStatus::Succeeded,
        }
    }
}

pub(super) fn start(
    call: &OperationCall,
    context: &OperationContext,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let mut pool = tables.pool(call.input.pool())?;
    if let Some(last) = &pool.bulk_publish {
        match last.status(call.now) {
            BulkPublishStatus::InProgress => {
                let message = "A bulk publish of this identity pool is in progress.";
                return Err(ServiceError::new("DuplicateRequestException", message));
            }
            BulkPublishStatus::Succeeded if call.now < last.complete.saturating_add(DAY) => {
                let message = "The last bulk publish succeeded less than 24 hours ago.";
                return Err(ServiceError::new("AlreadyStreamedException", message));
            }
            BulkPublishStatus::Succeeded | BulkPublishStatus::Failed(_) => {}
        }
    }
    if !delivery::is_streaming(&pool) {
        return Err(ServiceError::invalid(format!(
            "Identity pool '{}' has no enabled stream.",
            pool.id
        )));
    }
    pool.bulk_publish = Some(BulkPublish {
        start: call.now,
        complete: call.now.saturating_add(context.bulk_publish_time),
        failure: None,
    });
    tables.set_pool(&pool)?;
    Ok(OperationOutput {
        document: Some(document([("IdentityPoolId", json!(pool.id))])),
        deliveries: dataset_deliveries(&pool, tables)?,
    })
}

/// Returns a delivery for each dataset, with all of its records.
fn dataset_deliveries(
    pool: &IdentityPool,
    tables: Tables<'_>,
) -> Result<Vec<Delivery>, ServiceError> {
    let mut deliveries = Vec::new();
    for dataset in tables.pool_datasets(&pool.id)? {
        let mut records = tables.records(dataset.number)?;
        records.retain(|record| record.value.is_some());
        let dataset_id = DatasetId {
            pool: pool.id.clone(),
            identity: dataset.identity.clone(),
            name: dataset.name.clone(),
        };
        let record = || delivery::update_record(&dataset_id, &dataset, &records);
        deliveries.extend(Delivery::to_stream(pool, record).map(Delivery::into_bulk));
    }
    Ok(deliveries)
}

pub(super) fn details(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let pool = tables.pool(call.input.pool())?;
    let last = pool.bulk_publish.as_ref();
    let publish_status = last.map(|last| last.status(call.now));
    let (status, failure) = match publish_status {
        None => ("NOT_STARTED", None),
        Some(BulkPublishStatus::InProgress) => ("IN_PROGRESS", None),
        Some(BulkPublishStatus::Failed(why)) => ("FAILED", Some(why)),
        Some(BulkPublishStatus::Succeeded) => ("SUCCEEDED", None),
    };
    let complete = last.filter(|_| status == "SUCCEEDED").map(|l| l.complete);
    Ok(document([
        (
            "BulkPublishCompleteTime",
            json!(complete.map(clock::to_json_seconds)),
        ),
        (
            "BulkPublishStartTime",
            json!(last.map(|last| clock::to_json_seconds(last.start))),
        ),
        ("BulkPublishStatus", json!(status)),
        ("FailureMessage", json!(failure)),
        ("IdentityPoolId", json!(pool.id)),
    ])
    .into())
}

/// Marks the bulk publish as failed.
pub(in crate::local) fn fail(
    pool: &str,
    why: &str,
    tables: Tables<'_>,
) -> Result<(), ServiceError> {
    let Some(mut pool) = tables.find_pool(pool)? else {
        return Ok(());
    };
    if let Some(bulk) = &mut pool.bulk_publish {
        bulk.failure = Some(why.to_string());
        tables.set_pool(&pool)?;
    }
    Ok(())
}
