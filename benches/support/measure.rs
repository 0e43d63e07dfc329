//! Measures wall time, CPU time and peak memory of whole processes.

use std::env;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike as _};

/// The variable that makes a copy of the bench run one command and print its peak memory.
const PEAK_MEMORY_VARIABLE: &str = "BENCH_ONLY_MEMORY";

/// Wall and CPU time of a finished process.
#[derive(Clone, Copy)]
pub struct Cost {
    /// Wall time in milliseconds.
    pub wall: f64,
    /// CPU time in milliseconds.
    pub cpu: f64,
}

/// Runs a command with its output discarded, and returns its cost.
pub fn cost(mut command: Command) -> Cost {
    let before = cpu_of_children();
    let begin = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let wall = begin.elapsed();
    assert!(status.is_ok(), "{command:?} cannot be run: {status:?}");
    let milliseconds = |d: Duration| d.as_secs_f64() * 1e3;
    Cost {
        wall: milliseconds(wall),
        cpu: milliseconds(cpu_of_children().saturating_sub(before)),
    }
}

fn cpu_of_children() -> Duration {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else {
        return Duration::ZERO;
    };
    let micros = |time: TimeVal| u64::try_from(time.num_microseconds()).unwrap_or_default();
    Duration::from_micros(micros(usage.user_time()) + micros(usage.system_time()))
}

/// Returns the median.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Runs a command and returns its peak memory in MB. The system reports only the maximum over all
/// children, so a copy of the bench runs the command alone.
pub fn peak_memory(command: &Command) -> f64 {
    let this = env::current_exe().expect("the bench has a path");
    let mut copy = Command::new(this);
    copy.env_clear()
        .env(PEAK_MEMORY_VARIABLE, "1")
        .arg(command.get_program())
        .args(command.get_args());
    copy.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let output = copy
        .stderr(Stdio::inherit())
        .output()
        .expect("the bench can run itself");
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .unwrap_or(f64::NAN)
}

/// In a copy that [`peak_memory`] started, runs the command, prints its peak memory and returns
/// true.
pub fn run_for_peak_memory() -> bool {
    if env::var_os(PEAK_MEMORY_VARIABLE).is_none() {
        return false;
    }
    let mut args = env::args_os().skip(1);
    let mut command = Command::new(args.next().expect("a program"));
    run_quietly(command.args(args).env_remove(PEAK_MEMORY_VARIABLE));
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("resource usage is available");
    println!("{}", usage.max_rss() as f64 / 1024.0);
    true
}

fn run_quietly(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.is_ok(), "{command:?} cannot be run: {status:?}");
}
