//! `export` of what the local service has.

use serde_json::{Value, json};

use super::record_server::{POOL, id, sorted_lines};
use crate::support::service::Service;

const IDENTITIES: usize = 130;

/// Values of every kind of character.
const VALUES: [&str; 4] = [
    "plain",
    "line\nend\r\n\t\"\\/",
    "é😀\u{2028}\u{7f}\u{0}",
    "",
];

/// Fills a dataset of each identity.
fn fill(service: &Service) {
    for number in 0..IDENTITIES {
        let path = format!(
            "/identitypools/{POOL}/identities/{}/datasets/settings",
            id(number)
        );
        let listed = service
            .request("GET", &format!("{path}/records"), None)
            .json();
        let patches = VALUES.iter().enumerate().map(|(key, value)| {
            json!({"Op": "replace", "Key": format!("k{key}"), "Value": value, "SyncCount": 0})
        });
        let update = json!({"SyncSessionToken": listed["SyncSessionToken"],
            "RecordPatches": patches.collect::<Vec<_>>()});
        service.request("POST", &path, Some(update)).json();
    }
}

fn export(service: &Service, args: &[&str]) -> (Option<i32>, String) {
    let mut command =
        service.command(&["export", "--identity-pool-id", POOL, "--list-rate", "500"]);
    let output = command.args(args).output().expect("the program runs");
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.code(), stdout)
}

#[test]
fn exports_whole_pool_in_spite_of_faults() {
    let service = Service::start(&[]);
    fill(&service);
    let (status, stdout) = export(&service, &[]);
    assert_eq!(status, Some(0));
    let whole = sorted_lines(&stdout);
    assert_eq!(whole.len(), IDENTITIES * VALUES.len());
    let values: Vec<Value> = whole[..VALUES.len()]
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["Value"].clone())
        .collect();
    assert_eq!(values, VALUES);
    let faults = ["ListIdentities", "ListDatasets", "ListRecords"]
        .map(|operation| format!("{operation}=TooManyRequestsException:0.2"));
    let options = faults.iter().flat_map(|fault| ["--fault", fault.as_str()]);
    let faulty = Service::start_in(service.shared_folder(), &options.collect::<Vec<_>>());
    let mut union = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let (status, stdout) = export(&faulty, &["--shard", shard]);
        assert_eq!(status, Some(0), "{shard}");
        union.extend(sorted_lines(&stdout));
    }
    union.sort();
    assert_eq!(union, whole);
    let mut local = service.command(&["--local", "export", "--identity-pool-id", POOL]);
    let local = local.output().expect("the program runs").stdout;
    assert_eq!(sorted_lines(&String::from_utf8_lossy(&local)), whole);
}

/// Records in JSON, sorted, without `LastModifiedBy`, which a stream does not have.
fn streamed_members(text: &str) -> Vec<String> {
    let records = sorted_lines(text).into_iter().map(|line| {
        let mut record: Value = serde_json::from_str(&line).expect("JSON");
        let members = record.as_object_mut().expect("an object");
        members.remove("LastModifiedBy");
        record.to_string()
    });
    records.collect()
}

#[test]
fn writes_the_same_from_a_stream() {
    let service = Service::start(&["--outbox", "{DIR}/updates"]);
    let configuration = json!({"CognitoStreams": {"StreamName": "s", "StreamingStatus": "ENABLED",
        "RoleArn": "arn:aws:iam::123456789012:role/stream"}});
    let target = format!("/identitypools/{POOL}/configuration");
    service.request("POST", &target, Some(configuration)).json();
    fill(&service);
    let bulk = Service::start_in(service.shared_folder(), &["--outbox", "{DIR}/bulk"]);
    let target = format!("/identitypools/{POOL}/bulkpublish");
    bulk.request("POST", &target, None).json();
    let (status, exported) = export(&service, &[]);
    assert_eq!(status, Some(0));
    let want = streamed_members(&exported);
    assert_eq!(want.len(), IDENTITIES * VALUES.len());
    for outbox in ["updates", "bulk"] {
        let mut command = service.command(&["export", "--from-stream", outbox]);
        let streamed = command.output().expect("the program runs");
        assert_eq!(streamed.status.code(), Some(0), "{streamed:?}");
        let streamed = String::from_utf8(streamed.stdout).expect("UTF-8");
        assert_eq!(streamed_members(&streamed), want, "{outbox}");
        assert!(!streamed.contains("LastModifiedBy"), "{outbox}");
    }
}
