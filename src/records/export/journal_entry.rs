//! The lines of an export's journal: JSON objects with one member, whose name is their kind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::records::dataset_reader::{DatasetDescription, ReadDataset};
use crate::records::identity_source::ListPosition;
use crate::records::record_date::RecordDate;
use crate::records::record_writer::OutputCommit;

/// A line of the journal. What stands behind the last `commit` does not count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JournalEntry {
    /// The first line: the options that decide what is exported, by their names.
    Started(Map<String, Json>),
    /// An identity was exported.
    Done(DoneIdentity),
    /// An identity could not be read.
    Failed(FailedIdentity),
    /// All identities of the list before this position are done or have failed.
    List(ListPosition),
    /// Everything before this line is in the output, whose state this is.
    Commit(JournalCommit),
    /// Every identity is done or has failed.
    Finished {},
}

/// An identity that was exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DoneIdentity {
    pub identity_id: String,
    /// Its datasets by name, even those without a change since an earlier export.
    pub datasets: BTreeMap<String, JournaledDataset>,
}

/// The version of a dataset that was exported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct JournaledDataset {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync_count: Option<i64>,
    #[serde(with = "date_text", skip_serializing_if = "Option::is_none")]
    pub creation_date: Option<RecordDate>,
    #[serde(with = "date_text", skip_serializing_if = "Option::is_none")]
    pub last_modified_date: Option<RecordDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_records: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_storage: Option<i64>,
    /// Whether its pages had different sync counts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inconsistent: bool,
}

/// An identity that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FailedIdentity {
    pub identity_id: String,
    /// The code of the service, or that of this program.
    pub code: String,
    pub message: String,
}

/// The state of the output, and what it has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalCommit {
    pub output: OutputCommit,
    pub totals: ExportTotals,
}

/// What was exported so far, by this run and by those that it continues.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ExportTotals {
    /// Identities that are done.
    pub identities: u64,
    /// Those of them without datasets.
    pub empty_identities: u64,
    /// Datasets that were written.
    pub datasets: u64,
    /// Datasets that have not changed since an earlier export.
    pub unchanged_datasets: u64,
    /// Datasets that changed whenever they were read.
    pub inconsistent_datasets: u64,
}

impl JournaledDataset {
    /// The version of a dataset as it was listed, if it was, and read.
    pub fn new(description: &DatasetDescription, read: &ReadDataset) -> JournaledDataset {
        JournaledDataset {
            sync_count: read.sync_count,
            creation_date: description.creation_date,
            last_modified_date: description.last_modified_date,
            num_records: description.num_records,
            data_storage: description.data_storage,
            inconsistent: !read.is_consistent,
        }
    }

    /// Whether a list describes the same version: every change of a dataset changes the date of its
    /// last modification. Without that date, the answer is no.
    pub fn is_described_by(&self, description: &DatasetDescription) -> bool {
        let own = DatasetDescription {
            creation_date: self.creation_date,
            last_modified_date: self.last_modified_date,
            num_records: self.num_records,
            data_storage: self.data_storage,
        };
        description.last_modified_date.is_some() && own == *description && !self.inconsistent
    }

    /// Whether a dataset that was read is the same version.
    pub fn is_version_of(&self, read: &ReadDataset) -> bool {
        read.sync_count.is_some() && self.sync_count == read.sync_count && !self.inconsistent
    }
}

/// Dates as text, for people who look into a journal.
mod date_text {
    use serde::{Deserialize, Deserializer, Serializer, de};
    use serde_json::Value as Json;

    use crate::records::record_date::RecordDate;

    pub fn serialize<S: Serializer>(
        date: &Option<RecordDate>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => serializer.collect_str(date),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<RecordDate>, D::Error> {
        let text = Json::String(String::deserialize(deserializer)?);
        let date = RecordDate::from_json(&text);
        date.map(Some)
            .ok_or_else(|| de::Error::custom("not a date"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(millis: i64) -> Option<RecordDate> {
        Some(RecordDate::from_unix_millis(millis))
    }

    fn description() -> DatasetDescription {
        DatasetDescription {
            creation_date: date(1_400_000_000_000),
            last_modified_date: date(1_412_974_057_151),
            num_records: Some(2),
            data_storage: Some(16),
        }
    }

    fn read(sync_count: i64) -> ReadDataset {
        ReadDataset {
            sync_count: Some(sync_count),
            is_consistent: true,
            ..ReadDataset::default()
        }
    }

    #[test]
    fn writes_lines_as_documented() {
        let datasets = BTreeMap::from([
            ("bare".to_string(), JournaledDataset::default()),
            (
                "d".to_string(),
                JournaledDataset::new(&description(), &read(7)),
            ),
        ]);
        let table = [
            (
                JournalEntry::Done(DoneIdentity {
                    identity_id: "i".into(),
                    datasets,
                }),
                r#"{"done":{"IdentityId":"i","Datasets":{"bare":{},"d":{"SyncCount":7,"CreationDate":"2014-05-13T16:53:20.000Z","LastModifiedDate":"2014-10-10T20:47:37.151Z","NumRecords":2,"DataStorage":16}}}}"#,
            ),
            (
                JournalEntry::Failed(FailedIdentity {
                    identity_id: "i".into(),
                    code: "c".into(),
                    message: "m".into(),
                }),
                r#"{"failed":{"IdentityId":"i","Code":"c","Message":"m"}}"#,
            ),
            (
                JournalEntry::List(ListPosition::Token("t".into())),
                r#"{"list":{"token":"t"}}"#,
            ),
            (JournalEntry::List(ListPosition::End), r#"{"list":"end"}"#),
            (JournalEntry::Finished {}, r#"{"finished":{}}"#),
        ];
        for (entry, want) in table {
            let line = serde_json::to_string(&entry).expect("serializable");
            assert_eq!(line, want);
            assert_eq!(
                serde_json::from_str::<JournalEntry>(&line).ok(),
                Some(entry)
            );
        }
    }

    #[test]
    fn recognizes_unchanged_datasets() {
        let exported = JournaledDataset::new(&description(), &read(7));
        assert!(exported.is_described_by(&description()));
        assert!(exported.is_version_of(&read(7)) && !exported.is_version_of(&read(8)));
        let changes: [fn(&mut DatasetDescription); 4] = [
            |changed| changed.last_modified_date = date(1_412_974_057_152),
            |changed| changed.creation_date = date(0),
            |changed| changed.num_records = Some(3),
            |changed| changed.data_storage = None,
        ];
        for change in changes {
            let mut changed = description();
            change(&mut changed);
            assert!(!exported.is_described_by(&changed), "{changed:?}");
        }
        let bare = JournaledDataset::new(&DatasetDescription::default(), &ReadDataset::default());
        assert!(!bare.is_described_by(&DatasetDescription::default()));
        assert!(!bare.is_version_of(&ReadDataset::default()));
        let moving = JournaledDataset {
            inconsistent: true,
            ..exported
        };
        assert!(!moving.is_described_by(&description()) && !moving.is_version_of(&read(7)));
    }
}
