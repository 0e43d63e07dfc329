//! Idle connections, kept for further requests to the same server.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Maximum idle time of a connection. Routers drop idle connections, often after some minutes, and
/// a request on a dropped one is lost without an error.
const IDLE_LIMIT: Duration = Duration::from_secs(60);

/// Idle connections by address. Their number never exceeds the maximum of concurrent requests.
#[derive(Debug)]
pub(super) struct ConnectionPool<S> {
    idle: Mutex<Vec<IdleConnection<S>>>,
}

#[derive(Debug)]
struct IdleConnection<S> {
    address: String,
    stream: S,
    since: Instant,
}

impl<S> ConnectionPool<S> {
    /// Creates an empty pool.
    pub(super) fn new() -> ConnectionPool<S> {
        ConnectionPool {
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Adds an idle connection to this address.
    pub(super) fn add(&self, address: String, stream: S) {
        self.add_at(address, stream, Instant::now());
    }

    /// Removes and returns the most recently used connection to this address, which is the least
    /// likely to have been closed. Closes all connections that exceed the idle limit.
    pub(super) fn take(&self, address: &str) -> Option<S> {
        self.take_at(address, Instant::now())
    }

    fn add_at(&self, address: String, stream: S, since: Instant) {
        self.lock().push(IdleConnection {
            address,
            stream,
            since,
        });
    }

    fn take_at(&self, address: &str, now: Instant) -> Option<S> {
        let mut idle = self.lock();
        idle.retain(|idle| now.saturating_duration_since(idle.since) < IDLE_LIMIT);
        let last = idle.iter().rposition(|idle| idle.address == address)?;
        Some(idle.remove(last).stream)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<IdleConnection<S>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_most_recently_used_connection_of_address() {
        let pool = ConnectionPool::new();
        for (address, stream) in [("a", 1), ("b", 2), ("a", 3), ("b", 4)] {
            pool.add(address.into(), stream);
        }
        let taken = ["a", "a", "a", "c", "b"].map(|address| pool.take(address));
        assert_eq!(taken, [Some(3), Some(1), None, None, Some(4)]);
    }

    #[test]
    fn closes_connections_over_idle_limit() {
        let pool = ConnectionPool::new();
        let start = Instant::now();
        pool.add_at("a".into(), 1, start);
        pool.add_at("a".into(), 2, start + IDLE_LIMIT / 2);
        assert_eq!(pool.take_at("a", start + IDLE_LIMIT), Some(2));
        assert_eq!(pool.take_at("a", start), None);
    }
}
