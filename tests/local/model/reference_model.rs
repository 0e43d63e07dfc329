//! The reference model: the sync rules in a simple form, in memory, as the project's reference
//! describes them. It returns the expected responses, except for what only the service can know
//! (timestamps, tokens and ids), which it learns from responses and then checks. It shares no code
//! with the service.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::constraints;
use super::requests::Request;

/// The placeholder for an unknown timestamp in an expected response.
pub(crate) const ANY_TIMESTAMP: &str = "{a moment}";
/// The placeholder for an unknown string in an expected response.
pub(crate) const ANY_STRING: &str = "{a text}";

const ACCOUNT: &str = "123456789012";

/// An expected error.
#[derive(Debug)]
pub(crate) struct ExpectedError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// An expected response: the body of a success, which may be absent, or an error.
pub(crate) type ExpectedResponse = Result<Option<Value>, ExpectedError>;

/// The expected state of the service.
#[derive(Default)]
pub(crate) struct ReferenceModel {
    slow_bulk_publish: bool,
    pools: BTreeMap<String, Pool>,
    /// All sync sessions, in the order in which they started.
    pub(crate) sessions: Vec<Session>,
    /// The positions of next-page tokens.
    places: BTreeMap<String, PagePosition>,
}

#[derive(Default)]
struct Pool {
    push_sync: Option<Value>,
    streams: Option<Value>,
    function: Option<String>,
    is_published: bool,
    identities: BTreeMap<String, Identity>,
}

#[derive(Default)]
struct Identity {
    datasets: BTreeMap<String, Dataset>,
    /// Device ids by platform and token.
    devices: BTreeMap<(String, String), String>,
}

#[derive(Clone, Default)]
struct Dataset {
    sync_count: i64,
    is_deleted: bool,
    deletion: Option<i64>,
    by: String,
    records: BTreeMap<String, Record>,
    subscribed: BTreeSet<String>,
}

#[derive(Clone)]
struct Record {
    value: Option<String>,
    sync_count: i64,
    by: String,
    timestamp: Value,
    device_moment: Value,
}

/// A sync session, by its token.
pub(crate) struct Session {
    pub(crate) token: String,
    dataset: [String; 3],
    is_used: bool,
}

/// The position of a page: after this item, and for records the sync count of the first page.
#[derive(Clone, Default)]
struct PagePosition {
    count: Option<i64>,
    last: String,
}

impl Dataset {
    fn live(&self) -> impl Iterator<Item = (&String, &String)> {
        let records = self.records.iter();
        records.filter_map(|(key, record)| Some((key, record.value.as_ref()?)))
    }

    fn storage(&self) -> usize {
        self.live()
            .map(|(key, value)| key.len() + value.len())
            .sum()
    }

    fn shown(&self, name: &str, request: &Request) -> Value {
        json!({"CreationDate": ANY_TIMESTAMP, "DataStorage": self.storage(), "DatasetName": name,
            "IdentityId": request.identity, "LastModifiedBy": self.by, "LastModifiedDate": ANY_TIMESTAMP,
            "NumRecords": self.live().count()})
    }
}

impl Record {
    fn shown(&self, key: &str) -> Value {
        let mut shown = json!({"DeviceLastModifiedDate": self.device_moment, "Key": key,
            "LastModifiedBy": self.by, "LastModifiedDate": self.timestamp,
            "SyncCount": self.sync_count});
        if let Some(value) = &self.value {
            shown["Value"] = json!(value);
        }
        shown
    }
}

impl Identity {
    fn live(&self) -> impl Iterator<Item = (&String, &Dataset)> {
        self.datasets
            .iter()
            .filter(|(_, dataset)| !dataset.is_deleted)
    }

    fn storage(&self) -> usize {
        self.live().map(|(_, dataset)| dataset.storage()).sum()
    }
}

impl Pool {
    fn storage(&self) -> usize {
        self.identities.values().map(Identity::storage).sum()
    }

