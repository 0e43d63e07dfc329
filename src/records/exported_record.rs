//! A record as a line of an export: one JSON object with the API's names.

use std::fmt;

use serde_json::{Map, Value as Json};

use super::record_date::RecordDate;
use crate::python::response::{self, ResponseError};
use crate::python::surrogates;

/// A record with the dataset that it belongs to. Strings are held with placeholders for lone
/// surrogates, as [`surrogates`] describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedRecord {
    pub identity_pool_id: String,
    pub identity_id: String,
    pub dataset_name: String,
    pub key: String,
    /// `None` for a removed record.
    pub value: Option<String>,
    pub sync_count: Option<i64>,
    pub last_modified_date: Option<RecordDate>,
    pub device_last_modified_date: Option<RecordDate>,
    pub last_modified_by: Option<String>,
}

/// The names of the members, in the order of a line.
const MEMBERS: [&str; 9] = [
    "IdentityPoolId",
    "IdentityId",
    "DatasetName",
    "Key",
    "Value",
    "SyncCount",
    "LastModifiedDate",
    "DeviceLastModifiedDate",
    "LastModifiedBy",
];

/// A line that was parsed.
#[derive(Debug, PartialEq, Eq)]
pub struct ParsedLine {
    /// The record.
    pub record: ExportedRecord,
    /// The names of members that an export does not write. They are ignored, since users enrich
    /// their files; a misspelled member cannot go unnoticed, as the first five must be there.
    pub unknown_members: Vec<String>,
}

/// Why a line or a response has no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordError {
    /// The position in the line, in characters from 1; `None` if the message names the member.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "column {column}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for RecordError {}

impl From<String> for RecordError {
    fn from(message: String) -> Self {
        RecordError {
            column: None,
            message,
        }
    }
}

impl ExportedRecord {
    /// Takes a record of a ListRecords response, whose dates are as received.
    pub fn from_response(
        identity_pool_id: &str,
        identity_id: &str,
        dataset_name: &str,
        mut record: Map<String, Json>,
    ) -> Result<ExportedRecord, RecordError> {
        record.entry("Value").or_insert(Json::Null);
        let mut members = RecordMembers(record);
        members.record([
            identity_pool_id.to_string(),
            identity_id.to_string(),
            dataset_name.to_string(),
        ])
    }

    /// Parses a line, with or without its end.
    pub fn parse_line(line: &[u8]) -> Result<ParsedLine, RecordError> {
        let line = line.trim_ascii_end();
        let document = parse_json(line).map_err(|(offset, message)| RecordError {
            column: Some(String::from_utf8_lossy(&line[..offset]).chars().count() + 1),
            message: message.to_string(),
        })?;
        let Json::Object(members) = document else {
            return Err("not a JSON object".to_string().into());
        };
        if members.len() == 1 && members.contains_key("Item") {
            let message = "an item of DynamoDB; only records in the format ndjson can be read";
            return Err(message.to_string().into());
        }
        let mut members = RecordMembers(members);
        let dataset = [
            members.text(MEMBERS[0])?,
            members.text(MEMBERS[1])?,
            members.text(MEMBERS[2])?,
        ];
        let record = members.record(dataset)?;
        Ok(ParsedLine {
            record,
            unknown_members: members.0.into_iter().map(|(name, _)| name).collect(),
        })
    }

    /// Appends the line with its end.
    pub fn write_line(&self, line: &mut Vec<u8>) {
        self.write_line_with(None, line);
    }

    /// Appends the line with its end and with one more member.
    pub fn write_line_with(&self, last: Option<(&str, &str)>, line: &mut Vec<u8>) {
        line.push(b'{');
        let dataset = [
            &self.identity_pool_id,
            &self.identity_id,
            &self.dataset_name,
        ];
        for (name, text) in MEMBERS.iter().zip(dataset) {
            write_name(name, line);
            write_string(text, line);
        }
        write_name(MEMBERS[3], line);
        write_string(&self.key, line);
        write_name(MEMBERS[4], line);
        match &self.value {
            Some(value) => write_string(value, line),
            None => line.extend_from_slice(b"null"),
        }
        if let Some(count) = self.sync_count {
            write_name(MEMBERS[5], line);
            line.extend_from_slice(count.to_string().as_bytes());
        }
        let dates = [self.last_modified_date, self.device_last_modified_date];
        for (name, date) in MEMBERS[6..8].iter().zip(dates) {
            if let Some(date) = date {
                write_name(name, line);
                write_string(&date.to_string(), line);
            }
        }
        if let Some(by) = &self.last_modified_by {
            write_name(MEMBERS[8], line);
            write_string(by, line);
        }
        if let Some((name, text)) = last {
            write_name(name, line);
            write_string(text, line);
        }
        line.extend_from_slice(b"}\n");
    }

