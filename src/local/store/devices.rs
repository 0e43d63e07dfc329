//! The tables of devices and subscriptions.

use rusqlite::{OptionalExtension, params};

use super::Tables;
use crate::local::service_error::ServiceError;

/// A device of an identity.
// Without `Debug`, since the token is confidential.
#[derive(Clone, PartialEq, Eq)]
pub struct Device {
    pub id: String,
    pub pool: String,
    pub identity: String,
    pub platform: String,
    /// The token by which the platform identifies the device.
    pub token: String,
}

impl Tables<'_> {
    /// Returns the id of the device that is registered with this token.
    pub fn find_device_by_token(&self, device: &Device) -> Result<Option<String>, ServiceError> {
        let find = "SELECT device_id FROM device WHERE identity_pool_id = ? AND identity_id = ? \
             AND platform = ? AND token = ?";
        let mut find = self.connection.prepare_cached(find)?;
        let values = [
            &device.pool,
            &device.identity,
            &device.platform,
            &device.token,
        ];
        Ok(find.query_row(values, |row| row.get(0)).optional()?)
    }

    /// Whether the identity has the device.
    pub fn has_device(
        &self,
        pool: &str,
        identity: &str,
        device: &str,
    ) -> Result<bool, ServiceError> {
        let find = "SELECT 1 FROM device WHERE device_id = ? AND identity_pool_id = ? \
             AND identity_id = ?";
        Ok(self
            .connection
            .prepare_cached(find)?
            .exists([device, pool, identity])?)
    }

    /// Adds a device.
    pub fn add_device(&self, device: &Device) -> Result<(), ServiceError> {
        let add = "INSERT INTO device VALUES (?, ?, ?, ?, ?)";
        self.connection.prepare_cached(add)?.execute([
            &device.id,
            &device.pool,
            &device.identity,
            &device.platform,
            &device.token,
        ])?;
        Ok(())
    }

    /// Subscribes the device to the dataset, if it is not subscribed.
    pub fn subscribe(&self, dataset: i64, device: &str) -> Result<(), ServiceError> {
        let add = "INSERT OR IGNORE INTO subscription VALUES (?, ?)";
        self.connection
            .prepare_cached(add)?
            .execute(params![dataset, device])?;
        Ok(())
    }

    /// Removes the subscription. Returns whether it existed.
    pub fn unsubscribe(&self, dataset: i64, device: &str) -> Result<bool, ServiceError> {
        let remove = "DELETE FROM subscription WHERE dataset_number = ? AND device_id = ?";
        let mut remove = self.connection.prepare_cached(remove)?;
        Ok(remove.execute(params![dataset, device])? > 0)
    }

    /// Removes all subscriptions to the dataset.
    pub fn unsubscribe_all(&self, dataset: i64) -> Result<(), ServiceError> {
        let remove = "DELETE FROM subscription WHERE dataset_number = ?";
        self.connection.prepare_cached(remove)?.execute([dataset])?;
        Ok(())
    }

    /// Returns the devices that are subscribed to the dataset.
    pub fn subscribed_devices(&self, dataset: i64) -> Result<Vec<Device>, ServiceError> {
        let find = "SELECT device_id, identity_pool_id, identity_id, platform, token \
             FROM subscription JOIN device USING (device_id) WHERE dataset_number = ? \
             ORDER BY device_id";
        let mut find = self.connection.prepare_cached(find)?;
        let found = find.query_map([dataset], |row| {
            Ok(Device {
                id: row.get(0)?,
                pool: row.get(1)?,
                identity: row.get(2)?,
                platform: row.get(3)?,
                token: row.get(4)?,
            })
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }
}
