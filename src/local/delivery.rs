//! Deliveries that the real service sends elsewhere, in the documented formats: stream records,
//! push messages, and events for functions. `outbox` writes them.

use serde_json::{Map, Value as Json, json};

use super::clock::UnixMillis;
use super::store::{Dataset, DatasetId, Device, IdentityPool, Record};

/// A delivery.
#[derive(Debug)]
pub(super) enum Delivery {
    /// A record for an identity pool's stream.
    Stream {
        pool: String,
        /// `None` if no stream is set, so that the delivery fails.
        stream: Option<String>,
        /// Whether the record is part of a bulk publish.
        in_bulk: bool,
        record: Json,
    },
    /// A push message for a device.
    Push {
        device: String,
        platform: String,
        message: Json,
    },
    /// An invocation of a Lambda function.
    Lambda {
        function: String,
        event: Json,
        /// The function's output, or why it is invalid; `None` if no program replaces the function.
        outcome: Option<Result<Json, String>>,
    },
}

/// Whether streaming is enabled for the pool.
pub(super) fn is_streaming(pool: &IdentityPool) -> bool {
    let streams = pool.cognito_streams.as_ref();
    let status = streams.and_then(|streams| streams.get("StreamingStatus"));
    status.and_then(Json::as_str) == Some("ENABLED")
}

impl Delivery {
    /// Returns a record for the pool's stream, if streaming is enabled.
    pub fn to_stream(pool: &IdentityPool, record: impl FnOnce() -> Json) -> Option<Delivery> {
        let name = |streams: &Json| Some(streams.get("StreamName")?.as_str()?.to_string());
        is_streaming(pool).then(|| Delivery::Stream {
            pool: pool.id.clone(),
            stream: pool.cognito_streams.as_ref().and_then(name),
            in_bulk: false,
            record: record(),
        })
    }

    /// Marks the delivery as part of a bulk publish.
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

    /// Returns a silent push message about a change. Apple's devices get it within `data`.
    pub fn push(device: &Device, dataset_id: &DatasetId, dataset: &Dataset) -> Delivery {
        let message = json!({
            "source": "cognito-sync",
            "identityPoolId": dataset_id.pool,
            "identityId": dataset_id.identity,
            "datasetName": dataset_id.name,
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

    /// Returns the line for the outbox.
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
                let mut line = json!({"to": "function", "functionArn": function, "event": event});
                match outcome {
                    Some(Ok(output)) => line["answer"] = output.clone(),
                    Some(Err(why)) => line["error"] = json!(why),
                    None => {}
                }
                line
            }
        }
    }
}

/// Returns the stream record of changed records, or of all records.
pub(super) fn update_record(dataset_id: &DatasetId, dataset: &Dataset, records: &[Record]) -> Json {
    let records = records.iter().map(record_entry).collect();
    stream_record(dataset_id, dataset, "replace", Some(records))
}

/// Returns the stream record of a deletion; the real service's format is not known.
pub(super) fn deletion_record(dataset_id: &DatasetId, dataset: &Dataset) -> Json {
    stream_record(dataset_id, dataset, "remove", None)
}

/// Returns a stream record. Its payload is always inline, since there is no place to fetch larger
/// ones from.
fn stream_record(
    dataset_id: &DatasetId,
    dataset: &Dataset,
    operation: &str,
    records: Option<Json>,
) -> Json {
    let mut record = json!({
        "identityPoolId": dataset_id.pool,
        "identityId": dataset_id.identity,
        "dataSetName": dataset_id.name,
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
    let timestamp = |timestamp: UnixMillis| json!(timestamp);
    let mut members = Map::new();
    members.insert("key".into(), json!(record.key));
    if let Some(value) = &record.value {
        members.insert("value".into(), json!(value));
    }
    members.insert("syncCount".into(), json!(record.sync_count));
    members.insert("lastModifiedDate".into(), timestamp(record.last_modified));
    members.insert(
        "deviceLastModifiedDate".into(),
        timestamp(record.device_last_modified),
    );
    let op = match record.value {
        Some(_) => "replace",
        None => "remove",
    };
    members.insert("op".into(), json!(op));
    Json::Object(members)
}
