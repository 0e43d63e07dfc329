//! Records as items of DynamoDB, in the JSON lines that its imports from S3 read.
//!
//! The table has one item for each record: `IdentityId` is the partition key, and `Record`, which is
//! the dataset's name, `#` and the record's key, is the sort key. Dates are milliseconds since 1970.
//! A removed record has no `Value`, but `Deleted`.

use std::fmt;

use super::exported_record::{ExportedRecord, utf8_length, write_string};
use super::record_date::RecordDate;
use crate::python::surrogates;

/// Limits of DynamoDB, in bytes.
const MAX_ITEM: usize = 400 * 1024;
const MAX_PARTITION_KEY: usize = 2048;
const MAX_SORT_KEY: usize = 1024;

/// What separates the dataset from the key in `Record`. Names of datasets cannot contain it.
const SEPARATOR: char = '#';

/// Why DynamoDB cannot hold a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOutReason {
    /// A string has a lone surrogate, which UTF-8 does not allow.
    LoneSurrogate(&'static str),
    /// The item has so many bytes.
    ItemTooLarge(usize),
    /// The dataset's name, `#` and the key have so many bytes.
    SortKeyTooLong(usize),
    /// The identity id is empty or has too many bytes.
    PartitionKeyLength(usize),
    /// The dataset's name has the separator, so that another record may have the same sort key.
    SeparatorInName,
}

impl fmt::Display for LeftOutReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LeftOutReason::LoneSurrogate(name) => {
                write!(
                    f,
                    "{name} has a lone surrogate, which DynamoDB does not take"
                )
            }
            LeftOutReason::ItemTooLarge(bytes) => {
                write!(
                    f,
                    "the item has {bytes} bytes, of the {MAX_ITEM} that DynamoDB allows"
                )
            }
            LeftOutReason::SortKeyTooLong(bytes) => write!(
                f,
                "DatasetName and Key have {bytes} bytes, of the {MAX_SORT_KEY} that a sort key of \
                 DynamoDB allows"
            ),
            LeftOutReason::PartitionKeyLength(bytes) => write!(
                f,
                "IdentityId has {bytes} bytes, of the 1 to {MAX_PARTITION_KEY} that a partition key \
                 of DynamoDB allows"
            ),
            LeftOutReason::SeparatorInName => {
                write!(
                    f,
                    "DatasetName has a '{SEPARATOR}', so that the sort key is ambiguous"
                )
            }
        }
    }
}

/// Appends the item with its line end, or leaves `line` as it was.
pub fn write_item(record: &ExportedRecord, line: &mut Vec<u8>) -> Result<(), LeftOutReason> {
    check_strings(record)?;
    if record.dataset_name.contains(SEPARATOR) {
        return Err(LeftOutReason::SeparatorInName);
    }
    let partition_key = utf8_length(&record.identity_id);
    if !(1..=MAX_PARTITION_KEY).contains(&partition_key) {
        return Err(LeftOutReason::PartitionKeyLength(partition_key));
    }
    let sort_key = format!("{}{SEPARATOR}{}", record.dataset_name, record.key);
    let sort_key_length = utf8_length(&sort_key);
    if sort_key_length > MAX_SORT_KEY {
        return Err(LeftOutReason::SortKeyTooLong(sort_key_length));
    }
    let start = line.len();
    let mut item = ItemWriter { line, size: 0 };
    item.line.extend_from_slice(b"{\"Item\":{");
    item.string("IdentityId", &record.identity_id);
    item.string("Record", &sort_key);
    item.string("IdentityPoolId", &record.identity_pool_id);
    item.string("Dataset", &record.dataset_name);
    item.string("Key", &record.key);
    match &record.value {
        Some(value) => item.string("Value", value),
        None => item.deleted(),
    }
    if let Some(count) = record.sync_count {
        item.number("SyncCount", &count.to_string());
    }
    if let Some(date) = record.last_modified_date {
        item.number("LastModifiedDate", &date.decimal_millis());
    }
    if let Some(date) = record.device_last_modified_date {
        item.number("DeviceLastModifiedDate", &date.decimal_millis());
    }
    if let Some(by) = &record.last_modified_by {
        item.string("LastModifiedBy", by);
    }
    let size = item.size;
    line.extend_from_slice(b"}}\n");
    if size > MAX_ITEM {
        line.truncate(start);
        return Err(LeftOutReason::ItemTooLarge(size));
    }
    Ok(())
}

