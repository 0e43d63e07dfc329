//! Cancellation of running calls, in two stages: first no further requests are sent, then pending
//! responses are abandoned.

use std::sync::Arc;

use tokio::sync::watch;

/// A handle to cancel calls. Clones cancel the same calls.
#[derive(Debug, Clone)]
pub struct Cancellation {
    stages: Arc<watch::Sender<CancellationStage>>,
    /// The stage from which this handle counts as stopped.
    stops_at: CancellationStage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum CancellationStage {
    Running,
    Stopped,
    Aborted,
}

impl Default for Cancellation {
    fn default() -> Self {
        Cancellation {
            stages: Arc::new(watch::Sender::new(CancellationStage::Running)),
            stops_at: CancellationStage::Stopped,
        }
    }
}

impl Cancellation {
    /// Returns a handle for work that a stop lets finish: it counts as stopped once it is aborted.
    pub fn until_abort(&self) -> Cancellation {
        Cancellation {
            stops_at: CancellationStage::Aborted,
            ..self.clone()
        }
    }

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
        *self.stages.borrow() >= self.stops_at
    }

    /// Waits until further requests are stopped.
    pub async fn stopped(&self) {
        self.wait_for(self.stops_at).await;
    }

    /// Waits until pending responses are abandoned.
    pub async fn aborted(&self) {
        self.wait_for(CancellationStage::Aborted).await;
    }

    fn advance(&self, stage: CancellationStage) {
        self.stages.send_if_modified(|current| {
            let is_later = stage > *current;
            *current = stage.max(*current);
            is_later
        });
    }

    async fn wait_for(&self, stage: CancellationStage) {
        let mut stages = self.stages.subscribe();
        // Fails only after the sender is dropped, and `self` holds it.
        drop(stages.wait_for(|current| *current >= stage).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_work_finish_until_abort() {
        let cancellation = Cancellation::default();
        let finishing = cancellation.until_abort();
        cancellation.stop();
        assert!(cancellation.is_stopped() && !finishing.is_stopped());
        cancellation.abort();
        assert!(finishing.is_stopped());
    }
}
