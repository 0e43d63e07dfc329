//! Tests of reading streams from files.

use std::fs;
use std::io::Write as _;

use aws_smithy_types::base64;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use serde_json::json;

use super::super::stream_export;
use super::*;
use crate::records::record_file::RecordFile;
use crate::records::record_writer::RecordFormat;
use crate::records::record_writer::RecordWriter;

/// A delivery in the documented shape.
fn delivery(sync_count: i64, records: &[Json]) -> Json {
    json!({
        "identityPoolId": "pool",
        "identityId": "identity",
        "dataSetName": "settings",
        "operation": "replace",
        "kinesisSyncRecords": records,
        "lastModifiedDate": 1_424_801_824_343_i64,
        "kinesisSyncRecordsURL": null,
        "payloadType": "Inline",
        "syncCount": sync_count,
    })
}

fn change(key: &str, value: Option<&str>, sync_count: i64) -> Json {
    json!({
        "key": key,
        "value": value,
        "syncCount": sync_count,
        "lastModifiedDate": 1_424_801_824_343_i64,
        "deviceLastModifiedDate": 1_424_801_824_000_i64,
        "op": if value.is_some() { "replace" } else { "remove" },
    })
}

fn with(mut delivery: Json, members: &[(&str, Json)]) -> Json {
    for (name, value) in members {
        delivery[*name] = value.clone();
    }
    delivery
}

/// The records and the summary of files with these contents, or the error, in which `/N` is the
/// path of the file N.
fn read(contents: &[Vec<u8>]) -> std::result::Result<(Vec<ExportedRecord>, StreamSummary), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |index: usize| folder.path().join(index.to_string());
    let paths: Vec<_> = (0..contents.len()).map(path).collect();
    for (path, content) in paths.iter().zip(contents) {
        fs::write(path, content).expect("written");
    }
    let shown = |error: Error| {
        error
            .message
            .replace(&folder.path().display().to_string(), "")
    };
    let (records, summary) = read_streams(&paths, folder.path()).map_err(shown)?;
    let records: Result<Vec<_>> = records.collect();
    Ok((records.map_err(shown)?, summary))
}

fn lines(content: &[u8]) -> std::result::Result<Vec<String>, String> {
    let (records, _) = read(&[content.to_vec()])?;
    let line = |record: &ExportedRecord| {
        let value = record.value.as_deref().unwrap_or("-");
        let count = record.sync_count.unwrap_or_default();
        let (identity, dataset) = (&record.identity_id, &record.dataset_name);
        format!("{identity} {dataset} {} {value} {count}", record.key)
    };
    Ok(records.iter().map(line).collect())
}

fn text(values: &[Json]) -> String {
    values.iter().map(Json::to_string).collect()
}

#[test]
fn reads_documented_shape() {
    let delivery = delivery(2, &[change("k", Some("v"), 1)]);
    let (records, summary) = read(&[delivery.to_string().into_bytes()]).expect("records");
    let mut line = Vec::new();
    records[0].write_line(&mut line);
    assert_eq!(
        String::from_utf8(line).as_deref(),
        Ok(
            "{\"IdentityPoolId\":\"pool\",\"IdentityId\":\"identity\",\"DatasetName\":\"settings\",\
             \"Key\":\"k\",\"Value\":\"v\",\"SyncCount\":1,\
             \"LastModifiedDate\":\"2015-02-24T18:17:04.343Z\",\
             \"DeviceLastModifiedDate\":\"2015-02-24T18:17:04.000Z\"}\n"
        )
    );
    let want = StreamSummary {
        deliveries: 1,
        changes: 1,
        ..StreamSummary::default()
    };
    assert_eq!((records.len(), summary), (1, want));
}

