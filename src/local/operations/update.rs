//! Updating records: all patches or none, within a sync session. A patch is rejected if the record
//! has changed since the sync count that it names.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::records::{check_sync_count, record_json};
use super::{OperationCall, OperationContext, OperationOutput, document};
use crate::local::clock::{self, UnixMillis};
use crate::local::delivery::{self, Delivery};
use crate::local::service_error::ServiceError;
use crate::local::session_token::{self, Session};
use crate::local::store::{Dataset, DatasetId, Record, Tables};
use crate::model::limits::{MAX_DATASET_BYTES, MAX_DATASETS, MAX_RECORDS};

/// A change of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPatch {
    pub key: String,
    /// `None` removes the record.
    pub value: Option<String>,
    /// The sync count that the client knows of the record; `None` counts as 0.
    pub sync_count: Option<i64>,
    pub device_last_modified: Option<UnixMillis>,
}

/// The output of a function for SyncTrigger.
#[derive(Debug)]
pub struct TriggerOutput {
    /// The dataset's sync count in the function's event.
    pub sync_count: i64,
    pub patches: Vec<RecordPatch>,
}

/// An update that was validated.
#[derive(Debug)]
pub struct ValidatedUpdate {
    pub dataset_id: DatasetId,
    pub session: Session,
    /// The dataset, deleted or not; `None` if it never existed.
    pub dataset: Option<Dataset>,
    pub patches: Vec<RecordPatch>,
}

impl ValidatedUpdate {
    /// Returns the dataset's sync count before the update.
    pub fn sync_count(&self) -> i64 {
        self.dataset
            .as_ref()
            .map_or(0, |dataset| dataset.sync_count)
    }
}

/// Rejects an update whose session token is invalid or used, whose patches are malformed, whose
/// sync counts the dataset never had, or whose records have changed.
pub fn validate(
    call: &OperationCall,
    context: &OperationContext,
    tables: Tables<'_>,
) -> Result<ValidatedUpdate, ServiceError> {
    let dataset_id = call.input.dataset();
    let token = call.input.text("SyncSessionToken").unwrap_or_default();
    let session = context
        .session_tokens
        .verify(token, &dataset_id, call.clocks())?;
    if tables.is_session_used(&session.id)? {
        return Err(session_token::invalid_token());
    }
    let validated = ValidatedUpdate {
        dataset: tables.find_dataset(&dataset_id)?,
        patches: parse_patches(call)?,
        dataset_id,
        session,
    };
    for patch in &validated.patches {
        check_patch(patch, &validated, tables)?;
    }
    Ok(validated)
}

/// Rejects a patch whose sync count is greater than the dataset's, or whose record has changed
/// since. The real service may compare for equality with the record's count, but clients that work
/// with it send the dataset's count for every record.
fn check_patch(
    patch: &RecordPatch,
    validated: &ValidatedUpdate,
    tables: Tables<'_>,
) -> Result<(), ServiceError> {
    let given = patch.sync_count.unwrap_or_default();
    check_sync_count(given, validated.sync_count())?;
    let Some(dataset) = &validated.dataset else {
        return Ok(());
    };
    check_unchanged_since(given, &patch.key, dataset, tables)
}

/// Rejects a patch of a record that has changed since this sync count.
fn check_unchanged_since(
    sync_count: i64,
    key: &str,
    dataset: &Dataset,
    tables: Tables<'_>,
) -> Result<(), ServiceError> {
    match tables.find_record(dataset.number, key)? {
        Some(record) if record.sync_count > sync_count => {
            let current = record.sync_count;
            Err(ServiceError::new(
                "ResourceConflictException",
                format!("Current SyncCount for: {key} is: {current} not: {sync_count}"),
            ))
        }
        _ => Ok(()),
    }
}

fn parse_patches(call: &OperationCall) -> Result<Vec<RecordPatch>, ServiceError> {
    let given = call.input.0.get("RecordPatches").and_then(Json::as_array);
    let mut keys = HashSet::new();
    let mut patches = Vec::new();
    for patch in given.into_iter().flatten() {
        let text = |name: &str| patch.get(name).and_then(Json::as_str).map(str::to_string);
        let key = text("Key").unwrap_or_default();
        let removes = text("Op").as_deref() == Some("remove");
        let value = text("Value").filter(|_| !removes);
        if !removes && value.is_none() {
            return Err(ServiceError::invalid(format!(
                "The patch that replaces record '{key}' has no Value."
            )));
        }
        if !keys.insert(key.clone()) {
            return Err(ServiceError::invalid(format!(
                "Record '{key}' is patched more than once."
            )));
        }
        let timestamp = patch.get("DeviceLastModifiedDate").filter(|m| !m.is_null());
        let out_of_range = || ServiceError::invalid("DeviceLastModifiedDate is out of range.");
        let device_last_modified =
            timestamp.map(|timestamp| clock::from_json_seconds(timestamp).ok_or_else(out_of_range));
        patches.push(RecordPatch {
            key,
            value,
            sync_count: patch.get("SyncCount").and_then(Json::as_i64),
            device_last_modified: device_last_modified.transpose()?,
        });
    }
    Ok(patches)
}

