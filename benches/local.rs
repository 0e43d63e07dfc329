//! The local service under load: updates and lists a second with 32 connections, `--local` beside a call
//! over loopback, and memory over a million requests. The load shares the processors with the service;
//! how much of them each took is told beside.
//!
//! `cargo bench --bench local` prints a line a measurement, and with `-- NAME`, such as `-- memory`,
//! only those whose name has that in it. Nothing is asserted but that every reply is a success.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "printing is what a bench is for, and it cannot go on where something fails"
)]
#![allow(dead_code, reason = "others need more of what is measured")]

#[path = "support/load.rs"]
mod load;
#[path = "support/measure.rs"]
mod measure;
#[path = "support/running.rs"]
mod running;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use load::{Asking, Done};
use measure::{Cost, cost, median};
use running::Running;
use tempfile::TempDir;

const CONNECTIONS: usize = 32;
/// Updates of each connection.
const UPDATES: usize = 2000;
/// Lists of each connection.
const LISTS: usize = 8000;
/// Records of a dataset.
const RECORDS: usize = 10;
const PAIRS: usize = 60;

const POOL: &str = "us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c";
const IDENTITY: &str = "us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b";

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let names = asked.iter().filter(|word| !word.starts_with("--"));
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

/// A folder on the disk that builds are on: the one for temporary files may be in memory.
fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made")
}

fn show(name: &str, done: &Done, service: f64) {
    println!(
        "{name:<44} {:>8.0} a second; processors: service {:.2}, load {:.2}",
        done.requests as f64 / done.seconds,
        service / 1e3 / done.seconds,
        done.cpu / done.seconds,
    );
}

/// What the disk gives: how often a second something written is made durable.
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

/// Updates alone, with sessions that were begun before.
fn updates() {
    for (name, own) in [("a dataset each", true), ("one dataset for all", false)] {
        let folder = folder();
        let service = Running::start(&folder.path().join("store.sqlite"));
        let writers = (0..CONNECTIONS).map(|n| Collecting::new(n, own)).collect();
        let (collected, _) = load::run(&service.address, writers);
        let writers = collected.into_iter().map(Updating::of).collect();
        let cpu = service.cpu();
        let (_, done) = load::run(&service.address, writers);
        show(
            &format!("UpdateRecords, {name}"),
            &done,
            service.cpu() - cpu,
        );
    }
}

/// Syncs as devices do them: a list, and an update with the token that came with it.
fn syncs() {
    let folder = folder();
    let service = Running::start(&folder.path().join("store.sqlite"));
    let devices = (0..CONNECTIONS).map(|n| Syncing::new(n, UPDATES));
    let (_, mut done) = load::run(&service.address, devices.collect());
    done.requests /= 2;
    show("ListRecords and UpdateRecords, pairs", &done, service.cpu());
}

fn lists() {
    let folder = folder();
    let service = Running::start(&folder.path().join("store.sqlite"));
    let writers = (0..CONNECTIONS).map(|n| Syncing::new(n, RECORDS));
    load::run(&service.address, writers.collect());
    let cpu = service.cpu();
    let readers = (0..CONNECTIONS).map(|n| Listing {
        request: list(n),
        left: LISTS,
    });
    let (_, done) = load::run(&service.address, readers.collect());
    let name = format!("ListRecords, {RECORDS} records each");
    show(&name, &done, service.cpu() - cpu);
}

/// A million requests of many kinds, and what memory and disk the service takes meanwhile.
fn memory() {
    let folder = folder();
    let service = Running::start(&folder.path().join("store.sqlite"));
    let mut requests = 0_usize;
    for total in [10_000_usize, 100_000, 500_000, 1_000_000] {
        let rounds = (total - requests).div_ceil(CONNECTIONS * Mixed::KINDS);
        let devices = (0..CONNECTIONS).map(|n| Mixed::new(n, rounds));
        let (_, done) = load::run(&service.address, devices.collect());
        requests += done.requests;
        let (now, most) = service.memory();
        let name = format!("memory after {requests} requests");
        let disk = size_of(folder.path());
        println!("{name:<44} {now:>8.1} MB; {most:.1} MB at most; {disk:.1} MB on the disk");
    }
}

/// Megabytes of the folder's files.
fn size_of(folder: &Path) -> f64 {
    let files = std::fs::read_dir(folder).expect("the folder can be read");
    let sizes = files.map(|file| file.and_then(|file| file.metadata()));
    let bytes: u64 = sizes.map(|file| file.map_or(0, |file| file.len())).sum();
    bytes as f64 / f64::from(1 << 20)
}

/// The program's own calls: the service in the same process beside one over loopback.
fn processes() {
    let folder = folder();
    let service = Running::start(&folder.path().join("served.sqlite"));
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
    for words in [set, list] {
        compare(&words, &own, &service.address);
    }
}