    fn is_streaming(&self) -> bool {
        let streams = self.streams.as_ref();
        streams.is_some_and(|streams| streams["StreamingStatus"] == "ENABLED")
    }

    fn configuration(&self, id: &str) -> Value {
        let mut shown = json!({"IdentityPoolId": id});
        let sections = [
            ("PushSync", &self.push_sync),
            ("CognitoStreams", &self.streams),
        ];
        for (name, section) in sections {
            if let Some(section) = section {
                shown[name] = section.clone();
            }
        }
        shown
    }

    fn has_application(&self, platform: &str) -> bool {
        let arns = self.push_sync.as_ref().map(|push| &push["ApplicationArns"]);
        let arns = arns.and_then(Value::as_array).into_iter().flatten();
        let marks = arns.filter_map(Value::as_str);
        marks
            .into_iter()
            .any(|arn| arn.contains(&format!(":app/{platform}/")))
    }
}

impl ReferenceModel {
    /// Returns the model of an empty service; `slow_bulk_publish` if its bulk publishes take longer
    /// than the test.
    pub(crate) fn new(slow_bulk_publish: bool) -> Self {
        Self {
            slow_bulk_publish,
            ..Self::default()
        }
    }

    /// Performs the request, and returns the expected response.
    pub(crate) fn respond(&mut self, request: &Request) -> ExpectedResponse {
        constraints::check(request)?;
        match request.operation {
            "BulkPublish" => self.bulk_publish(request),
            "DeleteDataset" => self.delete_dataset(request),
            "DescribeDataset" => {
                let dataset = self.existing_dataset(request)?;
                success(json!({"Dataset": dataset.shown(&request.dataset, request)}))
            }
            "DescribeIdentityPoolUsage" => {
                let usage = pool_usage(&request.pool, self.pool(request)?);
                success(json!({"IdentityPoolUsage": usage}))
            }
            "DescribeIdentityUsage" => self.identity_usage(request),
            "GetBulkPublishDetails" => self.bulk_publish_details(request),
            "GetCognitoEvents" => {
                let function = self.pool(request)?.function.as_ref();
                let events = function.map_or(json!({}), |arn| json!({"SyncTrigger": arn}));
                success(json!({"Events": events}))
            }
            "GetIdentityPoolConfiguration" => {
                success(self.pool(request)?.configuration(&request.pool))
            }
            "ListDatasets" => self.list_datasets(request),
            "ListIdentityPoolUsage" => self.list_pools(request),
            "ListRecords" => self.list_records(request),
            "RegisterDevice" => self.register(request),
            "SetCognitoEvents" => self.set_events(request),
            "SetIdentityPoolConfiguration" => self.configure(request),
            "SubscribeToDataset" => {
                self.dataset_for_device(request)?
                    .subscribed
                    .insert(request.device.clone());
                success(json!({}))
            }
            "UnsubscribeFromDataset" => {
                let device = &request.device;
                if !self.dataset_for_device(request)?.subscribed.remove(device) {
                    return Err(not_found(format!(
                        "Device '{device}' is not subscribed to the dataset."
                    )));
                }
                success(json!({}))
            }
            "UpdateRecords" => self.update(request),
            other => panic!("{other} has no rule"),
        }
    }

    /// Learns from a successful response what only the service can know.
    pub(crate) fn learn(&mut self, request: &Request, response: &Value) {
        match request.operation {
            "ListRecords" => self.learn_session(request, response),
            "RegisterDevice" => {
                let of = |name| text(request.body_value(name)).to_owned();
                let id = text(response.get("DeviceId")).to_owned();
                let identity = self.identity_mut(request);
                identity.devices.insert((of("Platform"), of("Token")), id);
            }
            "UpdateRecords" => self.learn_timestamps(request, response),
            _ => {}
        }
        if let Some(token) = response["NextToken"].as_str() {
            let position = self.position_after(request, response);
            self.places.insert(token.to_owned(), position);
        }
    }

