//! Tests of this program as a client: all 17 operations through `serve`, signed, and with
//! `--local`, which must print the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::{LIMIT, client, command, file, keys, options, transcript};
use crate::local::{IDENTITY, POOL};
use crate::support::child::{self, ChildExit};
use crate::support::service::Service;

const TRANSCRIPT: &str = "every_operation.transcript";
const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

/// Keeps a bulk publish in progress.
const SLOW: [&str; 2] = ["--bulk-publish-time", "1h"];

fn in_its_folder(shell: Command) -> Command {
    let programs = Path::new(PROGRAM).parent().expect("it is in a folder");
    transcript::with_programs(shell, programs)
}

#[test]
fn performs_every_operation_through_serve() {
    let keys = keys();
    let service = Service::start(&options(&keys, &SLOW));
    let shell = || in_its_folder(client("sh".as_ref(), &service));
    transcript::run_transcript(TRANSCRIPT, shell, str::to_owned);
}

#[test]
fn performs_every_operation_with_local() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let shell = || in_its_folder(command("sh".as_ref(), folder.path()));
    let local = |line: &str| line.replacen("cognito-sync ", "cognito-sync --local ", 1);
    transcript::run_transcript(TRANSCRIPT, shell, local);
}

#[test]
fn transcript_covers_all_operations() {
    let text = fs::read_to_string(file(TRANSCRIPT)).expect("the transcript is there");
    let typed = text.lines().filter_map(|line| line.strip_prefix("$ "));
    let operations: BTreeSet<_> = typed.filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(operations.len(), 17, "{operations:?}");
}

#[test]
fn serve_and_local_read_store_alike() {
    let service = Service::start(&SLOW);
    let run = |words: &str, way: &[&str]| {
        let words = words.replace("POOL", POOL).replace("IDENTITY", IDENTITY);
        let words: Vec<_> = words.split(' ').chain(way.iter().copied()).collect();
        let finished = child::run(service.command(&words), Vec::new(), LIMIT);
        assert_eq!(finished.exit, ChildExit::Status(0), "{words:?}");
        assert!(finished.stderr.is_empty(), "{words:?}");
        String::from_utf8(finished.stdout).expect("the output is text")
    };
    let list = "list-records --dataset-name d --identity-id IDENTITY --identity-pool-id POOL";
    let update = "update-records --dataset-name d --identity-id IDENTITY --identity-pool-id POOL \
                  --record-patches Op=replace,Key=k,Value=v,SyncCount=";
    // Each way continues with the other's session.
    for (count, (listing, updating)) in [(&[][..], &["--local"][..]), (&["--local"], &[])]
        .into_iter()
        .enumerate()
    {
        let query = format!("{list} --output text --query SyncSessionToken");
        let token = run(&query, listing);
        let update = format!("{update}{count} --sync-session-token {}", token.trim());
        run(&update, updating);
    }
    run(
        "set-identity-pool-configuration --identity-pool-id POOL --cognito-streams \
         StreamName=s,StreamingStatus=ENABLED",
        &[],
    );
    run("bulk-publish --identity-pool-id POOL", &["--local"]);
    let records = format!("{list} --query [Records,DatasetSyncCount,LastModifiedBy]");
    assert!(run(&records, &[]).contains("\"SyncCount\": 2"));
    for read in [
        &*records,
        "describe-dataset --dataset-name d --identity-id IDENTITY --identity-pool-id POOL",
        "describe-identity-pool-usage --identity-pool-id POOL",
        "describe-identity-usage --identity-id IDENTITY --identity-pool-id POOL",
        "get-bulk-publish-details --identity-pool-id POOL",
        "get-cognito-events --identity-pool-id POOL",
        "get-identity-pool-configuration --identity-pool-id POOL",
        "list-datasets --identity-id IDENTITY --identity-pool-id POOL",
        "list-identity-pool-usage",
    ] {
        assert_eq!(run(read, &[]), run(read, &["--local"]), "{read}");
    }
}
