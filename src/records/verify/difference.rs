//! How records of an identity pool differ from those of an export.

use std::collections::BTreeMap;

use crate::records::exported_record::ExportedRecord;

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// The pool does not have it.
    Missing,
    /// The pool has it otherwise.
    Changed,
    /// Only the pool has it.
    Additional,
}

impl DifferenceKind {
    /// Returns the name in reports.
    pub fn name(self) -> &'static str {
        match self {
            DifferenceKind::Missing => "missing",
            DifferenceKind::Changed => "changed",
            DifferenceKind::Additional => "additional",
        }
    }
}

/// A difference of one record, or of all records of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub kind: DifferenceKind,
    pub dataset_name: String,
    /// `None` for all records of the dataset.
    pub key: Option<String>,
    /// The number of records.
    pub records: u64,
}

/// Compares a dataset of an export, whose last record of each key counts, with that of the pool.
/// Removed records are as good as none.
pub fn compare(
    dataset_name: &str,
    exported: &[&ExportedRecord],
    current: &[ExportedRecord],
    with_sync_counts: bool,
) -> Vec<Difference> {
    let exported: BTreeMap<&str, &ExportedRecord> = exported
        .iter()
        .map(|record| (record.key.as_str(), *record))
        .collect();
    let has_value = |record: &&ExportedRecord| record.value.is_some();
    let current: BTreeMap<&str, &ExportedRecord> = current
        .iter()
        .filter(has_value)
        .map(|record| (record.key.as_str(), record))
        .collect();
    let live = exported.values().copied().filter(has_value).count() as u64;
    let whole = |kind, records| {
        vec![Difference {
            kind,
            dataset_name: dataset_name.to_string(),
            key: None,
            records,
        }]
    };
    match (live, current.len() as u64) {
        (0, 0) => return Vec::new(),
        (_, 0) => return whole(DifferenceKind::Missing, live),
        (0, records) if exported.is_empty() => return whole(DifferenceKind::Additional, records),
        _ => {}
    }
    let mut differences = Vec::new();
    let mut add = |kind, key: &str| {
        differences.push(Difference {
            kind,
            dataset_name: dataset_name.to_string(),
            key: Some(key.to_string()),
            records: 1,
        });
    };
    for (key, record) in &exported {
        match (&record.value, current.get(key)) {
            (None, None) => {}
            (Some(_), None) => add(DifferenceKind::Missing, key),
            (value, Some(current)) => {
                let has_other_count = with_sync_counts && record.sync_count != current.sync_count;
                if *value != current.value || has_other_count {
                    add(DifferenceKind::Changed, key);
                }
            }
        }
    }
    for key in current.keys().filter(|key| !exported.contains_key(*key)) {
        add(DifferenceKind::Additional, key);
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::exported_record::tests::record;

    fn differences(exported: &[(&str, Option<&str>)], current: &[(&str, Option<&str>)]) -> String {
        let records = |records: &[(&str, Option<&str>)]| -> Vec<_> {
            records
                .iter()
                .map(|(key, value)| record(key, *value))
                .collect()
        };
        let (exported, current) = (records(exported), records(current));
        let exported: Vec<_> = exported.iter().collect();
        let differences = compare("d", &exported, &current, false)
            .into_iter()
            .map(|difference| {
                let what = difference
                    .key
                    .unwrap_or(format!("all {}", difference.records));
                format!("{} {what}", difference.kind.name())
            });
        differences.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn compares_values_by_key() {
        let (v, w, removed) = (Some("v"), Some("w"), None);
        let table: [(&[_], &[_], &str); 10] = [
            (&[("a", v)], &[("a", v)], ""),
            (&[], &[], ""),
            (&[("a", removed)], &[("b", removed)], ""),
            (&[("a", v), ("a", w)], &[("a", w)], ""),
            (
                &[("a", v), ("b", v)],
                &[("a", w), ("c", v)],
                "changed a, missing b, additional c",
            ),
            (&[("a", v), ("b", v)], &[("a", removed)], "missing all 2"),
            (
                &[],
                &[("a", v), ("b", v), ("c", removed)],
                "additional all 2",
            ),
            (&[("a", removed)], &[("a", v)], "changed a"),
            (&[("a", Some(""))], &[("a", v)], "changed a"),
            (&[("a", v)], &[("a", v), ("b", removed)], ""),
        ];
        for (exported, current, want) in table {
            assert_eq!(
                differences(exported, current),
                want,
                "{exported:?} {current:?}"
            );
        }
    }

    #[test]
    fn compares_sync_counts_if_asked() {
        let exported = record("a", Some("v"));
        let current = [ExportedRecord {
            sync_count: Some(8),
            ..exported.clone()
        }];
        assert_eq!(compare("d", &[&exported], &current, false), []);
        let differences = compare("d", &[&exported], &current, true);
        assert_eq!(differences[0].kind, DifferenceKind::Changed);
    }
}
