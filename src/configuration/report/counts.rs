//! Counts of outcomes: the last line of a report and the summary of a document.

use std::fmt;

use serde::Serialize;

use crate::configuration::outcome::{PoolOutcome, PoolResult};

/// How many pools have each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OutcomeCounts {
    /// All pools.
    pub pools: usize,
    /// Those that are as desired.
    pub unchanged: usize,
    /// Those that differ and were left as they are.
    pub different: usize,
    /// Those that were changed.
    pub changed: usize,
    /// Those that could not be read, changed or verified.
    pub failed: usize,
    /// Those that an interrupt came before.
    pub not_started: usize,
}

impl OutcomeCounts {
    /// Counts the outcomes.
    pub fn of(outcomes: &[PoolOutcome]) -> OutcomeCounts {
        let mut counts = OutcomeCounts {
            pools: outcomes.len(),
            ..OutcomeCounts::default()
        };
        for outcome in outcomes {
            *match &outcome.result {
                PoolResult::Unchanged => &mut counts.unchanged,
                PoolResult::Different(_) => &mut counts.different,
                PoolResult::Changed(_) => &mut counts.changed,
                PoolResult::Failed(_) => &mut counts.failed,
                PoolResult::NotStarted => &mut counts.not_started,
            } += 1;
        }
        counts
    }
}

/// The counts in one line, such as `3 pools: 1 differs, 1 unchanged, 1 failed`.
impl fmt::Display for OutcomeCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.pools == 1 { "" } else { "s" };
        write!(f, "{} pool{plural}: ", self.pools)?;
        if self.unchanged == self.pools {
            return f.write_str("no differences");
        }
        let differs = if self.different == 1 {
            "differs"
        } else {
            "differ"
        };
        let counts = [
            (self.different, differs),
            (self.changed, "changed"),
            (self.unchanged, "unchanged"),
            (self.failed, "failed"),
            (self.not_started, "not started"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        f.write_str(&counts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_counts_that_are_not_zero() {
        let counts = |pools, unchanged, different, changed, failed, not_started| OutcomeCounts {
            pools,
            unchanged,
            different,
            changed,
            failed,
            not_started,
        };
        let table = [
            (counts(0, 0, 0, 0, 0, 0), "0 pools: no differences"),
            (counts(1, 1, 0, 0, 0, 0), "1 pool: no differences"),
            (
                counts(3, 1, 1, 0, 1, 0),
                "3 pools: 1 differs, 1 unchanged, 1 failed",
            ),
            (
                counts(9, 0, 2, 3, 0, 4),
                "9 pools: 2 differ, 3 changed, 4 not started",
            ),
        ];
        for (counts, want) in table {
            assert_eq!(counts.to_string(), want);
        }
    }
}
