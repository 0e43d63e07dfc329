//! Usage of identity pools and identities.

use serde_json::{Value as Json, json};

use super::{OperationCall, OperationOutput, document};
use crate::local::clock;
use crate::local::pagination;
use crate::local::service_error::ServiceError;
use crate::local::store::{IdentityPool, Tables};

/// The maximum page size.
const MAX_PAGE_SIZE: usize = 60;

pub(super) fn list_pools(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let read_after = |key: String, limit| tables.pools_after(&key, limit);
    let page = pagination::read_page(&call.input, MAX_PAGE_SIZE, read_after, |last| &last.id)?;
    let usages = page.items.iter().map(|pool| pool_usage_json(pool, tables));
    Ok(document([
        ("Count", json!(page.items.len())),
        (
            "IdentityPoolUsages",
            Json::Array(usages.collect::<Result<_, ServiceError>>()?),
        ),
        ("MaxResults", json!(page.size)),
        ("NextToken", json!(page.next_token)),
    ])
    .into())
}

pub(super) fn describe_pool(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let pool = tables.pool(call.input.pool())?;
    Ok(document([("IdentityPoolUsage", pool_usage_json(&pool, tables)?)]).into())
}

/// Returns the usage of a pool. The number of sync sessions is omitted: in all known responses of
/// the real service it is null.
fn pool_usage_json(pool: &IdentityPool, tables: Tables<'_>) -> Result<Json, ServiceError> {
    Ok(Json::Object(document([
        ("DataStorage", json!(tables.pool_usage(&pool.id)?)),
        ("IdentityPoolId", json!(pool.id)),
        (
            "LastModifiedDate",
            clock::to_json_seconds(pool.last_modified),
        ),
    ])))
}

pub(super) fn describe_identity(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let (pool, identity) = (call.input.pool(), call.input.identity());
    tables.pool(pool)?;
    let last_modified = tables
        .find_identity(pool, identity)?
        .ok_or_else(|| ServiceError::not_found(format!("Identity '{identity}' not found.")))?;
    let (datasets, storage) = tables.identity_usage(pool, identity)?;
    let usage = document([
        ("DataStorage", json!(storage)),
        ("DatasetCount", json!(datasets)),
        ("IdentityId", json!(identity)),
        ("IdentityPoolId", json!(pool)),
        ("LastModifiedDate", clock::to_json_seconds(last_modified)),
    ]);
    Ok(document([("IdentityUsage", Json::Object(usage))]).into())
}
