//! Open resources of a process that waits for a response, from `/proc`: one thread, one connection,
//! no file. The files that it opened and closed before are not visible here; the bench `process`
//! lists them if `strace` is installed.
#![cfg(target_os = "linux")]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::http::{Request, Response};
use crate::support::run::Run;

#[test]
fn waits_with_one_thread_one_connection_and_no_file() {
    let get = ["get-identity-pool-configuration", "--identity-pool-id", "p"];
    // The parent of the tests may have passed on open files.
    let inherited = open_descriptors(Path::new("/proc/self"));
    let inspect = move |request: &Request| {
        let caller = caller(request.header("host").expect("a host"));
        let threads = fs::read_dir(caller.join("task")).expect("threads").count();
        assert_eq!(threads, 1, "threads");
        let open = open_descriptors(&caller);
        let files: Vec<_> = open.iter().filter(|path| path.starts_with('/')).collect();
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
        .respond_with(inspect)
        .sends("GET", "/identitypools/p/configuration", None)
        .succeeds();
}

/// Returns the `/proc` directory of the process that calls this host.
fn caller(host: &str) -> PathBuf {
    let variable = format!("AWS_ENDPOINT_URL=http://{host}\0");
    let is_caller = |folder: &Path| {
        let environment = fs::read(folder.join("environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(&variable)
    };
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    processes
        .map(|entry| entry.path())
        .find(|folder| is_caller(folder))
        .expect("the caller waits for the response")
}

/// Returns the targets of a process's file descriptors.
fn open_descriptors(process: &Path) -> HashSet<String> {
    let descriptors = fs::read_dir(process.join("fd")).expect("descriptors");
    descriptors
        .flatten()
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .map(|target| target.to_string_lossy().into_owned())
        .collect()
}

/// Counts the TCP connections among open descriptors. The tenth column of `net/tcp` is the inode.
fn connections(process: &Path, open: &HashSet<String>) -> usize {
    let table = fs::read_to_string(process.join("net/tcp")).expect("connections");
    let inodes = table.lines().filter_map(|l| l.split_whitespace().nth(9));
    inodes
        .filter(|inode| open.contains(&format!("socket:[{inode}]")))
        .count()
}
