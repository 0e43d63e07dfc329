//! The limit on open connections of `serve`; when it is reached, the connection that has been idle
//! longest is closed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// The maximum number of connections, if the limit on open files allows it.
const MAX_CONNECTIONS: usize = 1000;

/// Open files that the service needs besides connections: the store's, and pipes of programs. Of a
/// low limit, such as 256 on macOS, half is reserved.
const RESERVED_FILES: u64 = 256;

/// How long a connection must have been idle before it may be closed for another.
const MIN_IDLE_TIME: Duration = Duration::from_secs(1);

/// All open connections.
#[derive(Debug)]
pub(super) struct ConnectionLimit {
    slots: Arc<Semaphore>,
    limit: usize,
    open: Mutex<HashMap<u64, Arc<ConnectionActivity>>>,
    next_number: AtomicU64,
}

/// A slot for one connection, which dropping it releases.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    pub activity: Arc<ConnectionActivity>,
    connections: Arc<ConnectionLimit>,
    number: u64,
    _permit: OwnedSemaphorePermit,
}

/// The activity of a connection.
#[derive(Debug)]
pub(super) struct ConnectionActivity {
    began: Instant,
    /// When it was last active, in milliseconds since `began`.
    last_active: AtomicU64,
    /// Whether a request is in progress.
    is_busy: AtomicBool,
    eviction: Notify,
}

impl ConnectionLimit {
    pub fn new() -> Arc<ConnectionLimit> {
        let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        ConnectionLimit::with_limit(max_connections(files))
    }

    fn with_limit(limit: usize) -> Arc<ConnectionLimit> {
        Arc::new(ConnectionLimit {
            slots: Arc::new(Semaphore::new(limit)),
            limit,
            open: Mutex::default(),
            next_number: AtomicU64::new(0),
        })
    }

    /// Waits for a slot. If none is free, the connection that has been idle longest is closed; if
    /// none is idle, requests in progress finish in time.
    pub async fn acquire(self: &Arc<Self>) -> Option<ConnectionSlot> {
        loop {
            let free = self.slots.clone().acquire_owned();
            let permit = match timeout(Duration::from_millis(100), free).await {
                Ok(permit) => permit.ok()?,
                Err(_) => {
                    self.evict_longest_idle();
                    continue;
                }
            };
            let activity = Arc::new(ConnectionActivity::new());
            let number = self.next_number.fetch_add(1, Ordering::Relaxed);
            self.lock().insert(number, activity.clone());
            return Some(ConnectionSlot {
                activity,
                connections: self.clone(),
                number,
                _permit: permit,
            });
        }
    }

    fn evict_longest_idle(&self) {
        let open = self.lock();
        let idle = open
            .values()
            .filter(|activity| activity.idle_time() >= MIN_IDLE_TIME);
        if let Some(longest) = idle.max_by_key(|activity| activity.idle_time()) {
            longest.eviction.notify_one();
        }
    }

    /// Waits until all connections are closed.
    pub async fn all_closed(&self) {
        let all = u32::try_from(self.limit).unwrap_or(u32::MAX);
        drop(self.slots.acquire_many(all).await);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<ConnectionActivity>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns how many connections the limit on open files allows; `None` is no limit.
fn max_connections(files: Option<u64>) -> usize {
    let free = files.map_or(u64::MAX, |files| files - RESERVED_FILES.min(files / 2));
    usize::try_from(free).map_or(MAX_CONNECTIONS, |free| free.clamp(16, MAX_CONNECTIONS))
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.connections.lock().remove(&self.number);
    }
}

impl ConnectionActivity {
    fn new() -> ConnectionActivity {
        ConnectionActivity {
            began: Instant::now(),
            last_active: AtomicU64::new(0),
            is_busy: AtomicBool::new(false),
            eviction: Notify::new(),
        }
    }

    /// Marks the connection active: a request has finished, or a part of a response was sent.
    pub fn touch(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_active.store(now, Ordering::Relaxed);
    }

    pub fn begin_request(&self) {
        self.is_busy.store(true, Ordering::Relaxed);
    }

    pub fn end_request(&self) {
        self.touch();
        self.is_busy.store(false, Ordering::Relaxed);
    }

    /// Returns how long the connection has been idle.
    fn idle_time(&self) -> Duration {
        match self.is_busy.load(Ordering::Relaxed) {
            true => Duration::ZERO,
            false => {
                let last_active = Duration::from_millis(self.last_active.load(Ordering::Relaxed));
                self.began.elapsed().saturating_sub(last_active)
            }
        }
    }

    /// Waits until the connection must be closed for another.
    pub async fn evicted(&self) {
        loop {
            self.eviction.notified().await;
            if self.idle_time() >= MIN_IDLE_TIME {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().build();
        runtime.expect("a runtime").block_on(work)
    }

    #[test]
    fn leaves_files_for_store_and_programs() {
        let table = [
            (Some(0), 16),
            (Some(20), 16),
            (Some(256), 128),
            (Some(1024), 768),
            (Some(u64::MAX), MAX_CONNECTIONS),
            (None, MAX_CONNECTIONS),
        ];
        for (files, want) in table {
            assert_eq!(max_connections(files), want, "{files:?}");
        }
    }

    #[test]
    fn evicts_longest_idle_connection() {
        block_on(async {
            let connections = ConnectionLimit::with_limit(3);
            let mut slots = Vec::new();
            for _ in 0..3 {
                slots.push(connections.acquire().await.expect("a slot"));
            }
            slots[0].activity.begin_request();
            tokio::time::sleep(MIN_IDLE_TIME).await;
            slots[1].activity.touch();
            let mut next_number = std::pin::pin!(connections.acquire());
            let evicted = slots[2].activity.clone();
            tokio::select! {
                _ = &mut next_number => panic!("there is no room"),
                () = evicted.evicted() => {}
            }
            assert_eq!(slots[0].activity.idle_time(), Duration::ZERO);
            slots.pop();
            assert!(next_number.await.is_some());
        });
    }

    #[test]
    fn waits_for_busy_connections() {
        block_on(async {
            let connections = ConnectionLimit::with_limit(1);
            let slot = connections.acquire().await.expect("a slot");
            slot.activity.begin_request();
            let waiting = timeout(Duration::from_millis(300), connections.acquire()).await;
            assert!(waiting.is_err());
            slot.activity.end_request();
            drop(slot);
            let slot = connections.acquire().await;
            drop(slot);
            connections.all_closed().await;
        });
    }
}
