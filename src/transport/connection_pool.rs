//! Idle connections, kept for further requests to the same server.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a connection may be idle. Routers forget idle connections, often after some minutes, and a
/// request on one of those is lost without an error.
const IDLE_LIMIT: Duration = Duration::from_secs(60);

/// Idle connections by address. There are never more than were in use at once.
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
    /// An empty pool.
    pub(super) fn new() -> ConnectionPool<S> {
        ConnectionPool {
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Keeps a connection to this address.
    pub(super) fn put(&self, address: String, stream: S) {
        self.put_at(address, stream, Instant::now());
    }

    /// Takes the connection to this address that was used last, which is the least likely to have been
    /// closed. Those that have been idle for too long are closed.
    pub(super) fn take(&self, address: &str) -> Option<S> {
        self.take_at(address, Instant::now())
    }

    fn put_at(&self, address: String, stream: S, since: Instant) {
        self.idle().push(IdleConnection {
            address,
            stream,
            since,
        });
    }

    fn take_at(&self, address: &str, now: Instant) -> Option<S> {
        let mut idle = self.idle();
        idle.retain(|idle| now.saturating_duration_since(idle.since) < IDLE_LIMIT);
        let last = idle.iter().rposition(|idle| idle.address == address)?;
        Some(idle.remove(last).stream)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<IdleConnection<S>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_connection_of_address_used_last() {
        let pool = ConnectionPool::new();
        for (address, stream) in [("a", 1), ("b", 2), ("a", 3), ("b", 4)] {
            pool.put(address.into(), stream);
        }
        let taken = ["a", "a", "a", "c", "b"].map(|address| pool.take(address));
        assert_eq!(taken, [Some(3), Some(1), None, None, Some(4)]);
    }

    #[test]
    fn drops_connections_idle_for_too_long() {
        let pool = ConnectionPool::new();
        let start = Instant::now();
        pool.put_at("a".into(), 1, start);
        pool.put_at("a".into(), 2, start + IDLE_LIMIT / 2);
        assert_eq!(pool.take_at("a", start + IDLE_LIMIT), Some(2));
        assert_eq!(pool.take_at("a", start), None);
    }
}
