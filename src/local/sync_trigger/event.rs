//! The SyncTrigger event and the function's output.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json, json};

use crate::local::operations::update::{RecordPatch, ValidatedUpdate};
use crate::local::service_error::ServiceError;
use crate::local::store::Record;

/// The maximum length of a record's key and value, in UTF-16 code units as Java counts.
const MAX_KEY_LENGTH: usize = 1024;
const MAX_VALUE_LENGTH: usize = 1_048_575;

/// Builds the event for an update. It contains all records of the dataset; those that the update
/// does not change have an `op` of their own (the real one is not documented).
pub(super) fn build(update: &ValidatedUpdate, stored: &[Record]) -> Json {
    let dataset_id = &update.dataset_id;
    let mut records = Map::new();
    for record in stored {
        let value = json!(record.value);
        records.insert(record.key.clone(), entry(&value, &value, "none"));
    }
    for patch in &update.patches {
        let old = records
            .get(&patch.key)
            .map(|shown| shown["oldValue"].clone());
        let op = match patch.value {
            Some(_) => "replace",
            None => "remove",
        };
        let shown = entry(&old.unwrap_or_default(), &json!(patch.value), op);
        records.insert(patch.key.clone(), shown);
    }
    let region = dataset_id.pool.split(':').next();
    json!({
        "version": 2,
        "eventType": "SyncTrigger",
        "region": region,
        "identityPoolId": dataset_id.pool,
        "identityId": dataset_id.identity,
        "datasetName": dataset_id.name,
        "datasetRecords": records,
    })
}

fn entry(old: &Json, new: &Json, op: &str) -> Json {
    json!({"oldValue": old, "newValue": new, "op": op})
}

/// Parses the function's output into patches. A record that the output omits stays unchanged, even
/// if the update was to change it.
pub(super) fn parse_output(
    event: &Json,
    output: &Json,
    update: &ValidatedUpdate,
    stored: &[Record],
) -> Result<Vec<RecordPatch>, ServiceError> {
    check_fixed_members(event, output)?;
    let entries = output.get("datasetRecords").and_then(Json::as_object);
    let entries = entries.ok_or_else(|| invalid_output("it has no datasetRecords"))?;
    let values: HashMap<&str, &Record> = stored.iter().map(|r| (r.key.as_str(), r)).collect();
    let mut patches = Vec::new();
    for requested in &update.patches {
        if let Some(entry) = entries.get(&requested.key) {
            patches.push(RecordPatch {
                value: parse_value(&requested.key, entry)?,
                ..requested.clone()
            });
        }
    }
    let requested: HashSet<&str> = update.patches.iter().map(|p| p.key.as_str()).collect();
    for (key, entry) in entries
        .iter()
        .filter(|(key, _)| !requested.contains(key.as_str()))
    {
        let value = parse_value(key, entry)?;
        let before = values
            .get(key.as_str())
            .and_then(|record| record.value.as_ref());
        if value.as_ref() != before {
            patches.push(RecordPatch {
                key: key.clone(),
                value,
                sync_count: None,
                device_last_modified: None,
            });
        }
    }
    Ok(patches)
}

fn check_fixed_members(event: &Json, output: &Json) -> Result<(), ServiceError> {
    let fixed = event.as_object().into_iter().flatten();
    for (name, value) in fixed.filter(|(name, _)| *name != "datasetRecords") {
        // Some languages write every number with a fraction.
        let is_same = |returned: &Json| {
            returned == value || returned.as_f64().is_some_and(|n| value.as_f64() == Some(n))
        };
        if !output.get(name).is_none_or(is_same) {
            return Err(invalid_output(&format!("{name} must not be changed")));
        }
    }
    Ok(())
}

/// Returns the value that an entry of the output sets; `None` removes the record.
fn parse_value(key: &str, entry: &Json) -> Result<Option<String>, ServiceError> {
    let length = |text: &str| text.encode_utf16().count();
    if key.is_empty() || length(key) > MAX_KEY_LENGTH {
        return Err(invalid_output("a key must have 1 to 1024 characters"));
    }
    let not_an_object = || invalid_output(&format!("the entry of '{key}' is not an object"));
    let members = entry.as_object().ok_or_else(not_an_object)?;
    match (
        members.get("op").and_then(Json::as_str),
        members.get("newValue"),
    ) {
        (Some("remove"), _) | (_, Some(Json::Null)) => Ok(None),
        (Some("replace" | "none") | None, Some(Json::String(value)))
            if length(value) <= MAX_VALUE_LENGTH =>
        {
            Ok(Some(value.clone()))
        }
        (Some(op), _) if !matches!(op, "replace" | "none") => {
            Err(invalid_output(&format!("the op of '{key}' is '{op}'")))
        }
        _ => Err(invalid_output(&format!(
            "the newValue of '{key}' is not a string of valid length"
        ))),
    }
}

