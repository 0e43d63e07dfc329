//! Cancels calls that are under way, in two steps: first no further request is sent, then responses are no
//! longer waited for.

use std::sync::Arc;

use tokio::sync::watch;

/// Cancels calls; clones cancel the same ones.
#[derive(Debug, Clone)]
pub struct Cancellation(Arc<watch::Sender<Step>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    None,
    Stopped,
    Aborted,
}

impl Default for Cancellation {
    fn default() -> Self {
        Cancellation(Arc::new(watch::Sender::new(Step::None)))
    }
}

impl Cancellation {
    /// Lets no further request be sent; responses to those that were sent are still waited for.
    pub fn stop(&self) {
        self.raise(Step::Stopped);
    }

    /// Ends all calls at once, whether or not their responses have come.
    pub fn abort(&self) {
        self.raise(Step::Aborted);
    }

    /// Whether no further request is to be sent.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow() >= Step::Stopped
    }

    /// Waits until no further request is to be sent.
    pub async fn stopped(&self) {
        self.reached(Step::Stopped).await;
    }

    /// Waits until responses are no longer waited for.
    pub async fn aborted(&self) {
        self.reached(Step::Aborted).await;
    }

    fn raise(&self, step: Step) {
        self.0.send_if_modified(|current| {
            let is_later = step > *current;
            *current = step.max(*current);
            is_later
        });
    }

    async fn reached(&self, step: Step) {
        let mut steps = self.0.subscribe();
        // Fails only if the sender were gone, which this value holds.
        drop(steps.wait_for(|current| *current >= step).await);
    }
}
