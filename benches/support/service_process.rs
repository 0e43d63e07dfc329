//! `serve` as a child process of a bench: on a free port, with its log discarded. Dropping the
//! value ends it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::our_program::our_program;

/// A running service.
pub struct ServiceProcess {
    child: Child,
    /// `127.0.0.1:PORT`
    pub address: String,
}

impl ServiceProcess {
    /// Starts the service on this store.
    pub fn start(store: &Path) -> ServiceProcess {
        let mut child = Command::new(our_program())
            .args(["serve", "--listen", "127.0.0.1:0", "--store"])
            .arg(store)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("stdout is a pipe");
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        read.expect("standard output can be read");
        let address = line
            .trim_end()
            .rsplit_once(" is listening on http://")
            .map(|(_, address)| address);
        let address = address.expect("the service prints its address").to_string();
        ServiceProcess { child, address }
    }

    /// Returns the CPU time of the process in milliseconds.
    pub fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.expect("the process is in /proc");
        // The name may hold any character; the fields after it start with the third.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks: f64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        // Linux reports CPU time to all programs in hundredths of a second.
        ticks * 10.0
    }

    /// Returns the current and the peak resident memory in MB.
    pub fn memory(&self) -> (f64, f64) {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the process is in /proc");
        let of = |name: &str| {
            let mut lines = status.lines();
            let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            kilobytes.unwrap_or(f64::NAN) / 1024.0
        };
        (of("VmRSS"), of("VmHWM"))
    }
}

impl Drop for ServiceProcess {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
