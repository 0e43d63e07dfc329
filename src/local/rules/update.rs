//! Updating records: within a sync session, all patches or none. Sync counts decide who may write: a
//! patch is refused where the record has changed since the count that it names.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::records::{check_sync_count, shown};
use super::{Call, Done, Ground, document};
use crate::local::delivery::{self, Delivery};
use crate::local::moments::{self, Millis};
use crate::local::refusal::{Refusal, Ruled};
use crate::local::session::{self, Session};
use crate::local::store::{Address, Dataset, Record, Tables};

/// Datasets of an identity.
const MOST_DATASETS: i64 = 20;
/// Records of a dataset.
const MOST_RECORDS: i64 = 1024;
/// Bytes of a dataset's keys and values.
const MOST_BYTES: i64 = 1 << 20;

/// A change of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    pub key: String,
    /// Nothing removes the record.
    pub value: Option<String>,
    /// Sync count that the record is known to have; `None` counts as 0.
    pub sync_count: Option<i64>,
    pub device_last_modified: Option<Millis>,
}

/// The answer of a function for SyncTrigger to an update.
#[derive(Debug)]
pub struct Triggered {
    /// Sync count of the dataset in the function's event.
    pub sync_count: i64,
    pub patches: Vec<Patch>,
}

/// An update that may be made.
#[derive(Debug)]
pub struct Admitted {
    pub address: Address,
    pub session: Session,
    /// The dataset, be it deleted or not.
    pub dataset: Option<Dataset>,
    pub patches: Vec<Patch>,
}

impl Admitted {
    /// Sync count of the dataset before the update.
    pub fn sync_count(&self) -> i64 {
        self.dataset
            .as_ref()
            .map_or(0, |dataset| dataset.sync_count)
    }
}

/// Refuses what may not be: a token that is no good, patches that make no sense, sync counts that
/// the dataset has not had, and records that have changed.
pub fn admit(call: &Call, ground: &Ground, tables: Tables<'_>) -> Ruled<Admitted> {
    let address = call.input.dataset();
    let token = call.input.text("SyncSessionToken").unwrap_or_default();
    let session = ground.sessions.of_token(token, &address, call.clocks())?;
    if tables.is_used(&session.id)? {
        return Err(session::unusable());
    }
    let admitted = Admitted {
        dataset: tables.find_dataset(&address)?,
        patches: patches_of(call)?,
        address,
        session,
    };
    for patch in &admitted.patches {
        check_patch(patch, &admitted, tables)?;
    }
    Ok(admitted)
}

/// A patch is good up to the dataset's sync count, and as long as the record has not changed since
/// the patch's. The real service may compare records by equality, but clients that work with it send
/// the dataset's count for every record.
fn check_patch(patch: &Patch, admitted: &Admitted, tables: Tables<'_>) -> Ruled<()> {
    let given = patch.sync_count.unwrap_or_default();
    check_sync_count(given, admitted.sync_count())?;
    let Some(dataset) = &admitted.dataset else {
        return Ok(());
    };
    check_unchanged_since(given, &patch.key, dataset, tables)
}

/// Refuses a patch of a record that has changed since this sync count.
fn check_unchanged_since(
    sync_count: i64,
    key: &str,
    dataset: &Dataset,
    tables: Tables<'_>,
) -> Ruled<()> {
    match tables.find_record(dataset.number, key)? {
        Some(record) if record.sync_count > sync_count => {
            let current = record.sync_count;
            Err(Refusal::new(
                "ResourceConflictException",
                format!("Current SyncCount for: {key} is: {current} not: {sync_count}"),
            ))
        }
        _ => Ok(()),
    }
}

fn patches_of(call: &Call) -> Ruled<Vec<Patch>> {
    let given = call.input.0.get("RecordPatches").and_then(Json::as_array);
    let mut keys = HashSet::new();
    let mut patches = Vec::new();
    for patch in given.into_iter().flatten() {
        let text = |name: &str| patch.get(name).and_then(Json::as_str).map(str::to_string);
        let key = text("Key").unwrap_or_default();
        let removes = text("Op").as_deref() == Some("remove");
        let value = text("Value").filter(|_| !removes);
        if !removes && value.is_none() {
            return Err(Refusal::invalid(format!(
                "The patch that replaces record '{key}' has no Value."
            )));
        }
        if !keys.insert(key.clone()) {
            return Err(Refusal::invalid(format!(
                "Record '{key}' is patched more than once."
            )));
        }
        let moment = patch.get("DeviceLastModifiedDate").filter(|m| !m.is_null());
        let no_moment = || Refusal::invalid("DeviceLastModifiedDate is too far away.");
        let device_last_modified =
            moment.map(|moment| moments::of_json(moment).ok_or_else(no_moment));
        patches.push(Patch {
            key,
            value,
            sync_count: patch.get("SyncCount").and_then(Json::as_i64),
            device_last_modified: device_last_modified.transpose()?,
        });
    }
    Ok(patches)
}

