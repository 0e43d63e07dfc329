//! A server with datasets in memory. It is stricter than AWS needs to be: the sync count of a patch
//! must be that of the record, and a session token is good for one update.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::http::Request;
use crate::support::outcome::{Outcome, run};
use crate::support::service::client_command;
use crate::support::stub::{Action, Stub, ok, respond};

pub(crate) const POOL: &str = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-000000000001";
pub(crate) const IDENTITY: &str = "us-east-1:00000000-0000-4000-8000-000000000001";

/// The running server, with a folder for files.
pub(crate) struct DatasetServer {
    pub(crate) stub: Stub,
    store: Arc<Mutex<Store>>,
    folder: TempDir,
}

/// What the server has.
#[derive(Debug, Default)]
pub(crate) struct Store {
    /// By identity pool, identity and name.
    datasets: BTreeMap<[String; 3], Dataset>,
    /// Session tokens that are good for an update.
    tokens: BTreeSet<String>,
    issued: usize,
    /// The number of records of a page.
    pub(crate) page_size: usize,
}

/// A dataset.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Dataset {
    pub(crate) sync_count: i64,
    pub(crate) records: BTreeMap<String, Record>,
}

/// A record; without a value, it is removed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) value: Option<String>,
    pub(crate) sync_count: i64,
    pub(crate) date: Value,
}

impl Store {
    /// Sets a record of a dataset of [`IDENTITY`], as another client would.
    pub(crate) fn set(&mut self, dataset: &str, key: &str, value: Option<&str>) {
        self.set_of(IDENTITY, dataset, key, value);
    }

    /// Sets a record of a dataset of an identity.
    pub(crate) fn set_of(&mut self, identity: &str, dataset: &str, key: &str, value: Option<&str>) {
        let dataset = self.dataset(identity, dataset);
        dataset.sync_count += 1;
        let record = Record {
            value: value.map(str::to_string),
            sync_count: dataset.sync_count,
            date: json!(1),
        };
        dataset.records.insert(key.to_string(), record);
    }

    /// The dataset of an identity, which is created if need be.
    pub(crate) fn dataset(&mut self, identity: &str, name: &str) -> &mut Dataset {
        let id = [POOL, identity, name].map(str::to_string);
        self.datasets.entry(id).or_default()
    }

    /// All records with a value: identity, dataset, key and value.
    pub(crate) fn all(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for ([_, identity, name], dataset) in &self.datasets {
            for (key, record) in &dataset.records {
                if let Some(value) = &record.value {
                    all.insert(format!("{identity} {name} {key} {value}"));
                }
            }
        }
        all
    }

    /// The values of a dataset of [`IDENTITY`].
    pub(crate) fn values(&self, name: &str) -> Vec<(String, Option<String>)> {
        let id = [POOL, IDENTITY, name].map(str::to_string);
        let records = self.datasets.get(&id).map(|dataset| &dataset.records);
        let values = records.into_iter().flatten();
        values
            .map(|(key, record)| (key.clone(), record.value.clone()))
            .collect()
    }

    /// Answers a request.
    pub(crate) fn answer(&mut self, request: &Request) -> Action {
        if request.path == "/" {
            return self.list_identities(request);
        }
        match (dataset_id(&request.path), request.method.as_str()) {
            (Some(id), "GET") => self.list(&id, request),
            (Some(id), _) => self.update(id, &request.json().expect("a body in JSON")),
            (None, _) => self.list_datasets(&request.path),
        }
    }

    /// Lists identities, all on one page. Those with even last digits have logins.
    fn list_identities(&self, request: &Request) -> Action {
        let body = request.json().expect("a body in JSON");
        let ids = self
            .datasets
            .keys()
            .filter(|id| body["IdentityPoolId"] == id[0]);
        let ids: BTreeSet<_> = ids.map(|id| &id[1]).collect();
        let identities: Vec<_> = ids
            .into_iter()
            .map(|id| match id.ends_with(['0', '2', '4', '6', '8']) {
                true => json!({"IdentityId": id, "Logins": ["graph.facebook.com"]}),
                false => json!({"IdentityId": id, "Logins": []}),
            })
            .collect();
        ok(&json!({"Identities": identities}).to_string())
    }

