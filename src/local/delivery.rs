//! What the service sends elsewhere, in the documented shapes: records for streams, push messages, and
//! the events that functions are called with. Where it goes is for `outbox`.

use serde_json::{Map, Value as Json, json};

use super::clock::UnixMillis;
use super::store::{Dataset, DatasetId, Device, IdentityPool, Record};

/// Something for elsewhere.
#[derive(Debug)]
pub(super) enum Delivery {
    /// A record for an identity pool's stream.
    Stream {
        pool: String,
        /// Where none is set, nothing can be delivered.
        stream: Option<String>,
        /// Whether it is part of a bulk publish.
        in_bulk: bool,
        record: Json,
    },
    /// A push message for a device.
    Push {
        device: String,
        platform: String,
        message: Json,
    },
    /// A call of a function.
    Lambda {
        function: String,
        event: Json,
        /// What it answered, or why that cannot be used; nothing where no program takes its place.
        outcome: Option<Result<Json, String>>,
    },
}

/// Whether the pool's streaming is switched on.
pub(super) fn is_streaming(pool: &IdentityPool) -> bool {
    let streams = pool.cognito_streams.as_ref();
    let status = streams.and_then(|streams| streams.get("StreamingStatus"));
    status.and_then(Json::as_str) == Some("ENABLED")
}

impl Delivery {
    /// A record for the pool's stream, if that is switched on.
    pub fn to_stream(pool: &IdentityPool, record: impl FnOnce() -> Json) -> Option<Delivery> {
        let name = |streams: &Json| Some(streams.get("StreamName")?.as_str()?.to_string());
        is_streaming(pool).then(|| Delivery::Stream {
            pool: pool.id.clone(),
            stream: pool.cognito_streams.as_ref().and_then(name),
            in_bulk: false,
            record: record(),
        })
    }

    /// The same as a part of a bulk publish.
    pub fn into_bulk(self) -> Delivery {
        match self {
            Delivery::Stream {
                pool,
                stream,
                record,
                ..
            } => Delivery::Stream {
                pool,
                stream,
                in_bulk: true,
                record,
            },
            other => other,
        }
    }

    /// A silent message that tells a device of a change. Apple's devices get it within `data`.
    pub fn push(device: &Device, address: &DatasetId, dataset: &Dataset) -> Delivery {
        let message = json!({
            "source": "cognito-sync",
            "identityPoolId": address.pool,
            "identityId": address.identity,
            "datasetName": address.name,
            "syncCount": dataset.sync_count,
        });
        Delivery::Push {
            device: device.id.clone(),
            platform: device.platform.clone(),
            message: match device.platform.starts_with("APNS") {
                true => json!({"aps": {"content-available": 1}, "data": message}),
                false => message,
            },
        }
    }

    /// The line that the outbox gets.
    pub fn to_json(&self) -> Json {
        match self {
            Delivery::Stream { stream, record, .. } => json!({
                "to": "stream",
                "streamName": stream,
                "partitionKey": record["identityId"],
                "record": record,
            }),
            Delivery::Push {
                device,
                platform,
                message,
            } => json!({
                "to": "device",
                "deviceId": device,
                "platform": platform,
                "message": message,
            }),
            Delivery::Lambda {
                function,
                event,
                outcome,
            } => {
                let mut to_json =
                    json!({"to": "function", "functionArn": function, "event": event});
                match outcome {
                    Some(Ok(answer)) => to_json["answer"] = answer.clone(),
                    Some(Err(why)) => to_json["error"] = json!(why),
                    None => {}
                }
                to_json
            }
        }
    }
}

/// The stream's record of records that have changed, or of all.
pub(super) fn update_record(address: &DatasetId, dataset: &Dataset, records: &[Record]) -> Json {
    let records = records.iter().map(record_entry).collect();
    stream_record(address, dataset, "replace", Some(records))
}

/// The stream's record of a deletion; the real one's form is not known.
pub(super) fn deletion_record(address: &DatasetId, dataset: &Dataset) -> Json {
    stream_record(address, dataset, "remove", None)
}

/// Always inline: there is no place to fetch larger ones from.
fn stream_record(
    address: &DatasetId,
    dataset: &Dataset,
    operation: &str,
    records: Option<Json>,
) -> Json {
    let mut record = json!({
        "identityPoolId": address.pool,
        "identityId": address.identity,
        "dataSetName": address.name,
        "operation": operation,
    });
    if let Some(records) = records {
        record["kinesisSyncRecords"] = records;
    }
    record["lastModifiedDate"] = json!(dataset.last_modified);
    record["payloadType"] = json!("Inline");
    record["syncCount"] = json!(dataset.sync_count);
    record
}

fn record_entry(record: &Record) -> Json {
    let moment = |moment: UnixMillis| json!(moment);
    let mut members = Map::new();
    members.insert("key".into(), json!(record.key));
    if let Some(value) = &record.value {
        members.insert("value".into(), json!(value));
    }
    members.insert("syncCount".into(), json!(record.sync_count));
    members.insert("lastModifiedDate".into(), moment(record.last_modified));
    members.insert(
        "deviceLastModifiedDate".into(),
        moment(record.device_last_modified),
    );
    let op = match record.value {
        Some(_) => "replace",
        None => "remove",
    };
    members.insert("op".into(), json!(op));
    Json::Object(members)
}