/// Performs the update. Without patches it changes nothing, and the session stays open.
pub(super) fn perform(
    call: &OperationCall,
    trigger_output: Option<&TriggerOutput>,
    context: &OperationContext,
    tables: Tables<'_>,
) -> Result<OperationOutput, ServiceError> {
    let mut validated = validate(call, context, tables)?;
    if let Some(trigger_output) = trigger_output {
        check_trigger_output(trigger_output, &validated, tables)?;
        validated.patches.clone_from(&trigger_output.patches);
    }
    if validated.patches.is_empty() {
        return Ok(document([("Records", json!([]))]).into());
    }
    let session = &validated.session;
    tables.mark_session_used(&session.id, session.machine_expiration, call.machine_now)?;
    let (dataset, records) = apply(call, &validated, tables)?;
    Ok(OperationOutput {
        document: Some(document([(
            "Records",
            records.iter().map(record_json).collect(),
        )])),
        deliveries: deliveries(call, &validated.dataset_id, &dataset, &records, tables)?,
    })
}

/// Rejects a function's output that would overwrite a record which has changed since its event:
/// other processes may write to the same store meanwhile, and so may calls that invoke no function.
fn check_trigger_output(
    trigger_output: &TriggerOutput,
    validated: &ValidatedUpdate,
    tables: Tables<'_>,
) -> Result<(), ServiceError> {
    let Some(dataset) = &validated.dataset else {
        return Ok(());
    };
    trigger_output.patches.iter().try_for_each(|patch| {
        check_unchanged_since(trigger_output.sync_count, &patch.key, dataset, tables)
    })
}

fn apply(
    call: &OperationCall,
    validated: &ValidatedUpdate,
    tables: Tables<'_>,
) -> Result<(Dataset, Vec<Record>), ServiceError> {
    let dataset_id = &validated.dataset_id;
    let by = call
        .principal
        .last_modified_by(&dataset_id.identity, call.input.text("DeviceId"));
    tables.touch_identity(&dataset_id.pool, &dataset_id.identity, call.now)?;
    let mut dataset = open_dataset(call, validated, &by, tables)?;
    dataset.sync_count += 1;
    dataset.last_modified = call.now;
    dataset.last_modified_by.clone_from(&by);
    let mut records = Vec::with_capacity(validated.patches.len());
    for patch in &validated.patches {
        let record = Record {
            key: patch.key.clone(),
            value: patch.value.clone(),
            sync_count: dataset.sync_count,
            last_modified: call.now,
            last_modified_by: by.clone(),
            device_last_modified: patch.device_last_modified.unwrap_or(call.now),
        };
        if let Some(before) = tables.find_record(dataset.number, &patch.key)? {
            dataset.data_storage -= before.storage();
            dataset.num_records -= i64::from(before.value.is_some());
        }
        dataset.data_storage += record.storage();
        dataset.num_records += i64::from(record.value.is_some());
        tables.set_record(dataset.number, &record)?;
        records.push(record);
    }
    check_limits(&dataset)?;
    tables.set_dataset(&dataset)?;
    Ok((dataset, records))
}

/// Returns the dataset. Creates it if it does not exist; a deleted one is restored and continues
/// its count.
fn open_dataset(
    call: &OperationCall,
    validated: &ValidatedUpdate,
    by: &str,
    tables: Tables<'_>,
) -> Result<Dataset, ServiceError> {
    let dataset_id = &validated.dataset_id;
    if let Some(dataset) = validated.dataset.clone().filter(|d| !d.is_deleted) {
        return Ok(dataset);
    }
    let (datasets, _) = tables.identity_usage(&dataset_id.pool, &dataset_id.identity)?;
    if datasets >= MAX_DATASETS {
        return Err(limit_exceeded(format!(
            "Identity '{}' has {datasets} datasets, and may not have more than {MAX_DATASETS}.",
            dataset_id.identity
        )));
    }
    match validated.dataset.clone() {
        Some(deleted) => Ok(Dataset {
            is_deleted: false,
            creation: call.now,
            ..deleted
        }),
        None => tables.add_dataset(dataset_id, by, call.now),
    }
}

fn check_limits(dataset: &Dataset) -> Result<(), ServiceError> {
    let (name, records, bytes) = (&dataset.name, dataset.num_records, dataset.data_storage);
    if records > MAX_RECORDS {
        return Err(limit_exceeded(format!(
            "Dataset '{name}' would have {records} records, and may not have more than \
             {MAX_RECORDS}."
        )));
    }
    if bytes > MAX_DATASET_BYTES {
        return Err(limit_exceeded(format!(
            "Dataset '{name}' would have {bytes} bytes, and may not have more than {MAX_DATASET_BYTES}."
        )));
    }
    Ok(())
}

fn limit_exceeded(message: String) -> ServiceError {
    ServiceError::new("LimitExceededException", message)
}

/// Returns a stream record, and a push message for each subscribed device except the writer.
fn deliveries(
    call: &OperationCall,
    dataset_id: &DatasetId,
    dataset: &Dataset,
    records: &[Record],
    tables: Tables<'_>,
) -> Result<Vec<Delivery>, ServiceError> {
    let pool = tables.pool(&dataset_id.pool)?;
    let update = || delivery::update_record(dataset_id, dataset, records);
    let mut deliveries: Vec<_> = Delivery::to_stream(&pool, update).into_iter().collect();
    if pool.push_sync.is_some() {
        let writer = call.input.text("DeviceId");
        let mut others = tables.subscribed_devices(dataset.number)?;
        others.retain(|device| {
            writer != Some(device.id.as_str()) && pool.has_application(&device.platform)
        });
        let message = |device| Delivery::push(device, dataset_id, dataset);
        deliveries.extend(others.iter().map(message));
    }
    Ok(deliveries)
}