    fn list_datasets(&self, path: &str) -> Action {
        let id = dataset_id(&format!("{path}/")).expect("a path of datasets");
        let datasets = self
            .datasets
            .iter()
            .filter(|(other, _)| other[..2] == id[..2]);
        let datasets: Vec<_> = datasets
            .map(|(id, dataset)| {
                json!({"DatasetName": id[2], "LastModifiedDate": dataset.sync_count,
                    "NumRecords": dataset.records.len()})
            })
            .collect();
        ok(&json!({"Datasets": datasets}).to_string())
    }

    fn list(&mut self, id: &[String; 3], request: &Request) -> Action {
        self.issued += 1;
        let token = format!("token {}", self.issued);
        self.tokens.insert(token.clone());
        let query = request.query();
        let after = query.iter().find(|(name, _)| name == "nextToken");
        let after = after.map(|(_, token)| token.trim_start_matches("after ").to_string());
        let empty = Dataset::default();
        let dataset = self.datasets.get(id).unwrap_or(&empty);
        let records = dataset.records.iter();
        let records: Vec<_> = records
            .filter(|(key, _)| after.as_ref().is_none_or(|after| *key > after))
            .collect();
        let page_size = self.page_size.max(1);
        let next =
            (records.len() > page_size).then(|| format!("after {}", records[page_size - 1].0));
        let page: Vec<_> = records
            .iter()
            .take(page_size)
            .map(|(key, record)| {
                json!({"Key": key, "Value": record.value, "SyncCount": record.sync_count,
                    "DeviceLastModifiedDate": record.date})
            })
            .collect();
        ok(
            &json!({"Count": page.len(), "DatasetExists": self.datasets.contains_key(id),
            "DatasetSyncCount": dataset.sync_count, "NextToken": next, "Records": page,
            "SyncSessionToken": token})
            .to_string(),
        )
    }

    fn update(&mut self, id: [String; 3], body: &Value) -> Action {
        let token = body["SyncSessionToken"].as_str().unwrap_or_default();
        if !self.tokens.contains(token) {
            return refuse(
                400,
                "InvalidParameterException",
                "SyncSessionToken not valid for these inputs",
            );
        }
        let patches = body["RecordPatches"].as_array().expect("patches");
        let empty = Dataset::default();
        let before = self.datasets.get(&id).unwrap_or(&empty);
        for patch in patches {
            let key = patch["Key"].as_str().expect("a key");
            let current = before
                .records
                .get(key)
                .map_or(0, |record| record.sync_count);
            if patch["SyncCount"] != current {
                return refuse(
                    409,
                    "ResourceConflictException",
                    "Current SyncCount differs",
                );
            }
        }
        self.tokens.remove(token);
        let dataset = self.datasets.entry(id).or_default();
        dataset.sync_count += 1;
        for patch in patches {
            let record = Record {
                value: patch["Value"].as_str().map(str::to_string),
                sync_count: dataset.sync_count,
                date: patch["DeviceLastModifiedDate"].clone(),
            };
            assert_eq!(patch["Op"] == "remove", record.value.is_none(), "{patch}");
            let key = patch["Key"].as_str().expect("a key");
            dataset.records.insert(key.to_string(), record);
        }
        ok("{}")
    }
}

/// An error response of the service.
pub(crate) fn refuse(status: u16, code: &str, message: &str) -> Action {
    respond(
        status,
        &json!({"__type": code, "message": message}).to_string(),
    )
}

/// The identity pool, the identity and the dataset in a path.
fn dataset_id(path: &str) -> Option<[String; 3]> {
    let parts: Vec<_> = path.split('/').collect();
    match parts.as_slice() {
        [
            "",
            "identitypools",
            pool,
            "identities",
            identity,
            "datasets",
            name,
            ..,
        ] => Some([pool, identity, name].map(|part| part.replace("%3A", ":"))),
        _ => None,
    }
}

/// The numbers of a summary that are not 0, by their names. Duration and requests are left out.
#[track_caller]
pub(crate) fn summary_counts(outcome: &Outcome) -> Vec<(String, u64)> {
    let summary = outcome.json();
    let members = summary.as_object().expect("an object").iter();
    let counts = members.filter_map(|(name, value)| Some((name.clone(), value.as_u64()?)));
    let left_out = ["Requests", "ThrottledRequests"];
    counts
        .filter(|(name, count)| *count > 0 && !left_out.contains(&name.as_str()))
        .collect()
}

/// Numbers of a summary.
pub(crate) fn counts(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
    let counts = counts.iter();
    counts
        .map(|(name, count)| ((*name).to_string(), *count))
        .collect()
}

