//! The local service under load: updates and lists per second over 32 connections, `--local`
//! compared with a call over loopback, and memory over a million requests. The load generator
//! shares the processors with the service; the CPU time of each is printed too.
//!
//! `cargo bench --bench local` prints one line per measurement; with `-- NAME`, such as
//! `-- memory`, only measurements whose name contains NAME. Asserts only that every response is a
//! success.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its results, and stops at the first error"
)]
#![allow(dead_code, reason = "other benches use more of the measurements")]

#[path = "support/load.rs"]
mod load;
#[path = "support/measure.rs"]
mod measure;
#[path = "support/our_program.rs"]
mod our_program;
#[path = "support/service_process.rs"]
mod service_process;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use load::{LoadReport, Workload};
use measure::{Cost, cost, median};
use our_program::our_program;
use service_process::ServiceProcess;
use tempfile::TempDir;

const CONNECTIONS: usize = 32;
/// How many updates each connection makes.
const UPDATES: usize = 2000;
/// How many lists each connection makes.
const LISTS: usize = 8000;
/// How many records a dataset has.
const RECORDS: usize = 10;
const PAIRS: usize = 60;

const POOL: &str = "us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c";
const IDENTITY: &str = "us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let names = args.iter().filter(|arg| !arg.starts_with("--"));
    let names: Vec<_> = names.collect();
    let parts: [(&str, fn()); 6] = [
        ("disk", disk),
        ("updates", updates),
        ("syncs", syncs),
        ("lists", lists),
        ("processes", processes),
        ("memory", memory),
    ];
    for (name, part) in parts {
        if names.is_empty() || names.iter().any(|part| name.contains(part.as_str())) {
            part();
        }
    }
}

/// Creates a directory on the disk of the build: the one for temporary files may be in memory.
fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made")
}

fn show(name: &str, report: &LoadReport, service: f64) {
    println!(
        "{name:<44} {:>8.0} a second; processors: service {:.2}, load {:.2}",
        report.requests as f64 / report.seconds,
        service / 1e3 / report.seconds,
        report.cpu / report.seconds,
    );
}

/// Measures the disk: how many writes per second it makes durable.
fn disk() {
    let folder = folder();
    let file = File::create(folder.path().join("file")).expect("a file can be made");
    let (began, mut times) = (Instant::now(), 0u64);
    while began.elapsed() < Duration::from_secs(2) {
        let written = file.write_all_at(&[1; 4096], times % 256 * 4096);
        written.expect("the file can be written");
        file.sync_data().expect("the file can be synchronized");
        times += 1;
    }
    let name = "fdatasync after 4 KiB, one after the other";
    println!(
        "{name:<44} {:>8.0} a second",
        times as f64 / began.elapsed().as_secs_f64()
    );
}

/// Measures updates alone, with session tokens from earlier lists.
fn updates() {
    for (name, own) in [("a dataset each", true), ("one dataset for all", false)] {
        let folder = folder();
        let service = ServiceProcess::start(&folder.path().join("store.sqlite"));
        let writers = (0..CONNECTIONS)
            .map(|n| TokenCollector::new(n, own))
            .collect();
        let (collected, _) = load::run(&service.address, writers);
        let writers = collected.into_iter().map(UpdateLoad::new).collect();
        let cpu = service.cpu();
        let (_, report) = load::run(&service.address, writers);
        show(
            &format!("UpdateRecords, {name}"),
            &report,
            service.cpu() - cpu,
        );
    }
}

/// Measures syncs like those of devices: a list, and an update with the token of its response.
fn syncs() {
    let folder = folder();
    let service = ServiceProcess::start(&folder.path().join("store.sqlite"));
    let devices = (0..CONNECTIONS).map(|n| SyncLoad::new(n, UPDATES));
    let (_, mut report) = load::run(&service.address, devices.collect());
    report.requests /= 2;
    show(
        "ListRecords and UpdateRecords, pairs",
        &report,
        service.cpu(),
    );
}