#[test]
fn reads_every_framing() {
    let deliveries = [
        delivery(1, &[change("a", Some("1"), 1)]),
        delivery(2, &[change("b", Some("2"), 2)]),
    ];
    let [first, second] = [deliveries[0].to_string(), deliveries[1].to_string()];
    let outbox = |record: &Json| json!({"to": "stream", "streamName": "s", "record": record});
    let data = |text: &str| base64::encode(text);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(first.as_bytes()).expect("written");
    let mut members = gzip.finish().expect("finished");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(second.as_bytes()).expect("written");
    members.extend(gzip.finish().expect("finished"));
    let table: [(&str, Vec<u8>); 8] = [
        ("concatenated", format!("{first}{second}").into()),
        ("lines", format!("{first}\r\n\n{second}\n").into()),
        (
            "indented",
            format!("\u{feff}{:#}\n{:#}", deliveries[0], deliveries[1]).into(),
        ),
        ("gzip", members),
        (
            "outbox",
            text(&[outbox(&deliveries[0]), outbox(&deliveries[1])]).into(),
        ),
        (
            "outbox with other lines",
            format!(
                "{}\n{}\n{}\n{}\n",
                json!({"to": "device", "deviceId": "d", "platform": "GCM", "message": {}}),
                outbox(&deliveries[0]),
                json!({"to": "function", "functionArn": "f", "event": {}}),
                outbox(&deliveries[1]),
            )
            .into(),
        ),
        (
            "get-records",
            json!({"Records": [
                {"SequenceNumber": "1", "Data": data(&first), "PartitionKey": "p"},
                {"SequenceNumber": "2", "Data": data(&second), "PartitionKey": "p"},
            ], "NextShardIterator": "n", "MillisBehindLatest": 0})
            .to_string()
            .into(),
        ),
        (
            "event of a function",
            json!({"Records": [
                {"kinesis": {"data": data(&first)}, "eventSource": "aws:kinesis"},
                {"kinesis": {"data": data(&second)}, "eventSource": "aws:kinesis"},
            ]})
            .to_string()
            .into(),
        ),
    ];
    for (name, content) in table {
        let want = ["identity settings a 1 1", "identity settings b 2 2"];
        assert_eq!(
            lines(&content).as_deref(),
            Ok(want.map(str::to_string).as_slice()),
            "{name}"
        );
    }
    assert_eq!(lines(b""), Ok(Vec::new()));
    assert_eq!(lines(br#"{"Records":[]}"#), Ok(Vec::new()));
}

#[test]
fn keeps_newest_version_of_each_record() {
    let deliveries = [
        delivery(3, &[change("a", Some("new"), 3), change("b", Some("1"), 1)]),
        delivery(2, &[change("a", Some("old"), 2)]),
        delivery(4, &[change("b", None, 4)]),
        delivery(3, &[change("a", Some("new"), 3)]),
        with(
            delivery(9, &[change("a", Some("z"), 1)]),
            &[("dataSetName", json!("other"))],
        ),
        with(
            delivery(9, &[change("a", Some("y"), 1)]),
            &[("identityId", json!("another"))],
        ),
    ];
    let want = [
        "another settings a y 1",
        "identity other a z 1",
        "identity settings a new 3",
        "identity settings b - 4",
    ];
    let got = lines(text(&deliveries).as_bytes());
    assert_eq!(got.as_deref(), Ok(want.map(str::to_string).as_slice()));
}

#[test]
fn drops_records_of_removed_dataset() {
    let removal = |count| {
        let members = [
            ("operation", json!("remove")),
            ("kinesisSyncRecords", Json::Null),
        ];
        with(delivery(count, &[]), &members)
    };
    let before = delivery(2, &[change("a", Some("1"), 1), change("b", Some("2"), 2)]);
    let after = delivery(4, &[change("b", Some("again"), 4)]);
    let other = with(before.clone(), &[("dataSetName", json!("tags"))]);
    let values = [after, removal(3), before, other, removal(1)];
    let want = [
        "identity settings b again 4",
        "identity tags a 1 1",
        "identity tags b 2 2",
    ];
    let got = lines(text(&values).as_bytes());
    assert_eq!(got.as_deref(), Ok(want.map(str::to_string).as_slice()));
}

#[test]
fn writes_datasets_together_with_or_without_removed_records() {
    let values = [
        with(
            delivery(2, &[change("c", Some("3"), 1)]),
            &[("dataSetName", json!("tags"))],
        ),
        delivery(2, &[change("a", Some("1"), 1), change("b", None, 2)]),
    ];
    for (with_removed, want) in [(false, "ac"), (true, "abc")] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("stream");
        fs::write(&file, text(&values)).expect("written");
        let out = folder.path().join("out.ndjson");
        let (records, _) = read_streams(&[file], folder.path()).expect("records");
        let mut writer = RecordWriter::create(&out, RecordFormat::Ndjson, None).expect("created");
        stream_export::write(records, with_removed, &mut writer).expect("written");
        assert_eq!(writer.totals().records, want.len() as u64);
        let read: Result<Vec<_>> = RecordFile::open(&out).expect("opened").collect();
        let keys: String = read
            .expect("records")
            .into_iter()
            .map(|record| record.key)
            .collect();
        assert_eq!(keys, want);
    }
}

#[test]
fn counts_and_names_payloads_behind_urls() {
    let members = [
        ("payloadType", json!("S3Url")),
        (
            "kinesisSyncRecordsURL",
            json!("https://bucket/?X-Amz-Signature=secret"),
        ),
        ("kinesisSyncRecords", Json::Null),
    ];
    let url = with(delivery(5, &[]), &members);
    let mut values = vec![url; 12];
    values.push(delivery(1, &[change("a", Some("1"), 1)]));
    let (records, summary) = read(&[text(&values).into_bytes()]).expect("records");
    assert_eq!(
        (records.len(), summary.deliveries, summary.unread),
        (1, 13, 12)
    );
    assert_eq!(summary.unread_payloads.len(), MAX_NAMED);
    let want = UnreadPayload {
        identity_pool_id: "pool".into(),
        identity_id: "identity".into(),
        dataset_name: "settings".into(),
        sync_count: Some(5),
    };
    assert_eq!(summary.unread_payloads[0], want);
    assert!(!format!("{summary:?}").contains("secret"));
}

#[test]
fn keeps_characters_of_every_kind() {
    let content = r#"{"identityPoolId":"p","identityId":"i","dataSetName":"d","operation":"replace",
        "kinesisSyncRecords":[{"key":"\ud83d","value":"\u0000\n\ud83d\ude00\ude00é","syncCount":1,
        "op":"replace"}],"payloadType":"Inline","syncCount":1}"#;
    let (records, _) = read(&[content.as_bytes().to_vec()]).expect("records");
    let mut line = Vec::new();
    records[0].write_line(&mut line);
    let line = String::from_utf8(line).expect("UTF-8");
    assert!(
        line.contains(r#""Key":"\ud83d","Value":"\u0000\n😀\ude00é","#),
        "{line}"
    );
}

#[test]
fn names_file_and_position_of_damage() {
    let good = delivery(1, &[change("a", Some("1"), 1)]).to_string();
    let length = good.len() + 1;
    let after = |bad: &str| format!("{good}\n{bad}");
    let member =
        |name: &str, value: Json| after(&with(delivery(1, &[]), &[(name, value)]).to_string());
    let of_change = |name: &str, value: Json| {
        let change = with(change("a", Some("1"), 1), &[(name, value)]);
        after(&delivery(1, &[change]).to_string())
    };
    let in_change = |why: &str| format!("kinesisSyncRecords[0]{why}");
    let table: Vec<(String, u64, usize, String)> = vec![
        (after("{\"a\":\n tru}"), 3, 7, "Expecting value".into()),
        (after("{\"a\":"), 2, 0, "the file ends within this object".into()),
        (after("oops"), 2, 0, "expected a JSON object".into()),
        (
            after("{}"),
            2,
            0,
            "not a record of a Cognito stream: it has no dataSetName".into(),
        ),
        (after("{\"to\":\"moon\"}"), 2, 0, "a line of an outbox without a record".into()),
        (after("{\"Records\":1}"), 2, 0, "Records is not a list".into()),
        (after("{\"Records\":[{}]}"), 2, 0, "Records[0]: no Data".into()),
        (after("{\"Records\":[{\"Data\":\"*\"}]}"), 2, 0, "Records[0]: Data is not base64".into()),
        (
            after("{\"Records\":[{\"Data\":\"e30g\"},{\"Data\":\"e3g=\"}]}"),
            2,
            0,
            "Records[0]: not a record of a Cognito stream: it has no dataSetName".into(),
        ),
        (
            after("{\"Records\":[{\"Data\":\"e3g=\"}]}"),
            2,
            0,
            "Records[0]: Data is not JSON: byte 1: Expecting property name enclosed in double quotes"
                .into(),
        ),
        (member("identityId", json!(1)), 2, 0, "identityId is not a string".into()),
        (member("syncCount", json!("1")), 2, 0, "syncCount is not a whole number".into()),
        (member("operation", json!("move")), 2, 0, "operation is neither replace nor remove".into()),
        (member("payloadType", json!("Zip")), 2, 0, "payloadType is neither Inline nor S3Url".into()),
        (member("kinesisSyncRecords", Json::Null), 2, 0, "no kinesisSyncRecords".into()),
        (member("kinesisSyncRecords", json!({})), 2, 0, "kinesisSyncRecords is not a list".into()),
        (member("kinesisSyncRecords", json!([1])), 2, 0, in_change(" is not an object")),
        (of_change("key", Json::Null), 2, 0, in_change(".key is not a string")),
        (of_change("value", json!(1)), 2, 0, in_change(".value is not a string")),
        (of_change("op", json!("add")), 2, 0, in_change(".op is neither replace nor remove")),
        (
            of_change("lastModifiedDate", json!("2014")),
            2,
            0,
            in_change(".lastModifiedDate is not a number of milliseconds"),
        ),
    ];
    for (content, line, offset, why) in table {
        let offset = length + offset;
        let want = format!("'/1': line {line}, byte {offset}: {why}");
        let files = [good.clone().into_bytes(), content.clone().into_bytes()];
        assert_eq!(read(&files), Err(want), "{content}");
    }
}

#[test]
fn names_truncated_gzip() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    let good = delivery(1, &[change("a", Some("1"), 1)]).to_string();
    gzip.write_all(good.as_bytes()).expect("written");
    let whole = gzip.finish().expect("finished");
    for length in 10..whole.len() {
        let error = read(&[whole[..length].to_vec()]).expect_err("it is cut off");
        assert!(
            error.ends_with(": the compressed data ends too early"),
            "{length}: {error}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn reads_deliveries_in_any_order_alike(
        changes in prop::collection::vec(
            (0..3_usize, 0..2_usize, 0..3_usize, prop::option::of("[ab]"), 0..4_i64, any::<bool>()),
            0..24,
        ),
        order in any::<prop::sample::Index>(),
        files in 1..4_usize,
    ) {
        let values: Vec<String> = changes
            .iter()
            .map(|(identity, dataset, key, value, count, removes)| {
                let members = [
                    ("identityId", json!(identity.to_string())),
                    ("dataSetName", json!(dataset.to_string())),
                ];
                let key = key.to_string();
                let delivery = with(delivery(*count, &[change(&key, value.as_deref(), *count)]), &members);
                let removal = [("operation", json!("remove")), ("kinesisSyncRecords", json!([]))];
                match removes {
                    true => with(delivery, &removal).to_string(),
                    false => delivery.to_string(),
                }
            })
            .collect();
        let whole = values.concat().into_bytes();
        let (want, _) = read(&[whole]).expect("records");
        // A rotation and a reversal, dealt to several files.
        let mut other = values.clone();
        if !other.is_empty() {
            let middle = order.index(other.len());
            other.rotate_left(middle);
            other.reverse();
        }
        let dealt: Vec<Vec<u8>> = (0..files)
            .map(|file| other.iter().skip(file).step_by(files).flat_map(|text| text.bytes()).collect())
            .collect();
        let (got, _) = read(&dealt).expect("records");
        prop_assert_eq!(&got, &want);
        let place = |record: &ExportedRecord| {
            (record.identity_id.clone(), record.dataset_name.clone(), record.key.clone())
        };
        prop_assert!(got.windows(2).all(|pair| place(&pair[0]) < place(&pair[1])));
    }
}