impl DatasetServer {
    /// Starts a server without datasets.
    pub(crate) fn new() -> DatasetServer {
        DatasetServer::with(|_, _| None)
    }

    /// Starts a server with an intercepting function, which may change the store and answer requests
    /// in its place.
    pub(crate) fn with(
        intercept: impl Fn(&Request, &mut Store) -> Option<Action> + Send + Sync + 'static,
    ) -> DatasetServer {
        DatasetServer::start(Duration::ZERO, intercept)
    }

    /// Starts a server whose responses take a time.
    pub(crate) fn slow(latency: Duration) -> DatasetServer {
        DatasetServer::start(latency, |_, _| None)
    }

    fn start(
        latency: Duration,
        intercept: impl Fn(&Request, &mut Store) -> Option<Action> + Send + Sync + 'static,
    ) -> DatasetServer {
        let store = Arc::new(Mutex::new(Store {
            page_size: 1024,
            ..Store::default()
        }));
        let shared = Arc::clone(&store);
        let stub = Stub::new(move |received| {
            thread::sleep(latency);
            let mut store = shared.lock().expect("nobody panicked");
            let own = intercept(&received.request, &mut store);
            own.unwrap_or_else(|| store.answer(&received.request))
        });
        let folder = tempfile::tempdir().expect("a temporary folder");
        DatasetServer {
            stub,
            store,
            folder,
        }
    }

    /// Looks into the store or changes it.
    pub(crate) fn store<T>(&self, look: impl FnOnce(&mut Store) -> T) -> T {
        look(&mut self.store.lock().expect("nobody panicked"))
    }

    /// A command that imports files from the folder.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.subcommand("import", args)
    }

    /// A command in the folder that uses the server.
    pub(crate) fn subcommand(&self, name: &str, args: &[&str]) -> Command {
        let mut command = client_command(&self.folder, &self.stub.endpoint());
        command.arg(name).args(args);
        command
    }

    /// Runs such a command.
    #[track_caller]
    pub(crate) fn import(&self, args: &[&str]) -> Outcome {
        run(self.command(args), "")
    }

    /// Writes a file of the folder.
    pub(crate) fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).expect("written");
    }

    /// The content of a file of the folder.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        let content = fs::read_to_string(self.path(name));
        content.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The bodies of all updates so far.
    pub(crate) fn updates(&self) -> Vec<Value> {
        let requests = self.stub.requests().into_iter();
        let updates = requests.filter(|request| request.method == "POST");
        updates
            .map(|request| request.json().expect("a body in JSON"))
            .collect()
    }

    /// How many lists of records were requested.
    pub(crate) fn lists(&self) -> usize {
        let requests = self.stub.requests();
        requests
            .iter()
            .filter(|request| request.method == "GET")
            .count()
    }
}

/// The line of a record of [`IDENTITY`].
pub(crate) fn line(dataset: &str, key: &str, value: Option<&str>) -> String {
    line_of(IDENTITY, dataset, key, value)
}

/// The line of a record.
pub(crate) fn line_of(identity: &str, dataset: &str, key: &str, value: Option<&str>) -> String {
    let record = json!({"IdentityPoolId": POOL, "IdentityId": identity, "DatasetName": dataset,
        "Key": key, "Value": value, "SyncCount": 3, "LastModifiedDate": "2014-10-10T20:47:37.151Z",
        "DeviceLastModifiedDate": "2014-05-13T16:53:20.125Z", "LastModifiedBy": "123456789012"});
    format!("{record}\n")
}

/// A file with datasets of so many identities, two of two records each.
pub(crate) fn lines_of(identities: usize) -> String {
    let mut lines = String::new();
    for number in 0..identities {
        let identity = format!("us-east-1:00000000-0000-4000-8000-{number:012x}");
        for dataset in ["notes", "settings"] {
            for key in ["a", "b"] {
                let value = format!("{number} {key}");
                lines += &line_of(&identity, dataset, key, Some(&value));
            }
        }
    }
    lines
}

/// What a store has after an import of such lines.
pub(crate) fn records_of(lines: &str) -> BTreeSet<String> {
    let records = lines.lines().map(|line| {
        let record: Value = serde_json::from_str(line).expect("JSON");
        let member = |name: &str| record[name].as_str().unwrap_or_default().to_string();
        ["IdentityId", "DatasetName", "Key", "Value"]
            .map(member)
            .join(" ")
    });
    records.collect()
}
