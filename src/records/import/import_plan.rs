//! Decides what an import does with each record of a dataset, from what the dataset has.

use std::collections::HashMap;

use crate::records::exported_record::ExportedRecord;

/// What happens to records that the dataset has with another value (`--on-conflict`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictPolicy {
    /// Nothing of the dataset is written.
    Fail,
    /// They stay as they are.
    Keep,
    /// They get the value of the file.
    Replace,
}

impl ConflictPolicy {
    /// All policies.
    pub const ALL: [ConflictPolicy; 3] = [
        ConflictPolicy::Fail,
        ConflictPolicy::Keep,
        ConflictPolicy::Replace,
    ];

    /// Returns the name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            ConflictPolicy::Fail => "fail",
            ConflictPolicy::Keep => "keep",
            ConflictPolicy::Replace => "replace",
        }
    }

    /// Returns the policy of this name.
    pub fn from_name(name: &str) -> Option<ConflictPolicy> {
        let mut all = ConflictPolicy::ALL.into_iter();
        all.find(|policy| policy.name() == name)
    }
}

/// A change of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The dataset does not have the record, or no longer.
    Add,
    /// It has another value.
    Replace,
    /// It has a record that the file has as removed.
    Remove,
}

/// What becomes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is as in the file already.
    Unchanged,
    /// It differs and stays.
    Kept,
    /// It differs, and nothing is to be written.
    Conflict,
    /// It is changed.
    Write {
        change: Change,
        /// The sync count of the record as it is.
        sync_count: i64,
    },
}

/// Returns the last record of each key, in the order of the file.
pub fn last_of_each_key(records: &[ExportedRecord]) -> Vec<&ExportedRecord> {
    let last: HashMap<&str, usize> = records
        .iter()
        .enumerate()
        .map(|(index, record)| (record.key.as_str(), index))
        .collect();
    let is_last = |(index, record): &(usize, &ExportedRecord)| last[record.key.as_str()] == *index;
    let records = records.iter().enumerate();
    records.filter(is_last).map(|(_, record)| record).collect()
}

/// Decides about each record. `current` has those of the dataset, removed ones too, sorted by key.
pub fn decide(
    records: &[&ExportedRecord],
    current: &[ExportedRecord],
    policy: ConflictPolicy,
) -> Vec<Decision> {
    let records = records.iter().map(|record| {
        let found = current.binary_search_by(|other| other.key.cmp(&record.key));
        decide_one(record, found.ok().map(|index| &current[index]), policy)
    });
    records.collect()
}

fn decide_one(
    record: &ExportedRecord,
    current: Option<&ExportedRecord>,
    policy: ConflictPolicy,
) -> Decision {
    let current_value = current.and_then(|current| current.value.as_ref());
    let change = match (&record.value, current_value) {
        (wanted, current) if wanted.as_ref() == current => return Decision::Unchanged,
        (Some(_), None) => Change::Add,
        (Some(_), Some(_)) => Change::Replace,
        (None, _) => Change::Remove,
    };
    match policy {
        ConflictPolicy::Fail if change != Change::Add => Decision::Conflict,
        ConflictPolicy::Keep if change != Change::Add => Decision::Kept,
        _ => Decision::Write {
            change,
            sync_count: current.and_then(|current| current.sync_count).unwrap_or(0),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::exported_record::tests::record;

    #[test]
    fn decides_by_value_and_policy() {
        let write = |change, sync_count| Decision::Write { change, sync_count };
        let unchanged = [Decision::Unchanged; 3];
        let removed = Some(None);
        let table = [
            (Some("v"), Some(Some("v")), unchanged),
            (Some(""), Some(Some("")), unchanged),
            (None, None, unchanged),
            (None, removed, unchanged),
            (Some("v"), None, [write(Change::Add, 0); 3]),
            (Some(""), removed, [write(Change::Add, 7); 3]),
            (
                Some("v"),
                Some(Some("w")),
                [
                    Decision::Conflict,
                    Decision::Kept,
                    write(Change::Replace, 7),
                ],
            ),
            (
                None,
                Some(Some("w")),
                [Decision::Conflict, Decision::Kept, write(Change::Remove, 7)],
            ),
        ];
        for (wanted, current, want) in table {
            let wanted = record("k", wanted);
            let mut dataset = vec![record("a", Some("x")), record("z", Some("x"))];
            if let Some(value) = current {
                dataset.insert(1, record("k", value));
            }
            let got = ConflictPolicy::ALL.map(|policy| decide(&[&wanted], &dataset, policy)[0]);
            assert_eq!(got, want, "{wanted:?} {current:?}");
        }
    }

    #[test]
    fn takes_last_of_equal_keys() {
        let records = [("a", "1"), ("b", "2"), ("a", "3"), ("c", "4"), ("b", "5")];
        let records = records.map(|(key, value)| record(key, Some(value)));
        let values: Vec<_> = last_of_each_key(&records)
            .into_iter()
            .map(|record| record.value.as_deref())
            .collect();
        assert_eq!(values, [Some("3"), Some("4"), Some("5")]);
    }

    #[test]
    fn has_names() {
        for policy in ConflictPolicy::ALL {
            assert_eq!(ConflictPolicy::from_name(policy.name()), Some(policy));
        }
        assert_eq!(ConflictPolicy::from_name("merge"), None);
    }
}
