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
    let read_after = |key: String, limit| tables.identities_after(pool, &key, limit);
    let page = pagination::read_page(&call.input, MAX_PAGE_SIZE, read_after, |last| &last.id)?;
    Ok(document([
        ("Identities", page.items.iter().map(identity_json).collect()),
        ("IdentityPoolId", json!(pool)),
        ("NextToken", json!(page.next_token)),
    ])
    .into())
}

pub(super) fn list_pools(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let read_after = |key: String, limit| tables.pools_after(&key, limit);
    let page = pagination::read_page(&call.input, MAX_PAGE_SIZE, read_after, |last| &last.id)?;
    let pools = page.items.iter().map(|pool| pool_json(&pool.id));
    Ok(document([
        ("IdentityPools", pools.collect()),
        ("NextToken", json!(page.next_token)),
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
