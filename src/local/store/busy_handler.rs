//! SQLite's busy handler: waits for locks of other programs until a deadline, however often SQLite
//! asks.

use std::cell::Cell;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a call waits for locks in total; less than clients wait for a response.
pub(in crate::local) const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// The pause between attempts to get a lock.
const PAUSE: Duration = Duration::from_millis(1);

thread_local! {
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Performs work that waits for locks until the deadline.
pub(super) fn with_deadline<T>(deadline: Instant, work: impl FnOnce() -> T) -> T {
    let before = DEADLINE.replace(Some(deadline));
    let done = work();
    DEADLINE.set(before);
    done
}

/// Performs work that waits for locks for up to `LOCK_TIMEOUT`.
pub(super) fn with_default_deadline<T>(work: impl FnOnce() -> T) -> T {
    with_deadline(Instant::now() + LOCK_TIMEOUT, work)
}

/// Pauses and returns true to try again, or false after the deadline. A deadline instead of a
/// number of attempts, since pauses take far longer on a busy machine.
pub(super) fn handle_busy(_attempts: i32) -> bool {
    let is_before_deadline = DEADLINE
        .get()
        .is_some_and(|deadline| Instant::now() < deadline);
    if is_before_deadline {
        sleep(PAUSE);
    }
    is_before_deadline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_until_deadline_and_never_without_one() {
        assert!(!handle_busy(0));
        let began = Instant::now();
        with_deadline(began + Duration::from_millis(30), || {
            assert!(handle_busy(0));
            with_deadline(began, || assert!(!handle_busy(1)));
            while handle_busy(2) {}
        });
        assert!(began.elapsed() >= Duration::from_millis(30));
        assert!(!handle_busy(3));
    }
}