fn compare(words: &[&str], store: &Path, address: &str) {
    let ours = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-sync"));
        command.args(words).env_clear().env("HOME", "/nonexistent");
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
    // The first round fills the caches.
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
            format!("{}, {label}", words[0]),
            median(pairs.iter().map(|(local, _)| of(local)).collect()),
            median(pairs.iter().map(|(_, remote)| of(remote)).collect()),
            median(pairs.iter().map(|(l, r)| of(l) / of(r)).collect()),
        );
    }
}

/// Path of the dataset with this number. An identity may have few datasets, so that each has its own.
fn path(number: usize) -> String {
    format!("/identitypools/{POOL}/identities/us-east-1:{number:08x}/datasets/settings")
}

fn list(number: usize) -> String {
    format!(
        "GET {}/records HTTP/1.1\r\nHost: localhost\r\n\r\n",
        path(number)
    )
}

/// Writes an update of a record.
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

/// What stands behind this name in a reply, up to the next of these characters.
fn member<'a>(reply: &'a str, name: &str, ends: &[char]) -> &'a str {
    let (_, rest) = reply.rsplit_once(name).expect("the reply has the member");
    rest.split(ends).next().unwrap_or_default()
}

fn token(reply: &str) -> &str {
    member(reply, r#""SyncSessionToken":""#, &['"'])
}

/// Lists again and again.
struct Listing {
    request: String,
    left: usize,
}

impl Asking for Listing {
    fn next(&mut self, _: &str, request: &mut String) -> bool {
        let is_more = self.left > 0;
        self.left = self.left.saturating_sub(1);
        request.push_str(&self.request);
        is_more
    }
}

/// Begins sessions, to have their tokens.
struct Collecting {
    number: usize,
    dataset: usize,
    tokens: Vec<String>,
}

impl Collecting {
    fn new(number: usize, own: bool) -> Collecting {
        Collecting {
            number,
            dataset: if own { number } else { 0 },
            tokens: Vec::new(),
        }
    }
}

impl Asking for Collecting {
    fn next(&mut self, reply: &str, request: &mut String) -> bool {
        if !reply.is_empty() {
            self.tokens.push(token(reply).to_string());
        }
        request.push_str(&list(self.dataset));
        self.tokens.len() < UPDATES
    }
}

/// Updates a record of its own with the tokens.
struct Updating {
    path: String,
    key: String,
    tokens: Vec<String>,
}

impl Updating {
    fn of(collected: Collecting) -> Updating {
        Updating {
            path: path(collected.dataset),
            key: format!("key-{}", collected.number),
            tokens: collected.tokens,
        }
    }
}

impl Asking for Updating {
    fn next(&mut self, reply: &str, request: &mut String) -> bool {
        let count = match reply {
            "" => "0",
            reply => member(reply, r#""SyncCount":"#, &[',', '}']),
        };
        let Some(token) = self.tokens.pop() else {
            return false;
        };
        update(request, &self.path, &self.key, count, &token);
        true
    }
}

/// Lists and updates by turns, one record after the other.
struct Syncing {
    number: usize,
    left: usize,
    listed: bool,
}

impl Syncing {
    fn new(number: usize, rounds: usize) -> Syncing {
        Syncing {
            number,
            left: rounds,
            listed: false,
        }
    }
}

impl Asking for Syncing {
    fn next(&mut self, reply: &str, request: &mut String) -> bool {
        if !self.listed {
            self.listed = true;
            request.push_str(&list(self.number));
            return self.left > 0;
        }
        self.listed = false;
        self.left -= 1;
        let count = member(reply, r#""DatasetSyncCount":"#, &[',']);
        let key = format!("key-{}", self.left % RECORDS);
        update(request, &path(self.number), &key, count, token(reply));
        true
    }
}

/// A sync, and then what a curious program asks for.
struct Mixed {
    syncing: Syncing,
    turn: usize,
}

impl Mixed {
    const KINDS: usize = 5;

    fn new(number: usize, rounds: usize) -> Mixed {
        Mixed {
            syncing: Syncing::new(number, rounds),
            turn: 0,
        }
    }
}

impl Asking for Mixed {
    fn next(&mut self, reply: &str, request: &mut String) -> bool {
        let turn = self.turn;
        self.turn = (turn + 1) % Mixed::KINDS;
        let dataset = path(self.syncing.number);
        let place = match turn {
            0 | 1 => return self.syncing.next(reply, request),
            2 => dataset.as_str(),
            3 => dataset.trim_end_matches("/settings"),
            _ => "/identitypools",
        };
        *request += &format!("GET {place} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        true
    }
}
