//! What a process asks of the system, counted in a trace by `strace`. It judges nothing.

use std::env;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The counts, with those of loading the program.
pub struct SystemCalls {
    all: usize,
    connections: usize,
    threads: usize,
    opened: Vec<String>,
    not_there: Vec<String>,
}

/// The counts of one run; nothing, where `strace` is not installed. The trace is left in `folder`.
pub fn of(command: &Command, folder: &Path) -> Option<SystemCalls> {
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
    Some(SystemCalls::counted(&fs::read_to_string(path).ok()?))
}

impl SystemCalls {
    /// Each line has a thread's number, the name of a call and what stands in its parentheses.
    fn counted(trace: &str) -> SystemCalls {
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
            not_there: paths(|_, rest| rest.contains(" = -1 ENOENT")),
        }
    }
}

impl fmt::Display for SystemCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} system calls, connections: {}, further threads: {}\n  opened: {}\n  not there: {}",
            self.all,
            self.connections,
            self.threads,
            self.opened.join(" "),
            self.not_there.join(" "),
        )
    }
}