    fn learn_session(&mut self, request: &Request, response: &Value) {
        let token = text(response.get("SyncSessionToken")).to_owned();
        if request.query_value("syncSessionToken").is_none() {
            let is_new = self.sessions.iter().all(|session| session.token != token);
            assert!(is_new, "every session has a token of its own");
            self.sessions.push(Session {
                token,
                dataset: address(request),
                is_used: false,
            });
        }
    }

    fn learn_timestamps(&mut self, request: &Request, response: &Value) {
        let dataset = self.find_mut(request);
        let mut records = dataset.map(|dataset| &mut dataset.records);
        for shown in response["Records"].as_array().into_iter().flatten() {
            let key = text(shown.get("Key"));
            let record = records.as_mut().and_then(|records| records.get_mut(key));
            let record = record.expect("the model has what it told");
            record.timestamp = shown["LastModifiedDate"].clone();
            record.device_moment = shown["DeviceLastModifiedDate"].clone();
        }
    }

    fn position_after(&self, request: &Request, response: &Value) -> PagePosition {
        let (list, name) = match request.operation {
            "ListDatasets" => ("Datasets", "DatasetName"),
            "ListIdentityPoolUsage" => ("IdentityPoolUsages", "IdentityPoolId"),
            _ => ("Records", "Key"),
        };
        let last = response[list].as_array().and_then(|entries| entries.last());
        PagePosition {
            count: response["DatasetSyncCount"].as_i64(),
            last: text(last.and_then(|last| last.get(name))).to_owned(),
        }
    }

    /// Returns the token of an open session with the dataset.
    pub(crate) fn open_session(&self, request: &Request) -> Option<String> {
        let address = address(request);
        let mut open = self
            .sessions
            .iter()
            .rev()
            .filter(|session| !session.is_used);
        let session = open.find(|session| session.dataset == address)?;
        Some(session.token.clone())
    }

    pub(crate) fn sync_count(&self, request: &Request) -> i64 {
        self.find(request).map_or(0, |dataset| dataset.sync_count)
    }

    pub(crate) fn record_sync_count(&self, request: &Request, key: &str) -> i64 {
        let record = self
            .find(request)
            .and_then(|dataset| dataset.records.get(key));
        record.map_or(0, |record| record.sync_count)
    }

    pub(crate) fn devices(&self, request: &Request) -> Vec<String> {
        let pool = self.pools.get(&request.pool);
        let identity = pool.and_then(|pool| pool.identities.get(&request.identity));
        identity.map_or_else(Vec::new, |identity| {
            identity.devices.values().cloned().collect()
        })
    }

    fn pool(&self, request: &Request) -> Result<&Pool, ExpectedError> {
        let id = &request.pool;
        let unknown = || not_found(format!("IdentityPool '{id}' not found."));
        self.pools.get(id).ok_or_else(unknown)
    }

    fn pool_mut(&mut self, request: &Request) -> &mut Pool {
        self.pools.entry(request.pool.clone()).or_default()
    }

    fn identity_mut(&mut self, request: &Request) -> &mut Identity {
        let identities = &mut self.pool_mut(request).identities;
        identities.entry(request.identity.clone()).or_default()
    }

    /// Returns the dataset, deleted or not.
    fn find(&self, request: &Request) -> Option<&Dataset> {
        let identities = &self.pools.get(&request.pool)?.identities;
        identities
            .get(&request.identity)?
            .datasets
            .get(&request.dataset)
    }

    fn find_mut(&mut self, request: &Request) -> Option<&mut Dataset> {
        let identities = &mut self.pools.get_mut(&request.pool)?.identities;
        identities
            .get_mut(&request.identity)?
            .datasets
            .get_mut(&request.dataset)
    }

