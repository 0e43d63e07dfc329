//! Figures of what identity pools and identities store.

use serde_json::{Value as Json, json};

use super::{Call, Done, document};
use crate::local::moments;
use crate::local::page;
use crate::local::refusal::{Refusal, Ruled};
use crate::local::store::{Pool, Tables};

/// Identity pools on a page.
const PAGE: usize = 60;

pub(super) fn of_pools(call: &Call, tables: Tables<'_>) -> Ruled<Done> {
    let length = page::length(call.input.number("MaxResults"), PAGE, PAGE)?;
    let start = page::start(call.input.text("NextToken"))?;
    let mut pools = tables.pools_behind(&start, length + 1)?;
    let more = page::cut(&mut pools, length);
    let last = pools.last().filter(|_| more);
    let next = last.map(|last| page::token(&last.id));
    let shown = pools.iter().map(|pool| shown(pool, tables));
    Ok(document([
        ("Count", json!(pools.len())),
        (
            "IdentityPoolUsages",
            Json::Array(shown.collect::<Ruled<_>>()?),
        ),
        ("MaxResults", json!(length)),
        ("NextToken", json!(next)),
    ])
    .into())
}

pub(super) fn of_pool(call: &Call, tables: Tables<'_>) -> Ruled<Done> {
    let pool = tables.pool(call.input.pool())?;
    Ok(document([("IdentityPoolUsage", shown(&pool, tables)?)]).into())
}

/// The number of sync sessions is left out: in all replies of the real service that are known, it
/// is null.
fn shown(pool: &Pool, tables: Tables<'_>) -> Ruled<Json> {
    Ok(Json::Object(document([
        ("DataStorage", json!(tables.usage_of_pool(&pool.id)?)),
        ("IdentityPoolId", json!(pool.id)),
        ("LastModifiedDate", moments::to_json(pool.last_modified)),
    ])))
}

pub(super) fn of_identity(call: &Call, tables: Tables<'_>) -> Ruled<Done> {
    let (pool, identity) = (call.input.pool(), call.input.identity());
    tables.pool(pool)?;
    let last_modified = tables
        .find_identity(pool, identity)?
        .ok_or_else(|| Refusal::not_found(format!("Identity '{identity}' not found.")))?;
    let (datasets, storage) = tables.usage_of_identity(pool, identity)?;
    let usage = document([
        ("DataStorage", json!(storage)),
        ("DatasetCount", json!(datasets)),
        ("IdentityId", json!(identity)),
        ("IdentityPoolId", json!(pool)),
        ("LastModifiedDate", moments::to_json(last_modified)),
    ]);
    Ok(document([("IdentityUsage", Json::Object(usage))]).into())
}
