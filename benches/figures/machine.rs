//! The machine and the day of the figures.

use std::fs;
use std::process::Command;
use std::thread;

/// Returns a phrase like `2026-11-26, 2 cores of an Intel Xeon, Linux 6.18`.
pub fn description() -> String {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, model)| model);
    format!(
        "{}, {cores} cores of {model}, {} {}",
        output_of("date", &["-u", "+%F"]),
        output_of("uname", &["-s"]),
        output_of("uname", &["-r"]),
    )
}

fn output_of(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    let output = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_string()
}
