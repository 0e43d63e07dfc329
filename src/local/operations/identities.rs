//! Operations of Cognito Identity: identity pools, and the identities within them. The store knows
//! them from requests to Cognito Sync alone, so that it has neither logins of identities nor names
//! of pools.

use serde_json::{Value as Json, json};

use super::{OperationCall, OperationOutput, document};
use crate::local::clock;
use crate::local::pagination;
use crate::local::service_error::ServiceError;
use crate::local::store::{Identity, Tables};

/// The maximum page size.
const MAX_PAGE_SIZE: usize = 60;

pub(super) fn list(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let pool = call.input.pool();
    tables.pool(pool)?;
    let length = pagination::page_size(
        call.input.number("MaxResults"),
        MAX_PAGE_SIZE,
        MAX_PAGE_SIZE,
    )?;
    let start = pagination::decode_token(call.input.text("NextToken"))?;
    let mut identities = tables.identities_after(pool, &start, length + 1)?;
    let has_more = pagination::truncate_page(&mut identities, length);
    let last = identities.last().filter(|_| has_more);
    Ok(document([
        ("Identities", identities.iter().map(identity_json).collect()),
        ("IdentityPoolId", json!(pool)),
        (
            "NextToken",
            json!(last.map(|last| pagination::encode_token(&last.id))),
        ),
    ])
    .into())
}

pub(super) fn list_pools(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let length = pagination::page_size(
        call.input.number("MaxResults"),
        MAX_PAGE_SIZE,
        MAX_PAGE_SIZE,
    )?;
    let start = pagination::decode_token(call.input.text("NextToken"))?;
    let mut pools = tables.pools_after(&start, length + 1)?;
    let has_more = pagination::truncate_page(&mut pools, length);
    let last = pools.last().filter(|_| has_more);
    let pools_shown = pools.iter().map(|pool| pool_json(&pool.id));
    Ok(document([
        ("IdentityPools", pools_shown.collect()),
        (
            "NextToken",
            json!(last.map(|last| pagination::encode_token(&last.id))),
        ),
    ])
    .into())
}

fn identity_json(identity: &Identity) -> Json {
    Json::Object(document([
        ("CreationDate", clock::to_json_seconds(identity.creation)),
        ("IdentityId", json!(identity.id)),
        (
            "LastModifiedDate",
            clock::to_json_seconds(identity.last_modified),
        ),
    ]))
}

/// Returns an identity pool. It is created by its id, whose part after the region stands for a
/// name.
fn pool_json(pool: &str) -> Json {
    let name = pool.split_once(':').map_or(pool, |(_, name)| name);
    Json::Object(document([
        ("IdentityPoolId", json!(pool)),
        ("IdentityPoolName", json!(name)),
    ]))
}