fn check_strings(record: &ExportedRecord) -> Result<(), LeftOutReason> {
    let strings = [
        ("IdentityPoolId", Some(&record.identity_pool_id)),
        ("IdentityId", Some(&record.identity_id)),
        ("DatasetName", Some(&record.dataset_name)),
        ("Key", Some(&record.key)),
        ("Value", record.value.as_ref()),
        ("LastModifiedBy", record.last_modified_by.as_ref()),
    ];
    for (name, text) in strings {
        if text.is_some_and(|text| surrogates::to_unicode(text).is_err()) {
            return Err(LeftOutReason::LoneSurrogate(name));
        }
    }
    Ok(())
}

/// Writes attributes and adds up their size as DynamoDB does.
struct ItemWriter<'l> {
    line: &'l mut Vec<u8>,
    size: usize,
}

impl ItemWriter<'_> {
    fn string(&mut self, name: &str, text: &str) {
        self.begin(name, "S");
        write_string(text, self.line);
        self.end(utf8_length(text));
    }

    fn number(&mut self, name: &str, digits: &str) {
        self.begin(name, "N");
        write_string(digits, self.line);
        // DynamoDB gives a number's size as about one byte for two digits, and one.
        self.end(digits.len().div_ceil(2) + 1);
    }

    fn deleted(&mut self) {
        self.begin("Deleted", "BOOL");
        self.line.extend_from_slice(b"true");
        self.end(1);
    }

    fn begin(&mut self, name: &str, data_type: &str) {
        let separator = if self.size == 0 { "" } else { "," };
        let start = format!("{separator}\"{name}\":{{\"{data_type}\":");
        self.line.extend_from_slice(start.as_bytes());
        self.size += name.len();
    }

    fn end(&mut self, size: usize) {
        self.line.push(b'}');
        self.size += size;
    }
}

