//! Imports the records of a dataset: reads what it has, sends the changes, and reads it again, until
//! it is as wanted. That way, each change is verified, and one whose response was lost is recognized.

use serde_json::{Map, Value as Json, json};

use super::import_plan::{Change, ConflictPolicy, Decision, decide, last_of_each_key};
use super::import_totals::RecordCounts;
use crate::error::Error;
use crate::model::OperationId;
use crate::model::limits::{MAX_DATASET_BYTES, MAX_RECORDS};
use crate::records::counted_client::{CountedClient, has_code};
use crate::records::dataset_reader::{DatasetReader, ReadDataset};
use crate::records::exported_record::ExportedRecord;
use crate::service::CallError;

/// How often changes are sent again because of other writers or lost responses.
const MAX_RETRIES: u32 = 5;

/// How many keys an error names.
const MAX_NAMED: usize = 3;

/// Imports datasets into an identity pool.
#[derive(Debug)]
pub struct DatasetImporter {
    client: CountedClient,
    reader: DatasetReader,
    identity_pool_id: String,
    policy: ConflictPolicy,
    is_dry_run: bool,
}

/// Why a dataset was not imported.
#[derive(Debug)]
pub enum ImportError {
    /// A call failed or was cancelled.
    Call(CallError),
    /// So many records differ from those of the file.
    Conflict { records: u64, message: String },
}

impl From<CallError> for ImportError {
    fn from(error: CallError) -> Self {
        ImportError::Call(error)
    }
}

/// A record to write, with its index among those of the file.
struct Patch<'a> {
    index: usize,
    record: &'a ExportedRecord,
    change: Change,
    sync_count: i64,
}

impl DatasetImporter {
    /// Creates an importer; a dry run sends no changes.
    pub fn new(
        client: CountedClient,
        identity_pool_id: &str,
        policy: ConflictPolicy,
        is_dry_run: bool,
    ) -> DatasetImporter {
        DatasetImporter {
            reader: DatasetReader::new(client.clone(), identity_pool_id),
            client,
            identity_pool_id: identity_pool_id.to_string(),
            policy,
            is_dry_run,
        }
    }

    /// Imports records of one dataset into that dataset of an identity.
    pub async fn import(
        &self,
        identity_id: &str,
        records: &[ExportedRecord],
    ) -> Result<RecordCounts, ImportError> {
        let dataset_name = records.first().map_or("", |record| &record.dataset_name);
        let records = last_of_each_key(records);
        let mut sent = vec![None; records.len()];
        let mut retries = 0;
        loop {
            let dataset = self.reader.open_session(identity_id, dataset_name).await?;
            let decisions = decide(&records, &dataset.records, self.policy);
            check_conflicts(&records, &decisions, &sent)?;
            let patches = next_patches(&records, &decisions);
            if patches.is_empty() || self.is_dry_run {
                return Ok(count(&decisions, &sent));
            }
            retries += u32::from(patches.iter().any(|patch| sent[patch.index].is_some()));
            if retries > MAX_RETRIES {
                return Err(CallError::from(Error::general(
                    "The records were changed again and again while they were imported, by other \
                     clients or by a function for SyncTrigger.",
                ))
                .into());
            }
            let outcome = self.update(identity_id, dataset, &patches).await;
            if let Err(error) = outcome {
                retries += 1;
                if has_code(&error, "ResourceConflictException") && retries <= MAX_RETRIES {
                    continue;
                }
                if !may_have_been_made(&error) || retries > MAX_RETRIES {
                    return Err(error.into());
                }
            }
            for patch in patches {
                sent[patch.index] = Some(patch.change);
            }
        }
    }

