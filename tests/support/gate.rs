//! Holds the responses of a test's server back until the test has seen the requests arrive and has
//! done what is to happen before the responses.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// How long requests and the test wait for each other.
const LIMIT: Duration = Duration::from_secs(30);

/// A gate for requests. It is open once the value is dropped, so that the server can stop.
#[derive(Default)]
pub(crate) struct Gate(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    arrived: usize,
    is_open: bool,
}

impl Gate {
    /// A function for the server, which holds the request that calls it back until the gate is
    /// open.
    pub(crate) fn barrier(&self) -> impl Fn() + Send + Sync + 'static {
        let shared = Arc::clone(&self.0);
        move || {
            shared.change(|state| state.arrived += 1);
            shared.wait_until(|state| state.is_open);
        }
    }

    /// Waits until so many requests have arrived.
    #[track_caller]
    pub(crate) fn await_requests(&self, count: usize) {
        let arrived = self.0.wait_until(|state| state.arrived >= count);
        assert!(arrived >= count, "{arrived} of {count} requests arrived");
    }

    /// Lets all requests pass.
    pub(crate) fn open(&self) {
        self.0.change(|state| state.is_open = true);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.open();
    }
}

impl Shared {
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().expect("nobody panics with it"));
        self.changed.notify_all();
    }

    /// Waits for at most [`LIMIT`] and returns how many requests have arrived.
    fn wait_until(&self, is_met: impl Fn(&State) -> bool) -> usize {
        let state = self.state.lock().expect("nobody panics with it");
        let waited = self
            .changed
            .wait_timeout_while(state, LIMIT, |state| !is_met(state));
        waited.expect("nobody panics with it").0.arrived
    }
}
