//! What a call holds while it waits for the reply, as the system tells it: one thread, one
//! connection, no file. Which files it has read and closed cannot be seen here; the bench `process`
//! lists them where `strace` is installed.
#![cfg(target_os = "linux")]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::http::{Request, Response};
use crate::support::run::Run;

#[test]
fn a_call_takes_one_thread_one_connection_and_no_file() {
    let get = ["get-identity-pool-configuration", "--identity-pool-id", "p"];
    // Whoever starts the tests may leave files open for all that they start.
    let inherited = open(Path::new("/proc/self"));
    let look = move |request: &Request| {
        let caller = caller(request.header("host").expect("a host"));
        let threads = fs::read_dir(caller.join("task")).expect("threads").count();
        assert_eq!(threads, 1, "threads");
        let open = open(&caller);
        let files: Vec<_> = open.iter().filter(|what| what.starts_with('/')).collect();
        assert!(
            files.iter().all(|file| inherited.contains(*file)),
            "{files:?}"
        );
        assert_eq!(connections(&caller, &open), 1, "connections in {open:?}");
        Response::body("{}")
    };
    Run::new(get)
        .file(".aws/config", "[default]\nregion = us-east-1\n")
        .file(".aws/credentials", "[default]\n")
        .respond_with(look)
        .sends("GET", "/identitypools/p/configuration", None)
        .succeeds();
}

/// The system's folder on the process that was told to call this host.
fn caller(host: &str) -> PathBuf {
    let told = format!("AWS_ENDPOINT_URL=http://{host}\0");
    let is_caller = |folder: &Path| {
        let environment = fs::read(folder.join("environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(&told)
    };
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    processes
        .map(|entry| entry.path())
        .find(|folder| is_caller(folder))
        .expect("the caller waits for the reply")
}

/// What the descriptors of a process lead to.
fn open(process: &Path) -> HashSet<String> {
    let descriptors = fs::read_dir(process.join("fd")).expect("descriptors");
    descriptors
        .flatten()
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .map(|target| target.to_string_lossy().into_owned())
        .collect()
}

/// How many of these are connections over TCP, whose inodes stand in the tenth column of a table.
fn connections(process: &Path, open: &HashSet<String>) -> usize {
    let table = fs::read_to_string(process.join("net/tcp")).expect("connections");
    let inodes = table.lines().filter_map(|l| l.split_whitespace().nth(9));
    inodes
        .filter(|inode| open.contains(&format!("socket:[{inode}]")))
        .count()
}
