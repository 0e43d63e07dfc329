//! A server with identities, datasets and records that are made from their numbers.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::http::Request;
use crate::support::outcome::{Outcome, run};
use crate::support::service::client_command;
use crate::support::stub::{Action, Received, Stub, ok, respond};

pub(crate) const POOL: &str = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-000000000001";

const PAGE_SIZE: usize = 60;

/// The running server, with a folder for the output.
pub(crate) struct RecordServer {
    pub(crate) stub: Stub,
    folder: TempDir,
}

impl RecordServer {
    /// Starts a server with so many identities, each with two datasets of three records.
    pub(crate) fn new(identities: usize) -> RecordServer {
        RecordServer::with(identities, |_| None)
    }

    /// Starts a server with an intercepting function, which may answer requests in its place.
    pub(crate) fn with(
        identities: usize,
        intercept: impl Fn(&Received) -> Option<Action> + Send + Sync + 'static,
    ) -> RecordServer {
        let stub = Stub::new(move |received| {
            let own = intercept(received);
            own.unwrap_or_else(|| answer(&received.request, identities))
        });
        let folder = tempfile::tempdir().expect("a temporary folder");
        RecordServer { stub, folder }
    }

    /// A command that exports the pool from the server, in the folder of the output.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = client_command(&self.folder, &self.stub.endpoint());
        command
            .args(["export", "--identity-pool-id", POOL, "--list-rate", "500"])
            .args(args);
        command
    }

    /// Runs such a command.
    #[track_caller]
    pub(crate) fn export(&self, args: &[&str]) -> Outcome {
        run(self.command(args), "")
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The lines of a file, sorted.
    #[track_caller]
    pub(crate) fn sorted_lines(&self, name: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path(name));
        sorted_lines(&text.unwrap_or_else(|error| panic!("{name}: {error}")))
    }

    /// The requests so far whose path ends like this.
    pub(crate) fn requests(&self, end: &str) -> Vec<Request> {
        let requests = self.stub.requests().into_iter();
        requests
            .filter(|request| request.path.ends_with(end))
            .collect()
    }
}

/// The lines of a text, sorted.
pub(crate) fn sorted_lines(text: &str) -> Vec<String> {
    assert!(
        text.is_empty() || text.ends_with('\n'),
        "a line is torn: {text:?}"
    );
    let mut lines: Vec<_> = text.lines().map(str::to_string).collect();
    lines.sort();
    lines
}

/// The id of an identity by its number.
pub(crate) fn id(number: usize) -> String {
    format!("us-east-1:00000000-0000-4000-8000-{number:012x}")
}

/// What an export of the first identities has, sorted.
pub(crate) fn expected(identities: impl IntoIterator<Item = usize>) -> Vec<String> {
    let mut lines = Vec::new();
    for number in identities {
        for dataset in ["notes", "settings"] {
            for key in ["a", "b", "é"] {
                lines.push(format!(
                    "{{\"IdentityPoolId\":\"{POOL}\",\"IdentityId\":\"{}\",\"DatasetName\":\"{dataset}\",\
                     \"Key\":\"{key}\",\"Value\":\"{number} \\\"{key}\\\"\",\"SyncCount\":3,\
                     \"LastModifiedDate\":\"2014-10-10T20:47:37.151Z\",\
                     \"DeviceLastModifiedDate\":\"2014-05-13T16:53:20.000Z\",\
                     \"LastModifiedBy\":\"123456789012\"}}",
                    id(number)
                ));
            }
        }
    }
    lines.sort();
    lines
}

/// The number of the identity in a path.
pub(crate) fn identity_number(path: &str) -> Option<usize> {
    let (_, rest) = path.split_once("/identities/us-east-1%3A00000000-0000-4000-8000-")?;
    usize::from_str_radix(rest.get(..12)?, 16).ok()
}

/// Whether a request lists identities.
pub(crate) fn lists_identities(request: &Request) -> bool {
    request.path == "/"
}

/// The token of a request that lists identities.
pub(crate) fn list_token(request: &Request) -> Option<String> {
    let body = request.json().expect("a body in JSON");
    body["NextToken"].as_str().map(str::to_string)
}

/// An error response of the service.
pub(crate) fn service_error(status: u16, code: &str) -> Action {
    let body = json!({"__type": code, "message": format!("{code} happened")});
    respond(status, &body.to_string())
}

/// The response with the records of an identity's dataset.
pub(crate) fn records(number: usize, sync_count: i64) -> Value {
    let record = |key: &str| {
        json!({"Key": key, "Value": format!("{number} \"{key}\""), "SyncCount": 3,
            "LastModifiedDate": 1_412_974_057.151_f64, "DeviceLastModifiedDate": 1_400_000_000,
            "LastModifiedBy": "123456789012"})
    };
    let removed = json!({"Key": "removed", "SyncCount": 2});
    json!({"Count": 4, "DatasetExists": true, "DatasetSyncCount": sync_count, "SyncSessionToken": "t",
        "Records": [record("é"), record("b"), removed, record("a")]})
}

fn answer(request: &Request, identities: usize) -> Action {
    if lists_identities(request) {
        let start = list_token(request).map_or(0, |token| {
            token
                .trim_start_matches('t')
                .parse()
                .expect("a token of this server")
        });
        let end = identities.min(start + PAGE_SIZE);
        let listed = (start..end).map(|number| match number % 2 {
            0 => json!({"IdentityId": id(number), "Logins": ["graph.facebook.com"]}),
            _ => json!({"IdentityId": id(number), "Logins": []}),
        });
        let token = (end < identities).then(|| format!("t{end}"));
        let listed: Vec<_> = listed.collect();
        let page = json!({"IdentityPoolId": POOL, "Identities": listed, "NextToken": token});
        return ok(&page.to_string());
    }
    let number = identity_number(&request.path).expect("an identity of this server");
    if request.path.ends_with("/records") {
        return ok(&records(number, 3).to_string());
    }
    let datasets = ["settings", "notes"].map(|name| {
        json!({"DatasetName": name, "IdentityId": id(number), "NumRecords": 3, "DataStorage": 20,
            "CreationDate": 1.4E9, "LastModifiedDate": 1_412_974_057.151_f64})
    });
    ok(&json!({"Datasets": datasets, "Count": 2}).to_string())
}
