//! Work on many items, with a limit to how many are under way at once.

pub mod progress;

use std::future::Future;

use futures_util::stream;
use futures_util::{Stream, StreamExt as _};

use crate::cancellation::Cancellation;

/// Works on the items, on at most `concurrency` of them at once, and passes each outcome to
/// `on_completed` in the order of completion. No further item is started once `cancellation` is
/// stopped; `work` on those under way continues to its end.
pub async fn for_each<I, F: Future>(
    items: impl IntoIterator<Item = I>,
    concurrency: usize,
    cancellation: &Cancellation,
    work: impl FnMut(I) -> F,
    on_completed: impl FnMut(F::Output),
) {
    let items = stream::iter(items);
    for_each_of_stream(items, concurrency, cancellation, work, on_completed).await;
}

/// Works likewise on items that become known one after the other.
pub async fn for_each_of_stream<I, F: Future>(
    items: impl Stream<Item = I>,
    concurrency: usize,
    cancellation: &Cancellation,
    work: impl FnMut(I) -> F,
    mut on_completed: impl FnMut(F::Output),
) {
    let items = items.take_until(cancellation.stopped());
    let mut outcomes = std::pin::pin!(items.map(work).buffer_unordered(concurrency.max(1)));
    while let Some(outcome) = outcomes.next().await {
        on_completed(outcome);
    }
}

/// Works likewise, and passes the outcomes on in the order of the items.
pub async fn for_each_in_order<I, F: Future>(
    items: impl Stream<Item = I>,
    concurrency: usize,
    cancellation: &Cancellation,
    work: impl FnMut(I) -> F,
    mut on_completed: impl FnMut(F::Output),
) {
    let items = items.take_until(cancellation.stopped());
    let mut outcomes = std::pin::pin!(items.map(work).buffered(concurrency.max(1)));
    while let Some(outcome) = outcomes.next().await {
        on_completed(outcome);
    }
}

/// Works on the items likewise and returns the outcomes in the order of the items; `None` for those
/// that were not started.
pub async fn map<I, F: Future>(
    items: impl IntoIterator<Item = I, IntoIter: ExactSizeIterator>,
    concurrency: usize,
    cancellation: &Cancellation,
    mut work: impl FnMut(I) -> F,
    mut on_completed: impl FnMut(&F::Output),
) -> Vec<Option<F::Output>> {
    let items = items.into_iter();
    let mut outcomes: Vec<_> = (0..items.len()).map(|_| None).collect();
    let work = |(index, item)| {
        let outcome = work(item);
        async move { (index, outcome.await) }
    };
    let store = |(index, outcome): (usize, F::Output)| {
        on_completed(&outcome);
        outcomes[index] = Some(outcome);
    };
    for_each(items.enumerate(), concurrency, cancellation, work, store).await;
    outcomes
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;
    use tokio::task::yield_now;

    use super::*;

    /// Runs the future, which waits for nothing but other tasks.
    fn block_on<F: Future>(future: F) -> F::Output {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime without drivers").block_on(future)
    }

    proptest! {
        #[test]
        fn limits_concurrency_and_keeps_order(
            yields in proptest::collection::vec(0..9usize, 0..30),
            concurrency in 0..9usize,
        ) {
            let (running, most) = (Cell::new(0), Cell::new(0));
            let (running, most) = (&running, &most);
            let work = |(index, yields): (usize, usize)| async move {
                running.set(running.get() + 1);
                most.set(running.get().max(most.get()));
                for _ in 0..yields {
                    yield_now().await;
                }
                running.set(running.get() - 1);
                index
            };
            let mut completed = Vec::new();
            let cancellation = Cancellation::default();
            let items: Vec<_> = yields.iter().copied().enumerate().collect();
            let outcomes = block_on(map(items, concurrency, &cancellation, work, |index| {
                completed.push(*index);
            }));
            prop_assert_eq!(outcomes, (0..yields.len()).map(Some).collect::<Vec<_>>());
            prop_assert!(most.get() <= concurrency.max(1));
            completed.sort_unstable();
            prop_assert_eq!(completed, (0..yields.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn reports_outcomes_in_order_of_completion() {
        let work = |yields: usize| async move {
            for _ in 0..yields {
                yield_now().await;
            }
            yields
        };
        let mut completed = Vec::new();
        let cancellation = Cancellation::default();
        let outcomes = block_on(map([9, 5, 1], 3, &cancellation, work, |outcome| {
            completed.push(*outcome);
        }));
        assert_eq!(completed, [1, 5, 9]);
        assert_eq!(outcomes, [Some(9), Some(5), Some(1)]);
    }

    #[test]
    fn passes_outcomes_on_in_order_of_items() {
        let work = |yields: usize| async move {
            for _ in 0..yields {
                yield_now().await;
            }
            yields
        };
        let mut completed = Vec::new();
        let cancellation = Cancellation::default();
        let items = stream::iter([9, 5, 1, 7]);
        let add = |outcome| completed.push(outcome);
        block_on(for_each_in_order(items, 3, &cancellation, work, add));
        assert_eq!(completed, [9, 5, 1, 7]);
    }

    #[test]
    fn starts_no_item_after_stop_and_finishes_those_under_way() {
        let cancellation = Cancellation::default();
        let work = |item: usize| {
            let cancellation = cancellation.clone();
            async move {
                if item == 3 {
                    cancellation.stop();
                }
                yield_now().await;
                item
            }
        };
        let outcomes = block_on(map(0..9, 2, &cancellation, work, |_| {}));
        let started: Vec<_> = outcomes.iter().flatten().copied().collect();
        assert_eq!(outcomes.len(), 9);
        assert_eq!(started, [0, 1, 2, 3]);
    }
}
