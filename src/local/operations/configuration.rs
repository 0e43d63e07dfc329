//! The configuration of identity pools: push sync and streams. A section that is not given stays, a
//! given one replaces the old one, and an empty one clears it (the real service's documentation
//! does not mention the first).

use serde_json::{Map, Value as Json, json};

use super::{OperationCall, OperationOutput, document};
use crate::local::service_error::ServiceError;
use crate::local::store::{IdentityPool, Tables};

pub(super) fn get(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    Ok(configuration_json(&tables.pool(call.input.pool())?).into())
}

pub(super) fn set(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    tables.add_pool(call.input.pool(), call.now)?;
    let mut pool = tables.pool(call.input.pool())?;
    if let Some(section) = call.input.0.get("PushSync") {
        pool.push_sync = non_empty(section);
    }
    if let Some(section) = call.input.0.get("CognitoStreams") {
        pool.cognito_streams = non_empty(section);
        pool.disabled_reason = None;
    }
    pool.last_modified = call.now;
    tables.set_pool(&pool)?;
    Ok(configuration_json(&pool).into())
}

fn non_empty(section: &Json) -> Option<Json> {
    let is_empty = section.as_object().is_none_or(Map::is_empty);
    (!is_empty).then(|| section.clone())
}

fn configuration_json(pool: &IdentityPool) -> Map<String, Json> {
    let mut streams = pool.cognito_streams.clone();
    if let (Some(Json::Object(streams)), Some(reason)) = (&mut streams, &pool.disabled_reason) {
        streams.insert("DisabledReason".into(), json!(reason));
    }
    document([
        ("IdentityPoolId", json!(pool.id)),
        ("PushSync", json!(pool.push_sync)),
        ("CognitoStreams", json!(streams)),
    ])
}

/// Disables streaming after a failed delivery, and stores the reason.
pub(in crate::local) fn disable_streaming(
    pool: &str,
    reason: &str,
    tables: Tables<'_>,
) -> Result<(), ServiceError> {
    let Some(mut pool) = tables.find_pool(pool)? else {
        return Ok(());
    };
    if let Some(Json::Object(streams)) = &mut pool.cognito_streams {
        streams.insert("StreamingStatus".into(), json!("DISABLED"));
        pool.disabled_reason = Some(reason.to_string());
        tables.set_pool(&pool)?;
    }
    Ok(())
}
