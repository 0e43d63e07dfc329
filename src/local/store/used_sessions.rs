//! The table of used sync sessions, and the key of session tokens.

use rusqlite::params;

use super::Tables;
use crate::local::clock::UnixMillis;
use crate::local::service_error::ServiceError;

impl Tables<'_> {
    /// Returns the key of session tokens, which all processes with this store share.
    pub fn session_token_key(&self) -> Result<Vec<u8>, ServiceError> {
        let key = "SELECT value FROM secret WHERE name = 'session token key'";
        Ok(self.connection.query_row(key, [], |row| row.get(0))?)
    }

    /// Whether the session is used.
    pub fn is_session_used(&self, session: &str) -> Result<bool, ServiceError> {
        let used = "SELECT 1 FROM used_session WHERE session_id = ?";
        Ok(self.connection.prepare_cached(used)?.exists([session])?)
    }

    /// Marks the session as used, and deletes sessions whose tokens have expired. Both go by the
    /// machine's clock: the service's clock can be moved ahead and back, and a used token must not
    /// become valid again.
    pub fn mark_session_used(
        &self,
        session: &str,
        expiration: UnixMillis,
        now: UnixMillis,
    ) -> Result<(), ServiceError> {
        let forget = "DELETE FROM used_session WHERE expiration < ?";
        self.connection.prepare_cached(forget)?.execute([now])?;
        let remember = "INSERT INTO used_session VALUES (?, ?)";
        let mut remember = self.connection.prepare_cached(remember)?;
        remember.execute(params![session, expiration])?;
        Ok(())
    }
}