    /// Whether both records are of the same dataset.
    pub fn is_in_dataset_of(&self, other: &ExportedRecord) -> bool {
        self.dataset_name == other.dataset_name
            && self.identity_id == other.identity_id
            && self.identity_pool_id == other.identity_pool_id
    }

    /// Returns the size of key and value in bytes of UTF-8, which is what the service counts.
    pub fn data_bytes(&self) -> usize {
        utf8_length(&self.key) + self.value.as_deref().map_or(0, utf8_length)
    }
}

/// Returns the length in UTF-8. A lone surrogate counts three bytes.
pub fn utf8_length(text: &str) -> usize {
    if !surrogates::contains_placeholders(text) {
        return text.len();
    }
    surrogates::code_points(text)
        .map(|code| char::from_u32(code).map_or(3, char::len_utf8))
        .sum()
}

/// Parses a JSON document. Returns the byte offset of an error with what is wrong.
pub(super) fn parse_json(text: &[u8]) -> Result<Json, (usize, &'static str)> {
    response::parse(text).map_err(|why| match why {
        ResponseError::Utf8(why) => (why.valid_up_to(), "not UTF-8"),
        ResponseError::Json(why) => {
            let text = String::from_utf8_lossy(text);
            let held = surrogates::from_unicode(&text);
            let before = held.get(..why.position()).unwrap_or(&held);
            let before = surrogates::to_unicode(before);
            let offset = before.map_or(why.position(), |before| before.len());
            (offset, why.problem().message())
        }
    })
}

fn write_name(name: &str, line: &mut Vec<u8>) {
    if line.last() != Some(&b'{') {
        line.push(b',');
    }
    write_string(name, line);
    line.push(b':');
}

/// Appends a JSON string in UTF-8, with lone surrogates escaped.
pub(super) fn write_string(text: &str, line: &mut Vec<u8>) {
    // Strings can always be written to a Vec.
    let written = serde_json::to_string(text).unwrap_or_default();
    line.extend_from_slice(surrogates::escape(&written).as_bytes());
}

/// The members of an object that are not yet taken.
struct RecordMembers(Map<String, Json>);

impl RecordMembers {
    fn record(&mut self, dataset: [String; 3]) -> Result<ExportedRecord, RecordError> {
        let [identity_pool_id, identity_id, dataset_name] = dataset;
        let key = self.text(MEMBERS[3])?;
        let value = match self.0.shift_remove(MEMBERS[4]) {
            Some(Json::String(value)) => Some(value),
            Some(Json::Null) => None,
            Some(_) => return Err(self.wrong_type(MEMBERS[4], "a string or null")),
            None => {
                return Err(format!("{} is missing; null removes a record", MEMBERS[4]).into());
            }
        };
        let sync_count = match self.optional(MEMBERS[5]) {
            None => None,
            Some(count) => match count.as_i64() {
                Some(count) => Some(count),
                None => return Err(self.wrong_type(MEMBERS[5], "a whole number")),
            },
        };
        let last_modified_date = self.date(MEMBERS[6])?;
        let device_last_modified_date = self.date(MEMBERS[7])?;
        let last_modified_by = match self.optional(MEMBERS[8]) {
            None => None,
            Some(Json::String(by)) => Some(by),
            Some(_) => return Err(self.wrong_type(MEMBERS[8], "a string")),
        };
        Ok(ExportedRecord {
            identity_pool_id,
            identity_id,
            dataset_name,
            key,
            value,
            sync_count,
            last_modified_date,
            device_last_modified_date,
            last_modified_by,
        })
    }

    fn text(&mut self, name: &str) -> Result<String, RecordError> {
        match self.0.shift_remove(name) {
            Some(Json::String(text)) => Ok(text),
            Some(_) => Err(self.wrong_type(name, "a string")),
            None => Err(format!("{name} is missing").into()),
        }
    }

    fn date(&mut self, name: &str) -> Result<Option<RecordDate>, RecordError> {
        let Some(value) = self.optional(name) else {
            return Ok(None);
        };
        let date = RecordDate::from_json(&value);
        let expected = "a date like 2014-05-13T16:53:20.123Z or a number of seconds";
        date.map(Some)
            .ok_or_else(|| self.wrong_type(name, expected))
    }

    fn optional(&mut self, name: &str) -> Option<Json> {
        let value = self.0.shift_remove(name);
        value.filter(|value| !value.is_null())
    }

