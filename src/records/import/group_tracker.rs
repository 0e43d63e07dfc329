//! Follows which groups of the files are complete, and so from where the files can be continued.

use std::collections::VecDeque;

use crate::records::record_groups::{FilesPosition, GroupStart};

/// The groups from the first one on that is not complete. Groups complete in any order.
#[derive(Debug, Default)]
pub struct GroupTracker {
    groups: VecDeque<TrackedGroup>,
    /// The number of the first of them.
    first: u64,
    /// Where the files go on behind the complete groups before the first.
    position: Option<FilesPosition>,
}

#[derive(Debug)]
struct TrackedGroup {
    start: GroupStart,
    end: FilesPosition,
    is_complete: bool,
}

impl GroupTracker {
    /// Adds the next group and returns its number.
    pub fn add(&mut self, start: GroupStart, end: FilesPosition) -> u64 {
        self.groups.push_back(TrackedGroup {
            start,
            end,
            is_complete: false,
        });
        self.first + self.groups.len() as u64 - 1
    }

    /// Counts a group as complete.
    pub fn complete(&mut self, number: u64) {
        let index = number
            .checked_sub(self.first)
            .and_then(|index| usize::try_from(index).ok());
        if let Some(group) = index.and_then(|index| self.groups.get_mut(index)) {
            group.is_complete = true;
        }
        while self.groups.front().is_some_and(|group| group.is_complete) {
            self.position = self.groups.pop_front().map(|group| group.end);
            self.first += 1;
        }
    }

    /// Returns the position before which everything is complete, if it has moved.
    pub fn position(&self) -> Option<&FilesPosition> {
        self.position.as_ref()
    }

    /// Returns the complete groups behind that position.
    pub fn complete_ahead(&self) -> Vec<GroupStart> {
        let complete = self.groups.iter().filter(|group| group.is_complete);
        complete.map(|group| group.start).collect()
    }

    /// Returns the number of groups from the first on that is not complete.
    pub fn len(&self) -> usize {
        self.groups.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(lines: u64) -> FilesPosition {
        FilesPosition {
            file: 0,
            lines,
            bytes: 0,
            sha256: String::new(),
        }
    }

    #[test]
    fn moves_on_once_all_groups_before_are_complete() {
        let mut tracker = GroupTracker::default();
        let numbers = [0, 1, 2, 3].map(|line| tracker.add(GroupStart(0, line), end(line + 1)));
        assert_eq!((numbers, tracker.position()), ([0, 1, 2, 3], None));
        tracker.complete(1);
        tracker.complete(3);
        assert_eq!(tracker.position(), None);
        assert_eq!(
            tracker.complete_ahead(),
            [GroupStart(0, 1), GroupStart(0, 3)]
        );
        tracker.complete(0);
        assert_eq!(tracker.position(), Some(&end(2)));
        assert_eq!(
            (tracker.complete_ahead(), tracker.len()),
            (vec![GroupStart(0, 3)], 2)
        );
        tracker.complete(2);
        assert_eq!(tracker.position(), Some(&end(4)));
        assert_eq!(tracker.add(GroupStart(0, 9), end(10)), 4);
        assert_eq!((tracker.complete_ahead(), tracker.len()), (vec![], 1));
    }
}