impl RecordDate {
    /// Returns milliseconds since 1970, with a fraction if there is one.
    fn decimal_millis(self) -> String {
        let micros = |nanos: u32| format!("{nanos:06}");
        match self.nanos_of_millisecond() {
            0 => self.unix_millis().to_string(),
            nanos if self.unix_millis() >= 0 => {
                let fraction = micros(nanos);
                format!("{}.{}", self.unix_millis(), fraction.trim_end_matches('0'))
            }
            // Milliseconds are rounded down, and a number's fraction points away from zero.
            nanos => {
                let (whole, fraction) = (-(self.unix_millis() + 1), micros(1_000_000 - nanos));
                format!("-{whole}.{}", fraction.trim_end_matches('0'))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::super::exported_record::tests::{any_record, record};
    use super::*;

    fn item(record: &ExportedRecord) -> Result<Json, LeftOutReason> {
        let mut line = b"before".to_vec();
        let written = write_item(record, &mut line);
        let line = line.strip_prefix(b"before").expect("it is appended");
        if let Err(reason) = written {
            assert_eq!(line, b"");
            return Err(reason);
        }
        let line = line.strip_suffix(b"\n").expect("it is a line");
        assert!(!line.contains(&b'\n'));
        Ok(serde_json::from_slice(line).expect("JSON"))
    }

    #[test]
    fn writes_item_with_composed_sort_key() {
        let want = json!({"Item": {
            "IdentityId": {"S": "us-east-1:identity"},
            "Record": {"S": "settings#a#b"},
            "IdentityPoolId": {"S": "us-east-1:pool"},
            "Dataset": {"S": "settings"},
            "Key": {"S": "a#b"},
            "Value": {"S": "é\u{0}"},
            "SyncCount": {"N": "7"},
            "LastModifiedDate": {"N": "1412974057151"},
            "DeviceLastModifiedDate": {"N": "1412974057000"},
            "LastModifiedBy": {"S": "123456789012"},
        }});
        assert_eq!(item(&record("a#b", Some("é\u{0}"))), Ok(want));
    }

    #[test]
    fn marks_removed_record_as_deleted() {
        let item = item(&record("k", None)).expect("an item");
        assert_eq!(item["Item"]["Deleted"], json!({"BOOL": true}));
        assert_eq!(item["Item"].get("Value"), None);
    }

    #[test]
    fn writes_fractions_of_milliseconds() {
        let table = [
            ("1400000000.5", "1400000000500"),
            ("1400000000.0001", "1400000000000.1"),
            ("1400000000.000000001", "1400000000000.000001"),
            ("-0.0001", "-0.1"),
            ("-1.0001", "-1000.1"),
            ("-1", "-1000"),
        ];
        for (seconds, want) in table {
            let date = serde_json::from_str(seconds).expect("JSON");
            let date = RecordDate::from_json(&date).expect("a date");
            assert_eq!(date.decimal_millis(), want, "{seconds}");
        }
    }

    #[test]
    fn leaves_out_what_dynamodb_cannot_hold() {
        let surrogate = crate::python::surrogates::placeholder(0xd83d).expect("a placeholder");
        let bare = record("k", Some(""));
        let with_name = |name: &str| ExportedRecord {
            dataset_name: name.into(),
            ..bare.clone()
        };
        let with_identity = |id: &str| ExportedRecord {
            identity_id: id.into(),
            ..bare.clone()
        };
        let table = [
            (record(&"é".repeat(507), Some("")), Ok(())),
            (
                record(&"é".repeat(508), Some("")),
                Err(
                    "DatasetName and Key have 1025 bytes, of the 1024 that a sort key of DynamoDB allows",
                ),
            ),
            (
                record("k", Some(&format!("a{surrogate}"))),
                Err("Value has a lone surrogate, which DynamoDB does not take"),
            ),
            (
                record(&surrogate.to_string(), None),
                Err("Key has a lone surrogate, which DynamoDB does not take"),
            ),
            (record("\u{ddb36}\u{ddd3d}", Some("")), Ok(())),
            (record("", Some("")), Ok(())),
            (
                with_name("a#b"),
                Err("DatasetName has a '#', so that the sort key is ambiguous"),
            ),
            (
                with_identity(""),
                Err(
                    "IdentityId has 0 bytes, of the 1 to 2048 that a partition key of DynamoDB allows",
                ),
            ),
            (with_identity(&"i".repeat(2048)), Ok(())),
            (
                with_identity(&"i".repeat(2049)),
                Err(
                    "IdentityId has 2049 bytes, of the 1 to 2048 that a partition key of DynamoDB allows",
                ),
            ),
        ];
        for (record, want) in table {
            let got = item(&record).map(drop).map_err(|reason| reason.to_string());
            assert_eq!(got, want.map_err(str::to_string), "{record:?}");
        }
    }

    #[test]
    fn leaves_out_item_above_400_kilobytes() {
        // All names and values without the value itself.
        let rest = "IdentityIdRecordIdentityPoolIdDatasetKeyValueSyncCountLastModifiedDate\
            DeviceLastModifiedDateLastModifiedBy"
            .len()
            + "us-east-1:identitysettings#kus-east-1:poolsettingsk123456789012".len()
            + 2
            + 2 * 8;
        let most = MAX_ITEM - rest;
        assert!(item(&record("k", Some(&"v".repeat(most)))).is_ok());
        let too_large = item(&record("k", Some(&"v".repeat(most + 1))));
        assert_eq!(too_large, Err(LeftOutReason::ItemTooLarge(MAX_ITEM + 1)));
        let wide = item(&record("k", Some(&"é".repeat(most / 2 + 1))));
        assert!(matches!(wide, Err(LeftOutReason::ItemTooLarge(_))));
    }

    proptest! {
        #[test]
        fn writes_or_leaves_out_any_record(record in any_record()) {
            let Ok(item) = item(&record) else { return Ok(()) };
            let text = |name: &str| item["Item"][name]["S"].as_str().map(str::to_string);
            let unicode = |text: &str| surrogates::to_unicode(text).map(|text| text.into_owned()).ok();
            prop_assert_eq!(text("Key"), unicode(&record.key));
            prop_assert_eq!(text("Value"), record.value.as_deref().and_then(unicode));
            let split = text("Record").and_then(|record| {
                record.split_once('#').map(|(name, key)| (name.to_string(), key.to_string()))
            });
            prop_assert_eq!(split, unicode(&record.dataset_name).zip(unicode(&record.key)));
        }
    }
}
