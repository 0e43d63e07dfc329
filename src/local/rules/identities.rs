//! What Cognito Identity knows of: identity pools, and the identities within them. The store has them from
//! requests to Cognito Sync alone, so that it knows no providers that an identity has signed in with, and
//! no names of identity pools.

use serde_json::{Value as Json, json};

use super::{Call, Done, document};
use crate::local::moments;
use crate::local::page;
use crate::local::refusal::Ruled;
use crate::local::store::{Identity, Tables};

/// Most entries of a page.
const PAGE: usize = 60;

pub(super) fn list(call: &Call, tables: Tables<'_>) -> Ruled<Done> {
    let pool = call.input.pool();
    tables.pool(pool)?;
    let length = page::length(call.input.number("MaxResults"), PAGE, PAGE)?;
    let start = page::start(call.input.text("NextToken"))?;
    let mut identities = tables.identities_behind(pool, &start, length + 1)?;
    let more = page::cut(&mut identities, length);
    let last = identities.last().filter(|_| more);
    Ok(document([
        ("Identities", identities.iter().map(description).collect()),
        ("IdentityPoolId", json!(pool)),
        ("NextToken", json!(last.map(|last| page::token(&last.id)))),
    ])
    .into())
}

pub(super) fn list_pools(call: &Call, tables: Tables<'_>) -> Ruled<Done> {
    let length = page::length(call.input.number("MaxResults"), PAGE, PAGE)?;
    let start = page::start(call.input.text("NextToken"))?;
    let mut pools = tables.pools_behind(&start, length + 1)?;
    let more = page::cut(&mut pools, length);
    let last = pools.last().filter(|_| more);
    let pools_shown = pools.iter().map(|pool| short_description(&pool.id));
    Ok(document([
        ("IdentityPools", pools_shown.collect()),
        ("NextToken", json!(last.map(|last| page::token(&last.id)))),
    ])
    .into())
}

fn description(identity: &Identity) -> Json {
    Json::Object(document([
        ("CreationDate", moments::to_json(identity.creation)),
        ("IdentityId", json!(identity.id)),
        ("LastModifiedDate", moments::to_json(identity.last_modified)),
    ]))
}

/// An identity pool comes to exist by its id, of which the part behind the region stands for a name.
fn short_description(pool: &str) -> Json {
    let name = pool.split_once(':').map_or(pool, |(_, name)| name);
    Json::Object(document([
        ("IdentityPoolId", json!(pool)),
        ("IdentityPoolName", json!(name)),
    ]))
}
