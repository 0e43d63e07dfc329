//! The program's own `serve` as a child of a bench: on a free port, with its log thrown away. It ends
//! with the value.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running service.
pub struct Running {
    child: Child,
    /// `127.0.0.1:PORT`
    pub address: String,
}

impl Running {
    /// Starts the service on this store.
    pub fn start(store: &Path) -> Running {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cognito-sync"))
            .args(["serve", "--listen", "127.0.0.1:0", "--store"])
            .arg(store)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("it was asked to be a pipe");
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        read.expect("standard output can be read");
        let address = line
            .trim_end()
            .rsplit_once(" is listening on http://")
            .map(|(_, address)| address);
        let address = address.expect("the service says where it is").to_string();
        Running { child, address }
    }

    /// Milliseconds of processor time that it has had.
    pub fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.expect("the system tells of the process");
        // The fields behind the name, which may hold anything, begin with the third.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks: f64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        // Linux tells all programs of hundredths of seconds.
        ticks * 10.0
    }

    /// Resident memory in MB, now and at its most.
    pub fn memory(&self) -> (f64, f64) {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the system tells of the process");
        let of = |name: &str| {
            let mut lines = status.lines();
            let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            kilobytes.unwrap_or(f64::NAN) / 1024.0
        };
        (of("VmRSS"), of("VmHWM"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
