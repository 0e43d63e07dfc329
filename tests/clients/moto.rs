//! Tests of this program against `moto`, an Amazon Cognito that is not ours: it lists identities and
//! names of pools, and `serve` has the records. Unlike AWS, `moto` returns all identities on one
//! page, and none of them has logins.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::installation::Clients;
use super::{LIMIT, client, file};
use crate::support::child::{self, ChildExit};
use crate::support::service::Service;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

/// More than a page of AWS.
const IDENTITIES: usize = 130;

/// Every so many identities have a dataset.
const WITH_DATA: usize = 10;

/// A pool of moto that it does not have.
const UNKNOWN_POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000000";

/// The running server. Dropping the value kills it.
pub(crate) struct Moto {
    child: Child,
    endpoint: String,
}

impl Moto {
    /// Starts it on a free port.
    pub(crate) fn start(clients: &Clients) -> Moto {
        let mut child = Command::new(clients.program("moto_server"))
            .args(["--host", "127.0.0.1", "--port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("moto starts");
        let stderr = child.stderr.take().expect("a pipe");
        let mut lines = BufReader::new(stderr).lines();
        let endpoint = lines.by_ref().find_map(|line| {
            let line = line.expect("its standard error can be read");
            let (_, endpoint) = line.split_once("Running on ")?;
            Some(endpoint.trim_end().to_string())
        });
        // It would wait for a reader of its log.
        std::thread::spawn(move || lines.for_each(drop));
        Moto {
            child,
            endpoint: endpoint.expect("it says where it listens"),
        }
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Creates a pool of this name with identities. Returns their ids, that of the pool first.
    fn create_pool(&self, clients: &Clients, service: &Service, name: &str) -> Vec<String> {
        let mut python = self.client(&clients.program("python"), service);
        let count = IDENTITIES.to_string();
        python.arg(file("moto_identities.py")).args([name, &count]);
        let output = child::run(python, Vec::new(), LIMIT);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.exit == ChildExit::Status(0), "{stderr}");
        let ids = String::from_utf8(output.stdout).expect("text");
        ids.lines().map(str::to_string).collect()
    }

    /// A client of both services.
    fn client(&self, program: &std::path::Path, service: &Service) -> Command {
        let mut command = client(program, service);
        command.env("AWS_ENDPOINT_URL_COGNITO_IDENTITY", &self.endpoint);
        command
    }

    /// Runs this program. Returns its status, standard output and standard error.
    fn run(&self, service: &Service, args: &[&str]) -> (ChildExit, String, String) {
        let mut program = self.client(PROGRAM.as_ref(), service);
        program.args(args);
        let output = child::run(program, Vec::new(), LIMIT);
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (output.exit, text(output.stdout), text(output.stderr))
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Writes a record of an identity.
fn write_record(service: &Service, pool: &str, identity: &str) {
    let path = format!("/identitypools/{pool}/identities/{identity}/datasets/d");
    let listed = service
        .request("GET", &format!("{path}/records"), None)
        .json();
    let update = json!({
        "SyncSessionToken": listed["SyncSessionToken"],
        "RecordPatches": [{"Op": "replace", "Key": "k", "Value": identity, "SyncCount": 0}],
    });
    service.request("POST", &path, Some(update)).json();
}

#[test]
fn exports_identities_that_moto_lists() {
    let Some(clients) = Clients::find() else {
        return;
    };
    let service = Service::start(&[]);
    let moto = Moto::start(&clients);
    let ids = moto.create_pool(&clients, &service, "app");
    let [pool, identities @ ..] = ids.as_slice() else {
        panic!("no pool: {ids:?}")
    };
    assert_eq!(identities.len(), IDENTITIES);
    let with_data: BTreeSet<_> = identities.iter().step_by(WITH_DATA).collect();
    for identity in &with_data {
        write_record(&service, pool, identity);
    }
    let export = ["export", "--identity-pool-id", pool, "--to", "out.ndjson"];
    let (exit, summary, stderr) = moto.run(&service, &export);
    assert_eq!((exit, &*stderr), (ChildExit::Status(0), ""));
    let summary: Value = serde_json::from_str(&summary).expect("a summary");
    let numbers = ["Identities", "EmptyIdentities", "Records"].map(|name| &summary[name]);
    let empty = IDENTITIES - with_data.len();
    assert_eq!(numbers, [IDENTITIES, empty, with_data.len()]);
    let written = std::fs::read_to_string(service.folder().join("out.ndjson"));
    let records = written.expect("an output");
    let values: BTreeSet<_> = records
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .map(|record| {
            assert_eq!(record["IdentityId"], record["Value"]);
            record["Value"].as_str().expect("a value").to_string()
        })
        .collect();
    assert_eq!(values.iter().collect::<BTreeSet<_>>(), with_data);

    let export = ["export", "--identity-pool-id", pool, "--only-authenticated"];
    let (exit, stdout, stderr) = moto.run(&service, &export);
    assert_eq!(
        (exit, &*stdout, &*stderr),
        (ChildExit::Status(0), "", ""),
        "no identity has logins"
    );

    let query = "IdentityPools[].[IdentityPoolId, IdentityPoolName]";
    let inventory = ["inventory", "--output", "text", "--query", query];
    let (exit, stdout, stderr) = moto.run(&service, &inventory);
    assert_eq!((exit, &*stderr), (ChildExit::Status(0), ""));
    assert_eq!(stdout, format!("{pool}\tapp\n"));
}

/// For a pool that it does not have, moto fails with status 500 and a page in HTML.
#[test]
fn reports_failure_of_moto() {
    let Some(clients) = Clients::find() else {
        return;
    };
    let service = Service::start(&[]);
    let moto = Moto::start(&clients);
    let export = [
        "export",
        "--identity-pool-id",
        UNKNOWN_POOL,
        "--to",
        "out.ndjson",
    ];
    let (exit, stdout, stderr) = moto.run(&service, &export);
    assert_eq!((exit, &*stdout), (ChildExit::Status(254), ""), "{stderr}");
    assert!(
        stderr.contains("(500) when calling the ListIdentities operation"),
        "{stderr}"
    );
    for file in ["out.ndjson", "out.ndjson.journal"] {
        assert!(!service.folder().join(file).exists(), "{file} is left");
    }
}