pub(super) fn invalid_output(why: &str) -> ServiceError {
    ServiceError::new(
        "InvalidLambdaFunctionOutputException",
        format!("The output of the function for SyncTrigger is invalid: {why}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::clock::CallTime;
    use crate::local::session_token::SessionTokens;
    use crate::local::store::DatasetId;

    fn patch(key: &str, value: Option<&str>) -> RecordPatch {
        RecordPatch {
            key: key.into(),
            value: value.map(str::to_string),
            sync_count: Some(0),
            device_last_modified: Some(1),
        }
    }

    fn update(patches: Vec<RecordPatch>) -> ValidatedUpdate {
        let dataset_id = DatasetId {
            pool: "us-east-1:0".into(),
            identity: "us-east-1:1".into(),
            name: "d".into(),
        };
        let sessions = SessionTokens::new(&[0; 32], 1000);
        let clocks = CallTime {
            service: 0,
            machine: 0,
        };
        let token = sessions.issue(&dataset_id, clocks);
        ValidatedUpdate {
            session: sessions.verify(&token, &dataset_id, clocks).expect("good"),
            dataset_id,
            dataset: None,
            patches,
        }
    }

    fn stored(key: &str, value: Option<&str>) -> Record {
        Record {
            key: key.into(),
            value: value.map(str::to_string),
            sync_count: 1,
            last_modified: 0,
            last_modified_by: String::new(),
            device_last_modified: 0,
        }
    }

    #[test]
    fn event_contains_all_records() {
        let update = update(vec![
            patch("a", Some("2")),
            patch("b", None),
            patch("n", Some("x")),
        ]);
        let records = [
            stored("a", Some("1")),
            stored("b", Some("1")),
            stored("c", Some("1")),
            stored("t", None),
        ];
        let event = build(&update, &records);
        assert_eq!(event["region"], "us-east-1");
        let want = json!({
            "a": {"oldValue": "1", "newValue": "2", "op": "replace"},
            "b": {"oldValue": "1", "newValue": null, "op": "remove"},
            "c": {"oldValue": "1", "newValue": "1", "op": "none"},
            "t": {"oldValue": null, "newValue": null, "op": "none"},
            "n": {"oldValue": null, "newValue": "x", "op": "replace"},
        });
        assert_eq!(event["datasetRecords"], want);
    }

    #[test]
    fn output_determines_patches() {
        let update = update(vec![
            patch("a", Some("2")),
            patch("b", None),
            patch("c", Some("3")),
        ]);
        let records = [
            stored("a", Some("1")),
            stored("d", Some("1")),
            stored("e", Some("1")),
            stored("t", None),
        ];
        let event = build(&update, &records);
        let output = json!({"version": 2.0, "datasetRecords": {
            "d": {"newValue": "1", "op": "none"},
            "e": {"newValue": "9", "op": "replace"},
            "new": {"newValue": "n"},
            "t": {"newValue": null, "op": "none"},
            "a": {"newValue": "changed", "op": "replace"},
            "b": {"newValue": null, "op": "remove"},
        }});
        let got = parse_output(&event, &output, &update, &records).expect("it can be used");
        let shown: Vec<_> = got
            .iter()
            .map(|p| (p.key.as_str(), p.value.as_deref()))
            .collect();
        let want = [
            ("a", Some("changed")),
            ("b", None),
            ("e", Some("9")),
            ("new", Some("n")),
        ];
        assert_eq!(shown, want);
        assert_eq!(
            (got[0].device_last_modified, got[2].sync_count),
            (Some(1), None)
        );
    }

    #[test]
    fn rejects_malformed_output() {
        let update = update(vec![patch("a", Some("2"))]);
        let event = build(&update, &[]);
        let table = [
            json!(null),
            json!({}),
            json!({"datasetRecords": []}),
            json!({"datasetRecords": {"a": 1}}),
            json!({"datasetRecords": {"a": {"newValue": 1}}}),
            json!({"datasetRecords": {"a": {"op": "replace"}}}),
            json!({"datasetRecords": {"a": {"newValue": "1", "op": "add"}}}),
            json!({"datasetRecords": {"": {"newValue": "1"}}}),
            json!({"datasetName": "other", "datasetRecords": {}}),
            json!({"version": 1, "datasetRecords": {}}),
        ];
        for output in table {
            let error = parse_output(&event, &output, &update, &[]).expect_err("rejected");
            assert_eq!(
                error.code, "InvalidLambdaFunctionOutputException",
                "{output}"
            );
        }
    }
}
