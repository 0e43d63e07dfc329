//! The help topic on migration: its commands run in their order, as they stand.

use std::fs;

use serde_json::json;

use crate::support::child::{self, ChildExit};
use crate::support::run::Run;
use crate::support::service::Service;

const POOL: &str = "us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c";
const IDENTITY: &str = "us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b";

/// Commands of the section `STEPS`, with the lines that continue them.
fn steps() -> Vec<String> {
    let page = Run::new(["help", "migration"]).capture().stdout;
    let (_, rest) = page.split_once("\nSTEPS\n").expect("a section of steps");
    let (steps, _) = rest
        .split_once("\nPERMISSIONS\n")
        .expect("a section behind it");
    let mut commands: Vec<String> = Vec::new();
    for line in steps.lines() {
        match (line.trim_start(), commands.last_mut()) {
            (code, Some(last)) if last.ends_with('\\') => *last += &format!("\n{code}"),
            (code, _) if code.starts_with("cognito-sync ") => commands.push(code.to_string()),
            _ => {}
        }
    }
    commands
}

#[test]
fn steps_run_in_their_order() {
    let service = Service::start(&[]);
    let path = format!("/identitypools/{POOL}/identities/{IDENTITY}/datasets/d");
    let listed = service
        .request("GET", &format!("{path}/records"), None)
        .json();
    let update = json!({"SyncSessionToken": listed["SyncSessionToken"],
        "RecordPatches": [{"Op": "replace", "Key": "k", "Value": "v", "SyncCount": 0}]});
    service.request("POST", &path, Some(update)).json();
    let steps = steps();
    assert!(steps.len() >= 6, "{steps:?}");
    let script = format!(
        "set -e\nmkdir bin; ln -s {} bin/cognito-sync; PATH=\"$PWD/bin:$PATH\"\n{}\n",
        env!("CARGO_BIN_EXE_cognito-sync"),
        steps.join("\n").replace(
            "--identity-pool-id ID",
            &format!("--identity-pool-id {POOL}")
        )
    );
    let inherited = service.command(&[]);
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", &script])
        .current_dir(service.folder())
        .env_clear()
        .envs(
            inherited
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    let finished = child::run(shell, Vec::new(), std::time::Duration::from_secs(60));
    let stderr = String::from_utf8_lossy(&finished.stderr);
    assert_eq!(finished.exit, ChildExit::Status(0), "{stderr}");
    for name in ["records.ndjson.gz", "changes.ndjson.gz", "items.json.gz"] {
        let summary = service.folder().join(format!("{name}.summary.json"));
        let summary = fs::read_to_string(summary).expect("a summary");
        assert!(summary.contains("\"Complete\": true"), "{name}: {summary}");
    }
    let lines = fs::read_to_string(service.folder().join("pool.yaml"));
    assert!(lines.expect("a state file").contains(POOL));
}