    fn existing_dataset(&self, request: &Request) -> Result<&Dataset, ExpectedError> {
        let found = self.find(request).filter(|dataset| !dataset.is_deleted);
        found.ok_or_else(|| not_found(format!("Dataset '{}' not found.", request.dataset)))
    }

    /// Returns the index of the token's open session.
    fn session(&self, request: &Request, token: &str) -> Result<usize, ExpectedError> {
        let address = address(request);
        let is_good = |session: &Session| {
            session.token == token && session.dataset == address && !session.is_used
        };
        let found = self.sessions.iter().position(is_good);
        found.ok_or_else(|| invalid("SyncSessionToken not valid for these inputs"))
    }

    fn position(&self, request: &Request) -> Result<PagePosition, ExpectedError> {
        match request.query_value("nextToken") {
            None => Ok(PagePosition::default()),
            Some(token) => self
                .places
                .get(token)
                .cloned()
                .ok_or_else(|| invalid("Invalid NextToken")),
        }
    }

    fn list_datasets(&self, request: &Request) -> ExpectedResponse {
        let (length, position) = (length(request, 64, 64)?, self.position(request)?);
        let pool = self.pools.get(&request.pool);
        let identity = pool.and_then(|pool| pool.identities.get(&request.identity));
        let all = identity.into_iter().flat_map(Identity::live);
        let behind: Vec<_> = all
            .filter(|(name, _)| **name > position.last)
            .map(|(name, dataset)| dataset.shown(name, request))
            .collect();
        success(page("Datasets", behind, length))
    }

    fn list_pools(&self, request: &Request) -> ExpectedResponse {
        let (length, position) = (length(request, 60, 60)?, self.position(request)?);
        let behind = self.pools.iter().filter(|(id, _)| **id > position.last);
        let usages = behind.map(|(id, pool)| pool_usage(id, pool)).collect();
        let mut response = page("IdentityPoolUsages", usages, length);
        response["MaxResults"] = json!(length);
        success(response)
    }

    fn list_records(&mut self, request: &Request) -> ExpectedResponse {
        if let Some(token) = request.query_value("syncSessionToken") {
            self.session(request, token)?;
        }
        let since = request.query_value("lastSyncCount").unwrap_or("0");
        let since: i64 = since.parse().expect("the test sends numbers");
        let (nothing, found) = (Dataset::default(), self.find(request));
        let dataset = found.unwrap_or(&nothing);
        check_count(since, dataset)?;
        let length = length(request, usize::MAX, 1024)?;
        let position = self.position(request)?;
        let behind = dataset
            .records
            .iter()
            .filter(|(key, record)| **key > position.last && record.sync_count > since);
        let records = behind.map(|(key, record)| record.shown(key)).collect();
        let mut response = page("Records", records, length);
        let deletion = dataset.deletion.unwrap_or(0);
        response["DatasetDeletedAfterRequestedSyncCount"] = json!(0 < since && since < deletion);
        response["DatasetExists"] = json!(found.is_some() && !dataset.is_deleted);
        response["DatasetSyncCount"] = json!(position.count.unwrap_or(dataset.sync_count));
        response["SyncSessionToken"] = json!(
            request
                .query_value("syncSessionToken")
                .unwrap_or(ANY_STRING)
        );
        if found.is_some() {
            response["LastModifiedBy"] = json!(dataset.by);
        }
        let merged = self.merged(request);
        if !merged.is_empty() {
            response["MergedDatasetNames"] = json!(merged);
        }
        self.pool_mut(request);
        success(response)
    }