    fn wrong_type(&self, name: &str, expected: &str) -> RecordError {
        format!("{name} is not {expected}").into()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(in crate::records) fn record(key: &str, value: Option<&str>) -> ExportedRecord {
        ExportedRecord {
            identity_pool_id: "us-east-1:pool".into(),
            identity_id: "us-east-1:identity".into(),
            dataset_name: "settings".into(),
            key: key.into(),
            value: value.map(Into::into),
            sync_count: Some(7),
            last_modified_date: Some(RecordDate::from_unix_millis(1_412_974_057_151)),
            device_last_modified_date: Some(RecordDate::from_unix_millis(1_412_974_057_000)),
            last_modified_by: Some("123456789012".into()),
        }
    }

    /// Any text that a parser of responses can produce.
    pub(in crate::records) fn text() -> impl Strategy<Value = String> {
        let code = prop_oneof![
            0..0x80_u32,
            0xd800..0xe000_u32,
            0xd_d800..0xd_e000_u32,
            0x2028..0x202a_u32,
            any::<char>().prop_map(u32::from),
        ];
        prop::collection::vec(code, 0..12).prop_map(|codes| {
            // Parsers have combined pairs of surrogates.
            let mut units = Vec::new();
            for code in codes {
                match char::from_u32(code) {
                    Some(c) => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
                    None => units.push(code as u16),
                }
            }
            let codes = char::decode_utf16(units)
                .map(|c| c.map_or_else(|lone| lone.unpaired_surrogate().into(), u32::from));
            surrogates::from_code_points(codes)
        })
    }

    pub(in crate::records) fn any_record() -> impl Strategy<Value = ExportedRecord> {
        let date = || prop::option::of(any::<i64>().prop_map(RecordDate::from_unix_millis));
        let data = (text(), text(), text(), text(), prop::option::of(text()));
        let rest = (
            prop::option::of(any::<i64>()),
            date(),
            date(),
            prop::option::of(text()),
        );
        (data, rest).prop_map(
            |((pool, identity, dataset, key, value), (count, modified, on_device, by))| {
                ExportedRecord {
                    identity_pool_id: pool,
                    identity_id: identity,
                    dataset_name: dataset,
                    key,
                    value,
                    sync_count: count,
                    last_modified_date: modified,
                    device_last_modified_date: on_device,
                    last_modified_by: by,
                }
            },
        )
    }

    fn line(record: &ExportedRecord) -> String {
        let mut line = Vec::new();
        record.write_line(&mut line);
        String::from_utf8(line).expect("lines are UTF-8")
    }

    #[test]
    fn writes_members_in_fixed_order() {
        assert_eq!(
            line(&record("theme", Some("a\"\n\u{1}é😀\u{7f}/"))),
            "{\"IdentityPoolId\":\"us-east-1:pool\",\"IdentityId\":\"us-east-1:identity\",\
             \"DatasetName\":\"settings\",\"Key\":\"theme\",\"Value\":\"a\\\"\\n\\u0001é😀\u{7f}/\",\
             \"SyncCount\":7,\"LastModifiedDate\":\"2014-10-10T20:47:37.151Z\",\
             \"DeviceLastModifiedDate\":\"2014-10-10T20:47:37.000Z\",\
             \"LastModifiedBy\":\"123456789012\"}\n"
        );
        let bare = ExportedRecord {
            sync_count: None,
            last_modified_date: None,
            device_last_modified_date: None,
            last_modified_by: None,
            ..record("k", None)
        };
        assert_eq!(
            line(&bare),
            "{\"IdentityPoolId\":\"us-east-1:pool\",\"IdentityId\":\"us-east-1:identity\",\
             \"DatasetName\":\"settings\",\"Key\":\"k\",\"Value\":null}\n"
        );
    }

    #[test]
    fn takes_record_of_response() {
        let body = br#"{"Key":"k\ud83d","Value":"v","SyncCount":7,"LastModifiedBy":"by",
            "LastModifiedDate":1.412974057151E9,"DeviceLastModifiedDate":1412974057}"#;
        let taken = |body: &[u8]| match response::parse(body) {
            Ok(Json::Object(members)) => {
                ExportedRecord::from_response("p", "i", "d", members).map_err(|e| e.to_string())
            }
            other => panic!("{other:?}"),
        };
        let got = taken(body).map(|record| line(&record));
        let want = "{\"IdentityPoolId\":\"p\",\"IdentityId\":\"i\",\"DatasetName\":\"d\",\
            \"Key\":\"k\\ud83d\",\"Value\":\"v\",\"SyncCount\":7,\
            \"LastModifiedDate\":\"2014-10-10T20:47:37.151Z\",\
            \"DeviceLastModifiedDate\":\"2014-10-10T20:47:37.000Z\",\"LastModifiedBy\":\"by\"}\n";
        assert_eq!(got.as_deref(), Ok(want));
        let removed = taken(br#"{"Key":"k","SyncCount":8}"#).map(|record| record.value);
        assert_eq!(removed, Ok(None));
        let table = [
            ("{}", "Key is missing"),
            (r#"{"Key":1}"#, "Key is not a string"),
            (
                r#"{"Key":"k","SyncCount":1.5}"#,
                "SyncCount is not a whole number",
            ),
            (
                r#"{"Key":"k","LastModifiedDate":1e300}"#,
                "LastModifiedDate is not a date like 2014-05-13T16:53:20.123Z or a number of \
                 seconds",
            ),
        ];
        for (body, want) in table {
            assert_eq!(taken(body.as_bytes()), Err(want.to_string()), "{body}");
        }
    }

    #[test]
    fn rejects_lines_without_a_record() {
        let dataset = r#""IdentityPoolId":"p","IdentityId":"i","DatasetName":"d""#;
        let table = [
            ("", "column 1: Expecting value"),
            ("[]", "not a JSON object"),
            ("{}", "IdentityPoolId is missing"),
            (
                r#"{"Item":{}}"#,
                "an item of DynamoDB; only records in the format ndjson can be read",
            ),
            ("{\"é\": x}", "column 7: Expecting value"),
            ("\u{dd83d} ", "column 1: Expecting value"),
            (
                &format!("{{{dataset},"),
                "column 58: Expecting property name enclosed in double quotes",
            ),
            (&format!("{{{dataset}}}"), "Key is missing"),
            (
                &format!("{{{dataset},\"Key\":null}}"),
                "Key is not a string",
            ),
            (
                &format!("{{{dataset},\"Key\":\"k\",\"value\":\"v\"}}"),
                "Value is missing; null removes a record",
            ),
            (
                &format!("{{{dataset},\"Key\":\"k\",\"Value\":1}}"),
                "Value is not a string or null",
            ),
            (
                &format!("{{{dataset},\"Key\":\"k\",\"Value\":\"v\",\"SyncCount\":\"1\"}}"),
                "SyncCount is not a whole number",
            ),
            (
                &format!("{{{dataset},\"Key\":\"k\",\"Value\":\"v\",\"LastModifiedBy\":1}}"),
                "LastModifiedBy is not a string",
            ),
        ];
        for (line, want) in table {
            let error = ExportedRecord::parse_line(line.as_bytes()).map_err(|e| e.to_string());
            assert_eq!(error, Err(want.to_string()), "{line}");
        }
        let error = ExportedRecord::parse_line(b"{\"\xff\":1}").map_err(|e| e.to_string());
        assert_eq!(error, Err("column 3: not UTF-8".to_string()));
    }

    #[test]
    fn ignores_and_names_unknown_members() {
        let line = br#"{"Tenant":1,"IdentityPoolId":"p","IdentityId":"i","DatasetName":"d",
            "Value":null,"Key":"k","LastModifiedDate":1400000000,"e":[]}"#;
        let parsed = ExportedRecord::parse_line(line).expect("a record");
        assert_eq!(parsed.unknown_members, ["Tenant", "e"]);
        let date = parsed
            .record
            .last_modified_date
            .map(|date| date.to_string());
        assert_eq!(date.as_deref(), Some("2014-05-13T16:53:20.000Z"));
    }

    #[test]
    fn counts_bytes_of_utf_8() {
        for (key, value, want) in [
            ("k", None, 1),
            ("é", Some("😀"), 6),
            ("\u{dd83d}", Some("\u{ddb36}\u{ddd3d}"), 7),
        ] {
            let record = record(key, value);
            assert_eq!(record.data_bytes(), want, "{key} {value:?}");
        }
    }

    proptest! {
        #[test]
        fn round_trips_lines(record in any_record()) {
            let line = line(&record);
            prop_assert_eq!(line.matches('\n').count(), 1);
            let parsed = ExportedRecord::parse_line(line.as_bytes());
            prop_assert_eq!(parsed, Ok(ParsedLine { record, unknown_members: Vec::new() }));
        }

        #[test]
        fn parses_any_line_without_panic(line in ".{0,60}") {
            let _ = ExportedRecord::parse_line(line.as_bytes());
        }
    }
}
