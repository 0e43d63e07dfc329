//! The inventory as a document, with its members in a fixed order.

use serde_json::{Map, Value as Json, json};

use super::{Inventory, InventoryPool};
use crate::output::{TimestampFormat, format_timestamp};

/// Returns the document.
pub(super) fn document(inventory: &Inventory, timestamps: TimestampFormat<'_>) -> Json {
    let pools = inventory.pools.iter();
    let pools: Vec<_> = pools.map(|pool| pool_document(pool, timestamps)).collect();
    let storage = |pool: &InventoryPool| pool.usage.get("DataStorage").and_then(Json::as_u64);
    let bytes = inventory.pools.iter().filter_map(storage);
    let failures = inventory.failures.iter();
    json!({
        "IdentityPools": pools,
        "Summary": {
            "Regions": inventory.regions,
            "IdentityPools": inventory.pools.len(),
            "IdentityPoolsWithData": bytes.clone().filter(|bytes| *bytes > 0).count(),
            "DataStorage": bytes.fold(0, u64::saturating_add),
        },
        "Errors": failures.map(|failure| failure.document()).collect::<Vec<_>>(),
    })
}

fn pool_document(pool: &InventoryPool, timestamps: TimestampFormat<'_>) -> Json {
    let usage = |name| pool.usage.get(name).cloned();
    let configuration = pool.configuration.as_ref();
    let of_stream = |name| configuration?.get("CognitoStreams")?.get(name).cloned();
    let other = |name| pool.others.get(name).cloned();
    let applications = configuration.map(|members| {
        let push_sync = members.get("PushSync");
        let arns = push_sync.and_then(|push_sync| push_sync.get("ApplicationArns"));
        arns.and_then(Json::as_array).map_or(0, Vec::len)
    });
    let modified = usage("LastModifiedDate");
    let events = other("Events").filter(|events| !is_empty(events));
    let members = [
        ("Region", Some(pool.region.as_str().into())),
        ("IdentityPoolId", Some(pool.id.as_str().into())),
        ("IdentityPoolName", pool.name.as_deref().map(Json::from)),
        ("DataStorage", usage("DataStorage")),
        ("SyncSessionsCount", usage("SyncSessionsCount")),
        (
            "LastModifiedDate",
            modified.map(|date| format_timestamp(&date, timestamps).unwrap_or(date)),
        ),
        ("PushSync", applications.map(|count| (count > 0).into())),
        ("PushSyncApplications", applications.map(Json::from)),
        ("StreamingStatus", of_stream("StreamingStatus")),
        ("StreamName", of_stream("StreamName")),
        ("DisabledReason", of_stream("DisabledReason")),
        ("BulkPublishStatus", other("BulkPublishStatus")),
        ("Events", events),
    ];
    let known = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.filter(|v| !v.is_null())?)));
    Json::Object(Map::from_iter(known))
}

fn is_empty(value: &Json) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}
