//! What a Kinesis stream delivered: changes of records, in the documented shape of Cognito Streams,
//! alone or within the output of `kinesis get-records`, an event of AWS Lambda or a line of
//! `serve --outbox`.

use std::cmp::Reverse;

use aws_smithy_types::base64;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::records::exported_record::{ExportedRecord, parse_json};
use crate::records::record_date::RecordDate;

/// A version of a record, or the removal of a dataset. The order is that of an export; of the
/// versions of a record, the newest is the first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct StreamEntry {
    pub identity_id: String,
    pub identity_pool_id: String,
    pub dataset_name: String,
    /// `None` for the removal of the dataset.
    pub key: Option<String>,
    pub version: Reverse<EntryVersion>,
}

/// A version of a record. Members after the first only make the order complete, so that the result
/// does not depend on the order of delivery.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct EntryVersion {
    pub sync_count: i64,
    pub last_modified_date: Option<RecordDate>,
    pub device_last_modified_date: Option<RecordDate>,
    /// `None` for a removed record.
    pub value: Option<String>,
}

impl StreamEntry {
    /// Whether both are versions of the same record or dataset.
    pub(super) fn is_same(&self, other: &StreamEntry) -> bool {
        self.key == other.key && self.is_same_dataset(other)
    }

    pub(super) fn is_same_dataset(&self, other: &StreamEntry) -> bool {
        self.dataset_name == other.dataset_name
            && self.identity_id == other.identity_id
            && self.identity_pool_id == other.identity_pool_id
    }

    /// Returns about how much memory it takes.
    pub(super) fn memory(&self) -> usize {
        let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        size_of::<StreamEntry>()
            + self.identity_id.len()
            + self.identity_pool_id.len()
            + self.dataset_name.len()
            + optional(&self.key)
            + optional(&self.version.0.value)
    }

    /// Returns the record; `None` for the removal of a dataset.
    pub(super) fn into_record(self) -> Option<ExportedRecord> {
        let Reverse(version) = self.version;
        Some(ExportedRecord {
            identity_pool_id: self.identity_pool_id,
            identity_id: self.identity_id,
            dataset_name: self.dataset_name,
            key: self.key?,
            value: version.value,
            sync_count: Some(version.sync_count),
            last_modified_date: version.last_modified_date,
            device_last_modified_date: version.device_last_modified_date,
            // The stream does not tell.
            last_modified_by: None,
        })
    }
}

/// A delivery whose records are not in the stream but behind a URL that has expired or will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadPayload {
    pub identity_pool_id: String,
    pub identity_id: String,
    pub dataset_name: String,
    /// The sync count of the dataset.
    pub sync_count: Option<i64>,
}

/// The content of an object of a stream's file.
#[derive(Debug, Default)]
pub(super) struct StreamContent {
    /// Records of the stream.
    pub deliveries: u64,
    pub entries: Vec<StreamEntry>,
    pub unread: Vec<UnreadPayload>,
    /// Lines of an outbox that went to devices and functions.
    pub others: u64,
}

impl StreamContent {
    /// Parses an object of a stream's file.
    pub(super) fn parse(object: Map<String, Json>) -> Result<StreamContent, String> {
        let mut content = StreamContent::default();
        content.add(object)?;
        Ok(content)
    }

    fn add(&mut self, mut object: Map<String, Json>) -> Result<(), String> {
        if let Some(to) = object.remove("to") {
            return match (to.as_str(), object.remove("record")) {
                (Some("stream"), Some(Json::Object(record))) => self.add_delivery(record),
                (Some("device" | "function"), _) => {
                    self.others += 1;
                    Ok(())
                }
                _ => Err("a line of an outbox without a record".to_string()),
            };
        }
        match object.remove("Records") {
            None => self.add_delivery(object),
            Some(Json::Array(records)) => {
                for (index, record) in records.into_iter().enumerate() {
                    self.add_kinesis_record(record)
                        .map_err(|why| format!("Records[{index}]: {why}"))?;
                }
                Ok(())
            }
            Some(_) => Err("Records is not a list".to_string()),
        }
    }

    /// Adds a record of `kinesis get-records`, or of an event of AWS Lambda.
    fn add_kinesis_record(&mut self, record: Json) -> Result<(), String> {
        let data = match &record["kinesis"]["data"] {
            Json::Null => &record["Data"],
            data => data,
        };
        let data = data.as_str().ok_or("no Data")?;
        let data = base64::decode(data).map_err(|_| "Data is not base64")?;
        match parse_json(&data) {
            Ok(Json::Object(delivery)) => self.add_delivery(delivery),
            Ok(_) => Err("Data is not a JSON object".to_string()),
            Err((offset, why)) => Err(format!("Data is not JSON: byte {offset}: {why}")),
        }
    }

