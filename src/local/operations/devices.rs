//! Registering devices and subscribing them to datasets.

use serde_json::{Map, json};

use super::{OperationCall, OperationOutput, document, find_existing_dataset};
use crate::local::random;
use crate::local::service_error::ServiceError;
use crate::local::store::{Device, Tables};

/// Registers a device. A token that is registered again keeps its device.
pub(super) fn register(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let input = &call.input;
    let (pool, identity) = (input.pool(), input.identity());
    let platform = input.text("Platform").unwrap_or_default();
    tables.add_pool(pool, call.now)?;
    if !tables.pool(pool)?.has_application(platform) {
        return Err(ServiceError::new(
            "InvalidConfigurationException",
            format!("Identity pool '{pool}' has no push sync application for {platform}."),
        ));
    }
    tables.touch_identity(pool, identity, call.now)?;
    let device = Device {
        id: random::uuid(),
        pool: pool.to_string(),
        identity: identity.to_string(),
        platform: platform.to_string(),
        token: input.text("Token").unwrap_or_default().to_string(),
    };
    let id = match tables.find_device_by_token(&device)? {
        Some(id) => id,
        None => {
            tables.add_device(&device)?;
            device.id
        }
    };
    Ok(document([("DeviceId", json!(id))]).into())
}

pub(super) fn subscribe(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let (dataset, device) = find_dataset_and_device(call, tables)?;
    tables.subscribe(dataset, &device)?;
    Ok(Map::new().into())
}

pub(super) fn unsubscribe(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let (dataset, device) = find_dataset_and_device(call, tables)?;
    if !tables.unsubscribe(dataset, &device)? {
        return Err(ServiceError::not_found(format!(
            "Device '{device}' is not subscribed to the dataset."
        )));
    }
    Ok(Map::new().into())
}

/// Returns the dataset's number and the device's id; both must exist.
fn find_dataset_and_device(
    call: &OperationCall,
    tables: Tables<'_>,
) -> Result<(i64, String), ServiceError> {
    let (pool, identity) = (call.input.pool(), call.input.identity());
    let dataset = find_existing_dataset(tables, &call.input.dataset())?;
    let device = call.input.text("DeviceId").unwrap_or_default();
    if !tables.has_device(pool, identity, device)? {
        return Err(ServiceError::not_found(format!(
            "Device '{device}' not found."
        )));
    }
    Ok((dataset.number, device.to_string()))
}
