//! Follows which batches of identities are complete, and so from where the list of identities can
//! be continued.

use std::collections::VecDeque;

use crate::records::identity_source::ListPosition;

/// The batches that are not complete. Identities complete in any order, batches count in theirs.
#[derive(Debug, Default)]
pub struct BatchTracker {
    batches: VecDeque<OpenBatch>,
    /// The number of the first of them.
    first: u64,
}

#[derive(Debug)]
struct OpenBatch {
    /// Identities that are not complete.
    pending: usize,
    /// Where the list goes on behind the batch.
    position: ListPosition,
}

impl BatchTracker {
    /// Adds a batch with so many identities and returns its number.
    pub fn add(&mut self, identities: usize, position: ListPosition) -> u64 {
        self.batches.push_back(OpenBatch {
            pending: identities,
            position,
        });
        self.first + self.batches.len() as u64 - 1
    }

    /// Counts an identity of a batch as complete.
    pub fn complete(&mut self, batch: u64) {
        let index = batch
            .checked_sub(self.first)
            .and_then(|index| usize::try_from(index).ok());
        if let Some(batch) = index.and_then(|index| self.batches.get_mut(index)) {
            batch.pending = batch.pending.saturating_sub(1);
        }
    }

    /// Removes the complete batches at the start, and returns the position behind them.
    pub fn take_position(&mut self) -> Option<ListPosition> {
        let mut position = None;
        while self.batches.front().is_some_and(|batch| batch.pending == 0) {
            position = self.batches.pop_front().map(|batch| batch.position);
            self.first += 1;
        }
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(token: &str) -> ListPosition {
        ListPosition::Token(token.into())
    }

    #[test]
    fn moves_on_once_all_batches_before_are_complete() {
        let mut tracker = BatchTracker::default();
        assert_eq!(tracker.take_position(), None);
        let first = tracker.add(2, token("a"));
        let second = tracker.add(1, token("b"));
        tracker.complete(second);
        tracker.complete(first);
        assert_eq!(tracker.take_position(), None);
        tracker.complete(first);
        assert_eq!(tracker.take_position(), Some(token("b")));
        assert_eq!(tracker.take_position(), None);
        tracker.add(0, token("c"));
        let last = tracker.add(1, ListPosition::End);
        assert_eq!(tracker.take_position(), Some(token("c")));
        tracker.complete(last);
        assert_eq!(tracker.take_position(), Some(ListPosition::End));
    }
}
