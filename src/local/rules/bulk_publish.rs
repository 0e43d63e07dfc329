//! Bulk publishes: everything that an identity pool stores goes to its stream, at most one at a time
//! and one success in 24 hours.

use serde_json::json;

use super::{Call, Done, Ground, document};
use crate::local::delivery::{self, Delivery};
use crate::local::moments::{self, DAY, Millis};
use crate::local::refusal::{Refusal, Ruled};
use crate::local::store::{Address, BulkPublish, Pool, Tables};

/// How far a bulk publish has come.
enum Progress {
    Going,
    Failed(String),
    Succeeded,
}

impl BulkPublish {
    fn progress(&self, now: Millis) -> Progress {
        match &self.failure {
            _ if now < self.complete => Progress::Going,
            Some(why) => Progress::Failed(why.clone()),
            None => Progress::Succeeded,
        }
    }
}

pub(super) fn start(call: &Call, ground: &Ground, tables: Tables<'_>) -> Ruled<Done> {
    let mut pool = tables.pool(call.input.pool())?;
    if let Some(last) = &pool.bulk_publish {
        match last.progress(call.now) {
            Progress::Going => {
                let message = "A bulk publish of this identity pool is in progress.";
                return Err(Refusal::new("DuplicateRequestException", message));
            }
            Progress::Succeeded if call.now < last.complete.saturating_add(DAY) => {
                let message = "The last bulk publish succeeded less than 24 hours ago.";
                return Err(Refusal::new("AlreadyStreamedException", message));
            }
            Progress::Succeeded | Progress::Failed(_) => {}
        }
    }
    if !delivery::is_streaming(&pool) {
        return Err(Refusal::invalid(format!(
            "Identity pool '{}' has no stream that is switched on.",
            pool.id
        )));
    }
    pool.bulk_publish = Some(BulkPublish {
        start: call.now,
        complete: call.now.saturating_add(ground.bulk_publish_time),
        failure: None,
    });
    tables.set_pool(&pool)?;
    Ok(Done {
        document: Some(document([("IdentityPoolId", json!(pool.id))])),
        deliveries: everything(&pool, tables)?,
    })
}

/// A delivery for each dataset, with all of its records.
fn everything(pool: &Pool, tables: Tables<'_>) -> Ruled<Vec<Delivery>> {
    let mut deliveries = Vec::new();
    for dataset in tables.datasets_of_pool(&pool.id)? {
        let mut records = tables.records(dataset.number)?;
        records.retain(|record| record.value.is_some());
        let address = Address {
            pool: pool.id.clone(),
            identity: dataset.identity.clone(),
            name: dataset.name.clone(),
        };
        let record = || delivery::of_update(&address, &dataset, &records);
        deliveries.extend(Delivery::of_stream(pool, record).map(Delivery::in_bulk));
    }
    Ok(deliveries)
}

pub(super) fn details(call: &Call, tables: Tables<'_>) -> Ruled<Done> {
    let pool = tables.pool(call.input.pool())?;
    let last = pool.bulk_publish.as_ref();
    let progress = last.map(|last| last.progress(call.now));
    let (status, failure) = match progress {
        None => ("NOT_STARTED", None),
        Some(Progress::Going) => ("IN_PROGRESS", None),
        Some(Progress::Failed(why)) => ("FAILED", Some(why)),
        Some(Progress::Succeeded) => ("SUCCEEDED", None),
    };
    let complete = last.filter(|_| status == "SUCCEEDED").map(|l| l.complete);
    Ok(document([
        (
            "BulkPublishCompleteTime",
            json!(complete.map(moments::to_json)),
        ),
        (
            "BulkPublishStartTime",
            json!(last.map(|last| moments::to_json(last.start))),
        ),
        ("BulkPublishStatus", json!(status)),
        ("FailureMessage", json!(failure)),
        ("IdentityPoolId", json!(pool.id)),
    ])
    .into())
}

/// Notes that something of the bulk publish could not be delivered.
pub(in crate::local) fn fail(pool: &str, why: &str, tables: Tables<'_>) -> Ruled<()> {
    let Some(mut pool) = tables.find_pool(pool)? else {
        return Ok(());
    };
    if let Some(bulk) = &mut pool.bulk_publish {
        bulk.failure = Some(why.to_string());
        tables.set_pool(&pool)?;
    }
    Ok(())
}
