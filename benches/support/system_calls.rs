//! Counts the system calls of a process with `strace`.

use std::env;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The counts, including the loading of the program.
pub struct SystemCalls {
    all: usize,
    connections: usize,
    threads: usize,
    opened: Vec<String>,
    not_found: Vec<String>,
}

/// Traces a command and returns its counts, or `None` if `strace` is not installed. Leaves the
/// trace file in `folder`.
pub fn trace(command: &Command, folder: &Path) -> Option<SystemCalls> {
    let path = folder.join("trace");
    let mut traced = Command::new("strace");
    traced
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .args(["-f", "-qq", "-o"])
        .arg(&path)
        .arg(command.get_program())
        .args(command.get_args());
    traced
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    Some(SystemCalls::from_trace(&fs::read_to_string(path).ok()?))
}

impl SystemCalls {
    /// Parses a trace. Each line has a thread id, the name of a call and its arguments in
    /// parentheses.
    fn from_trace(trace: &str) -> SystemCalls {
        let calls: Vec<(&str, &str)> = trace
            .lines()
            .filter_map(|line| line.split_once(' ')?.1.trim_start().split_once('('))
            .collect();
        let named = |names: &[&str]| {
            let count = calls.iter().filter(|(name, _)| names.contains(name));
            count.count()
        };
        let paths = |wanted: fn(&str, &str) -> bool| {
            let of = calls.iter().filter(|(name, rest)| wanted(name, rest));
            of.filter_map(|(_, rest)| rest.split('"').nth(1))
                .map(str::to_string)
                .collect()
        };
        SystemCalls {
            all: calls.len(),
            connections: named(&["connect"]),
            threads: named(&["clone", "clone3", "fork", "vfork"]),
            opened: paths(|name, rest| name.starts_with("open") && !rest.contains(" = -1 ")),
            not_found: paths(|_, rest| rest.contains(" = -1 ENOENT")),
        }
    }
}

impl fmt::Display for SystemCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} system calls, connections: {}, further threads: {}\n  opened: {}\n  not found: {}",
            self.all,
            self.connections,
            self.threads,
            self.opened.join(" "),
            self.not_found.join(" "),
        )
    }
}