    /// Returns the names of existing datasets that consist of the name, a dot and an identity id.
    fn merged(&self, request: &Request) -> Vec<String> {
        let pool = self.pools.get(&request.pool);
        let identity = pool.and_then(|pool| pool.identities.get(&request.identity));
        let names = identity.into_iter().flat_map(Identity::live);
        let is_merged = |name: &String| {
            let of_dataset = name.strip_prefix(&request.dataset);
            let id = of_dataset.and_then(|rest| rest.strip_prefix('.'));
            // All ids of the test have the same length, and no other text after a dot has it.
            id.is_some_and(|id| id.contains(':') && id.len() == request.identity.len())
        };
        names
            .map(|(name, _)| name)
            .filter(|name| is_merged(name))
            .cloned()
            .collect()
    }

    fn update(&mut self, request: &Request) -> ExpectedResponse {
        let session = self.session(request, text(request.body_value("SyncSessionToken")))?;
        let patches = patches(request)?;
        let mut dataset = self.find(request).cloned().unwrap_or_default();
        for patch in patches {
            let count = patch["SyncCount"].as_i64().expect("the test sends numbers");
            check_count(count, &dataset)?;
            let key = text(patch.get("Key"));
            if let Some(record) = dataset.records.get(key)
                && record.sync_count > count
            {
                let current = record.sync_count;
                let message = format!("Current SyncCount for: {key} is: {current} not: {count}");
                return Err(error(409, "ResourceConflictException", message));
            }
        }
        if patches.is_empty() {
            return success(json!({"Records": []}));
        }
        self.check_dataset_limit(request)?;
        let device = request
            .body_value("DeviceId")
            .map(|device| text(Some(device)));
        let by = device.unwrap_or(match request.by_identity {
            true => &request.identity,
            false => ACCOUNT,
        });
        dataset.by = by.to_owned();
        dataset.is_deleted = false;
        dataset.sync_count += 1;
        let mut shown = Vec::new();
        for patch in patches {
            let (key, record) = apply_patch(patch, &dataset);
            shown.push(record.shown(&key));
            dataset.records.insert(key, record);
        }
        check_size(&dataset, &request.dataset)?;
        self.sessions[session].is_used = true;
        let datasets = &mut self.identity_mut(request).datasets;
        datasets.insert(request.dataset.clone(), dataset);
        success(json!({"Records": shown}))
    }

    /// Rejects one dataset too many.
    fn check_dataset_limit(&self, request: &Request) -> Result<(), ExpectedError> {
        if self.existing_dataset(request).is_ok() {
            return Ok(());
        }
        let pool = self.pools.get(&request.pool);
        let identity = pool.and_then(|pool| pool.identities.get(&request.identity));
        let datasets = identity.map_or(0, |identity| identity.live().count());
        if datasets < 20 {
            return Ok(());
        }
        Err(limit_exceeded(format!(
            "Identity '{}' has {datasets} datasets, and may not have more than 20.",
            request.identity
        )))
    }

    fn delete_dataset(&mut self, request: &Request) -> ExpectedResponse {
        let before = self.existing_dataset(request)?.clone();
        let by = match request.by_identity {
            true => &request.identity,
            false => ACCOUNT,
        };
        let after = Dataset {
            sync_count: before.sync_count + 1,
            is_deleted: true,
            deletion: Some(before.sync_count + 1),
            by: by.to_owned(),
            ..Dataset::default()
        };
        let datasets = &mut self.identity_mut(request).datasets;
        datasets.insert(request.dataset.clone(), after);
        success(json!({"Dataset": before.shown(&request.dataset, request)}))
    }

    fn identity_usage(&self, request: &Request) -> ExpectedResponse {
        let id = &request.identity;
        let identity = self.pool(request)?.identities.get(id);
        let identity = identity.ok_or_else(|| not_found(format!("Identity '{id}' not found.")))?;
        success(json!({"IdentityUsage": {"DataStorage": identity.storage(),
            "DatasetCount": identity.live().count(), "IdentityId": id,
            "IdentityPoolId": request.pool, "LastModifiedDate": ANY_TIMESTAMP}}))
    }

