//! The order of calls: updates of one dataset wait for each other, since each shows its function what
//! the one before has written. Updates of different datasets do not, but the number of programs that
//! run at once is bounded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use crate::local::store::DatasetId;

/// Most programs that run at once.
const MAX_PROGRAMS: usize = 32;

/// Identity pool, identity and name of a dataset.
type Dataset = (String, String, String);

/// The queues of all datasets. Waiting updates hold their queue; one without any is forgotten.
#[derive(Debug)]
pub(in crate::local) struct UpdateQueues {
    datasets: Mutex<HashMap<Dataset, Weak<AsyncMutex<()>>>>,
    programs: Arc<Semaphore>,
}

/// The right to call a function for an update of a dataset, until it is dropped.
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

    /// Waits until all earlier updates of the dataset are done.
    pub async fn wait_turn(&self, address: &DatasetId) -> QueueTurn {
        QueueTurn {
            _dataset: self.queue(address).lock_owned().await,
            // Fails only if the semaphore were closed, which nothing does.
            _program: self.programs.clone().acquire_owned().await.ok(),
        }
    }

    fn queue(&self, address: &DatasetId) -> Arc<AsyncMutex<()>> {
        let dataset = (
            address.pool.clone(),
            address.identity.clone(),
            address.name.clone(),
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
    fn updates_of_one_dataset_take_turns_in_order() {
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
    fn forgets_datasets_that_nobody_waits_for() {
        block_on(async {
            let queues = UpdateQueues::new();
            for number in 0..100 {
                drop(queues.wait_turn(&dataset(&number.to_string())).await);
            }
            assert_eq!(queues.datasets.lock().expect("nobody panicked").len(), 1);
        });
    }

    #[test]
    fn bounds_the_programs_that_run_at_once() {
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
