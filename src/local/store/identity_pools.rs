//! The tables of identity pools and identities.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value as Json;

use super::Tables;
use crate::local::clock::UnixMillis;
use crate::local::service_error::ServiceError;

/// An identity pool.
#[derive(Debug, Default)]
pub struct IdentityPool {
    pub id: String,
    pub last_modified: UnixMillis,
    /// The section `PushSync` of the configuration, as it was set.
    pub push_sync: Option<Json>,
    /// The section `CognitoStreams`, as it was set.
    pub cognito_streams: Option<Json>,
    /// Why a failed delivery disabled streaming.
    pub disabled_reason: Option<String>,
    /// The ARN of the function for the event SyncTrigger.
    pub sync_trigger: Option<String>,
    /// The last bulk publish.
    pub bulk_publish: Option<BulkPublish>,
}

/// An identity of a pool.
#[derive(Debug)]
pub struct Identity {
    pub id: String,
    /// When its first dataset was created, or when it last changed if it has none.
    pub creation: UnixMillis,
    pub last_modified: UnixMillis,
}

/// A bulk publish, in progress until `complete`.
#[derive(Debug)]
pub struct BulkPublish {
    pub start: UnixMillis,
    pub complete: UnixMillis,
    /// Why it fails, even while it is in progress.
    pub failure: Option<String>,
}

impl IdentityPool {
    /// Whether push sync has an application for the platform: an ARN such as
    /// `arn:aws:sns:us-east-1:123456789012:app/GCM/name`.
    pub fn has_application(&self, platform: &str) -> bool {
        let arns = self
            .push_sync
            .as_ref()
            .and_then(|push_sync| push_sync.get("ApplicationArns")?.as_array());
        let platform_of = |arn: &Json| arn.as_str()?.split('/').nth(1).map(str::to_string);
        let mut arns = arns.into_iter().flatten();
        arns.any(|arn| platform_of(arn).as_deref() == Some(platform))
    }
}

const COLUMNS: &str = "identity_pool_id, last_modified_date, push_sync, cognito_streams, \
     disabled_reason, sync_trigger, bulk_publish_start, bulk_publish_complete, bulk_publish_failure";

fn pool_from_row(row: &Row<'_>) -> rusqlite::Result<IdentityPool> {
    let json = |column| -> rusqlite::Result<Option<Json>> {
        let text: Option<String> = row.get(column)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    };
    let times: (Option<UnixMillis>, Option<UnixMillis>) = (row.get(6)?, row.get(7)?);
    let failure = row.get(8)?;
    Ok(IdentityPool {
        id: row.get(0)?,
        last_modified: row.get(1)?,
        push_sync: json(2)?,
        cognito_streams: json(3)?,
        disabled_reason: row.get(4)?,
        sync_trigger: row.get(5)?,
        bulk_publish: times.0.zip(times.1).map(|(start, complete)| BulkPublish {
            start,
            complete,
            failure,
        }),
    })
}