    fn register(&mut self, request: &Request) -> ExpectedResponse {
        let of = |name| text(request.body_value(name));
        let (pool, platform) = (&request.pool, of("Platform"));
        let known = self.pools.get(pool);
        if !known.is_some_and(|pool| pool.has_application(platform)) {
            let message =
                format!("Identity pool '{pool}' has no push sync application for {platform}.");
            return Err(error(400, "InvalidConfigurationException", message));
        }
        let devices = &self.identity_mut(request).devices;
        let device = devices.get(&(platform.to_owned(), of("Token").to_owned()));
        success(json!({"DeviceId": device.map_or(ANY_STRING, String::as_str)}))
    }

    fn dataset_for_device(&mut self, request: &Request) -> Result<&mut Dataset, ExpectedError> {
        self.existing_dataset(request)?;
        let device = &request.device;
        if !self.devices(request).contains(device) {
            return Err(not_found(format!("Device '{device}' not found.")));
        }
        Ok(self.find_mut(request).expect("it exists"))
    }

    fn set_events(&mut self, request: &Request) -> ExpectedResponse {
        let events = request.body_value("Events").and_then(Value::as_object);
        let mut function = self
            .pools
            .get(&request.pool)
            .and_then(|pool| pool.function.clone());
        for (event, arn) in events.into_iter().flatten() {
            let arn = text(Some(arn));
            if event != "SyncTrigger" {
                return Err(invalid(format!(
                    "'{event}' is not an event; the only one is SyncTrigger."
                )));
            }
            if !arn.is_empty() && !arn.starts_with("arn:aws:lambda:") {
                return Err(invalid(format!(
                    "'{arn}' is not the ARN of a Lambda function."
                )));
            }
            function = (!arn.is_empty()).then(|| arn.to_owned());
        }
        self.pool_mut(request).function = function;
        Ok(None)
    }

    fn configure(&mut self, request: &Request) -> ExpectedResponse {
        let given = |name| {
            let section: &Value = request.body_value(name)?;
            Some((section != &json!({})).then(|| section.clone()))
        };
        let pool = self.pool_mut(request);
        if let Some(section) = given("PushSync") {
            pool.push_sync = section;
        }
        if let Some(section) = given("CognitoStreams") {
            pool.streams = section;
        }
        success(pool.configuration(&request.pool))
    }

    fn bulk_publish(&mut self, request: &Request) -> ExpectedResponse {
        let pool = self.pool(request)?;
        if pool.is_published && self.slow_bulk_publish {
            let message = "A bulk publish of this identity pool is in progress.";
            return Err(error(400, "DuplicateRequestException", message));
        }
        if pool.is_published {
            let message = "The last bulk publish succeeded less than 24 hours ago.";
            return Err(error(400, "AlreadyStreamedException", message));
        }
        if !pool.is_streaming() {
            return Err(invalid(format!(
                "Identity pool '{}' has no enabled stream.",
                request.pool
            )));
        }
        self.pool_mut(request).is_published = true;
        success(json!({"IdentityPoolId": request.pool}))
    }

    fn bulk_publish_details(&self, request: &Request) -> ExpectedResponse {
        let id = &request.pool;
        let status = match (self.pool(request)?.is_published, self.slow_bulk_publish) {
            (false, _) => {
                return success(json!({"BulkPublishStatus": "NOT_STARTED", "IdentityPoolId": id}));
            }
            (true, true) => "IN_PROGRESS",
            (true, false) => "SUCCEEDED",
        };
        let mut response = json!({"BulkPublishStartTime": ANY_TIMESTAMP, "BulkPublishStatus": status,
            "IdentityPoolId": id});
        if !self.slow_bulk_publish {
            response["BulkPublishCompleteTime"] = json!(ANY_TIMESTAMP);
        }
        success(response)
    }
}

fn success(response: Value) -> ExpectedResponse {
    Ok(Some(response))
}

fn error(status: u16, code: &'static str, message: impl Into<String>) -> ExpectedError {
    ExpectedError {
        status,
        code,
        message: message.into(),
    }
}

