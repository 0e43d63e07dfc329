//! Cancellation of running calls, in two stages: first no further requests are sent, then pending
//! responses are abandoned.

use std::sync::Arc;

use tokio::sync::watch;

/// A handle to cancel calls. Clones cancel the same calls.
#[derive(Debug, Clone)]
pub struct Cancellation(Arc<watch::Sender<CancellationStage>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum CancellationStage {
    Running,
    Stopped,
    Aborted,
}

impl Default for Cancellation {
    fn default() -> Self {
        Cancellation(Arc::new(watch::Sender::new(CancellationStage::Running)))
    }
}

impl Cancellation {
    /// Stops further requests. Responses to requests already sent are still awaited.
    pub fn stop(&self) {
        self.advance(CancellationStage::Stopped);
    }

    /// Ends all calls immediately, even those whose responses are pending.
    pub fn abort(&self) {
        self.advance(CancellationStage::Aborted);
    }

    /// Returns whether further requests are stopped.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow() >= CancellationStage::Stopped
    }

    /// Waits until further requests are stopped.
    pub async fn stopped(&self) {
        self.wait_for(CancellationStage::Stopped).await;
    }

    /// Waits until pending responses are abandoned.
    pub async fn aborted(&self) {
        self.wait_for(CancellationStage::Aborted).await;
    }

    fn advance(&self, stage: CancellationStage) {
        self.0.send_if_modified(|current| {
            let is_later = stage > *current;
            *current = stage.max(*current);
            is_later
        });
    }

    async fn wait_for(&self, stage: CancellationStage) {
        let mut stages = self.0.subscribe();
        // Fails only after the sender is dropped, and `self` holds it.
        drop(stages.wait_for(|current| *current >= stage).await);
    }
}