impl Tables<'_> {
    /// Returns the identity pool, if it is known.
    pub fn find_pool(&self, id: &str) -> Result<Option<IdentityPool>, ServiceError> {
        let find = format!("SELECT {COLUMNS} FROM identity_pool WHERE identity_pool_id = ?");
        let mut find = self.connection.prepare_cached(&find)?;
        Ok(find.query_row([id], pool_from_row).optional()?)
    }

    /// Returns the identity pool, or an error with the real service's message.
    pub fn pool(&self, id: &str) -> Result<IdentityPool, ServiceError> {
        self.find_pool(id)?.ok_or_else(|| ServiceError {
            is_made_by_change: true,
            ..ServiceError::not_found(format!("IdentityPool '{id}' not found."))
        })
    }

    /// Whether the identity pool is known.
    pub fn has_pool(&self, id: &str) -> Result<bool, ServiceError> {
        let known = "SELECT 1 FROM identity_pool WHERE identity_pool_id = ?";
        Ok(self.connection.prepare_cached(known)?.exists([id])?)
    }

    /// Adds the identity pool, if it is not known.
    pub fn add_pool(&self, id: &str, now: UnixMillis) -> Result<(), ServiceError> {
        let add = "INSERT OR IGNORE INTO identity_pool (identity_pool_id, last_modified_date) \
                   VALUES (?, ?)";
        self.connection
            .prepare_cached(add)?
            .execute(params![id, now])?;
        Ok(())
    }

    /// Adds the identity and its pool if they are not known, and sets the time of their last
    /// change.
    pub fn touch_identity(
        &self,
        pool: &str,
        identity: &str,
        now: UnixMillis,
    ) -> Result<(), ServiceError> {
        self.add_pool(pool, now)?;
        let pool_changed =
            "UPDATE identity_pool SET last_modified_date = ?2 WHERE identity_pool_id = ?1";
        self.connection
            .prepare_cached(pool_changed)?
            .execute(params![pool, now])?;
        let identity_changed = "INSERT INTO identity VALUES (?, ?, ?) \
             ON CONFLICT DO UPDATE SET last_modified_date = excluded.last_modified_date";
        let mut identity_changed = self.connection.prepare_cached(identity_changed)?;
        identity_changed.execute(params![pool, identity, now])?;
        Ok(())
    }

    /// Returns when the identity last changed, if it is known.
    pub fn find_identity(
        &self,
        pool: &str,
        identity: &str,
    ) -> Result<Option<UnixMillis>, ServiceError> {
        let find = "SELECT last_modified_date FROM identity \
                    WHERE identity_pool_id = ? AND identity_id = ?";
        let mut find = self.connection.prepare_cached(find)?;
        Ok(find
            .query_row([pool, identity], |row| row.get(0))
            .optional()?)
    }

    /// Returns up to `limit` of the pool's identities after this id, in order.
    pub fn identities_after(
        &self,
        pool: &str,
        id: &str,
        limit: usize,
    ) -> Result<Vec<Identity>, ServiceError> {
        let find = "SELECT identity_id, ifnull((SELECT min(creation_date) FROM dataset \
             WHERE dataset.identity_pool_id = identity.identity_pool_id \
             AND dataset.identity_id = identity.identity_id), last_modified_date), \
             last_modified_date FROM identity WHERE identity_pool_id = ? AND identity_id > ? \
             ORDER BY identity_id LIMIT ?";
        let mut find = self.connection.prepare_cached(find)?;
        let found = find.query_map(params![pool, id, limit as i64], |row| {
            Ok(Identity {
                id: row.get(0)?,
                creation: row.get(1)?,
                last_modified: row.get(2)?,
            })
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns up to `limit` identity pools after this id, in order.
    pub fn pools_after(&self, id: &str, limit: usize) -> Result<Vec<IdentityPool>, ServiceError> {
        let find = format!(
            "SELECT {COLUMNS} FROM identity_pool WHERE identity_pool_id > ? \
             ORDER BY identity_pool_id LIMIT ?"
        );
        let mut find = self.connection.prepare_cached(&find)?;
        let found = find.query_map(params![id, limit as i64], pool_from_row)?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Updates the pool's configuration.
    pub fn set_pool(&self, pool: &IdentityPool) -> Result<(), ServiceError> {
        let set = "UPDATE identity_pool SET last_modified_date = ?2, push_sync = ?3, \
             cognito_streams = ?4, disabled_reason = ?5, sync_trigger = ?6, \
             bulk_publish_start = ?7, bulk_publish_complete = ?8, bulk_publish_failure = ?9 \
             WHERE identity_pool_id = ?1";
        let text = |json: &Option<Json>| json.as_ref().map(Json::to_string);
        let bulk = pool.bulk_publish.as_ref();
        self.connection.prepare_cached(set)?.execute(params![
            pool.id,
            pool.last_modified,
            text(&pool.push_sync),
            text(&pool.cognito_streams),
            pool.disabled_reason,
            pool.sync_trigger,
            bulk.map(|bulk| bulk.start),
            bulk.map(|bulk| bulk.complete),
            bulk.and_then(|bulk| bulk.failure.as_ref()),
        ])?;
        Ok(())
    }
}