    async fn update(
        &self,
        identity_id: &str,
        dataset: ReadDataset,
        patches: &[Patch<'_>],
    ) -> Result<(), CallError> {
        let operation = OperationId::UpdateRecords.operation();
        let token = dataset.session_token.ok_or_else(|| {
            let why = "The response of the service has no SyncSessionToken.";
            CallError::from(Error::general(why)).of_operation(OperationId::ListRecords.operation())
        })?;
        let dataset_name = patches
            .first()
            .map_or("", |patch| patch.record.dataset_name.as_str());
        let input = Map::from_iter([
            (
                "IdentityPoolId".to_string(),
                self.identity_pool_id.as_str().into(),
            ),
            ("IdentityId".to_string(), identity_id.into()),
            ("DatasetName".to_string(), dataset_name.into()),
            ("SyncSessionToken".to_string(), token.into()),
            (
                "RecordPatches".to_string(),
                patches.iter().map(Patch::to_json).collect(),
            ),
        ]);
        self.client.call(operation, &input).await.map(drop)
    }
}

impl Patch<'_> {
    fn to_json(&self) -> Json {
        let mut patch = Map::new();
        match &self.record.value {
            Some(value) => {
                patch.insert("Op".to_string(), json!("replace"));
                patch.insert("Value".to_string(), json!(value));
            }
            None => {
                patch.insert("Op".to_string(), json!("remove"));
            }
        }
        patch.insert("Key".to_string(), json!(self.record.key));
        patch.insert("SyncCount".to_string(), json!(self.sync_count));
        if let Some(date) = self.record.device_last_modified_date {
            let seconds = date.to_json_seconds();
            patch.insert("DeviceLastModifiedDate".to_string(), seconds);
        }
        Json::Object(patch)
    }
}

/// Returns the patches of the next update: as many as a dataset may have records, and no more data
/// than it may have. Removed records come first, so that the dataset does not grow beyond its
/// limits in between.
fn next_patches<'a>(records: &[&'a ExportedRecord], decisions: &[Decision]) -> Vec<Patch<'a>> {
    let mut patches: Vec<_> = decisions
        .iter()
        .enumerate()
        .filter_map(|(index, decision)| match decision {
            Decision::Write { change, sync_count } => Some(Patch {
                index,
                record: records[index],
                change: *change,
                sync_count: *sync_count,
            }),
            Decision::Unchanged | Decision::Kept | Decision::Conflict => None,
        })
        .collect();
    patches.sort_by_key(|patch| patch.change != Change::Remove);
    let mut bytes = 0;
    let fits = |patch: &&Patch<'_>| {
        bytes += patch.record.data_bytes() as i64;
        bytes <= MAX_DATASET_BYTES
    };
    let length = patches.iter().take(MAX_RECORDS as usize).take_while(fits);
    // A record that is too large for a dataset is for the service to reject.
    let length = length.count().max(1);
    patches.truncate(length);
    patches
}

fn check_conflicts(
    records: &[&ExportedRecord],
    decisions: &[Decision],
    sent: &[Option<Change>],
) -> Result<(), ImportError> {
    let conflicts: Vec<_> = (0..records.len())
        .filter(|index| decisions[*index] == Decision::Conflict)
        .collect();
    let Some(first) = conflicts.first() else {
        return Ok(());
    };
    let named = conflicts.iter().take(MAX_NAMED);
    let mut keys: Vec<_> = named.map(|index| quoted(&records[*index].key)).collect();
    if conflicts.len() > MAX_NAMED {
        keys.push(format!("{} more", conflicts.len() - MAX_NAMED));
    }
    let (keys, records) = (keys.join(", "), conflicts.len() as u64);
    let is_one = conflicts.len() == 1;
    let message = match (sent[*first].is_some(), sent.iter().any(Option::is_some)) {
        (true, _) => format!(
            "{keys} {}: another client, or a function for SyncTrigger, has changed {}",
            if is_one {
                "is not as it was written"
            } else {
                "are not as they were written"
            },
            if is_one { "it" } else { "them" }
        ),
        (_, has_written) => format!(
            "the dataset has {} for {keys}, so that {} of it is written",
            if is_one {
                "another value"
            } else {
                "other values"
            },
            if has_written {
                "only a part"
            } else {
                "nothing"
            }
        ),
    };
    Err(ImportError::Conflict { records, message })
}

/// A key that a terminal does not obey.
fn quoted(key: &str) -> String {
    format!("{:?}", crate::python::surrogates::escape(key))
}