/// Makes the update. One without patches changes nothing and leaves the session open.
pub(super) fn perform(
    call: &Call,
    triggered: Option<&Triggered>,
    ground: &Ground,
    tables: Tables<'_>,
) -> Ruled<Done> {
    let mut admitted = admit(call, ground, tables)?;
    if let Some(triggered) = triggered {
        check_triggered(triggered, &admitted, tables)?;
        admitted.patches.clone_from(&triggered.patches);
    }
    if admitted.patches.is_empty() {
        return Ok(document([("Records", json!([]))]).into());
    }
    let session = &admitted.session;
    tables.use_up(&session.id, session.machine_expiration, call.machine_now)?;
    let (dataset, records) = apply(call, &admitted, tables)?;
    Ok(Done {
        document: Some(document([("Records", records.iter().map(shown).collect())])),
        deliveries: deliveries(call, &admitted.address, &dataset, &records, tables)?,
    })
}

/// Refuses a function's answer that would overwrite a record which has changed since its event: other
/// processes may write to the same store meanwhile, and so may calls that no function is run for.
fn check_triggered(triggered: &Triggered, admitted: &Admitted, tables: Tables<'_>) -> Ruled<()> {
    let Some(dataset) = &admitted.dataset else {
        return Ok(());
    };
    triggered.patches.iter().try_for_each(|patch| {
        check_unchanged_since(triggered.sync_count, &patch.key, dataset, tables)
    })
}

fn apply(call: &Call, admitted: &Admitted, tables: Tables<'_>) -> Ruled<(Dataset, Vec<Record>)> {
    let address = &admitted.address;
    let by = call
        .caller
        .shown_as(&address.identity, call.input.text("DeviceId"));
    tables.touch_identity(&address.pool, &address.identity, call.now)?;
    let mut dataset = opened(call, admitted, &by, tables)?;
    dataset.sync_count += 1;
    dataset.last_modified = call.now;
    dataset.last_modified_by.clone_from(&by);
    let mut records = Vec::with_capacity(admitted.patches.len());
    for patch in &admitted.patches {
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

/// The dataset, made where there is none; a deleted one lives again and goes on counting.
fn opened(call: &Call, admitted: &Admitted, by: &str, tables: Tables<'_>) -> Ruled<Dataset> {
    let address = &admitted.address;
    if let Some(dataset) = admitted.dataset.clone().filter(|d| !d.is_deleted) {
        return Ok(dataset);
    }
    let (datasets, _) = tables.usage_of_identity(&address.pool, &address.identity)?;
    if datasets >= MOST_DATASETS {
        return Err(over_the_limit(format!(
            "Identity '{}' has {datasets} datasets, and may not have more than {MOST_DATASETS}.",
            address.identity
        )));
    }
    match admitted.dataset.clone() {
        Some(deleted) => Ok(Dataset {
            is_deleted: false,
            creation: call.now,
            ..deleted
        }),
        None => tables.add_dataset(address, by, call.now),
    }
}

fn check_limits(dataset: &Dataset) -> Ruled<()> {
    let (name, records, bytes) = (&dataset.name, dataset.num_records, dataset.data_storage);
    if records > MOST_RECORDS {
        return Err(over_the_limit(format!(
            "Dataset '{name}' would have {records} records, and may not have more than \
             {MOST_RECORDS}."
        )));
    }
    if bytes > MOST_BYTES {
        return Err(over_the_limit(format!(
            "Dataset '{name}' would have {bytes} bytes, and may not have more than {MOST_BYTES}."
        )));
    }
    Ok(())
}

fn over_the_limit(message: String) -> Refusal {
    Refusal::new("LimitExceededException", message)
}

/// A record for the stream, and a message for each subscribed device but the one that wrote.
fn deliveries(
    call: &Call,
    address: &Address,
    dataset: &Dataset,
    records: &[Record],
    tables: Tables<'_>,
) -> Ruled<Vec<Delivery>> {
    let pool = tables.pool(&address.pool)?;
    let update = || delivery::of_update(address, dataset, records);
    let mut deliveries: Vec<_> = Delivery::of_stream(&pool, update).into_iter().collect();
    if pool.push_sync.is_some() {
        let writer = call.input.text("DeviceId");
        let mut others = tables.subscribed(dataset.number)?;
        others.retain(|device| {
            writer != Some(device.id.as_str()) && pool.has_application(&device.platform)
        });
        let message = |device| Delivery::push(device, address, dataset);
        deliveries.extend(others.iter().map(message));
    }
    Ok(deliveries)
}
