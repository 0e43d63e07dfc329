//! The queue of updates with a function. Updates of one dataset wait for each other, since each
//! event contains the result of the previous one. Updates of different datasets run in parallel, up
//! to a number of programs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use crate::local::store::DatasetId;

/// The maximum number of programs that run at once.
const MAX_PROGRAMS: usize = 32;

/// Identity pool, identity and name of a dataset.
type QueueKey = (String, String, String);

/// The queues of all datasets. A queue is dropped once no update waits in it.
#[derive(Debug)]
pub(in crate::local) struct UpdateQueues {
    datasets: Mutex<HashMap<QueueKey, Weak<AsyncMutex<()>>>>,
    programs: Arc<Semaphore>,
}

/// The turn of an update to invoke its function, until it is dropped.
#[derive(Debug)]
pub(in crate::local) struct QueueTurn {
    _dataset: OwnedMutexGuard<()>,
    _program: Option<OwnedSemaphorePermit>,
}

impl UpdateQueues {
    pub fn new() -> UpdateQueues {
        UpdateQueues {
            datasets: Mutex::default(),
            programs: Arc::new(Semaphore::new(MAX_PROGRAMS)),
        }
    }

    /// Waits until all earlier updates of the dataset are finished.
    pub async fn wait_turn(&self, dataset_id: &DatasetId) -> QueueTurn {
        QueueTurn {
            _dataset: self.queue(dataset_id).lock_owned().await,
            // Fails only if the semaphore is closed, which never happens.
            _program: self.programs.clone().acquire_owned().await.ok(),
        }
    }

    fn queue(&self, dataset_id: &DatasetId) -> Arc<AsyncMutex<()>> {
        let dataset = (
            dataset_id.pool.clone(),
            dataset_id.identity.clone(),
            dataset_id.name.clone(),
        );
        let mut datasets = self.datasets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = datasets.get(&dataset).and_then(Weak::upgrade) {
            return queue;
        }
        datasets.retain(|_, queue| queue.strong_count() > 0);
        let queue = Arc::new(AsyncMutex::new(()));
        datasets.insert(dataset, Arc::downgrade(&queue));
        queue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset(name: &str) -> DatasetId {
        DatasetId {
            pool: "us-east-1:0".into(),
            identity: "us-east-1:1".into(),
            name: name.into(),
        }
    }

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime without drivers").block_on(work)
    }

    #[test]
    fn serializes_updates_of_one_dataset_in_order() {
        block_on(async {
            let (queues, order) = (
                Arc::new(UpdateQueues::new()),
                Arc::new(Mutex::new(Vec::new())),
            );
            let first = queues.wait_turn(&dataset("d")).await;
            let waiting: Vec<_> = (0..5)
                .map(|number| {
                    let (queues, order) = (queues.clone(), order.clone());
                    tokio::spawn(async move {
                        let _turn = queues.wait_turn(&dataset("d")).await;
                        order.lock().expect("nobody panicked").push(number);
                        tokio::task::yield_now().await;
                    })
                })
                .collect();
            // Another dataset does not wait.
            drop(queues.wait_turn(&dataset("e")).await);
            assert!(order.lock().expect("nobody panicked").is_empty());
            drop(first);
            for task in waiting {
                task.await.expect("it does not panic");
            }
            assert_eq!(*order.lock().expect("nobody panicked"), [0, 1, 2, 3, 4]);
        });
    }

    #[test]
    fn drops_queues_without_waiting_updates() {
        block_on(async {
            let queues = UpdateQueues::new();
            for number in 0..100 {
                drop(queues.wait_turn(&dataset(&number.to_string())).await);
            }
            assert_eq!(queues.datasets.lock().expect("nobody panicked").len(), 1);
        });
    }

    #[test]
    fn limits_concurrent_programs() {
        block_on(async {
            let queues = UpdateQueues::new();
            let mut turns = Vec::new();
            for number in 0..MAX_PROGRAMS {
                turns.push(queues.wait_turn(&dataset(&number.to_string())).await);
            }
            let one_more = dataset("one more");
            let mut next = std::pin::pin!(queues.wait_turn(&one_more));
            let waits = std::future::poll_fn(|context| {
                std::task::Poll::Ready(next.as_mut().poll(context).is_pending())
            });
            assert!(waits.await);
            turns.pop();
            next.await;
        });
    }
}