fn lists() {
    let folder = folder();
    let service = ServiceProcess::start(&folder.path().join("store.sqlite"));
    let writers = (0..CONNECTIONS).map(|n| SyncLoad::new(n, RECORDS));
    load::run(&service.address, writers.collect());
    let cpu = service.cpu();
    let readers = (0..CONNECTIONS).map(|n| ListLoad {
        request: list(n),
        left: LISTS,
    });
    let (_, report) = load::run(&service.address, readers.collect());
    let name = format!("ListRecords, {RECORDS} records each");
    show(&name, &report, service.cpu() - cpu);
}

/// Measures memory and disk use of the service over a million requests of several kinds.
fn memory() {
    let folder = folder();
    let service = ServiceProcess::start(&folder.path().join("store.sqlite"));
    let mut requests = 0_usize;
    for total in [10_000_usize, 100_000, 500_000, 1_000_000] {
        let rounds = (total - requests).div_ceil(CONNECTIONS * MixedLoad::REQUESTS_PER_ROUND);
        let devices = (0..CONNECTIONS).map(|n| MixedLoad::new(n, rounds));
        let (_, report) = load::run(&service.address, devices.collect());
        requests += report.requests;
        let (now, most) = service.memory();
        let name = format!("memory after {requests} requests");
        let disk = size_of(folder.path());
        println!("{name:<44} {now:>8.1} MB; {most:.1} MB at most; {disk:.1} MB on the disk");
    }
}

/// Returns the size of a directory's files in MB.
fn size_of(folder: &Path) -> f64 {
    let files = std::fs::read_dir(folder).expect("the folder can be read");
    let sizes = files.map(|file| file.and_then(|file| file.metadata()));
    let bytes: u64 = sizes.map(|file| file.map_or(0, |file| file.len())).sum();
    bytes as f64 / f64::from(1 << 20)
}

/// Compares calls with the service in the same process to calls over loopback.
fn processes() {
    let folder = folder();
    let service = ServiceProcess::start(&folder.path().join("served.sqlite"));
    let own = folder.path().join("own.sqlite");
    println!("{PAIRS} pairs each; times are medians in milliseconds, ratios medians of pairs");
    let identity = ["--identity-pool-id", POOL, "--identity-id", IDENTITY];
    let list = [&["list-records"], &identity[..], &["--dataset-name", "d"]].concat();
    let set = [
        "set-identity-pool-configuration",
        "--identity-pool-id",
        POOL,
    ];
    let set = [&set[..], &["--cognito-streams", "StreamName=settings"]].concat();
    for args in [set, list] {
        compare(&args, &own, &service.address);
    }
}

fn compare(args: &[&str], store: &Path, address: &str) {
    let ours = || {
        let mut command = Command::new(our_program());
        command.args(args).env_clear().env("HOME", "/nonexistent");
        command
    };
    let local = || {
        let mut command = ours();
        command.arg("--local").env("COGNITO_SYNC_STORE", store);
        command
    };
    let remote = || {
        let mut command = ours();
        command
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL", format!("http://{address}"));
        command
    };
    for mut command in [local(), remote()] {
        let output = command.output().expect("the program starts");
        assert!(output.status.success(), "{command:?}: {output:?}");
    }
    // The first round warms the caches.
    let pairs: Vec<_> = (0..=PAIRS)
        .map(|_| (cost(local()), cost(remote())))
        .skip(1)
        .collect();
    for (label, of) in [
        ("wall", (|c| c.wall) as fn(&Cost) -> f64),
        ("CPU", |c| c.cpu),
    ] {
        println!(
            "{:<44} {:>8.2} --local, {:.2} over loopback, ratio {:.2}",
            format!("{}, {label}", args[0]),
            median(pairs.iter().map(|(local, _)| of(local)).collect()),
            median(pairs.iter().map(|(_, remote)| of(remote)).collect()),
            median(pairs.iter().map(|(l, r)| of(l) / of(r)).collect()),
        );
    }
}

/// Returns the path of the dataset with this number. The number of datasets per identity is
/// limited, so each has an identity of its own.
fn path(number: usize) -> String {
    format!("/identitypools/{POOL}/identities/us-east-1:{number:08x}/datasets/settings")
}

fn list(number: usize) -> String {
    format!(
        "GET {}/records HTTP/1.1\r\nHost: localhost\r\n\r\n",
        path(number)
    )
}