pub(super) fn invalid(message: impl Into<String>) -> ExpectedError {
    error(400, "InvalidParameterException", message)
}

fn not_found(message: String) -> ExpectedError {
    error(404, "ResourceNotFoundException", message)
}

fn limit_exceeded(message: String) -> ExpectedError {
    error(400, "LimitExceededException", message)
}

pub(super) fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

fn address(request: &Request) -> [String; 3] {
    [&request.pool, &request.identity, &request.dataset].map(String::clone)
}

fn pool_usage(id: &str, pool: &Pool) -> Value {
    json!({"DataStorage": pool.storage(), "IdentityPoolId": id, "LastModifiedDate": ANY_TIMESTAMP})
}

fn length(request: &Request, default: usize, most: usize) -> Result<usize, ExpectedError> {
    let Some(asked) = request.query_value("maxResults") else {
        return Ok(default);
    };
    match asked.parse::<i64>() {
        Ok(asked @ 1..) => Ok(most.min(usize::try_from(asked).expect("it fits"))),
        _ => Err(invalid("MaxResults must be an integer of at least 1.")),
    }
}

/// Returns a page of these items, and whether there are more.
fn page(name: &str, mut entries: Vec<Value>, length: usize) -> Value {
    let mut response = Map::new();
    if entries.len() > length {
        entries.truncate(length);
        response.insert("NextToken".into(), json!(ANY_STRING));
    }
    response.insert("Count".into(), json!(entries.len()));
    response.insert(name.into(), Value::Array(entries));
    Value::Object(response)
}

fn check_count(count: i64, dataset: &Dataset) -> Result<(), ExpectedError> {
    if (0..=dataset.sync_count).contains(&count) {
        return Ok(());
    }
    Err(invalid(format!(
        "No such SyncCount: {count} exists for this Dataset"
    )))
}

/// Returns the patches. Rejects two patches of one record, and a patch that lacks a member.
fn patches(request: &Request) -> Result<&[Value], ExpectedError> {
    let patches = request
        .body_value("RecordPatches")
        .and_then(Value::as_array);
    let patches = patches.map_or(&[][..], Vec::as_slice);
    let mut keys = BTreeSet::new();
    for patch in patches {
        let key = text(patch.get("Key"));
        if patch["Op"] == "replace" && patch["Value"].is_null() {
            return Err(invalid(format!(
                "The patch that replaces record '{key}' has no Value."
            )));
        }
        if !keys.insert(key) {
            return Err(invalid(format!(
                "Record '{key}' is patched more than once."
            )));
        }
    }
    Ok(patches)
}

/// Returns the record that a patch creates in a dataset with this sync count.
fn apply_patch(patch: &Value, dataset: &Dataset) -> (String, Record) {
    let removes = patch["Op"] == "remove";
    let device_moment = patch.get("DeviceLastModifiedDate");
    let record = Record {
        value: (!removes).then(|| text(patch.get("Value")).to_owned()),
        sync_count: dataset.sync_count,
        by: dataset.by.clone(),
        timestamp: json!(ANY_TIMESTAMP),
        device_moment: device_moment
            .cloned()
            .unwrap_or_else(|| json!(ANY_TIMESTAMP)),
    };
    (text(patch.get("Key")).to_owned(), record)
}

fn check_size(dataset: &Dataset, name: &str) -> Result<(), ExpectedError> {
    let (records, bytes) = (dataset.live().count(), dataset.storage());
    if records > 1024 {
        return Err(limit_exceeded(format!(
            "Dataset '{name}' would have {records} records, and may not have more than 1024."
        )));
    }
    if bytes > 1_048_576 {
        return Err(limit_exceeded(format!(
            "Dataset '{name}' would have {bytes} bytes, and may not have more than 1048576."
        )));
    }
    Ok(())
}