fn count(decisions: &[Decision], sent: &[Option<Change>]) -> RecordCounts {
    let mut counts = RecordCounts::default();
    for (decision, sent) in decisions.iter().zip(sent) {
        let change = match decision {
            Decision::Unchanged => *sent,
            // Only a dry run leaves some to write.
            Decision::Write { change, .. } => Some(*change),
            Decision::Kept | Decision::Conflict => {
                counts.kept += 1;
                continue;
            }
        };
        match change {
            None => counts.unchanged += 1,
            Some(Change::Add) => counts.added += 1,
            Some(Change::Replace) => counts.replaced += 1,
            Some(Change::Remove) => counts.removed += 1,
        }
    }
    counts
}

/// Whether the service may have made the change although the call failed. A retry after a lost
/// response is rejected, since the first attempt has used up the session.
fn may_have_been_made(error: &CallError) -> bool {
    let CallError::Failed(failure) = error else {
        return false;
    };
    let is_session_over = has_code(error, "InvalidParameterException")
        && failure.message.contains("SyncSessionToken");
    failure.context.may_have_made_change || is_session_over
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::exported_record::tests::record;

    fn write(change: Change) -> Decision {
        Decision::Write {
            change,
            sync_count: 0,
        }
    }

    #[test]
    fn divides_patches_by_number_and_size() {
        let lengths = |sizes: &[usize]| {
            let records: Vec<_> = sizes
                .iter()
                .map(|size| record("k", Some(&"v".repeat(*size))))
                .collect();
            let records: Vec<_> = records.iter().collect();
            let decisions = vec![write(Change::Add); records.len()];
            next_patches(&records, &decisions).len()
        };
        assert_eq!(lengths(&[]), 0);
        assert_eq!(lengths(&[1; 1024]), 1024);
        assert_eq!(lengths(&[1; 1025]), 1024);
        let half = (1 << 19) - 1;
        assert_eq!(lengths(&[half, half]), 2);
        assert_eq!(lengths(&[half, half + 1]), 1);
        assert_eq!(lengths(&[1 << 21, 1]), 1, "left to the service");
    }

    #[test]
    fn removes_before_it_adds() {
        let records = [
            record("a", Some("v")),
            record("b", None),
            record("c", Some("v")),
        ];
        let records: Vec<_> = records.iter().collect();
        let decisions = [
            write(Change::Add),
            write(Change::Remove),
            Decision::Unchanged,
        ];
        let patches = next_patches(&records, &decisions);
        let keys: Vec<_> = patches
            .iter()
            .map(|patch| patch.record.key.as_str())
            .collect();
        assert_eq!(keys, ["b", "a"]);
    }

    #[test]
    fn names_conflicts_and_what_was_written() {
        let records: Vec<_> = ["a\u{1b}", "b", "c", "d", "e"]
            .iter()
            .map(|key| record(key, Some("v")))
            .collect();
        let records: Vec<_> = records.iter().collect();
        let conflict = Decision::Conflict;
        let unchanged = Decision::Unchanged;
        let check = |decisions: [Decision; 5], sent: &[usize]| {
            let sent: Vec<_> = (0..5)
                .map(|index| sent.contains(&index).then_some(Change::Add))
                .collect();
            match check_conflicts(&records, &decisions, &sent) {
                Ok(()) => String::new(),
                Err(ImportError::Conflict { records, message }) => format!("{records} {message}"),
                Err(ImportError::Call(_)) => unreachable!("no call is made"),
            }
        };
        assert_eq!(check([unchanged; 5], &[0]), "");
        assert_eq!(
            check([conflict, conflict, conflict, conflict, unchanged], &[]),
            "4 the dataset has other values for \"a\\u{1b}\", \"b\", \"c\", 1 more, so that nothing of it is \
             written"
        );
        let got = check([unchanged, conflict, unchanged, unchanged, unchanged], &[0]);
        let want =
            "1 the dataset has another value for \"b\", so that only a part of it is written";
        assert_eq!(got, want);
        let got = check([conflict, unchanged, unchanged, unchanged, unchanged], &[0]);
        assert!(
            got.starts_with("1 \"a\\u{1b}\" is not as it was written: "),
            "{got}"
        );
    }
}