/// Appends a request that updates a record.
fn update(request: &mut String, path: &str, key: &str, sync_count: &str, token: &str) {
    let value = "a value of some forty bytes, as they are";
    let body = format!(
        r#"{{"RecordPatches":[{{"Op":"replace","Key":"{key}","Value":"{value}","SyncCount":{sync_count}}}],"SyncSessionToken":"{token}"}}"#
    );
    *request += &format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
}

/// Returns the text after `name` in a response, up to the next of `ends`.
fn member<'a>(response: &'a str, name: &str, ends: &[char]) -> &'a str {
    let (_, rest) = response
        .rsplit_once(name)
        .expect("the response has the member");
    rest.split(ends).next().unwrap_or_default()
}

fn token(response: &str) -> &str {
    member(response, r#""SyncSessionToken":""#, &['"'])
}

/// Lists the same dataset repeatedly.
struct ListLoad {
    request: String,
    left: usize,
}

impl Workload for ListLoad {
    fn next_request(&mut self, _: &str, request: &mut String) -> bool {
        let is_more = self.left > 0;
        self.left = self.left.saturating_sub(1);
        request.push_str(&self.request);
        is_more
    }
}

/// Lists a dataset to collect session tokens.
struct TokenCollector {
    number: usize,
    dataset: usize,
    tokens: Vec<String>,
}

impl TokenCollector {
    fn new(number: usize, own: bool) -> TokenCollector {
        TokenCollector {
            number,
            dataset: if own { number } else { 0 },
            tokens: Vec::new(),
        }
    }
}

impl Workload for TokenCollector {
    fn next_request(&mut self, response: &str, request: &mut String) -> bool {
        if !response.is_empty() {
            self.tokens.push(token(response).to_string());
        }
        request.push_str(&list(self.dataset));
        self.tokens.len() < UPDATES
    }
}

/// Updates one record with the collected tokens.
struct UpdateLoad {
    path: String,
    key: String,
    tokens: Vec<String>,
}

impl UpdateLoad {
    fn new(collected: TokenCollector) -> UpdateLoad {
        UpdateLoad {
            path: path(collected.dataset),
            key: format!("key-{}", collected.number),
            tokens: collected.tokens,
        }
    }
}

impl Workload for UpdateLoad {
    fn next_request(&mut self, response: &str, request: &mut String) -> bool {
        let count = match response {
            "" => "0",
            response => member(response, r#""SyncCount":"#, &[',', '}']),
        };
        let Some(token) = self.tokens.pop() else {
            return false;
        };
        update(request, &self.path, &self.key, count, &token);
        true
    }
}

/// Alternates lists and updates, one record after the other.
struct SyncLoad {
    number: usize,
    left: usize,
    listed: bool,
}

impl SyncLoad {
    fn new(number: usize, rounds: usize) -> SyncLoad {
        SyncLoad {
            number,
            left: rounds,
            listed: false,
        }
    }
}

impl Workload for SyncLoad {
    fn next_request(&mut self, response: &str, request: &mut String) -> bool {
        if !self.listed {
            self.listed = true;
            request.push_str(&list(self.number));
            return self.left > 0;
        }
        self.listed = false;
        self.left -= 1;
        let count = member(response, r#""DatasetSyncCount":"#, &[',']);
        let key = format!("key-{}", self.left % RECORDS);
        update(request, &path(self.number), &key, count, token(response));
        true
    }
}

/// A sync, followed by reads of dataset, identity and pools.
struct MixedLoad {
    sync: SyncLoad,
    turn: usize,
}

impl MixedLoad {
    const REQUESTS_PER_ROUND: usize = 5;

    fn new(number: usize, rounds: usize) -> MixedLoad {
        MixedLoad {
            sync: SyncLoad::new(number, rounds),
            turn: 0,
        }
    }
}

impl Workload for MixedLoad {
    fn next_request(&mut self, response: &str, request: &mut String) -> bool {
        let turn = self.turn;
        self.turn = (turn + 1) % MixedLoad::REQUESTS_PER_ROUND;
        let dataset = path(self.sync.number);
        let path = match turn {
            0 | 1 => return self.sync.next_request(response, request),
            2 => dataset.as_str(),
            3 => dataset.trim_end_matches("/settings"),
            _ => "/identitypools",
        };
        *request += &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        true
    }
}
