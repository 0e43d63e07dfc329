//! A server with the configuration of identity pools: it keeps what is set and counts requests.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::support::http::Request;
use crate::support::outcome::{Outcome, run};
use crate::support::service::client_command_for;
use crate::support::stub::{Action, Received, Stub, ok, respond};

/// What happens to a section that SetIdentityPoolConfiguration does not get: AWS does not document
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OmittedSection {
    Kept,
    Erased,
}

/// The sections of all pools, by id.
pub(crate) type Pools = BTreeMap<String, Map<String, Value>>;

/// The running server, with a folder for state files.
pub(crate) struct PoolServer {
    pub(crate) stub: Stub,
    pools: Arc<Mutex<Pools>>,
    folder: TempDir,
}

/// The statuses of the pools in a report of `--output json`.
#[track_caller]
pub(crate) fn pool_statuses(outcome: &Outcome) -> Vec<String> {
    let report = outcome.json();
    let pools = report["Pools"].as_array().expect("a list").iter();
    pools
        .map(|pool| pool["Status"].as_str().unwrap_or_default().to_string())
        .collect()
}

impl PoolServer {
    /// Starts a server with these pools.
    pub(crate) fn new(pools: impl IntoIterator<Item = (String, Value)>) -> PoolServer {
        PoolServer::with(pools, OmittedSection::Kept, |_| None)
    }

    /// Starts a server with an intercepting function, which may answer requests in its place.
    pub(crate) fn with(
        pools: impl IntoIterator<Item = (String, Value)>,
        omitted: OmittedSection,
        intercept: impl Fn(&Received) -> Option<Action> + Send + Sync + 'static,
    ) -> PoolServer {
        let pools = pools
            .into_iter()
            .map(|(id, sections)| (id, object(sections)));
        let pools = Arc::new(Mutex::new(pools.collect::<Pools>()));
        let kept = Arc::clone(&pools);
        let stub = Stub::new(move |received| match intercept(received) {
            Some(action) => action,
            None => answer(&received.request, &mut lock(&kept), omitted),
        });
        let folder = tempfile::tempdir().expect("a temporary folder");
        PoolServer {
            stub,
            pools,
            folder,
        }
    }

    /// The sections of a pool.
    #[track_caller]
    pub(crate) fn pool(&self, id: &str) -> Value {
        Value::Object(lock(&self.pools)[id].clone())
    }

    /// Writes a state file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("a state file can be written");
    }

    /// Writes a state file in JSON with these pools.
    pub(crate) fn write_pools<'p>(
        &self,
        name: &str,
        pools: impl IntoIterator<Item = (&'p String, &'p Value)>,
    ) {
        let entries = pools.into_iter().map(|(id, sections)| {
            let mut entry = object(sections.clone());
            entry.insert("IdentityPoolId".to_string(), json!(id));
            Value::Object(entry)
        });
        let document = json!({"pools": entries.collect::<Vec<_>>()});
        self.write(name, &document.to_string());
    }

    /// A command of the program that calls the server, in the folder of the state files.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_cognito-sync"), args)
    }

    /// A command of another program, which starts this one.
    pub(crate) fn command_of(&self, program: &str, args: &[&str]) -> Command {
        let mut command = client_command_for(program, &self.folder, &self.stub.endpoint());
        command.args(args);
        command
    }

    /// Asserts that each of the command lines is rejected with this message and status 252.
    #[track_caller]
    pub(crate) fn assert_rejects(&self, table: &[(&[&str], &str)]) {
        for (args, message) in table {
            self.run(args).assert_fails(252, message);
        }
    }

    /// Runs such a command.
    #[track_caller]
    pub(crate) fn run(&self, args: &[&str]) -> Outcome {
        run(self.command(args), "")
    }

    /// The requests so far, as method and path with the ids decoded.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = self.stub.requests();
        requests
            .iter()
            .map(|request| format!("{} {}", request.method, request.path.replace("%3A", ":")))
            .collect()
    }

    /// The bodies of the requests that make changes.
    pub(crate) fn writes(&self) -> Vec<Value> {
        let requests = self.stub.requests();
        let writes = requests.iter().filter(|request| request.method == "POST");
        writes
            .map(|request| request.json().expect("a body in JSON"))
            .collect()
    }
}

/// The id of a pool by its number.
pub(crate) fn id(number: usize) -> String {
    format!("us-east-1:2f1c6e5e-0d3b-4a6f-9c52-{number:012x}")
}

/// An error response of the service.
pub(crate) fn service_error(status: u16, code: &str) -> Action {
    respond(
        status,
        &json!({"__type": code, "message": format!("{code} happened")}).to_string(),
    )
}

fn answer(request: &Request, pools: &mut Pools, omitted: OmittedSection) -> Action {
    let path = request.path.replace("%3A", ":");
    let segments: Vec<_> = path.split('/').collect();
    let ["", "identitypools", id, kind] = segments[..] else {
        let usages = pools.keys().map(|id| json!({"IdentityPoolId": id}));
        let usages: Vec<_> = usages.collect();
        return ok(&json!({"IdentityPoolUsages": usages, "Count": usages.len()}).to_string());
    };
    let Some(pool) = pools.get_mut(id) else {
        return service_error(404, "ResourceNotFoundException");
    };
    let body = request.json().unwrap_or_default();
    match (request.method.as_str(), kind) {
        ("GET", "configuration") => {}
        ("POST", "configuration") => {
            for name in ["PushSync", "CognitoStreams"] {
                match body.get(name) {
                    Some(section) if section == &json!({}) => drop(pool.remove(name)),
                    Some(section) => drop(pool.insert(name.to_string(), section.clone())),
                    None if omitted == OmittedSection::Erased => drop(pool.remove(name)),
                    None => {}
                }
            }
        }
        ("GET", "events") => {
            let events = pool.get("Events").cloned().unwrap_or_else(|| json!({}));
            return ok(&json!({"Events": events}).to_string());
        }
        ("POST", "events") => {
            let events = pool.entry("Events").or_insert_with(|| json!({}));
            for (event, function) in object(body["Events"].clone()) {
                match function.as_str() {
                    Some("") => drop(events.as_object_mut().map(|events| events.remove(&event))),
                    _ => events[event] = function,
                }
            }
            return ok("");
        }
        _ => return respond(500, "unexpected request"),
    }
    let mut configuration = pool.clone();
    configuration.remove("Events");
    configuration.insert("IdentityPoolId".to_string(), json!(id));
    ok(&Value::Object(configuration).to_string())
}

/// The members of a JSON object.
pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

fn lock(pools: &Mutex<Pools>) -> MutexGuard<'_, Pools> {
    pools.lock().unwrap_or_else(PoisonError::into_inner)
}