    /// Adds a record of the stream.
    fn add_delivery(&mut self, mut delivery: Map<String, Json>) -> Result<(), String> {
        if !delivery.contains_key("dataSetName") {
            return Err("not a record of a Cognito stream: it has no dataSetName".to_string());
        }
        self.deliveries += 1;
        let dataset = StreamDataset {
            identity_pool_id: take_text(&mut delivery, "identityPoolId")?,
            identity_id: take_text(&mut delivery, "identityId")?,
            dataset_name: take_text(&mut delivery, "dataSetName")?,
            sync_count: take_count(&mut delivery)?,
        };
        let payload_type = delivery.get("payloadType").and_then(Json::as_str);
        let records = match delivery.get("kinesisSyncRecords") {
            None | Some(Json::Null) => None,
            Some(Json::Array(records)) => Some(records),
            Some(_) => return Err("kinesisSyncRecords is not a list".to_string()),
        };
        let operation = delivery.get("operation").and_then(Json::as_str);
        match (payload_type, records, operation) {
            (Some("S3Url"), ..) => self.unread.push(dataset.unread()),
            (Some("Inline") | None, Some(records), _) if !records.is_empty() => {
                for (index, record) in records.iter().enumerate() {
                    let entry = dataset.entry(record);
                    let entry = entry.map_err(|why| format!("kinesisSyncRecords[{index}]{why}"))?;
                    self.entries.push(entry);
                }
            }
            (Some("Inline") | None, _, Some("remove")) => self.entries.push(dataset.removal()?),
            (Some("Inline") | None, Some(_), Some("replace")) => {}
            (Some("Inline") | None, None, Some("replace")) => {
                return Err("no kinesisSyncRecords".to_string());
            }
            (Some("Inline") | None, ..) => {
                return Err("operation is neither replace nor remove".to_string());
            }
            (Some(_), ..) => return Err("payloadType is neither Inline nor S3Url".to_string()),
        }
        Ok(())
    }
}

/// The dataset of a delivery.
struct StreamDataset {
    identity_pool_id: String,
    identity_id: String,
    dataset_name: String,
    sync_count: Option<i64>,
}

impl StreamDataset {
    fn unread(self) -> UnreadPayload {
        UnreadPayload {
            identity_pool_id: self.identity_pool_id,
            identity_id: self.identity_id,
            dataset_name: self.dataset_name,
            sync_count: self.sync_count,
        }
    }

    /// Returns the entry that removes the records up to the sync count.
    fn removal(&self) -> Result<StreamEntry, String> {
        let version = EntryVersion {
            sync_count: self.sync_count.ok_or("syncCount is missing")?,
            last_modified_date: None,
            device_last_modified_date: None,
            value: None,
        };
        Ok(self.with(None, version))
    }

    fn entry(&self, record: &Json) -> Result<StreamEntry, String> {
        let mut record = match record {
            Json::Object(record) => record.clone(),
            _ => return Err(" is not an object".to_string()),
        };
        let in_member = |why: String| format!(".{why}");
        let key = take_text(&mut record, "key").map_err(in_member)?;
        let sync_count = take_count(&mut record).map_err(in_member)?;
        let value = match record.remove("value") {
            None | Some(Json::Null) => None,
            Some(Json::String(value)) => Some(value),
            Some(_) => return Err(".value is not a string".to_string()),
        };
        let value = match record.get("op").map(|op| op.as_str()) {
            Some(Some("remove")) => None,
            Some(Some("replace")) | None => value,
            Some(_) => return Err(".op is neither replace nor remove".to_string()),
        };
        let version = EntryVersion {
            sync_count: sync_count
                .or(self.sync_count)
                .ok_or(".syncCount is missing")?,
            last_modified_date: date(&record, "lastModifiedDate")?,
            device_last_modified_date: date(&record, "deviceLastModifiedDate")?,
            value,
        };
        Ok(self.with(Some(key), version))
    }

    fn with(&self, key: Option<String>, version: EntryVersion) -> StreamEntry {
        StreamEntry {
            identity_id: self.identity_id.clone(),
            identity_pool_id: self.identity_pool_id.clone(),
            dataset_name: self.dataset_name.clone(),
            key,
            version: Reverse(version),
        }
    }
}

fn take_text(members: &mut Map<String, Json>, name: &str) -> Result<String, String> {
    match members.remove(name) {
        Some(Json::String(text)) => Ok(text),
        Some(_) => Err(format!("{name} is not a string")),
        None => Err(format!("{name} is missing")),
    }
}

fn take_count(members: &mut Map<String, Json>) -> Result<Option<i64>, String> {
    match members.remove("syncCount") {
        None | Some(Json::Null) => Ok(None),
        Some(count) => match count.as_i64() {
            Some(count) => Ok(Some(count)),
            None => Err("syncCount is not a whole number".to_string()),
        },
    }
}

fn date(record: &Map<String, Json>, name: &str) -> Result<Option<RecordDate>, String> {
    match record.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(millis) => match RecordDate::from_json_millis(millis) {
            Some(date) => Ok(Some(date)),
            None => Err(format!(".{name} is not a number of milliseconds")),
        },
    }
}
