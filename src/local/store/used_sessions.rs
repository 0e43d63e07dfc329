//! Which sync sessions are used up, and the key that session tokens are sealed with.

use rusqlite::params;

use super::Tables;
use crate::local::clock::UnixMillis;
use crate::local::service_error::ServiceError;

impl Tables<'_> {
    /// The key of session tokens, the same for all who use the store.
    pub fn session_token_key(&self) -> Result<Vec<u8>, ServiceError> {
        let key = "SELECT value FROM secret WHERE name = 'session token key'";
        Ok(self.connection.query_row(key, [], |row| row.get(0))?)
    }

    /// Whether the session was used up.
    pub fn is_session_used(&self, session: &str) -> Result<bool, ServiceError> {
        let used = "SELECT 1 FROM used_session WHERE session_id = ?";
        Ok(self.connection.prepare_cached(used)?.exists([session])?)
    }

    /// Uses the session up. Sessions whose tokens have expired are forgotten, both by the machine's
    /// clock: the service's may be moved ahead and back, and a token must not come to life again.
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
